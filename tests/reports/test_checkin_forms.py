"""采集表, 报到单, 报到函 and 二、报到与编组 as collected and as printed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.roster.feedback import add_feedback
from core.roster.ops import save_cadre
from core.seed import LISTS
from core.store import Store
from reports.checkin_form import CheckinFormData, CheckinRow, Home, draw
from reports.checkin_slip import filled
from reports.collect_checkin import collect_checkin_form, collect_checkin_letter, collect_checkin_slip
from reports.collect_community import checkins, placings
from reports.collect_evaluation import collect_evaluation
from reports.collect_handbook import collect_handbook
from reports.kit.page import MM
from reports.printing import print_form
from tests.reports import page_boxes, pdfa_check
from tests.reports.community import community
from tests.reports.samples import LONG_NAME, LONG_UNIT, PERSON, SENTENCE, WORST_PERSON, page_texts, printed

FORM = page_boxes.Margins(left=24.9 * MM, top=14 * MM, right=19.9 * MM, bottom=5 * MM)
EVALUATION = page_boxes.Margins(left=27.9 * MM, top=15 * MM, right=19.9 * MM, bottom=5 * MM, mirrored=True)
SLIP = page_boxes.Margins(left=27.9 * MM, top=14 * MM, right=25.9 * MM, bottom=5 * MM)

Book = tuple[Store, dict[str, str], list[str]]


def clean(path: Path, margins: page_boxes.Margins) -> list[str]:
    """Check the file and every glyph against every rule, return the page texts."""
    assert pdfa_check.findings(path) == []
    assert [str(one) for one in page_boxes.inspect(path, margins=margins, clearance=2.0)] == []
    return page_texts(path)


def form() -> CheckinFormData:
    """An ordinary filled form."""
    options = {key: LISTS[key] for key in ("skills", "hobbies", "willingness", "free_time")}
    rows = (
        CheckinRow("个人报到（居住地）", "藏龙岛街道经院社区", "2020-08-08", "第3网格　东苑3栋2单元"),
        CheckinRow("组织派遣报到"),
    )
    home = Home("江夏区", "藏龙岛街道", "经院社区", "东苑", "3栋", "2单元", "501室", "东苑3栋2单元501室")
    person = replace(PERSON, skills="法律咨询、木工", willingness="治安巡逻")
    return CheckinFormData(person, home, options, True, False, rows, 2020, "2020-1", "取自名册。", "2020-11-24")


@pytest.fixture
def book() -> Book:
    return community()


def ticks(path: Path) -> int:
    """Tick strokes of the first page."""
    import pikepdf

    with pikepdf.open(path) as pdf:
        return int(pdf.pages[0].Contents.read_bytes().count(b"1.2 w "))


def test_the_form_is_one_page_and_ticks_what_was_chosen(tmp_path: Path) -> None:
    path = printed(tmp_path / "a.pdf", lambda sheets: draw(form(), sheets))
    (page,) = clean(path, FORM)
    for words in (
        "张三",
        "D20050132",
        "经院社区",
        "3栋",
        "木工",
        "2020年8月8日",
        "第3网格",
        "统计口径：取自名册。",
        "XCJS-05",
    ):
        assert words in page
    assert "截至日期：2020年11月24日" in page
    assert ticks(path) == 6  # two skills (one not on the list), a hobby, a wish, the weekend (not on the list), 楼栋长


@pytest.mark.parametrize("key", ["skills", "hobbies", "willingness", "free_time"])
def test_each_choice_of_each_list_ticks_its_own_box(tmp_path: Path, key: str) -> None:
    bare = replace(form().person, skills="", hobbies="", willingness="", free_time="")
    for choice in (*LISTS[key], "名单以外的"):
        data = replace(form(), person=replace(bare, **{key: choice}), would_lead=False, would_join=False)
        path = printed(tmp_path / "a.pdf", lambda sheets, data=data: draw(data, sheets))
        assert ticks(path) == 1, choice


def test_what_does_not_fit_goes_to_a_further_page(tmp_path: Path) -> None:
    worst = replace(
        form(),
        person=replace(WORST_PERSON, skills="、".join(LISTS["skills"]) + "、" + "长" * 60),
        home=replace(form().home, estate=LONG_UNIT, address=SENTENCE * 3),
    )
    texts = clean(printed(tmp_path / "a.pdf", lambda sheets: draw(worst, sheets)), FORM)
    assert len(texts) == 2 and "专业特长（续）" in texts[1] and "长" * 30 in texts[1] and LONG_NAME in texts[0]
    many = {key: tuple(f"选项{number}" for number in range(90)) for key in form().options}
    (page,) = clean(printed(tmp_path / "b.pdf", lambda sheets: draw(replace(form(), options=many), sheets)), FORM)
    assert "木工" in page and "选项89" not in page  # lists grown beyond the page: only what was chosen


@pytest.mark.parametrize("chosen", [True, False])
def test_an_option_wider_than_a_line_is_printed_on_two_chosen_or_not(tmp_path: Path, chosen: bool) -> None:
    wide = "在居住地社区参加由社区党组织统一安排的政策宣传和环境整治以及治安巡逻与结对帮扶和应急处置等各类志愿服务活动"
    endless = "愿意" * 100
    options = {**form().options, "willingness": (*LISTS["willingness"][:2], wide, LISTS["willingness"][2])}
    person = replace(form().person, willingness=wide if chosen else "")
    data = replace(form(), person=person, options=options)
    path = printed(tmp_path / "a.pdf", lambda sheets: draw(data, sheets))
    (page,) = clean(path, FORM)
    assert wide in page and all(one in page for one in LISTS["willingness"][:3])
    before = replace(form(), person=replace(person, willingness=""))
    assert ticks(path) == ticks(printed(tmp_path / "b.pdf", lambda sheets: draw(before, sheets))) + chosen
    longer = replace(data, options={**options, "hobbies": (*LISTS["hobbies"], endless)})
    texts = clean(printed(tmp_path / "c.pdf", lambda sheets: draw(longer, sheets)), FORM)
    assert f"（未选）{endless}" in texts[1]  # beyond three lines: on the 续页


def test_the_seal_has_its_clear_45_mm(tmp_path: Path) -> None:
    path = printed(tmp_path / "a.pdf", lambda sheets: draw(form(), sheets))
    (page,) = page_boxes.pages(path)
    seal = next(one for one in page.glyphs if one.char == "章")
    above = [one for one in page.glyphs if one.left > seal.left - 15 * MM and one.bottom > seal.top]
    assert min(one.bottom for one in above) - seal.top > 45 * MM


def test_both_tracks_stand_apart_with_their_own_grid(book: Book) -> None:
    store, _, cadres = book
    first, second = collect_checkin_form(store, cadres[:2], 2020)
    assert [(one.community, one.on, one.place) for one in first.checkins] == [
        ("关山街道康园社区", "2020-08-01", "第7网格"),
        ("藏龙岛街道经院社区", "2020-08-05", "第1网格　东苑1栋2单元"),
    ]
    assert [(one.kind, one.on) for one in second.checkins] == [
        ("个人报到（居住地）", "2020-08-02"),
        ("组织派遣报到", ""),  # that of 2019 has ended
    ]
    assert (first.home.estate, first.home.room, first.as_of) == ("东苑", "1201", "2020-11-24")
    (blank,) = collect_checkin_form(store, cadres[:1], 2020, blank=True)
    assert (blank.person.name, blank.person.phone, blank.checkins[0].on) == (first.person.name, "", "")


def test_the_handbook_shows_each_check_in_and_where_he_serves(book: Book) -> None:
    store, _, cadres = book
    (made,) = collect_handbook(store, cadres[:1], 2020)
    home, sent = made.checkins
    assert (home.kind, home.place, home.grid, home.building_lead, home.squad) == (
        "个人报到（居住地社区）",
        "关山街道康园社区",
        "第7网格",
        "",
        "",
    )
    assert (sent.kind, sent.on, sent.grid, sent.building, sent.building_lead, sent.squad) == (
        "组织派遣报到（联系社区）",
        "2020-08-05",
        "第1网格",
        "东苑1栋2单元",
        "是（东苑1栋）",
        "第1小分队",
    )
    assert (made.community, made.grid) == ("关山街道康园社区", "第7网格")
    other, none = collect_handbook(store, [cadres[8], cadres[29]], 2020)
    assert (other.community, other.grid, other.checkins[0].building_lead) == ("藏龙岛街道经院社区", "第3网格", "否")
    assert none.checkins == () and none.grid == ""
    assert collect_handbook(store, cadres[:1], 2020, "2020-08-04")[0].checkins == (home,)


def test_the_evaluation_form_names_community_and_grid(book: Book) -> None:
    store, _, cadres = book
    first, second = collect_evaluation(store, cadres[:2], 2020)
    assert (first.home_community, first.grid) == ("关山街道康园社区", "第1网格")
    assert (second.home_community, second.grid) == ("藏龙岛街道经院社区", "第1网格")


def test_posts_stand_on_the_evaluation_form_and_in_the_book_with_the_communitys_word(
    book: Book, tmp_path: Path
) -> None:
    store, _, cadres = book
    with store.transact("反馈") as tx:
        for day, text in (("2020-09-20", "服务热心。"), ("2019-09-20", "去年的。"), ("2020-10-02", "值守认真。")):
            add_feedback(tx, cadres[0], {"given_on": day, "given_by": "王书记", "content": text})
    leading, none = collect_evaluation(store, [cadres[0], cadres[29]], 2020)
    assert leading.post == "东苑1栋楼栋长、第1小分队成员" and none.post == ""
    assert (
        leading.feedback == "2020年9月20日　王书记：服务热心。\n2020年10月2日　王书记：值守认真。"
        and none.feedback == ""
    )
    assert collect_handbook(store, cadres[:1], 2020)[0].commitments[0].post == leading.post
    done = print_form(store, "evaluation", year=2020, out=tmp_path, uids=[cadres[0]])
    front, back = page_texts(done.files[0])
    assert leading.post in front and "王书记：值守认真。" in back and "社区平时反馈" in back
    assert page_boxes.inspect(done.files[0], margins=EVALUATION, clearance=2.0) == []


def test_places_are_those_of_the_day(book: Book) -> None:
    store, _, cadres = book
    assert placings(store, cadres, "2020-08-09").get(cadres[5]) is None
    assert placings(store, cadres, "2020-08-10")[cadres[0]].led == "否"
    assert placings(store, cadres, "2020-09-01")[cadres[0]].led == "是（东苑1栋）"
    assert [one.track for one in checkins(store, cadres[1:2], 2019, "2019-12-31")[cadres[1]]] == ["ASSIGNED"]


def test_the_letter_and_its_receipt(book: Book, tmp_path: Path) -> None:
    store, _, cadres = book
    (pages,) = collect_checkin_slip(store, cadres[:1], 2020)
    assert [(one.kind, one.community, one.letter_no) for one in pages] == [
        ("person_home", "关山街道康园社区", ""),
        ("person_assigned", "藏龙岛街道经院社区", "〔2020〕12号"),
    ]
    with store.transact("姓名") as tx:
        save_cadre(tx, {"name": LONG_NAME, "skills": SENTENCE}, cadres[0])
    done = print_form(store, "checkin_slip", year=2020, cadres=["0001"], out=tmp_path)
    home, sent = clean(done.files[0], SLIP)
    assert "关山街道康园社区党组织：" in home and "回执" in home and "第1页共1页" in home and "第1页共1页" in sent
    assert "兹派我校党员干部" in sent and LONG_NAME in sent and "编号：〔2020〕12号" in sent
    assert filled("{name}编入{grid}", {"name": "张三"}) == "张三编入＿＿＿＿＿＿"


def test_the_letters_of_the_school_and_of_a_unit(book: Book, tmp_path: Path) -> None:
    store, _, _ = book
    (school,) = collect_checkin_letter(store, "", 2020)
    assert school.kind == "school" and school.table[1][:2] == ("我方联系人", "李四")
    done = print_form(store, "checkin_letter", year=2020, unit="会计学院", out=tmp_path)
    (page,) = clean(done.files[0], SLIP)
    assert (
        "会计学院党委向你社区报到" in page
        and "党员干部" in page
        and done.files[0].name == "2020_报到函_会计学院党委.pdf"
    )


def test_the_empty_form_and_the_forms_of_a_grid(book: Book, tmp_path: Path) -> None:
    store, _, _ = book
    done = print_form(store, "checkin_form", year=2020, blank=True, out=tmp_path)
    (page,) = clean(done.files[0], FORM)
    assert (done.pages, done.problems) == (1, []) and "张伟" not in page and "编号" not in page
    done = print_form(store, "checkin_form", year=2020, blank=True, grid="第2网格", merged=True, out=tmp_path)
    assert done.people == 9 and done.problems == []
