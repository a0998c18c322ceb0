"""The only room that imports SQLite."""

from core.store.history import KeptRow, RowChange, Step, UndoResult
from core.store.reads import Reads, Row
from core.store.store import Derive, Outcome, Store, Tx

__all__ = ["Derive", "KeptRow", "Outcome", "Reads", "Row", "RowChange", "Step", "Store", "Tx", "UndoResult"]
