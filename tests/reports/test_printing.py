"""The print service: who is printed, what is missing, what the files are called."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from core.archive.closing import close_year
from core.base.errors import InvalidInput, Refused
from core.evaluation import ops
from core.org.ops import add_unit
from core.reporting import half_year
from core.roster.attachments import set_photo
from core.roster.ops import archive_cadre, save_cadre
from core.store import Store
from reports.catalogue import REPORTS, report
from reports.printing import check_form, print_form, print_job, select_people
from tests.core.log_people import SIGNED, ledger, record
from tests.reports import pdfa_check
from tests.reports.exchange_rows import copies, merged
from tests.reports.samples import LONG_NAME, page_texts

FULL = {
    "sex": "男", "nation": "汉族", "birth_on": "1985-03", "party_status": "中共党员", "joined_on": "2006-07",
    "education": "大学本科", "title": "教授", "phone": "13812345678", "community": "经院社区",
}  # fmt: skip


@pytest.fixture
def book() -> tuple[Store, dict[str, str]]:
    store, uids = ledger()
    with store.transact("资料") as tx:
        for name in ("张伟", "王老"):
            save_cadre(tx, {**FULL, "phone": ""} if name == "王老" else FULL, uids[name])
        save_cadre(tx, {"branch_uid": uids["支部"]}, uids["张伟"])
        here = {"cadre_uid": uids["张伟"], "track": "HOME", "community_uid": "linked", "written_on": "2020-08-20"}
        tx.insert("checkin", {**here, "checked_on": "2020-08-08"})
    record(store, uids["张伟"], served_on="2020-10-01", **SIGNED)
    return store, uids


def names(files: list[Path]) -> list[str]:
    return [one.name for one in files]


def test_a_file_for_each_person_and_what_is_missing_of_whom(book: tuple[Store, dict[str, str]], tmp_path: Path) -> None:
    store, _ = book
    told: list[tuple[int, int]] = []
    done = print_form(store, "evaluation", year=2020, out=tmp_path, progress=lambda *step: told.append(step))
    assert names(done.files) == [f"2020_考核评价表_{one}.pdf" for one in ("张伟_0001", "李娜_0002", "王老_0003")]
    assert (done.people, done.pages, told) == (3, 6, [(1, 3), (2, 3), (3, 3)])
    assert [str(one) for one in done.problems] == [
        "李娜（0002）：缺性别、出生年月、政治面貌、职务/职称、党支部、手机、个人报到，已留空，可在名册补填后重印，或手写。",
        "王老（0003）：缺党支部、手机，已留空，可在名册补填后重印，或手写。",
    ]
    assert "1次" not in page_texts(done.files[1])[0] and "会计学院党委" in page_texts(done.files[1])[0]
    assert all(pdfa_check.findings(one) == [] for one in done.files)
    assert not list(tmp_path.glob("*.part"))


def test_a_character_no_font_has_is_told_before_and_after_and_everybody_is_printed(
    book: tuple[Store, dict[str, str]], tmp_path: Path
) -> None:
    store, uids = book
    with store.transact("小结") as tx:
        tx.insert("evaluation", {"cadre_uid": uids["李娜"], "year": 2020, "self_summary": "自造字\ue5e5"})
    found = [one.text for one in check_form(store, "evaluation", year=2020, uids=[uids["李娜"]])]
    assert "U+E5E5，将印成方框" in found[0] and found[1].startswith("缺性别")
    done = print_form(store, "evaluation", year=2020, out=tmp_path)
    assert done.people == 3 and len(done.files) == 3
    assert [one.label for one in done.problems] == ["李娜（0002）", "李娜（0002）", "王老（0003）"]
    assert "U+E5E5在第1页“自造字\ue5e5”" in done.problems[0].text
    assert not any(one.blocking for one in done.problems)


@pytest.mark.parametrize("form", ["roster_list", "quota_list", "results_table", "evaluation_summary", "id_card"])
def test_one_rare_name_never_stops_a_list(book: tuple[Store, dict[str, str]], tmp_path: Path, form: str) -> None:
    store, uids = book
    with store.transact("改名") as tx:
        tx.update("cadre", uids["李娜"], {"name": "李𫚉娜"})
    done = print_form(store, form, year=2020, out=tmp_path)
    (path,) = done.files
    assert "李𫚉娜" in "".join(page_texts(path)) and pdfa_check.findings(path) == []
    (problem,) = [one for one in done.problems if one.boxed]
    assert not problem.blocking and "手写" in problem.text
    assert re.search(r"“𫚉”（U\+2B689）在第\d页“李𫚉娜", problem.text)
    (gap,) = [one for one in check_form(store, form, year=2020) if one.boxes]
    assert "U+2B689" in gap.text and not gap.blocked


def test_a_photo_is_asked_for_before_printing_only(book: tuple[Store, dict[str, str]], tmp_path: Path) -> None:
    store, uids = book
    gaps = {one.label: one.missing for one in check_form(store, "handbook", year=2020)}
    assert gaps["张伟（0001）"] == ("照片",)
    picture = io.BytesIO()
    Image.new("RGB", (60, 84), "white").save(picture, "PNG")
    with store.transact("照片") as tx:
        set_photo(tx, uids["张伟"], picture.getvalue())
    assert check_form(store, "handbook", year=2020, cadres=["0001"]) == []
    done = print_form(store, "handbook", year=2020, cadres=["0001"], out=tmp_path)
    assert (done.people, done.problems) == (1, [])


def test_merged_split_and_duplex(book: tuple[Store, dict[str, str]], tmp_path: Path) -> None:
    store, _ = book
    done = print_form(store, "handbook_pages", year=2020, merged=True, duplex=True, out=tmp_path)
    assert names(done.files) == ["2020_纪实手册加页_001.pdf"] and done.pages == 6
    done = print_form(store, "evaluation", year=2020, merged=True, split_unit=True, out=tmp_path)
    assert names(done.files) == ["2020_考核评价表_会计学院党委_001.pdf", "2020_考核评价表_离退休党委_001.pdf"]
    done = print_form(store, "evaluation", year=2020, split_unit=True, out=tmp_path)
    assert [str(one.relative_to(tmp_path).parent) for one in done.files] == [
        "会计学院党委",
        "会计学院党委",
        "离退休党委",
    ]


def test_blank_forms_leave_the_sums_to_the_pen(book: tuple[Store, dict[str, str]], tmp_path: Path) -> None:
    store, _ = book
    for form, words in (("evaluation", "发放"), ("handbook", "发放")):
        done = print_form(store, form, year=2020, cadres=["0001"], blank=True, out=tmp_path)
        whole = "".join(page_texts(done.files[0]))
        assert "张伟" in whole and words not in whole and "（空白）" in done.files[0].name
    with pytest.raises(Refused, match="没有空白表"):
        print_form(store, "roster_list", year=2020, blank=True, out=tmp_path)


def test_one_page_again(book: tuple[Store, dict[str, str]], tmp_path: Path) -> None:
    store, _ = book
    done = print_form(store, "handbook", year=2020, cadres=["0001"], pages="2-3,5", out=tmp_path)
    assert done.pages == 3 and "第2页" in page_texts(done.files[0])[0]
    none = print_form(store, "evaluation", year=2020, cadres=["0001"], pages="9", out=tmp_path / "9")
    assert none.files == [] and none.problems[0].text == "没有要重印的页，请核对页码。"
    for wrong in ("a", "0", "5-2"):
        with pytest.raises(InvalidInput, match="页码"):
            print_form(store, "evaluation", year=2020, pages=wrong, out=tmp_path)


def test_who_is_meant(book: tuple[Store, dict[str, str]], tmp_path: Path) -> None:
    store, uids = book
    assert select_people(store, 2020, uids["会计"]) == (uids["张伟"], uids["李娜"])
    assert select_people(store, 2020, cadres=["李娜", "0001"]) == (uids["李娜"], uids["张伟"])
    with store.transact("调离") as tx:
        archive_cadre(tx, uids["李娜"], "2020-06-01", "调离")
    assert select_people(store, 2020, uids["会计"]) == (uids["张伟"],)
    assert uids["李娜"] in select_people(store, 2019)
    assert select_people(store, 2020, cadres=["0002"]) == (uids["李娜"],)
    with store.transact("同名") as tx:
        save_cadre(tx, {"name": "张伟", "unit_uid": uids["离退休"]})
        add_unit(tx, {"name": "法学院党委"})
    for options, words in (
        ({"cadres": ["9999"]}, "名册里没有“9999”"),
        ({"cadres": ["张伟"]}, "请改用工号"),
        ({"unit": "数学学院"}, "没有名为“数学学院”的单位"),
        ({"unit": "法学院党委"}, "没有可打印的人"),
        ({"grid": "第9网格"}, "没有名为“第9网格”的网格"),
        ({"grid": "第3网格"}, "这个网格没有可打印的人"),
        ({"community": "康园社区"}, "没有住在“康园社区”"),
        ({"by": "branch"}, "不能按“branch”打印"),
        ({"paper": "A3"}, "只能打印在A4纸上"),
        ({"as_of": "2019-12-31"}, "在2020年之前"),
    ):
        with pytest.raises((InvalidInput, Refused), match=words):
            print_form(store, "evaluation", year=2020, out=tmp_path, **options)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match=r"evaluation（考核评价表）"):
        print_form(store, "nothing", year=2020, out=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_order_of_a_child_process_names_uids_only(book: tuple[Store, dict[str, str]], tmp_path: Path) -> None:
    store, uids = book
    order = {
        "job": "print",
        "form": "evaluation",
        "year": 2020,
        "uids": [uids["张伟"]],
        "out": str(tmp_path),
        "pages": None,
    }
    answer = print_job(store, json.loads(json.dumps(order)), lambda *_step: None)
    assert answer == {
        "files": [str(tmp_path / "2020_考核评价表_张伟_0001.pdf")],
        "pages": 2,
        "people": 1,
        "problems": [],
        "left_out": 0,
        "boxed": 0,
    }


NAMELESS = {
    "service_summary", "checkin_status", "checkin_letter", "grid_map", "submission_list", "handover_sheet", "peer_list",
    "packet_list", "closed_units", "yearly_report", "unit_figures", "overview_table",
}  # fmt: skip
CLOSED = {"closed_list", "closed_units", "corrections"}


@pytest.mark.parametrize("spec", REPORTS, ids=lambda spec: spec.id)
def test_every_form_of_the_catalogue_prints_a_hard_name(spec: object, tmp_path: Path) -> None:
    from core.archive.closing import close_year
    from core.service_log.sheets import make_sheet
    from core.submission.ops import prepare_year

    store, uids = ledger()
    with store.transact("姓名") as tx:
        save_cadre(tx, {"name": LONG_NAME}, uids["张伟"])
        tx.update("grid", uids["网格"], {"outline": "[[0, 0], [90, 0], [90, 60], [0, 60]]"})
        place = {"cadre_uid": uids["张伟"], "grid_uid": uids["网格"], "from_on": "2020-09-01"}
        tx.insert("grid_assignment", place)
        squad = tx.insert("squad", {"grid_uid": uids["网格"], "name": "第1小分队"})
        tx.insert("squad_member", {"squad_uid": squad, "role": "CADRE", "cadre_uid": uids["张伟"]})
        prepare_year(tx, 2020)
    record(store, uids["张伟"])
    copies(store)
    merged(store)
    with store.transact("清单") as tx:
        make_sheet(tx, "经院社区", 2020)
    form = spec.id  # type: ignore[attr-defined]
    if form in CLOSED:
        with store.transact("结账") as tx:
            close_year(tx, 2020)
        record(store, uids["张伟"], served_on="2020-09-20", late_reason="出差")
    assert report(form) is spec
    assert [one for one in check_form(store, form, year=2020) if one.blocked] == []
    done = print_form(store, form, year=2020, out=tmp_path)
    assert done.files and done.pages
    assert done.people or form in NAMELESS or form == "merge_report"
    whole = "".join(text for one in done.files for text in page_texts(one))
    assert (LONG_NAME in whole) is (form not in NAMELESS)
    assert "截至日期：" in whole or form in ("handbook_pages", "half_year_report")
    for one in done.files:
        assert pdfa_check.findings(one) == []
        with pikepdf.open(one) as pdf:
            assert pdfa_check.conformance(pdf) == "A"


def test_people_of_a_grid_and_of_a_community(tmp_path: Path) -> None:
    from tests.reports.community import community

    store, uids, cadres = community()
    inside = select_people(store, 2020, grid_uid=uids["网格1"])
    assert len(inside) == 9 and cadres[0] in inside and cadres[29] not in inside
    with store.transact("移出") as tx:
        (uid,) = store.tuples("SELECT uid FROM grid_assignment WHERE cadre_uid = ?", (cadres[0],))[0]
        tx.update("grid_assignment", uid, {"until_on": "2020-11-01"})
    assert cadres[0] not in select_people(store, 2020, grid_uid=uids["网格1"])
    assert select_people(store, 2019, grid_uid=uids["网格1"]) == ()  # nobody was in it then
    # he lives in 经院社区 by the roster and has checked in at 康园社区: that is where he reports
    assert select_people(store, 2020, community="康园社区") == (cadres[0],)
    assert select_people(store, 2020, community=uids["康园"]) == (cadres[0],)
    assert cadres[0] not in select_people(store, 2020, community="藏龙岛街道经院社区")
    assert cadres[4] in select_people(store, 2020, community="经院社区")
    done = print_form(store, "evaluation", year=2020, grid="第1网格", unit="机关党委", merged=True, out=tmp_path)
    assert done.people == 1
    listed = print_form(store, "roster_list", year=2020, grid="1", out=tmp_path)
    assert listed.people == 8
    for form, options, words in (
        ("grid_map", {"grid": "1"}, "不能按网格打印"),
        ("grid_assignment", {"as_of": "2020-09-30"}, "不能写截至日期"),
        ("grid_notice", {"cadres": ["0001"]}, "不能按人员打印"),
        ("checkin_status", {"community": "经院社区"}, "不能按人员打印"),
    ):
        with pytest.raises(Refused, match=words):
            print_form(store, form, year=2020, out=tmp_path, **options)  # type: ignore[arg-type]


def test_a_text_that_contradicts_the_figures_is_told_before_printing(
    book: tuple[Store, dict[str, str]], tmp_path: Path
) -> None:
    store, uids = book
    me = [uids["张伟"]]
    with store.transact("生成") as tx:
        ops.draft_main_work(tx, me, 2020)
        half_year.draft(tx, me, 2020, 2)
    assert [one for one in check_form(store, "evaluation", year=2020, uids=me) if one.remark] == []
    record(store, uids["张伟"], served_on="2020-11-03", **SIGNED)
    told = "业余时间参加社区服务1次、2小时，服务记录现在是业余时间参加社区服务2次、4小时"
    (gap,) = [one for one in check_form(store, "evaluation", year=2020, uids=me) if one.remark]
    assert told in gap.text and gap.redraft and not gap.blocked
    done = print_form(store, "evaluation", year=2020, out=tmp_path, uids=me)
    assert done.people == 1 and [(one.label, one.blocking) for one in done.problems] == [("张伟（0001）", False)]
    assert told in done.problems[0].text
    assert [one for one in check_form(store, "evaluation", year=2020, uids=me, blank=True) if one.remark] == []
    (half,) = [one for one in check_form(store, "half_year_report", year=2020, uids=me, by="2") if one.remark]
    assert "取服务记录的数" in half.text
    with store.transact("重新生成") as tx:
        ops.redraft_main_work(tx, me, 2020)
    assert [one for one in check_form(store, "evaluation", year=2020, uids=me) if one.remark] == []
    (early,) = [one for one in check_form(store, "evaluation", year=2020, uids=me, as_of="2020-10-31") if one.remark]
    assert "本表只计到2020-10-31" in early.text and not early.redraft


def test_a_closed_year_is_compared_with_its_frozen_figures(book: tuple[Store, dict[str, str]]) -> None:
    store, uids = book
    me = [uids["张伟"]]
    with store.transact("生成") as tx:
        ops.draft_main_work(tx, me, 2020)
        close_year(tx, 2020)
    record(store, uids["张伟"], served_on="2020-11-03", **SIGNED)  # a correction: the paper keeps the frozen figures
    assert [one for one in check_form(store, "evaluation", year=2020, uids=me) if one.remark] == []
    with store.transact("重新生成") as tx:
        ops.redraft_main_work(tx, me, 2020)
    (gap,) = [one for one in check_form(store, "evaluation", year=2020, uids=me) if one.remark]
    assert "结账时的数据" in gap.text and not gap.redraft
