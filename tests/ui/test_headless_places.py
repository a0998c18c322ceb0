"""The community by command: grids, buildings and the plan in and out, 编入网格, check-in, every kind; and bad input."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.base.paths import asset
from core.entities import PLAIN
from core.ledger import create_ledger
from core.points.ops import switch as switch_points
from main import main
from tests.ui.command_room import CommandLine

PASSPHRASE = "口令一二三四"
Command = Callable[..., tuple[int, Any]]
POINTS = ("0,0,114.43,30.44", "1000,0,114.44,30.44", "0,1000,114.43,30.4486")


def sample(start: str, *endings: str) -> str:
    found = sorted(one for one in asset("demo").iterdir() if one.name.startswith(start))
    return next(str(one) for one in found if one.suffix in (endings or (".xlsx", ".csv", ".geojson", ".png")))


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Three ledgers to copy: with people, with people and places, and the sample ledger with some of everything."""
    from ui.headless.demo import make_demo

    made = {name: tmp_path_factory.mktemp(name) / "台账" for name in ("people", "placed", "full")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(create_ledger.__kwdefaults__, "cost", {"iterations": 1, "lanes": 1, "memory_kib": 64})
        patch.setenv("XCJS_PASSPHRASE", PASSPHRASE)
        there = ("--data", str(made["people"]), "--json")
        main(["init", "--org", "湖北经济学院", "--year", "2020", *there])
        main(["import", "roster", sample("01_"), sample("02_"), *there])
        shutil.copytree(made["people"], made["placed"])
        there = ("--data", str(made["placed"]), "--json")
        assert main(["import", "grids", sample("07_"), *there]) == 0
        assert main(["import", "buildings", sample("08_"), *there]) == 0
        store = make_demo(made["full"])
        with store.transact("启用积分") as tx:
            switch_points(tx, True)  # off by default
        store.close()
    return made


def runner(folder: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    return CommandLine(folder, capsys)


@pytest.fixture
def people(
    ledgers: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    monkeypatch.setenv("XCJS_PASSPHRASE", PASSPHRASE)
    return runner(shutil.copytree(ledgers["people"], tmp_path / "台账"), capsys)


@pytest.fixture
def placed(
    ledgers: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    monkeypatch.setenv("XCJS_PASSPHRASE", PASSPHRASE)
    return runner(shutil.copytree(ledgers["placed"], tmp_path / "台账"), capsys)


@pytest.fixture
def full(ledgers: dict[str, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """The sample ledger itself: these commands change nothing in it."""
    from ui.headless.demo import PASSPHRASE as DEMO

    monkeypatch.setenv("XCJS_PASSPHRASE", DEMO)
    return runner(ledgers["full"], capsys)


def bad_grids(tmp_path: Path) -> str:
    """A bow tie, a hole, two of a name, and one sound grid."""
    bow = [[[0, 0], [100, 100], [100, 0], [0, 100], [0, 0]]]
    hole = [
        [[200, 0], [300, 0], [300, 100], [200, 100], [200, 0]],
        [[210, 10], [220, 10], [220, 20], [210, 20], [210, 10]],
    ]
    square = [[[400, 0], [500, 0], [500, 100], [400, 100], [400, 0]]]
    twin = [[[600, 0], [700, 0], [700, 100], [600, 100], [600, 0]]]
    shapes = (("第1网格", bow), ("第2网格", hole), ("第3网格", square), ("第3网格", twin))
    features = [
        {"type": "Feature", "properties": {"网格": name}, "geometry": {"type": "Polygon", "coordinates": rings}}
        for name, rings in shapes
    ]
    path = tmp_path / "错.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return str(path)


def test_the_samples_stand_each_building_in_its_grid(placed: Command) -> None:
    _, grids = placed("list", "grids")
    _, buildings = placed("list", "buildings", "--where", "网格=第3网格")
    assert grids["total"] == 19 and grids["rows"][0]["workers"] == "吕莉"
    assert buildings["total"] == 8 and {row["estate"] for row in buildings["rows"]} == {"东苑"}
    assert placed("list", "buildings", "--grid", "三")[1]["total"] == 8
    hidden = [key for row in grids["rows"] + buildings["rows"] for key in row if key.endswith("_uid")]
    assert hidden == [] and "outline" not in grids["rows"][0]


def test_grids_that_are_wrong_are_told_one_by_one(people: Command, tmp_path: Path) -> None:
    path = bad_grids(tmp_path)
    code, body = people("import", "grids", path)
    assert (code, body["written"], body["step"]) == (2, False, None)
    assert [one["name"] for one in body["errors"]] == ["第1网格", "第2网格", "第3网格"]
    assert all(one["message"] for one in body["errors"])
    assert people("import", "grids", path, "--dry-run")[0] == 1
    assert people("list", "grids")[1]["total"] == 0
    code, body = people("import", "grids", path, "--skip-bad")
    assert (code, body["new"], body["skipped"]) == (1, 1, 3)
    assert people("list", "grids")[1]["total"] == 1


def test_records_find_their_grid_in_the_step_that_imports_grids(people: Command) -> None:
    people("import", "visits", sample("06_"), "--skip-bad")
    assert people("list", "visits", "--where", "grid=第3网格")[1]["total"] == 0
    _, body = people("import", "grids", sample("07_"))
    linked = people("list", "visits", "--grid", "3")[1]
    assert linked["total"] > 0 and {row["grid"] for row in linked["rows"]} == {"第3网格"}
    people("undo", "--step", str(body["step"]))
    assert people("list", "grids")[1]["total"] == 0


def test_shapes_go_out_and_come_back_unchanged(placed: Command, tmp_path: Path) -> None:
    assert placed("import", "map", sample("09_"))[0] == 0
    out = tmp_path / "出" / "网格.geojson"
    _, body = placed("export", "grids", "--out", str(out))
    assert [Path(one).suffix for one in body["files"]] == [".geojson", ".pgw", ".png"] and body["rows"] == 19
    assert placed("import", "grids", str(out))[1]["unchanged"] == 19
    houses = tmp_path / "楼栋.geojson"
    placed("export", "buildings", "--out", str(houses))
    assert placed("import", "buildings", str(houses))[1]["unchanged"] == 140
    assert placed("export", "grids", "--out", str(out), "--lonlat")[0] == 2  # no control points yet
    args = [text for point in POINTS for text in ("--point", point)]
    code, body = placed("fit", *args, "--datum", "gcj02")
    assert code == 0 and body["worst"] < 0.01
    for kind, path, count in (("grids", out, 19), ("buildings", houses, 140)):
        placed("export", kind, "--out", str(path), "--lonlat")
        told = json.loads(path.read_text(encoding="utf-8"))
        assert "114.4" in json.dumps(told)
        assert placed("import", kind, str(path))[1]["unchanged"] == count


def test_control_points_that_cannot_be_are_refused(placed: Command) -> None:
    placed("import", "map", sample("09_"))
    assert placed("fit", "--point", POINTS[0], "--point", POINTS[1])[0] == 2
    assert "读不出" in placed("fit", "--point", "1,2,3")[1]["error"]
    code, body = placed("fit", *[text for one in (*POINTS, "1000,1000,114.46,30.4486") for text in ("--point", one)])
    assert code == 1 and body["worst"] > 20


def test_by_address_the_sure_ones_are_placed_and_one_undo_takes_them_back(placed: Command) -> None:
    truth = json.loads(Path(sample("00_", ".json")).read_text(encoding="utf-8"))["home_grid"]
    code, seen = placed("assign", "--auto", "--dry-run")
    assert code == 1 and seen["step"] is None and placed("list", "assignments")[1]["total"] == 0
    _, body = placed("assign", "--auto")
    rows = placed("list", "assignments")[1]["rows"]
    assert len(rows) == len(body["placed"]) > 0
    assert all(row["grid"] == f"第{truth[row['staff_no']]}网格" for row in rows)
    assert all(one["why"] and one["candidates"] for one in body["asked"])
    assert placed("assign", "--auto")[1]["already"] == len(rows)
    placed("undo", "--step", str(body["step"]))
    assert placed("list", "assignments")[1]["total"] == 0


def test_by_hand_into_a_building_and_out_again(placed: Command) -> None:
    code, body = placed("assign", "--cadre", "0000001", "0000002", "--building", "东苑1栋", "--on", "2020-08-15")
    assert (code, body["count"]) == (0, 2)
    assert {row["staff_no"] for row in placed("list", "roster", "--grid", "1")[1]["rows"]} == {"0000001", "0000002"}
    assert placed("assign", "--cadre", "0000001", "--leave", "--on", "2020-09-01")[1]["count"] == 1
    assert placed("list", "assignments")[1]["total"] == 1
    assert placed("list", "assignments", "--all")[1]["total"] == 2
    for wrong in (("--cadre", "9999999", "--grid", "3"), ("--cadre", "0000001", "--building", "3栋"), ("--grid", "3")):
        code, body = placed("assign", *wrong)
        assert code == 2 and body["error"]


def test_squads_are_proposed_and_formed(placed: Command) -> None:
    placed("assign", "--auto")
    code, seen = placed("squads", "--dry-run")
    assert code == 1 and len(seen["rows"]) == 19 and "志愿者" in seen["rows"][0]["warning"]
    assert placed("squads")[1]["step"] and placed("list", "squads")[1]["total"] == 19
    assert placed("squads", "--dry-run")[1]["rows"] == []


def test_check_in_of_one_of_a_branch_and_of_a_unit(people: Command) -> None:
    code, one = people("checkin", "staff_no=0000019", "checked_on=2020-08-08", "handler=王社工")
    assert code == 0 and one["uid"]
    code, body = people("checkin", "staff_no=0000019", "checked_on=2020-08-09")
    assert code == 2 and "2020-08-08" in body["error"]
    unit = people("list", "units", "--limit", "1")[1]["rows"][0]["name"]
    code, body = people("checkin", "--unit", unit, "checked_on=2020-08-12")
    assert code == 1 and body["uid"] and len(body["left"]) == 1
    assert people("checkin", "unit", "unit=学校", "checked_on=2020-07-30")[0] == 0
    assert [row["unit"] for row in people("list", "unit_checkins")[1]["rows"]] == ["学校"]
    _, status = people("status", "checkins")
    total = status["total"]
    assert (
        total["due"] == total["checked"] + total["absent"] == total["on_time"] + total["late"] + len(status["absent"])
    )
    assert (total["on_time"], total["late"]) == (1, len(body["uid"]))
    assert status["due_on"] == "2020-08-10" and status["scope"]


def test_the_figures_of_a_past_year_are_those_of_its_end_as_in_the_window(
    people: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XCJS_TODAY", "2021-03-02")
    people("checkin", "staff_no=0000019", "checked_on=2020-08-08")
    people("checkin", "end", "--cadre", "0000019", "--on", "2021-03-01", "--reason", "调离")
    then = people("status", "checkins", "--year", "2020")[1]
    assert (then["as_of"], then["total"]["checked"]) == ("2020-12-31", 1)
    assert len(then["absent"]) == then["total"]["absent"]
    after = people("status", "checkins", "--year", "2021", "--as-of", "2021-03-01")[1]
    assert (after["as_of"], after["total"]["checked"]) == ("2021-03-01", 0)


def test_a_check_in_ends_opens_again_and_gets_its_receipt(people: Command) -> None:
    _, one = people("checkin", "staff_no=0000019", "checked_on=2020-08-08")
    assert people("checkin", "end", one["uid"])[0] == 2  # no reason
    assert people("checkin", "end", "--cadre", "0000019", "--on", "2020-10-20", "--reason", "迁居")[1]["uid"] == [
        one["uid"]
    ]
    assert people("list", "checkins", "--where", "状态=已注销")[1]["total"] == 1
    assert people("checkin", "reopen", "--cadre", "0000019")[0] == 0
    assert people("checkin", "receipt", "--cadre", "0000019", "--on", "2020-08-20")[0] == 0
    assert people("list", "checkins")[1]["rows"][0]["receipt_on"] == "2020-08-20"
    assert people("checkin", "remove", one["uid"])[0] == 0
    assert people("list", "checkins")[1]["total"] == 0
    code, body = people("checkin", "end", "--cadre", "0000019", "--reason", "迁居")
    assert code == 2 and "没有有效的个人报到" in body["error"]


@pytest.mark.parametrize("kind", [*PLAIN, "checkins"])
def test_every_kind_lists_exports_templates_and_reads_back(full: Command, tmp_path: Path, kind: str) -> None:
    _, told = full("list", kind)
    assert told["total"] > 0 and not [key for row in told["rows"] for key in row if key.endswith("_uid")]
    code, body = full("export", kind, "--out", str(tmp_path / f"{kind}.xlsx"))
    assert (code, body["rows"]) == (0, told["total"])
    code, again = full("import", kind, *body["files"])
    assert (code, again["new"], again["updated"], again["errors"]) == (0, 0, 0, [])
    assert full("template", kind, "--out", str(tmp_path / "空.xlsx"))[0] == 0
    assert full("import", kind, str(tmp_path / "空.xlsx"))[0] == 2  # heads and nothing below


def test_the_sample_ledger_shows_something_everywhere(full: Command) -> None:
    assert full("check")[1] == {"ok": True, "findings": []}
    total = full("status", "checkins")[1]["total"]
    assert total["absent"] > 0 and total["late"] > 0 and total["exempt"] > 0
    shapes = [row["warning"] for row in full("list", "squads")[1]["rows"]]
    assert len(shapes) == 19 and shapes.count("") >= 15 and any(shapes)
    _, sent = full("status", "submissions")
    first = sent["tasks"][0]
    assert first["missing"] == 1 and {row["verdict"] for row in first["rows"]} == {"MISSING", "ON_TIME", "LATE"}
    assert first["reminder"]
    assert all(row["buildings"] for row in full("status", "grids")[1]["rows"])


def test_split_and_filters_say_where_they_do_not_fit(full: Command, tmp_path: Path) -> None:
    out = str(tmp_path / "编入.xlsx")
    _, body = full("export", "assignments", "--out", out, "--split", "grid")
    assert len(body["files"]) > 10 and all("网格" in Path(one).stem for one in body["files"])
    for wrong in (
        ("export", "communities", "--out", out, "--split", "unit"),
        ("export", "leads", "--out", str(tmp_path / "x.geojson")),
        ("export", "grids", "--out", str(tmp_path / "x.geojson"), "--grid", "3"),
        ("export", "grids", "--out", out, "--lonlat"),
        ("list", "communities", "--unit", "会计学院"),
        ("list", "grids", "--where", "颜色=红"),
        ("list", "buildings", "--grid", "99"),
        ("template", "lists", "--out", out),
    ):
        code, body = full(*wrong)
        assert code == 2 and body["error"], wrong


def test_bad_files_are_told_in_words(people: Command, tmp_path: Path) -> None:
    broken, empty, bare = tmp_path / "坏.geojson", tmp_path / "空.xlsx", tmp_path / "空.geojson"
    broken.write_text('{"type": "Feat', encoding="utf-8")
    bare.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    from openpyxl import Workbook

    Workbook().save(empty)
    for wrong in (
        ("grids", broken), ("grids", bare), ("grids", tmp_path / "没有.geojson"), ("buildings", broken), ("buildings", bare),
        ("buildings", empty), ("volunteers", tmp_path / "没有.xlsx"), ("map", empty), ("map", tmp_path / "没有.png"),
    ):  # fmt: skip
        code, body = people("import", wrong[0], str(wrong[1]))
        told = body.get("error") or body["errors"][0]["message"]
        assert code == 2 and told, wrong
    code, body = people("import", "nonsense", "x")
    assert code == 2 and "volunteers" in body["error"] and "'" not in body["error"]
    assert people("list", "grids")[1]["total"] == 0
