"""What comes onto the map and leaves it as a file: grids as GeoJSON, the picture, the export for QGIS."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.base.errors import Problem
from core.base.fields import Field, Kind
from core.place.map_queries import control_points, map_plan
from core.sheet.importing import Outcome
from ui.context import Context
from ui.kit import theme
from ui.kit.dialogs import FormDialog
from ui.kit.labels import words
from ui.kit.perform import perform, say_done
from ui.pages.import_grid import OUTCOMES

GEOJSON = "GeoJSON (*.geojson *.json)"
PICTURES = "图片或 PDF (*.png *.jpg *.jpeg *.pdf)"
WHAT = (("grids", "网格"), ("buildings", "楼栋"))
HOW = (("PICTURE", "图上坐标（附 .pgw 和平面图）"), ("LONLAT", "经纬度（WGS84）"))


def _open(parent: QWidget, title: str, pattern: str, then: Callable[[Path], object]) -> QFileDialog:
    dialog = QFileDialog(parent, title, "", pattern)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(lambda path: then(Path(path)))
    dialog.open()
    return dialog


# -- grids in


def ask_grids(ctx: Context, parent: QWidget) -> QFileDialog:
    """导入网格: which file."""
    return _open(parent, "导入网格", GEOJSON, lambda path: read_grids(ctx, path, parent))


def read_grids(ctx: Context, path: Path, parent: QWidget) -> None:
    """Check the file on the worker, then show grid by grid what would come of it."""
    from core.place.import_map import prepare_grids

    ctx.tasks.run(
        f"检查{path.name}",
        lambda store, _tell: prepare_grids(store, path),
        lambda prepared: GridsDialog(ctx, path, prepared, parent).open(),
        owner=parent,
    )


class GridsDialog(QDialog):
    """A line per grid of the file: what it is, and what is wrong; what is sound can go in."""

    def __init__(self, ctx: Context, path: Path, prepared: Any, parent: QWidget) -> None:
        super().__init__(parent.window())
        self.ctx, self.prepared = ctx, prepared
        self.setWindowTitle("导入网格")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        lines = grid_lines(prepared)
        counts = prepared.counts()
        wrong, sound = counts[Outcome.WRONG], counts[Outcome.NEW] + counts[Outcome.UPDATED]
        remarks = "".join(prepared.remarks)
        self.said = words(f"{path.name}：{summary(lines)}。{'错误的逐个说明在下面。' if wrong else ''}{remarks}")
        self.table = _result_table(lines)
        self.write = theme.role(QPushButton(), "primary")
        self.write.setText(
            f"导入其余合格的 {sound} 个" if wrong and sound else f"写入 {sound} 个" if sound else "没有可写入的"
        )
        self.write.setEnabled(sound > 0)
        self.write.clicked.connect(lambda: self.commit(skip_bad=bool(wrong)))
        back = QPushButton("取消")
        back.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.write)
        foot.addWidget(back)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(10))
        column.addWidget(self.said)
        column.addWidget(self.table, 1)
        column.addLayout(foot)
        self.resize(theme.px(620), theme.px(440))

    def commit(self, skip_bad: bool) -> None:
        """写入 what is sound, in one step."""
        from core.place.import_map import commit_grids

        try:
            written = commit_grids(self.ctx.store, self.prepared, skip_bad=skip_bad)
        except Problem as error:
            self.ctx.messages.problem(error, self)
            return
        step = written.step
        if step is None:
            self.ctx.messages.say("文件里的网格与台账一致，没有需要写入的改动。", "info")
        else:
            say_done(self.ctx, f"已{written.label}，{summary(grid_lines(self.prepared))}。", step)
        self.ctx.refresher.announce(written.tables)
        self.accept()


def grid_lines(prepared: Any) -> list[tuple[str, Outcome, str]]:
    """(grid, outcome, sentence), the wrong ones first."""
    lines = [(str(one.name), one.outcome, str(one.sentence)) for one in prepared.items]
    return sorted(lines, key=lambda line: line[1] is not Outcome.WRONG)


def summary(lines: Sequence[tuple[str, Outcome, str]]) -> str:
    """'新增 17 个，错误 2 个'."""
    counts = [(word, sum(1 for _, outcome, _ in lines if outcome is code)) for code, (word, *_) in OUTCOMES.items()]
    return "，".join(f"{word} {count} 个" for word, count in counts if count) or "没有网格"


def _result_table(lines: Sequence[tuple[str, Outcome, str]]) -> QTableWidget:
    table = QTableWidget(len(lines), 3)
    table.setAccessibleName("逐个网格的结果")
    table.setHorizontalHeaderLabels(["网格", "结果", "说明"])
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for column in (0, 1):
        table.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
    table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    table.setWordWrap(True)
    theme.role(table, "list")
    for row, (name, outcome, sentence) in enumerate(lines):
        word, mark, tone = OUTCOMES[outcome]
        for column, text in enumerate((name, f"{mark} {word}", sentence)):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            if column == 1:
                item.setForeground(theme.color(tone))
            table.setItem(row, column, item)
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    table.verticalHeader().setMinimumSectionSize(theme.row_height())
    return table


# -- the picture


def ask_ground(ctx: Context, parent: QWidget) -> QFileDialog:
    """放入平面图: which file, and of a PDF which page."""
    return _open(parent, "放入平面图", PICTURES, lambda path: take_ground(ctx, path, parent))


def take_ground(ctx: Context, path: Path, parent: QWidget) -> None:
    """Put the picture below; a PDF with several pages asks for the page first."""
    pages = pdf_pages(path) if path.suffix.lower() == ".pdf" else 1
    if pages <= 1:
        put_ground(ctx, path, 1, parent)
        return
    field = Field("page", "第几页", Kind.INT, required=True, help=f"共 {pages} 页")
    dialog = FormDialog("放入平面图", [field], parent=parent, verb="放入", values={"page": 1})

    def write(given: dict[str, Any]) -> None:
        if not 1 <= int(given["page"]) <= pages:
            dialog.form.show_errors({"page": f"这个文件只有 {pages} 页，请填 1 到 {pages}。"})
        elif put_ground(ctx, path, int(given["page"]), dialog):
            dialog.done_saving()

    dialog.accepted_values.connect(write)
    dialog.open()


def pdf_pages(path: Path) -> int:
    """How many pages; 1 if it cannot be read (the import says why)."""
    from ui.kit.pdf_pages import PdfPages

    try:
        pages = PdfPages(path)
    except Problem:
        return 1
    count = len(pages)
    pages.close()
    return count


def put_ground(ctx: Context, path: Path, page: int, parent: QWidget) -> bool:
    """One step; True if it was written."""
    from core.place.import_map import import_ground

    return perform(ctx, f"放入平面图{path.stem}", import_ground, path, page=page, parent=parent) is not None


# -- out


def ask_export(ctx: Context, parent: QWidget) -> FormDialog:
    """导出: what, in which coordinates; then where to."""
    fields = (
        Field("what", "导出什么", Kind.CHOICE, required=True, choices=WHAT),
        Field("how", "坐标", Kind.CHOICE, required=True, choices=HOW),
    )
    dialog = FormDialog(
        "导出 GeoJSON",
        fields,
        parent=parent,
        verb="选择位置…",
        intro="导出的文件可以在 QGIS 中打开。经纬度要先在“控制点”里对上至少三个点。",
        values={"what": "grids", "how": "PICTURE"},
    )

    def go_on(given: dict[str, Any]) -> None:
        plan = map_plan(ctx.store)
        tied = plan is not None and len(control_points(ctx.store, plan["uid"])) >= 3
        if given["how"] == "LONLAT" and not tied:
            dialog.form.show_errors({"how": "还没有三个控制点，算不出经纬度，请先点“控制点”。"})
            return
        dialog.done_saving()
        ask_place(ctx, given["what"], given["how"] == "LONLAT", parent)

    dialog.accepted_values.connect(go_on)
    dialog.open()
    return dialog


def ask_place(ctx: Context, what: str, lonlat: bool, parent: QWidget) -> QFileDialog:
    """Where the file goes."""
    name = f"{dict(WHAT)[what]}{'_经纬度' if lonlat else ''}.geojson"
    dialog = QFileDialog(parent, "导出 GeoJSON", name, GEOJSON)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("geojson")
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda path: export_to(ctx, what, lonlat, Path(path), parent))
    dialog.open()
    return dialog


def export_to(ctx: Context, what: str, lonlat: bool, path: Path, parent: QWidget) -> None:
    """Write it on the worker."""
    from core.place.geojson import write_geojson

    ctx.tasks.run(
        f"导出{path.name}",
        lambda store, _tell: write_geojson(store, what, path, lonlat=lonlat),
        lambda made: ctx.messages.say(_exported(made)),
        owner=parent,
    )


def _exported(made: Sequence[Path]) -> str:
    beside = "、".join(one.name for one in made[1:])
    return f"已导出到 {made[0].name}" + (f"，旁边是 {beside}，在 QGIS 中一起打开。" if beside else "。")
