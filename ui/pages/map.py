"""网格地图: the map fills the page; left colours and layers, right the grid's card, below who has no grid yet."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from core.grid_assignment.queries import unplaced
from core.place.map_queries import plan_picture
from core.store import Row
from ui.context import Context
from ui.kit import theme
from ui.kit.command import Command
from ui.kit.page import Page
from ui.map.canvas import MapCanvas
from ui.map.look import ramp
from ui.map.tiles import Layers
from ui.pages import map_acts as acts
from ui.pages import map_files as files
from ui.pages.map_card import MapCard
from ui.pages.map_data import MapView, read_view
from ui.pages.map_parts import EmptyMap
from ui.pages.map_side import MapSide
from ui.pages.map_tools import TOOLS, MapTools, key_of
from ui.pages.map_unplaced import UnplacedStrip, uids_of

KEPT_UNDER = "map"  # settings of this window: colouring, hidden layers, folded strip
SIDE, CARD, LEAST_CARD, NARROW, LOW = 176, 300, 260, 900, 640  # logical pixels at 10 pt
SHAPING = ("draw", "corner", "add_corner", "split", "merge")
NO_GRIDS = "还没有网格，请先导入网格或画一个网格。"


class MapPage(Page):
    """Filters other pages may ask for: grid_uid, building_uid, tool, cadre_uids (to be placed), unplaced, auto=True."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        theme.role(self, "page")
        self.view = MapView()
        self._shaping = False  # a tool that changes shapes has been in hand: corners are shared in both rings
        self._plan = ""  # what the picture in view was read from
        self.canvas, self.side, self.tools = MapCanvas(), MapSide(), MapTools()
        self.card, self.strip, self.empty = MapCard(), UnplacedStrip(), EmptyMap()
        self._chosen: list[str] = []  # people another page sent here to be placed
        kept = dict(ctx.store.local.get(KEPT_UNDER) or {})
        self.side.take(str(kept.get("colouring", "")), list(kept.get("hidden", [])))
        self.strip.set_folded(bool(kept.get("folded", False)))
        self.canvas.set_layers(self.side.layers())
        self._lay_out()
        self._wire()
        self.tools.say(self.canvas.tool.hint())
        self.tools.show_tool(self.canvas.tool.id)

    # -- what the window asks

    def commands(self) -> list[Command]:
        """What the map is made of first, then the tools (menu, with their keys)."""
        none = "" if self.view.scene.drawn else NO_GRIDS
        picked = "" if self.canvas.selected else "请先选中一个网格。"
        plan = "" if self.view.plan else "请先放入平面图。"
        return [
            Command("auto", "自动编入", self.open_auto, "Ctrl+B", "map-place", not none, "按住址提出编入方案", none),
            Command("import", "导入网格", self.import_grids, icon="import", tip="从 GeoJSON 文件导入网格"),
            Command("ground", "放入平面图", self.import_ground, icon="map", tip="PNG、JPG 图片或 PDF 的一页"),
            Command("points", "控制点", self.open_points, icon="pin", disabled=plan, tip="把图上的点对上经纬度"),
            Command("export", "导出", self.export, icon="export", disabled=none, tip="导出 GeoJSON，可在 QGIS 中打开"),
            Command("print", "打印地图", self.print_map, icon="print", disabled=none),
            Command("edit", "改名称", lambda: acts.rename(self), icon="edit", disabled=picked, in_bar=False),
            Command("erase", "去掉轮廓", lambda: acts.erase(self), icon="trash", disabled=picked, in_bar=False),
            Command("find", "查找网格、楼栋", self.tools.find.setFocus, "Ctrl+Shift+F", "search", in_bar=False),
            *(
                Command(f"tool-{tool_id}", text, lambda use=tool_id: self.use(use), key_of(tool_id), sign, in_bar=False)
                for tool_id, text, sign in TOOLS
            ),
        ]

    def reload(self, tables: frozenset[str]) -> None:
        """Shapes, figures, the card and the list again; the picture only if it is another one."""
        self.view = read_view(self.ctx.store, self.ctx.year, self.side.colouring, knotted=self._shaping)
        self._show_ground()
        self._show_scene()
        self.canvas.may_move = acts.move_check(self)
        self._show_legend()
        self.tools.find.set_scene(self.view.scene)
        self._show_card()
        self._show_state()
        self.ctx.tasks.run("未编入", lambda store, _tell: unplaced(store), self._take_unplaced, owner=self, quiet=True)
        self.commands_changed.emit()
        self.footer_changed.emit()

    def footer(self) -> str:
        """Grids, buildings, people."""
        scene = self.view.scene
        people = sum(one.people for one in self.view.figures.values())
        houses = sum(one.buildings for one in self.view.figures.values())
        return f"{len(scene.grids):,} 个网格 · {houses:,} 栋 · 已编入 {people:,} 人"

    def open_record(self, uid: str) -> None:
        """A grid or a building."""
        if uid in self.view.scene.building_by_uid:
            self.canvas.show_building(uid)
        elif uid in self.view.scene.by_uid:
            self.canvas.show_grid(uid)
        else:
            self.ctx.messages.say("图上没有它：这个网格或楼栋还没有位置，或刚被删除。", "warn")

    def apply_filter(self, **filter: Any) -> None:
        """What another page asked for."""
        if uids := filter.get("cadre_uids"):
            self._chosen = list(uids)
            self.use("place")
        for key in ("grid_uid", "building_uid"):
            if uid := str(filter.get(key) or ""):
                self.open_record(uid)
        if tool := str(filter.get("tool") or ""):
            self.use(tool)
        if filter.get("unplaced"):
            self.strip.show_everybody()
        if filter.get("auto"):
            self.open_auto()

    def escape(self) -> bool:
        """What a tool has begun, the tool, the selection."""
        return bool(self.canvas.escape())

    # -- acts

    def use(self, tool_id: str) -> None:
        """Take a tool in hand; the keyboard is on the map."""
        self.canvas.set_tool(tool_id)
        self.stack.setCurrentIndex(1)
        if tool_id in SHAPING and not self._shaping:
            self._shaping = True
            self.reload(frozenset())
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def chosen(self) -> list[str]:
        """Who would be placed: those selected below, else those another page sent."""
        return self.strip.selected() or self._chosen

    def start_placing(self) -> None:
        """编入: choose where on the map."""
        self.use("place")

    def place_here(self) -> None:
        """编入… on the card: who goes into the selected grid."""
        if self.chosen():
            acts.place(self, self.canvas.selected, self.canvas.selected_building, self.chosen())
        else:
            acts.ask_people(self, self.canvas.selected)

    def placed(self) -> None:
        """They have a grid now: nobody is chosen any more."""
        self._chosen = []
        self.strip.list.clearSelection()
        self._show_who()

    def open_auto(self) -> Any:
        """自动编入."""
        from ui.pages.map_auto import AutoDialog

        dialog = AutoDialog(self.ctx, None, self.window())
        dialog.open()
        return dialog

    def import_grids(self) -> None:
        """导入网格 GeoJSON."""
        files.ask_grids(self.ctx, self)

    def import_ground(self) -> None:
        """放入平面图."""
        files.ask_ground(self.ctx, self)

    def export(self) -> None:
        """导出 GeoJSON."""
        files.ask_export(self.ctx, self)

    def open_points(self) -> Any:
        """控制点: beside the map, so that points can be taken on it; one window, however often it is asked for."""
        from ui.pages.map_points import PointsDialog

        opened = (one for one in self.window().findChildren(PointsDialog) if one.isVisible())
        dialog = next(opened, None) or PointsDialog(self.ctx, self.canvas, self.window())
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        return dialog

    def print_map(self) -> None:
        """打印地图 in the print centre."""
        self.ctx.go_to("print", form="grid_map", by=self.side.colouring)

    def show_found(self, kind: str, uid: str) -> None:
        """A hit of the search: to the middle, with a flash; the keyboard is on the map."""
        self.stack.setCurrentIndex(1)
        (self.canvas.show_building if kind == "building" else self.canvas.show_grid)(uid)
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- what is shown

    def _show_ground(self) -> None:
        plan = self.view.plan
        key = f"{plan['uid']}{acts.picture_key(self.ctx.store, plan['uid'])}" if plan else ""
        if key != self._plan:
            self._plan = key
            data = plan_picture(self.ctx.store, plan["uid"]) if plan else None
            self.canvas.set_ground(QImage.fromData(data) if data else None)

    def _show_scene(self) -> None:
        legend = self.view.legend
        self.canvas.set_scene(self.view.scene, ramp(legend.warning, len(legend.classes)))

    def _show_legend(self) -> None:
        pictured = bool(self.view.plan) and self.side.layers().ground
        self.side.show_legend(self.view.legend, pictured)

    def _show_state(self) -> None:
        scene = self.view.scene
        bare = not (scene.drawn or scene.buildings or self.view.plan) and self.canvas.tool.id == "select"
        self.stack.setCurrentIndex(0 if bare else 1)
        none = "" if scene.drawn else NO_GRIDS
        reasons = dict.fromkeys(("corner", "add_corner", "split", "merge", "place"), none)
        self.tools.set_reasons(reasons | {"building": "" if scene.buildings else "图上还没有楼栋。"})

    def _show_card(self) -> None:
        uid = self.canvas.selected
        if uid and uid in self.view.scene.by_uid:
            self.card.show_grid(self.ctx.store, uid, self.ctx.year, self.canvas.selected_building)
        else:
            self.card.show_all(self.view, self.strip.count)

    def _take_unplaced(self, people: list[Row]) -> None:
        self.strip.show_people(people)
        if not self.canvas.selected:
            self._show_card()

    def _fit_card(self) -> None:
        """In a narrow window the card stands aside until a grid is selected."""
        self.card.setVisible(self.width() >= theme.px(NARROW) or bool(self.canvas.selected))

    def _selected(self, *_: str) -> None:
        self._fit_card()
        self._show_card()
        self.commands_changed.emit()

    def _show_who(self) -> None:
        tool = self.canvas.kinds["place"]
        tool.who = self.strip.who() or (f"选定的{len(self._chosen)}人" if self._chosen else "")
        if self.canvas.tool is tool:
            self.canvas.tell()

    def _recolour(self, _colouring: str) -> None:
        self.reload(frozenset())
        self._keep()

    def _relayer(self, layers: Layers) -> None:
        self.canvas.set_layers(layers)
        self._show_legend()
        self._keep()

    def _keep(self) -> None:
        hidden = [key for key, box in self.side.boxes.items() if not box.isChecked()]
        kept = {"colouring": self.side.colouring, "hidden": hidden, "folded": self.strip.is_folded()}
        self.ctx.store.local.put(KEPT_UNDER, kept)

    # -- build

    def _wire(self) -> None:
        canvas, tools = self.canvas, self.tools
        canvas.told.connect(tools.say)
        canvas.tool_changed.connect(tools.show_tool)
        canvas.grid_selected.connect(self._selected)
        canvas.building_selected.connect(self._selected)
        canvas.opened.connect(lambda _uid: self.card.focus())
        canvas.drawn.connect(lambda ring: acts.ask_name(self, ring))
        canvas.cut.connect(lambda uid, line: acts.ask_split(self, uid, line))
        canvas.joined.connect(lambda uid, other: acts.merge(self, uid, other))
        canvas.corner_moved.connect(lambda point, to: acts.move_corner(self, point, to))
        canvas.corner_added.connect(lambda point, uid: acts.add_corner(self, point, uid))
        canvas.corner_removed.connect(lambda point: acts.remove_corner(self, point))
        canvas.building_moved.connect(lambda uid, to: acts.move_house(self, uid, to))
        canvas.placed.connect(lambda grid, house: acts.place(self, grid, house, self.chosen()))
        canvas.dropped.connect(lambda grid, house, data: acts.place(self, grid, house, uids_of(data)))
        tools.tool_wanted.connect(self.use)
        tools.zoom_wanted.connect(lambda factor: canvas.zoom(factor))
        tools.fit_wanted.connect(canvas.fit)
        tools.find.found.connect(self.show_found)
        tools.find.missed.connect(
            lambda text: tools.say(f"图上没有找到“{text}”。请输入网格名称、编号，或楼栋如 东苑3栋。", "warn")
        )
        self.side.colouring_changed.connect(self._recolour)
        self.side.layers_changed.connect(self._relayer)
        self.strip.selection_changed.connect(self._show_who)
        self.strip.place_wanted.connect(self.start_placing)
        self.strip.auto_wanted.connect(self.open_auto)
        self.strip.folded.connect(lambda _folded: self._keep())
        self.card.person_wanted.connect(lambda uid: self.ctx.go_to("roster", uid))
        self.card.grid_wanted.connect(lambda uid: self.canvas.show_grid(uid))
        self.card.building_wanted.connect(lambda uid: self.canvas.show_building(uid))
        self.card.place_wanted.connect(self.place_here)
        self.card.notice_wanted.connect(
            lambda: self.ctx.go_to("print", form="grid_notice", grid_uid=self.canvas.selected)
        )
        self.empty.import_wanted.connect(self.import_grids)
        self.empty.ground_wanted.connect(self.import_ground)
        self.empty.draw_wanted.connect(lambda: self.use("draw"))
        self.setFocusProxy(self.canvas)

    def _lay_out(self) -> None:
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.canvas)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(self.tools)
        column.addWidget(self.stack, 1)
        column.addWidget(self.strip)
        self.split = QSplitter()
        self.split.addWidget(middle)
        self.split.addWidget(self.card)
        self.split.setStretchFactor(0, 1)
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(theme.px(8))
        self.split.setStyleSheet("QSplitter::handle { background: transparent; }")
        self.split.setSizes([theme.px(900), theme.px(CARD)])
        self.side.setFixedWidth(theme.px(SIDE))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(12), theme.px(10), theme.px(12), theme.px(10))
        row.setSpacing(theme.px(8))
        row.addWidget(self.side)
        row.addWidget(self.split, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Another font: the columns grow with it; another look: other colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "split"):
            self._show_scene()
        if event.type() == QEvent.Type.FontChange and hasattr(self, "split"):
            self._fit()

    def _fit(self) -> None:
        self._fit_card()
        self.side.setFixedWidth(theme.px(SIDE))
        self.card.setMinimumWidth(theme.px(LEAST_CARD))
        self.strip.set_low(self.height() < theme.px(LOW))
