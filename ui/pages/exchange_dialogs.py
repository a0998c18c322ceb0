"""What is asked about a copy: 收回, 报告遗失, 修改; each says in words what follows."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from core.base.clock import today
from core.base.fields import Field
from core.exchange import peers
from core.exchange.model import PEER
from core.exchange.scope import personal_words
from core.store import Row
from ui.context import Context
from ui.kit.dialogs import FormDialog
from ui.kit.perform import perform

EDITED = ("name", "holder", "holder_phone", "due_on", "note")


def ask_back(ctx: Context, parent: QWidget, peer: Row) -> FormDialog:
    """收回 on a day."""
    waits = f"它还有 {peer['open']} 处待定，要先处理完才能收回。" if peer["open"] else ""
    intro = (
        f"收回“{peer['name']}”：请先把它最后的数据包合并进来。收回以后不再给它发回包，它再送来的数据包会提醒核对。"
        f"请看着领用人删除设备上的台账和带出文件。{waits}"
    )
    field = replace(PEER.field("back_on"), required=True)
    return _ask_day(
        ctx, parent, "收回", f"收回{peer['name']}", field, intro, lambda tx, on: peers.bring_back(tx, peer["uid"], on)
    )


def ask_lost(ctx: Context, parent: QWidget, peer: Row) -> FormDialog:
    """报告遗失 on a day, with what follows."""
    held = personal_words(json.loads(peer["left_out"]))
    intro = (
        f"“{peer['name']}”遗失以后：它的数据包不再接收；它没有交回的改动要重新登记；找到了可以改回“在外”。设备上的台账是加密的，"
        f"没有口令或开启码打不开。其中{held}，请按学校的规定报告。"
    )
    field = Field("back_on", "发现遗失的日期", PEER.field("back_on").kind, required=True)
    return _ask_day(
        ctx, parent, "报告遗失", f"报告{peer['name']}遗失", field, intro,
        lambda tx, on: peers.report_lost(tx, peer["uid"], on),
    )  # fmt: skip


def out_again(ctx: Context, parent: QWidget, peer: Row) -> None:
    """改回在外: it was found, or is needed longer."""
    perform(ctx, f"把{peer['name']}改回在外", peers.change_peer, peer["uid"], {"state": "OUT"}, parent=parent)


def save_peer(ctx: Context, parent: QWidget, peer: Row, changes: dict[str, Any], form: Any) -> bool:
    """修改 who holds it, until when."""
    done = perform(ctx, f"修改带出的{peer['name']}", peers.change_peer, peer["uid"], changes, form=form, parent=parent)
    return done is not None


def _ask_day(
    ctx: Context,
    parent: QWidget,
    title: str,
    label: str,
    field: Field,
    intro: str,
    op: Callable[[Any, str], object],
) -> FormDialog:
    values = {"back_on": today().isoformat()}
    dialog = FormDialog(title, [field], parent=parent, verb=title, intro=intro, values=values, danger=True)

    def write(given: dict[str, Any]) -> None:
        if perform(ctx, label, op, given["back_on"], form=dialog.form, parent=dialog) is not None:
            dialog.done_saving()

    dialog.accepted_values.connect(write)
    dialog.open()
    return dialog
