"""交接单, 带出台账, 数据包收发台账, 合并情况报告: what they say, that they never hold the code, and that they are sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.base.errors import InvalidInput, Refused
from core.store import Store
from reports.handover import held_words, peer_named
from reports.kit.page import MM
from reports.printing import check_form, print_form
from tests.reports import page_boxes, pdfa_check
from tests.reports.community import community
from tests.reports.exchange_rows import copies, merged
from tests.reports.samples import page_texts

UPRIGHT = page_boxes.Margins(left=26 * MM, top=20 * MM, right=24 * MM, bottom=7 * MM)
ACROSS = page_boxes.Margins(left=23.9 * MM, top=20 * MM, right=23.9 * MM, bottom=8 * MM)


def clean(path: Path, margins: page_boxes.Margins = ACROSS) -> list[str]:
    """Check the file and every glyph against every rule, return the page texts."""
    assert pdfa_check.findings(path) == []
    assert [str(one) for one in page_boxes.inspect(path, margins=margins, clearance=1.2)] == []
    return page_texts(path)


@pytest.fixture
def store() -> Store:
    made, uids, _ = community()
    copies(made, [uids["网格1"], uids["网格2"]])
    return made


def test_the_handover_sheet_says_who_what_and_the_duties_on_one_page(store: Store, tmp_path: Path) -> None:
    done = print_form(store, "handover_sheet", year=2020, out=tmp_path)
    assert [one.name for one in done.files] == ["2020_带出数据交接单_01_笔记本1.pdf"]  # the other one is back
    (page,) = clean(done.files[0], UPRIGHT)
    for words in (
        "设备号：1", "笔记本1", "张三", "13812345678", "2020年8月3日", "2020年8月31日", "第1网格、第2网格", "党员干部5人",
        "不含身份证号、手机号码", "不外传", "立即报告湖北经济学院", "交出人签名：", "领用人签名：", "收回人签名：",
        "开启码不写在本单上",
    ):  # fmt: skip
        assert words in page, words
    assert store.value("SELECT key FROM peer WHERE uid = 'p1'") * 32 not in page


@pytest.mark.parametrize("which", ["2", "会计学院党委", "p2"])
def test_a_copy_is_found_by_number_name_or_uid(store: Store, tmp_path: Path, which: str) -> None:
    done = print_form(store, "handover_sheet", year=2020, which=which, out=tmp_path)
    (page,) = clean(done.files[0], UPRIGHT)
    assert "会计学院党委" in page and "数据范围全部" in page


def test_an_unknown_copy_is_said(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="1（笔记本1）"):
        print_form(store, "handover_sheet", year=2020, which="笔记本9", out=tmp_path)
    with pytest.raises(Refused, match="不能按带出的数据打印"):
        print_form(store, "roster_list", year=2020, which="1", out=tmp_path)


def test_a_long_range_goes_on_and_who_signs_is_asked_for(store: Store, tmp_path: Path) -> None:
    with store.transact("改") as tx:
        tx.update("peer", "p1", {"holder": "", "note": "带出用于第三季度入户走访。" * 60})
    assert [gap.missing for gap in check_form(store, "handover_sheet", year=2020)] == [("领用人",)]
    first, second = clean(print_form(store, "handover_sheet", year=2020, out=tmp_path).files[0], UPRIGHT)
    assert "（转续页）" in first and "带出数据交接单（续页）" in second


def test_what_a_copy_holds_is_counted_within_its_part(store: Store) -> None:
    told = held_words(store, peer_named(store, "1"))
    grids = store.value("SELECT count(*) FROM grid")
    assert told[0] == "党员干部5人" and f"网格{grids}个" in told  # grids travel with every copy
    people = "SELECT count(*) FROM checkin WHERE cadre_uid IN (SELECT cadre_uid FROM peer_cadre WHERE peer_uid = 'p1')"
    assert f"报到{store.value(people)}条" in told
    assert f"党员干部{store.value('SELECT count(*) FROM cadre')}人" in held_words(store, peer_named(store, "2"))


def test_the_two_ledgers(store: Store, tmp_path: Path) -> None:
    merged(store)
    (page,) = clean(print_form(store, "peer_list", year=2020, out=tmp_path).files[0])
    assert "带出的数据共2份，在外1份，其中逾期未交回1份" in page and "已收回" in page and "张三" in page
    (page,) = clean(print_form(store, "packet_list", year=2020, out=tmp_path).files[0])
    assert "带出2份，发出数据包0个，收到并合并1个" in page and "会计学院党委" in page
    (page,) = clean(print_form(store, "packet_list", year=2020, which="1", out=tmp_path / "1").files[0])
    assert "设备或单位：笔记本1" in page and "会计学院党委" not in page


def test_the_report_of_a_merge_tells_changes_by_person_and_decisions(store: Store, tmp_path: Path) -> None:
    merged(store)
    merged(store, 4)
    done = print_form(store, "merge_report", year=2020, which="笔记本1第3包", out=tmp_path)
    assert done.files[0].name == "2020_合并情况报告_笔记本1第3包.pdf"
    changes, decisions = clean(done.files[0])
    for words in ("张伟（0001）", "139****2222", "（空）→周末可服务", "热心负责", "共2条：新增1条、修改1条"):
        assert words in changes, words
    for words in ("同一项两边都改了", "137****4444", "王干事", "采用对方", "赵部长", "时间重叠", "待定1项"):
        assert words in decisions, words
    assert not any("13911112222" in page or "13733334444" in page for page in (changes, decisions))
    newest = print_form(store, "merge_report", year=2020, out=tmp_path)
    assert newest.files[0].name.endswith("第4包.pdf")
    with pytest.raises(InvalidInput, match="没有合并过"):
        print_form(store, "merge_report", year=2020, which="笔记本1第9包", out=tmp_path)


def test_nothing_merged_yet_is_said(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="还没有合并过"):
        print_form(store, "merge_report", year=2020, out=tmp_path)
