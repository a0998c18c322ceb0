"""print and demo on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.base.paths import asset
from main import main


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XCJS_TODAY", "2026-11-24")
        patch.setattr("core.ledger.keys.STRONG", {"iterations": 1, "lanes": 1, "memory_kib": 64})
        from ui.headless.demo import make_demo

        folder = tmp_path_factory.mktemp("示例") / "台账"
        make_demo(folder).close()
    return folder


def command(
    ledger: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *argv: str
) -> tuple[int, dict]:
    from ui.headless.demo import PASSPHRASE

    monkeypatch.setenv("XCJS_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("XCJS_TODAY", "2026-11-24")
    capsys.readouterr()
    code = main([*argv, "--data", str(ledger), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_both_forms_by_unit_merged_and_reprinted(
    ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*argv: str) -> tuple[int, dict]:
        return command(ledger, capsys, monkeypatch, *argv)

    code, body = run("print", "evaluation", "--year", "2020", "--unit", "校医院党总支", "--out", str(tmp_path / "表"))
    assert code in {0, 1} and body["people"] == 11 == len(body["files"]) and body["pages"] == 22
    assert all(Path(one).exists() for one in body["files"])
    code, body = run("print", "handbook", "--cadre", "0000001", "--out", str(tmp_path / "册"))
    assert body["people"] == 1 and body["pages"] >= 8
    _, merged = run(
        "print", "evaluation", "--unit", "校医院党总支", "--merged", "--duplex", "--out", str(tmp_path / "合")
    )
    assert len(merged["files"]) == 1 and merged["people"] == 11
    _, one = run("print", "handbook", "--cadre", "0000001", "--pages", "1", "--out", str(tmp_path / "页"))
    assert one["pages"] == 1
    assert run("print", "nothing", "--out", str(tmp_path))[0] == 2
    assert run("print", "handbook", "--cadre", "9999999", "--out", str(tmp_path))[0] == 2


def test_every_form_of_the_catalogue_prints(
    ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from reports.catalogue import REPORTS

    sheet = command(ledger, capsys, monkeypatch, "sheet", "--community", "经院社区", "--year", "2020")[1]["sheet"]
    for spec in REPORTS:
        whom = ["--sheet", sheet] if spec.can("sheet") else ["--unit", "校医院党总支"]
        code, body = command(
            ledger, capsys, monkeypatch, "print", spec.id, "--year", "2020", *whom, "--out", str(tmp_path / spec.id)
        )
        assert code in {0, 1}, (spec.id, body)
        assert body["files"] and body["pages"], spec.id


def test_demo_makes_the_ledger_and_both_forms(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XCJS_TODAY", "2026-11-24")
    monkeypatch.setattr("core.ledger.keys.STRONG", {"iterations": 1, "lanes": 1, "memory_kib": 64})
    for _ in range(2):  # the second run finds its own ledger again
        assert main(["demo", "--out", str(tmp_path / "示例"), "--json"]) == 0
        body = json.loads(capsys.readouterr().out)
        assert (body["cadres"], body["visits"]) == (154, 494)
        assert len(body["files"]) == 2 * 154
    assert asset("demo").exists()
