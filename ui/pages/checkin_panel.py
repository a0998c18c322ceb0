"""The panel of one person: each track's check-in edited in place, what was done to it, earlier ones, history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.base.dates import format_date
from core.checkin.model import CHECKIN, TRACK, TRACK_LABEL
from core.checkin.ops import change_checkin
from core.checkin.people import people_rows
from core.checkin.queries import checkins_of
from core.history_of import keys_of_person
from core.store import Row
from ui.context import Context
from ui.kit import theme
from ui.kit.editors import Lists
from ui.kit.form import Form
from ui.kit.history_list import HistoryLine
from ui.kit.perform import perform, undo
from ui.kit.record_page import FactsSection, RecordPanel, Save
from ui.pages import checkin_dialogs as ask
from ui.pages.checkin_rows import checkin_of, state_words
from ui.pages.history_record import put_back_line, record_lines
from ui.pages.roster_rows import lists_of
from ui.pages.roster_sections import Section, link, two_parts

SHOWN = (*(key for key in ask.FACTS if key != "note"), "ended_on", "end_reason", "note")


class TrackPart(QFrame):
    """One track of the person: facts and acts of the check-in that counts, or the sentence that there is none."""

    def __init__(self, track: str, lists: Lists, save: Save, ctx: Context, run: Callable[[str, str], object]) -> None:
        """`run(what, track)`: new, receipt, end, reopen, remove."""
        super().__init__()
        self.track = track
        fields = [ask.checkin_field(key) for key in SHOWN]
        self.facts = FactsSection(TRACK_LABEL[track], fields, lists, save, draft="checkin.panel", local=ctx.store.local)
        self.empty = Section(TRACK_LABEL[track])
        self.empty.add_button("登记", lambda: run("new", track))
        self.buttons = {
            what: link(text, lambda what=what: run(what, track), f"{text}（{TRACK_LABEL[track]}）")
            for what, text in (
                ("receipt", "收到回执"),
                ("end", "注销…"),
                ("reopen", "恢复"),
                ("remove", "撤回误登"),
                ("new", "再次登记"),
            )
        }
        self.acts = QWidget()
        row = QHBoxLayout(self.acts)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(4))
        for button in self.buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        for widget in (self.facts, self.empty, self.acts):
            column.addWidget(widget)

    def show_person(self, person: Row) -> None:
        """Show the track of a line of the list."""
        row = checkin_of(person, self.track)
        ended = bool(row and row["ended_on"])
        self.facts.setVisible(bool(row))
        self.acts.setVisible(bool(row))
        self.empty.setVisible(not row)
        who = "" if person["status"] == "ACTIVE" else "不纳入考核的人不要求报到，报到了也可以登记。"
        own = "住在哪里就到哪个社区报到，" if self.track == "HOME" else "由学校派到联系社区的才登记，"
        self.empty.fill([], f"还没有{TRACK_LABEL[self.track]}。{own if not who else ''}{who or '可以在这里登记。'}")
        for what, on in (
            ("receipt", not ended and not (row or {}).get("receipt_on")),
            ("end", not ended),
            ("reopen", ended),
            ("remove", True),
            ("new", ended),
        ):
            if not on and self.buttons[what].hasFocus():
                self.facts.edit.setFocus()  # Qt would go to the next button: Space again, and the record is gone
            self.buttons[what].setVisible(on)
        if row:
            self.facts.show_row(str(row["uid"]), row)
        else:
            self.facts.stop()  # taken back while it was edited: what was typed is a draft


class CheckinPanel(RecordPanel):
    """Shows the person `uid`; the tracks are its own parts, so that each is edited under its check-in's own uid."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(self._history_of)
        self.ctx = ctx
        self.row: Row = {}
        self.setMinimumWidth(theme.px(330))
        lists = lists_of(ctx.store)
        self.tracks = {code: TrackPart(code, lists, self._save, ctx, self.run_on) for code, _ in reversed(TRACK)}
        self.earlier = Section("以前的报到")
        for part in (*self.tracks.values(), self.earlier):
            self.add_widget(part)
        self.undo_wanted.connect(lambda seq: undo(ctx, seq, parent=self))
        self.back_wanted.connect(lambda line: put_back_line(ctx, self, line))
        person = theme.role(QPushButton("打开此人"), "link")
        person.clicked.connect(lambda: ctx.go_to("roster", self.uid))
        papers = theme.role(QPushButton("采集表、报到单"), "link")
        papers.clicked.connect(lambda: ctx.go_to("print", form="checkin_slip", uids=(self.uid,)))
        for button in (person, papers):
            self.actions.addWidget(button)
        self.actions.addStretch(1)

    def show_uid(self, uid: str) -> bool:
        """Show a person; False if he is gone."""
        found = people_rows(self.ctx.store, [uid]) if uid else []
        if not found:
            return False
        self.row = row = found[0]
        told = [row["unit"], row["branch"], f"工号 {row['staff_no']}" if row["staff_no"] else "没有工号"]
        if row["archived_on"]:
            told.append(f"已归档（{row['archive_reason']}）")
        self.show_record(uid, row, row["name"], " · ".join(part for part in told if part), state_words(row, "HOME"))
        for part in self.tracks.values():
            part.show_person(row)
        counted = {row["home_uid"], row["sent_uid"]}
        past = [one for one in checkins_of(self.ctx.store, uid) if one["uid"] not in counted]
        self.earlier.setVisible(bool(past))
        self.earlier.fill([_past_line(one) for one in reversed(past)], "")
        return True

    def forms(self) -> Sequence[FactsSection]:
        """One of each track."""
        return [part.facts for part in self.tracks.values()]

    def edit(self) -> None:
        """F2: the first track there is; else a new check-in."""
        for part in self.tracks.values():
            if not part.facts.isHidden():
                part.facts.start()
                return
        self.run_on("new", "HOME")

    def run_on(self, what: str, track: str) -> object:
        """An act on the check-in of a track: new, receipt, end, reopen, remove."""
        ctx, name = self.ctx, str(self.row["name"])
        if what == "new":
            person = {key: self.row[key] for key in ("uid", "name", "unit", "staff_no")}
            return ask.new_checkin(ctx, self.window(), person, track)
        uids = [str(checkin_of(self.row, track)["uid"])]
        if what == "receipt":
            return ask.ask_receipt(ctx, self.window(), uids, name)
        if what == "end":
            return ask.ask_end(ctx, self.window(), uids, name, str(self.row["archive_reason"]))
        return {"reopen": ask.reopen, "remove": ask.take_back}[what](ctx, self.window(), uids, name)

    def _save(self, uid: str, changes: dict[str, Any], form: Form) -> bool:
        if "community" in changes:  # another community is looked up by its name, not under the old one's street
            changes = {"district": "", "street": "", **changes}
        label = f"修改{self.row['name']}的报到"
        return perform(self.ctx, label, change_checkin, uid, changes, form=form, parent=self) is not None

    def _history_of(self, uid: str) -> Sequence[HistoryLine]:
        store = self.ctx.store
        keys = [(table, one) for table, one in keys_of_person(store, uid) if table == "checkin"]
        return record_lines(store, keys, ("checkin", ""))


def _past_line(row: Row) -> QWidget:
    words = f"{TRACK_LABEL[row['track']]}　{row['community']}"
    until = f"{format_date(row['checked_on'])} 至 {format_date(row['ended_on'])}"
    return two_parts(
        words, "　".join(part for part in (until, CHECKIN.field("end_reason").text(row["end_reason"])) if part)
    )
