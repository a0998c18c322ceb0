"""By command: adding, editing, archiving, restoring and moving a person; what he holds ends, is handed over or listed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.checkin.ops import CheckinDraft, check_in
from core.grid_assignment.leads import appoint_lead
from core.ledger import create_ledger, open_ledger
from core.org.ops import add_branch, add_unit
from core.roster.ops import save_cadre
from tests.ui.command_room import CommandLine

MASTER = "台账的总口令123"
CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}
Command = Callable[..., tuple[int, Any]]


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Commands on a ledger where 张伟 (0001) is checked in and leads 东苑1栋, and 李娜 (0002) holds nothing."""
    folder = tmp_path / "台账"
    store, _code = create_ledger(folder, MASTER, org_name="湖北经济学院", year=2020, cost=CHEAP)
    with store.transact("名册") as tx:
        unit = add_unit(tx, {"name": "会计学院党委"})
        add_unit(tx, {"name": "机关党委"})
        add_branch(tx, {"unit_uid": unit, "name": "审计系党支部"})
        first, _ = (
            save_cadre(tx, {"staff_no": number, "name": name, "unit_uid": unit})
            for number, name in (("0001", "张伟"), ("0002", "李娜"))
        )
        estate = tx.insert("estate", {"community_uid": "linked", "name": "东苑"})
        house = tx.insert("building", {"estate_uid": estate, "name": "1栋"})
        check_in(tx, CheckinDraft(cadre_uid=first, track="ASSIGNED", checked_on="2020-08-08"))
        appoint_lead(tx, house, first, "2020-09-01")
    store.close()
    monkeypatch.setenv("XCJS_PASSPHRASE", MASTER)

    return CommandLine(folder, capsys)


def rows(command: Any, sql: str) -> list[tuple[Any, ...]]:
    store = open_ledger(command.folder, MASTER)
    found = store.tuples(sql)
    store.close()
    return found


def test_archive_ends_all_in_one_step_and_undo_brings_it_back(command: Command) -> None:
    code, body = command("cadre", "archive", "0001", "--on", "2020-10-01", "--reason", "调离")
    assert (
        code == 0
        and body["step"]
        and body["ended"]
        == [
            "张伟：组织派遣报到（经院社区）已注销。",
            "张伟：东苑1栋楼栋长已结束任期。",
        ]
    )
    assert rows(command, "SELECT until_on FROM building_lead") == [("2020-09-30",)]
    assert command("check")[1]["findings"] == []
    assert command("undo")[0] == 0
    assert rows(
        command, "SELECT c.archived_on, l.until_on FROM cadre c JOIN building_lead l ON l.cadre_uid = c.uid"
    ) == [("", "")]


def test_archive_hands_over_and_restore_says_what_stays_ended(command: Command) -> None:
    code, body = command("cadre", "archive", "0001", "--on", "2020-10-01", "--reason", "退休", "--to", "0002")
    assert code in (0, 1) and body["ended"][1] == "张伟：东苑1栋楼栋长已交给李娜。"
    assert rows(
        command, "SELECT c.name FROM building_lead l JOIN cadre c ON c.uid = l.cadre_uid WHERE l.until_on = ''"
    ) == [("李娜",)]
    code, body = command("cadre", "restore", "0001")
    assert (code, body["ended"]) == (0, ["张伟：组织派遣报到（经院社区）", "张伟：东苑1栋楼栋长"])
    code, body = command("cadre", "restore", "0001")
    assert code == 2 and "没有归档" in body["error"]


def test_move_is_dated_and_keeps_what_he_holds_unless_told(command: Command) -> None:
    code, body = command("cadre", "move", "0001", "--unit", "机关党委", "--on", "2020-10-01", "--reason", "轮岗")
    assert (code, body["ended"], body["kept"]) == (0, [], ["组织派遣报到（经院社区）", "东苑1栋楼栋长"])
    units = (
        "SELECT u.name, m.from_on FROM membership m JOIN unit u ON u.uid = m.unit_uid ORDER BY m.from_on DESC LIMIT 1"
    )
    assert rows(command, units) == [("机关党委", "2020-10-01")]
    code, body = command(
        "cadre", "move", "0001", "--unit", "会计学院党委", "--branch", "审计系党支部", "--on", "2020-11-01", "--end"
    )
    assert code == 0 and len(body["ended"]) == 2 and body["kept"] == []
    code, body = command("cadre", "move", "0001", "--unit", "没有的单位", "--on", "2020-11-02")
    assert code == 2 and "没有名为" in body["error"]


def test_add_and_edit_by_english_and_chinese_names(command: Command) -> None:
    code, body = command("cadre", "add", "工号=0003", "name=王芳", "unit=会计学院党委", "到岗日期=2020.9.1", "性别=女")
    assert code == 0 and body["uid"] and body["step"]
    assert rows(
        command, "SELECT m.from_on FROM membership m JOIN cadre c ON c.uid = m.cadre_uid WHERE c.name = '王芳'"
    ) == [("2020-09-01",)]
    code, body = command("cadre", "edit", "0003", "在职状态=离退休", "phone=13800000000", "--from", "2020-11-01")
    assert code == 0
    spans = "SELECT m.status, m.from_on FROM membership m JOIN cadre c ON c.uid = m.cadre_uid WHERE c.name = '王芳' ORDER BY 2"
    assert rows(command, spans) == [("ACTIVE", "2020-09-01"), ("RETIRED", "2020-11-01")]
    code, body = command("cadre", "edit", "0003", "在职状态=在职")
    assert code == 0 and rows(command, spans)[1][0] == "ACTIVE"
    code, body = command("cadre", "edit", "0003", "身高=180")
    assert code == 2 and "没有“身高”" in body["error"]
    code, body = command("cadre", "edit", "0099", "phone=1")
    assert code == 2 and "名册里没有0099" in body["error"]
