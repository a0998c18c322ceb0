"""The command line as a script uses it: init, import, quota, confirm, undo, export, care, and its faults."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.base.paths import asset
from core.ledger import create_ledger
from core.store import keys
from tests.ui.command_room import CommandLine

PASSPHRASE = "口令一二三四"
Command = Callable[..., tuple[int, Any]]


def sample(start: str) -> str:
    return next(
        str(one) for one in sorted(asset("demo").iterdir()) if one.name.startswith(start) and one.suffix != ".json"
    )


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("XCJS_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("XCJS_TODAY", "2026-11-24")  # sample 06 reaches into December 2020
    monkeypatch.setitem(create_ledger.__kwdefaults__, "cost", {"iterations": 1, "lanes": 1, "memory_kib": 64})

    return CommandLine(tmp_path / "台账", capsys)


@pytest.fixture
def ledger(command: Command) -> Command:
    code, body = command("init", "--org", "湖北经济学院", "--year", "2020")
    assert code == 0 and len(body["recovery_code"]) == 35
    return command


@pytest.fixture
def full(ledger: Command) -> Command:
    rosters = [sample(start) for start in ("01_", "02_", "03_", "05_")]
    assert ledger("import", "roster", *rosters)[0] in {0, 1}
    ledger("import", "roster", sample("04_"), "--skip-bad")
    code, body = ledger("import", "visits", sample("06_"), "--skip-bad")
    assert (code, body["new"]) == (1, 494)
    return ledger


def test_the_samples_end_to_end(full: Command) -> None:
    truth = json.loads(asset("demo", "00_truth.json").read_text(encoding="utf-8"))
    expect = json.loads(asset("demo", "06_服务记录_2020.expect.json").read_text(encoding="utf-8"))
    _, roster = full("list", "roster")
    per_unit: dict[str, int] = {}
    for row in roster["rows"]:
        per_unit[row["unit"]] = per_unit.get(row["unit"], 0) + 1
    del per_unit["法学院党委"]  # sample 04 is the sheet of faults
    assert per_unit == {unit: number for unit, number in truth["by_unit"].items() if unit != "法学院党委"}
    code, quota = full("quota", "--year", "2020")
    rows = {row["staff_no"]: row for row in quota["rows"]}
    assert code == 0 and quota["minimum"] == {"times": 3, "minutes": 720}
    for staff_no, person in expect["people"].items():
        found = {key: rows[staff_no][key] for key in ("times", "minutes", "duty_minutes", "meets")}
        assert found == {key: person[key] for key in found}, staff_no


def test_errors_stop_the_import_and_nothing_is_written(ledger: Command) -> None:
    code, body = ledger("import", "roster", sample("04_"))
    assert (code, body["written"]) == (2, False)
    assert {one["row"] for one in body["errors"]} == {3, 4, 5, 6, 7, 8, 9, 11}
    assert all(one["file"] and one["sheet"] and one["column"] and one["message"] for one in body["errors"])
    assert ledger("list", "roster")[1]["total"] == 0
    code, body = ledger("import", "roster", sample("04_"), "--dry-run")
    assert (code, body["written"]) == (1, False)


def test_the_error_sheet_comes_back(ledger: Command, tmp_path: Path) -> None:
    report = tmp_path / "错误.xlsx"
    ledger("import", "roster", sample("04_"), "--report", str(report))
    from openpyxl import load_workbook

    page = load_workbook(report).active
    assert page is not None
    heads = [cell.value for cell in page[1]]
    assert heads[-1] == "错误说明"
    assert "校验码" in str(page.cell(4, len(heads)).value)


def test_confirm_by_range_take_back_and_undo(full: Command) -> None:
    waiting = full("list", "visits", "--where", "state=WAITING", "--where", "community=经院社区")[1]["total"]
    code, sheet = full("sheet", "--community", "经院社区", "--year", "2020")
    assert (code, sheet["rows"], sheet["sheet"]) == (0, waiting, "2020-001")
    _, body = full("confirm", "--sheet", "2020-001", "--rows", "1-3,5", "--signer", "陈书记", "--on", "2020-12-20")
    assert len(body["uid"]) == 4
    _, body = full("confirm", "--sheet", "2020-001", "--rows", "5", "--take-back")
    assert len(body["uid"]) == 1
    assert (
        full("list", "visits", "--where", "state=WAITING", "--where", "community=经院社区")[1]["total"] == waiting - 3
    )
    full("undo")
    full("undo")
    assert full("list", "visits", "--where", "state=WAITING", "--where", "community=经院社区")[1]["total"] == waiting
    assert full("confirm", "--sheet", "2020-001", "--rows", "1")[0] == 2  # no signer
    assert full("confirm", "--sheet", "2020-001", "--rows", "9999", "--signer", "陈书记")[0] in {1, 2}


def test_record_return_void(full: Command) -> None:
    values = ["staff_no=0000019", "served_on=2020-08-12", "start_at=14:00", "end_at=16:00", "community=经院社区"]
    code, body = full("record", "visit", *values, "category=民主议事", "content=参加恳谈会", "late_reason=汇总补登")
    assert code in {0, 1}
    uid = body["uid"]
    assert full("return", uid, "--reason", "地点不清楚")[0] == 0
    assert full("void", uid, "--reason", "重复登记")[0] == 0
    night = ["staff_no=0000019", "served_on=2020-08-13", "start_at=22:00", "end_at=02:00", "community=经院社区"]
    night += ["category=民主议事", "content=值守", "late_reason=汇总补登"]
    code, body = full("record", "visit", *night)
    assert code == 2 and "“次日结束”" in body["error"]
    assert full("record", "visit", *night, "次日结束=是")[0] in {0, 1}
    code, body = full("record", "visit", "staff_no=0000019", "served_on=2031-01-01", "minutes=60")
    assert code == 2 and "将来" in body["error"]
    code, body = full("record", "visit", "staff_no=0000019", "sreved_on=2020-01-01")
    assert code == 2 and "sreved_on" in body["error"]


def test_export_reads_back_unchanged(full: Command, tmp_path: Path) -> None:
    _, body = full("export", "roster", "--out", str(tmp_path / "名册.xlsx"), "--split", "unit")
    assert len(body["files"]) == 10
    code, again = full("import", "roster", *body["files"])
    assert (code, again["new"], again["updated"]) == (0, 0, 0)
    _, body = full("export", "visits", "--year", "2020", "--out", str(tmp_path / "记录.xlsx"))
    code, again = full("import", "visits", *body["files"])
    assert (code, again["new"], again["updated"], again["unchanged"]) == (0, 0, 0, 494)


def test_care(full: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert full("check")[1] == {"ok": True, "findings": []}
    _, body = full("backup", "--to", str(tmp_path / "U盘"))
    fresh = tmp_path / "新口令.txt"
    fresh.write_text("另一个口令五六七", encoding="utf-8")
    assert full("passphrase", "change", "--new-passphrase-file", str(fresh))[0] == 0
    code, refused = full("check")
    assert code == 2 and "口令不对" in refused["error"]
    monkeypatch.setenv("XCJS_PASSPHRASE", "另一个口令五六七")
    assert full("check")[0] == 0
    assert full("restore", body["file"])[0] == 0  # with the passphrase it was made under
    monkeypatch.setenv("XCJS_PASSPHRASE", PASSPHRASE)
    assert full("history")[1]["steps"][-1]["label"] == "建立台账"


def test_faults_are_told_in_words(ledger: Command, tmp_path: Path) -> None:
    bad = tmp_path / "坏.xlsx"
    bad.write_bytes(b"PK\x03\x04 not a workbook")
    code, body = ledger("import", "roster", str(bad))
    assert code == 2 and body["errors"][0]["message"]
    code, body = ledger("import", "roster", str(tmp_path / "没有.xlsx"))
    assert code == 2 and body["errors"][0]["message"]
    code, body = ledger("nonsense")
    assert code == 2 and "命令写得不对" in body["error"]
    code, body = ledger("export", "settings", "--out", "x.xlsx")
    assert code == 2 and "不能导出" in body["error"]
    code, body = ledger("restore", str(bad))
    assert code == 2 and "不是本程序的备份" in body["error"]


def test_recovery_code_opens_after_the_passphrase_is_forgotten(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "恢复码.txt"
    command("init", "--org", "某校", "--recovery-out", str(out))
    code = next(line for line in out.read_text(encoding="utf-8").splitlines() if line.count("-") == 5)
    assert set(code) - {"-"} <= set(keys._ALPHABET)
    fresh = tmp_path / "新口令.txt"
    fresh.write_text("另一个口令五六七", encoding="utf-8")
    assert command("recover", "--code", code, "--new-passphrase-file", str(fresh))[0] == 0
    monkeypatch.setenv("XCJS_PASSPHRASE", "另一个口令五六七")
    assert command("check")[0] == 0


def test_an_answer_to_no_question_is_said_and_nothing_is_written(ledger: Command) -> None:
    code, body = ledger("import", "roster", sample("01_"), "--answer", "same_preson=new")
    assert code == 2 and "same_preson" in body["error"]
    assert ledger("list", "roster")[1]["total"] == 0


def test_options_for_all_commands_may_stand_before_the_command_or_after() -> None:
    from ui.headless.commands import build_parser

    before = build_parser().parse_args(["--data", "甲", "--operator", "王芳", "--json", "list", "grids"])
    after = build_parser().parse_args(["list", "grids", "--data", "甲", "--operator", "王芳", "--json"])
    nothing = build_parser().parse_args(["passphrase", "change", "--new-passphrase-file", "新"])
    assert (before.data, before.operator, before.json) == ("甲", "王芳", True)
    assert (after.data, after.operator, after.json) == ("甲", "王芳", True)
    assert (nothing.data, nothing.operator, nothing.json) == (None, "", False)


def test_a_fault_of_ours_is_told_even_where_nothing_can_be_written(
    full: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("of ours")

    def nowhere() -> str:
        raise FileNotFoundError("no usable temporary directory")

    monkeypatch.setattr("core.store.store.Store.steps", broken)
    monkeypatch.setattr("tempfile.gettempdir", nowhere)
    code, body = full("history")
    assert code == 3 and "程序出了意外（RuntimeError）" in body["error"] and "临时文件夹" in body["error"]


def test_the_linked_community_of_a_new_ledger_is_told_by_option(command: Command) -> None:
    where = ("--district", "洪山区", "--street", "珞珈山街道", "--community", "枫园社区")
    code, body = command("init", "--org", "某校", *where)
    assert (code, body["linked"]) == (0, "洪山区珞珈山街道枫园社区")
    code, body = command("list", "communities")
    assert [(row["district"], row["street"], row["name"]) for row in body["rows"]] == [
        ("洪山区", "珞珈山街道", "枫园社区")
    ]
