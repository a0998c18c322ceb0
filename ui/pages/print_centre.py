"""打印中心: the catalogue, for whom and how, a real page as it will look, and what is missing before it is printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QStandardPaths, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QFrame, QScrollArea, QSplitter, QVBoxLayout, QWidget

from core.base.errors import InvalidInput, Problem
from core.roster.filter import RosterFilter
from core.roster.queries import cadre_uids
from reports.spec import Gap, ReportSpec
from ui.context import Context
from ui.kit import theme
from ui.kit.command import Command
from ui.kit.page import Page
from ui.kit.pdf_pages import PdfPages
from ui.kit.preview import PreviewPane
from ui.kit.printing import print_pdf
from ui.kit.tasks import Task
from ui.pages.evaluation_redraft import ask_redraft
from ui.pages.print_centre_options import Options
from ui.pages.print_centre_parts import PAPER, Catalogue, CheckPanel, boxed_words
from ui.pages.print_centre_work import Checked, Drawn, Order, check, draw_pdf, preview, specs

PAUSE_MS = 250
NARROW = 1010  # logical pixels at 10 pt: below, the catalogue stands over the options


class PrintPage(Page):
    """Left the forms, in the middle for whom and how, right the page and the check."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        theme.role(self, "page")
        self.specs: dict[str, ReportSpec] = {spec.id: spec for spec in specs()}
        self.catalogue = Catalogue(tuple(self.specs.values()))
        self.options = Options(ctx)
        self.preview = PreviewPane()
        self.check = CheckPanel()
        self.printing: Task | None = None
        self.saving: Task | None = None
        self._looking: list[Task] = []
        self._asked = 0
        self._pictured: set[str] = set()
        self._people = 0
        self._gaps: tuple[Gap, ...] | None = None  # of the order in view; None until it is checked
        self._waiting: Callable[[], object] | None = None  # a print asked for before the check was done
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self.look)
        self._lay_out()
        self.catalogue.picked.connect(self._form_picked)
        self.options.changed.connect(self._look_later)
        self.check.redraft_asked.connect(self.redraft)
        self.check.opened.connect(lambda uid: uid and ctx.go_to("roster", uid))
        self.setFocusProxy(self.catalogue)
        self.options.show_form(self.spec)

    # -- what the window asks

    @property
    def spec(self) -> ReportSpec:
        """The form in view."""
        return self.specs[self.catalogue.current()]

    def commands(self) -> list[Command]:
        """Print, save, blank."""
        why = self.options.why_not()
        blank = "" if self.spec.can("blank") else "这张表没有空白的样式。"
        return [
            Command("print", "打印", self.print_now, icon="print", primary=True, disabled=why, tip="送往打印机"),
            Command("export", "存为PDF", self.save, icon="export", disabled=why, tip="存到选定的文件夹"),
            Command("blank", "空白表", self.toggle_blank, icon="log", disabled=blank, tip="只印个人信息，其余手写"),
            Command("refresh", "刷新预览", self.look, icon="refresh", in_bar=False),
        ]

    def reload(self, tables: frozenset[str]) -> None:
        """Units, sheets and the preview again."""
        self.options.load()
        self._look_later()

    def footer(self) -> str:
        """What is chosen."""
        people = f" · {self._people:,} 人" if self._people else ""
        return f"{self.spec.title}{people}"

    def apply_filter(self, **filter: Any) -> None:
        """Another page says what and for whom.

        form, uids (or cadre_uids), unit_uid, branch_uid, grid_uid, community (its name), sheet, by, which, blank.
        """
        if form := str(filter.get("form") or ""):
            self.catalogue.choose(form)
        elif any(filter.get(key) for key in ("uids", "cadre_uids", "unit_uid", "branch_uid", "grid_uid", "community")):
            self._leave_sheets()
        uids = filter.get("uids") or filter.get("cadre_uids")
        if branch := filter.get("branch_uid"):
            uids = cadre_uids(self.ctx.store, RosterFilter(branch_uid=str(branch)))
        if uids:
            self.options.choose_people(list(uids))
        for key, way in (("unit_uid", "unit"), ("grid_uid", "grid"), ("community", "community")):
            if key in filter and not uids:
                self.options.choose(way, str(filter[key] or ""))
        if "blank" in filter:
            self.options.blank.setChecked(bool(filter["blank"]))
        for key, box in (("sheet", self.options.sheet), ("by", self.options.way), ("which", self.options.which)):
            if wanted := filter.get(key):
                box.setCurrentIndex(max(box.findData(wanted), 0))

    def open_record(self, uid: str) -> None:
        """A person: his forms."""
        self._leave_sheets()
        self.options.choose_people([uid])

    def _leave_sheets(self) -> None:
        """People are asked for: a form that cannot be asked for people, last in view, would pass them over."""
        if "people" not in self.spec.whom:
            self.catalogue.choose(next(one.id for one in self.specs.values() if "people" in one.whom))

    # -- looking

    def look(self) -> None:
        """Draw the page and check, on the worker; an answer that is out of date is dropped."""
        self._timer.stop()
        for task in self._looking:
            task.cancel()
        self._looking.clear()
        self._asked += 1
        self.commands_changed.emit()
        if why := self.options.why_not():
            self._show_nothing(why)
            return
        order = self._order()
        if order is None:
            return
        now, self._gaps = self._asked, None
        self.check.say("正在检查…")
        if not self.preview.view.count:
            self.preview.show_words("正在准备预览…")
        run = self.ctx.tasks.run
        self._looking = [
            run(
                "预览",
                lambda store, _progress: preview(store, order),
                lambda drawn: self._show_page(now, order, drawn),
                lambda error: self._show_fault(now, error, preview=True),
                owner=self,
                quiet=True,
            ),
            run(
                "打印前检查",
                lambda store, _progress: check(store, order),
                lambda found: self._show_check(now, found),
                lambda error: self._show_fault(now, error, preview=False),
                owner=self,
                quiet=True,
            ),
        ]

    def toggle_blank(self) -> None:
        """空白表, or filled again."""
        self.options.blank.toggle()

    # -- printing and saving

    def print_now(self) -> None:
        """Draw everything in memory, then ask for the printer; texts that contradict the figures are told first."""
        self._when_checked(self._print)

    def save(self) -> None:
        """Ask where, then let the child process write the files; contradictions are told first."""
        self._when_checked(self._ask_folder)

    def redraft(self) -> None:
        """重新生成 of the texts in the check that contradict the figures; typed parts stay."""
        ask_redraft(self.ctx, self, [gap.uid for gap in self._gaps or () if gap.redraft])

    def _when_checked(self, act: Callable[[], object]) -> None:
        """Do it at once where the check has nothing against it; ask where texts contradict the figures."""
        if self.spec.remarks is None or self.options.why_not() or self._order() is None:
            act()
            return
        if self._gaps is None:
            self._waiting = act  # a moment: the check runs already
            self.ctx.messages.say("正在检查，检查完就打印。", "info")
            return
        apart = [gap for gap in self._gaps if gap.remark]
        if not apart:
            act()
            return
        whose = "、".join(gap.label for gap in apart[:3]) + ("等" if len(apart) > 3 else "")
        text = f"{whose}{len(apart):,} 处文字与表中的数字不一致。"
        hint = f"{apart[0].text}可以先在“打印前检查”里改正或重新生成，再打印。"
        self.ctx.messages.ask(text, hint, "照旧打印", act, self)

    def _print(self) -> None:
        order = self._order()
        if order is None or self._is_busy(self.printing):
            return
        self.printing = self.ctx.tasks.run(
            f"准备打印{self.spec.title}",
            lambda store, progress: draw_pdf(store, order, progress),
            lambda drawn: self._ask_printer(order, drawn),
            owner=self,
        )

    def _ask_folder(self) -> None:
        order = self._order()
        if order is None or self._is_busy(self.saving):
            return
        if self.ctx.store.folder is None:
            self.ctx.messages.say("示例台账在内存中，不能存为PDF，请先建立台账。", "warn")
            return
        place = str(self.ctx.settings.get("print_folder", "")) or QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        dialog = QFileDialog(self, f"把{self.spec.title}存到哪个文件夹", place)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda folder: self.save_to(order, Path(folder)))
        dialog.open()

    def save_to(self, order: Order, folder: Path) -> Task:
        """Write the files of `order` under `folder`; a folder of their own if they are many."""
        self.ctx.settings.put("print_folder", str(folder))
        many = self._people > 1 and not order.merged
        out = folder / f"{order.year}年度{self.spec.title}" if many or order.split_unit else folder
        title = self.spec.title
        self.saving = task = self.ctx.tasks.spawn(
            f"存为PDF：{title}", order.job(out), lambda done: self._saved(title, out, done), owner=self
        )
        task.ended.connect(lambda: self._tidy(task, out))
        return task

    def _ask_printer(self, order: Order, drawn: Drawn) -> None:
        if drawn.problems:
            self.ctx.messages.say(f"{len(drawn.problems)} 人印不出，已跳过，名单在“打印前检查”里。", "warn")
        if drawn.boxed:
            self.ctx.messages.say(boxed_words(len(drawn.boxed)), "warn")
        name = f"{order.year}年度{self.spec.title}"

        def told(pages: int) -> None:
            self.ctx.messages.say(f"已送往打印机：{name}，{pages:,} 页（共 {drawn.pages:,} 页）。", "ok")

        print_pdf(drawn.content, self, name, duplex=order.duplex, printed=told)

    def _saved(self, title: str, out: Path, done: dict[str, Any]) -> None:
        files = len(done["files"])
        left = f"{done['left_out']:,} 人印不出，见下面的检查。" if done.get("left_out") else ""
        left += boxed_words(done["boxed"]) if done.get("boxed") else ""
        words = f"已保存{title}：{done['people']:,} 人，{done['pages']:,} 页，{files:,} 个文件，在“{out.name}”。{left}"
        self.check.saved.show_saved(words, out)
        self.ctx.messages.say(words, "ok", "打开文件夹", self.check.saved.button.click)

    def _tidy(self, task: Task, out: Path) -> None:
        """After 取消: whole files stay, the half one goes."""
        if task.cancelled:
            for part in out.rglob("*.pdf.part"):
                part.unlink(missing_ok=True)
            self.ctx.messages.say("已取消。已经存好的文件都在，没有存完的一份已清除。", "info")

    # -- inside

    def _order(self) -> Order | None:
        try:
            return self.options.order(self.spec.id)
        except InvalidInput as error:
            self._show_nothing(str(error), "bad")
            return None

    def _is_busy(self, task: Task | None) -> bool:
        if task is not None and task.running:
            self.ctx.messages.say(f"“{task.label}”还没有做完，请等它完成，或先取消。", "info")
            return True
        return False

    def _form_picked(self, form_id: str) -> None:
        if form_id:
            self.options.show_form(self.spec)
            self._look_later()

    def _look_later(self) -> None:
        self._gaps = None  # they were of another order
        self.commands_changed.emit()
        self._timer.start()

    def _show_nothing(self, words: str, tone: str = "sub") -> None:
        self._people, self._waiting = 0, None
        self.preview.show_words(words)
        self.check.say(words, tone)
        self.footer_changed.emit()

    def _show_page(self, asked: int, order: Order, drawn: Drawn) -> None:
        if asked == self._asked:
            self.preview.show_pdf(drawn.content)
            self._picture(order, drawn.content)

    def _show_check(self, asked: int, found: Checked) -> None:
        if asked == self._asked:
            self._people, self._gaps = found.people, found.gaps
            self.check.show_gaps(found.people, found.gaps)
            self.footer_changed.emit()
            self._go_on()

    def _go_on(self) -> None:
        """The print that waited for the check."""
        act, self._waiting = self._waiting, None
        if act is not None:
            self._when_checked(act)

    def _show_fault(self, asked: int, error: Exception, preview: bool) -> None:
        if asked != self._asked:
            return
        if not isinstance(error, Problem):
            self.ctx.messages.bug(error, self)
        elif preview:
            self.preview.show_words(str(error))
        else:
            self.check.say(str(error), "warn")
            self._gaps = ()
            self._go_on()

    def _picture(self, order: Order, content: bytes) -> None:
        """The first page of the form becomes its small picture in the catalogue."""
        if order.form in self._pictured:
            return
        self._pictured.add(order.form)
        pages = PdfPages(content)
        scale = theme.px(PAPER[0]) * 2 / pages.sizes[0].width()
        self.catalogue.set_picture(order.form, pages.draw(0, scale))
        pages.close()
        self._picture_others()

    def _picture_others(self) -> None:
        """One after the other, so that the page in view never waits."""
        rest = [one for one in self.specs.values() if one.id not in self._pictured and not one.can("sheet")]
        if not rest:
            return
        form, year = rest[0].id, self.ctx.year
        order = Order(form, year, uids=self._someone())

        def skip(_error: Exception) -> None:
            self._pictured.add(form)
            self._picture_others()

        self.ctx.tasks.run(
            "图样",
            lambda store, _progress: preview(store, order),
            lambda drawn: self._picture(order, drawn.content),
            skip,
            owner=self,
            quiet=True,
        )

    def _someone(self) -> tuple[str, ...] | None:
        uids: Sequence[str] = self.options.whom.people.uids()
        return tuple(uids[:1]) or None

    # -- layout

    def _lay_out(self) -> None:
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.options)
        for ground in (scroll.viewport(), self.options):
            ground.setAutoFillBackground(False)  # the card shows through
        self._scroll = scroll
        self._left = QWidget()
        self._ways = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._left)
        self._ways.setContentsMargins(0, 0, 0, 0)
        self._ways.setSpacing(theme.px(12))
        self._ways.addWidget(_card(self.catalogue), 10)
        self._ways.addWidget(_card(scroll), 11)
        right = QSplitter(Qt.Orientation.Vertical)
        right.addWidget(self.preview)
        right.addWidget(self.check)
        right.setStretchFactor(0, 5)
        right.setStretchFactor(1, 2)
        right.setSizes([500, 230])
        right.setChildrenCollapsible(False)
        right.setHandleWidth(theme.px(10))
        right.setStyleSheet("QSplitter::handle { background: transparent; }")
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        row.setContentsMargins(theme.px(20), theme.px(14), theme.px(20), theme.px(14))
        row.setSpacing(theme.px(12))
        row.addWidget(self._left, 11)
        row.addWidget(right, 10)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < theme.px(NARROW)
        self._ways.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        self._ways.setStretch(0, 7 if narrow else 10)
        self.layout().setStretch(0, 8 if narrow else 12)
        self._scroll.setMinimumWidth(self.options.minimumSizeHint().width() + theme.px(14))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One column or two at the left."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Another font size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_ways"):
            self._fit()


def _card(inner: QWidget) -> QFrame:
    card = theme.role(QFrame(), "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(1, 1, 1, 1)
    column.addWidget(inner)
    return card
