"""报送台账: of each matter who has sent it, when, which version, who is late, whom to press. 方案 三(三) 六(四)"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout

from core.base.clock import today
from core.base.dates import format_date
from core.base.fields import Field, Kind
from core.store import Row, Store, Tx
from core.submission.model import LEVEL_LABEL, SUBMISSION, VERDICT, VERDICT_LABEL
from core.submission.ops import change_submission, prepare_year, receive, remove_submission
from core.submission.queries import ledger_rows, reminder_text, reminders, task_rows
from ui.context import Context
from ui.kit import theme
from ui.kit.columns import Column
from ui.kit.command import Command
from ui.kit.dialogs import FormDialog
from ui.kit.listing import Listing, ask_export, fields_of, print_listing
from ui.kit.page import Page
from ui.kit.perform import perform
from ui.kit.reminders import RemindersDialog, Told
from ui.kit.rows import ListSource, RowsModel
from ui.kit.table import TableView
from ui.pages.checkin_out import print_form
from ui.pages.checkin_rows import shown_column
from ui.pages.checkin_tasks import TasksDialog
from ui.pages.roster_rows import lists_of
from ui.pages.visits_out import action_of

PICK_FIRST = "请先选中报送的单位或支部。"
NO_TASK = "请先建立报送事项。"
VERDICT_FIELD = Field("verdict", "报送情况", Kind.CHOICE, choices=VERDICT, width=10)
TONES = {"MISSING": "bad", "ON_TIME": "ok", "LATE": "warn"}
SHOWN = ("unit", "branch", "verdict", "sent_on", "version", "sender", "form", "file_name", "note")
ASKED = ("sent_on", "sender", "form", "file_name", "note")


def ledger_fields(level: str) -> list[Field]:
    """Columns in order; a matter of units has no branch."""
    own = {"verdict": VERDICT_FIELD}
    keys = [key for key in SHOWN if level == "BRANCH" or key != "branch"]
    return [own[key] if key in own else replace(SUBMISSION.field(key), shown=True) for key in keys]


class SubmissionsTab(Page):
    """A line for each unit or branch that must send the chosen matter."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self._tasks: list[Row] = []
        self._rows: list[Row] = []
        self._state = (False, "")
        self.task, self.which, self.search = QComboBox(), QComboBox(), QLineEdit(placeholderText="单位、支部或报送人")
        self.words = theme.role(QLabel(wordWrap=True), "sub")
        self.model = RowsModel(ListSource([]), _columns("BRANCH"))
        self.table = TableView(self.model, frozen=1)
        self._build()
        self._wire()

    # -- what the window asks

    def commands(self) -> list[Command]:
        """登记收到 first."""
        none = "" if self.table.selected_count() else PICK_FIRST
        empty = "" if self._tasks else NO_TASK
        return [
            Command("new", "登记收到", self.receive, icon="add", primary=True, disabled=none, tip="选中的单位或支部"),
            Command(
                "remind", "催报文字", self.remind, "Ctrl+Shift+C", "copy", disabled=empty, tip="复制，可以直接发消息"
            ),
            Command(
                "remind_all",
                "催报…",
                self.remind_all,
                "Ctrl+K",
                "meeting",
                disabled=empty,
                tip="每个单位一段，带联系人",
            ),
            Command("tasks", "报送事项…", self.open_tasks, "Ctrl+T", "calendar"),
            Command("print", "打印", self.print_shown, icon="print", disabled=empty),
            Command("export", "导出", self.export, icon="export", disabled=empty),
            Command("import", "导入", lambda: self.ctx.go_to("import", kind="submissions"), icon="import"),
            Command("edit", "修改", self.edit, icon="edit", disabled=none, in_bar=False),
            Command("archive", "撤回误登", self.take_back, icon="undo", disabled=none, in_bar=False),
            Command("whole", "打印全年台账", self.print_year, icon="print", disabled=empty, in_bar=False),
        ]

    def reload(self, tables: frozenset[str]) -> None:
        """Matters of the year, then the lines of the one in view."""
        kept = self.task_uid
        self._tasks = task_rows(self.ctx.store, self.ctx.year)
        self.task.blockSignals(True)
        self.task.clear()
        for row in self._tasks:
            self.task.addItem(f"{row['name']}　{row['sent']}/{row['due']}", row["uid"])
        self.task.setCurrentIndex(max(self.task.findData(kept), 0))
        self.task.blockSignals(False)
        self._read()

    def footer(self) -> str:
        """How many have sent."""
        counts = {code: sum(row["verdict"] == code for row in self._rows) for code, _ in VERDICT}
        told = " · ".join(f"{label} {counts[code]}" for code, label in VERDICT)
        return f"应报 {len(self._rows)} 家 · {told}" if self._rows else ""

    def apply_filter(self, **filter: Any) -> None:
        """`task` uid, `verdict`."""
        if uid := filter.get("task"):
            self.task.setCurrentIndex(max(self.task.findData(uid), 0))
        self.which.setCurrentIndex(max(self.which.findData(filter.get("verdict", "")), 0))

    # -- what is shown

    @property
    def task_uid(self) -> str:
        """The matter in view."""
        return str(self.task.currentData() or "")

    def current_task(self) -> Row | None:
        """Its row."""
        return next((row for row in self._tasks if row["uid"] == self.task_uid), None)

    def chosen(self) -> list[Row]:
        """The selected lines."""
        return list(self.model.source.page(self.table.selected_uids()))

    # -- acts

    def receive(self) -> FormDialog | None:
        """登记收到 of the selected: the next version of each."""
        rows, task = self.chosen(), self.current_task()
        if not rows or task is None:
            return None
        who = _who(rows)
        again = sum(row["verdict"] != "MISSING" for row in rows)
        intro = f"“{task['name']}”：{who}" + (f"。其中 {again} 家已报过，记为下一版。" if again else "。")
        values = {"sent_on": today().isoformat(), "form": "电子"}

        def write(tx: Tx, given: dict[str, Any]) -> None:
            for row in rows:
                receive(tx, task["uid"], row["unit_uid"], row["branch_uid"], given)

        return self._form("登记收到", f"登记收到{who}的{task['name']}", values, write, intro)

    def edit(self) -> FormDialog | None:
        """修改 the newest version of the current line; 登记收到 where there is none."""
        rows, task = list(self.model.source.page([self.table.current_uid()])), self.current_task()
        if not rows or task is None:
            return None
        row = rows[0]
        if row["verdict"] == "MISSING":
            return self.receive()

        def write(tx: Tx, given: dict[str, Any]) -> None:
            change_submission(tx, row["submission_uid"], given)

        return self._form("修改报送", f"修改{_who(rows)}的{task['name']}（第{row['version']}版）", row, write)

    def take_back(self) -> None:
        """撤回误登: the newest version of each selected line."""
        rows, task = [row for row in self.chosen() if row["submission_uid"]], self.current_task()
        if not rows or task is None:
            self.ctx.messages.say("选中的都还没有报送，没有可撤回的。", "warn")
            return

        def write(tx: Tx) -> None:
            for row in rows:
                remove_submission(tx, row["submission_uid"])

        perform(self.ctx, f"撤回{_who(rows)}的{task['name']}", write, parent=self)

    def remind(self) -> str:
        """催报文字 of the matter (of the selected lines, if there are several), on the clipboard."""
        rows = self.chosen() if self.table.selected_count() > 1 else None
        text = reminder_text(self.ctx.store, self.task_uid, rows)
        QGuiApplication.clipboard().setText(text)
        self.ctx.messages.say(f"已复制：{text}", "info")
        return text

    def remind_all(self) -> RemindersDialog:
        """A paragraph for each unit with its contact: of this matter, or of all of the year."""
        year, own, name = self.ctx.year, self.task_uid, (self.current_task() or {}).get("name", "")

        def read(reads: Store, way: str) -> Told:
            uids = [own] if way == "task" else [row["uid"] for row in task_rows(reads, year)]
            told = reminders(reads, uids)
            head = f"截至{format_date(today())}，{len(told)}个单位有{sum(one.count for one in told)}项没有报送。"
            return Told(
                head,
                "还没有报送过的计为未报送，过了截止日期的为逾期；由支部报送的，按单位合在一段里。",
                told,
                "都已报齐，不用催报。",
            )

        ways = (("task", f"本事项：{name}"), ("year", f"{year}年全部事项"))
        dialog = RemindersDialog(self.ctx, f"{year}年报送催报", read, ways, "项", self.window())
        dialog.open()
        return dialog

    def open_tasks(self) -> TasksDialog:
        """Matters of the year: new, changed, taken out."""
        dialog = TasksDialog(self.ctx, self.window())
        dialog.open()
        return dialog

    def prepare(self) -> None:
        """The year's matters by the policy's calendar."""
        year = self.ctx.year
        perform(self.ctx, f"按方案建立{year}年报送事项", prepare_year, year, parent=self)

    def listing(self) -> Listing:
        """What is shown."""
        task = self.current_task()
        assert task is not None  # the commands are off without one
        uids, uid = list(self.model.uids), task["uid"]
        due = f"，截止{format_date(task['due_on'])}" if task["due_on"] else ""
        scope = f"应报送的{LEVEL_LABEL[task['level']]}{due}，按第一次报送的日期算按期、逾期，日期和版次为最新一版，"
        return Listing(
            f"{task['year']}年“{task['name']}”报送台账",
            fields_of(self.model.columns, ledger_fields(task["level"])),
            lambda store: [row for row in _lines(ledger_rows(store, uid)) if row["uid"] in uids],
            scope,
            "家",
        )

    def export(self) -> Any:
        """Ctrl+E."""
        return ask_export(self.ctx, self.listing(), self.window())

    def print_shown(self) -> None:
        """Ctrl+P."""
        print_listing(self.ctx, self.listing(), self.window())

    def print_year(self) -> None:
        """Every matter of the year, as the form prints it."""
        print_form(self.ctx, self.window(), form="submission_list")

    # -- inside

    def _form(self, title: str, label: str, values: Any, write: Any, intro: str = "") -> FormDialog:
        fields = [SUBMISSION.field(key) for key in ASKED]
        dialog = FormDialog(
            title, fields, lists_of(self.ctx.store), self.window(), verb="登记" if intro else "保存", intro=intro,
            values=values,
        )  # fmt: skip

        def save(given: dict[str, Any]) -> None:
            if perform(self.ctx, label, write, given, form=dialog.form, parent=dialog) is not None:
                dialog.done_saving()

        dialog.accepted_values.connect(save)
        dialog.open()
        return dialog

    def _read(self) -> None:
        task = self.current_task()
        self._rows = _lines(ledger_rows(self.ctx.store, task["uid"])) if task else []
        if task:
            self.model.set_columns(_columns(task["level"]))
            due = f"截止日期 {format_date(task['due_on'])}" if task["due_on"] else "没有截止日期"
            self.words.setText(f"由{LEVEL_LABEL[task['level']]}报送，{due}。")
        else:
            self.words.setText("")
        for widget in (self.task, self.which, self.search):
            widget.setEnabled(bool(self._tasks))
        self._show()

    def _show(self) -> None:
        word, which = self.search.text().strip(), str(self.which.currentData() or "")
        self.model.where = {"word": word, "which": which}
        shown = [
            row
            for row in self._rows
            if which in ("", row["verdict"])
            and (not word or any(word in row[key] for key in ("unit", "branch", "sender")))
        ]
        self._say_empty()
        self.model.set_source(ListSource(shown))
        self._selection()
        self.footer_changed.emit()

    def _say_empty(self) -> None:
        if self._tasks:
            self.table.set_empty("没有要报送的单位或支部。")
        else:
            self.table.set_empty(f"{self.ctx.year}年还没有报送事项。", "按方案建立本年事项", self.prepare)

    def _clear(self) -> None:
        self.which.setCurrentIndex(0)
        self.search.clear()

    def _selection(self) -> None:
        if (state := (self.table.selected_count() > 0, self.task_uid)) != self._state:
            self._state = state
            self.commands_changed.emit()

    def _actions(self, uids: Sequence[str]) -> list[QAction]:
        wanted = ("new", "edit", "archive", "remind") if uids else ()
        return [action_of(command, self) for command in self.commands() if command.id in wanted]

    def _wire(self) -> None:
        self.task.currentIndexChanged.connect(self._read)
        self.which.currentIndexChanged.connect(self._show)
        self.search.textChanged.connect(self._show)
        self.table.actions_for = self._actions
        self.table.opened.connect(lambda _uid: self.edit())
        self.table.selection_changed.connect(self._selection)
        self.table.clear_filter_wanted.connect(self._clear)
        self.table.said.connect(lambda text: self.ctx.messages.say(text, "info"))

    def _build(self) -> None:
        self.task.setAccessibleName("报送事项")
        self.task.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.task.setMinimumWidth(theme.px(220))
        self.which.setAccessibleName("报送情况")
        self.which.addItem("全部", "")
        for code, label in VERDICT_LABEL.items():
            self.which.addItem(label, code)
        self.search.setAccessibleName("查找单位或支部")
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(theme.px(200))
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        name = QLabel("报送事项")
        name.setBuddy(self.task)
        for widget in (name, self.task, self.which, self.search):
            head.addWidget(widget)
        head.addWidget(self.words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        column.addLayout(head)
        column.addWidget(self.table, 1)
        self.setFocusProxy(self.table)


def _lines(rows: Sequence[Row]) -> list[Row]:
    """Lines of a table are known by who must send, not by what was sent."""
    return [
        {**row, "submission_uid": row["uid"], "uid": f"{row['unit_uid']} {row['branch_uid'] or ''}".strip()}
        for row in rows
    ]


def _who(rows: Sequence[Row]) -> str:
    first = f"{rows[0]['unit']}{rows[0]['branch']}"
    return first if len(rows) == 1 else f"{first}等{len(rows)}家"


def _columns(level: str) -> list[Column]:
    made = [shown_column(one) for one in ledger_fields(level)]
    return [
        replace(one, tone=lambda row: TONES[row["verdict"]])
        if one.key == "verdict"
        else replace(one, text=lambda row: str(row["version"] or ""))
        if one.key == "version"
        else one
        for one in made
    ]
