"""网格公示牌, 网格编组表, 112小分队名单 and 网格图 as collected and as printed."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest

from core.base.errors import Refused
from core.store import Store
from reports.grid_map import CLASSES, MapClass, MapData, MapGrid, MapMark, class_colour, classes_of, draw
from reports.grid_notice import NoticeData
from reports.grid_notice import draw as draw_notice
from reports.grid_papers import collect_map, collect_notices
from reports.kit.page import MM
from reports.map_places import Room, centres
from reports.printing import check_form, print_form
from reports.spec import Asked
from tests.factory import visits
from tests.reports import page_boxes, pdfa_check
from tests.reports.community import HEIGHT, WIDTH, community, picture
from tests.reports.samples import LONG_NAME, LONG_UNIT, page_texts, printed

MAP = page_boxes.Margins(left=14.9 * MM, top=10 * MM, right=14.9 * MM, bottom=5 * MM)
NOTICE = page_boxes.Margins(left=19.9 * MM, top=14 * MM, right=19.9 * MM, bottom=5 * MM)
LIST = page_boxes.Margins(left=23.9 * MM, top=20 * MM, right=23.9 * MM, bottom=8 * MM)

Book = tuple[Store, dict[str, str], list[str]]


def clean(path: Path, margins: page_boxes.Margins, clearance: float = 1.0) -> list[str]:
    """Check the file and every glyph against every rule, return the page texts."""
    assert pdfa_check.findings(path) == []
    assert [str(one) for one in page_boxes.inspect(path, margins=margins, clearance=clearance)] == []
    return page_texts(path)


@pytest.fixture
def book() -> Book:
    return community()


def test_a_notice_for_each_grid_without_private_phones(book: Book, tmp_path: Path) -> None:
    store, _, cadres = book
    done = print_form(store, "grid_notice", year=2020, out=tmp_path)
    assert [one.name for one in done.files] == [f"2020-11-24_网格公示牌_第{n}网格.pdf" for n in (1, 2, 3)]
    assert done.people == 24
    (first,), (second,), _ = (clean(one, NOTICE) for one in done.files)
    name = store.value("SELECT name FROM cadre WHERE uid = ?", (cadres[0],))
    for words in (
        "第1网格",
        "陈彬电话：027-81970001",
        f"东苑1栋{name}",
        "第1小分队",
        "赵六",
        "下沉党员干部",
        "（9人）",
    ):
        assert words in first
    assert "东苑6栋待定" in second and "138" not in first + second and "1201" not in first + second
    assert "统计口径：" in first and "截至日期：2020年11月24日" in first
    lacking = [(one.label, one.missing) for one in check_form(store, "grid_notice", year=2020)]
    assert lacking == [("《第2网格公示牌》", ("网格员",)), ("《第3网格公示牌》", ("网格员",))]
    one = print_form(store, "grid_notice", year=2020, grid="二", out=tmp_path / "2")
    assert [path.name for path in one.files] == ["2020-11-24_网格公示牌_第2网格.pdf"]


def test_a_crowded_notice_continues_and_breaks_no_name(book: Book, tmp_path: Path) -> None:
    (data,) = collect_notices(book[0], book[1]["网格1"])
    crowd = replace(
        data,
        leads=tuple((f"东苑{n}栋", LONG_NAME) for n in range(1, 40)),
        squads=data.squads * 8,
        cadres=tuple((f"{LONG_UNIT}{n}", (LONG_NAME, "单雄信") * 3) for n in range(12)),
    )
    texts = clean(printed(tmp_path / "a.pdf", lambda sheets: draw_notice(crowd, sheets)), NOTICE)
    whole = "".join(texts)
    assert len(texts) > 1 and whole.count("单雄信") == 36 and all(f"{LONG_UNIT}{n}" in whole for n in range(12))
    few = NoticeData("第1网格", "经院社区", cadres=(("机关党委", ("张三", "李四")),))
    (page,) = clean(printed(tmp_path / "b.pdf", lambda sheets: draw_notice(few, sheets)), NOTICE)
    assert "楼栋长" not in page and "（2人）" in page


def test_the_assignment_table_by_grid_and_who_is_left(book: Book, tmp_path: Path) -> None:
    store, _, _ = book
    done = print_form(store, "grid_assignment", year=2020, out=tmp_path)
    pages = clean(done.files[0], LIST)
    assert "第1网格编组表" in pages[0] and "网格员：陈彬" in pages[0] and "共9人，其中在职" in pages[0]
    assert "网格内楼栋3栋，有楼栋长3栋" in pages[0] and "第1小分队" in pages[0]
    assert "未编入网格人员名单" in pages[-1] and "原因" in pages[-1]
    single = print_form(store, "grid_assignment", year=2020, grid="3", out=tmp_path)
    assert single.people == 6 and single.files[0].name == "2020-11-24_网格编组表_第3网格.pdf"
    with pytest.raises(Refused, match="不能按单位打印"):
        print_form(store, "grid_assignment", year=2020, unit="会计学院", out=tmp_path)


def test_a_squad_that_lacks_somebody_says_so(book: Book, tmp_path: Path) -> None:
    store, _, _ = book
    done = print_form(store, "squad_list", year=2020, out=tmp_path)
    (page,) = clean(done.files[0], LIST)
    assert "缺志愿者1名" in page and "共1支" in page and "其中1支编成不齐" in page and "2020年9月10日" in page
    with pytest.raises(Refused, match="没有可打印的内容"):
        print_form(store, "squad_list", year=2020, grid="2", out=tmp_path)


def test_the_map_in_every_colouring_with_its_numbers(book: Book, tmp_path: Path) -> None:
    store, _, _ = book
    visits(store, 60)
    told = {"people": "9人", "hours": "0小时", "leads": "33.3%", "below": "人"}
    for by, words in told.items():
        done = print_form(store, "grid_map", year=2020, by=by, out=tmp_path)
        (page,) = clean(done.files[0], MAP)
        assert all(f"第{number}网格" in page for number in (1, 2, 3)) and words in page
        assert "图例" in page and "统计口径：" in page and "截至日期：2020年11月24日" in page
    assert len(list(tmp_path.iterdir())) == 4


def test_the_map_on_a3_over_its_picture(book: Book, tmp_path: Path) -> None:
    store, uids, _ = book
    picture(store, uids)
    data = collect_map(store, Asked(2020, by="people", paper="A3"))
    assert data.extent == (0, 0, WIDTH, HEIGHT) and len(data.marks) == 9 and data.picture
    done = print_form(store, "grid_map", year=2020, paper="A3", out=tmp_path)
    (page,) = clean(done.files[0], MAP)
    assert "第3网格" in page
    with pikepdf.open(done.files[0]) as pdf:
        (sheet,) = pdf.pages
        assert [round(float(one) / MM) for one in sheet.mediabox[2:]] == [420, 297]
        assert "/Multiply" in sheet.Resources.ExtGState and len(sheet.Resources.XObject) == 1


def test_a_grid_without_an_outline_is_named_and_none_at_all_is_refused(book: Book, tmp_path: Path) -> None:
    store, uids, _ = book
    with store.transact("擦掉") as tx:
        tx.update("grid", uids["网格3"], {"outline": ""})
    (page,) = clean(print_form(store, "grid_map", year=2020, out=tmp_path).files[0], MAP)
    assert "未画出边界的网格：第3网格" in page
    assert [one.label for one in check_form(store, "grid_map", year=2020)] == ["第3网格"]
    with store.transact("擦掉") as tx:
        for number in (1, 2):
            tx.update("grid", uids[f"网格{number}"], {"outline": ""})
    with pytest.raises(Refused, match="边界还没有画"):
        print_form(store, "grid_map", year=2020, out=tmp_path)


def test_classes_hold_every_figure_and_grow_darker() -> None:
    for figures in ([0.0], [3.0] * 5, [0.0, 0.4, 7.5, 90.0], [float(n) for n in range(40)], [0.0, 0.0, 12.0]):
        classes = classes_of(figures, "人")
        assert sum(one.count for one in classes) == len(figures) and len(classes) <= 5
        assert [one.upto for one in classes] == sorted({one.upto for one in classes})
    assert classes_of([], "人") == ()
    assert [one.text for one in classes_of([0.0, 0.0, 12.0, 15.0], "人")] == ["0人", "1—12人", "13—15人"]
    greys = [0.299 * red + 0.587 * green + 0.114 * blue for red, green, blue in CLASSES]
    assert all(before - after > 0.08 for before, after in pairwise(greys)) and greys[-1] > 0.5
    two = (MapClass(1.0, "1人"), MapClass(9.0, "9人"))
    assert class_colour(1.0, two) == CLASSES[0] and class_colour(2.0, two) == CLASSES[-1]
    assert class_colour(None, two) == (1.0, 1.0, 1.0)


def test_labels_stand_inside_and_never_on_a_building(tmp_path: Path) -> None:
    narrow = tuple(
        MapGrid(
            f"第{n}网格", ((n * 40.0, 0.0), (n * 40.0 + 40, 0.0), (n * 40.0 + 40, 600.0), (n * 40.0, 600.0)), 3.0, "3人"
        )
        for n in range(24)
    )
    hollow = MapGrid("第30网格", ((0, 700), (960, 700), (960, 1000), (700, 1000), (700, 760), (0, 760)), None, "")
    marks = (*(MapMark(40.0 * n + 20, 300.0, str(n)) for n in range(24)), MapMark(830.0, 860.0, "77"))
    data = MapData("经院社区", "人数", (0, 0, 960, 1000), (*narrow, hollow), marks, classes_of([3.0], "人"))
    path = printed(tmp_path / "a.pdf", lambda sheets: draw(data, sheets))
    page, more = clean(path, MAP)
    assert "第30网格" in page and "无数据" in page and page.count("3人") >= 24
    assert all(f"第{number}网格3人" in more for number in range(24))  # too narrow for their names
    square = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)]
    ((x, y, radius),) = centres([square])
    assert abs(x - 50) < 3 and abs(y - 50) < 3 and abs(radius - 50) < 3
    room = Room([square])
    from reports.kit.page import Box

    assert room.holds(Box(10, 10, 40, 40)) and not room.holds(Box(80, 80, 40, 10))
    room.take(Box(10, 10, 40, 40))
    assert not room.free(Box(40, 40, 5, 5)) and room.free(Box(60, 60, 5, 5), off_lines=2)
    assert not room.free(Box(60, 95, 5, 5), off_lines=2)


def test_the_legend_has_the_tints_of_the_map_over_its_picture(book: Book, tmp_path: Path) -> None:
    store, uids, _ = book
    picture(store, uids)
    with store.transact("少一个") as tx:
        tx.delete("grid_assignment", str(tx.value("SELECT min(uid) FROM grid_assignment")))
    done = print_form(store, "grid_map", year=2020, out=tmp_path)
    with pdfium.PdfDocument(done.files[0]) as document:
        image = document[0].render(scale=1).to_pil().convert("RGB")
    width, height = image.size
    assert width > height
    parts = (image.crop((0, 90, 600, height - 120)), image.crop((600, 90, width, height - 120)))
    on_map, in_legend = ({colour: count for count, colour in part.getcolors(1 << 20) or ()} for part in parts)
    tints = [colour for colour, count in on_map.items() if count > 3000 and max(colour) < 250]
    assert len(tints) >= 2
    for tint in tints:
        near = [
            one for one, count in in_legend.items() if count > 50 and max(map(abs, map(int.__sub__, one, tint))) < 6
        ]
        assert near, f"{tint} is on the map, not in the legend"


def test_a_label_moves_off_the_buildings_of_a_crowded_grid(tmp_path: Path) -> None:
    ring = ((0.0, 0.0), (400.0, 0.0), (400.0, 400.0), (0.0, 400.0))
    marks = tuple(MapMark(40.0 + 80 * (n % 5), 40.0 + 80 * (n // 5), str(n + 1)) for n in range(25) if n not in (2, 3))
    data = MapData("经院社区", "人数", (0, 0, 400, 400), (MapGrid("第15网格", ring, 8.0, "8人"),), marks)
    path = printed(tmp_path / "a.pdf", lambda sheets: draw(data, sheets))
    (page,) = clean(path, MAP)
    assert "第15网格" in page
    (boxes,) = page_boxes.pages(path)
    numbers = "".join(one.char for one in boxes.glyphs if one.char.isdigit() and one.size < 9.5 and one.bottom > 80)
    assert all(mark.number in numbers for mark in marks)
