"""表彰 of a person: listed, entered, changed, taken out on the person's page. 方案 三(七) 七(三)1"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.reporting.commendations import (
    COMMENDATION,
    WRITTEN,
    commendation_text,
    remove_commendation,
    save_commendation,
)
from core.store import Row, Tx
from ui.context import Context
from ui.kit import theme
from ui.kit.dialogs import FormDialog
from ui.kit.perform import perform
from ui.pages.roster_sections import Section, link


class CommendationSection(Section):
    """A line for each, the newest year first."""

    wanted = Signal(str, str)  # (edit | remove, uid)

    def __init__(self) -> None:
        super().__init__("表彰")

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Rows of `commendations_of`."""
        self.fill([self._line(row) for row in reversed(rows)], "还没有表彰。评为先进的登记在这里，会写进现实表现材料。")

    def _line(self, row: Row) -> QWidget:
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, theme.px(4))
        column.setSpacing(0)
        head = QHBoxLayout()
        year = f"{row['year']}年"
        head.addWidget(theme.role(QLabel(year), "sub"), 1)
        for what, text in (("edit", "修改"), ("remove", "移除")):
            run = partial(self.wanted.emit, what, row["uid"])
            head.addWidget(link(text, run, f"{text}{year}的表彰“{row['title']}”"))
        column.addLayout(head)
        column.addWidget(QLabel(commendation_text(row), wordWrap=True))
        return line


def ask_commendation(ctx: Context, parent: QWidget, person: Row, old: Row | None = None) -> FormDialog:
    """登记 or 修改 a commendation of a person."""
    title = f"{'修改' if old else '登记'}{person['name']}的表彰"
    key = "" if old else f"commendation.{person['uid']}"
    dialog = FormDialog(
        title,
        [COMMENDATION.field(one) for one in WRITTEN],
        parent=parent,
        draft_key=key,
        local=ctx.store.local if key else None,
        values=old or {"year": ctx.year},
    )

    def write(values: Mapping[str, Any]) -> None:
        uid = old["uid"] if old else None
        if perform(ctx, title, _save, person["uid"], uid, values, form=dialog.form, parent=dialog) is not None:
            dialog.done_saving()

    dialog.accepted_values.connect(write)
    dialog.open()
    return dialog


def on_commendation(ctx: Context, parent: QWidget, person: Row, rows: Sequence[Row], what: str, uid: str) -> None:
    """What a line of the section asks for."""
    row = next((one for one in rows if one["uid"] == uid), None)
    if what == "edit" and row is not None:
        ask_commendation(ctx, parent, person, row)
    else:
        perform(ctx, f"移除{person['name']}的表彰", remove_commendation, uid, parent=parent)


def _save(tx: Tx, cadre_uid: str, uid: str | None, values: Mapping[str, Any]) -> str:
    return save_commendation(tx, uid, {**values, "cadre_uid": cadre_uid})
