"""设置: sections at the left, the one in view at the right."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.context import Context
from ui.kit import theme
from ui.kit.icons import icon
from ui.kit.page import Page
from ui.kit.person_picker import UID
from ui.pages.settings_backup import BackupSection
from ui.pages.settings_fonts import FontsSection
from ui.pages.settings_forms import FormTextsSection
from ui.pages.settings_lists import ListsSection
from ui.pages.settings_look import LookSection
from ui.pages.settings_operators import OperatorsSection
from ui.pages.settings_parts import Section
from ui.pages.settings_safety import PassphraseSection
from ui.pages.settings_school import SchoolSection

SECTIONS: tuple[tuple[str, type[Section]], ...] = (
    ("school", SchoolSection),
    ("lists", ListsSection),
    ("forms", FormTextsSection),
    ("fonts", FontsSection),
    ("operator", OperatorsSection),
    ("passphrase", PassphraseSection),
    ("backup", BackupSection),
    ("look", LookSection),
)


class SettingsPage(Page):
    """Sections are built when they are first shown."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        theme.role(self, "page")
        self.sections: dict[str, Section] = {}
        self.list = QListWidget()
        theme.role(self.list, "bare")
        self.list.setAccessibleName("设置的各部分")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for key, kind in SECTIONS:
            item = QListWidgetItem(kind.title)
            item.setData(UID, key)
            self.list.addItem(item)
        self.stack = QStackedWidget()
        self._lay_out()
        self._dress()
        self.list.currentRowChanged.connect(lambda _row: self._show())
        self.list.setCurrentRow(0)
        self.setFocusProxy(self.list)
        ctx.operator_changed.connect(self._show)

    def reload(self, tables: frozenset[str]) -> None:
        """The section in view; the others when they are shown."""
        if section := self.sections.get(self.current()):
            section.reload()

    def apply_filter(self, **filter: Any) -> None:
        """Another page asks for a section: section="backup"."""
        self.choose(str(filter.get("section") or ""))

    def open_record(self, uid: str) -> None:
        """A section by its id."""
        self.choose(uid)

    def choose(self, key: str) -> Section | None:
        """Show a section."""
        for row in range(self.list.count()):
            if self.list.item(row).data(UID) == key:
                self.list.setCurrentRow(row)
        return self.sections.get(key)

    def current(self) -> str:
        """The id of the section in view."""
        item = self.list.currentItem()
        return str(item.data(UID)) if item is not None else ""

    def _show(self) -> None:
        key = self.current()
        if key not in self.sections:
            section = self.sections[key] = dict(SECTIONS)[key](self.ctx)
            section.setProperty("place", self.stack.count())
            self.stack.addWidget(_in_scroll(section))
        self.stack.setCurrentIndex(int(self.sections[key].property("place")))
        self.sections[key].reload()
        self.sections[key].fit_rights()

    def _lay_out(self) -> None:
        card, side = theme.role(QFrame(), "card"), theme.role(QFrame(), "card")
        for frame, inner, margin in ((side, self.list, theme.px(6)), (card, self.stack, 1)):
            box = QHBoxLayout(frame)
            box.setContentsMargins(*[margin] * 4)
            box.addWidget(inner)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(20), theme.px(14), theme.px(20), theme.px(14))
        row.setSpacing(theme.px(12))
        row.addWidget(side)
        row.addWidget(card, 1)

    def _dress(self) -> None:
        for row, (_key, kind) in enumerate(SECTIONS):
            item = self.list.item(row)
            item.setIcon(icon(kind.icon, "sub", 18))
            item.setSizeHint(QSize(0, theme.px(38)))
        self.list.setIconSize(QSize(theme.px(18), theme.px(18)))
        self.list.setFixedWidth(theme.px(170))

    def changeEvent(self, event: QEvent) -> None:
        """Other colours or another size: the icons follow."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "stack"):
            self._dress()


def _in_scroll(section: Section) -> QScrollArea:
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    shell = QWidget()
    column = QVBoxLayout(shell)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(section.denied_note)
    column.addWidget(section, 1)
    area.setWidget(shell)
    for ground in (area.viewport(), shell, section):
        ground.setAutoFillBackground(False)
    return area
