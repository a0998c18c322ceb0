"""The only room that imports SQLite."""

from core.store.history import KeptRow, RowChange, Step, UndoResult
from core.store.must_hold import RECOMPUTE, Breach, Broken, By, Rule, breaches
from core.store.reads import Reads, Row
from core.store.store import Derive, Follow, Guard, Outcome, Store, Tx, Wiring
from core.store.taking_back import Signed

__all__ = [
    "RECOMPUTE",
    "Breach",
    "Broken",
    "By",
    "Derive",
    "Follow",
    "Guard",
    "KeptRow",
    "Outcome",
    "Reads",
    "Row",
    "RowChange",
    "Rule",
    "Signed",
    "Step",
    "Store",
    "Tx",
    "UndoResult",
    "Wiring",
    "breaches",
]
