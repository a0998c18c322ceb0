"""What is done to records of the list: 确认, 退回, 作废, 重新提交, 修改. Each is one step that can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from core.base.clock import today
from core.base.fields import Field, Kind
from core.service_log.model import NEXT_DAY, Recorded, Ticked
from core.service_log.ops import (
    change_visit,
    confirm_visits,
    promised,
    reopen_visits,
    return_visits,
    set_late_reason,
    void_visits,
)
from ui.context import Context
from ui.kit.dialogs import FormDialog, TextDialog
from ui.kit.form import Form
from ui.kit.perform import perform
from ui.pages.visits_rows import chosen_field, lists_of

SIGNED_BEFORE = "visits.signature"
REASON = Field("reason", "改动原因", Kind.MEMO, help="已确认的记录改动后要重新确认，须写明原因。")
EDITED = (
    "served_on", "start_at", "end_at", "next_day", "minutes", "community", "place", "category", "content", "track",
    "confirm_method", "confirmed_by", "confirmed_on", "arranged_by", "late_reason", "note", "reason",
)  # fmt: skip


def edit_fields() -> list[Field]:
    """The fields of a record as the panel edits them."""
    own = {"next_day": NEXT_DAY, "reason": REASON}
    return [own[key] if key in own else chosen_field(key) for key in EDITED]


def sign_fields() -> list[Field]:
    """Method, signer and date: a confirmation needs all of them. 方案 三(六)"""
    return [
        chosen_field("confirm_method", required=True, strict_list=True),
        chosen_field("confirmed_by", required=True),
        chosen_field("confirmed_on", required=True, shown=True),
    ]


def last_signature(ctx: Context) -> dict[str, Any]:
    """Method and signer used last, and today."""
    kept = dict(ctx.store.local.get(SIGNED_BEFORE) or {})
    return {"confirm_method": "社区党组织", **kept, "confirmed_on": today().isoformat()}


def keep_signature(ctx: Context, method: str, signer: str) -> None:
    """Offer them the next time."""
    ctx.store.local.put(SIGNED_BEFORE, {"confirm_method": method, "confirmed_by": signer})


def ask_confirm(ctx: Context, uids: Sequence[str], parent: QWidget) -> FormDialog:
    """确认 with method, signer and date."""
    intro = f"{promised(ctx.store, uids, '确认')}有纸质待确认清单的，请用“批量确认”，会记下页号和行号。"
    dialog = FormDialog(
        "确认", sign_fields(), lists_of(ctx.store), parent, verb="确认", intro=intro, values=last_signature(ctx)
    )

    def write(values: dict[str, Any]) -> None:
        method, signer, on = (values[key] for key in ("confirm_method", "confirmed_by", "confirmed_on"))
        outcome = perform(
            ctx, _label("确认"), confirm_visits, uids, method, signer, on,
            form=dialog.form, parent=dialog, done=_said("已确认"),
        )  # fmt: skip
        if outcome is not None:
            keep_signature(ctx, method, signer)
            dialog.done_saving()
            show_left(outcome.value, parent)

    dialog.accepted_values.connect(write)
    dialog.open()
    return dialog


def ask_reason(
    ctx: Context, verb: str, op: Callable[..., Ticked], uids: Sequence[str], parent: QWidget, intro: str
) -> FormDialog:
    """退回 or 作废: nothing happens without a reason."""
    field = Field("reason", f"{verb}原因", Kind.MEMO, required=True)
    dialog = FormDialog(verb, [field], parent=parent, verb=verb, intro=intro, danger=True)

    def write(values: dict[str, Any]) -> None:
        outcome = perform(
            ctx, _label(verb), op, uids, values["reason"],
            form=dialog.form, parent=dialog, done=_said(f"已{verb}"),
        )  # fmt: skip
        if outcome is not None:
            dialog.done_saving()
            show_left(outcome.value, parent)

    dialog.accepted_values.connect(write)
    dialog.open()
    return dialog


def ask_return(ctx: Context, uids: Sequence[str], parent: QWidget) -> FormDialog:
    """退回修改."""
    intro = f"{promised(ctx.store, uids, '退回')}签字随之取消；原因会留在记录里。"
    return ask_reason(ctx, "退回", return_visits, uids, parent, intro)


def ask_void(ctx: Context, uids: Sequence[str], parent: QWidget) -> FormDialog:
    """作废: the record stays and counts nothing."""
    intro = f"{promised(ctx.store, uids, '作废')}作废后不再计入次数和时长，记录仍保留，可以重新提交。"
    return ask_reason(ctx, "作废", void_visits, uids, parent, intro)


def ask_late(ctx: Context, uids: Sequence[str], parent: QWidget) -> FormDialog:
    """One reason of 补录 for a batch."""
    field = Field("reason", "补录原因", required=True)
    intro = f"为选中的 {len(uids)} 条写明补录原因。"
    dialog = FormDialog("补录原因", [field], parent=parent, verb="写入", intro=intro)

    def write(values: dict[str, Any]) -> None:
        done = perform(
            ctx,
            f"填写补录原因：{len(uids)}条服务记录",
            set_late_reason,
            uids,
            values["reason"],
            form=dialog.form,
            parent=dialog,
        )
        if done is not None:
            dialog.done_saving()

    dialog.accepted_values.connect(write)
    dialog.open()
    return dialog


def reopen(ctx: Context, uids: Sequence[str], parent: QWidget) -> None:
    """草稿, 退回修改 or 作废 → 待确认."""
    outcome = perform(ctx, _label("重新提交"), reopen_visits, uids, parent=parent, done=_said("已重新提交"))
    if outcome is not None:
        show_left(outcome.value, parent)


def save_changes(ctx: Context, uid: str, changes: dict[str, Any], form: Form) -> bool:
    """Write what the panel changed; True if written. A confirmed record waits again, with its reason."""
    reason = str(changes.get("reason") or "")
    kept = {key: value for key, value in changes.items() if key != "reason"}
    if "next_day" in kept:
        kept["next_day"] = bool(kept["next_day"])

    def done(recorded: Recorded) -> str:
        state = ctx.store.value("SELECT state FROM visit WHERE uid = ?", (uid,))
        again = "，签字随之取消，记录回到待确认" if reason and state == "WAITING" else ""
        return f"已修改服务记录{again}。{''.join(recorded.warnings)}"

    return perform(ctx, "修改服务记录", change_visit, uid, kept, reason, form=form, parent=form, done=done) is not None


def show_left(ticked: Ticked, parent: QWidget) -> None:
    """Name the records that were left as they were, each with the reason."""
    if ticked.left:
        TextDialog(f"{len(ticked.left)} 条没有变动", "\n".join(ticked.left), parent).open()


def _label(verb: str) -> Callable[[Ticked], str]:
    return lambda ticked: f"{verb}{len(ticked.uids)}条服务记录"


def _said(verb: str) -> Callable[[Ticked], str]:
    return lambda ticked: (
        f"{verb} {len(ticked.uids)} 条" + (f"，{len(ticked.left)} 条没有变动" if ticked.left else "") + "。"
    )
