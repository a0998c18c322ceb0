"""经院, 经院社区 and 经院社区居委会 are one community, wherever a name comes in."""

from __future__ import annotations

import pytest

from core.ledger import memory_ledger
from core.place.spelling import Spellings, community_spelled
from core.roster.ops import save_cadre
from core.service_log.model import VisitDraft
from core.service_log.ops import change_visit, record_visit
from core.store import Store
from tests import factory


@pytest.fixture
def store() -> Store:
    made = memory_ledger()
    factory.people(made, 2)
    with made.transact("社区") as tx:
        tx.insert("community", {"district": "洪山区", "street": "关山街道", "name": "康园社区"})
        tx.insert("community", {"district": "武昌区", "street": "水果湖街道", "name": "枫园社区"})
    return made


@pytest.mark.parametrize(
    ("text", "district", "meant"),
    [
        ("经院", "", "经院社区"),
        ("经院社区居委会", "", "经院社区"),
        (" 康 园 ", "", "康园社区"),
        ("康园", "洪山", "康园社区"),
        ("康园", "江夏区", "康园"),  # another 区 has one of that name
        ("桂园", "", "桂园"),
        ("", "", ""),
    ],
)
def test_what_a_text_means(store: Store, text: str, district: str, meant: str) -> None:
    assert community_spelled(store, text, district) == Spellings(store).spelled(text, district) == meant


def test_those_that_may_be_meant_are_named(store: Store) -> None:
    known = Spellings(store)
    assert known.near("经苑社区") == ["经院社区"]
    assert known.near("康") == ["康园社区"]
    assert known.near("天河花苑") == []
    assert known.knows("经院") and not known.knows("经苑社区")


def test_a_visit_and_a_person_keep_the_name_of_the_ledger(store: Store) -> None:
    uid = str(store.value("SELECT uid FROM cadre LIMIT 1"))
    draft = VisitDraft(
        cadre_uid=uid, served_on="2020-11-18", start_at="14:00", end_at="16:00", community="经院", place="北门",
        category="宣传政策", content="发放宣传单", track="OWN",
    )  # fmt: skip
    with store.transact("登记") as tx:
        visit = record_visit(tx, draft).uids[0]
        save_cadre(tx, {"district": "洪山", "street": "", "community": "康园"}, uid)
    assert store.value("SELECT community FROM visit WHERE uid = ?", (visit,)) == "经院社区"
    assert store.value("SELECT community FROM cadre WHERE uid = ?", (uid,)) == "康园社区"
    with store.transact("修改") as tx:
        change_visit(tx, visit, {"community": "康园社区居委会"})
        save_cadre(tx, {"district": "江夏区", "community": "康园"}, uid)
    assert store.value("SELECT community FROM visit WHERE uid = ?", (visit,)) == "康园社区"
    assert store.value("SELECT community FROM cadre WHERE uid = ?", (uid,)) == "康园", "another 区, another community"
