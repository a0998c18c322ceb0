"""Above the map: the tools, the search, nearer and farther; and the sentence that says what the tool waits for."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, QStringListModel, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QCompleter,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.kit import theme
from ui.kit.flow import FlowLayout
from ui.kit.icons import icon
from ui.kit.labels import words
from ui.map.shapes import MapScene

# id, words, icon: the keys are Alt+1 … Alt+8
TOOLS = (
    ("select", "选择", "map-select"),
    ("draw", "画网格", "map-draw"),
    ("corner", "拖动角点", "map-corner"),
    ("add_corner", "加角点", "map-corner-add"),
    ("split", "拆分", "map-split"),
    ("merge", "合并", "map-merge"),
    ("building", "移动楼栋", "building"),
    ("place", "编入", "map-place"),
)
MOST_HITS = 12


def key_of(tool_id: str) -> str:
    """'Alt+3'."""
    return f"Alt+{[one for one, _, _ in TOOLS].index(tool_id) + 1}"


class FindBox(QLineEdit):
    """`found(kind, uid)` for a grid's name or number, or a building; `missed(text)` if there is none."""

    found = Signal(str, str)
    missed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("找网格、楼栋")
        self.setAccessibleName("在地图上查找网格或楼栋")
        self.setToolTip("网格名称、编号，或楼栋如 东苑3栋（Ctrl+Shift+F）")
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(theme.px(110))
        self.setMaximumWidth(theme.px(190))
        self._scene = MapScene()
        self._names = QStringListModel(self)
        completer = QCompleter(self._names, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(MOST_HITS)
        completer.activated.connect(self.look)
        self.setCompleter(completer)
        self.returnPressed.connect(lambda: self.look(self.text()))

    def set_scene(self, scene: MapScene) -> None:
        """What can be found."""
        self._scene = scene
        self._names.setStringList([grid.name for grid in scene.grids] + [one.label for one in scene.buildings])

    def look(self, text: str) -> None:
        """Show the first that is meant."""
        hit = find(self._scene, text)
        if hit is not None:
            self.found.emit(*hit)
        elif text.strip():
            self.missed.emit(text.strip())


def find(scene: MapScene, text: str) -> tuple[str, str] | None:
    """('grid' or 'building', uid) of what is called so; else of the first whose name contains it."""
    plain = _plain(text)
    if not plain:
        return None
    named = [("grid", grid.uid, _plain(grid.name)) for grid in scene.grids]
    named += [("building", one.uid, _plain(one.label)) for one in scene.buildings]
    for kind, uid, name in named:
        if plain in (name, name.removesuffix("栋")):
            return kind, uid
    for grid in scene.grids:
        if grid.number and plain.removeprefix("第").removesuffix("网格").lstrip("0") == grid.number:
            return "grid", grid.uid
    return next(((kind, uid) for kind, uid, name in named if plain in name), None)


def _plain(text: str) -> str:
    """Full-width signs become plain; 号楼, 幢, # and 号 all mean 栋."""
    import unicodedata

    made = "".join(unicodedata.normalize("NFKC", text).split()).casefold()
    for word in ("号楼", "幢", "#", "栋楼"):
        made = made.replace(word, "栋")
    return made.removesuffix("号") + "栋" if made.endswith("号") else made


class MapTools(QFrame):
    """`tool_wanted(id)`, `zoom_wanted(factor)`, `fit_wanted()`; `find` is the search box."""

    tool_wanted = Signal(str)
    zoom_wanted = Signal(float)
    fit_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        theme.role(self, "card")
        self.buttons: dict[str, QToolButton] = {}
        self._signs: list[tuple[QToolButton, str]] = []
        self._group = QButtonGroup(self)
        self.find = FindBox()
        self.outer = QCheckBox("允许改外边界")
        self.outer.setToolTip("整个社区的外边界平时锁住：勾选后，拖动外边界上的角会改变社区的范围")
        self.outer.hide()
        self.hint = words("", "sub")
        self.hint.setAccessibleName("这个工具怎么用")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(8), theme.px(6), theme.px(8), theme.px(6))
        column.setSpacing(theme.px(4))
        host = QWidget()
        flow = FlowLayout(host, spacing=theme.px(2))
        for tool_id, text, sign in TOOLS:
            flow.addWidget(self._tool(tool_id, text, sign))
        flow.addWidget(self._looking())
        below = QHBoxLayout()
        below.setSpacing(theme.px(12))
        below.addWidget(self.hint, 1)
        below.addWidget(self.outer)
        column.addWidget(host)
        column.addLayout(below)

    def show_tool(self, tool_id: str) -> None:
        """The tool in hand; one without a button leaves none pressed."""
        self._group.setExclusive(False)
        for one, button in self.buttons.items():
            button.setChecked(one == tool_id)
        self._group.setExclusive(True)
        self.outer.setVisible(tool_id == "corner")

    def say(self, sentence: str, tone: str = "") -> None:
        """What to do, or what went wrong (`tone`)."""
        theme.role(self.hint, tone or "sub")
        self.hint.setText(sentence)
        self._keep_room()

    def _keep_room(self) -> None:
        """Two lines always: the map does not jump when a hint is longer."""
        self.hint.setMinimumHeight(2 * self.hint.fontMetrics().lineSpacing())

    def set_reasons(self, reasons: dict[str, str]) -> None:
        """Tools that cannot be used now, and why."""
        for tool_id, button in self.buttons.items():
            why = reasons.get(tool_id, "")
            button.setEnabled(not why)
            button.setToolTip(why or f"{button.text()}（{key_of(tool_id)}）")

    def _tool(self, tool_id: str, text: str, sign: str) -> QToolButton:
        button = self._button(text, sign, f"{text}（{key_of(tool_id)}）")
        button.setText(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setCheckable(True)
        self._group.addButton(button)
        button.clicked.connect(lambda _on=False: self.tool_wanted.emit(tool_id))
        self.buttons[tool_id] = button
        return button

    def _button(self, name: str, sign: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(name)
        button.setToolTip(tip)
        self._signs.append((button, sign))
        self._sign(button, sign)
        return button

    def _sign(self, button: QToolButton, sign: str) -> None:
        button.setIcon(icon(sign, "text", 18))
        button.setIconSize(QSize(theme.px(18), theme.px(18)))

    def _looking(self) -> QWidget:
        host = QWidget()
        row = QHBoxLayout(host)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(2))
        row.addStretch(1)
        row.addWidget(self.find)
        nearer = self._button("放大", "add", "放大（+）")
        farther = self._button("缩小", "minus", "缩小（−）")
        whole = self._button("看全图", "map-fit", "看全图（0 或 Home）")
        nearer.clicked.connect(lambda: self.zoom_wanted.emit(1.25))
        farther.clicked.connect(lambda: self.zoom_wanted.emit(0.8))
        whole.clicked.connect(self.fit_wanted)
        for button in (farther, nearer, whole):
            row.addWidget(button)
        host.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return host

    def changeEvent(self, event: QEvent) -> None:
        """Other colours."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "hint"):
            for button, sign in self._signs:
                self._sign(button, sign)
            self._keep_room()
