"""A finished PDF to paper: pages are drawn at the printer's own resolution, one by one, with progress and 取消."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMarginsF, QObject, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QProgressDialog, QWidget

from core.base.errors import MachineFault
from ui.kit.pdf_pages import POINTS_PER_INCH, PdfPages

NO_PRINTER = "这台电脑上没有打印机，打印窗口打不开。"
NO_PRINTER_HINT = "请在 Windows 的“设置 → 打印机和扫描仪”里添加打印机，或先存为文件，拿到有打印机的电脑上打印。"
MOST_DPI = 600  # beyond this a page costs 100 MB and no eye sees it


class PrintJob(QObject):
    """Draws the wanted pages on a printer, one per turn of the loop. `ended(pages drawn)`."""

    progressed = Signal(int, int)
    ended = Signal(int)

    def __init__(self, pages: PdfPages, printer: QPrinter, wanted: list[int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pages, self._printer, self._wanted = pages, printer, wanted
        self._paper = chosen_paper(printer, pages.sizes[0])
        self._done = 0
        self._painter: QPainter | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._one)

    def start(self) -> None:
        """Begin; MachineFault if the printer takes nothing."""
        set_paper(self._printer, self._pages.sizes[self._wanted[0]], self._paper)
        painter = QPainter()
        if not painter.begin(self._printer):
            raise MachineFault(
                f"打印机“{self._printer.printerName() or '文件'}”没有接受这份文件。",
                "请检查打印机是否开机、连好、有纸，再打印一次。",
            )
        self._painter = painter
        self._timer.start()

    def cancel(self) -> None:
        """Stop after the page under way."""
        self._finish()

    def _one(self) -> None:
        page = self._wanted[self._done]
        if self._done:
            set_paper(self._printer, self._pages.sizes[page], self._paper)
            self._printer.newPage()
        dpi = min(self._printer.resolution(), MOST_DPI)
        image = self._pages.draw(page, dpi / POINTS_PER_INCH)
        paper = self._printer.paperRect(QPrinter.Unit.DevicePixel)
        size = QSizeF(image.size()).scaled(paper.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF((paper.width() - size.width()) / 2, (paper.height() - size.height()) / 2, *size.toTuple())
        if self._painter is not None:
            self._painter.drawImage(place, image)
        self._done += 1
        self.progressed.emit(self._done, len(self._wanted))
        if self._done == len(self._wanted):
            self._finish()

    def _finish(self) -> None:
        self._timer.stop()
        if self._painter is not None:
            self._painter.end()
            self._painter = None
            self.ended.emit(self._done)


def set_paper(printer: QPrinter, size: QSizeF, paper: QPageSize | None = None) -> None:
    """The paper of a page of `size` points, A4 or A3 by name where it is one, and how it lies; `paper` if one was chosen."""
    wide = size.width() > size.height()
    turn = QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
    printer.setPageLayout(QPageLayout(paper or paper_of(size), turn, QMarginsF(0, 0, 0, 0)))
    printer.setFullPage(True)


def paper_of(size: QSizeF) -> QPageSize:
    """The paper a page of `size` points is made for."""
    wide = size.width() > size.height()
    return QPageSize(size.transposed() if wide else size, QPageSize.Unit.Point)


def chosen_paper(printer: QPrinter, first: QSizeF) -> QPageSize | None:
    """The paper chosen in the dialog instead of that of the first page (a printer without A3); the pages are fitted to it."""
    paper = printer.pageLayout().pageSize()
    return None if paper.isEquivalentTo(paper_of(first)) else paper


def wanted_pages(printer: QPrinter, count: int) -> list[int]:
    """The pages asked for in the print dialog, 0-based; each as often as copies are asked for that the printer cannot make."""
    ranges = printer.pageRanges().toRangeList()
    asked = [page for one in ranges for page in range(max(one.from_, 1), min(one.to, count) + 1)]
    pages = [page - 1 for page in asked] or list(range(count))
    copies = 1 if printer.supportsMultipleCopies() else printer.copyCount()
    return pages * copies if printer.collateCopies() else [page for page in pages for _ in range(copies)]


def print_pdf(
    source: Path | bytes,
    parent: QWidget,
    name: str = "",
    *,
    duplex: bool = False,
    printed: Callable[[int], None] = lambda _pages: None,
) -> QPrintDialog:
    """Ask for the printer and print; raises MachineFault if the file cannot be read or there is no printer to ask for.

    `name` is that of a document in memory; `printed(pages)` is told how many pages went to the printer.
    """
    pages = PdfPages(source)
    name = name or (source.stem if isinstance(source, Path) else "下沉纪实")
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    if lacks_printer(printer.outputFormat(), sys.platform):
        pages.close()
        raise MachineFault(NO_PRINTER, NO_PRINTER_HINT)
    printer.setDocName(name)
    set_paper(printer, pages.sizes[0])  # the dialog begins with the paper of the document
    if duplex:
        printer.setDuplex(QPrinter.DuplexMode.DuplexLongSide)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(f"打印：{name}")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setMinMax(1, len(pages))
    dialog.accepted.connect(lambda: run_job(pages, printer, parent, printed))
    dialog.rejected.connect(pages.close)
    QDialog.open(dialog)  # QPrintDialog hides it behind an overload of its own
    return dialog


def lacks_printer(form: QPrinter.OutputFormat, platform: str) -> bool:
    """Whether the system's dialog would not open, and say nothing: Windows without any printer (elsewhere it prints to a file)."""
    return platform == "win32" and form != QPrinter.OutputFormat.NativeFormat


def run_job(
    pages: PdfPages, printer: QPrinter, parent: QWidget, printed: Callable[[int], None] = lambda _pages: None
) -> PrintJob:
    """Print with a progress window."""
    wanted = wanted_pages(printer, len(pages))
    progress = QProgressDialog("正在送往打印机…", "取消", 0, len(wanted), parent)
    progress.setWindowModality(Qt.WindowModality.WindowModal)
    progress.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    progress.setMinimumDuration(600)
    job = PrintJob(pages, printer, wanted, parent)
    job.progressed.connect(lambda done, _total: progress.setValue(done))
    progress.canceled.connect(job.cancel)
    job.ended.connect(printed)
    job.ended.connect(lambda _count: (progress.close(), pages.close(), job.deleteLater()))
    try:
        job.start()
    except MachineFault:
        progress.close()
        pages.close()
        raise
    return job
