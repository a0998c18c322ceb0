"""Forms of the catalogue straight to the printer, drawn as the print centre draws them."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from ui.context import Context
from ui.kit.listing import told_printed
from ui.kit.printing import print_pdf


def print_form(ctx: Context, parent: QWidget, **order: Any) -> None:
    """A form of the catalogue straight to the printer; `order` as the print centre makes it."""
    from ui.pages.print_centre_work import Drawn, Order, draw_pdf, specs

    asked = Order(year=ctx.year, **order)
    title = next(one.title for one in specs() if one.id == asked.form)

    def done(drawn: Drawn) -> None:
        print_pdf(drawn.content, parent, title, printed=lambda pages: told_printed(ctx, pages))

    ctx.tasks.run(f"打印{title}", lambda store, _tell: draw_pdf(store, asked), done, owner=parent)
