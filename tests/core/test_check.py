"""The care of a ledger: each thing that must hold is found when it does not, and a sound ledger has none."""

from __future__ import annotations

import pytest

from core.check import findings
from core.checkin.ops import CheckinDraft, check_in
from core.grid_assignment.leads import appoint_lead
from core.grid_assignment.ops import assign
from core.store import Store
from core.store.attachments import attach
from core.team.ops import add_member, save_squad
from tests.core.grid_people import community


@pytest.fixture
def sound() -> tuple[Store, dict[str, str]]:
    """A community where everything of this issue is there once, by the verbs that write it."""
    store, uids = community()
    with store.transact("登记") as tx:
        assign(tx, [uids["张伟"]], "", building_uid=uids["东苑1栋"])
        appoint_lead(tx, uids["东苑1栋"], uids["张伟"], "2020-01-01", "2020-06-30")
        appoint_lead(tx, uids["东苑1栋"], uids["李娜"], "2020-07-01")
        uids["小分队"] = save_squad(tx, None, {"grid_uid": uids["第1网格"], "name": "第1小分队"})
        add_member(tx, uids["小分队"], "CADRE", uids["张伟"])
        check_in(tx, CheckinDraft(cadre_uid=uids["张伟"], track="HOME", community="康园社区", checked_on="2020-08-01"))
        attach(tx, "cadre", uids["张伟"], b"bytes", name="照片.jpg", media="image/jpeg", role="photo")
    return store, uids


def test_a_sound_ledger_has_no_findings(sound: tuple[Store, dict[str, str]]) -> None:
    store, _ = sound
    assert findings(store) == []


@pytest.mark.parametrize(
    ("table", "changes", "words"),
    [
        ("membership", {"until_on": "2020-01-01"}, "张伟（工号0001）没有归档，所属记录却已结束"),
        ("membership", {"status": "RETIRED"}, "张伟（工号0001）的单位、支部、在职状态或政治面貌与所属记录不一致"),
        ("building", {"grid_uid": "第2网格"}, "张伟（工号0001）编入的东苑1栋属于第2网格，不属于他所在的第1网格"),
        ("grid", {"archived_on": "2020-09-01"}, "张伟（工号0001）还编在第1网格"),
        ("building_lead", {"until_on": "2020-07-01"}, "东苑1栋的楼栋长张伟与李娜任期重叠"),
        ("attachment", {"owner_uid": "没有的人"}, "附件“照片.jpg”所属的人已不在"),
    ],
)
def test_a_row_gone_wrong_is_told(
    sound: tuple[Store, dict[str, str]], table: str, changes: dict[str, str], words: str
) -> None:
    store, uids = sound
    owner = {"building": "东苑1栋", "grid": "第1网格"}.get(table)
    uid = uids[owner] if owner else store.value(f"SELECT uid FROM {table} ORDER BY rowid LIMIT 1")
    if table == "membership":
        uid = store.value("SELECT uid FROM membership WHERE cadre_uid = ?", (uids["张伟"],))
    with store.transact("弄错", merging=True) as tx:
        tx.update(table, uid, {key: uids.get(value, value) for key, value in changes.items()})
    found = findings(store)
    assert [one for one in found if words in one]
    assert len(found) == (4 if table == "grid" else 1)  # its two buildings and its squad stand in the closed grid too


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("grid_assignment", "张伟（工号0001）同时编入了两个网格"),
        ("squad_member", "小分队“第1小分队”里张伟登记了两次"),
        ("checkin", "张伟（工号0001）有两条没有注销的个人报到"),
    ],
)
def test_a_row_that_stands_twice_is_told(sound: tuple[Store, dict[str, str]], table: str, words: str) -> None:
    store, _ = sound
    row = store.rows(f"SELECT * FROM {table}")[0]
    del row["uid"]
    with store.transact("弄错", merging=True) as tx:
        tx.insert(table, row)
    (found,) = findings(store)
    assert words in found
