"""Parts of the person page below the facts: 单位与支部, 报到, 网格与岗位, 服务纪实, 照片与附件, 社区反馈."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.base.clock import today
from core.base.dates import format_date, format_hours
from core.checkin.model import STATE_LABEL as CHECKIN_STATE
from core.checkin.model import TRACK_LABEL
from core.roster.model import CADRE
from core.service_log.model import STATE_LABEL
from core.store import Row
from ui.kit import theme
from ui.kit.labels import ElidedLabel

STATE_TONE = {"CONFIRMED": "ok", "WAITING": "warn", "RETURNED": "bad"}
VISITS_SHOWN = 6


class Section(QFrame):
    """A titled block with buttons at its head and lines below; `say` is its empty sentence."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = theme.role(QLabel(title), "section")
        self.head = QHBoxLayout()
        self.head.addWidget(self.title, 1)
        self._body = QVBoxLayout()
        self._body.setSpacing(theme.px(4))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        column.addLayout(self.head)
        column.addLayout(self._body)

    def add_button(self, text: str, run: Callable[[], object], tip: str = "") -> QPushButton:
        """A link at the head."""
        button = link(text, run, f"{text}（{self.title.text()}）")
        button.setToolTip(tip)
        self.head.addWidget(button)
        return button

    def fill(self, widgets: Sequence[QWidget], empty: str) -> None:
        """Show these lines, or the sentence."""
        while self._body.count():
            old = self._body.takeAt(0).widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for widget in widgets or [theme.role(QLabel(empty, wordWrap=True), "sub")]:
            self._body.addWidget(widget)


class MembershipSection(Section):
    """Where a person has belonged, newest first."""

    def __init__(self) -> None:
        super().__init__("单位与支部")

    def show_rows(self, rows: Sequence[Row]) -> None:
        """One line per membership; hours stay where they were earned."""
        lines = []
        changed = {key: len({row[key] for row in rows}) > 1 for key in ("status", "party_status")}
        for row in rows:
            what = (row["unit"], row["branch"] or "未编支部")
            if changed["status"] or row["status"] != "ACTIVE":  # told where it says something
                what = (*what, CADRE.field("status").text(row["status"]))
            if changed["party_status"]:
                what = (*what, row["party_status"])
            place = " · ".join(part for part in what if part)
            since, until = format_date(row["from_on"]), format_date(row["until_on"])
            when = f"{since} 起" if since and not until else f"{since or '建档'} 至 {until}" if until else "一直在此"
            why = (when, row["reason"], f"{row['left_reason']}离开" if row["left_reason"] else "")
            lines.append(two_parts(place, "　".join(part for part in why if part)))
        self.fill(lines, "还没有单位记录。")


class LogSection(Section):
    """The year's service: both sums, the verdict in words, the newest records, other years."""

    opened = Signal(str)  # uid of a record

    def __init__(self) -> None:
        super().__init__("服务纪实")

    def show_year(self, year: int, quota: Row | None, visits: Sequence[Row], others: Sequence[Row]) -> None:
        """`quota` is the person's row of the quota report, `others` those of other years."""
        self.title.setText(f"服务纪实（{year}年）")
        widgets: list[QWidget] = []
        if quota is not None:
            widgets += [self._sums(quota), theme.role(QLabel(quota["verdict"], wordWrap=True), _tone(quota))]
        if visits:
            widgets.append(self._lines(visits[:VISITS_SHOWN]))
            if len(visits) > VISITS_SHOWN:
                words = f"只列出最近 {VISITS_SHOWN} 条，全年共 {len(visits)} 条。"
                widgets.append(theme.role(QLabel(words, wordWrap=True), "sub"))
        else:
            widgets.append(theme.role(QLabel("这一年还没有服务记录。", wordWrap=True), "sub"))
        for other in others:
            words = f"{other['times']}次、{format_hours(other['minutes'])}小时，{other['verdict']}"
            widgets.append(two_parts(f"{other['year']}年", words))
        self.fill(widgets, "")

    def _sums(self, quota: Row) -> QWidget:
        host = QWidget()
        row = QHBoxLayout(host)
        row.setContentsMargins(0, theme.px(2), 0, theme.px(2))
        row.setSpacing(theme.px(24))
        parts = (
            ("已确认", quota["times"], quota["minutes"]),
            ("待确认", quota["waiting_times"], quota["waiting_minutes"]),
        )
        duty = (("组织派遣", quota["duty_times"], quota["duty_minutes"]),) if quota["duty_minutes"] else ()
        for words, times, minutes in (*parts, *duty):
            cell = QVBoxLayout()
            cell.setSpacing(0)
            figure = theme.role(QLabel(f"{times} 次　{format_hours(minutes)} 小时"), "section")
            cell.addWidget(figure)
            cell.addWidget(theme.role(QLabel(words), "sub"))
            row.addLayout(cell)
        row.addStretch(1)
        return host

    def _lines(self, visits: Sequence[Row]) -> QWidget:
        host = QWidget()
        grid = QGridLayout(host)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(10))
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        for at, visit in enumerate(visits):
            _, month, day = visit["served_on"].split("-")
            date = f"{int(month)}月{int(day)}日"
            opener = link(date, lambda uid=visit["uid"]: self.opened.emit(uid), f"打开{date}的服务记录")
            hours = QLabel(f"{format_hours(visit['minutes'])} 小时")
            hours.setFont(theme.digits(self.font()))
            hours.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(opener, at, 0)
            grid.addWidget(ElidedLabel(" ".join(visit["content"].split()) or visit["category"]), at, 1)
            grid.addWidget(hours, at, 2)
            state = theme.role(QLabel(STATE_LABEL[visit["state"]]), STATE_TONE.get(visit["state"], "sub"))
            grid.addWidget(state, at, 3)
        return host


class PhotoSection(Section):
    """The photo the forms print, and whatever else was kept with the person."""

    wanted = Signal(str, str)  # (open | remove, uid of the attachment)

    def __init__(self) -> None:
        super().__init__("照片与附件")

    def show_rows(self, photo: bytes | None, rows: Sequence[Row]) -> None:
        """The picture, then one line per file."""
        widgets: list[QWidget] = []
        picture = QPixmap()
        if photo and picture.loadFromData(photo):
            view = QLabel()
            view.setAccessibleName("照片")
            high = theme.px(132)
            view.setPixmap(picture.scaledToHeight(high, Qt.TransformationMode.SmoothTransformation))
            widgets.append(view)
        widgets += [self._line(row) for row in rows]
        self.fill(widgets, "还没有照片和附件。照片会印在纪实手册和考核评价表上。")

    def _line(self, row: Row) -> QWidget:
        words = row["name"] if row["role"] != "photo" else f"照片：{row['name']}"
        line = QWidget()
        box = QHBoxLayout(line)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(ElidedLabel(words), 1)
        detail = format_date(row["added_at"][:10]) if row["present"] else "不在这台电脑上"
        box.addWidget(theme.role(QLabel(detail), "sub"))
        if row["present"]:
            box.addWidget(link("另存", lambda: self.wanted.emit("open", row["uid"]), f"另存{row['name']}"))
        box.addWidget(link("移除", lambda: self.wanted.emit("remove", row["uid"]), f"移除{row['name']}"))
        return line


class FeedbackSection(Section):
    """The community's words on a person during the year. 方案 三(六)"""

    wanted = Signal(str, str)  # (edit | remove, uid)

    def __init__(self) -> None:
        super().__init__("社区反馈")

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Newest first."""
        self.fill(
            [self._line(row) for row in rows], "还没有社区的反馈。平时听到的评价可以随时记在这里，年底考核时查看。"
        )

    def _line(self, row: Row) -> QWidget:
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, theme.px(4))
        column.setSpacing(0)
        head = QHBoxLayout()
        by = "　".join(part for part in (format_date(row["given_on"]), row["given_by"]) if part)
        head.addWidget(theme.role(QLabel(by), "sub"), 1)
        head.addWidget(link("修改", lambda: self.wanted.emit("edit", row["uid"]), f"修改{by}的反馈"))
        head.addWidget(link("移除", lambda: self.wanted.emit("remove", row["uid"]), f"移除{by}的反馈"))
        column.addLayout(head)
        column.addWidget(QLabel(row["content"], wordWrap=True))
        return line


class EvaluationSection(Section):
    """Both grades of each year. 方案 三(七)"""

    def __init__(self) -> None:
        super().__init__("考核评价")

    def show_rows(self, rows: Sequence[Row]) -> None:
        """A line per year, newest first."""
        lines = []
        for row in rows:
            grades = (
                ("社区", row["community_rating"]),
                ("支部", row["branch_rating"]),
                ("综合", row["overall_rating"]),
            )
            words = "　".join(f"{who}{grade}" for who, grade in grades if grade) or "还没有等次"
            exempt = f"不纳入考核（{row['exempt_reason']}）" if row["exempt_reason"] else ""
            lines.append(two_parts(f"{row['year']}年", exempt or words))
        self.fill(lines, "还没有考核评价。")


class CheckinSection(Section):
    """Every check-in of both tracks with its state and what can be done to it. 方案 三(三)"""

    wanted = Signal(str, str)  # (receipt | end | reopen | remove, uid)

    def __init__(self) -> None:
        super().__init__("报到")

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Those in force first, then those that ended, newest first."""
        ordered = sorted(rows, key=lambda row: row["checked_on"], reverse=True)
        ordered.sort(key=lambda row: row["ended_on"] != "")
        self.fill(
            [self._line(row) for row in ordered], "还没有报到记录。住在哪里就到哪个社区报到，派到联系社区的另记一条。"
        )

    def _line(self, row: Row) -> QWidget:
        ended, track = bool(row["ended_on"]), TRACK_LABEL[row["track"]]
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, theme.px(4))
        column.setSpacing(0)
        head = QHBoxLayout()
        head.addWidget(QLabel(f"{track}　{row['community']}", wordWrap=True), 1)
        head.addWidget(theme.role(QLabel(CHECKIN_STATE[row["state"]]), "sub" if ended else "ok"))
        column.addLayout(head)
        foot = QHBoxLayout()
        foot.addWidget(theme.role(QLabel(_checkin_words(row), wordWrap=True), "sub"), 1)
        acts = (("receipt", "回执", not ended and not row["receipt_on"]), ("end", "注销", not ended))
        for what, text, on in (*acts, ("reopen", "恢复", ended), ("remove", "撤回", True)):
            if on:
                run = partial(self.wanted.emit, what, row["uid"])
                foot.addWidget(link(text, run, f"{text}{track}"), 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(foot)
        return line


class PlaceSection(Section):
    """Grid, building lead and squads with their dates. 方案 五(二)3"""

    opened = Signal(str)  # uid of a grid

    def __init__(self) -> None:
        super().__init__("网格与岗位")

    def show_rows(self, assigned: Sequence[Row], leads: Sequence[Row], squads: Sequence[Row]) -> None:
        """Rows of assignments, of 楼栋长 and of squad members, whether still in force or past."""
        lines = [
            *(self._line(f"编入{row['grid']}", _house(row), row) for row in assigned),
            *(self._line("楼栋长", _house({**row, "entrance": ""}), row) for row in leads),
            *(self._line("112小分队", f"{row['grid']}{row['squad']}", row) for row in squads),
        ]
        lines.sort(key=lambda one: one[0])  # what holds before what is past
        self.fill([widget for _past, widget in lines], "还没有编入网格，也没有岗位。")

    def _line(self, what: str, where: str, row: Row) -> tuple[bool, QWidget]:
        past = "" < row["until_on"] < today().isoformat()
        since, until = format_date(row["from_on"]), format_date(row["until_on"])
        line = two_parts(f"{what}　{where}".strip(), f"{since} 至 {until}" if until else f"{since} 起" if since else "")
        if past:
            theme.role(line.findChild(QLabel), "sub")
        if row["grid_uid"]:
            show = link("看网格", partial(self.opened.emit, row["grid_uid"]), f"在地图上看{row['grid']}")
            line.layout().addWidget(show, 0, Qt.AlignmentFlag.AlignTop)
        return past, line


def _checkin_words(row: Row) -> str:
    """'2020年8月5日　经办人李书记　回执2020年8月6日'."""
    told = [format_date(row["checked_on"])]
    told += [row["place"]] if row["place"] else []
    told += [f"经办人{row['handler']}"] if row["handler"] else []
    told += [f"回执{format_date(row['receipt_on'])}"] if row["receipt_on"] else []
    if row["ended_on"]:
        told.append(f"{format_date(row['ended_on'])}注销（{row['end_reason']}）")
    return "　".join(told)


def _house(row: Row) -> str:
    return f"{row['estate']}{row['building']}{row['entrance']}"


def link(text: str, run: Callable[[], Any], name: str = "") -> QPushButton:
    """A button that looks like a blue word."""
    button = theme.role(QPushButton(text), "link")
    button.setAccessibleName(name or text)
    button.setAutoDefault(False)
    button.clicked.connect(lambda _on=False: run())
    return button


def two_parts(words: str, detail: str) -> QWidget:
    """A line with its words left and a grey detail under or beside them."""
    line = QWidget()
    grid = QHBoxLayout(line)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(theme.px(12))
    grid.addWidget(QLabel(words, wordWrap=True), 1)
    grid.addWidget(theme.role(QLabel(detail), "sub"), 0, Qt.AlignmentFlag.AlignTop)
    return line


def _tone(quota: Row) -> str:
    return {"MET": "ok", "GOING": "warn", "BEHIND": "bad"}.get(quota["progress"], "sub")
