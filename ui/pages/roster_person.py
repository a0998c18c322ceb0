"""The person page: everything about one, facts editable in place, history below with 撤销."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget

from core.base.clock import today
from core.base.disk import file_name, write_whole
from core.base.errors import MachineFault
from core.checkin.queries import checkins_of
from core.grid_assignment.queries import assignment_rows, lead_rows
from core.history_of import keys_of_person
from core.reporting.commendations import commendations_of
from core.roster.feedback import WRITTEN, add_feedback, remove_feedback, update_feedback
from core.roster.model import CADRE, STATUS
from core.roster.ops import (
    attach,
    remove_attachment,
    save_cadre,
    set_photo,
)
from core.roster.queries import attachments, blob, person, photo
from core.service_log.queries import person_logs
from core.service_log.quota import quota_report, steps_of
from core.store import Row
from core.team.queries import squads_of
from ui.context import Context
from ui.kit import theme
from ui.kit.dialogs import FormDialog
from ui.kit.form import Form
from ui.kit.history_list import HistoryLine
from ui.kit.perform import perform, undo
from ui.kit.record_page import FactsSection, RecordPanel
from ui.pages import checkin_dialogs
from ui.pages.history_record import put_back_line, record_lines
from ui.pages.roster_commendations import CommendationSection, ask_commendation, on_commendation
from ui.pages.roster_dialogs import DATED_FACTS, ask_since
from ui.pages.roster_rows import PROGRESS_TONE, lists_of, place_field
from ui.pages.roster_sections import (
    CheckinSection,
    EvaluationSection,
    FeedbackSection,
    LogSection,
    MembershipSection,
    PhotoSection,
    PlaceSection,
)

FACTS = (
    ("基本情况", ("name", "staff_no", "sex", "nation", "birth_on", "party_status", "joined_on", "education", "degree", "title", "status")),
    ("联系方式与居住地", ("phone", "id_no", "district", "street", "community", "address", "estate", "building", "entrance", "room")),
    ("特长与意愿", ("skills", "hobbies", "willingness", "free_time", "would_lead", "would_join", "note")),
)  # fmt: skip
PICTURES = "图片 (*.jpg *.jpeg *.png *.bmp)"


class PersonPanel(RecordPanel):
    """One person. `print_wanted`, `move_wanted` and `archive_wanted` carry the uid: the page does these for many, too."""

    print_wanted = Signal(str)
    move_wanted = Signal(str)
    archive_wanted = Signal(str)

    def __init__(self, ctx: Context, parent: QWidget | None = None) -> None:
        super().__init__(self._history_of, parent)
        self.ctx = ctx
        self.row: Row = {}
        self.setMinimumWidth(theme.px(330))
        self._buttons()
        lists = lists_of(ctx.store)
        self.facts = [
            FactsSection(
                title,
                [place_field(CADRE.field(key)) for key in keys],
                lists,
                self._save,
                draft=f"roster.{at}",
                local=ctx.store.local,
                revealed=ctx.revealed,
                table=CADRE.table,
            )
            for at, (title, keys) in enumerate(FACTS)
        ]
        self.places, self.checkins, self.grid = MembershipSection(), CheckinSection(), PlaceSection()
        self.log = LogSection()
        self.evaluations, self.photos, self.feedback = EvaluationSection(), PhotoSection(), FeedbackSection()
        self.honours, self._honours = CommendationSection(), list[Row]()
        self.add_section(self.facts[0])
        self.add_widget(self.log)
        self.add_section(self.facts[1])
        for part in (self.places, self.checkins, self.grid):
            self.add_widget(part)
        self.add_section(self.facts[2])
        for part in (self.feedback, self.evaluations, self.honours, self.photos):
            self.add_widget(part)
        self._wire()

    def show_person(self, uid: str) -> bool:
        """Read and show everything of one; False if he is gone."""
        found = person(self.ctx.store, uid)
        if found is None:
            self.uid, self.row = "", {}
            return False
        self.row = found
        self.ctx.revealed.opened(CADRE.table, uid)
        year = self.ctx.year
        quota = next(iter(quota_report(self.ctx.store, year, cadre_uids=[uid]).rows), None)
        self.show_record(uid, found, found["name"], self._subtitle(found), self._chip(found, quota))
        visits = list(reversed(person_logs(self.ctx.store, [uid], year)[uid]))
        self.places.show_rows(found["memberships"])
        store = self.ctx.store
        self.checkins.show_rows(checkins_of(store, uid))
        self.grid.show_rows(
            assignment_rows(store, cadre_uid=uid, current=False),
            lead_rows(store, cadre_uid=uid, current=False),
            squads_of(store, uid, current=False),
        )
        self.log.show_year(year, quota, visits, self._other_years(uid, year))
        self.evaluations.show_rows(self._evaluations(uid))
        self._honours = commendations_of(store, [uid]).get(uid, [])
        self.honours.show_rows(self._honours)
        self.photos.show_rows(photo(self.ctx.store, uid), found["attachments"])
        self.feedback.show_rows(found["feedback"])
        self._archive.setText("恢复" if found["archived_on"] else "归档…")
        return True

    # -- attachments and feedback

    def add_photo(self, file: str) -> None:
        """Take a picture as the person's photo."""
        if data := self._bytes(file):
            label = f"更换{self.row['name']}的照片"
            perform(self.ctx, label, set_photo, self.uid, data, Path(file).name, parent=self)

    def add_file(self, file: str) -> None:
        """Keep a file with the person."""
        if data := self._bytes(file):
            name = Path(file).name
            # its own table: guess_type alone would ask the registry of the machine
            media = mimetypes.MimeTypes().guess_type(name)[0] or "application/octet-stream"
            label = f"给{self.row['name']}添加附件{name}"
            perform(self.ctx, label, attach, "cadre", self.uid, data, name=name, media=media, parent=self)

    def save_attachment(self, uid: str, out: str) -> None:
        """Write an attachment to a file outside the ledger."""
        row = next((one for one in attachments(self.ctx.store, self.uid) if one["uid"] == uid), None)
        data = blob(self.ctx.store, row["sha256"]) if row else None
        if row is None or data is None or not out:
            return
        try:
            write_whole(Path(out), data)
        except MachineFault as error:
            self.ctx.messages.problem(error, self)
            return
        self.ctx.messages.say(f"已把附件“{row['name']}”另存为 {out}。", "info")

    def write_feedback(self, uid: str = "") -> FormDialog:
        """Add a word of the community, or change one."""
        old = next((one for one in self.row["feedback"] if one["uid"] == uid), {"given_on": today().isoformat()})
        title = f"{'修改' if uid else '记录'}社区对{self.row['name']}的反馈"
        dialog = FormDialog(title, WRITTEN, parent=self, values=old)
        who = self.uid

        def write(values: dict[str, Any]) -> None:
            op: Callable[..., Any] = update_feedback if uid else add_feedback
            if perform(self.ctx, title, op, uid or who, values, form=dialog.form, parent=dialog) is not None:
                dialog.done_saving()

        dialog.accepted_values.connect(write)
        dialog.open()
        return dialog

    def check_in(self) -> FormDialog:
        """登记报到."""
        return checkin_dialogs.new_checkin(self.ctx, self, self.row)

    # -- inside

    def _on_checkin(self, what: str, uid: str) -> None:
        name = self.row["name"]
        if what == "end":
            checkin_dialogs.ask_end(self.ctx, self, [uid], name, self.row["archive_reason"])
        elif what == "receipt":
            checkin_dialogs.ask_receipt(self.ctx, self, [uid], name)
        else:
            act = checkin_dialogs.reopen if what == "reopen" else checkin_dialogs.take_back
            act(self.ctx, self, [uid], name)

    def _save(self, uid: str, changes: dict[str, Any], form: Form) -> bool:
        name = changes.get("name") or self.row["name"]
        if any(self.row[key] and changes.get(key, self.row[key]) != self.row[key] for key in DATED_FACTS):
            section = next(one for one in self.facts if one.form is form)
            ask_since(self.ctx, self, self.row, changes, lambda: section.written(changes))
            return False  # the form stays until it is said since when
        return perform(self.ctx, f"修改{name}的资料", save_cadre, changes, uid, form=form, parent=self) is not None

    def _history_of(self, uid: str) -> Sequence[HistoryLine]:
        store = self.ctx.store
        return record_lines(store, keys_of_person(store, uid), ("cadre", uid))

    def _other_years(self, uid: str, year: int) -> list[Row]:
        sql = "SELECT DISTINCT year FROM visit_tally WHERE cadre_uid = ? AND year <> ? ORDER BY year DESC"
        years = [row[0] for row in self.ctx.store.tuples(sql, (uid, year))]
        found = [(one, quota_report(self.ctx.store, one, cadre_uids=[uid]).rows) for one in years]
        return [{"year": one, **rows[0]} for one, rows in found if rows]

    def _evaluations(self, uid: str) -> list[Row]:
        sql = (
            "SELECT year, community_rating, branch_rating, overall_rating, exempt_reason FROM evaluation "
            "WHERE cadre_uid = ? ORDER BY year DESC"
        )
        return self.ctx.store.rows(sql, (uid,))

    def _subtitle(self, row: Row) -> str:
        parts = [row["unit"], row["branch"], f"工号 {row['staff_no']}" if row["staff_no"] else "没有工号"]
        if row["status"] != "ACTIVE":
            parts.append(dict(STATUS).get(row["status"], row["status"]))
        return " · ".join(part for part in parts if part)

    def _chip(self, row: Row, quota: Row | None) -> tuple[str, str]:
        if row["archived_on"]:
            return f"已归档（{row['archive_reason']}）", ""
        if quota is None:
            return "", ""
        words = dict(steps_of(self.ctx.year))[quota["progress"]]
        tone = PROGRESS_TONE[quota["progress"]]
        return words, "" if tone == "sub" else tone

    def _buttons(self) -> None:
        for text, signal in (("打印…", self.print_wanted), ("调动…", self.move_wanted), ("归档…", self.archive_wanted)):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _on=False, to=signal: self.uid and to.emit(self.uid))
            self.actions.addWidget(button)
            self._archive = button
        self.actions.addStretch(1)

    def _wire(self) -> None:
        ctx = self.ctx
        self.undo_wanted.connect(lambda seq: undo(ctx, seq, parent=self))
        self.back_wanted.connect(lambda line: put_back_line(ctx, self, line))
        self.places.add_button("调动或更正", lambda: self.move_wanted.emit(self.uid))
        self.checkins.add_button("登记", self.check_in)
        self.checkins.add_button("全部报到", lambda: ctx.go_to("checkin", self.uid))
        self.checkins.wanted.connect(self._on_checkin)
        self.grid.add_button("编入或调整", lambda: ctx.go_to("map", cadre_uids=(self.uid,)))
        self.grid.opened.connect(lambda uid: ctx.go_to("map", grid_uid=uid))
        self.log.add_button("登记", lambda: ctx.go_to("visits", new=True, cadre_uid=self.uid))
        self.log.add_button("全部记录", lambda: ctx.go_to("visits", cadre_uid=self.uid))
        self.log.opened.connect(lambda uid: ctx.go_to("visits", uid))
        self.photos.add_button("选照片", self._pick_photo, "JPG 或 PNG，会缩到一寸")
        self.photos.add_button("添加附件", self._pick_file)
        self.photos.wanted.connect(self._on_attachment)
        self.honours.add_button("登记", lambda: ask_commendation(ctx, self, self.row))
        self.honours.wanted.connect(lambda what, uid: on_commendation(ctx, self, self.row, self._honours, what, uid))
        self.feedback.add_button("记录", self.write_feedback)
        self.feedback.wanted.connect(self._on_feedback)

    def _on_attachment(self, what: str, uid: str) -> None:
        row = next((one for one in self.row["attachments"] if one["uid"] == uid), None)
        if row is not None and what == "remove":
            label = f"移除{self.row['name']}的附件{row['name']}"
            perform(self.ctx, label, remove_attachment, uid, parent=self)
        elif row is not None:
            out, _ = QFileDialog.getSaveFileName(self, "另存附件", file_name(row["name"]))
            self.save_attachment(uid, out)

    def _on_feedback(self, what: str, uid: str) -> None:
        if what == "edit":
            self.write_feedback(uid)
        else:
            perform(self.ctx, f"移除社区对{self.row['name']}的反馈", remove_feedback, uid, parent=self)

    def _pick_photo(self) -> None:
        self.add_photo(QFileDialog.getOpenFileName(self, "选择照片", "", PICTURES)[0])

    def _pick_file(self) -> None:
        self.add_file(QFileDialog.getOpenFileName(self, "选择附件")[0])

    def _bytes(self, file: str) -> bytes:
        if not file:
            return b""
        try:
            return Path(file).read_bytes()
        except OSError as error:
            reason = error.strerror or str(error)
            self.ctx.messages.problem(MachineFault(f"读不了 {file}（{reason}）。", "请检查文件后再试。"), self)
            return b""
