"""Dialogs of the roster: a new person, 调动/更正, 归档."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from core.base.clock import today
from core.base.fields import Field, Kind
from core.leaving import Left, leave_many, move, restore, together
from core.org.queries import branches, units
from core.roster.first_days import first_day_offered
from core.roster.membership import set_first_day
from core.roster.model import CADRE, FROM_ON, ROSTER_SHEET
from core.roster.ops import save_cadre
from core.roster.timeline import first_day_of
from core.store import Row, Store, Tx
from ui.context import Context
from ui.kit.choice_editors import ChoiceEdit
from ui.kit.dialogs import FormDialog
from ui.kit.perform import perform
from ui.pages.roster_holdings import HoldingsList, done_words
from ui.pages.roster_rows import BRANCHES, UNITS, lists_of, place_field

GROUPS = (
    ("基本情况", ("name", "staff_no", "sex", "nation", "birth_on", "party_status", "joined_on", "education", "degree", "title")),
    ("单位与支部", ("unit", "branch", "status", "from_on")),
    ("联系方式与居住地", ("phone", "id_no", "district", "street", "community", "address", "estate", "building", "entrance", "room")),
    ("特长与意愿", ("skills", "hobbies", "willingness", "free_time", "would_lead", "would_join", "note")),
)  # fmt: skip
HOW = (("MOVE", "调动（从某天起换了单位）"), ("FIX", "更正（原来登记错了）"), ("FIRST", "更正到岗日期"))
CHANGE = (("MOVE", "从某天起变动（以前的年度不变）"), ("FIX", "更正（原来就登记错了）"))
BACK = (("MISTAKE", "是误归档，当作没有离开过"), ("BACK", "离开以后又回来，从某天起重新算在册"))
DATED_FACTS = ("status", "party_status")
_WHEN = {
    "MOVE": ("unit", "branch", "transfer_on", "transfer_reason"),
    "FIX": ("unit", "branch"),
    "FIRST": (FROM_ON.key,),
}


class BranchEdit(ChoiceEdit):
    """The branches of the unit chosen beside it; another name may be typed, the ledger says whether it knows it."""

    def __init__(self, store: Store) -> None:
        super().__init__(CADRE.field("branch"), ())
        self._store = store
        self._unit = ""

    def follow(self, unit: str) -> None:
        """Offer the branches of this unit."""
        if unit == self._unit:
            return
        kept = self.value() if not self._unit else ""
        self._unit = unit
        found = next((row["uid"] for row in units(self._store) if row["name"] == unit), "")
        self.clear()
        for row in branches(self._store, found) if found else ():
            self.addItem(row["name"], row["name"])
        self.set_value(kept)


def new_person(ctx: Context, parent: QWidget, values: Mapping[str, Any], then: Callable[[str], object]) -> FormDialog:
    """新增: the whole 采集表; `values` are filled in, `then(uid)` when it is in the ledger."""
    branch = BranchEdit(ctx.store)
    dialog = FormDialog(
        "新增党员干部",
        [_asked_first(place_field(ROSTER_SHEET.field(key))) for _, keys in GROUPS for key in keys],
        lists_of(ctx.store),
        parent,
        draft_key="roster.new",
        local=ctx.store.local,
        groups=GROUPS,
        values={"status": "ACTIVE", FROM_ON.key: first_day_offered(ctx.store), **values},
        editors={"branch": branch},
    )
    _tie(dialog, branch)

    def write(given: dict[str, Any]) -> None:
        done = perform(ctx, f"新增{given['name']}", save_cadre, given, form=dialog.form, parent=dialog)
        if done is not None:
            dialog.done_saving()
            then(str(done.value))

    dialog.accepted_values.connect(write)
    dialog.open()
    return dialog


def move_people(ctx: Context, parent: QWidget, uids: Sequence[str], who: str, values: Mapping[str, Any]) -> FormDialog:
    """调动 (dated) or 更正 of unit and branch, for one or several."""
    branch = BranchEdit(ctx.store)
    fields = (
        Field("how", "怎样改", Kind.CHOICE, required=True, choices=HOW),
        Field("unit", "二级单位党组织", Kind.CHOICE, required=True, code_list=UNITS, strict_list=True),
        Field("branch", "党支部", Kind.CHOICE, code_list=BRANCHES),
        Field("transfer_on", "调动日期", Kind.DATE, required=True, help="从这一天起算新单位的人"),
        Field("transfer_reason", "说明", width=20),
        FROM_ON,
    )
    first = first_day_of(ctx.store, uids[0]) if len(uids) == 1 else ""
    dialog = FormDialog(
        f"调整{who}的单位与支部",
        fields,
        lists_of(ctx.store),
        parent,
        intro="调动：以前的服务仍算在原单位。更正：原来就登记错了，以前的服务一起改到新单位。"
        "更正到岗日期：到岗以前的年度不计这个人。",
        values={"how": "MOVE", "transfer_on": today().isoformat(), FROM_ON.key: first, **values},
        editors={"branch": branch},
    )
    _tie(dialog, branch)

    listed = HoldingsList(ctx, keeping=True)

    def write(given: dict[str, Any]) -> None:
        place, facts = {"unit": given["unit"], "branch": given["branch"]}, {"form": dialog.form, "parent": dialog}
        if given["how"] == "FIRST":
            done = perform(ctx, f"更正到岗日期：{who}", _first_day_all, uids, given, **facts)
        elif given["how"] == "FIX":
            done = perform(ctx, f"更正单位：{who}", _change_all, uids, place, {}, **facts)
        elif listed.is_settled():
            label, chosen = f"调动：{who}", (listed.ended(), listed.hand_over())
            done = perform(ctx, label, _move_all, uids, place, given, chosen, done=partial(done_words, label), **facts)
        else:
            return
        if done is not None:
            dialog.done_saving()

    _show_by_choice(dialog, _WHEN)
    listed.stand_in(dialog, uids, "transfer_on", lambda: dialog.form.editor("how").value() == "MOVE")
    dialog.accepted_values.connect(write)
    dialog.open()
    return dialog


def ask_since(
    ctx: Context, parent: QWidget, row: Row, changes: Mapping[str, Any], then: Callable[[], object]
) -> FormDialog:
    """在职状态 or 政治面貌 was changed: from a day on, or wrong all along? Figures of earlier years depend on it."""
    who = row["name"]
    told = "，".join(
        f"{one.label}由{one.text(row[one.key])}改为{one.text(changes[one.key])}"
        for one in map(CADRE.field, DATED_FACTS)
        if changes.get(one.key, row[one.key]) != row[one.key]
    )
    fields = (
        Field("how", "怎样改", Kind.CHOICE, required=True, choices=CHANGE),
        Field("transfer_on", "从哪一天起", Kind.DATE, required=True, help="这一天起按新的算，以前的年度不变"),
        Field("transfer_reason", "说明", width=20),
    )
    values = {"how": "MOVE", "transfer_on": today().isoformat()}
    dialog = FormDialog(f"修改{who}的资料", fields, lists_of(ctx.store), parent, intro=f"{told}。", values=values)

    def write(given: dict[str, Any]) -> None:
        label = f"修改{changes.get('name') or who}的资料"
        uids = [row["uid"]]
        if perform(ctx, label, _change_all, uids, changes, _dated(given), form=dialog.form, parent=dialog) is not None:
            dialog.done_saving()
            then()

    _show_by_choice(dialog, {"MOVE": ("transfer_on", "transfer_reason"), "FIX": ()})
    dialog.accepted_values.connect(write)
    dialog.open()
    return dialog


def archive_people(ctx: Context, parent: QWidget, uids: Sequence[str], who: str) -> FormDialog:
    """归档: they leave the lists and keep their records; what they hold ends or is handed over in the same step."""
    fields = (
        Field("archive_reason", "归档原因", Kind.CHOICE, required=True, code_list="archive_reason"),
        Field("date", "离开日期", Kind.DATE, required=True, help="不再属于这里的第一天"),
    )
    dialog = FormDialog(
        f"归档{who}",
        fields,
        lists_of(ctx.store),
        parent,
        verb="归档",
        intro="归档以后不再出现在名册和各种名单里，服务记录和历史都保留，随时可以恢复。",
        values={"date": today().isoformat()},
        danger=True,
    )

    listed = HoldingsList(ctx)

    def write(given: dict[str, Any]) -> None:
        if not listed.is_settled():
            return
        label, facts = f"归档{who}", (given["date"], given["archive_reason"], listed.hand_over())
        said = partial(done_words, label)
        if perform(ctx, label, leave_many, uids, *facts, form=dialog.form, parent=dialog, done=said) is not None:
            dialog.done_saving()

    listed.stand_in(dialog, uids, "date")
    dialog.accepted_values.connect(write)
    dialog.open()
    return dialog


def restore_people(ctx: Context, parent: QWidget, uids: Sequence[str], who: str) -> FormDialog:
    """Bring archived people back: archived by mistake, or back from a day on."""
    fields = (
        Field("how", "怎样恢复", Kind.CHOICE, required=True, choices=BACK),
        Field("back_on", "重新到岗日期", Kind.DATE, required=True, help="离开的这段时间不计在册"),
    )
    values = {"how": "MISTAKE", "back_on": today().isoformat()}
    dialog = FormDialog(f"恢复{who}", fields, lists_of(ctx.store), parent, verb="恢复", values=values)

    def write(given: dict[str, Any]) -> None:
        back_on = given["back_on"] if given["how"] == "BACK" else ""
        label, said = f"恢复{who}", partial(_restored, who)
        if perform(ctx, label, _restore_all, uids, back_on, form=dialog.form, parent=dialog, done=said) is not None:
            dialog.done_saving()

    _show_by_choice(dialog, {"MISTAKE": (), "BACK": ("back_on",)})
    dialog.accepted_values.connect(write)
    dialog.open()
    return dialog


def _asked_first(field: Field) -> Field:
    """A new person belongs to a unit from the start; later it is changed by 调动, so the spec does not ask for it."""
    return replace(field, required=True) if field.key == "unit" else field


def _tie(dialog: FormDialog, branch: BranchEdit) -> None:
    """The branches offered follow the unit."""
    unit = dialog.form.editor("unit")
    branch.follow(unit.value())
    unit.currentTextChanged.connect(lambda text: branch.follow(text.strip()))


def _show_by_choice(dialog: FormDialog, shown: Mapping[str, Sequence[str]]) -> None:
    """Which fields are asked for follows the answer to `how`."""
    every = list(dict.fromkeys(key for keys in shown.values() for key in keys))

    def show() -> None:
        wanted = shown.get(str(dialog.form.editor("how").value()), ())
        for key in every:
            dialog.form.set_visible(key, key in wanted)

    dialog.form.changed.connect(show)
    dialog.form.editor("how").currentIndexChanged.connect(lambda _at: show())
    show()


def _dated(given: Mapping[str, str]) -> dict[str, str]:
    if given["how"] != "MOVE":
        return {}
    return {"transfer_on": given["transfer_on"], "transfer_reason": given["transfer_reason"]}


def _change_all(tx: Tx, uids: Sequence[str], values: Mapping[str, Any], options: Mapping[str, str]) -> None:
    for uid in uids:
        save_cadre(tx, values, uid, **options)


def _first_day_all(tx: Tx, uids: Sequence[str], given: Mapping[str, str]) -> None:
    for uid in uids:
        set_first_day(tx, uid, given[FROM_ON.key])


def _move_all(
    tx: Tx,
    uids: Sequence[str],
    place: Mapping[str, str],
    given: Mapping[str, str],
    chosen: tuple[Sequence[str], Mapping[str, str]],
) -> Left:
    on, reason = given["transfer_on"], given["transfer_reason"]
    return together([move(tx, uid, place, on, reason, *chosen) for uid in uids])


def _restore_all(tx: Tx, uids: Sequence[str], back_on: str) -> tuple[str, ...]:
    return tuple(text for uid in uids for text in restore(tx, uid, back_on))


def _restored(who: str, ended: Sequence[str]) -> str:
    stays = f"归档时结束的没有恢复，需要的请重新登记：{'；'.join(ended)}。" if ended else ""
    return f"已恢复{who}。{stays}"
