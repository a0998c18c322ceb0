"""What is asked before a check-in is written: one person's, its receipt, its end. Each is one step that can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from core.base.clock import today
from core.base.fields import Field, Kind
from core.checkin.model import CHECKIN, TRACK_LABEL, CheckinDraft
from core.checkin.ops import check_in, end_checkins, receive_receipts, remove_checkins, reopen_checkins
from core.roster.people import find_people
from core.store import Row
from ui.context import Context
from ui.kit.dialogs import FormDialog
from ui.kit.perform import perform
from ui.kit.person_picker import PersonPicker
from ui.pages.roster_rows import COMMUNITIES, lists_of

KEPT = "checkin.last"  # what the next check-in begins with
KEPT_KEYS = ("track", "checked_on", "handler", "our_contact")
FACTS = (
    "checked_on", "community", "district", "street", "place", "handler", "our_contact", "letter_no", "receipt_on",
    "note",
)  # fmt: skip
WHO = Field("cadre_uid", "报到人", required=True, width=20)
REPLACE = Field("replace", "迁居", Kind.BOOL, help="换了住处再报到：原来的那一条从这天起注销。")
HOME_HELP = "不填就用名册里的居住社区；组织派遣报到不填就是联系社区。"


def checkin_field(key: str, **changes: Any) -> Field:
    """A field of a check-in as forms offer it: the community is chosen from those there are, another may be typed."""
    field = replace(CHECKIN.field(key), **changes)
    return replace(field, kind=Kind.CHOICE, code_list=COMMUNITIES) if key == "community" else field


def last_used(ctx: Context) -> dict[str, Any]:
    """Track, date, handler and contact of the last check-in."""
    return {"track": "HOME", "checked_on": today().isoformat(), **dict(ctx.store.local.get(KEPT) or {})}


def keep_used(ctx: Context, values: Mapping[str, Any]) -> None:
    """Offer them the next time."""
    ctx.store.local.put(KEPT, {key: values.get(key, "") for key in KEPT_KEYS})


def new_checkin(
    ctx: Context,
    parent: QWidget,
    person: Row | None = None,
    track: str = "",
    then: Callable[[str], object] = lambda _uid: None,
) -> FormDialog:
    """登记报到 of one person; `then(cadre uid)` when it is in the ledger."""
    picker = PersonPicker(lambda text: find_people(ctx.store, text))
    fields = [WHO, checkin_field("track", required=True), *(checkin_field(key) for key in FACTS), REPLACE]
    fields[3] = replace(fields[3], help=HOME_HELP)
    values = {**last_used(ctx), "cadre_uid": person or ""} | ({"track": track} if track else {})
    dialog = FormDialog(
        "登记报到", fields, lists_of(ctx.store), parent, verb="登记", values=values, editors={"cadre_uid": picker}
    )

    def write(given: dict[str, Any]) -> None:
        kind = TRACK_LABEL[given["track"]]
        name = str(picker.row["name"]) if picker.row is not None else ""
        draft = CheckinDraft(**{**given, "replace": bool(given["replace"])})
        if perform(ctx, f"登记{name}的{kind}", check_in, draft, form=dialog.form, parent=dialog) is not None:
            keep_used(ctx, given)
            dialog.done_saving()
            then(given["cadre_uid"])

    dialog.accepted_values.connect(write)
    dialog.open()
    return dialog


def ask_receipt(ctx: Context, parent: QWidget, uids: Sequence[str], who: str) -> FormDialog:
    """收到回执 of these check-ins, on a day."""
    field = replace(CHECKIN.field("receipt_on"), required=True)
    intro = f"{who}：{len(uids)} 条报到的回执已经收到。"
    return _ask(
        ctx, parent, "收到回执", [field], intro, {"receipt_on": today().isoformat()},
        f"收到{who}的报到回执", lambda tx, given: receive_receipts(tx, uids, given["receipt_on"]),
    )  # fmt: skip


def ask_end(ctx: Context, parent: QWidget, uids: Sequence[str], who: str, reason: str = "") -> FormDialog:
    """注销 with its day and reason: who moved away, retired, was transferred. 三(三)"""
    fields = [
        replace(CHECKIN.field("end_reason"), required=True),
        replace(CHECKIN.field("ended_on"), required=True),
    ]
    intro = f"{who}：注销 {len(uids)} 条报到。记录保留，可以恢复；登记错了的请用“撤回误登”。"
    return _ask(
        ctx, parent, "注销报到", fields, intro, {"ended_on": today().isoformat(), "end_reason": reason},
        f"注销{who}的报到", lambda tx, given: end_checkins(tx, uids, given["ended_on"], given["end_reason"]),
        verb="注销", danger=True,
    )  # fmt: skip


def take_back(ctx: Context, parent: QWidget, uids: Sequence[str], who: str) -> None:
    """撤回误登: it never was; 撤销 brings it back."""
    perform(ctx, f"撤回{who}误登的报到", remove_checkins, uids, parent=parent, done=f"已撤回 {len(uids)} 条报到。")


def reopen(ctx: Context, parent: QWidget, uids: Sequence[str], who: str) -> None:
    """A 注销 is taken back."""
    perform(ctx, f"恢复{who}的报到", reopen_checkins, uids, parent=parent)


def _ask(
    ctx: Context,
    parent: QWidget,
    title: str,
    fields: Sequence[Field],
    intro: str,
    values: Mapping[str, Any],
    label: str,
    op: Callable[..., object],
    *,
    verb: str = "登记",
    danger: bool = False,
) -> FormDialog:
    dialog = FormDialog(
        title, fields, lists_of(ctx.store), parent, verb=verb, intro=intro, values=values, danger=danger
    )

    def write(given: dict[str, Any]) -> None:
        if perform(ctx, label, op, given, form=dialog.form, parent=dialog) is not None:
            dialog.done_saving()

    dialog.accepted_values.connect(write)
    dialog.open()
    return dialog
