"""A small ledger for tests of the log: two units, a few people, a grid."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core.ledger import memory_ledger
from core.org.ops import add_branch, add_unit
from core.org.settings import set_settings
from core.roster.ops import save_cadre
from core.service_log.model import Recorded, VisitDraft
from core.service_log.ops import record_visit
from core.store import Store

TODAY = "2020-11-24"  # conftest sets the clock
DRAFT = VisitDraft(
    served_on="2020-11-20",
    start_at="14:00",
    end_at="16:00",
    community="经院社区",
    place="第3网格",
    category="宣传政策",
    content="发放《民法典》资料 120 份",
)
SIGNED: dict[str, Any] = {"confirm_method": "社区党组织", "confirmed_by": "陈书记"}


def ledger() -> tuple[Store, dict[str, str]]:
    """A store with 会计学院党委 (张伟, 李娜), 离退休党委 (王老) and 第3网格; uids by name."""
    store, uids = memory_ledger(), {}
    with store.transact("名册") as tx:
        set_settings(tx, {"work_hours": ""})  # the day of these records is a Friday: test_doubts.py asks about hours
        uids["会计"] = add_unit(tx, {"name": "会计学院党委"})
        uids["离退休"] = add_unit(tx, {"name": "离退休党委"})
        uids["支部"] = add_branch(tx, {"unit_uid": uids["会计"], "name": "审计系党支部"})
        uids["网格"] = tx.insert("grid", {"community_uid": "linked", "name": "第3网格", "position": 3})
        for number, (name, unit) in enumerate((("张伟", "会计"), ("李娜", "会计"), ("王老", "离退休")), start=1):
            values = {"staff_no": f"{number:04d}", "name": name, "unit_uid": uids[unit]}
            uids[name] = save_cadre(tx, values)
    return store, uids


def record(store: Store, cadre_uid: str, draft: VisitDraft = DRAFT, **changes: Any) -> Recorded:
    """Record one visit in a step of its own."""
    with store.transact("登记服务记录") as tx:
        return record_visit(tx, replace(draft, cadre_uid=cadre_uid, **changes))
