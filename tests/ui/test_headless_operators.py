"""By command: operators with passphrases of their own, what their roles allow, and numbers masked until asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from core.ledger import create_ledger, open_ledger
from core.roster.ops import save_cadre
from core.store import tries
from tests import factory
from tests.conftest import Clock
from tests.ui.command_room import CommandLine
from ui.headless.kinds import KINDS

MASTER = "台账的总口令123"
CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}
Command = Callable[..., tuple[int, Any]]
PHONE, ID_NO = "13800000000", "420115199001011238"


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Commands on a ledger with three people; `who` names an operator whose passphrase is his name five times."""
    folder = tmp_path / "台账"
    store, _code = create_ledger(folder, MASTER, org_name="湖北经济学院", year=2020, cost=CHEAP)
    uids = factory.people(store, 3)
    factory.visits(store, 8)
    with store.transact("身份证号") as tx:
        save_cadre(tx, {"id_no": ID_NO, "birth_on": "1990-01", "sex": "1"}, uids[0])
    store.close()

    line = CommandLine(folder, capsys)

    def run(*argv: str, who: str = "") -> tuple[int, Any]:
        monkeypatch.setenv("XCJS_PASSPHRASE", who * 5 or MASTER)
        code, answer = line(*argv, *(("--operator", who) if who else ()))
        return code, {**answer, "said": line.said}

    return run


@pytest.fixture
def staffed(command: Command, tmp_path: Path) -> Command:
    """The same with 陈静 (管理), 李明 (审核) and 王芳 (录入)."""
    for name, role in (("陈静", "ADMIN"), ("李明", "REVIEW"), ("王芳", "录入")):
        code, body = command("operator", "add", name, "--role", role, "--new-passphrase-file", secret(tmp_path, name))
        assert code == 0 and body["name"] == name
    return command


def secret(folder: Path, name: str) -> str:
    file = folder / f"{name}.txt"
    file.write_text(name * 5, encoding="utf-8")
    return str(file)


def test_operators_from_first_to_last_day(staffed: Command, tmp_path: Path) -> None:
    code, body = staffed("operator", "list", who="陈静")
    assert code == 0
    assert [(one["name"], one["role"], one["passphrase"]) for one in body["rows"]] == [
        ("陈静", "ADMIN", True),
        ("李明", "REVIEW", True),
        ("王芳", "ENTRY", True),
    ]
    assert staffed("operator", "role", "王芳", "--role", "审核", who="陈静")[1]["role"] == "REVIEW"
    new = tmp_path / "新.txt"
    new.write_text("完全不同的口令", encoding="utf-8")
    assert staffed("operator", "passphrase", "王芳", "--new-passphrase-file", str(new), who="陈静")[0] == 2  # too short
    new.write_text("王芳" * 6, encoding="utf-8")
    assert staffed("operator", "passphrase", "王芳", "--new-passphrase-file", str(new), who="陈静")[0] == 0
    code, body = staffed("list", "units", who="王芳")
    assert code == 2 and "姓名或口令不对" in body["error"]
    assert staffed("operator", "leave", "王芳", who="陈静")[0] == 0
    assert staffed("operator", "list", "--all", who="陈静")[1]["rows"][-1]["left_on"]
    labels = [one["label"] for one in staffed("history")[1]["steps"]]
    assert labels[:2] == ["经办人王芳离岗", "修改经办人王芳的权限"] and "新增经办人王芳" in labels
    code, body = staffed("operator", "leave", "陈静")
    assert code == 2 and "陈静是最后一位有管理权限的经办人" in body["error"]


def test_a_role_holds_by_command_too(staffed: Command, tmp_path: Path) -> None:
    waiting = [one for one in staffed("list", "visits")[1]["rows"] if one["state"] == "WAITING"]
    uid = waiting[0]["uid"]
    code, body = staffed("void", uid, "--reason", "重复", who="王芳")
    assert code == 2 and "只有审核人员和管理人员能确认、退回和作废服务记录" in body["error"]
    assert staffed("return", uid, "--reason", "缺签字", who="李明")[0] == 0
    assert staffed("history", "--limit", "1")[1]["steps"][0]["operator"] == "李明"
    assert staffed("undo", who="王芳")[0] == 2
    code, body = staffed(
        "operator", "add", "赵六", "--role", "ENTRY", "--new-passphrase-file", secret(tmp_path, "赵六"), who="李明"
    )
    assert code == 2 and "只有管理人员能管理经办人和口令" in body["error"]


def test_nobody_restores_past_the_list_of_operators(staffed: Command, tmp_path: Path) -> None:
    made = staffed("backup", who="王芳")[1]["file"]
    assert staffed("operator", "leave", "王芳", who="陈静")[0] == 0
    steps = staffed("history")[1]["steps"]
    for who, said in (("李明", "只有管理人员能恢复备份"), ("王芳", "口令不对"), ("路人", "口令不对")):
        for argv in (("restore", made), ("restore", "--back")):
            code, body = staffed(*argv, who=who)
            assert code == 2 and said in body["error"], (who, argv)
            (tmp_path / "台账" / tries.FILE).unlink(missing_ok=True)  # no waiting here
    # the backup itself opens by the secret of its time
    assert staffed("restore", made, "--dry-run", who="王芳")[0] == 0
    assert staffed("history")[1]["steps"] == steps
    assert staffed("restore", made, who="陈静")[0] == 0


def test_an_operator_changes_his_own_passphrase_and_not_the_ledgers(staffed: Command, tmp_path: Path) -> None:
    new = tmp_path / "新.txt"
    new.write_text("王芳的新口令123", encoding="utf-8")
    assert staffed("passphrase", "change", "--new-passphrase-file", str(new), who="王芳")[0] == 0
    open_ledger(tmp_path / "台账", "王芳的新口令123", operator="王芳").close()
    assert staffed("check")[0] == 0  # the ledger's own still opens


def test_the_first_wrong_ones_are_not_slowed_the_next_are(command: Command, clock: Clock) -> None:
    said = [command("check", who="甲乙丙")[1]["error"] for _ in range(4)]
    assert ["口令不对" in one for one in said] == [True, True, True, False]
    assert "请等" in said[3]
    assert "请等" in command("check")[1]["error"]  # nor the right one
    clock.at += 1
    assert command("check")[0] == 0


def test_numbers_are_masked_until_asked_for_and_asking_is_recorded(staffed: Command) -> None:
    row = staffed("list", "roster", who="王芳")[1]["rows"][0]
    assert (row["phone"], row["id_no"]) == ("138****0000", "4201**********1238")
    assert staffed("operator", "looks")[1]["rows"] == []
    row = staffed("list", "roster", "--reveal", "--limit", "1", who="王芳")[1]["rows"][0]
    assert (row["phone"], row["id_no"]) == (PHONE, ID_NO)
    (look,) = staffed("operator", "looks")[1]["rows"]
    assert (look["operator"], look["what"]) == ("王芳", f"党员干部{row['name']}的手机、身份证号")
    found = staffed("list", "roster", "--search", PHONE)[1][
        "rows"
    ]  # searching sees the number, the answer does not show it
    assert [one["phone"] for one in found] == ["138****0000"]


def test_no_reading_command_shows_a_number_unasked(command: Command) -> None:
    asked = [("list", kind) for kind in KINDS]
    asked += [("quota",), ("history",), *(("status", what) for what in ("checkins", "submissions", "grids"))]
    for argv in asked:
        code, body = command(*argv)
        told = json.dumps(body, ensure_ascii=False)
        assert code in (0, 1) and PHONE not in told and ID_NO not in told, argv
    assert command("operator", "looks")[1]["rows"] == []


def test_an_export_says_what_it_holds(staffed: Command, tmp_path: Path) -> None:
    out = tmp_path / "名册.xlsx"
    code, body = staffed("export", "roster", "--out", str(out), who="王芳")
    sentence = "含个人信息：手机3人、身份证号1人，请妥善保管，不要转发或张贴。"
    assert code == 0 and body["personal"] == sentence and f"名册.xlsx{sentence}" in body["said"]
    cells = [str(cell.value) for row in load_workbook(out).active.iter_rows() for cell in row if cell.value]
    assert cells[-1].endswith(sentence) and PHONE in cells
    assert staffed("operator", "looks")[1]["rows"][0]["what"] == "导出含手机、身份证号的党员干部列表"
    code, body = staffed("import", "roster", str(out), "--dry-run")
    assert code in (0, 1) and (body["new"], body["errors"]) == (0, [])
    assert staffed("export", "visits", "--out", str(tmp_path / "记录.xlsx"))[1]["personal"] == ""
