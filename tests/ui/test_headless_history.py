"""history --cadre, history --step and put-back as a script uses them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.ledger import create_ledger
from core.roster.ops import save_cadre
from tests.factory import people
from tests.ui.command_room import CommandLine

PASSPHRASE = "口令一二三四"
Command = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("XCJS_PASSPHRASE", PASSPHRASE)
    folder = tmp_path / "台账"
    cost = {"iterations": 1, "lanes": 1, "memory_kib": 64}
    store, _ = create_ledger(folder, PASSPHRASE, org_name="湖北经济学院", year=2020, operator="李干事", cost=cost)
    people(store, 6)
    with store.transact("整理名册") as tx:
        for staff_no in ("0001", "0002"):
            uid = tx.value("SELECT uid FROM cadre WHERE staff_no = ?", (staff_no,))
            save_cadre(tx, {"phone": "13911112222", "note": "住校外"}, uid)
    store.close()

    line = CommandLine(folder, capsys)
    return lambda *argv: (*line(*argv), line.told(*argv))


def test_the_history_of_a_person_tells_each_field(command: Command) -> None:
    code, body, text = command("history", "--cadre", "0001")
    newest = body["steps"][0]
    fields = {one["field"]: (one["before"], one["after"]) for one in newest["rows"][0]["fields"]}
    assert (code, newest["label"], newest["operator"]) == (0, "整理名册", "李干事")
    assert fields == {"手机": ("138****0000", "139****2222"), "备注": ("", "住校外")}
    assert "备注：（空） → 住校外" in text and "李干事" in text
    assert len(newest["rows"]) == 1  # the other person of the step is not told


def test_a_step_is_told_row_by_row(command: Command) -> None:
    _, body, _ = command("history", "--limit", "1")
    code, step, text = command("history", "--step", str(body["steps"][0]["step"]))
    assert (code, len(step["rows"]), step["more"]) == (0, 2, 0)
    assert "修改 党员干部 张伟（0001）" in text


def test_put_back_one_field_of_one_person_then_the_rest(command: Command) -> None:
    seq = str(command("history", "--limit", "1")[1]["steps"][0]["step"])
    code, body, text = command("put-back", "--step", seq, "--cadre", "0001", "--field", "手机")
    assert (code, body["done"]) == (0, ["党员干部 张伟（0001）：手机"])
    assert "就是原来的样子" in text  # the second time nothing is left to do
    code, body, _ = command("put-back", "--step", seq, "--field", "note")
    assert (code, len(body["done"])) == (0, 2)
    code, body, _ = command("put-back", "--step", seq)
    assert (code, len(body["done"]), len(body["left"])) == (1, 1, 1)


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("history", "--step", "99"), "历史里没有第 99 步"),
        (("history", "--cadre", "8888"), "名册里没有8888"),
        (("put-back", "--step", "3", "--field", "籍贯"), "改过的有：备注、手机"),
        (("put-back", "--step", "2", "--cadre", "0001"), "没有更早的样子"),
        (("history", "--step", "3", "--cadre", "0001"), "只能用一个"),
    ],
)
def test_what_cannot_be_is_said(command: Command, argv: tuple[str, ...], told: str) -> None:
    code, body, text = command(*argv)
    assert code == 2 and told in text and told in json.dumps(body, ensure_ascii=False)
