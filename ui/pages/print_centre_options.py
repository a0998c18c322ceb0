"""The middle of 打印中心: for whom, until when, and how a form is printed. Only what the form knows is shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.base.clock import today
from core.base.dates import format_date
from core.base.errors import InvalidInput
from core.exchange.queries import packet_rows, peer_rows
from core.roster.timeline import day_of_year
from core.service_log.quota import FIRST_YEAR
from core.service_log.sheets import sheet_list
from core.store import Reads
from reports.printing import page_numbers
from reports.spec import ReportSpec
from ui.context import Context
from ui.kit import theme
from ui.kit.date_edit import DateEdit
from ui.pages.print_centre_people import WhomBox, choice_box, fill, line
from ui.pages.print_centre_work import Order

HANDOVER, MERGE = "handover_sheet", "merge_report"
SKIP_EMPTY = "print_skip_empty"  # remembered from one print to the next


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
        for key, day in (("as_of", self.as_of), ("issued_on", self.issued)):
            if wrong := day.problem():
                raise InvalidInput({key: wrong})
        can = self._spec.can if self._spec is not None else lambda _ability: False
        ways = self._spec.ways if self._spec is not None else ()
        papers = self._spec.papers if self._spec is not None else ()
        return Order(
            form=form,
            year=self.ctx.year,
            **self.whom.chosen(),
            sheet=str(self.sheet.currentData() or "") if can("sheet") else "",
            which=str(self.which.currentData() or "") if can("which") else "",
            as_of=self.as_of.value() if can("as_of") else "",
            blank=self.blank.isChecked() and can("blank"),
            extra_pages=self.extra.value() if can("extra") else 0,
            skip_empty=self.skip_empty.isChecked() and can("skip_empty"),
            issued_on=self.issued.value() if can("issued") else "",
            by_stroke=self.by_stroke.isChecked() and can("stroke"),
            public=self.public.isChecked() and can("public"),
            by=str(self.way.currentData() or "") if ways else "",
            paper=str(self.paper.currentData() or "") if len(papers) > 1 else "",
            duplex=self.duplex.isChecked() and can("duplex"),
            merged=self.merged.isChecked(),
            split_unit=self.split.isChecked() and can("split"),
            pages=self.pages.text().strip(),
        )

    def why_not(self) -> str:
        """Why nothing can be printed yet, '' if it can."""
        if self._spec is not None and self._spec.can("which") and not self.which.count():
            return "还没有合并过数据包。" if self._spec.id == MERGE else "还没有带出过数据。"
        if self._spec is not None and self._spec.can("sheet"):
            return "" if self.sheet.count() else f"{self.ctx.year}年还没有待确认清单，请先在“服务纪实”里生成清单。"
        return self.whom.why_not()

    def show_form(self, spec: ReportSpec) -> None:
        """Offer what this form knows."""
        self._spec = spec
        self.whom.show_form(spec)
        fill(self.way, [(label, code) for code, label in spec.ways])
        self.way.setCurrentIndex(max(0, self.way.findData(spec.way_of(self.ctx.year))))
        fill(self.paper, [(one, one) for one in spec.papers])
        fill(self.which, which_lines(self.ctx.store, spec))
        single, listed = spec.kind == "person", spec.can("sheet")
        for widget, on in (
            (self._sheet_row, listed),
            (self._which_row, spec.can("which")),
            (self._way_row, bool(spec.ways)),
            (self._paper_row, len(spec.papers) > 1),
            (self._day_row, spec.can("as_of")),
            (self._issued_row, spec.can("issued")),
            (self.blank, spec.can("blank")),
            (self.skip_empty, spec.can("skip_empty")),
            (self._extra_row, spec.can("extra")),
            (self.by_stroke, spec.can("stroke")),
            (self.public, spec.can("public")),
            (self.duplex, spec.can("duplex")),
            (self.split, spec.can("split")),
            (self._files_row, single),
            (self._pages_row, single),
        ):
            widget.setVisible(on)
        how = (
            bool(spec.abilities - {"as_of", "issued", "sheet", "which", "empty"})
            or bool(spec.ways)
            or len(spec.papers) > 1
        )
        self._heads["打印给谁"].setVisible(listed or spec.can("which") or bool(spec.whom))
        self._heads["怎样打印"].setVisible(single or how)
        self._heads["存为PDF时"].setVisible(single)

    def choose_people(self, uids: Sequence[str]) -> None:
        """These and nobody else, as another page hands them over."""
        self.whom.choose_people(uids)

    def choose(self, way: str, value: str) -> None:
        """Everybody of a unit, a grid or a community ('' = of all)."""
        self.whom.choose(way, value)

    def load(self) -> None:
        """Units, years and sheets as they are now; what was chosen stays."""
        self._loading = True
        store, year = self.ctx.store, self.ctx.year
        self.whom.load()
        day = day_of_year(year)  # what stands in the empty box is the day of the figures: of a past year its last day
        self.as_of.setPlaceholderText(
            f"{'今天' if day == today().isoformat() else format_date(day)}（可填 {year}0630）"
        )
        years = sorted({*range(FIRST_YEAR, today().year + 1), year}, reverse=True)
        fill(self.year, [(f"{one} 年度", one) for one in years])
        self.year.setCurrentIndex(self.year.findData(year))
        fill(
            self.sheet, [(f"{row['sheet_no']}　{row['community']}", row["sheet_no"]) for row in sheet_list(store, year)]
        )
        if self._spec is not None:
            fill(self.which, which_lines(store, self._spec))
        self._loading = False

    # -- inside

    def _make(self) -> None:
        self.whom = WhomBox(self.ctx)
        self.year, self.sheet, self.which = choice_box("年度"), choice_box("待确认清单"), choice_box("带出的数据")
        self.way, self.paper = choice_box("按什么"), choice_box("纸张")
        self.as_of = DateEdit()
        self.as_of.setAccessibleName("截至日期")
        self.issued = DateEdit()
        self.issued.setAccessibleName("制发日期")
        self.issued.setPlaceholderText("同截至日期")
        self.issued.setToolTip("封面上的年月")
        self.blank = QCheckBox("空白表（只印个人信息）")
        self.skip_empty = QCheckBox("省略空白部分")
        self.skip_empty.setToolTip("没有内容的部分不印；空白表总是全印")
        self.skip_empty.setChecked(bool(self.ctx.settings.get(SKIP_EMPTY, False)))
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
        self._file_group = QButtonGroup(self)
        for button in (self.apart, self.merged):
            self._file_group.addButton(button)

    def _lay_out(self) -> None:
        self._sheet_row = _labelled("清单编号", self.sheet)
        self._which_row = _labelled("哪一份", self.which)
        self._day_row, self._issued_row = _labelled("截至", self.as_of), _labelled("制发日期", self.issued)
        self._way_row, self._paper_row = _labelled("按", self.way), _labelled("纸张", self.paper)
        self._extra_row = _labelled("加印空白记录页", self.extra)
        self._pages_row = _box(_labelled("只印这些页", self.pages), self.wrong)
        self._files_row = line(self.apart, self.merged)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        column.setSpacing(theme.px(8))
        how = (self._way_row, self._paper_row, self.blank, self.skip_empty, self._extra_row, self.by_stroke, self.public, self.split,
               self.duplex, self._pages_row)  # fmt: skip
        self._heads: dict[str, QLabel] = {}
        for title, widgets in (
            ("打印给谁", (self.whom, self._sheet_row, self._which_row)),
            ("哪一年", (_labelled("年度", self.year), self._day_row, self._issued_row)),
            ("怎样打印", how),
            ("存为PDF时", (self._files_row,)),
        ):
            self._heads[title] = theme.role(QLabel(title), "section")
            self._heads[title].setContentsMargins(0, theme.px(6) if title != "打印给谁" else 0, 0, 0)
            column.addWidget(self._heads[title])
            for widget in widgets:
                column.addWidget(widget)
        column.addStretch(1)

    def _wire(self) -> None:
        self.whom.changed.connect(self._tell)
        self.year.currentIndexChanged.connect(self._pick_year)
        for box in (self.sheet, self.which, self.way, self.paper):
            box.currentIndexChanged.connect(self._tell)
        self.skip_empty.toggled.connect(lambda on: self.ctx.settings.put(SKIP_EMPTY, on))
        for button in (self.blank, self.skip_empty, self.by_stroke, self.public, self.duplex, self.merged, self.split):
            button.toggled.connect(self._tell)
        self.extra.valueChanged.connect(self._tell)
        for day in (self.as_of, self.issued):
            day.editingFinished.connect(self._tell)
        self.pages.editingFinished.connect(self._tell)

    def minimumSizeHint(self) -> QSize:
        """Scroll rather than squeeze: the style sheet lets a combo box be lower than its words need."""
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())

    def _pick_year(self) -> None:
        if not self._loading and self.year.currentData():
            self.ctx.year = int(self.year.currentData())

    def _tell(self) -> None:
        try:
            self.order("")
        except InvalidInput as error:
            self.wrong.setText(str(error))
            self.wrong.show()
        else:
            self.wrong.hide()
        if not self._loading:
            self.changed.emit()


def which_lines(reads: Reads, spec: ReportSpec) -> list[tuple[str, str]]:
    """What a paper about data given out can be asked for: copies (first all of them), or merged packets, the newest first."""
    if not spec.can("which"):
        return []
    if spec.id == MERGE:
        return [(f"{one['peer']}第{one['number']}包", one["uid"]) for one in packet_rows(reads) if one["way"] == "IN"]
    copies = [(f"{one['number']}　{one['name']}", one["uid"]) for one in peer_rows(reads)]
    return [("全部" if spec.id != HANDOVER else "在外的每一份", ""), *copies] if copies else []


def _box(*widgets: QWidget) -> QWidget:
    host = QWidget()
    column = QVBoxLayout(host)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.px(6))
    for widget in widgets:
        column.addWidget(widget)
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
