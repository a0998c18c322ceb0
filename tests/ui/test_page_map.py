"""网格地图: what is coloured and told, the card, the list of people without a grid, 自动编入, files, points."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from core.grid_assignment.leads import appoint_lead
from tests.ui.map_room import PLACED, Mouse, fill_map, map_context, settled, uid_of
from tests.ui.page_room import cramped, open_window, words
from ui.context import Context
from ui.kit import theme
from ui.kit.perform import undo
from ui.map.shapes import MapBuilding, MapGrid, MapScene
from ui.pages.map import MapPage
from ui.pages.map_data import COLOURINGS, class_of, class_starts, colouring_of, legend_of, number_of
from ui.pages.map_files import ask_export, export_to, put_ground, read_grids
from ui.pages.map_search import place_hits
from ui.pages.map_tools import find


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    yield from map_context()


@pytest.fixture
def page(ctx: Context, qtbot: Any) -> MapPage:
    found = open_window(ctx, qtbot, "map").page
    assert isinstance(found, MapPage)
    settled(found)
    return found


@pytest.fixture
def bare(dressed: QApplication) -> Iterator[Context]:
    yield from map_context(filled=False)


def gone_to(ctx: Context) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    ctx.wanted.connect(lambda *asked: found.append(asked))
    return found


# -- classes


@pytest.mark.parametrize(
    ("kind", "values", "starts"),
    [
        ("people", [], [0]),
        ("people", [0, 0], [0]),
        ("people", [1, 3], [0, 1, 2, 3]),
        ("people", [5, 2], [0, 2, 4]),
        ("people", [23, 4], [0, 5, 10, 15, 20]),
        ("people", [812, 4], [0, 200, 400, 600, 800]),
        ("hours", [59.0, 2.5], [0, 12, 24, 36, 48]),
        ("hours", [0.5], [0, 0.1, 0.2, 0.3, 0.4]),
        ("leads", [33.3], [0, 20, 40, 60, 80]),
    ],
)
def test_classes_begin_at_round_numbers(kind: str, values: list[float], starts: list[float]) -> None:
    found = class_starts(values, colouring_of(kind))
    assert found == pytest.approx(starts)
    assert all(0 <= class_of(value, found) < len(found) for value in values)
    assert class_of(None, found) == -1


def test_the_legend_names_each_range_and_counts_every_grid_once() -> None:
    chosen = colouring_of("people")
    values = [0, 4, 5, 12, 23]
    starts = class_starts(values, chosen)
    levels = [class_of(value, starts) for value in values]
    legend = legend_of(chosen, starts, levels, [SimpleNamespace(people=value) for value in values])
    assert [label for label, _ in legend.classes] == ["0-4 人", "5-9 人", "10-14 人", "15-19 人", "20 人及以上"]
    assert [count for _, count in legend.classes] == [2, 1, 1, 0, 1]
    assert legend.total == "共 44 人。"
    shares = legend_of(colouring_of("leads"), [0, 20, 40, 60, 80], [0, -1], [SimpleNamespace(led=1, buildings=9)])
    assert shares.classes[-1][0] == "80-100%"
    assert shares.total == "1/9 栋有楼栋长；1 个网格没有可算的数。"


def test_the_number_of_a_grid_comes_from_its_name_or_code() -> None:
    assert number_of({"name": "第12网格", "code": "JY-03"}) == "12"
    assert number_of({"name": "湖滨网格", "code": "JY-03"}) == "3"
    assert number_of({"name": "湖滨网格", "code": ""}) == ""


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("第3网格", "g3"), ("3", "g3"), ("３", "g3"), ("东苑3栋", "b3"), ("东苑３号楼", "b3"), ("东苑3#", "b3"),
        ("东苑 3", "b3"), ("东苑13", "b13"), ("苑3", "b3"), ("没有的", None), ("", None),
    ],
)  # fmt: skip
def test_a_place_is_found_however_it_is_written(text: str, hit: str | None) -> None:
    scene = MapScene(
        [MapGrid("g3", "第3网格", "3"), MapGrid("g13", "第13网格", "13")],
        [MapBuilding("b13", 1, 1, "东苑13栋"), MapBuilding("b3", 2, 2, "东苑3栋")],
    )
    found = find(scene, text)
    assert (found[1] if found else None) == hit


# -- the page


def test_the_page_counts_what_it_shows(page: MapPage) -> None:
    first = page.view.scene.by_uid[uid_of(page, "第1网格")]
    people = page.view.figures[first.uid].people
    assert 0 < people <= PLACED  # some of them are retired
    assert page.footer() == f"4 个网格 · 5 栋 · 已编入 {people} 人"
    assert first.figure == f"{people} 人"
    assert page.strip.title.text() == f"未编入 {page.strip.count} 人"
    assert page.side.legend.legend.total == f"共 {people} 人。"


@pytest.mark.parametrize("kind", [one.id for one in COLOURINGS])
def test_each_colouring_tells_its_figure_in_every_grid(page: MapPage, kind: str) -> None:
    page.side.combo.setCurrentIndex(page.side.combo.findData(kind))
    assert all(grid.figure for grid in page.view.scene.grids)
    levels = [grid.level for grid in page.view.scene.grids if grid.level >= 0]
    assert sum(count for _, count in page.side.legend.legend.classes) == len(levels)
    assert page.side.colouring == kind


def test_a_lead_fills_the_mark_and_the_share(page: MapPage) -> None:
    house, store = uid_of(page, "东苑1栋"), page.ctx.store
    assert not page.view.scene.building_by_uid[house].led
    with store.transact("任命楼栋长") as tx:
        appoint_lead(tx, house, store.value("SELECT cadre_uid FROM grid_assignment LIMIT 1"), "2020-03-01")
    page.ctx.refresher.announce(frozenset({"building_lead"}))
    settled(page)
    assert page.view.scene.building_by_uid[house].led
    page.side.combo.setCurrentIndex(page.side.combo.findData("leads"))
    assert page.view.scene.by_uid[uid_of(page, "第1网格")].figure == "1/2 栋"


def test_the_card_tells_the_grid_and_goes_to_people_and_paper(page: MapPage) -> None:
    asked = gone_to(page.ctx)
    page.canvas.select(uid_of(page, "第1网格"))
    told = " ".join(words(page.card))
    assert page.card.title.text() == "第1网格"
    assert "吴一 138****1111" in told
    assert "2 栋没有楼栋长" in told
    links = [one for one in page.card.people.findChildren(QPushButton) if one.isVisibleTo(page)]
    assert len(links) == PLACED
    links[0].click()
    assert asked[-1][0] == "roster"
    assert asked[-1][1] in {row[0] for row in page.ctx.store.tuples("SELECT cadre_uid FROM grid_assignment")}
    page.card.notice.click()
    assert asked[-1] == ("print", None, {"form": "grid_notice", "grid_uid": uid_of(page, "第1网格")})
    page.canvas.select("")
    assert page.card.title.text() == "全部网格"
    assert "未编入" in " ".join(words(page.card))


def test_another_page_opens_a_grid_or_a_building(page: MapPage) -> None:
    page.ctx.go_to("map", uid_of(page, "第4网格"))
    assert page.canvas.selected == uid_of(page, "第4网格")
    page.ctx.go_to("map", uid_of(page, "东苑3栋"))
    assert page.canvas.selected_building == uid_of(page, "东苑3栋")
    assert [hit.title for hit in place_hits(page.ctx.store, "东苑", 3)] == ["东苑1栋", "东苑2栋", "东苑3栋"]
    assert place_hits(page.ctx.store, "JY-02", 6)[0].uid == uid_of(page, "第2网格")
    assert place_hits(page.ctx.store, "%", 6) == []


def test_layers_and_folding_are_kept(page: MapPage) -> None:
    page.side.boxes["buildings"].setChecked(False)
    page.side.combo.setCurrentIndex(2)
    page.strip.fold.click()
    assert not page.canvas.tiles.layers.buildings
    kept = dict(page.ctx.store.local.get("map"))
    assert kept == {"colouring": "leads", "hidden": ["buildings"], "folded": True}
    again = MapPage(page.ctx)
    assert again.side.colouring == "leads"
    assert not again.side.boxes["buildings"].isChecked()
    assert again.strip.is_folded()
    again.deleteLater()


def test_the_search_centres_and_what_is_not_there_is_said(page: MapPage, qtbot: Any) -> None:
    box = page.tools.find
    box.setText("东苑5栋")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert page.canvas.selected_building == uid_of(page, "东苑5栋")
    assert page.canvas.flashing is not None
    box.setText("西苑99栋")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert "没有找到“西苑99栋”" in page.tools.hint.text()


def test_without_a_map_one_sentence_and_the_first_steps(bare: Context, qtbot: Any) -> None:
    page = open_window(bare, qtbot, "map").page
    assert isinstance(page, MapPage)
    assert page.stack.currentWidget() is page.empty
    assert any("还没有网格地图" in text for text in words(page))
    page.empty.third.click()
    assert page.stack.currentWidget() is page.canvas
    assert page.canvas.tool.id == "draw"
    assert not page.tools.buttons["split"].isEnabled()


def test_a_filled_ledger_appears_at_once(bare: Context, qtbot: Any) -> None:
    page = open_window(bare, qtbot, "map").page
    assert isinstance(page, MapPage)
    fill_map(bare.store)
    bare.refresher.announce(frozenset())
    settled(page)
    assert page.stack.currentWidget() is page.canvas
    assert len(page.view.scene.drawn) == 4


@pytest.mark.parametrize(("dark", "points"), [(False, 10), (True, 10), (False, 16)])
def test_everything_has_its_room(page: MapPage, dressed: QApplication, dark: bool, points: int) -> None:
    theme.apply(dressed, dark, points)
    page.window().resize(1440, 900)
    page.canvas.select(uid_of(page, "第1网格"))
    for _ in range(4):  # a layout in a scroll area settles in a few turns
        QApplication.processEvents()
    assert page.card.isVisible()
    assert cramped(page) == []


def test_every_control_has_a_name(page: MapPage) -> None:
    nameless = [
        one for one in page.findChildren(QPushButton) if one.isVisible() and not (one.text() or one.accessibleName())
    ]
    assert nameless == []
    assert page.canvas.accessibleName()
    assert all(button.accessibleName() for button in page.tools.buttons.values())
    assert page.side.combo.accessibleName()
    assert isinstance(page.tools.hint, QLabel)


# -- files and points

SQUARE = {"type": "Polygon", "coordinates": [[[1000, 0], [1200, 0], [1200, 400], [1000, 400], [1000, 0]]]}
CROSSED = {"type": "Polygon", "coordinates": [[[0, 900], [100, 1000], [100, 900], [0, 1000], [0, 900]]]}


def geojson(folder: Path, *grids: tuple[str, dict[str, Any]]) -> Path:
    features = [{"type": "Feature", "properties": {"网格": name}, "geometry": shape} for name, shape in grids]
    path = folder / "网格.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def dialog_of(page: MapPage, qtbot: Any, title: str) -> Any:
    def found() -> Any:
        settled(page)
        return next(
            (one for one in QApplication.topLevelWidgets() if one.windowTitle() == title and one.isVisible()), None
        )

    qtbot.waitUntil(lambda: found() is not None)
    return found()


def test_grids_come_in_explained_and_the_sound_ones_alone(
    page: MapPage, qtbot: Any, tmp_path: Path, dialogs: Any
) -> None:
    dialogs.expect(lambda dialog: None)
    read_grids(page.ctx, geojson(tmp_path, ("第5网格", SQUARE), ("第6网格", CROSSED)), page)
    dialog = dialog_of(page, qtbot, "导入网格")
    assert [dialog.table.item(row, 1).text() for row in range(2)] == ["✗ 错误", "＋ 新增"]
    assert "交叉" in dialog.table.item(0, 2).text()
    assert dialog.write.text() == "导入其余合格的 1 个"
    dialog.write.click()
    settled(page)
    assert len(page.view.scene.drawn) == 5
    undo(page.ctx)
    settled(page)
    assert len(page.view.scene.drawn) == 4


def test_a_picture_is_put_below_and_changed(page: MapPage, tmp_path: Path) -> None:
    assert page.commands()[3].disabled == "请先放入平面图。"
    path = tmp_path / "平面图.png"
    image = QImage(1000, 800, QImage.Format.Format_RGB32)
    image.fill(QColor("#ffeedd"))
    image.save(str(path))
    assert put_ground(page.ctx, path, 1, page)
    settled(page)
    assert page.view.scene.size == (1000.0, 800.0)
    assert page.canvas.tiles.ground.levels[0].pixelColor(5, 5) == QColor("#ffeedd")
    image.fill(QColor("#ddeeff"))
    image.save(str(path))
    assert put_ground(page.ctx, path, 1, page)
    settled(page)
    assert page.canvas.tiles.ground.levels[0].pixelColor(5, 5) == QColor("#ddeeff")
    undo(page.ctx)
    settled(page)
    assert page.canvas.tiles.ground.levels[0].pixelColor(5, 5) == QColor("#ffeedd")


def test_points_are_taken_on_the_map_and_fitted(page: MapPage, qtbot: Any, tmp_path: Path) -> None:
    path = tmp_path / "平面图.png"
    QImage(1000, 800, QImage.Format.Format_RGB32).save(str(path))
    put_ground(page.ctx, path, 1, page)
    settled(page)
    dialog = page.open_points()
    qtbot.addWidget(dialog)
    for x, y in ((0, 0), (1000, 0), (0, 800), (1000, 800)):
        dialog.take.click()
        assert page.canvas.tool.id == "pick"
        Mouse(page.canvas).click((x, y))
        assert page.canvas.tool.id == "select"
    assert dialog.table.rowCount() == 4
    assert "经度还没有填" in dialog.said.text()
    assert not dialog.save.isEnabled()
    for row, (lon, lat) in enumerate(
        (("114.40", "30.40"), ("114.41", "30.40"), ("114.40", "30.408"), ("114.41", "30.408"))
    ):
        dialog.table.item(row, 3).setText(lon)
        dialog.table.item(row, 4).setText(lat)
    assert "最大误差" in dialog.said.text()
    dialog.table.item(3, 4).setText("30.488")  # a digit misread
    assert float(dialog.table.item(3, 5).text().removesuffix(" 米")) > 100
    dialog.table.item(3, 4).setText("304.08")
    assert "经度在前" in dialog.said.text()
    dialog.table.item(3, 4).setText("３０．４０８")
    dialog.save.click()
    assert page.ctx.store.value("SELECT count(*) FROM control_point") == 4
    export_to(page.ctx, "grids", True, tmp_path / "网格.geojson", page)
    settled(page)
    first = json.loads((tmp_path / "网格.geojson").read_text(encoding="utf-8"))["features"][0]
    lon, lat = first["geometry"]["coordinates"][0][0]
    assert 114.39 < lon < 114.42
    assert 30.39 < lat < 30.41


def test_the_export_asks_for_control_points_first(page: MapPage, dialogs: Any, qtbot: Any, tmp_path: Path) -> None:
    dialogs.expect(lambda dialog: None)
    dialog = ask_export(page.ctx, page)
    QApplication.processEvents()
    dialog.form.put("how", "LONLAT")
    dialog.form.submit()
    assert "还没有三个控制点" in dialog.form.error("how")
    dialog.reject()
    export_to(page.ctx, "buildings", False, tmp_path / "楼栋.geojson", page)
    settled(page)
    assert len(json.loads((tmp_path / "楼栋.geojson").read_text(encoding="utf-8"))["features"]) == 5
