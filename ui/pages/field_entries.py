"""The three entries of 外勤登记: 服务记录, 确认, 报到. Each is a form that keeps what is typed until it is in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.base.clock import today
from core.base.errors import InvalidInput, Problem
from core.base.fields import Field, Kind
from core.base.rights import Right
from core.checkin.model import TRACK_LABEL, CheckinDraft
from core.checkin.ops import check_in
from core.place.queries import linked_community
from core.roster.people import find_people
from core.service_log.model import VisitDraft, VisitFilter
from core.service_log.ops import confirm_visits, record_visit, visit_warnings
from core.service_log.queries import visit_rows
from core.service_log.rules import needs_next_day_answer, visit_text
from core.service_log.sheets import confirm_range, confirmed_label, sheet_list
from core.store import Row
from ui.context import Context
from ui.kit import theme
from ui.kit.editors import Lists
from ui.kit.form import Form
from ui.kit.perform import perform
from ui.kit.person_picker import PersonPicker
from ui.pages import roster_rows, visits_rows
from ui.pages.checkin_dialogs import checkin_field, keep_used, last_used
from ui.pages.field_parts import FieldSpan, WaitingList
from ui.pages.visits_acts import keep_signature, last_signature, sign_fields
from ui.pages.visits_rows import chosen_field
from ui.pages.visits_typing import Span

SHEETS = "@sheet"
LAST_VISIT = "field.visit"  # what the next record begins with
KEPT = ("community", "place", "category", "track")
WHO = Field("who", "人员", required=True, width=20)
SPAN = Field("span", "起止或时长", required=True, width=16)


class Entry(QWidget):
    """A form, a sentence below it, and a large button. `done` when something was written."""

    done = Signal()
    title = ""

    def __init__(
        self, ctx: Context, fields: Sequence[Field], lists: Lists, editors: Mapping[str, Any], verb: str
    ) -> None:
        super().__init__()
        self.ctx = ctx
        self.form = Form(fields, lists, f"field.{type(self).__name__}", ctx.store.local, columns=1, editors=editors)
        self.form.faulted.connect(self._refused)
        self.said = QLabel(wordWrap=True)
        self.save = theme.role(QPushButton(verb), "primary")
        self.save.setToolTip("Ctrl+Enter")
        self.save.clicked.connect(lambda: self.form.submit())
        foot = QHBoxLayout()
        foot.setContentsMargins(0, theme.px(8), theme.px(8), 0)
        foot.addWidget(self.said, 1)
        foot.addWidget(self.save)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        area = self.form.in_scroll()
        area.viewport().setAutoFillBackground(False)
        self.form.setAutoFillBackground(False)
        self.column.addWidget(area, 4)
        self.column.addLayout(foot)

    def begin(self) -> None:
        """An empty form with the values used last; an offered draft stays offered."""

    def written(self, words: str) -> None:
        """It is in the ledger: say so, forget the draft, begin the next one."""
        self.form.mark_saved()
        self.said.setText(words)
        theme.role(self.said, "ok")
        self.begin()
        self.form.focus("who")
        self.done.emit()

    def show_errors(self, fields: Mapping[str, str]) -> None:
        """As `perform` asks of a form: the person is called 人员 here."""
        self.form.show_errors({"who" if key == "cadre_uid" else key: text for key, text in fields.items()})

    def _refused(self, labels: Sequence[str]) -> None:
        """Beside the button, where the eye is: that nothing was written, and which fields are meant."""
        self.said.setText(
            f"没有{self.save.text()}，请看：{'、'.join(labels)}。" if labels else "没有登记，原因写在表的最上面。"
        )
        theme.role(self.said, "bad")

    def keep(self) -> None:
        """What waits for its pause is kept now."""
        self.form.drafts.flush()


class VisitEntry(Entry):
    """One service record; day, times, place and kind stay for the next: who writes down a signed sheet keys one after the other."""

    title = "服务记录"

    def __init__(self, ctx: Context) -> None:
        self.who, self.span = PersonPicker(lambda text: find_people(ctx.store, text, 8)), FieldSpan()
        fields = [
            WHO,
            chosen_field("served_on"),
            SPAN,
            *(chosen_field(key) for key in ("community", "place", "category", "content")),
            replace(chosen_field("track"), required=True),
            chosen_field("late_reason"),
        ]
        editors = {"who": self.who, "span": self.span}
        super().__init__(ctx, fields, visits_rows.lists_of(ctx.store), editors, "登记")
        self.form.elsewhere = "这一项不在这张表上，请到“服务纪实”页面登记这一条。"
        self.form.submitted.connect(self.write)
        self.form.set_visible("late_reason", False)
        self._stays: dict[str, Any] = {}  # day and times of the last one, while the program is open
        self.begin()

    def begin(self) -> None:
        kept = dict(self.ctx.store.local.get(LAST_VISIT) or {})
        home = linked_community(self.ctx.store)
        first = {"community": home["name"] if home else "", "track": "OWN"}
        self.form.load({**first, **kept, "served_on": today().isoformat(), **self._stays})
        self.form.set_visible("late_reason", False)

    def write(self, values: dict[str, Any]) -> None:
        typed = self._draft(values)
        draft = replace(typed, next_day=typed.next_day or needs_next_day_answer(typed.start_at, typed.end_at))
        try:
            doubts = visit_warnings(self.ctx.store, draft, [draft.cadre_uid])
        except InvalidInput as error:
            self.show_errors(error.fields)
            return
        except Problem as error:
            self.ctx.messages.problem(error, self)
            return
        if draft.next_day and not typed.next_day:  # there is no field for it here: it is asked
            doubts.insert(0, f"结束 {draft.end_at} 不晚于开始 {draft.start_at}，将按次日结束登记。")
        if doubts:
            self.ctx.messages.ask(
                "".join(doubts), "请核对时间；没有错就照样登记。", "照样登记", lambda: self._put(draft), self
            )
        else:
            self._put(draft)

    def _draft(self, values: Mapping[str, Any]) -> VisitDraft:
        span = values["span"] or Span()
        plain = {
            key: values[key]
            for key in ("served_on", "community", "place", "category", "content", "track", "late_reason")
        }
        times = {"start_at": span.start_at, "end_at": span.end_at, "minutes": span.minutes, "next_day": span.next_day}
        return VisitDraft(cadre_uid=values["who"], **times, **plain)

    def _put(self, draft: VisitDraft) -> None:
        name = str(self.who.row["name"]) if self.who.row is not None else ""
        day = f"{int(draft.served_on[5:7])}月{int(draft.served_on[8:])}日"
        outcome = perform(self.ctx, f"登记{name}{day}的服务记录", record_visit, draft, form=self, parent=self)
        if outcome is None:
            return
        row = self.ctx.store.one("SELECT * FROM visit WHERE uid = ?", (outcome.value.uid,)) or {}
        self.ctx.store.local.put(LAST_VISIT, {key: row[key] for key in KEPT})
        self._stays = {"served_on": draft.served_on, "span": self.span.value()}
        when = visit_text(row["served_on"], row["start_at"], row["end_at"], row["minutes"])
        self.written(f"已登记{name} {when}，待确认。")

    def show_errors(self, fields: Mapping[str, str]) -> None:
        places = {"start_at": "span", "end_at": "span", "minutes": "span"}
        wrong = {places.get(key, key): text for key, text in fields.items()}
        if "late_reason" in wrong:
            self.form.set_visible("late_reason", True)
            reason = wrong["late_reason"].partition("；")[
                0
            ]  # what follows names the signature, which is confirmed apart
            wrong["late_reason"] = f"{reason}；已有签字的，先写原因登记，再到“确认”里勾选。"
        super().show_errors(wrong)


class ConfirmEntry(Entry):
    """Tick what was signed: records of one person, or numbers of a printed sheet."""

    title = "确认"

    def __init__(self, ctx: Context) -> None:
        self.who = PersonPicker(lambda text: find_people(ctx.store, text, 8))
        offered = visits_rows.lists_of(ctx.store)

        def lists(name: str) -> Sequence[str]:
            return [row["sheet_no"] for row in sheet_list(ctx.store)] if name == SHEETS else offered(name)

        fields = [
            replace(WHO, label="按人勾选", required=False),
            Field("sheet_no", "或按清单", Kind.CHOICE, code_list=SHEETS, help="印在清单右上角的编号。"),
            Field("numbers", "清单行号", help="如 1-12,15；全部都签了就写“全部”。"),
            *sign_fields(),
            Field("ticked", "勾选的记录"),  # never shown: so the draft keeps what is ticked in the list
        ]
        super().__init__(ctx, fields, lists, {"who": self.who}, "确认")
        self.form.submitted.connect(self.write)
        self.form.set_visible("ticked", False)
        self.waiting = WaitingList()
        self.column.insertWidget(1, self.waiting, 3)
        self.setTabOrder(self.waiting.list, self.save)  # as they stand
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            here = Qt.ShortcutContext.WidgetWithChildrenShortcut
            QShortcut(QKeySequence(keys), self.waiting, self.form.submit, context=here)
        self.waiting.changed.connect(lambda: self.form.put("ticked", " ".join(self.waiting.ticked())))
        self.who.edited.connect(lambda: self.form.put("ticked", ""))  # another person
        self.who.picked.connect(lambda _row: self.show_waiting())
        self.who.textChanged.connect(lambda _text: self.show_waiting())
        self.form.editor("ticked").textChanged.connect(self._ticks_set)
        self.begin()

    def begin(self) -> None:
        self.form.load(last_signature(self.ctx))
        why = self.ctx.why_not(Right.CONFIRM)
        self.save.setEnabled(not why)
        self.save.setToolTip(why or "Ctrl+Enter")
        self.show_waiting()

    def show_waiting(self) -> None:
        """The records of the person that wait."""
        row = self.who.row
        found: list[Row] = []
        if row is not None:
            found = visit_rows(self.ctx.store, VisitFilter(cadre_uid=str(row["uid"]), state="WAITING"), "day_up")
        ticked = str(self.form.editor("ticked").value()).split()
        self.waiting.show_rows(str(row["name"]) if row is not None else "", found, ticked)

    def _ticks_set(self, text: str) -> None:
        """By the list itself, or by a draft: then the list shows them."""
        if text.split() != self.waiting.ticked():
            self.show_waiting()

    def write(self, values: dict[str, Any]) -> None:
        signed = (values["confirmed_by"], values["confirmed_on"])
        method = values["confirm_method"]
        if uids := self.waiting.ticked():
            name = str(self.who.row["name"]) if self.who.row is not None else ""
            outcome = perform(
                self.ctx,
                lambda done: f"确认{name}的{len(done.uids)}条服务记录",
                confirm_visits,
                uids,
                method,
                *signed,
                form=self.form,
                parent=self,
            )
        elif values["sheet_no"] and values["numbers"]:
            label = partial(confirmed_label, values["sheet_no"])
            args = (values["sheet_no"], values["numbers"], signed[0], method, signed[1])
            outcome = perform(self.ctx, label, confirm_range, *args, form=self.form, parent=self)
        else:
            self.form.show_errors({"who": "请选人并勾选签了字的记录，或填写清单编号和行号。"})
            return
        if outcome is not None:
            keep_signature(self.ctx, method, signed[0])
            left = "".join(outcome.value.left)
            self.written(f"已确认 {len(outcome.value.uids)} 条。{left}")


class CheckinEntry(Entry):
    """One check-in; track, day and handler stay for the next."""

    title = "报到"

    def __init__(self, ctx: Context) -> None:
        self.who = PersonPicker(lambda text: find_people(ctx.store, text, 8))
        fields = [
            WHO,
            checkin_field("track", required=True),
            checkin_field("checked_on", required=True),
            replace(checkin_field("community"), help="不填就用名册里的居住社区。"),
            *(checkin_field(key) for key in ("place", "handler", "note")),
            Field("replace", "迁居", Kind.BOOL, help="换了住处再报到：原来的那一条从这天起注销。"),
        ]
        super().__init__(ctx, fields, roster_rows.lists_of(ctx.store), {"who": self.who}, "登记")
        self.form.elsewhere = "这一项不在这张表上，请到“报到”页面登记这一条。"
        self.form.submitted.connect(self.write)
        self._stays: dict[str, Any] = {}  # day and place of the last one, while the program is open
        self.begin()

    def begin(self) -> None:
        used = last_used(self.ctx)
        self.form.load({**used, "checked_on": today().isoformat(), **self._stays})

    def write(self, values: dict[str, Any]) -> None:
        name, kind = str(self.who.row["name"]) if self.who.row is not None else "", TRACK_LABEL[values["track"]]
        facts = {key: values[key] for key in ("track", "checked_on", "community", "place", "handler", "note")}
        draft = CheckinDraft(values["who"], replace=bool(values["replace"]), **facts)
        if perform(self.ctx, f"登记{name}的{kind}", check_in, draft, form=self, parent=self) is not None:
            keep_used(self.ctx, {**last_used(self.ctx), **facts})
            self._stays = {key: facts[key] for key in ("checked_on", "place")}
            self.written(f"已登记{name}的{kind}。")


ENTRIES: tuple[Callable[[Context], Entry], ...] = (VisitEntry, ConfirmEntry, CheckinEntry)
