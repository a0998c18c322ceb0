"""settings, minimum, feedback by command: with the rights of the pages, and as the pages store them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.ledger import create_ledger, open_ledger
from main import main
from tests.factory import people
from tests.ui.command_room import CommandLine

SECRET, CLERK = "口令一二三四", "办事员小王的口令"
Command = Callable[..., tuple[int, Any]]


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    cheap = {"iterations": 1, "lanes": 1, "memory_kib": 64}
    monkeypatch.setenv("XCJS_PASSPHRASE", SECRET)
    store, _code = create_ledger(tmp_path / "台账", SECRET, org_name="某校", year=2020, cost=cheap)
    people(store, 3)
    store.close()

    return CommandLine(tmp_path / "台账", capsys)


@pytest.fixture
def clerk(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The same commands typed by somebody who may only enter records."""
    secret = tmp_path / "口令.txt"
    secret.write_bytes(f"{CLERK}\r\n".encode("gbk"))  # as Notepad of an older Windows saves it
    assert command("operator", "add", "小王", "--role", "ENTRY", "--new-passphrase-file", str(secret))[0] == 0
    monkeypatch.setenv("XCJS_PASSPHRASE", CLERK)
    return lambda *argv: command(*argv, "--operator", "小王")


def test_a_setting_is_listed_and_changed_in_one_step(command: Command) -> None:
    code, body = command("settings", "year=2021", "联系社区=东湖社区", "same_day_visits_count_each=否")
    assert code == 0 and body["step"]
    now = command("settings")[1]["settings"]
    assert (now["year"], now["linked_community"], now["same_day_visits_count_each"]) == (2021, "东湖社区", 0)
    assert command("undo")[0] == 0 and command("settings")[1]["settings"]["year"] == 2020


@pytest.mark.parametrize(
    ("value", "said"),
    [("year=1999", "2020 到 2099"), ("linked_community=", "请填写联系社区"), ("没有=1", "没有“没有”这一项")],
)
def test_a_wrong_setting_is_said_and_nothing_is_written(command: Command, value: str, said: str) -> None:
    before = command("settings")[1]["settings"]
    code, body = command("settings", value)
    assert code == 2 and said in body["error"]
    assert command("settings")[1]["settings"] == before


def test_the_minimum_of_a_year(command: Command) -> None:
    code, body = command("minimum", "--year", "2021", "--times", "4", "--hours", "16.5", "--note", "校党委会")
    assert code == 0 and {"uid": "2021", "year": 2021, "times": 4, "minutes": 990, "note": "校党委会"} in body["rows"]
    assert command("quota", "--year", "2021")[1]["minimum"] == {"times": 4, "minutes": 990}
    assert command("minimum", "--times", "4")[0] == 2


def test_feedback_goes_in_one_by_one_and_as_a_sheet(command: Command, tmp_path: Path) -> None:
    (number, *_) = [row["staff_no"] for row in command("list", "roster")[1]["rows"]]
    said = ("content=热心负责", "given_by=陈书记", "given_on=2020-10-01")
    code, body = command("feedback", f"staff_no={number}", *said)
    assert code == 0 and body["uid"]
    sheet = str(tmp_path / "反馈.xlsx")
    assert command("export", "feedback", "--out", sheet)[1]["rows"] == 1
    assert command("import", "feedback", sheet)[1]["unchanged"] == 1
    command("undo")
    assert command("list", "feedback")[1]["total"] == 0
    assert command("import", "feedback", sheet)[1]["new"] == 1
    (row,) = command("list", "feedback")[1]["rows"]
    assert (row["staff_no"], row["content"], row["given_by"], row["given_on"]) == (
        number,
        "热心负责",
        "陈书记",
        "2020-10-01",
    )
    assert "没有" in command("feedback", "staff_no=404", "content=好")[1]["error"]


@pytest.mark.parametrize("argv", [("settings", "year=2021"), ("minimum", "--times", "1", "--hours", "1")])
def test_who_may_not_is_refused(clerk: Command, argv: tuple[str, ...]) -> None:
    code, body = clerk(*argv)
    assert code == 2 and "只有管理人员能修改设置" in body["error"]


def test_the_recovery_code_comes_from_the_sheet_or_the_pipe(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(create_ledger.__kwdefaults__, "cost", {"iterations": 1, "lanes": 1, "memory_kib": 64})
    sheet, secret = tmp_path / "恢复码.txt", tmp_path / "新口令.txt"
    secret.write_text("新的口令一二三四\n", encoding="utf-8")
    other = str(tmp_path / "另一个")
    assert main(["init", "--org", "某校", "--recovery-out", str(sheet), "--data", other]) == 0
    assert sheet.stat().st_mode & 0o077 == 0
    recover = ["recover", "--new-passphrase-file", str(secret), "--data", other]
    assert main([*recover, "--code-file", str(sheet)]) == 0
    open_ledger(tmp_path / "另一个", "新的口令一二三四").close()
    assert main([*recover, "--code-file", str(tmp_path / "没有.txt")]) == 3
    assert main(recover) == 2
