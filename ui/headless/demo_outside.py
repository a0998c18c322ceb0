"""The sample ledger's copies: a laptop that was in the community and has reported, and a unit that has not yet."""

from __future__ import annotations

import tempfile
from pathlib import Path

from core.exchange.checkout import check_out, open_copy
from core.exchange.merging import merge
from core.exchange.model import CheckoutAsk
from core.exchange.packets import make_packet
from core.exchange_rules import RULES
from core.ledger import open_ledger
from core.service_log.model import VisitDraft
from core.service_log.ops import change_visit, confirm_visits, record_visit
from core.store import Store

_SECRET = "示例笔记本2020"
_DAY = "2020-10-17"


def give_out(store: Store) -> None:
    """Two copies given out, one packet back: most of it went in, two things wait for a decision."""
    grids = [
        row[0] for row in store.tuples("SELECT uid FROM grid WHERE name IN ('第3网格', '第5网格') ORDER BY position")
    ]
    unit = str(store.value("SELECT uid FROM unit ORDER BY position, name"))
    with tempfile.TemporaryDirectory(prefix="xcjs-", ignore_cleanup_errors=True) as scratch:
        root = Path(scratch)
        laptop = CheckoutAsk("笔记本1", grids=tuple(grids), holder="李干事", note="国庆后入户用")
        waiting = _one_that_waits(store, grids)
        given = check_out(store, laptop, root)
        check_out(store, CheckoutAsk("二级单位一", "UNIT", units=(unit,), phones=True, holder="党务秘书"), root)
        open_copy(Path(given.file), root / "copy", given.code, _SECRET, "李干事")
        copy = open_ledger(root / "copy", _SECRET, operator="李干事")
        copy.device = "笔记本1"
        people = [row[0] for row in copy.tuples("SELECT cadre_uid FROM peer_cadre ORDER BY cadre_uid LIMIT 4")]
        _work_outside(copy, people, waiting)
        _work_in_the_office(store, people, waiting)
        packet = Path(make_packet(copy, root).file)
        copy.close()
        merge(store, [packet], RULES, with_backup=False)


def _visit(cadre_uid: str, start: str, end: str, content: str) -> VisitDraft:
    return VisitDraft(
        _DAY, start, end, community="经院社区", place="东苑", category="联系服务群众", content=content,
        late_reason="随社区登记表补录", cadre_uid=cadre_uid,
    )  # fmt: skip


def _one_that_waits(store: Store, grids: list[str]) -> str:
    cadre_uid = str(store.value("SELECT min(cadre_uid) FROM grid_assignment WHERE grid_uid = ?", (grids[0],)))
    with store.transact("登记服务记录") as tx:
        return record_visit(tx, _visit(cadre_uid, "09:00", "11:00", "入户走访独居老人，了解用药和生活困难。")).uid


def _work_outside(copy: Store, people: list[str], waiting: str) -> None:
    for at, uid in enumerate(people[1:]):
        with copy.transact("登记服务记录") as tx:
            record_visit(tx, _visit(uid, f"{13 + at}:00", f"{15 + at}:00", "清理楼道堆物，捡拾白色垃圾。"))
    with copy.transact("修改名册") as tx:
        tx.update("cadre", people[1], {"title": "系主任", "skills": "矛盾调解"})
    with copy.transact("修改服务记录") as tx:
        change_visit(tx, waiting, {"end_at": "11:30", "minutes": None})


def _work_in_the_office(store: Store, people: list[str], waiting: str) -> None:
    with store.transact("修改名册") as tx:
        tx.update("cadre", people[1], {"title": "副主任", "free_time": "周六上午"})
    with store.transact("确认服务记录") as tx:
        confirm_visits(tx, [waiting], "社区党组织", "陈书记", "2020-10-19")
