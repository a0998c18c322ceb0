"""A list that leaves the window: as a workbook or on paper, with 口径 and 截至."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QWidget

from core.base.clock import today
from core.base.dates import format_date
from core.base.disk import file_name
from core.base.fields import Field
from core.base.masks import masked_fields, personal_sentence
from core.store import Row, Store
from ui.context import Context
from ui.kit.columns import Column
from ui.kit.printing import print_pdf


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as it stands: its fields in order, its rows (read on the worker), what it speaks of."""

    title: str
    fields: Sequence[Field]
    rows: Callable[[Store], Sequence[Row]]
    scope: str
    noun: str = "人"
    as_of: str = ""  # ISO; '' = today
    table: str = "cadre"  # whose records they are

    @property
    def day(self) -> str:
        """The day the list speaks of, ISO."""
        return self.as_of or today().isoformat()


def ask_file(name: str, then: Callable[[Path], object], parent: QWidget) -> QFileDialog:
    """Where the workbook goes."""
    name = file_name(name)
    dialog = QFileDialog(parent, "导出", name, "Excel 工作簿 (*.xlsx)")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("xlsx")
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda path: then(Path(path)))
    dialog.open()
    return dialog


def fields_of(columns: Sequence[Column], fields: Sequence[Field]) -> list[Field]:
    """The fields behind the columns in view, in their order."""
    known = {one.key: one for one in fields}
    return [known[one.key] for one in columns if one.key in known]


def ask_export(ctx: Context, listing: Listing, parent: QWidget) -> Any:
    """Ask where the workbook goes, and write it."""
    return ask_file(f"{listing.title}.xlsx", lambda path: export_to(ctx, listing, path, parent), parent)


def export_to(ctx: Context, listing: Listing, path: Path, owner: QWidget) -> None:
    """Write the workbook on the worker; the status bar says when it is there. Numbers of persons are told of first."""

    def write(rows: Sequence[Row] | None = None, personal: str = "") -> None:
        ctx.tasks.run(
            f"导出{path.name}",
            lambda store, _tell: _write(listing, list(listing.rows(store)) if rows is None else rows, path),
            lambda count: ctx.messages.say(f"已导出 {count:,} {listing.noun}到 {path.name}。{personal}"),
            owner=owner,
        )

    def ask(rows: Sequence[Row]) -> None:
        personal = personal_sentence(listing.fields, rows)
        if personal:
            go = partial(write, rows, personal)
            ask_personal(ctx, f"“{path.name}”将{personal}", go, owner, listing.table, listing.fields)
        else:
            write(rows)

    if masked_fields(listing.fields):
        ctx.tasks.run(f"读取{listing.title}", lambda store, _tell: list(listing.rows(store)), ask, owner=owner)
    else:
        write()


def ask_personal(
    ctx: Context, sentence: str, then: Callable[[], object], parent: QWidget, table: str, fields: Iterable[Field]
) -> None:
    """Say which numbers of persons a file will hold, before it is written; who goes on is written down."""
    keys = [one.key for one in masked_fields(fields)]

    def go() -> None:
        if ctx.revealed.note(table, [""], keys):
            then()

    ctx.messages.ask(sentence, "不需要号码时，请先去掉这些列再导出。导出会记入查看记录。", "导出", go, parent)


def _write(listing: Listing, rows: Sequence[Row], path: Path) -> int:
    from core.sheet.writing import write_sheet

    note = f"统计口径：{listing.scope}共{len(rows)}{listing.noun}。截至{format_date(listing.day)}。"
    return write_sheet(listing.fields, rows, path, title=listing.title, footnote=note)


def print_listing(ctx: Context, listing: Listing, parent: QWidget) -> None:
    """The list in view on A4 across: drawn on the worker, then the printer is asked for."""

    def work(store: Store, _tell: Any) -> bytes:
        return draw_listing(store, listing)

    def done(content: bytes) -> None:
        print_pdf(content, parent, listing.title, printed=lambda pages: told_printed(ctx, pages))

    ctx.tasks.run(f"打印{listing.title}", work, done, owner=parent)


def draw_listing(store: Store, listing: Listing) -> bytes:
    """The list as a PDF in memory: nothing personal is left in temporary files."""
    from core.org.settings import all_settings
    from reports.collect_person import own_texts
    from reports.kit.form_texts import form_texts
    from reports.kit.page import Sheets
    from reports.kit.pdfa import PdfaCanvas
    from reports.lists import ListData, draw, list_of

    rows, texts = list(listing.rows(store)), own_texts(store, "lists")
    words, org = form_texts("lists", texts), all_settings(store)
    columns, cells = list_of(listing.fields, rows)
    name = org.get("org_name", "") or words["whole"]
    subtitle = f"{words['unit']}{name}　　{words['printed_on']}{format_date(today())}"
    scope = f"{listing.scope}共{len(rows)}{listing.noun}。{personal_sentence(listing.fields, rows)}"
    data = ListData(listing.title, columns, cells, subtitle, scope, listing.day)
    canvas = PdfaCanvas(title=listing.title, author=name + org.get("issuer", ""), subject="")
    sheets = Sheets(canvas)
    draw(data, sheets, texts)
    sheets.close(f"《{listing.title}》")
    return canvas.content()


def told_printed(ctx: Context, pages: int) -> None:
    """The status bar says what went to the printer."""
    ctx.messages.say(f"已送往打印机 {pages} 页。")
