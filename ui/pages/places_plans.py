"""The lists of 社区网格: what each tab shows, asks and does. Fields and rules are those of the rooms; only the wiring is here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from core.base.fields import Field, Kind
from core.entities import PLAIN
from core.grid_assignment.leads import end_lead
from core.grid_assignment.ops import unassign
from core.place.ops import end_worker
from core.place.queries import estates, grids
from core.roster.people import find_people
from core.roster.volunteers import end_volunteer
from core.store import Reads, Row, Tx
from core.team.ops import end_squad
from ui.context import Context
from ui.kit.command import Command
from ui.kit.editors import Lists
from ui.kit.entity_plan import Ending, EntityPlan
from ui.kit.entity_view import EntityView, More
from ui.kit.pickers import PersonPicker
from ui.pages.roster_rows import COMMUNITIES, UNITS, lists_of

GRIDS, ESTATES = "@grid", "@estate"
_LISTS = {"grid": GRIDS, "estate": ESTATES, "community": COMMUNITIES, "unit": UNITS}
WHO = Field("cadre_uid", "党员干部", required=True, width=24)
BUILDINGS_IN = Field("building_count", "楼栋数", Kind.INT, editable=False, width=7)
ONLY_GRID = "只写网格也可以；写了小区和楼栋，网格就是这栋楼所在的网格。"
NO_GRIDS = "还没有网格。可以在“网格地图”里导入网格图，也可以逐个新增。"


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: its word, its plan, columns besides those of the spec, the columns that stand first, commands of its own."""

    id: str
    label: str
    plan: EntityPlan
    extra: tuple[Field, ...] = ()
    first: tuple[str, ...] = ()
    more: More | None = None


def place_lists(reads: Reads) -> Lists:
    """Values a form or filter offers: grids and 小区 by name, and everything the roster offers."""
    others = lists_of(reads)

    def offered(name: str) -> Sequence[str]:
        if name == GRIDS:
            return [row["name"] for row in grids(reads)]
        if name == ESTATES:
            return [row["name"] for row in estates(reads)]
        return others(name)

    return offered


def listed(field: Field) -> Field:
    """Grid, 小区, community and unit are chosen from what there is."""
    if field.key in _LISTS and field.kind is Kind.TEXT:
        return replace(field, kind=Kind.CHOICE, code_list=_LISTS[field.key])
    return field


def fields_of(tab: Tab) -> list[Field]:
    """The columns of a tab, 备注 last. What names the record itself stays text: a grid's own name is no choice."""
    spec = tab.plan.entity.spec
    made = [one if one.key == "name" else listed(one) for one in spec.fields] + list(tab.extra)
    made = [replace(one, shown=True) if one.key == "note" else one for one in made]
    place = {key: at for at, key in enumerate(tab.first)}
    return sorted(made, key=lambda one: (one.key == "note", place.get(one.key, len(place))))


def make_tabs(ctx: Context) -> tuple[Tab, ...]:
    """All tabs, in order."""
    reads = ctx.store
    by_map = partial(_on_map, ctx)
    order = ("name", "code", "households", "building_count")
    return (
        Tab("grids", "网格", _grids(), (BUILDINGS_IN,), order, by_map),
        Tab("estates", "小区", _plain("estates", "个小区", "还没有小区。导入楼栋时会一并登记。"), (BUILDINGS_IN,)),
        Tab("buildings", "楼栋", _buildings(), first=("estate", "name"), more=by_map),
        Tab("entrances", "单元", _entrances()),
        Tab("workers", "网格员", _workers()),
        Tab("volunteers", "志愿者", _volunteers()),
        Tab("leads", "楼栋长", _leads(reads)),
        Tab("squads", "112小分队", _squads(), first=("grid", "name", "formed_on", "warning")),
        Tab("assignments", "编入网格", _assignments(reads), more=partial(_by_address, ctx)),
        Tab("communities", "社区", _plain("communities", "个社区", "还没有社区。", frozen=3)),
    )


def _plain(kind: str, noun: str, empty: str, frozen: int = 1) -> EntityPlan:
    return EntityPlan(PLAIN[kind], noun, empty=empty, frozen=frozen)


def _grids() -> EntityPlan:
    return EntityPlan(PLAIN["grids"], "个网格", sums=_sum("households", "户"), empty=NO_GRIDS)


def _buildings() -> EntityPlan:
    return EntityPlan(
        PLAIN["buildings"],
        "栋楼",
        named=lambda row: f"{row['estate']}{row['name']}",
        sums=_sum("households", "户"),
        empty="还没有楼栋。可以导入楼栋表，也可以逐栋新增。",
        frozen=2,
    )


def _entrances() -> EntityPlan:
    return EntityPlan(
        PLAIN["entrances"],
        "个单元",
        named=lambda row: f"{row['estate']}{row['building']}{row['name']}",
        empty="还没有单元。在楼栋里写单元数，单元就一并登记。",
        frozen=3,
    )


def _workers() -> EntityPlan:
    return EntityPlan(
        PLAIN["workers"],
        "名网格员",
        ending=Ending("离任", end_worker),
        empty="还没有网格员。导入网格时会一并登记。",
    )


def _volunteers() -> EntityPlan:
    return EntityPlan(
        PLAIN["volunteers"],
        "名志愿者",
        ending=Ending("退出", end_volunteer),
        empty="还没有志愿者。可以导入，也可以逐个新增。",
    )


def _leads(reads: Reads) -> EntityPlan:
    spec = PLAIN["leads"].spec
    asked = [WHO, *(spec.field(key) for key in ("estate", "building", "from_on", "until_on", "note"))]
    return EntityPlan(
        PLAIN["leads"],
        "名楼栋长",
        named=lambda row: f"{row['estate']}{row['building']}{row['name']}",
        form=lambda _new: asked,
        values=_with_person,
        editors=lambda: {"cadre_uid": PersonPicker(lambda text: find_people(reads, text))},
        ending=Ending("卸任", end_lead, "任期的最后一天。"),
        intro="这栋楼原来有楼栋长的，他的任期在新任期前一天结束。",
        empty="还没有楼栋长。",
        frozen=2,
    )


def _squads() -> EntityPlan:
    spec = PLAIN["squads"].spec
    asked = [spec.field(key) for key in ("grid", "name", "formed_on", "ended_on", "note")]
    return EntityPlan(
        PLAIN["squads"],
        "个小分队",
        form=lambda new: [one for one in asked if not (new and one.key == "ended_on")],
        ending=Ending("解散", end_squad),
        tones={"warning": lambda _row: "warn"},
        sums=lambda rows: f"{sum(not row['warning'] for row in rows)} 个编齐" if rows else "",
        empty="还没有112小分队。可以自动编组，也可以逐个新增。",
        frozen=2,
    )


def _assignments(reads: Reads) -> EntityPlan:
    spec = PLAIN["assignments"].spec
    place = [spec.field(key) for key in ("grid", "estate", "building", "entrance", "from_on", "note")]

    def leave(tx: Tx, uid: str, day: str) -> None:
        unassign(tx, [str(tx.value("SELECT cadre_uid FROM grid_assignment WHERE uid = ?", (uid,)))], day)

    return EntityPlan(
        PLAIN["assignments"],
        "人",
        form=lambda new: [WHO, *place] if new else place,
        editors=lambda: {"cadre_uid": PersonPicker(lambda text: find_people(reads, text))},
        ending=Ending("移出网格", leave, "在这个网格的最后一天。"),
        intro=ONLY_GRID,
        add_text="编入一人",
        empty="还没有人编入网格。",
        frozen=2,
    )


def _with_person(row: Row) -> dict[str, Any]:
    person = {"uid": row["cadre_uid"], **{key: row[key] for key in ("name", "unit", "staff_no")}}
    return {**row, "cadre_uid": person}


def _sum(key: str, unit: str) -> Callable[[Sequence[Row]], str]:
    def words(rows: Sequence[Row]) -> str:
        total = sum(int(row[key] or 0) for row in rows)
        return f"{total:,} {unit}" if total else ""

    return words


def _on_map(ctx: Context, view: EntityView) -> Sequence[Command]:
    uid = view.table.current_uid()
    none = "" if uid else f"请先选中{view.spec.label}。"
    show = Command("map", "看地图", lambda: ctx.go_to("map", view.table.current_uid()), "Ctrl+M", "map", disabled=none)
    return [show]


def _by_address(ctx: Context, _view: EntityView) -> Sequence[Command]:
    return [
        Command(
            "auto", "自动编入…", lambda: ctx.go_to("map", auto=True), icon="pin", tip="按住址提出编入哪里，确认后写入"
        )
    ]
