"""The entry line of 服务纪实: last values kept, Enter goes on, Ctrl+Enter saves and comes back to the person.

A doubt (overlap, 次日结束？, another year) is said below the fields and nothing is saved; the same key again says yes.
What is typed is kept in the local drawer all the time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from core.base.clock import today
from core.base.dates import format_hours
from core.base.errors import InvalidInput, Problem
from core.roster.people import find_people
from core.service_log.model import STATE_LABEL, Recorded, VisitDraft
from core.service_log.ops import record_group, record_visit, visit_warnings
from core.service_log.quota import quota_report
from core.service_log.rules import needs_next_day_answer, person_text, visit_text
from core.store import Row
from ui.context import Context
from ui.kit.editors import ChoiceEdit, focus_widgets
from ui.kit.form_parts import FormKeys
from ui.kit.perform import perform
from ui.pages.visits_entry_view import ORDER, EntryView
from ui.pages.visits_group import GroupDialog
from ui.pages.visits_rows import lists_of
from ui.pages.visits_typing import DayEdit, Span

KEPT_UNDER = "visits.entry"
PAUSE_MS = 600
AGAIN = "再按一次 Ctrl+Enter "
SIGNED = ("confirm_method", "confirmed_by", "confirmed_on")
PLACE_OF = {"cadre_uid": "who", "start_at": "span", "end_at": "span", "minutes": "span", "late_reason": "late_reason"}


class EntryLine(QWidget):
    """Types records, one after the other. `saved(uids)`."""

    saved = Signal(object)
    cancelled = Signal()  # Esc with nothing to take back here

    def __init__(self, ctx: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ctx = ctx
        self.count = 0  # records written since the window was opened
        self._doubt: object = None  # what was typed when a doubt was said; the same again is a yes
        self.view = EntryView(lists_of(ctx.store), lambda text: find_people(ctx.store, text, 12), ctx.year)
        self.view.editors["track"].set_value("OWN")
        self._saver = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._saver.timeout.connect(self._keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self._wire()
        self._recall()
        self.view.say()

    # -- what the page asks

    def focus(self, key: str = "who") -> None:
        """Put the keyboard in a field, its text selected."""
        if key == "late_reason":
            target: Any = self.view.late
        elif key == "who" and self.view.group.people:
            target = self.view.group
        else:
            target = self.view.editors[key]
        (target.focusProxy() or target).setFocus()
        if hasattr(target, "selectAll"):
            target.selectAll()

    def set_year(self, year: int) -> None:
        """0812 means another year now."""
        for key in ("served_on", "confirmed_on"):
            self.view.editors[key].set_year(year)

    def take_people(self, people: Sequence[Row]) -> None:
        """The next record is for these."""
        self._calm()  # what was said was about other people
        if len(people) == 1:
            self.view.show_group(())
            self.view.who.set_row(people[0])
        else:
            self.view.who.set_row(None)
            self.view.show_group(people)
        self._touch()
        self.focus("span" if people else "who")

    def begin(self, cadre_uid: str) -> None:
        """The next record is for this person, as another page asked; '' leaves what is there."""
        sql = "SELECT c.uid, c.name, unit.name AS unit, c.staff_no FROM cadre c LEFT JOIN unit ON unit.uid = c.unit_uid"
        if person := self.ctx.store.one(f"{sql} WHERE c.uid = ?", (cadre_uid,)):
            self.take_people([person])
            self._person_picked(person)
            self.focus("span" if self.view.editors["served_on"].text() else "served_on")

    def open_group(self, text: str = "") -> GroupDialog:
        """Paste names or 工号."""
        dialog = GroupDialog(self.ctx, self.view.group.people, text, self.window())
        dialog.chosen.connect(self.take_people)
        dialog.finished.connect(lambda _result: self.window().activateWindow())
        dialog.open()
        return dialog

    def uids(self) -> list[str]:
        """Whom the record is for."""
        if self.view.group.people:
            return [str(one["uid"]) for one in self.view.group.people]
        return [self.view.who.uid()] if self.view.who.uid() else []

    def draft(self) -> VisitDraft:
        """What is typed."""
        span = self.view.editors["span"].value() or Span()
        plain = {key: self.view.editors[key].value() for key in ORDER if key not in ("who", "span")}
        if plain["confirm_method"] and plain["confirmed_by"] and not plain["confirmed_on"]:
            plain["confirmed_on"] = today().isoformat()
        return VisitDraft(
            start_at=span.start_at,
            end_at=span.end_at,
            minutes=span.minutes,
            next_day=span.next_day,
            late_reason=self.view.late.value() if self.view.asks_late else "",
            **plain,
        )

    # -- FormKeys asks

    def submit(self) -> bool:
        """Check, ask what is in doubt, write; False if it was not written."""
        for editor in self.view.editors.values():
            if isinstance(editor, ChoiceEdit):
                editor.complete()
        if self.view.who.isVisible() and self.view.who.text().strip():
            self.view.who.take()
        if faults := self._faults():
            self.show_errors(faults)
            return False
        try:
            if self._has_doubt():
                return False
        except InvalidInput as error:
            self.show_errors(error.fields)
            return False
        except Problem as error:
            self.ctx.messages.problem(error, self)
            return False
        return self._write()

    def advance(self, key: str, step: int) -> None:
        """Enter and Shift+Enter walk; after the last field it is written."""
        at = ORDER.index(key) + step if key in ORDER else len(ORDER)
        if at >= len(ORDER):
            self.submit()
        elif at >= 0:
            self.focus(ORDER[at])

    def left(self, key: str) -> None:
        """A field that is left wrong says so at once, a corrected one is no longer marked."""
        if key in self.view.editors:
            editor = self.view.editors[key]
            wrong = bool(editor.text().strip() and editor.problem())
            self._mark(key, wrong)
            if wrong:
                self.view.say(editor.problem(), "bad")

    def escape(self) -> bool:
        """Take back a doubt or an error; False if there was none."""
        busy = self._doubt is not None or any(one.property("invalid") for one in self.view.editors.values())
        self._calm()
        return busy

    # -- perform asks

    def show_errors(self, fields: Mapping[str, str]) -> None:
        """Mark the fields, say the sentences, go to the first."""
        self._doubt = None
        self.view.set_save_text("登记")
        wrong = {PLACE_OF.get(key, key): sentence for key, sentence in fields.items()}
        for key in ORDER:
            self._mark(key, key in wrong)
        if "late_reason" in wrong:
            self.view.show_late(True)
        places = [key for key in (*ORDER, "late_reason") if key in wrong]
        if places:
            self.focus(places[0])
        # after the focus has moved: the field that loses it may have a sentence of its own
        self.view.say("".join(dict.fromkeys(fields.values())), "warn" if set(wrong) == {"late_reason"} else "bad")

    # -- inside

    def _faults(self) -> dict[str, str]:
        found = {}
        if not self.view.editors["served_on"].text().strip():
            found["served_on"] = "请填写服务日期，例如 0812。"
        for key in ORDER:
            if key == "who" and self.view.group.people:
                continue
            if sentence := self.view.editors[key].problem():
                found[key] = sentence
        if not self.uids() and "who" not in found:
            found["who"] = "请选择服务的人：输入工号、姓名或拼音首字母。"
        return found

    def _has_doubt(self) -> bool:
        """Say what a person should look at; True if it is said for the first time."""
        draft, uids = self.draft(), self.uids()
        if needs_next_day_answer(draft.start_at, draft.end_at) and not draft.next_day:
            text = f"结束 {draft.end_at} 不晚于开始 {draft.start_at}，是次日结束吗？{AGAIN}按次日结束登记，否则请改正时间。"
            if self._ask(("next_day", draft), text):
                self.focus("span")
                return True
            self.view.editors["span"].take_next_day()
            draft = self.draft()
        notes = visit_warnings(self.ctx.store, draft, uids)
        if text := self.view.editors["community"].new_text():
            near = self.view.editors["community"].near(text)
            alike = f"（相近的有：{'、'.join(near)}）" if near else ""
            notes.append(f"“{text}”是新的社区，以前没有登记过{alike}。")
        if draft.served_on[:4] != str(self.ctx.year):
            notes.append(f"服务日期在{draft.served_on[:4]}年，不在当前年度{self.ctx.year}年的列表里。")
        return bool(notes) and self._ask((draft, tuple(uids)), f"{''.join(notes)}{AGAIN}仍要登记。")

    def _ask(self, what: object, text: str) -> bool:
        if self._doubt == what:
            return False
        self._doubt = what
        self.view.say(text, "warn")
        self.view.set_save_text("仍要登记")
        QApplication.beep()
        return True

    def _write(self) -> bool:
        draft, uids, group = self.draft(), self.uids(), bool(self.view.group.people)
        label = "登记服务记录" if not group else f"登记{len(uids)}人的服务记录"
        if group:
            outcome = perform(self.ctx, label, record_group, draft, uids, form=self, done=self._done)
        else:
            outcome = perform(self.ctx, label, _record_one, draft, uids[0], form=self, done=self._done)
        if outcome is None:
            return False
        recorded: Recorded = outcome.value
        self.count += len(recorded.uids)
        self.view.who.set_row(None)
        self.view.show_group(())
        self._calm()
        self.view.say(f"本次已登记 {self.count} 条。")
        self._keep()
        self.focus("who")
        self.saved.emit(list(recorded.uids))
        return True

    def _done(self, recorded: Recorded) -> str:
        """'已登记：张伟（会计学院，工号0012）8月12日 14:00-16:00（2 小时），待确认。'"""
        row = self.ctx.store.one(
            "SELECT visit.*, cadre.name, cadre.staff_no, unit.name AS unit FROM visit "
            "JOIN cadre ON cadre.uid = visit.cadre_uid JOIN unit ON unit.uid = visit.unit_uid WHERE visit.uid = ?",
            (recorded.uid,),
        )
        assert row is not None  # just written
        when = visit_text(row["served_on"], row["start_at"], row["end_at"], row["minutes"])
        many = len(recorded.uids)
        who = person_text(row["name"], row["unit"], row["staff_no"]) if many == 1 else f"{many} 人"
        return f"已登记：{who}{when}，{STATE_LABEL[row['state']]}。"

    def _person_picked(self, row: Row) -> None:
        """How far the person has come: the clerk sees a slip of the 工号 before saving."""
        report = quota_report(self.ctx.store, self.ctx.year, cadre_uids=[row["uid"]])
        for one in report.rows:
            waits = f"，待确认 {one['waiting_times']} 次 {format_hours(one['waiting_minutes'])} 小时"
            self.view.say(
                f"{one['name']}：{self.ctx.year}年业余时间已确认 {one['times']} 次 {format_hours(one['minutes'])} 小时"
                f"{waits if one['waiting_times'] else ''}，{one['verdict']}。"
            )

    def _calm(self) -> None:
        self._doubt = None
        self.view.set_save_text("登记")
        for key in ORDER:
            self._mark(key, False)
        if not self.view.late.value():
            self.view.show_late(False)
        self.view.say()

    def _mark(self, key: str, wrong: bool) -> None:
        editor = self.view.editors[key]
        if bool(editor.property("invalid")) != wrong:
            editor.setProperty("invalid", wrong)
            editor.style().unpolish(editor)
            editor.style().polish(editor)

    def _wire(self) -> None:
        self._keys = FormKeys(self)
        for key, editor in self.view.editors.items():
            editor.edited.connect(self._touch)
            for widget in focus_widgets(editor):
                self._keys.watch(widget, key)
            if isinstance(editor, ChoiceEdit):  # Enter in the list of suggestions reaches the line edit only
                editor.lineEdit().returnPressed.connect(self._advance_later(key))
        self.view.late.edited.connect(self._touch)
        self._keys.watch(self.view.late, "late_reason")
        self._keys.watch(self.view.group, "who")
        self.view.who.picked.connect(self._person_picked)
        self.view.who.textChanged.connect(self._many_pasted)
        self.view.many_wanted.connect(self.open_group)
        self.view.group_dropped.connect(lambda: self.take_people(()))
        self.view.save_wanted.connect(self.submit)

    def _advance_later(self, key: str) -> Any:
        return lambda: QTimer.singleShot(0, self, lambda: self.advance(key, 1))

    def _many_pasted(self, text: str) -> None:
        """Several names pasted into the field of one (Qt turns their line ends into U+2028 or blanks)."""
        pasted = QApplication.clipboard().text()
        squeezed = "".join(pasted.split())
        many = len([one for one in pasted.splitlines() if one.strip()]) > 1
        if many and squeezed and "".join(text.replace("\u2028", "").split()) == squeezed:
            self.view.who.clear()
            QTimer.singleShot(0, self, lambda: self.open_group(pasted))

    # -- what is typed is never lost

    def _touch(self) -> None:
        self._saver.start()

    def _keep(self) -> None:
        self._saver.stop()
        person = self.view.who.row
        self.ctx.store.local.put(
            KEPT_UNDER,
            {
                "typed": {key: _typed(self.view.editors[key]) for key in ORDER if key != "who"},
                "late": self.view.late.text() if self.view.asks_late else "",
                "who": _brief(person) if person is not None else self.view.who.text(),
                "group": [_brief(one) for one in self.view.group.people],
            },
        )

    def _recall(self) -> None:
        kept = self.ctx.store.local.get(KEPT_UNDER) or {}
        half = bool(kept.get("who") or kept.get("group"))
        for key, text in dict(kept.get("typed", {})).items():
            # a signature and a reason hold for one sitting; they come back only with a record that was begun
            if key in self.view.editors and (half or key not in SIGNED):
                self.view.editors[key].setText(str(text))
                if isinstance(self.view.editors[key], DayEdit):
                    self.view.editors[key].complete()
        if half and kept.get("late"):
            self.view.late.setText(str(kept["late"]))
            self.view.show_late(True)
        if kept.get("group"):
            self.view.show_group(kept["group"])
        elif isinstance(kept.get("who"), dict):
            self.view.who.set_row(kept["who"])
        elif kept.get("who"):
            self.view.who.setText(str(kept["who"]))

    def hideEvent(self, event: Any) -> None:
        """Another page, or the end: what waits for its pause is kept."""
        if self._saver.isActive():
            self._keep()
        super().hideEvent(event)


def _record_one(tx: Any, draft: VisitDraft, cadre_uid: str) -> Recorded:
    return record_visit(tx, replace(draft, cadre_uid=cadre_uid))


def _typed(editor: Any) -> str:
    """What stands in a field; a day with its year, since another may be in force when it comes back."""
    return str(editor.value() or editor.text()) if isinstance(editor, DayEdit) else str(editor.text())


def _brief(row: Row) -> dict[str, str]:
    return {key: str(row[key] or "") for key in ("uid", "name", "unit", "staff_no")}
