"""A list of any length: the ids of all its rows in memory, the rows themselves in pages of 128 as they are looked at.

Sorting and filtering are the query's business. The first page comes at once (LIMIT), the ids follow from the worker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QBrush, QFont
from PySide6.QtWidgets import QApplication

from ui.kit import theme
from ui.kit.columns import Column, Row, cell

if TYPE_CHECKING:
    from core.store import Store
    from core.store.reads import Reads
    from ui.kit.tasks import Task, Tasks

Where = Mapping[str, Any]  # what ui.kit.filters gives, or what the page makes
Order = tuple[tuple[str, bool], ...]  # (column key, descending), the first one counts most
Index = QModelIndex | QPersistentModelIndex

PAGE = 128
PAGES_KEPT = 64
# Enum look-ups cost more than the rest of data(): compare plain ints (7.8 ms against 12 ms a screen).
DISPLAY = int(Qt.ItemDataRole.DisplayRole)
TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
FONT = int(Qt.ItemDataRole.FontRole)
ALIGN = int(Qt.ItemDataRole.TextAlignmentRole)
BACKGROUND = int(Qt.ItemDataRole.BackgroundRole)
FOREGROUND = int(Qt.ItemDataRole.ForegroundRole)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class RowSource(Protocol):
    """Where a list comes from."""

    def first(self, where: Where, order: Order, limit: int) -> Sequence[Row]:
        """The first rows in order (at most `limit`), fast."""

    def uids(self, where: Where, order: Order) -> Sequence[str]:
        """The ids of all rows in order."""

    def page(self, uids: Sequence[str]) -> Sequence[Row]:
        """The rows of these ids, in any order."""

    def on(self, reads: Store) -> RowSource:
        """The same list read through another connection (the worker's)."""


@dataclass(frozen=True, slots=True)
class QuerySource:
    """A list from the query functions of a feature: `uids(reads, where, order)`, `page(reads, uids)`,
    and `first(reads, where, order, limit)` where a keyset LIMIT is faster than all ids."""

    reads: Reads
    uids_of: Callable[[Reads, Where, Order], Sequence[str]]
    page_of: Callable[[Reads, Sequence[str]], Sequence[Row]]
    first_of: Callable[[Reads, Where, Order, int], Sequence[Row]] | None = None

    def first(self, where: Where, order: Order, limit: int) -> Sequence[Row]:
        """The first rows."""
        if self.first_of is not None:
            return self.first_of(self.reads, where, order, limit)
        uids = self.uids(where, order)[:limit]
        found = {str(cell(row, "uid")): row for row in self.page(uids)}
        return [found[uid] for uid in uids if uid in found]

    def uids(self, where: Where, order: Order) -> Sequence[str]:
        """All ids."""
        return self.uids_of(self.reads, where, order)

    def page(self, uids: Sequence[str]) -> Sequence[Row]:
        """The rows of these ids."""
        return self.page_of(self.reads, uids)

    def on(self, reads: Store) -> QuerySource:
        """The same list through another connection."""
        return replace(self, reads=reads)


class ListSource:
    """A short list that is computed as a whole (quota, import preview): sorted here, filtered by who makes it."""

    def __init__(self, rows: Sequence[Row], key: str = "uid") -> None:
        self._key = key
        self._rows = {str(cell(row, key)): row for row in rows}

    def first(self, where: Where, order: Order, limit: int) -> Sequence[Row]:
        """The first rows."""
        return self.page(self.uids(where, order)[:limit])

    def uids(self, where: Where, order: Order) -> Sequence[str]:
        """All ids; empty values sort last, whichever way."""
        uids = list(self._rows)
        for key, descending in reversed(order):
            missing = [uid for uid in uids if cell(self._rows[uid], key) in (None, "")]
            present = [uid for uid in uids if cell(self._rows[uid], key) not in (None, "")]
            present.sort(key=lambda uid, by=key: cell(self._rows[uid], by), reverse=descending)  # type: ignore[misc]
            uids = present + missing
        return uids

    def page(self, uids: Sequence[str]) -> Sequence[Row]:
        """The rows of these ids."""
        return [self._rows[uid] for uid in uids if uid in self._rows]

    def on(self, reads: Store) -> ListSource:
        """It needs no connection."""
        return self


class Uids(Sequence[str]):
    """Ids packed to 16 bytes each (a million: 16 MB instead of 90); ids of another form are kept as they are."""

    def __init__(self, uids: Sequence[str]) -> None:
        self._plain: list[str] | None = None
        self._packed = b""
        try:
            self._packed = bytes.fromhex("".join(uids))
        except ValueError:
            self._plain = list(uids)
        if self._plain is None and any(len(uid) != 32 for uid in uids):
            self._plain, self._packed = list(uids), b""

    def __len__(self) -> int:
        return len(self._packed) // 16 if self._plain is None else len(self._plain)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        if self._plain is not None:
            return self._plain[at]
        if not -len(self) <= at < len(self):
            raise IndexError(at)
        at %= len(self)
        return self._packed[at * 16 : at * 16 + 16].hex()

    def find(self, uid: str) -> int:
        """Where `uid` stands, -1 if it is not here."""
        if self._plain is not None:
            return self._plain.index(uid) if uid in self._plain else -1
        try:
            wanted = bytes.fromhex(uid)
        except ValueError:
            return -1
        at = self._packed.find(wanted)
        while at >= 0 and at % 16:
            at = self._packed.find(wanted, at + 1)
        return at // 16 if at >= 0 and len(wanted) == 16 else -1


class RowsModel(QAbstractTableModel):
    """The rows of a source under its visible columns. `loaded(count, complete)` after each step of loading."""

    loaded = Signal(int, bool)

    def __init__(
        self,
        source: RowSource,
        columns: Sequence[Column],
        tasks: Tasks | None = None,
        *,
        order: Order = (),
        key: str = "uid",
        fault: Callable[[Row, str], str] | None = None,
    ) -> None:
        """`fault(row, column key)` is the sentence what is wrong in a cell: it turns red, the sentence is its tip."""
        super().__init__()
        self.source = source
        self.columns = list(columns)
        self.where: Where = {}
        self.order = order
        self.complete = False
        self.fault = fault
        self.bare: Callable[[str], bool] | None = None  # whether the numbers of a row (by its id) were asked for
        self._tasks = tasks
        self._key = key
        self._uids = Uids(())
        self._pages: dict[int, list[tuple[tuple[str, ...], Row] | None]] = {}
        self._running: Task | None = None
        self._brushes: dict[str, QBrush] = {}
        self._digits: QFont | None = None

    # -- loading

    def load(self, where: Where | None = None, order: Order | None = None) -> None:
        """Show another filter or order: its first page now, the rest when the worker has its ids."""
        self.where = self.where if where is None else dict(where)
        self.order = self.order if order is None else order
        if self._running is not None:  # the ids of the filter before would come late and take this one's place
            self._running.cancel()
        if self._tasks is None:
            self._take_all(Uids(self.source.uids(self.where, self.order)))
            return
        first = list(self.source.first(self.where, self.order, PAGE))
        self.beginResetModel()
        self._uids = Uids([self.uid_of(row) for row in first])
        self._pages = {0: [self._line(row) for row in first]}
        self.complete = len(first) < PAGE
        self.endResetModel()
        self.loaded.emit(len(self._uids), self.complete)
        if not self.complete:
            self._ask(self._take_rest)

    def reload(self) -> None:
        """Read the same list again; what is on screen stays until the new ids are there."""
        if self._tasks is None or len(self._uids) < PAGE:
            self.load()
            return
        self._pages.clear()
        self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))
        self._ask(self._take_all)

    def set_source(self, source: RowSource) -> None:
        """Show another list under the same columns."""
        self.source = source
        self.load()

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Show other columns, or the same in another order."""
        self.beginResetModel()
        self.columns = list(columns)
        self._pages.clear()
        self.endResetModel()

    def retell(self) -> None:
        """The same rows in other words: numbers were asked for, or are hidden again."""
        self._pages.clear()
        self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def restyle(self) -> None:
        """The theme or the font changed."""
        self._brushes.clear()
        self._digits = None

    # -- rows

    @property
    def uids(self) -> Uids:
        """Ids of all rows known so far, in order."""
        return self._uids

    def uid_of(self, row: Row) -> str:
        """The id of a row."""
        return str(cell(row, self._key))

    def uid_at(self, row: int) -> str:
        """The id of the row at a position, '' if there is none."""
        return str(self._uids[row]) if 0 <= row < len(self._uids) else ""

    def row_at(self, row: int) -> Row | None:
        """The row at a position; None if it is gone meanwhile."""
        line = self._at(row)
        return line[1] if line else None

    def row_of(self, uid: str) -> int:
        """The position of an id, -1 if it is not in the list."""
        return self._uids.find(uid)

    def lines(self, uids: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """The cells of these rows in order, past the page cache (for copying)."""
        for start in range(0, len(uids), PAGE * 4):
            part = uids[start : start + PAGE * 4]
            found = {self.uid_of(row): row for row in self.source.page(part)}
            yield from (self._line(found[uid])[0] for uid in part if uid in found)

    # -- Qt

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Rows known so far."""
        return 0 if parent.isValid() else len(self._uids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Visible columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """Words, colour, side and tip of a cell."""
        if role == DISPLAY:
            line = self._at(index.row())
            return line[0][index.column()] if line else ""
        if role == ALIGN:
            return RIGHT if self.columns[index.column()].right else LEFT
        if role == FOREGROUND:
            return self._ink(index)
        if role == FONT:
            return self._number_font() if self.columns[index.column()].right else None
        if role == BACKGROUND and self.fault is not None:
            return self._brush("bad_bg") if self._fault_at(index) else None
        if role == TOOLTIP:
            return self._tip(index)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        """Labels stand over their numbers."""
        if orientation == Qt.Orientation.Vertical or not 0 <= section < len(self.columns):
            return None
        if role == DISPLAY:
            return self.columns[section].label
        if role == ALIGN:
            return RIGHT if self.columns[section].right else LEFT
        return None

    # -- inside

    def _ask(self, take: Callable[[Uids], None]) -> None:
        assert self._tasks is not None  # only asked with a worker
        if self._running is not None:
            self._running.cancel()
        source, where, order = self.source, self.where, self.order
        self._running = self._tasks.run(
            "读取列表",
            lambda store, _progress: Uids(source.on(store).uids(where, order)),
            take,
            owner=self,
            quiet=True,
        )

    def _take_rest(self, uids: Uids) -> None:
        known = len(self._uids)
        if len(uids) <= known or uids[:known] != self._uids[:known]:
            self._take_all(uids)
            return
        self.beginInsertRows(QModelIndex(), known, len(uids) - 1)
        self._uids = uids
        self._pages = {0: self._pages[0]} if known == PAGE and 0 in self._pages else {}
        self.complete = True
        self.endInsertRows()
        self.loaded.emit(len(uids), True)

    def _take_all(self, uids: Uids) -> None:
        self.beginResetModel()
        self._uids = uids
        self._pages.clear()
        self.complete = True
        self.endResetModel()
        self.loaded.emit(len(uids), True)

    def _line(self, row: Row) -> tuple[tuple[str, ...], Row]:
        bare = self.bare is not None and self.bare(self.uid_of(row))
        return tuple(column.words(row, bare) for column in self.columns), row

    def _at(self, row: int) -> tuple[tuple[str, ...], Row] | None:
        page = self._pages.get(row >> 7)
        if page is None:
            page = self._fetch(row >> 7)
        place = row & (PAGE - 1)
        return page[place] if place < len(page) else None

    def _fetch(self, number: int) -> list[tuple[tuple[str, ...], Row] | None]:
        wanted = self._uids[number * PAGE : number * PAGE + PAGE]
        found = {self.uid_of(row): self._line(row) for row in self.source.page(wanted)} if wanted else {}
        if len(self._pages) >= PAGES_KEPT:
            self._pages.pop(next(iter(self._pages)))
        page = self._pages[number] = [found.get(uid) for uid in wanted]
        return page

    def _ink(self, index: Index) -> QBrush | None:
        tone = self.columns[index.column()].tone
        row = self.row_at(index.row()) if tone else None
        name = tone(row) if tone and row is not None else ""
        return self._brush(name) if name else None

    def _brush(self, name: str) -> QBrush:
        if name not in self._brushes:
            self._brushes[name] = QBrush(theme.color(name))
        return self._brushes[name]

    def _number_font(self) -> QFont:
        if self._digits is None:
            self._digits = theme.digits(QApplication.font())
        return self._digits

    def _fault_at(self, index: Index) -> str:
        row = self.row_at(index.row())
        return self.fault(row, self.columns[index.column()].key) if self.fault and row is not None else ""

    def _tip(self, index: Index) -> str | None:
        if sentence := self._fault_at(index):
            return sentence
        words = str(self.data(index))
        return words if len(words) * 2 > self.columns[index.column()].width else None
