"""The middle of 打印中心: for whom, until when, and how a form is printed. Only what the form knows is shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.base.clock import today
from core.base.errors import InvalidInput
from core.org.queries import units
from core.roster.people import find_people, resolve_people
from core.roster.queries import cadre_page
from core.service_log.sheets import sheet_list
from reports.printing import page_numbers
from reports.spec import ReportSpec
from ui.context import Context
from ui.kit import theme
from ui.kit.date_edit import DateEdit
from ui.kit.dialogs import PasteBox
from ui.kit.person_picker import DETAIL, UID, PersonPicker, TwoPartDelegate, person_detail
from ui.pages.print_centre_work import Order

FIRST_YEAR = 2020  # 方案 was issued in 2020


class PeopleList(QListWidget):
    """Those chosen, in the order they are printed; Del takes one out."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("选定的人")
        self.setItemDelegate(TwoPartDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(theme.px(96))

    def uids(self) -> tuple[str, ...]:
        """Uids in order."""
        return tuple(str(self.item(row).data(UID)) for row in range(self.count()))

    def add(self, rows: Sequence[dict[str, str]]) -> None:
        """Put people at the end; who stands there already stays where he is."""
        here = set(self.uids())
        for row in rows:
            if row["uid"] not in here:
                item = QListWidgetItem(row["name"])
                item.setData(UID, row["uid"])
                item.setData(DETAIL, person_detail(row))
                self.addItem(item)
        self.changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Del takes the current one out."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.currentRow() >= 0:
            self.takeItem(self.currentRow())
            self.changed.emit()
        else:
            super().keyPressEvent(event)


class PastePeople(QDialog):
    """Names or 工号 pasted from Excel; `chosen(uids)`."""

    chosen = Signal(object)

    def __init__(self, ctx: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("粘贴姓名或工号")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.box = PasteBox(lambda text: resolve_people(ctx.store, text))
        buttons = QDialogButtonBox()
        take = theme.role(buttons.addButton("加入名单", QDialogButtonBox.ButtonRole.AcceptRole), "primary")
        take.setToolTip("Ctrl+Enter")
        buttons.addButton("取消", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.take)
        buttons.rejected.connect(self.reject)
        self.box.submitted.connect(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.px(16)] * 4)
        column.addWidget(self.box, 1)
        column.addWidget(buttons)
        self.resize(theme.px(640), theme.px(380))

    def take(self) -> None:
        """Those found go into the list."""
        self.chosen.emit(self.box.uids())
        self.accept()


class Options(QWidget):
    """`changed` after any choice; `order(form)` is what stands here."""

    changed = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx
        self._spec: ReportSpec | None = None
        self._loading = False
        self._make()
        self._lay_out()
        self._wire()
        self.load()

    # -- what the page asks

    def order(self, form: str) -> Order:
        """The order as chosen; InvalidInput if a page number or the day cannot be read."""
        page_numbers(self.pages.text())
        if wrong := self.as_of.problem():
            raise InvalidInput({"as_of": wrong})
        can = self._spec.can if self._spec is not None else lambda _ability: False
        some = self.some.isChecked() and not can("sheet")
        return Order(
            form=form,
            year=self.ctx.year,
            unit="" if some else str(self.unit.currentData() or ""),
            uids=self.people.uids() if some else None,
            sheet=str(self.sheet.currentData() or "") if can("sheet") else "",
            as_of=self.as_of.value() if can("as_of") else "",
            blank=self.blank.isChecked() and can("blank"),
            extra_pages=self.extra.value() if can("extra") else 0,
            by_stroke=self.by_stroke.isChecked() and can("stroke"),
            public=self.public.isChecked() and can("public"),
            duplex=self.duplex.isChecked() and can("duplex"),
            merged=self.merged.isChecked(),
            split_unit=self.split.isChecked() and can("split"),
            pages=self.pages.text().strip(),
        )

    def why_not(self) -> str:
        """Why nothing can be printed yet, '' if it can."""
        if self._spec is not None and self._spec.can("sheet"):
            return "" if self.sheet.count() else f"{self.ctx.year}年还没有待确认清单，请先在“服务纪实”里生成清单。"
        if self.some.isChecked() and not self.people.count():
            return "还没有选人。请输入工号、姓名或拼音首字母，或改为按单位打印。"
        return ""

    def show_form(self, spec: ReportSpec) -> None:
        """Offer what this form knows."""
        self._spec = spec
        single, listed = spec.kind == "person", spec.can("sheet")
        for widget, on in (
            (self._who, not listed),
            (self._sheet_row, listed),
            (self._day_row, spec.can("as_of")),
            (self.blank, spec.can("blank")),
            (self._extra_row, spec.can("extra")),
            (self.by_stroke, spec.can("stroke")),
            (self.public, spec.can("public")),
            (self.duplex, spec.can("duplex")),
            (self.split, spec.can("split")),
            (self._files_row, single),
            (self._pages_row, single),
        ):
            widget.setVisible(on)
        self._heads["怎样打印"].setVisible(single or bool(spec.abilities - {"as_of", "sheet"}))
        self._heads["存为PDF时"].setVisible(single)

    def choose_people(self, uids: Sequence[str]) -> None:
        """These and nobody else, as another page hands them over."""
        self._loading = True
        self.people.clear()
        self.people.add(cadre_page(self.ctx.store, list(uids)))
        self.some.setChecked(True)
        self._loading = False
        self._tell()

    def choose_unit(self, uid: str) -> None:
        """Everybody of a unit ('' = of the school)."""
        self._loading = True
        self.unit.setCurrentIndex(max(self.unit.findData(uid), 0))
        self.all.setChecked(True)
        self._loading = False
        self._tell()

    def load(self) -> None:
        """Units, years and sheets as they are now; what was chosen stays."""
        self._loading = True
        store, year = self.ctx.store, self.ctx.year
        _fill(self.unit, [("全校", ""), *((row["name"], row["uid"]) for row in units(store))])
        years = sorted({*range(FIRST_YEAR, today().year + 1), year}, reverse=True)
        _fill(self.year, [(f"{one} 年度", one) for one in years])
        self.year.setCurrentIndex(self.year.findData(year))
        _fill(
            self.sheet, [(f"{row['sheet_no']}　{row['community']}", row["sheet_no"]) for row in sheet_list(store, year)]
        )
        self._loading = False

    # -- inside

    def _make(self) -> None:
        self.all, self.some = QRadioButton("按单位"), QRadioButton("选定的人")
        self.all.setChecked(True)
        self.unit, self.year, self.sheet = QComboBox(), QComboBox(), QComboBox()
        for box, name in ((self.unit, "单位"), (self.year, "年度"), (self.sheet, "待确认清单")):
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
        self.picker = PersonPicker(lambda text: find_people(self.ctx.store, text))
        self.picker.setAccessibleName("添加一个人")
        self.paste, self.clear = QPushButton("粘贴名单…"), QPushButton("清空")
        self.people = PeopleList()
        self.as_of = DateEdit()
        self.as_of.setAccessibleName("截至日期")
        self.as_of.setPlaceholderText("今天（可填 20200630）")
        self.blank = QCheckBox("空白表（只印个人信息）")
        self.extra = QSpinBox(maximum=40)
        self.extra.setAccessibleName("空白记录页")
        self.by_stroke, self.public = QCheckBox("按姓氏笔画排列"), QCheckBox("公示用（遮住手机和身份证号）")
        self.duplex = QCheckBox("双面打印（每人从正面起）")
        self.pages = QLineEdit(placeholderText="全部，或 3,5-6")
        self.pages.setAccessibleName("只印这些页")
        self.wrong = theme.role(QLabel(wordWrap=True), "bad")
        self.wrong.hide()
        self.apart, self.merged = QRadioButton("每人一份"), QRadioButton("合并成一份")
        self.apart.setChecked(True)
        self.split = QCheckBox("每单位一份")
        self._who_group, self._file_group = QButtonGroup(self), QButtonGroup(self)
        for group, buttons in ((self._who_group, (self.all, self.some)), (self._file_group, (self.apart, self.merged))):
            for button in buttons:
                group.addButton(button)

    def _lay_out(self) -> None:
        self._who = _box(self.all, self.unit, self.some, self.picker, self.people, _line(self.paste, self.clear))
        self._sheet_row = _labelled("清单编号", self.sheet)
        self._day_row = _labelled("截至", self.as_of)
        self._extra_row = _labelled("加印空白记录页", self.extra)
        self._pages_row = _box(_labelled("只印这些页", self.pages), self.wrong)
        self._files_row = _line(self.apart, self.merged)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        column.setSpacing(theme.px(8))
        how = (self.blank, self._extra_row, self.by_stroke, self.public, self.split, self.duplex, self._pages_row)
        self._heads: dict[str, QLabel] = {}
        for title, widgets in (
            ("打印给谁", (self._who, self._sheet_row)),
            ("哪一年", (_labelled("年度", self.year), self._day_row)),
            ("怎样打印", how),
            ("存为PDF时", (self._files_row,)),
        ):
            self._heads[title] = theme.role(QLabel(title), "section")
            self._heads[title].setContentsMargins(0, theme.px(6) if title != "打印给谁" else 0, 0, 0)
            column.addWidget(self._heads[title])
            for widget in widgets:
                column.addWidget(widget)
        column.addStretch(1)
        self._show_who()

    def _wire(self) -> None:
        self.picker.picked.connect(self._take_person)
        self.paste.clicked.connect(self.open_paste)
        self.clear.clicked.connect(lambda: (self.people.clear(), self._tell()))
        self.people.changed.connect(self._tell)
        self.all.toggled.connect(self._tell)
        self.year.currentIndexChanged.connect(self._pick_year)
        for box in (self.unit, self.sheet):
            box.currentIndexChanged.connect(self._tell)
        for button in (self.blank, self.by_stroke, self.public, self.duplex, self.merged, self.split):
            button.toggled.connect(self._tell)
        self.extra.valueChanged.connect(self._tell)
        self.as_of.editingFinished.connect(self._tell)
        self.pages.editingFinished.connect(self._tell)

    def open_paste(self) -> PastePeople:
        """Paste a list of names."""
        dialog = PastePeople(self.ctx, self)
        dialog.chosen.connect(lambda uids: self.people.add(cadre_page(self.ctx.store, uids)))
        dialog.open()
        return dialog

    def minimumSizeHint(self) -> QSize:
        """Scroll rather than squeeze: the style sheet lets a combo box be lower than its words need."""
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())

    def _take_person(self, row: dict[str, str]) -> None:
        self.picker.set_row(None)
        self.some.setChecked(True)
        self.people.add([row])

    def _pick_year(self) -> None:
        if not self._loading and self.year.currentData():
            self.ctx.year = int(self.year.currentData())

    def _show_who(self) -> None:
        some = self.some.isChecked()
        self.unit.setEnabled(not some)
        for widget in (self.people, self.paste, self.clear):
            widget.setVisible(some)

    def _tell(self) -> None:
        self._show_who()
        try:
            self.order("")
        except InvalidInput as error:
            self.wrong.setText(str(error))
            self.wrong.show()
        else:
            self.wrong.hide()
        if not self._loading:
            self.changed.emit()


def _fill(box: QComboBox, lines: Sequence[tuple[str, object]]) -> None:
    kept = box.currentData()
    box.clear()
    for words, data in lines:
        box.addItem(words, data)
    box.setCurrentIndex(max(box.findData(kept), 0) if lines else -1)


def _box(*widgets: QWidget) -> QWidget:
    host = QWidget()
    column = QVBoxLayout(host)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.px(6))
    for widget in widgets:
        column.addWidget(widget)
    return host


def _line(*widgets: QWidget) -> QWidget:
    host = QWidget()
    row = QHBoxLayout(host)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.px(8))
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return host


def _labelled(label: str, editor: QWidget) -> QWidget:
    host = QWidget()
    row = QHBoxLayout(host)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.px(8))
    words = QLabel(label)
    words.setBuddy(editor)
    row.addWidget(words)
    row.addWidget(editor, 1)
    return host
