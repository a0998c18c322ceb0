"""print and demo on the command line."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from core.ledger import create_ledger, open_ledger
from main import main
from reports.catalogue import report
from reports.kit.spare_fonts import forget
from tests.reports.samples import page_texts
from tests.small_fonts import RARE, font
from tests.ui.command_room import CommandLine
from ui.headless.demo import FORMS, PASSPHRASE


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XCJS_TODAY", "2026-11-24")
        patch.setitem(create_ledger.__kwdefaults__, "cost", {"iterations": 1, "lanes": 1, "memory_kib": 64})
        from ui.headless.demo import make_demo

        folder = tmp_path_factory.mktemp("示例") / "台账"
        make_demo(folder).close()
    return folder


def command(
    ledger: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *argv: str
) -> tuple[int, dict]:
    monkeypatch.setenv("XCJS_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("XCJS_TODAY", "2026-11-24")
    return CommandLine(ledger, capsys)(*argv)


def test_both_forms_by_unit_merged_and_reprinted(
    ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*argv: str) -> tuple[int, dict]:
        return command(ledger, capsys, monkeypatch, *argv)

    code, body = run("print", "evaluation", "--year", "2020", "--unit", "校医院党总支", "--out", str(tmp_path / "表"))
    assert code in {0, 1} and body["people"] == 11 == len(body["files"]) and body["pages"] == 22
    assert all(Path(one).exists() for one in body["files"])
    code, body = run("print", "handbook", "--cadre", "0000001", "--out", str(tmp_path / "册"))
    assert "2020年12月" in page_texts(Path(body["files"][0]))[0]  # not the day of printing
    assert body["people"] == 1 and body["pages"] >= 8
    _, merged = run(
        "print", "evaluation", "--unit", "校医院党总支", "--merged", "--duplex", "--out", str(tmp_path / "合")
    )
    assert len(merged["files"]) == 1 and merged["people"] == 11
    _, one = run("print", "handbook", "--cadre", "0000001", "--pages", "1", "--out", str(tmp_path / "页"))
    assert one["pages"] == 1
    _, short = run(
        "print",
        "handbook",
        "--cadre",
        "0000001",
        "--skip-empty",
        "--issued",
        "2020.8.15",
        "--out",
        str(tmp_path / "省"),
    )
    assert 0 < short["pages"] < body["pages"]
    assert "2020年8月" in page_texts(Path(short["files"][0]))[0]
    assert run("print", "handbook", "--issued", "八月", "--out", str(tmp_path))[0] == 2
    assert run("print", "nothing", "--out", str(tmp_path))[0] == 2
    assert run("print", "handbook", "--cadre", "9999999", "--out", str(tmp_path))[0] == 2


def test_every_form_of_the_catalogue_prints(
    ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from reports.catalogue import REPORTS

    sheet = command(ledger, capsys, monkeypatch, "sheet", "--community", "经院社区", "--year", "2020")[1]["sheet"]
    _give_it_a_grid(ledger)
    assert command(ledger, capsys, monkeypatch, "close-year", "2020")[0] in {0, 1}
    _correct_something(ledger)
    for spec in REPORTS:
        whom = ["--sheet", sheet] if spec.can("sheet") else []
        whom += ["--unit", "校医院党总支"] if "unit" in spec.whom else []
        whom += ["--grid", "第30网格"] if spec.whom == {"grid"} else []
        whom += ["--by", spec.ways[-1][0]] if spec.ways else []
        whom += ["--paper", spec.papers[-1]]
        code, body = command(
            ledger, capsys, monkeypatch, "print", spec.id, "--year", "2020", *whom, "--out", str(tmp_path / spec.id)
        )
        assert code in {0, 1}, (spec.id, body)
        assert body["files"] and body["pages"], spec.id
    code, body = command(
        ledger, capsys, monkeypatch, "print", "id_card", "--grid", "第30网格", "--year", "2026", "--out", str(tmp_path)
    )
    assert body["people"] == 1
    for wrong in (
        ["checkin_status", "--by", "week"],
        ["grid_map", "--paper", "A5"],
        ["id_card", "--community", "无此社区"],
    ):
        code, body = command(ledger, capsys, monkeypatch, "print", *wrong, "--year", "2020", "--out", str(tmp_path))
        assert code == 2, wrong


def _give_it_a_grid(ledger: Path) -> None:
    """A grid with a squad, and the year's 报送事项, as other commands would make them."""
    from core.grid_assignment.ops import assign
    from core.ledger import open_ledger
    from core.submission.ops import prepare_year

    store = open_ledger(ledger, PASSPHRASE)
    with store.transact("网格") as tx:
        ring = "[[0, 0], [90, 0], [90, 60], [0, 60]]"
        home = tx.value("SELECT uid FROM community WHERE linked = 1")
        grid = tx.insert("grid", {"community_uid": home, "name": "第30网格", "position": 30, "outline": ring})
        one = tx.value("SELECT uid FROM cadre ORDER BY staff_no DESC LIMIT 1")
        assign(tx, [one], grid, from_on="2020-09-01")
        squad = tx.insert("squad", {"grid_uid": grid, "name": "第1小分队"})
        tx.insert("squad_member", {"squad_uid": squad, "role": "CADRE", "cadre_uid": one})
        prepare_year(tx, 2020)
    store.close()


def _correct_something(ledger: Path) -> None:
    """After the year was closed a confirmed record turns out to be wrong."""
    from core.ledger import open_ledger

    store = open_ledger(ledger, PASSPHRASE)
    with store.transact("作废") as tx:
        uid = tx.value("SELECT uid FROM visit WHERE state = 'CONFIRMED' AND track = 'OWN' ORDER BY uid LIMIT 1")
        tx.update("visit", uid, {"state": "VOID"})
    store.close()


def test_demo_makes_the_ledger_and_its_forms(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XCJS_TODAY", "2026-11-24")
    monkeypatch.setitem(create_ledger.__kwdefaults__, "cost", {"iterations": 1, "lanes": 1, "memory_kib": 64})
    out = str(tmp_path / "示例")
    assert main(["demo", "--out", out, "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert (body["cadres"], body["visits"]) == (154, 498)
    made = Counter(Path(one).parent.name for one in body["files"])
    assert made["纪实手册"] == made["考核评价表"] == made["信息采集表"] == 154
    assert set(made) == {report(form).title for form in FORMS}
    monkeypatch.setattr("ui.headless.paper.FORMS", FORMS[-1:])
    assert main(["demo", "--out", out, "--json"]) == 0  # finds its own ledger again
    again = json.loads(capsys.readouterr().out)
    assert (again["data"], again["cadres"], again["visits"]) == (body["data"], 154, 498)
    assert 0 < len(again["files"]) < len(body["files"])


def test_demo_of_years_makes_a_ledger_that_has_lived(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XCJS_TODAY", "2026-11-24")
    monkeypatch.setitem(create_ledger.__kwdefaults__, "cost", {"iterations": 1, "lanes": 1, "memory_kib": 64})
    monkeypatch.setattr("ui.headless.paper.FORMS", ("submission_list",))
    assert main(["demo", "--out", str(tmp_path), "--years", "2019-2020", "--json"]) != 0
    assert "从2020年起，最多到2022年" in capsys.readouterr().out
    assert main(["demo", "--out", str(tmp_path), "--years", "2020-2021", "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert Path(body["data"]).name == "示例台账2020-2021" and body["files"]
    assert os.environ["XCJS_TODAY"] == "2026-11-24"
    store = open_ledger(Path(body["data"]), PASSPHRASE)
    assert [row[0] for row in store.tuples("SELECT uid FROM closed_year")] == ["2020"]
    days = [row[0] for row in store.tuples("SELECT substr(at, 1, 10) FROM history ORDER BY seq")]
    assert days == sorted(days)
    assert days[0] == "2020-08-04" and days[-1] == "2021-11-30"
    store.close()


def test_fonts_for_rare_characters_are_added_listed_and_removed(
    ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XCJS_DATA", str(tmp_path / "data"))

    def run(*argv: str) -> tuple[int, dict]:
        return command(ledger, capsys, monkeypatch, *argv)

    forget()
    file = tmp_path / "鱼.ttf"
    file.write_bytes(font("Fish", RARE))
    assert run("font", "list", "--char", RARE) == (0, {"fonts": [], "chars": {RARE: ""}})
    assert run("font", "add", str(file)) == (0, {"font": "鱼.ttf"})
    assert run("font", "list", "--char", RARE) == (0, {"fonts": ["鱼.ttf"], "chars": {RARE: "Fish"}})
    assert run("font", "add", str(tmp_path / "没有.ttf"))[0] == 3
    assert run("font", "remove", "别的.ttf")[0] == 2
    assert run("font", "remove", "鱼.ttf") == (0, {"font": "鱼.ttf"})
