"""Rows in words: labels, references, rows of a packet that are not in this ledger, and what is never told."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from core.exchange.model import Landed
from core.ledger import memory_ledger
from core.store import Row, Store
from core.store.tables import RECORDED
from core.words import field_text, is_told, label_of, landed_words, lines_of, row_label, row_words, step_words
from tests.factory import people

PEER: Row = {
    "uid": "p1",
    "number": 1,
    "name": "笔记本1",
    "kind": "LAPTOP",
    "out_on": "2020-08-03",
    "left_out": json.dumps(["cadre.id_no", "cadre.phone"]),
    "key": "ab" * 32,
}


@pytest.fixture
def ledger() -> Iterator[Store]:
    store = memory_ledger()
    people(store, 3)
    yield store
    store.close()


def uid_of(store: Store, staff_no: str) -> str:
    return str(store.value("SELECT uid FROM cadre WHERE staff_no = ?", (staff_no,)))


def test_every_column_of_every_recorded_table_has_a_chinese_label(ledger: Store) -> None:
    bare = [
        (spec.name, key)
        for spec in RECORDED
        if spec.name not in ("peer_row", "peer_cadre")
        for (key,) in ledger.tuples("SELECT name FROM pragma_table_info(?)", (spec.name,))
        if is_told(spec.name, key) and label_of(spec.name, key) == key
    ]
    assert bare == []


def test_a_row_that_is_not_here_is_told_by_its_own_values(ledger: Store) -> None:
    unit = ledger.value("SELECT uid FROM unit WHERE name = '机关党委'")
    told = row_words(ledger, "cadre", None, {"uid": "new", "staff_no": "900", "name": "王芳", "unit_uid": unit})
    assert (told.op, told.title) == ("新增", "党员干部 王芳（900）")
    assert {one.label: one.after for one in told.fields} == {
        "工号": "900",
        "姓名": "王芳",
        "二级单位党组织": "机关党委",
    }
    gone = row_words(ledger, "cadre", {"uid": "x", "name": "李雷", "phone": "13800000000"}, None)
    assert (gone.op, gone.title) == ("删除", "党员干部 李雷")
    assert {one.label: one.before for one in gone.fields} == {"姓名": "李雷", "手机": "13800000000"}


def test_whole_rows_before_and_after_tell_only_what_differs(ledger: Store) -> None:
    before = ledger.one("SELECT * FROM cadre WHERE staff_no = '0001'") or {}
    told = row_words(ledger, "cadre", before, {**before, "phone": "13911112222", "pinyin": "zhang wei"})
    assert [(one.key, one.label, one.after) for one in told.fields] == [("phone", "手机", "13911112222")]


def test_numbers_are_masked_and_hours_are_not(ledger: Store) -> None:
    visit = {"uid": "v1", "cadre_uid": uid_of(ledger, "0001"), "served_on": "2020-11-02", "minutes": 120}
    person = {"uid": "c9", "name": "欧阳靖", "phone": "13912345678"}
    (hours, numbers) = landed_words(
        ledger, [Landed("insert", "visit", "v1", {}, visit), Landed("insert", "cadre", "c9", {}, person)], mask=True
    )
    assert "2" in {one.after for one in hours.fields if one.key == "minutes"}
    assert {one.after for one in numbers.fields if one.key == "phone"} == {"139****5678"}


def test_rows_of_a_packet_name_each_other(ledger: Store) -> None:
    unit = ledger.value("SELECT uid FROM unit LIMIT 1")
    rows = [
        Landed("insert", "visit", "v1", {}, {"uid": "v1", "cadre_uid": "c1", "served_on": "2020-08-10"}),
        Landed("insert", "cadre", "c1", {}, {"uid": "c1", "name": "王芳", "staff_no": "900", "unit_uid": unit}),
    ]
    visit, person = landed_words(ledger, rows)
    assert visit.title == "服务记录 王芳（900） 2020年8月10日"
    assert {one.label: one.after for one in visit.fields}["人员"] == "王芳（900）"
    assert person.title == "党员干部 王芳（900）"


def test_a_step_counts_the_bookkeeping_in_one_line_and_tells_no_key(ledger: Store) -> None:
    with ledger.transact("带出") as tx:
        tx.insert("peer", PEER)
        for number in range(3):
            tx.insert("peer_cadre", {"peer_uid": "p1", "cadre_uid": str(number)})
    changes = ledger.step_changes(ledger.steps(1)[0].seq)
    peer, books = step_words(ledger, changes)
    assert lines_of(changes) == 2
    assert (peer.title, books.title, books.op) == ("带出的数据 笔记本1", "数据包登记 3 条", "")
    shown = {one.label: one.after for one in peer.fields}
    assert shown["类别"] == "笔记本" and shown["带出日期"] == "2020年8月3日"
    assert shown["不带出的内容"] == "身份证号、手机"
    assert not any(PEER["key"] in one.after for one in peer.fields)


def test_conflicts_packets_and_operators_read_as_words(ledger: Store) -> None:
    assert field_text("conflict", "kind", "FIELD") == "同一项两边都改了"
    assert field_text("conflict", "tbl", "visit") == "服务记录"
    assert field_text("conflict", "taken", "THEIRS") == "采用对方"
    assert field_text("packet", "made_at", "2020-08-10T09:30:11") == "2020年8月10日 09:30"
    assert field_text("operator", "role", "REVIEW") == "审核"
    assert (label_of("operator", "name"), label_of("cadre", "name")) == ("姓名", "姓名")
    with ledger.transact("带出") as tx:
        tx.insert("peer", PEER)
    assert row_label(ledger, "peer", "p1") == "带出的数据 笔记本1"
