"""Right of the map: the card of the selected grid - worker, figures, what is open, buildings, squads, people."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core.base.dates import format_hours
from core.base.masks import masked
from core.grid_assignment.card import GridCard, grid_card
from core.grid_assignment.figures import FIGURES, SERVICE, GridFigures
from core.place.model import GRID_WORKER
from core.store import Reads, Row
from core.team.model import shape_warning
from ui.kit import theme
from ui.kit.labels import words
from ui.pages.map_data import MapView
from ui.pages.map_parts import Section

MOST_PEOPLE = 60  # links on the card; the rest is in the roster
SCOPE = (
    "统计口径：人员为现编入本网格、未归档的；服务只计本年已确认的业余时间，"
    + "；".join(f"“{label}”是{scope}" for _, _, label, scope in SERVICE)
    + f"。{FIGURES['below'].label}为应考核而未达到年度最低要求的。"
)
EMPTY = "单击一个网格看它的网格员、楼栋长、小分队和人员；也可以按 [ ] 或输入编号。"


class MapCard(QFrame):
    """`person_wanted(uid)`, `grid_wanted(uid)`, `building_wanted(uid)`, `place_wanted()`, `notice_wanted()`."""

    person_wanted = Signal(str)
    grid_wanted = Signal(str)
    building_wanted = Signal(str)
    place_wanted = Signal()
    notice_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        theme.role(self, "card")
        self.title, self.subtitle = theme.role(QLabel(), "title"), words("", "sub")
        self.place, self.notice = QPushButton("编入…"), QPushButton("打印公示牌")
        self.figures, self.scope = QGridLayout(), words("", "sub")
        self.open = Section("待办")
        self.buildings, self.squads, self.people = Section("楼栋"), Section("112小分队"), Section("人员")
        self._lay_out()
        self.place.clicked.connect(self.place_wanted)
        self.notice.clicked.connect(self.notice_wanted)

    # -- what is shown

    def show_grid(self, reads: Reads, uid: str, year: int, building_uid: str = "") -> None:
        """The card of a grid; `building_uid` is the building marked on the map."""
        card = grid_card(reads, uid, year)
        self.title.setText(card.name)
        self.subtitle.setText("　".join(part for part in (card.code, _workers(card), card.note) if part))
        self._buttons(True)
        self._show_figures(_figures(card.figures))
        self._show_open(card)
        self._show_buildings(card, building_uid)
        self.squads.clear(len(card.squads))
        for row in card.squads:
            lacking = _lacking(row)
            members = row["members"] or "还没有成员"
            self.squads.say(f"{row['name']}：{members}" + (f"（{lacking}）" if lacking and row["members"] else ""))
        self._show_people(card)

    def show_all(self, view: MapView, unplaced: int) -> None:
        """No grid is selected: all of them together, and those where something is open."""
        all_figures = list(view.figures.values())
        self.title.setText("全部网格" if all_figures else "网格")
        self.subtitle.setText(EMPTY if all_figures else "还没有网格。")
        self._buttons(False)
        for section in (self.buildings, self.squads, self.people):
            section.clear(0)
        self._show_figures(_sums(all_figures, unplaced) if all_figures else {})
        matters = [(one, matters_of(one)) for one in all_figures]
        matters = [(one, said) for one, said in matters if said]
        self.open.clear(len(matters))
        for one, said in matters:
            self.open.link(one.name, "，".join(said), lambda uid=one.grid_uid: self.grid_wanted.emit(uid))

    def focus(self) -> None:
        """The keyboard goes to the first button of the card."""
        (self.place if self.place.isVisibleTo(self) else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def _buttons(self, on: bool) -> None:
        self.place.setVisible(on)
        self.notice.setVisible(on)

    def _show_figures(self, figures: Mapping[str, str]) -> None:
        self.scope.setText(SCOPE if figures else "")
        while self.figures.count():
            widget = self.figures.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, (label, value) in enumerate(figures.items()):
            number = QLabel(value)
            number.setFont(theme.digits(self.font()))
            self.figures.addWidget(theme.role(QLabel(label), "sub"), row, 0)
            self.figures.addWidget(number, row, 1)

    def _show_open(self, card: GridCard) -> None:
        said = matters_of(card.figures) + ([] if card.workers else ["没有网格员"])
        said += [
            f"{row['name']}{_lacking(row) if row['members'] else '还没有成员'}" for row in card.squads if _lacking(row)
        ]
        self.open.clear(len(said))
        for one in said:
            self.open.say(one, "warn")

    def _show_buildings(self, card: GridCard, building_uid: str) -> None:
        leads = {row["building_uid"]: row for row in card.leads}
        self.buildings.clear(len(card.buildings))
        # the one marked on the map stands first
        for row in sorted(card.buildings, key=lambda one: one["uid"] != building_uid):
            lead = leads.get(row["uid"])
            name = f"{row['estate']}{row['name']}"
            told = f"楼栋长 {lead['name']}" if lead else "没有楼栋长"
            button = self.buildings.link(
                name, told, lambda uid=row["uid"]: self.building_wanted.emit(uid), "sub" if lead else "warn"
            )
            if row["uid"] == building_uid:
                button.setText(f"▸ {name}")

    def _show_people(self, card: GridCard) -> None:
        self.people.clear(len(card.people))
        for row in card.people[:MOST_PEOPLE]:
            where = f"{row['estate']}{row['building']}{row['entrance']}"
            self.people.link(
                row["name"],
                "　".join(part for part in (row["unit"], where) if part),
                lambda uid=row["cadre_uid"]: self.person_wanted.emit(uid),
            )
        if (rest := len(card.people) - MOST_PEOPLE) > 0:
            self.people.say(f"还有 {rest:,} 人，在名册里按网格查看。", "sub")

    # -- build

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.px(8))
        buttons.addWidget(self.place)
        buttons.addWidget(self.notice)
        buttons.addStretch(1)
        self.figures.setHorizontalSpacing(theme.px(12))
        self.figures.setVerticalSpacing(theme.px(3))
        self.figures.setColumnStretch(1, 1)
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(theme.px(16), theme.px(6), theme.px(12), theme.px(12))
        inner.setSpacing(theme.px(14))
        inner.addLayout(self.figures)
        inner.addWidget(self.scope)
        for section in (self.open, self.buildings, self.squads, self.people):
            inner.addWidget(section)
        inner.addStretch(1)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        for ground in (area.viewport(), body):
            ground.setAutoFillBackground(False)
        top = QVBoxLayout()
        top.setContentsMargins(theme.px(16), theme.px(12), theme.px(12), 0)
        top.setSpacing(theme.px(6))
        top.addWidget(self.title)
        top.addWidget(self.subtitle)
        top.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(theme.px(4))
        column.addLayout(top)
        column.addWidget(area, 1)


def matters_of(one: GridFigures) -> list[str]:
    """What is open in a grid, in words."""
    said = []
    if one.buildings > one.led:
        said.append(f"{one.buildings - one.led} 栋没有楼栋长")
    if one.below:
        said.append(f"{one.below} 人未达标")
    if one.people and not one.squads:
        said.append("没有小分队")
    return said


def _lacking(squad: Row) -> str:
    """'缺下沉党员干部1名' of a squad of the card; '' if it is 1+1+2."""
    return shape_warning({"role": role} for role in squad["roles"]).removesuffix("。")


def _workers(card: GridCard) -> str:
    phone = GRID_WORKER.field("phone")
    named = [f"{row['duty'] or '网格员'} {row['name']} {masked(phone, row['phone'])}".strip() for row in card.workers]
    return "；".join(named)


def _figures(one: GridFigures) -> dict[str, str]:
    return {
        "党员干部": f"{one.people} 人" + (f"，另有离退休等 {one.retired} 人" if one.retired else ""),
        **{
            label: f"{getattr(one, times)} 次，{format_hours(getattr(one, minutes))} 小时"
            for times, minutes, label, _ in SERVICE
        },
        "楼栋长": f"{one.led}/{one.buildings} 栋",
        "未达标": f"{one.below} 人",
        "住户": f"{one.households:,} 户",
    }


def _sums(listed: list[GridFigures], unplaced: int) -> dict[str, str]:
    def total(key: str) -> int:
        return sum(int(getattr(one, key)) for one in listed)

    return {
        "党员干部": f"{total('people'):,} 人，未编入 {unplaced:,} 人",
        **{label: f"{total(times):,} 次，{format_hours(total(minutes))} 小时" for times, minutes, label, _ in SERVICE},
        "楼栋长": f"{total('led'):,}/{total('buildings'):,} 栋",
        "未达标": f"{total('below'):,} 人",
        "住户": f"{total('households'):,} 户",
    }
