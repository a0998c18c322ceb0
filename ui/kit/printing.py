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

NO_PRINTER = "这台电脑上没有打印机。"
NO_PRINTER_HINT = "请先在 Windows 的“打印机和扫描仪”里添加打印机，或另存为文件拿到别的电脑上打印。"
MOST_DPI = 600  # beyond this a page costs 100 MB and no eye sees it


class PrintJob(QObject):
    """Draws the wanted pages on a printer, one per turn of the loop. `ended(pages drawn)`."""

    progressed = Signal(int, int)
    ended = Signal(int)

    def __init__(self, pages: PdfPages, printer: QPrinter, wanted: list[int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pages, self._printer, self._wanted = pages, printer, wanted
        self._done = 0
        self._painter: QPainter | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._one)

    def start(self) -> None:
        """Begin."""
        self._set_paper(self._wanted[0])
        self._painter = QPainter(self._printer)
        self._timer.start()

    def cancel(self) -> None:
        """Stop after the page under way."""
        self._finish()

    def _one(self) -> None:
        page = self._wanted[self._done]
        if self._done:
            self._set_paper(page)
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

    def _set_paper(self, page: int) -> None:
        size = self._pages.sizes[page]
        wide = size.width() > size.height()
        turn = QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
        paper = QPageSize(size.transposed() if wide else size, QPageSize.Unit.Point)
        self._printer.setPageLayout(QPageLayout(paper, turn, QMarginsF(0, 0, 0, 0)))
        self._printer.setFullPage(True)

    def _finish(self) -> None:
        self._timer.stop()
        if self._painter is not None:
            self._painter.end()
            self._painter = None
            self.ended.emit(self._done)


def wanted_pages(printer: QPrinter, count: int) -> list[int]:
    """The pages asked for in the print dialog, 0-based."""
    first = max(printer.fromPage(), 1)
    last = min(printer.toPage() or count, count)
    return list(range(first - 1, last))


def nothing_to_print_on(printer: QPrinter) -> bool:
    """No printer at all on a Windows computer: Qt then opens no dialog, without a word."""
    return sys.platform == "win32" and printer.outputFormat() != QPrinter.OutputFormat.NativeFormat


def print_pdf(
    source: Path | bytes,
    parent: QWidget,
    name: str = "",
    *,
    duplex: bool = False,
    printed: Callable[[int], None] = lambda _pages: None,
) -> QPrintDialog:
    """Ask for the printer and print; raises MachineFault if the file cannot be read.

    `name` is that of a document in memory; `printed(pages)` is told how many pages went to the printer.
    """
    pages = PdfPages(source)
    name = name or (source.stem if isinstance(source, Path) else "下沉纪实")
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(name)
    if duplex:
        printer.setDuplex(QPrinter.DuplexMode.DuplexLongSide)
    if nothing_to_print_on(printer):
        pages.close()
        raise MachineFault(NO_PRINTER, NO_PRINTER_HINT)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(f"打印：{name}")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setMinMax(1, len(pages))
    dialog.accepted.connect(lambda: run_job(pages, printer, parent, printed))
    dialog.rejected.connect(pages.close)
    QDialog.open(dialog)  # QPrintDialog hides it behind an overload of its own
    return dialog


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
    job.start()
    return job
