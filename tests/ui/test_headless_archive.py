"""close-year, archive, archive check, archive scans and points on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.ledger import create_ledger
from main import main
from tests.factory import people, visits
from tests.ui.command_room import CommandLine

QUICK = {"iterations": 1, "lanes": 1, "memory_kib": 64}


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    folder = tmp_path / "台账"
    store, _code = create_ledger(folder, "口令", org_name="湖北经济学院", year=2020, cost=QUICK)
    people(store, 4)
    visits(store, 24)
    store.close()
    return folder


def test_the_year_is_closed_filed_checked_and_corrected(
    ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XCJS_PASSPHRASE", "口令")

    run = CommandLine(ledger, capsys)

    out = str(tmp_path / "归档")
    assert run("archive", "2020", "--out", out)[0] == run("archive", "²", "--out", out)[0] == 2
    assert main(["close-year", "2020", "--corrections", "--data", str(ledger)]) == 0
    assert "还没有结账" in capsys.readouterr().out
    code, body = run("close-year", "2020", "--note", "按时", "--roll-over")
    assert code == 1 and body["step"] and body["rolled_to"] == 2021
    assert {one["key"] for one in body["open"]} >= {"waiting", "evaluation"}
    assert run("close-year", "2020")[0] == 2
    code, body = run("close-year", "2020", "--roll-over")  # asked for later
    assert (code, body["step"], body["rolled_to"]) == (0, None, 2021)
    code, body = run("archive", "2020", "--out", out)
    assert code == 0 and body["step"] and all(Path(one).exists() for one in body["files"])
    folder, first = body["folder"], Path(body["files"][0])
    assert run("archive", "check", folder)[1] == {
        "ok": True, "files": len(body["files"]) - 1, "changed": [], "missing": [], "extra": [], "renamed": [],
        "list_changed": False, "untold": "",
    }  # fmt: skip
    visit = next(
        row["uid"] for row in run("list", "visits", "--year", "2020")[1]["rows"] if row["state"] == "CONFIRMED"
    )
    assert run("void", visit, "--reason", "重复登记")[0] == 0
    assert run("archive", "check", folder)[0] == 0
    found = run("close-year", "2020", "--corrections")[1]["corrections"]
    assert any(visit in one["records"] and one["steps"] for one in found)
    scans = tmp_path / "扫描"
    scans.mkdir()
    (scans / "a.pdf").write_bytes(first.read_bytes())
    code, body = run("archive", "scans", str(scans), "--year", "2020")
    assert code == 0 and body["pages"] == 2 and Path(body["files"][0]).name == f"{first.stem}_扫描.pdf"
    content = bytearray(first.read_bytes())
    content[100] ^= 1
    first.write_bytes(content)
    code, body = run("archive", "check", folder)
    assert code == 1 and body["changed"] == [first.relative_to(folder).as_posix()]
    monkeypatch.delenv("XCJS_PASSPHRASE")
    code, body = run("archive", "check", folder)  # without the ledger: by the list, and it says so
    assert code == 1 and len(body["changed"]) == 1 and "看不出来" in body["untold"]
    assert run("archive", "2020", "--out", out)[0] == 2
    monkeypatch.setenv("XCJS_PASSPHRASE", "口令")
    assert run("archive", "folder")[0] == run("archive", "2020")[0] == run("archive", "check")[0] == 2


def test_points_only_when_switched_on(
    ledger: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XCJS_PASSPHRASE", "口令")
    asked = ["points", "--year", "2020", "--data", str(ledger), "--json"]
    assert main(asked) == 2
    assert main([*asked, "--on"]) == 0
    capsys.readouterr()
    assert main(asked) == 0
    body = json.loads(capsys.readouterr().out)
    assert len(body["rows"]) == 4 and sum(row["points"] for row in body["rows"]) > 0 and "不排名次" in body["scope"]
