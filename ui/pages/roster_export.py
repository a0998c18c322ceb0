"""导出名册: which people, which columns, one file or one per unit or branch; read back by 导入 unchanged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.base.clock import today
from core.base.dates import format_date
from core.base.disk import file_name
from core.base.fields import Field
from core.base.masks import masked_fields, personal_sentence
from core.roster.filter import RosterFilter
from core.roster.listing import listed_uids
from core.roster.model import CADRE
from core.roster.queries import cadre_page
from core.store import Reads, Row
from ui.context import Context
from ui.kit import theme
from ui.kit.columns import Column
from ui.kit.saving import with_folder

SPLITS = (("", "一个文件"), ("unit", "每单位一份"), ("branch", "每支部一份"))
SHOWN, ALL = "shown", "all"


class ExportDialog(QDialog):
    """`exported(files)` when they are written."""

    exported = Signal(object)

    def __init__(
        self,
        ctx: Context,
        asked: RosterFilter,
        selected: Sequence[str],
        columns: Sequence[Column],
        words: str,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("导出名册")
        self._ctx, self._asked, self._words = ctx, asked, words
        self._selected, self._columns = list(selected), list(columns)
        self.who, self.what, self.split = QComboBox(), QComboBox(), QComboBox()
        if len(self._selected) > 1:
            self.who.addItem(f"选中的 {len(self._selected):,} 人", "selected")
        self.who.addItem("列表里所有的人", "all")
        self.what.addItem("全部项目（可以改好再导入）", ALL)
        self.what.addItem("只要列表里显示的列", SHOWN)
        for key, text in SPLITS:
            self.split.addItem(text, key)
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        self.file = QLineEdit(str(free_name(Path(folder) / f"名册_{today().isoformat()}.xlsx")))
        self._sentence = ""
        self._agreed = ""  # a file that may be overwritten
        self.wrong = theme.role(QLabel(wordWrap=True), "bad")
        self.personal = theme.role(QLabel(wordWrap=True), "warn")  # which numbers of persons the file will hold
        self._build()
        for box in (self.who, self.what):
            box.currentIndexChanged.connect(lambda _at: self._tell_personal())
        self._tell_personal()

    def start(self) -> None:
        """Write on the worker; the window stays usable."""
        out = Path(self.file.text().strip()).with_suffix(".xlsx")
        if not self.file.text().strip():
            self.wrong.setText("请写明存成哪个文件，或点“选择…”。")
            self.wrong.show()
            return
        if not out.parent.is_dir():
            with_folder(self._ctx.messages, out.parent, self.start, self)
            return
        if out.exists() and str(out) != self._agreed:
            hint = "原来的文件会被换掉，换掉以后找不回来。"
            self._ctx.messages.ask(f"“{out.name}”已经存在，要覆盖它吗？", hint, "覆盖", lambda: self._agree(out), self)
            return
        asked, fields = self._whom(), self._chosen_fields()
        split, words = str(self.split.currentData()), self._words
        numbers = [one.key for one in masked_fields(fields)]
        if numbers and not self._ctx.revealed.note(CADRE.table, [""], numbers):
            return
        self._ctx.tasks.run(
            "导出名册",
            lambda store, progress: write_roster(store, asked, fields, split, out, words, progress),
            self._done,
        )
        self.accept()

    def _done(self, files: list[Path]) -> None:
        words = f"“{files[0].name}”" if len(files) == 1 else f"{len(files)} 个文件"
        self._ctx.messages.say(f"已导出{words}，在 {files[0].parent}。{self._sentence}", "ok")
        self.exported.emit(files)

    def _whom(self) -> RosterFilter:
        if self.who.currentData() == "selected":
            return RosterFilter(uids=tuple(self._selected), archived=None)
        return self._asked

    def _chosen_fields(self) -> list[Field]:
        return _fields(self._columns) if self.what.currentData() == SHOWN else list(CADRE.fields)

    def _tell_personal(self) -> None:
        """Before anything is written: which numbers, of how many people."""
        asked, fields = self._whom(), masked_fields(self._chosen_fields())

        def show(sentence: str) -> None:
            self._sentence = sentence
            self.personal.setText(sentence)
            self.personal.setVisible(bool(sentence))
            self.resize(self.width(), max(self.height(), self.layout().totalHeightForWidth(self.width())))

        self._ctx.tasks.run(
            "统计号码", lambda store, _tell: numbers_in(store, asked, fields), show, owner=self, quiet=True
        )

    def _agree(self, out: Path) -> None:
        self._agreed = str(out)
        self.start()

    def _choose(self) -> None:
        file, _ = QFileDialog.getSaveFileName(self, "导出到", self.file.text(), "Excel 工作簿 (*.xlsx)")
        if file:
            self.file.setText(file)
            self._agreed = str(Path(file).with_suffix(".xlsx"))  # the system's dialog has asked

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(10))
        grid.setVerticalSpacing(theme.px(8))
        grid.setColumnStretch(1, 1)
        choose = QPushButton("选择…")
        choose.setAutoDefault(False)
        choose.clicked.connect(self._choose)
        place = QHBoxLayout()
        place.setSpacing(theme.px(8))
        place.addWidget(self.file, 1)
        place.addWidget(choose)
        for at, (text, widget) in enumerate((("哪些人", self.who), ("哪些项目", self.what), ("怎样分", self.split))):
            label = QLabel(text)
            label.setBuddy(widget)
            widget.setAccessibleName(text)
            grid.addWidget(label, at, 0)
            grid.addWidget(widget, at, 1)
        self.file.setAccessibleName("存到")
        grid.addWidget(QLabel("存到"), 3, 0)
        grid.addLayout(place, 3, 1)
        buttons = QDialogButtonBox()
        theme.role(buttons.addButton("导出", QDialogButtonBox.ButtonRole.AcceptRole), "primary")
        buttons.addButton("取消", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.start)
        buttons.rejected.connect(self.reject)
        self.wrong.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(12))
        column.addWidget(theme.role(QLabel(self._words or "全校名册", wordWrap=True), "sub"))
        column.addLayout(grid)
        self.personal.hide()
        column.addWidget(self.personal)
        column.addWidget(self.wrong)
        column.addWidget(buttons)
        self.resize(theme.px(520), self.sizeHint().height())


def free_name(file: Path) -> Path:
    """The name, or '…（2）' and so on where it (or a part of a split under it) is there already."""
    number, found = 1, file
    while found.exists() or (found.parent.is_dir() and any(found.parent.glob(f"{found.stem}_*{found.suffix}"))):
        number += 1
        found = file.with_name(f"{file.stem}（{number}）{file.suffix}")
    return found


def numbers_in(reads: Reads, asked: RosterFilter, fields: Sequence[Field]) -> str:
    """What a file of these people holds of masked numbers, as a sentence; '' for none."""
    uids = listed_uids(reads, asked) if fields else []
    return personal_sentence(fields, cadre_page(reads, uids))


def write_roster(
    reads: Reads, asked: RosterFilter, fields: Sequence[Field], split: str, out: Path, words: str, progress: Any
) -> list[Path]:
    """The workbooks of a filter; one per unit or branch if `split` says so. Each tells its 口径 and 截至."""
    from core.sheet.writing import write_sheet

    rows = cadre_page(reads, listed_uids(reads, asked))
    groups: dict[str, list[Row]] = defaultdict(list) if split else {"": rows}
    for row in rows if split else ():
        name = row["unit"] if split == "unit" else f"{row['unit']}_{row['branch'] or '未编支部'}"
        groups[name].append(row)
    files = []
    for at, (name, part) in enumerate(groups.items()):
        progress(at, len(groups))
        file = out.with_name(file_name(f"{out.stem}_{name}", out.suffix)) if name else out
        scope = "，".join(one for one in (words or "全校", name) if one)
        note = f"统计口径：{scope}，共{len(part)}人。截至{format_date(today())}。"
        write_sheet(fields, part, file, title=f"{name}{CADRE.label}", footnote=note, sheet_name=CADRE.label)
        files.append(file)
    return files


def _fields(columns: Sequence[Column]) -> list[Field]:
    """The fields among the shown columns (the year's sums are no field of the roster)."""
    known = {one.key: one for one in CADRE.fields}
    return [known[column.key] for column in columns if column.key in known]
