"""A damaged ledger opened to be read: the pages that cannot be shown say so, the rest can be saved as a workbook."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton, QVBoxLayout, QWidget

from core.base.clock import today
from core.base.errors import MachineFault
from core.salvage import Saved, save_readable
from core.store import Store
from ui.context import Context
from ui.kit import theme
from ui.kit.dialogs import TextDialog
from ui.kit.labels import words
from ui.kit.page import Page, PageSpec
from ui.kit.tasks import Progress


class Unreadable(Page):
    """In the place of a page whose rows cannot be read."""

    def __init__(self, ctx: Context, why: str) -> None:
        super().__init__(ctx)
        theme.role(self, "page")
        into = QVBoxLayout(self)
        into.setContentsMargins(*[theme.px(24)] * 4)
        into.setSpacing(theme.px(10))
        into.addWidget(words("这一页的内容读不出来", "title"))
        into.addWidget(words(f"{why}别的页面可能还能看。读得出的记录可以全部存成一个 Excel 文件。", "sub"))
        save = theme.role(QPushButton("存下读得出的内容…"), "primary")
        save.clicked.connect(lambda: ask_where(ctx, self))
        into.addWidget(save, 0, Qt.AlignmentFlag.AlignLeft)
        into.addStretch(1)


def built(ctx: Context, spec: PageSpec) -> Page:
    """The page, or what says that it cannot be read."""
    page: Page | None = None
    try:
        page = spec.build(ctx)
        page.reload(frozenset())
    except MachineFault as error:
        if page is not None:
            page.deleteLater()  # half filled, and not to be told of anything any more
        return Unreadable(ctx, error.text)
    return page


def tell(ctx: Context, parent: QWidget) -> None:
    """What read-only means, and the way to take along what can be read."""
    text = "台账以只读方式打开：只能查看、打印和导出。要继续工作，请到“设置 → 备份”恢复。"
    if ctx.store.why_read_only:
        text = f"{ctx.store.why_read_only}台账以只读方式打开：只能查看和打印。磁盘能写以后，请重新打开程序。"
    ctx.messages.say(text, "warn", "存下读得出的内容…", lambda: ask_where(ctx, parent), seconds=600)


def ask_where(ctx: Context, parent: QWidget) -> None:
    """Choose the workbook, then write it."""
    dialog = QFileDialog(parent, "存下读得出的内容", f"从损坏的台账读出_{today():%Y%m%d}.xlsx", "Excel 工作簿 (*.xlsx)")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("xlsx")
    dialog.fileSelected.connect(lambda name: save(ctx, Path(name), parent))
    dialog.open()


def save(ctx: Context, out: Path, parent: QWidget) -> None:
    """Write it on the worker, then say what was read and what was not."""

    def work(store: Store, progress: Progress) -> list[Saved]:
        return save_readable(store, out, progress)

    def told(saved: list[Saved]) -> None:
        lines = [f"已存到 {out}", "", *(one.sentence for one in saved)]
        TextDialog("读出的内容", "\n".join(lines), parent).open()

    ctx.tasks.run("存下读得出的内容", work, told, owner=parent)
