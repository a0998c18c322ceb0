"""经办: every step of the history tells who did it. Where no name is known it is asked once, before the first act that writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.base.fields import Field

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.context import Context

NAME = "operator"  # settings: the name; whether it was asked for
ASKED = "operator_asked"
_FIELD = Field("operator", "经办人姓名", help="写进以后每一步的历史，也印在报出的台账里。")


def ask_once(ctx: Context, parent: QWidget | None = None) -> None:
    """The name, where none is known and nobody has been asked yet; who leaves it empty is not asked again."""
    if ctx.store.operator or ctx.store.login or ctx.store.read_only or ctx.settings.get(ASKED, False):
        return
    ctx.settings.put(ASKED, True)
    ask_name(ctx, parent)


def ask_name(ctx: Context, parent: QWidget | None = None) -> None:
    """The name of who works here, until it is given or left."""
    from ui.kit.dialogs import FormDialog

    intro = "这本台账还不知道是谁在经办。填一次就记住；以后在“台账 → 经办人姓名…”里改。"
    dialog = FormDialog(
        "经办人", [_FIELD], parent=parent, verb="记下", intro=intro, values={"operator": ctx.store.operator}
    )

    def keep(values: dict[str, Any]) -> None:
        ctx.store.operator = str(values["operator"] or "").strip()
        ctx.settings.put(NAME, ctx.store.operator)
        dialog.done_saving()

    dialog.accepted_values.connect(keep)
    dialog.exec()
