"""批量报到: a branch or pasted names, one date, track and handler; who cannot is said at once; all of it one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.base.fields import Field, Kind
from core.checkin.model import TRACK_LABEL, CheckinDraft, GroupOutcome
from core.checkin.ops import check_in_group
from core.checkin.people import cannot_check_in
from core.checkin.queries import open_checkins
from core.checkin.rules import day_faults
from core.org.queries import branches, units
from core.roster.people import resolve_people
from core.store import Row
from ui.context import Context
from ui.kit import theme
from ui.kit.choice_editors import ChoiceEdit
from ui.kit.dialogs import PasteBox, TextDialog
from ui.kit.form import Form
from ui.kit.perform import perform
from ui.pages.checkin_dialogs import checkin_field, keep_used, last_used
from ui.pages.roster_rows import lists_of

ASKED = ("track", "checked_on", "community", "place", "handler", "our_contact", "letter_no", "receipt_on")
OWN_HOME = "不填：每人到名册里各自居住的社区；组织派遣报到是联系社区。"
SAID = 4  # people named in the warning; the others are counted


class CheckinBatch(QDialog):
    """Checks many in. `then(uids of the people)` when it is in the ledger."""

    def __init__(
        self,
        ctx: Context,
        people: Sequence[Row] = (),
        parent: QWidget | None = None,
        then: Callable[[list[str]], object] = lambda _uids: None,
    ) -> None:
        super().__init__(parent)
        self.ctx, self._then = ctx, then
        self._sure: tuple[list[str], list[str]] | None = None  # what was said once and pressed again
        self._cannot: dict[str, str] = {}
        self._taken = ("", "")  # the track a branch was taken in for, and its people as lines
        self.setWindowTitle("批量报到")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._places = {
            f"{unit['name']} {branch['name']}".strip(): (unit["uid"], branch["uid"]) for unit, branch in _all(ctx)
        }
        self.branch = ChoiceEdit(Field("branch", "党支部", Kind.CHOICE, strict_list=True), list(self._places))
        self.told = theme.role(QLabel(), "sub")
        self.box = PasteBox(lambda text: resolve_people(ctx.store, text))
        self.form = Form([_asked(key) for key in ASKED], lists_of(ctx.store))
        self.warning = theme.role(QLabel(wordWrap=True), "warn")
        self.use = theme.role(QPushButton("登记报到"), "primary")
        self._build()
        self.form.load(last_used(ctx))
        self._wire()
        if people:
            self.box.set_text("\n".join(_line(one) for one in people))
        if self.box.keep_in(ctx.store.local, "draft.checkin.batch"):
            self.told.setText("上次放入、还没有登记的人。")
        self._look()
        self.resize(theme.px(820), theme.px(640))

    # -- whom

    def take_branch(self) -> None:
        """Put those of the chosen branch (or unit) in who are 在职 and not yet checked in on this track."""
        self.branch.complete()
        unit_uid, branch_uid = self._places.get(self.branch.text(), ("", ""))
        if not unit_uid:
            return
        people = self.ctx.store.rows(
            "SELECT uid, name, staff_no FROM cadre WHERE unit_uid = ? AND ? IN ('', branch_uid) AND archived_on = '' "
            "AND status = 'ACTIVE' ORDER BY staff_no, uid",
            (unit_uid, branch_uid),
        )
        track = self._draft().track
        there = open_checkins(self.ctx.store, [one["uid"] for one in people], track)
        due = [one for one in people if one["uid"] not in there]
        self.told.setText(
            f"在职 {len(people)} 人，放入 {len(due)} 人" + (f"，{len(there)} 人已经报到" if there else "") + "。"
        )
        self._taken = (track, "\n".join(_line(one) for one in due))
        self.box.set_text(self._taken[1])
        self.box.edit.setFocus()

    def uids(self) -> list[str]:
        """Those who will be checked in."""
        return [uid for uid in self.box.uids() if uid not in self._cannot]

    # -- writing

    def finish(self) -> None:
        """Check in; who cannot, and lines that name nobody, are said once."""
        if self.form.validate():
            return
        if faults := day_faults(asdict(self._draft())):
            self.form.show_errors(faults)
            return
        self._look()
        uids, rest = self.uids(), self.box.open_lines()
        if not uids:
            self._warn(self._blocked() or "还没有查到人：选一个党支部，或粘贴姓名、工号，一行一人。")
            return
        doubts = (rest, list(self._cannot))
        if (rest or self._cannot) and self._sure != doubts:
            self._sure = doubts
            named = f"{'、'.join(rest[:SAID])}{'…' if len(rest) > SAID else ''}还没有对上人。" if rest else ""
            self._warn(f"{named}{self._blocked()}再按一次 Ctrl+Enter 只登记其余 {len(uids)} 人。")
            return
        draft = self._draft()
        kind = TRACK_LABEL[draft.track]
        outcome = perform(
            self.ctx, lambda done: f"批量登记{len(done.made)}人的{kind}", check_in_group, uids, draft,
            form=self.form, parent=self, done=_said(kind),
        )  # fmt: skip
        if outcome is not None:
            keep_used(self.ctx, self.form.values())
            self.box.forget()
            self.accept()
            self._then(uids)
            if outcome.value.left:
                text = "\n".join(outcome.value.left)
                TextDialog(f"{len(outcome.value.left)} 人没有登记", text, self.parentWidget()).open()

    def showEvent(self, event: Any) -> None:
        """The keyboard starts where people are chosen."""
        super().showEvent(event)
        QTimer.singleShot(0, self, (self.box.edit if self.box.edit.toPlainText() else self.branch).setFocus)

    # -- inside

    def _draft(self) -> CheckinDraft:
        values = self.form.values()
        return CheckinDraft("", **{key: str(values[key] or "") for key in ASKED})

    def _take_track(self) -> None:
        """Of a branch taken in as it stands, who is due depends on the track."""
        track, lines = self._taken
        if track and self._draft().track not in ("", track) and self.box.edit.toPlainText() == lines:
            at = QApplication.focusWidget()
            self.take_branch()
            if at is not None:
                at.setFocus()
        self._look()

    def _look(self) -> None:
        """Who cannot be checked in as it stands."""
        draft, uids = self._draft(), self.box.uids()
        sound = bool(draft.track) and not day_faults(asdict(draft))  # a wrong day is said once, beside its field
        self._cannot = cannot_check_in(self.ctx.store, uids, draft) if uids and sound else {}
        count = len(self.uids())
        self.use.setText(f"登记 {count} 人报到" if count else "登记报到")
        self._warn(self._blocked())

    def _blocked(self) -> str:
        lines = list(self._cannot.values())
        if not lines:
            return ""
        more = f"等 {len(lines)} 人" if len(lines) > SAID else ""
        return f"不能登记：{''.join(lines[:SAID])}{more}"

    def _warn(self, text: str) -> None:
        self.warning.setText(text)
        self.warning.setVisible(bool(text))

    def _wire(self) -> None:
        self.box.changed.connect(self._look)
        self.box.submitted.connect(self.form.submit)
        self.form.changed.connect(self._take_track)
        self.form.submitted.connect(lambda _values: self.finish())
        self.form.cancelled.connect(self.reject)
        self.branch.activated.connect(lambda _at: self.take_branch())
        self.branch.lineEdit().returnPressed.connect(lambda: QTimer.singleShot(0, self, self.take_branch))
        self.use.clicked.connect(lambda: self.form.submit())
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.form.submit)

    def _build(self) -> None:
        intro = "选一个党支部，或从 Excel 粘贴姓名或工号；下面的日期、社区和经办人每人相同。整批是一步，可以一起撤销。"
        self.branch.setAccessibleName("党支部")
        self.branch.lineEdit().setPlaceholderText("输入单位或支部名称，Enter 放入")
        self.branch.setMinimumWidth(theme.px(360))
        whose = QHBoxLayout()
        whose.setSpacing(theme.px(8))
        label = QLabel("党支部")
        label.setBuddy(self.branch)
        whose.addWidget(label)
        whose.addWidget(self.branch)
        whose.addWidget(self.told, 1)
        self.use.setToolTip("Ctrl+Enter")
        back = QPushButton("取消")
        back.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        for button in (self.use, back):
            button.setAutoDefault(False)
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(10))
        column.addWidget(theme.role(QLabel(intro, wordWrap=True), "sub"))
        column.addLayout(whose)
        column.addWidget(self.box, 1)
        column.addWidget(self.form)
        column.addWidget(self.warning)
        column.addLayout(foot)


def _asked(key: str) -> Field:
    changes: dict[str, Any] = {"required": True} if key == "track" else {"help": OWN_HOME} if key == "community" else {}
    return checkin_field(key, **changes)


def _all(ctx: Context) -> list[tuple[Row, Row]]:
    """Every unit, itself first, then its branches."""
    found = []
    for unit in units(ctx.store):
        found.append((unit, {"name": "", "uid": ""}))
        found += [(unit, branch) for branch in branches(ctx.store, unit["uid"])]
    return found


def _line(row: Row) -> str:
    """A person as a line that finds him again."""
    return f"{row['staff_no']} {row['name']}".strip()


def _said(kind: str) -> Callable[[GroupOutcome], str]:
    def text(outcome: GroupOutcome) -> str:
        left = f"，{len(outcome.left)} 人没有登记" if outcome.left else ""
        return f"已登记 {len(outcome.made)} 人的{kind}{left}。"

    return text
