"""控制点: places of the picture whose longitude and latitude are known; three or more tie the map to the earth."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.base.errors import Problem
from core.place.fitting import LEAST, WARN_METRES, fit_points
from core.place.import_map import set_control_points
from core.place.map_queries import control_points, map_plan
from ui.context import Context
from ui.kit import theme
from ui.kit.labels import words
from ui.kit.perform import perform
from ui.map.canvas import MapCanvas
from ui.map.shapes import Point

DATUMS = (("WGS84", "WGS84（GPS、天地图）"), ("GCJ02", "GCJ-02（高德、腾讯地图）"), ("BD09", "BD-09（百度地图）"))
HEADS = ("点名", "图上 x", "图上 y", "经度", "纬度", "误差")
KEYS = ("name", "x", "y", "lon", "lat")
LIMITS = {"lon": 180.0, "lat": 90.0}


class PointsDialog(QDialog):
    """Points are taken on the map beside it; the error of each is shown as soon as there are three."""

    saved = Signal()

    def __init__(self, ctx: Context, canvas: MapCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ctx, self.canvas = ctx, canvas
        self.setWindowTitle("控制点")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        plan = map_plan(ctx.store) or {}
        self._plan_uid = str(plan.get("uid", ""))
        self.table = QTableWidget(0, len(HEADS))
        self.datum = QComboBox()
        self.take, self.drop = QPushButton("在图上取点"), QPushButton("删除这一点")
        self.add = QPushButton("加一行")
        self.save = theme.role(QPushButton("保存"), "primary")
        self.said = words("", "sub")
        for code, label in DATUMS:
            self.datum.addItem(label, code)
        self.datum.setCurrentIndex(max(self.datum.findData(plan.get("datum")), 0))
        self._build()
        for row in control_points(ctx.store, self._plan_uid):
            self.add_point((row["x"], row["y"]), row["name"], row["lon"], row["lat"])
        self._clean = self._typed()
        self._wire()
        self.check()
        self.resize(theme.px(620), theme.px(380))

    # -- points

    def add_point(self, point: Point | None = None, name: str = "", lon: Any = "", lat: Any = "") -> None:
        """A line; the keyboard goes to its longitude."""
        at = self.table.rowCount()
        self.table.blockSignals(True)
        self.table.insertRow(at)
        x, y = point if point is not None else ("", "")
        for column, value in enumerate((name or f"点{at + 1}", x, y, lon, lat, "")):
            item = QTableWidgetItem(f"{value:.10g}" if isinstance(value, float) else str(value))
            if column == len(HEADS) - 1:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
            self.table.setItem(at, column, item)
        self.table.blockSignals(False)
        self.table.setCurrentCell(at, 3)
        self.check()

    def values(self) -> tuple[list[dict[str, Any]], str]:
        """The points as they can be kept, and what is wrong with the first that cannot."""
        found = []
        for row in range(self.table.rowCount()):
            one: dict[str, Any] = {"name": self._text(row, 0)}
            for column, key in enumerate(KEYS[1:], start=1):
                number = _number(self._text(row, column))
                if number is None:
                    return found, f"第 {row + 1} 行的{HEADS[column]}还没有填，或不是数。"
                if abs(number) > LIMITS.get(key, abs(number)):
                    return (
                        found,
                        f"第 {row + 1} 行的{HEADS[column]} {number:.10g} 不对：经度在前，纬度在后，例如 114.43 和 30.44。",
                    )
                one[key] = number
            found.append(one)
        return found, ""

    def check(self) -> None:
        """Fit what is there, and say how well it fits."""
        points, fault = self.values()
        for row in range(self.table.rowCount()):
            self._show_error(row, "")
        self.save.setEnabled(not fault)
        if fault:
            self._say(fault, "warn")
        elif len(points) < LEAST:
            self._say(f"至少要 {LEAST} 个点才能对上经纬度，现在有 {len(points)} 个；点要分散，不在一条直线上。", "sub")
        else:
            self._fit(points)

    def _fit(self, points: list[dict[str, Any]]) -> None:
        try:
            fit = fit_points(
                [(one["x"], one["y"]) for one in points],
                [(one["lon"], one["lat"]) for one in points],
                str(self.datum.currentData()),
            )
        except Problem as error:
            self._say(str(error), "bad")
            return
        for row, metres in enumerate(fit.residuals):
            self._show_error(row, f"{metres:.1f} 米")
        worst = fit.worst
        if len(points) == LEAST:
            self._say("三个点正好定下位置，看不出误差；再加一个点可以检验。", "sub")
        else:
            self._say(
                f"最大误差 {worst:.1f} 米。误差大的点多半是经纬度抄错了。", "sub" if worst < WARN_METRES else "warn"
            )

    def write(self) -> None:
        """保存: all points are one step."""
        points, fault = self.values()
        if fault:
            self._say(fault, "bad")
            return
        datum = str(self.datum.currentData())
        label = f"保存{len(points)}个控制点"
        if perform(self.ctx, label, set_control_points, self._plan_uid, points, datum, parent=self) is not None:
            self._clean = self._typed()
            self.saved.emit()
            self.accept()

    def start_taking(self) -> None:
        """The next click on the map is a point."""
        self.canvas.set_tool("pick")
        self.canvas.window().activateWindow()
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _taken(self, point: Point) -> None:
        self.canvas.set_tool("select")
        self.add_point(point)
        self.activateWindow()
        self.table.setFocus()

    def remove_current(self) -> None:
        """删除这一点."""
        if self.table.currentRow() >= 0:
            self.table.removeRow(self.table.currentRow())
            self.check()

    def reject(self) -> None:
        """取消, Esc and the cross: what is not saved is asked about, nothing else keeps it."""
        if self._typed() == self._clean:
            super().reject()
        else:
            hint = "关闭后，这次取的点和填的经纬度就没有了。"
            self.ctx.messages.ask("控制点还没有保存，要关闭吗？", hint, "不保存，关闭", super().reject, self)

    def done(self, result: int) -> None:
        """The map is as before."""
        if self.canvas.tool.id == "pick":
            self.canvas.set_tool("select")
        super().done(result)

    # -- inside

    def _typed(self) -> list[str]:
        cells = [self._text(row, column) for row in range(self.table.rowCount()) for column in range(len(KEYS))]
        return [*cells, str(self.datum.currentData())]

    def _text(self, row: int, column: int) -> str:
        item = self.table.item(row, column)
        return item.text().strip() if item is not None else ""

    def _show_error(self, row: int, text: str) -> None:
        self.table.blockSignals(True)
        self.table.item(row, len(HEADS) - 1).setText(text)
        self.table.blockSignals(False)

    def _say(self, text: str, tone: str) -> None:
        theme.role(self.said, tone)
        self.said.setText(text)

    def _wire(self) -> None:
        self.table.itemChanged.connect(lambda _item: self.check())
        self.datum.currentIndexChanged.connect(lambda _at: self.check())
        self.take.clicked.connect(self.start_taking)
        self.add.clicked.connect(lambda: self.add_point())
        self.drop.clicked.connect(self.remove_current)
        self.save.clicked.connect(self.write)
        self.canvas.picked.connect(self._taken)

    def _build(self) -> None:
        intro = "在图上点几个看得准的位置（路口、楼角），填上它们的经纬度。至少三个，散在图的四周。导出经纬度的 GeoJSON 要用它。"
        self.table.setAccessibleName("控制点")
        self.table.setHorizontalHeaderLabels(list(HEADS))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(theme.row_height())
        self.table.setTabKeyNavigation(True)
        self.datum.setAccessibleName("经纬度的坐标系")
        over = QHBoxLayout()
        over.addWidget(QLabel("经纬度取自"))
        over.addWidget(self.datum)
        over.addStretch(1)
        foot = QHBoxLayout()
        back = QPushButton("取消")
        back.clicked.connect(self.reject)
        for button in (self.take, self.add, self.drop):
            foot.addWidget(button)
        foot.addStretch(1)
        for button in (self.save, back):
            foot.addWidget(button)
        for button in (self.take, self.add, self.drop, self.save, back):
            button.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(10))
        column.addWidget(words(intro, "sub"))
        column.addLayout(over)
        column.addWidget(self.table, 1)
        column.addWidget(self.said)
        column.addLayout(foot)


def _number(text: str) -> float | None:
    """A number, also typed full-width."""
    import unicodedata

    try:
        return float(unicodedata.normalize("NFKC", text).replace(",", "."))
    except ValueError:
        return None
