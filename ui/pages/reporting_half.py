"""半年报告 of a half year: branches at the left, the people of one at the right; drafted, edited, marked, printed. 三(三)"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from core.base.clock import today
from core.base.dates import format_hours
from core.base.errors import Problem
from core.base.fields import Field
from core.reporting import half_year
from core.reporting.half_year import BranchCount, Drafted
from core.reporting.model import HALF_LABEL, HALF_YEAR, half_at
from core.store import Row, Store, Tx
from ui.context import Context
from ui.kit import theme
from ui.kit.command import Command, actions_of
from ui.kit.dialogs import FormDialog
from ui.kit.labels import ElidedLabel
from ui.kit.listing import Listing, ask_export
from ui.kit.page import Page
from ui.kit.perform import perform
from ui.kit.rows import ListSource, RowsModel
from ui.kit.table import TableView
from ui.pages import reporting_half_rows as rows

NOT_YET = "正在读取，请稍候。"
NOBODY = "这半年没有要报告的人。"
PICK_BRANCH = "请先选中党支部。"
PICK_PERSON = "请先选中一个人；还没有起草的，先按“起草本支部”。"
NONE_REPORTED = "选中的人都还没有登记已报告。"
NONE_STALE = "选中的报告与服务记录一致，或者已经报告，不用取数。"
ALL_REPORTED = "选中的报告已经登记报告过，要删除请先取消“已报告”。"
SAID = ("reported_on", "occasion", "signed_by")
HINT = "起草按已确认的服务记录；改过或已报告的不再改动，服务记录后来变了的列在旁边。"


class HalfTab(Page):
    """What is read is read on the worker: of a large school a branch takes a twentieth of a second."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self._counts: dict[str, BranchCount] | None = None  # by key; None until they are read
        self._year = 0  # whose half year was last chosen
        self._asked = [0, 0]  # branches, people: an answer to an earlier question is dropped
        self._taking = False
        self._told: tuple[str, ...] = ()
        self.which, self.whose = QComboBox(), theme.role(ElidedLabel(), "section")
        self.model = RowsModel(ListSource([]), rows.branch_columns())
        self.branches = TableView(self.model, "reporting.branches", ctx.store.local, frozen=1)
        self.people = RowsModel(ListSource([], "cadre_uid"), rows.people_columns(), key="cadre_uid")
        self.list = TableView(self.people, "reporting.half", ctx.store.local, frozen=1)
        self._build()
        self._wire()

    # -- what the window asks

    def commands(self) -> list[Command]:
        """起草 first; what is about people says which are missing."""
        none = NOT_YET if self._counts is None else "" if self._counts else NOBODY
        branch = none or ("" if self.branch is not None else PICK_BRANCH)
        drafted = [row for row in self.chosen() if row["uid"]]
        person = none or ("" if drafted else PICK_PERSON)
        reported = person or ("" if any(row["reported_on"] for row in drafted) else NONE_REPORTED)
        stale = person or ("" if self._stale() else NONE_STALE)
        free = person or ("" if any(not row["reported_on"] for row in drafted) else ALL_REPORTED)
        current = none or ("" if self.row is not None and self.row["uid"] else PICK_PERSON)
        tip = "这个党支部的人，按已确认的服务记录"
        return [
            Command("new", "起草本支部", self.draft, icon="add", primary=True, disabled=branch, tip=tip),
            Command("all", "起草全部", self.draft_all, "Ctrl+Shift+N", "people", disabled=none, tip="全校的人"),
            Command("edit", "修改", self.edit, icon="edit", disabled=current),
            Command("report", "登记已报告", self.mark, "Ctrl+R", "check", disabled=person, tip="选中的人"),
            Command("print", "打印本支部", self.print_branch, icon="print", disabled=branch),
            Command("export", "导出", self.export, icon="export", disabled=none, tip="全校这半年的报告存成 Excel 文件"),
            Command("figures", "取服务记录的数", self.take_figures, "Ctrl+G", "refresh", disabled=stale, in_bar=False),
            Command("unreport", "取消已报告", self.unmark, "Ctrl+Shift+R", "undo", disabled=reported, in_bar=False),
            Command("archive", "删除误起草的", self.remove, icon="trash", disabled=free, in_bar=False, tip="可以撤销"),
            Command("person", "打开这个人", self.open_person, icon="person", disabled=self._nobody(), in_bar=False),
        ]

    def reload(self, tables: frozenset[str]) -> None:
        """Read again; another 年度 begins with the half year that is reported now."""
        if self._year != self.ctx.year:
            self._year = self.ctx.year
            self.which.blockSignals(True)
            self.which.setCurrentIndex(half_at(self._year, today()) - 1)
            self.which.blockSignals(False)
        self.ask()

    def footer(self) -> str:
        """The whole school."""
        return rows.sums(self.ctx.year, self.half, list(self._counts.values())) if self._counts else ""

    # -- what is shown

    @property
    def half(self) -> int:
        """1 or 2."""
        return self.which.currentIndex() + 1

    @property
    def branch(self) -> BranchCount | None:
        """The branch in hand."""
        return (self._counts or {}).get(self.branches.current_uid())

    @property
    def row(self) -> Row | None:
        """The person in hand."""
        return next(iter(self.people.source.page([self.list.current_uid()])), None)

    def chosen(self) -> list[Row]:
        """The selected people."""
        return list(self.people.source.page(self.list.selected_uids()))

    def ask(self) -> None:
        """Count on the worker; the people of the branch in hand follow."""
        self._asked[0] += 1
        asked, year, half = self._asked[0], self.ctx.year, self.half

        def work(store: Store, _tell: object) -> list[BranchCount]:
            return half_year.branch_counts(store, year, half)

        self.ctx.tasks.run(
            "读取半年报告", work, lambda found: self._take(asked, found), self._fail, owner=self, quiet=True
        )

    # -- acts

    def draft(self) -> None:
        """Draft the reports of the branch in hand."""
        if (one := self.branch) is not None:
            self._draft(one, one.branch or one.unit)

    def draft_all(self) -> None:
        """Draft those of everybody."""
        self._draft(None, "全部")

    def edit(self) -> FormDialog | None:
        """Change the texts of the person in hand; what is typed is kept as a draft."""
        row = self.row
        if row is None or not row["uid"]:
            self.ctx.messages.say(PICK_PERSON, "warn")
            return None
        fields = [HALF_YEAR.field(key) for key in half_year.TEXTS]
        intro = f"服务记录现为{row['log_times']}次、{format_hours(row['log_minutes'])}小时。{row['log_text']}"
        key = f"half_year.{row['uid']}.{fields[0].key}"
        uid = row["uid"]
        return self._ask(
            f"修改{row['name']}的半年报告", fields, row, (key, intro), lambda tx, given: half_year.edit(tx, uid, given)
        )

    def mark(self) -> FormDialog | None:
        """The selected people have reported; of several, those who are marked already stay as they are."""
        drafted = [row for row in self.chosen() if row["uid"]]
        wanted = [row for row in drafted if not row["reported_on"]] or drafted
        if not wanted:
            self.ctx.messages.say(PICK_PERSON, "warn")
            return None
        uids = [row["uid"] for row in wanted]
        fields = [HALF_YEAR.field(key) for key in SAID]
        key = f"half_year.{uids[0] if len(uids) == 1 else self.branches.current_uid()}.{fields[0].key}"

        def write(tx: Tx, given: Mapping[str, Any]) -> int:
            return half_year.mark_reported(tx, uids, *(str(given.get(one) or "") for one in SAID))

        return self._ask(f"登记{_who(wanted)}已报告", fields, wanted[0] if len(uids) == 1 else {}, (key, ""), write)

    def unmark(self) -> None:
        """Marked by mistake."""
        if wanted := [row for row in self.chosen() if row["reported_on"]]:
            self._on(f"取消{_who(wanted)}的已报告", half_year.unmark_reported, wanted)

    def take_figures(self) -> None:
        """The log's present times and hours into the reports; their texts stay."""
        if wanted := self._stale():
            self._on(f"更新{_who(wanted)}半年报告的次数和时长", rows.take_all, wanted)

    def remove(self) -> None:
        """Drafted by mistake."""
        if wanted := [row for row in self.chosen() if row["uid"] and not row["reported_on"]]:
            self._on(f"删除{_who(wanted)}的半年报告", rows.remove_all, wanted)

    def print_branch(self) -> None:
        """The forms of the branch in the print centre."""
        uids = list(self.people.uids)
        self.ctx.go_to("print", form="half_year_report", by=str(self.half), uids=uids)

    def listing(self) -> Listing:
        """Everybody's report of this half year."""
        year, half = self.ctx.year, self.half
        return Listing(
            f"{year}年{HALF_LABEL[half]}党员干部下沉社区情况报告",
            [*HALF_YEAR.fields, rows.STATE_FIELD],
            lambda store: half_year.report_rows(store, year, half, log_too=False),
            "在职党员干部和已有报告的人，次数和时长以报告为准，",
        )

    def export(self) -> Any:
        """Ctrl+E."""
        return ask_export(self.ctx, self.listing(), self.window())

    def open_person(self) -> None:
        """On the page 名册."""
        self.ctx.go_to("roster", self.list.current_uid())

    # -- inside

    def _nobody(self) -> str:
        return "" if self.list.current_uid() else "请先选中一个人。"

    def _stale(self) -> list[Row]:
        return [row for row in self.chosen() if row["uid"] and row["stale"] and not row["reported_on"]]

    def _draft(self, one: BranchCount | None, whose: str) -> None:
        def label(done: Drafted) -> str:
            return f"{half_year.drafted_label(self.ctx.year, self.half, done)}（{whose}）"

        perform(self.ctx, label, rows.draft_of, self.ctx.year, self.half, one, parent=self, done=rows.told)

    def _on(self, label: str, op: Callable[[Tx, Sequence[str]], object], wanted: Sequence[Row]) -> None:
        perform(self.ctx, label, op, [row["uid"] for row in wanted], parent=self)

    def _ask(
        self, title: str, fields: Sequence[Field], values: Row, kept: tuple[str, str], op: Callable[..., object]
    ) -> FormDialog:
        """`kept`: the key of the draft, the sentence over the form."""
        key, intro = kept
        dialog = FormDialog(
            title, fields, parent=self, intro=intro, draft_key=key, local=self.ctx.store.local, values=values
        )

        def write(given: dict[str, Any]) -> None:
            if perform(self.ctx, title, op, given, form=dialog.form, parent=dialog) is not None:
                dialog.done_saving()

        dialog.accepted_values.connect(write)
        dialog.open()
        return dialog

    def _take(self, asked: int, found: list[BranchCount]) -> None:
        if asked != self._asked[0]:
            return
        self._counts = {rows.key_of(one): one for one in found}
        self._taking = True
        self.model.set_source(ListSource(rows.branch_rows(found)))
        if found and not self.branches.current_uid():
            self.branches.select(self.model.uid_at(0))
        self._taking = False
        self._ask_people()
        self._tell()
        self.footer_changed.emit()

    def _pick(self, _uid: str) -> None:
        if not self._taking:  # else they are asked for once, when the list of branches stands
            self._ask_people()

    def _ask_people(self) -> None:
        self._asked[1] += 1
        asked, year, half, one = self._asked[1], self.ctx.year, self.half, self.branch
        if one is None:
            self._take_people(asked, "", [])
            return
        title = f"{one.unit}　{one.branch or rows.NO_BRANCH}"

        def work(store: Store, _tell: object) -> list[Row]:
            return rows.people_rows(store, year, half, one)

        self.ctx.tasks.run(
            "读取半年报告",
            work,
            lambda found: self._take_people(asked, title, found),
            self._fail,
            owner=self,
            quiet=True,
        )

    def _take_people(self, asked: int, title: str, found: list[Row]) -> None:
        if asked != self._asked[1]:
            return
        self.whose.setText(title)
        self.people.set_source(ListSource(found, "cadre_uid"))
        if found and not self.list.current_uid():
            self.list.select(self.people.uid_at(0))
        self._tell()

    def _fail(self, error: Exception) -> None:
        if isinstance(error, Problem):  # a damaged ledger, opened to look at what can be read
            self.ctx.messages.say(error.text, "warn")
        else:
            self.ctx.messages.failure(error)

    def _tell(self) -> None:
        told = tuple(one.disabled for one in self.commands())
        if told != self._told:  # the bar is drawn anew only where it changes
            self._told = told
            self.commands_changed.emit()

    def _menu(self, ids: Sequence[str], uids: list[str], on: TableView) -> list[QAction]:
        return actions_of(self.commands(), ids if uids else (), on)

    def _wire(self) -> None:
        people = ("edit", "report", "unreport", "figures", "archive", "person")
        self.which.currentIndexChanged.connect(lambda _at: self.ask())
        self.branches.current_changed.connect(self._pick)
        self.branches.opened.connect(lambda _uid: self.list.focus())
        self.branches.actions_for = lambda uids: self._menu(("new", "print"), uids, self.branches)
        self.list.selection_changed.connect(self._tell)
        self.list.current_changed.connect(lambda _uid: self._tell())
        self.list.opened.connect(lambda _uid: self.edit())
        self.list.actions_for = lambda uids: self._menu(people, uids, self.list)
        for view in (self.branches, self.list):
            view.said.connect(lambda text: self.ctx.messages.say(text, "info"))

    def _build(self) -> None:
        self.which.setAccessibleName("半年")
        self.which.addItems(list(HALF_LABEL.values()))
        self.branches.right.setAccessibleName("党支部")
        self.list.right.setAccessibleName("半年报告")
        self.branches.set_empty(
            "名册还是空的，没有人要报告。", "导入名册", lambda: self.ctx.go_to("import", kind="roster")
        )
        self.list.set_empty("这里没有要报告的人。")
        head = QHBoxLayout()
        head.setSpacing(theme.px(10))
        head.addWidget(self.which)
        head.addWidget(theme.role(QLabel(HINT, wordWrap=True), "sub"), 1)
        right = QWidget()
        inner = QVBoxLayout(right)
        inner.setContentsMargins(theme.px(12), 0, 0, 0)
        inner.setSpacing(theme.px(6))
        inner.addWidget(self.whose)
        inner.addWidget(self.list, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setStyleSheet("QSplitter::handle { background: transparent; }")  # air, no line
        split.addWidget(self.branches)
        split.addWidget(right)
        split.setStretchFactor(1, 1)  # the counts stand whole, whatever the window is
        split.setSizes([theme.px(510), theme.px(660)])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        column.addLayout(head)
        column.addWidget(split, 1)
        self.setFocusProxy(self.branches)


def _who(wanted: Sequence[Row]) -> str:
    return str(wanted[0]["name"]) if len(wanted) == 1 else f"{wanted[0]['name']}等{len(wanted)}人"
