"""People: saving, dated memberships, archive, lists, search, pasted names, photo."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from PIL import Image

from core.base.errors import InvalidInput, Refused, Stale
from core.ledger import memory_ledger
from core.org.ops import add_branch, add_unit
from core.roster import feedback, ops, queries
from core.roster.queries import Found, RosterFilter
from core.roster.timeline import period_on, periods_of
from core.store import Store

FIRST, SECOND = "经济与贸易学院党委", "会计学院党委"


@pytest.fixture
def store() -> Iterator[Store]:
    ledger = memory_ledger()
    with ledger.transact("建立单位") as tx:
        for unit, branches in ((FIRST, ("经济学系党支部", "行政党支部")), (SECOND, ("审计系党支部",))):
            uid = add_unit(tx, {"name": unit})
            for branch in branches:
                add_branch(tx, {"unit_uid": uid, "name": branch})
    yield ledger
    ledger.close()


def add(store: Store, name: str, unit: str = FIRST, **values: object) -> str:
    with store.transact(f"登记{name}") as tx:
        return ops.save_cadre(tx, {"name": name, "unit": unit, **values})


def units_of(store: Store, uid: str) -> list[tuple[str, str, str]]:
    return [(row["unit"], row["from_on"], row["until_on"]) for row in queries.memberships(store, uid)]


def test_a_person_is_stored_with_ways_to_find_him(store: Store) -> None:
    uid = add(
        store, " 曾 国藩", staff_no="0000001", sex="男", branch="经济学系支部", phone="139 7100-0001", birth_on="1985.3"
    )
    row = queries.person(store, uid)
    assert row is not None
    assert (row["name"], row["pinyin"], row["initials"]) == ("曾国藩", "zengguofan", "zgf")
    assert (row["sex"], row["phone"], row["birth_on"], row["status"]) == ("1", "13971000001", "1985-03", "ACTIVE")
    assert row["labels"]["sex"] == "男"
    assert row["labels"]["branch"] == "经济学系党支部"
    assert row["stroke_key"]
    assert units_of(store, uid) == [(FIRST, "", "")]


def test_every_wrong_field_is_named(store: Store) -> None:
    with pytest.raises(InvalidInput) as caught:
        add(
            store,
            "",
            staff_no="12#",
            phone="1380013800",
            id_no="410102198706030181",
            birth_on="2031-05-01",
            sex="M?",
            joined_on="一九八O年",
        )
    assert set(caught.value.fields) == {"name", "staff_no", "phone", "id_no", "birth_on", "sex", "joined_on"}
    with pytest.raises(InvalidInput) as caught:
        add(store, "林香", unit="法学院党委")
    assert set(caught.value.fields) == {"unit"}
    with pytest.raises(InvalidInput) as caught:
        add(store, "林香", branch="审计系党支部")
    assert set(caught.value.fields) == {"branch"}
    with pytest.raises(InvalidInput, match="早于出生"):
        add(store, "林香", birth_on="1985-03", joined_on="1984-01")
    assert queries.cadre_count(store, RosterFilter(archived=None)) == 0


def test_a_staff_no_is_one_persons_also_after_he_left(store: Store) -> None:
    uid = add(store, "林香", staff_no="0000007")
    with store.transact("归档") as tx:
        ops.archive_cadre(tx, uid, "2020-09-01", "调离")
    with pytest.raises(InvalidInput, match="已归档"):
        add(store, "史伟燕", staff_no="0000007")
    with store.transact("改名") as tx:
        ops.save_cadre(tx, {"name": "林湘", "staff_no": "0000007"}, uid)
    assert queries.cadre_page(store, [uid])[0]["pinyin"] == "linxiang"


def test_a_transfer_is_dated_and_a_correction_is_not(store: Store) -> None:
    uid = add(store, "林香", branch="经济学系党支部")
    with store.transact("调动") as tx:
        ops.save_cadre(tx, {"unit": SECOND, "branch": "审计系党支部"}, uid, transfer_on="2020-09-01")
    assert units_of(store, uid) == [(SECOND, "2020-09-01", ""), (FIRST, "", "2020-08-31")]
    first = store.value("SELECT uid FROM unit WHERE name = ?", (FIRST,))
    assert queries.membership_on(store, uid, "2020-08-31")[0] == first
    assert queries.membership_on(store, uid, "2020-09-01")[0] != first
    periods = periods_of(store, [uid])[uid]
    assert period_on(periods, "2019-01-01") == queries.membership_on(store, uid, "2019-01-01")
    with store.transact("更正") as tx:
        ops.save_cadre(tx, {"unit": FIRST}, uid)
    assert units_of(store, uid) == [(FIRST, "2020-09-01", ""), (FIRST, "", "2020-08-31")]
    assert queries.cadre_page(store, [uid])[0]["branch"] == ""
    store.undo()
    store.undo()
    assert units_of(store, uid) == [(FIRST, "", "")]


def test_visits_follow_a_transfer_dated_back(store: Store) -> None:
    uid = add(store, "林香", branch="经济学系党支部")
    home = store.one("SELECT unit_uid, branch_uid FROM cadre WHERE uid = ?", (uid,))
    assert home is not None
    with store.transact("服务") as tx:
        for day in ("2020-08-20", "2020-09-10"):
            row = {"cadre_uid": uid, "served_on": day, "minutes": 60, "track": "OWN", "state": "CONFIRMED"}
            tx.insert("visit", {**row, **home, "written_on": day})
    with store.transact("调动") as tx:
        ops.save_cadre(tx, {"unit": SECOND, "branch": "审计系党支部"}, uid, transfer_on="2020-09-01")
    sql = "SELECT unit.name FROM visit JOIN unit ON unit.uid = visit.unit_uid ORDER BY served_on"
    assert store.tuples(sql) == [(FIRST,), (SECOND,)]
    sql = "SELECT unit.name FROM visit_tally JOIN unit ON unit.uid = visit_tally.unit_uid ORDER BY visit_uid"
    assert store.tuples(sql) == [(FIRST,), (SECOND,)]


def test_a_first_branch_and_a_new_branch_are_no_transfer(store: Store) -> None:
    uid = add(store, "林香")
    with store.transact("补支部") as tx:
        ops.save_cadre(tx, {"branch": "国际贸易系党支部"}, uid, transfer_on="2020-09-01", new_branch=True)
    assert units_of(store, uid) == [(FIRST, "", "")]
    assert queries.cadre_page(store, [uid])[0]["branch"] == "国际贸易系党支部"


def test_the_archive_keeps_and_brings_back(store: Store) -> None:
    uid = add(store, "林香")
    with store.transact("归档") as tx:
        with pytest.raises(InvalidInput):
            ops.archive_cadre(tx, uid, "2020-09-01")
        ops.archive_cadre(tx, uid, "2020-09-01", "退休")
        with pytest.raises(Refused, match="已在2020-09-01归档"):
            ops.archive_cadre(tx, uid, "2020-09-02", "退休")
    assert queries.cadre_count(store, RosterFilter()) == 0
    assert queries.cadre_count(store, RosterFilter(archived=True)) == 1
    assert units_of(store, uid) == [(FIRST, "", "2020-08-31")]
    with store.transact("恢复") as tx:
        ops.restore_cadre(tx, uid)
        with pytest.raises(Refused):
            ops.restore_cadre(tx, uid)
        with pytest.raises(Stale):
            ops.restore_cadre(tx, "nobody")
    assert units_of(store, uid) == [(FIRST, "", "")]


def test_lists_page_by_key_in_every_order(store: Store) -> None:
    people = (
        ("林香", SECOND, "1000002"),
        ("单英", FIRST, "0000009"),
        ("曾荣", FIRST, "0000003"),
        ("丁一", SECOND, "0000001"),
    )
    for name, unit, number in people:
        add(store, name, unit, staff_no=number)
    everyone = RosterFilter()
    wanted = {
        "unit": ["曾荣", "单英", "丁一", "林香"],
        "branch": ["曾荣", "单英", "丁一", "林香"],
        "staff_no": ["丁一", "曾荣", "单英", "林香"],
        "pinyin": ["丁一", "林香", "单英", "曾荣"],
        "stroke": ["丁一", "林香", "单英", "曾荣"],
    }
    assert set(wanted) == set(queries.ORDERS)
    for order, names in wanted.items():
        assert [row["name"] for row in queries.cadre_rows(store, everyone, order)] == names
        uids = queries.cadre_uids(store, everyone, order)
        assert [row["name"] for row in queries.cadre_page(store, uids)] == names
        paged, after = [], ""
        while rows := queries.cadre_rows(store, everyone, order, limit=3, after=after):
            paged += [row["name"] for row in rows]
            after = rows[-1]["uid"]
        assert paged == names


def test_the_first_page_follows_the_index(store: Store) -> None:
    sql = "SELECT cadre.uid FROM cadre WHERE (cadre.archived_on = '') AND cadre.unit_uid = ? ORDER BY staff_no, uid LIMIT 50"
    plan = " ".join(str(row["detail"]) for row in store.rows(f"EXPLAIN QUERY PLAN {sql}", ("x",)))
    assert "cadre_by_unit" in plan
    assert "TEMP B-TREE" not in plan


def test_filters_and_search(store: Store) -> None:
    add(store, "吕布", staff_no="0000001", sex="男", phone="13971001234", skills="书法、摄影", branch="经济学系党支部")
    add(store, "单英", staff_no="0000002", sex="女", skills="硬笔书法", birth_on="1985-03")
    add(store, "买买提江·吐尔逊", SECOND, staff_no="1000003", sex="男", status="离退休")

    def names(**parts: object) -> list[str]:
        return [row["name"] for row in queries.cadre_rows(store, RosterFilter(**parts))]  # type: ignore[arg-type]

    assert names(search="lv") == names(search="lyu") == names(search="lubu") == ["吕布"]
    assert names(search="shany") == names(search="英") == names(search="sy") == ["单英"]
    assert names(search="1234") == ["吕布"]
    assert names(search="1000") == ["买买提江·吐尔逊"]
    assert names(search="吐尔逊 mmt") == ["买买提江·吐尔逊"]
    assert names(search="100%") == []
    assert names(where=(("skills", "书法"),)) == ["吕布"]
    assert names(where=(("性别", "女"), ("birth_on", "1985"))) == ["单英"]
    assert names(where=(("branch", "经济学系党支部"),)) == ["吕布"]
    assert names(status="RETIRED") == ["买买提江·吐尔逊"]
    with pytest.raises(InvalidInput, match="没有“身高”"):
        names(where=(("身高", "180"),))
    asked = queries.named_filter(store, "会计学院", ["性别=男"])
    assert [row["name"] for row in queries.cadre_rows(store, asked, limit=5)] == ["买买提江·吐尔逊"]
    for bad in ({"unit": "法学院"}, {"where": ["男"]}):
        with pytest.raises(InvalidInput):
            queries.named_filter(store, **bad)  # type: ignore[arg-type]


def test_counting_by_one_and_two_fields(store: Store) -> None:
    add(store, "吕布", sex="男", skills="书法、摄影")
    add(store, "单英", sex="女", skills="书法")
    add(store, "林香", SECOND, sex="女")
    assert queries.count_by(store, RosterFilter(), "性别") == [("女", "", 2), ("男", "", 1)]
    assert queries.count_by(store, RosterFilter(), "skills") == [("书法", "", 2), ("", "", 1), ("摄影", "", 1)]
    by_unit = queries.count_by(store, RosterFilter(), "unit", "sex")
    assert sorted(by_unit) == sorted([(SECOND, "女", 1), (FIRST, "女", 1), (FIRST, "男", 1)])


def test_the_picker_puts_the_likeliest_first(store: Store) -> None:
    gone = add(store, "林香")
    with store.transact("归档") as tx:
        ops.archive_cadre(tx, gone, "2020-09-01", "调离")
    add(store, "林香香", SECOND)
    add(store, "林香", SECOND, staff_no="0000008")
    assert [row["name"] for row in queries.find_people(store, "林香")] == ["林香", "林香香", "林香"]
    assert [row["uid"] for row in queries.find_people(store, "lx")][-1] == gone
    assert queries.find_people(store, "0000008")[0]["unit"] == SECOND
    assert queries.find_people(store, "  ") == []
    assert len(queries.find_people(store, "林", limit=2)) == 2


def test_pasted_names_are_found_ambiguous_or_missing(store: Store) -> None:
    lin = add(store, "林香", staff_no="0000001")
    add(store, "毛勤佳", staff_no="0000004")
    add(store, "毛勤佳", SECOND, staff_no="0000005")
    found = queries.resolve_people(
        store, "林 香\n毛勤佳\n0000005\t毛勤佳\t会计学院\n赵无人\n林香、0000004\n林香 0000005\n9999999\n\n林香(0000001)"
    )
    states = [(one.text, one.state) for one in found]
    assert states == [
        ("林 香", Found.FOUND),
        ("毛勤佳", Found.AMBIGUOUS),
        ("0000005\t毛勤佳\t会计学院", Found.FOUND),
        ("赵无人", Found.MISSING),
        ("林香", Found.FOUND),
        ("0000004", Found.FOUND),
        ("林香 0000005", Found.AMBIGUOUS),
        ("9999999", Found.MISSING),
        ("林香(0000001)", Found.FOUND),
    ]
    assert found[0].uid == lin
    assert (found[1].uid, len(found[1].people)) == ("", 2)
    assert [one.text for one in queries.resolve_people(store, ["林香 毛勤佳"])] == ["林香 毛勤佳"]


def test_photo_feedback_and_attachments(store: Store) -> None:
    uid = add(store, "林香")
    png = io.BytesIO()
    Image.new("RGBA", (900, 1300), (200, 30, 30, 128)).save(png, "PNG")
    with store.transact("照片") as tx:
        ops.set_photo(tx, uid, png.getvalue())
        second = ops.set_photo(tx, uid, png.getvalue())
        scan = ops.attach(tx, "cadre", uid, b"%PDF-1.4", name="回执.pdf", media="application/pdf")
        with pytest.raises(Refused):
            ops.set_photo(tx, uid, b"not a picture")
        with pytest.raises(Refused):
            ops.attach(tx, "cadre", uid, b"", name="空.pdf", media="application/pdf")
        word = feedback.add_feedback(tx, uid, {"content": "热心", "given_on": "2020-10-01", "given_by": "孙书记"})
        with pytest.raises(InvalidInput):
            feedback.add_feedback(tx, uid, {"content": ""})
    data = queries.photo(store, uid)
    assert data is not None
    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.format, picture.mode) == ("JPEG", "RGB")
        assert picture.width <= 295
        assert picture.height <= 413
    assert queries.photos(store, [uid]) == {uid: data}
    row = queries.person(store, uid)
    assert row is not None
    assert {one["uid"] for one in row["attachments"]} == {second, scan}
    assert all(one["present"] for one in row["attachments"])
    assert row["feedback"][0]["content"] == "热心"
    with store.transact("改") as tx:
        feedback.update_feedback(tx, word, {"content": "很热心", "given_on": "2020-10-02"})
        ops.remove_attachment(tx, scan)
    row = queries.person(store, uid)
    assert row is not None
    assert row["feedback"][0]["given_on"] == "2020-10-02"
    assert len(row["attachments"]) == 1
    with store.transact("删") as tx:
        feedback.remove_feedback(tx, word)
    assert queries.feedback_rows(store, uid) == []
    assert queries.person(store, "nobody") is None
