"""What leaves the page 统计: the table in view as Excel, as PDF, on paper, and into the 报出台账."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QWidget

from core.base.disk import write_whole
from core.base.fields import Field, Kind
from core.overview.figures import FigureTable, figure_table
from core.overview.issued import issue, last_step
from core.overview.model import ISSUED
from core.store import Reads, Store, Tx
from ui.context import Context
from ui.kit.dialogs import FormDialog
from ui.kit.listing import told_printed
from ui.kit.perform import perform
from ui.kit.printing import print_pdf
from ui.kit.saving import ask_where

FILE = Field("file", "同时存为", Kind.CHOICE, choices=(("xlsx", "Excel"), ("pdf", "PDF"), ("", "不存文件，只记台账")))
ISSUE_FIELDS = (
    replace(ISSUED.field("issued_to"), required=True, help="例如：学校党委办公室"),
    FILE,
    ISSUED.field("note"),
)


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table as it was read, and the step of the history up to which it counts."""

    table: FigureTable
    step: int

    @property
    def name(self) -> str:
        """What a file of it is called."""
        whose = f"{self.table.whose}_" if self.table.unit_uid else ""
        return f"{whose}{self.table.title}"


def read_table(reads: Reads, year: int, by: str, then: str, unit_uid: str) -> ReadTable:
    """The figures; the step is read first: a write between the two makes them be counted again when issued."""
    step = last_step(reads)
    return ReadTable(figure_table(reads, year, by, then, unit_uid), step)


def enter(tx: Tx, read: ReadTable, to: str, note: str) -> FigureTable:
    """Into the ledger of issued tables, counted anew if something was written since; returns what was entered."""
    one = read.table
    if last_step(tx) != read.step:
        one = figure_table(tx, one.year, one.by, one.then, one.unit_uid)
    issue(tx, one, to, note)
    return one


def ask_issue(ctx: Context, read: ReadTable, parent: QWidget, file: str = "xlsx") -> FormDialog:
    """报出…: to whom, as what file ('' = none); what was entered is what the file holds."""
    whose = read.table.whose if read.table.unit_uid else ""
    intro = f"《{whose}{read.table.title}》将原样记入报出台账，以后可以查看“和现在相比”变了什么。"
    dialog = FormDialog("报出统计表", ISSUE_FIELDS, parent=parent, verb="报出", intro=intro, values={"file": file})

    def save(given: dict[str, Any]) -> None:
        label = f"报出{read.table.title}"
        made = perform(
            ctx, label, enter, read, given["issued_to"], given["note"], form=dialog.form, parent=dialog,
            done=f"已记入报出台账，报给{given['issued_to']}。",
        )  # fmt: skip
        if made is not None:
            dialog.done_saving()
            if given["file"]:
                ask_file(ctx, replace(read, table=made.value), given["file"], parent)

    dialog.accepted_values.connect(save)
    dialog.open()
    return dialog


def ask_file(
    ctx: Context, read: ReadTable, kind: str, parent: QWidget, then: Callable[[], object] | None = None
) -> QFileDialog:
    """Where the file goes."""
    return ask_where(parent, f"{read.name}.{kind}", kind, lambda path: write_to(ctx, read.table, path, parent, then))


def write_to(
    ctx: Context, table: FigureTable, path: Path, owner: QWidget, then: Callable[[], object] | None = None
) -> None:
    """The table as Excel or PDF by the name's ending; `then` is offered when it is there: 记入报出台账."""

    def work(store: Store, _tell: object) -> None:
        from reports.overview_table import save_table

        if path.suffix.lower() == ".pdf":
            save_pdf(store, table, path)
        else:
            save_table(table, path)

    def done(_none: object) -> None:
        said = f"已存为 {path.name}。"
        if then is None:
            ctx.messages.say(said)
        else:
            ctx.messages.say(f"{said}报给别人的，请记入报出台账。", "ok", "记入报出台账", then, 30)

    ctx.tasks.run(f"写出{path.name}", work, done, owner=owner)


def save_pdf(store: Store, table: FigureTable, path: Path) -> None:
    """The table on A4 across as PDF/A; an old file stays whole until it is done."""
    write_whole(path, draw_table(store, table))


def draw_table(store: Store, table: FigureTable) -> bytes:
    """The table as a PDF in memory."""
    from core.org.settings import all_settings
    from reports.kit.page import Sheets
    from reports.kit.pdfa import PdfaCanvas
    from reports.list_jobs import list_job
    from reports.overview_table import table_data

    data, org = table_data(store, table), all_settings(store)
    job = list_job(store, data.title, (data.title,), (data,), table.total.people)
    canvas = PdfaCanvas(title=job.title, author=org.get("org_name", "") + org.get("issuer", ""), subject=job.subject)
    sheets = Sheets(canvas)
    job.draw(sheets)
    sheets.close(job.label)
    return canvas.content()


def print_table(ctx: Context, table: FigureTable, parent: QWidget) -> None:
    """Drawn on the worker, then the printer is asked for."""

    def done(content: bytes) -> None:
        print_pdf(content, parent, table.title, printed=lambda pages: told_printed(ctx, pages))

    ctx.tasks.run(f"打印{table.title}", lambda store, _tell: draw_table(store, table), done, owner=parent)
