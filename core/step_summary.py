"""What a step changed in one line, as it is asked before it is taken back: 新增党员干部 569 条、修改服务记录 12 条."""

from __future__ import annotations

from collections import Counter

from core.store import Store
from core.store.tables import table
from core.words import OPS, step_words
from core.words_labels import BOOKKEEPING

FEW = 5  # records that are called by name
UNCOUNTED = frozenset({*BOOKKEEPING, "import_seen"})  # the books of packets and imports


def step_records(store: Store, seq: int) -> int:
    """How many records a step changed; the books of packets and imports do not count."""
    return sum(change.table not in UNCOUNTED for change in store.step_changes(seq))


def step_summary(store: Store, seq: int) -> str:
    """'新增党员干部 569 条'; up to `FEW` records by name: '修改党员干部 张伟（0012）'. '' of a step without records."""
    changes = [change for change in store.step_changes(seq) if change.table not in UNCOUNTED]
    if len(changes) <= FEW:
        return "、".join(f"{row.op}{row.title}" for row in step_words(store, changes))
    sums = Counter((OPS[change.op], table(change.table).label) for change in changes)
    return "、".join(f"{op}{label} {count:,} 条" for (op, label), count in sums.items())
