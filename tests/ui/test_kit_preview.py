"""The preview draws pages as they come into view; printing draws each page once."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QPageLayout, QPageRanges, QPageSize, QPainter, QPdfWriter
from PySide6.QtPrintSupport import QPrinter

from core.base.errors import MachineFault
from ui.kit.pdf_pages import PdfPages
from ui.kit.preview import PreviewPane
from ui.kit.printing import PrintJob, lacks_printer, print_pdf, run_job, set_paper, wanted_pages

on_qt_dialog = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has a dialog of its own, which Qt does not see"
)
SHADES = ("#c00000", "#00a000", "#0000c0", "#c0c000", "#00c0c0")


@pytest.fixture
def pdf(dressed: Any, tmp_path: Path) -> Path:
    """Five pages, each of one colour; the last one is landscape."""
    path = tmp_path / "手册.pdf"
    writer = QPdfWriter(str(path))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    painter = QPainter(writer)
    for at, shade in enumerate(SHADES):
        if at:
            turn = QPageLayout.Orientation.Landscape if at == 4 else QPageLayout.Orientation.Portrait
            writer.setPageOrientation(turn)
            writer.newPage()
        painter.fillRect(QRectF(0, 0, writer.width(), writer.height()), QColor(shade))
    painter.end()
    return path


@pytest.fixture
def pane(pdf: Path, qtbot: Any) -> PreviewPane:
    made = PreviewPane()
    qtbot.addWidget(made)
    made.resize(500, 600)
    made.show()
    with qtbot.waitExposed(made):
        pass
    made.show_pdf(pdf)
    return made


def shade_in_view(pane: PreviewPane) -> str:
    view = pane.view.viewport()
    return str(view.grab().toImage().pixelColor(view.width() // 2, view.height() // 3).name())


def test_only_pages_in_view_are_drawn(pane: PreviewPane) -> None:
    pane.grab()
    assert pane.view.count == 5
    drawn = {page for page, _ in pane.view._pages._images}
    assert drawn == {0, 1} or drawn == {0}
    pane.view.go_to(4)
    pane.grab()
    assert 4 in {page for page, _ in pane.view._pages._images}
    assert 2 not in {page for page, _ in pane.view._pages._images}


def test_keys_turn_pages(pane: PreviewPane, qtbot: Any) -> None:
    assert shade_in_view(pane) == SHADES[0]
    assert pane.where.text() == "第 1 页，共 5 页"
    qtbot.keyClick(pane.view, Qt.Key.Key_PageDown)
    assert pane.where.text() == "第 2 页，共 5 页"
    assert shade_in_view(pane) == SHADES[1]
    qtbot.keyClick(pane.view, Qt.Key.Key_End)
    assert pane.view.page == 4
    qtbot.keyClick(pane.view, Qt.Key.Key_Home)
    qtbot.keyClick(pane.view, Qt.Key.Key_PageUp)
    assert pane.view.page == 0


def test_zoom_by_keys_and_back_to_the_width(pane: PreviewPane, qtbot: Any) -> None:
    fitted = pane.view.factor
    qtbot.keyClick(pane.view, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert pane.view.factor > fitted
    assert pane.size_words.text() == f"{round(pane.view.factor * 100)}%"
    qtbot.keyClick(pane.view, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert pane.view.factor == fitted
    pane.view.go_to(2)
    pane.resize(800, 600)
    assert pane.view.factor > fitted
    assert pane.view.page == 2


def test_another_document_begins_at_its_first_page(pane: PreviewPane, pdf: Path) -> None:
    pane.view.go_to(3)
    pane.show_pdf(pdf.read_bytes())
    assert pane.where.text() == "第 1 页，共 5 页"


def test_the_file_can_be_replaced_while_it_is_shown(pane: PreviewPane, pdf: Path) -> None:
    pdf.unlink()
    pane.view.go_to(3)
    assert shade_in_view(pane) == SHADES[3]


def test_a_damaged_file_is_said_in_its_place(pane: PreviewPane, tmp_path: Path) -> None:
    broken = tmp_path / "坏.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing")
    pane.show_pdf(broken)
    assert pane.view.count == 0
    assert "“坏.pdf”打不开" in pane.view._words
    with pytest.raises(MachineFault):
        PdfPages(tmp_path / "没有.pdf")


def printer_to(path: Path) -> QPrinter:
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    printer.setResolution(72)
    return printer


def test_printed_pages_are_the_pages_whole_and_in_order(pdf: Path, tmp_path: Path, qtbot: Any) -> None:
    out = tmp_path / "out.pdf"
    job = PrintJob(PdfPages(pdf), printer_to(out), [0, 3, 4])
    with qtbot.waitSignal(job.ended) as told:
        job.start()
    assert told.args == [3]
    printed = PdfPages(out)
    assert [round(size.width()) for size in printed.sizes] == [595, 595, 842]
    colours = [printed.draw(page, 0.2).pixelColor(20, 20).name() for page in range(3)]
    for colour, shade in zip(colours, (SHADES[0], SHADES[3], SHADES[4]), strict=True):
        ours, theirs = QColor(colour), QColor(shade)
        assert (
            abs(ours.red() - theirs.red()) + abs(ours.green() - theirs.green()) + abs(ours.blue() - theirs.blue()) < 30
        )


def test_cancel_stops_after_the_page_under_way(pdf: Path, tmp_path: Path, qtbot: Any) -> None:
    job = PrintJob(PdfPages(pdf), printer_to(tmp_path / "out.pdf"), list(range(5)))
    job.progressed.connect(lambda done, _total: job.cancel() if done == 2 else None)
    with qtbot.waitSignal(job.ended) as told:
        job.start()
    assert told.args == [2]
    assert len(PdfPages(tmp_path / "out.pdf")) == 2


@on_qt_dialog
def test_the_dialog_asks_for_pages_of_this_document(pane: PreviewPane, pdf: Path, dialogs: Any, qtbot: Any) -> None:
    seen: list[tuple[int, int]] = []
    dialogs.expect(lambda dialog: (seen.append((dialog.minPage(), dialog.maxPage())), dialog.reject()))
    print_pdf(pdf, pane)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [(1, 5)]


def test_how_many_pages_went_to_the_printer_is_told(pane: PreviewPane, pdf: Path, tmp_path: Path, qtbot: Any) -> None:
    told: list[int] = []
    run_job(PdfPages(pdf), printer_to(tmp_path / "out.pdf"), pane, told.append)
    qtbot.waitUntil(lambda: bool(told))
    assert told == [len(PdfPages(pdf))]


def test_windows_without_a_printer_is_said(pdf: Path, pane: PreviewPane, monkeypatch: pytest.MonkeyPatch) -> None:
    native, file = QPrinter.OutputFormat.NativeFormat, QPrinter.OutputFormat.PdfFormat
    assert [lacks_printer(native, "win32"), lacks_printer(file, "win32"), lacks_printer(file, "linux")] == [
        False,
        True,
        False,
    ]
    if QPrinter().outputFormat() == file:
        monkeypatch.setattr(sys, "platform", "win32")
        with pytest.raises(MachineFault, match=r"没有打印机.*添加打印机"):
            print_pdf(pdf, pane)


def test_a_range_of_pages(tmp_path: Path) -> None:
    printer = printer_to(tmp_path / "out.pdf")
    assert wanted_pages(printer, 5) == [0, 1, 2, 3, 4]
    printer.setFromTo(2, 3)
    assert wanted_pages(printer, 5) == [1, 2]
    printer.setPageRanges(QPageRanges.fromString("1-2,5-9"))
    assert wanted_pages(printer, 5) == [0, 1, 4]


def test_copies_the_printer_cannot_make_are_printed_one_by_one(tmp_path: Path) -> None:
    printer = printer_to(tmp_path / "out.pdf")
    assert not printer.supportsMultipleCopies()
    printer.setCopyCount(2)
    printer.setFromTo(1, 2)
    printer.setCollateCopies(True)
    assert wanted_pages(printer, 5) == [0, 1, 0, 1]
    printer.setCollateCopies(False)
    assert wanted_pages(printer, 5) == [0, 0, 1, 1]


def pages_to(path: Path, sizes: Sequence[QPageSize.PageSizeId], turns: Sequence[QPageLayout.Orientation]) -> Path:
    """A document with a page of each size."""
    writer = QPdfWriter(str(path))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    painter = QPainter()
    for at, (size, turn) in enumerate(zip(sizes, turns, strict=True)):
        writer.setPageSize(QPageSize(size))
        writer.setPageOrientation(turn)
        assert writer.newPage() if at else painter.begin(writer)
        painter.drawText(100, 100, "x")
    painter.end()
    return path


SIZES = (QPageSize.PageSizeId.A4, QPageSize.PageSizeId.A3, QPageSize.PageSizeId.A4)
TURNS = (
    QPageLayout.Orientation.Portrait,
    QPageLayout.Orientation.Landscape,
    QPageLayout.Orientation.Portrait,
)


def test_each_page_goes_on_its_own_paper(dressed: Any, tmp_path: Path, qtbot: Any) -> None:
    mixed = pages_to(tmp_path / "网格图.pdf", SIZES, TURNS)
    printer, seen = printer_to(tmp_path / "out.pdf"), []
    set_paper(printer, PdfPages(mixed).sizes[0])
    job = PrintJob(PdfPages(mixed), printer, [0, 1, 2])
    job.progressed.connect(lambda *_told: seen.append((printer.pageLayout().pageSize().id(), printer.pageLayout())))
    with qtbot.waitSignal(job.ended):
        job.start()
    assert [size for size, _layout in seen] == list(SIZES), "by its name: a printer has no tray for 595 x 842 points"
    assert [layout.orientation() for _size, layout in seen] == list(TURNS)
    sizes = [(round(one.width()), round(one.height())) for one in PdfPages(tmp_path / "out.pdf").sizes]
    assert sizes == [(595, 842), (1191, 842), (595, 842)]


def test_another_paper_chosen_in_the_dialog_is_kept(dressed: Any, tmp_path: Path, qtbot: Any) -> None:
    mixed = pages_to(tmp_path / "网格图.pdf", SIZES[1:], TURNS[1:])
    printer = printer_to(tmp_path / "out.pdf")
    set_paper(printer, PdfPages(mixed).sizes[0])
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))  # the printer has no A3
    job = PrintJob(PdfPages(mixed), printer, [0, 1])
    with qtbot.waitSignal(job.ended):
        job.start()
    sizes = [(round(one.width()), round(one.height())) for one in PdfPages(tmp_path / "out.pdf").sizes]
    assert sizes == [(842, 595), (595, 842)]


@on_qt_dialog
def test_the_dialog_begins_with_the_paper_of_the_document(
    pane: PreviewPane, dialogs: Any, qtbot: Any, tmp_path: Path
) -> None:
    seen: list[QPrinter] = []
    dialogs.expect(lambda dialog: (seen.append(dialog.printer()), dialog.reject()))
    print_pdf(pages_to(tmp_path / "网格图.pdf", SIZES[1:], TURNS[1:]), pane)
    qtbot.waitUntil(lambda: bool(seen))
    layout = seen[0].pageLayout()
    assert (layout.pageSize().id(), layout.orientation()) == (SIZES[1], TURNS[1])


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_printer_that_takes_nothing_is_said(pdf: Path, tmp_path: Path) -> None:
    job = PrintJob(PdfPages(pdf), printer_to(tmp_path), [0])  # a folder is no file to print to
    with pytest.raises(MachineFault, match=r"没有接受这份文件.*有纸"):
        job.start()


def test_nothing_of_the_library_stays_open(pdf: Path) -> None:
    import pypdfium2.internal as library

    pages = PdfPages(pdf)
    pages.image(0, 100)
    open_objects = [one for one in gc.get_objects() if isinstance(one, library.AutoCloseable) and one.raw is not None]
    assert open_objects == []
