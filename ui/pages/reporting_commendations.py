"""表彰 of everybody as a list: entered, changed, taken out, imported, exported, printed. 方案 三(七) 七(三)1"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.base.fields import Field
from core.base.rights import Right
from core.reporting.commendations import COMMENDATION, COMMENDATIONS, WRITTEN
from core.roster.people import find_people
from core.store import Reads
from ui.context import Context
from ui.kit.command import Command
from ui.kit.entity_plan import EntityPlan, Shown
from ui.kit.entity_view import EntityView
from ui.kit.listing import Listing, ask_export, print_listing
from ui.kit.pickers import PersonPicker
from ui.pages.places_plans import WHO, listed
from ui.pages.roster_rows import lists_of

WRITES = ("new", "edit", "archive")


class CommendationsTab(EntityView):
    """A line for each commendation, the newest year first; whose it is is asked only of a new one."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(
            ctx,
            _plan(ctx),
            export=lambda shown, parent: ask_export(ctx, _listing(shown), parent),
            print=lambda shown, parent: print_listing(ctx, _listing(shown), parent),
            lists=lists_of(ctx.store),
            fields=_fields(),
            more=_more,
        )

    def commands(self) -> list[Command]:
        """Those of the list; writing is not open to everybody."""
        may = self.ctx.why_not(Right.EVALUATE)
        return [replace(one, disabled=may or one.disabled) if one.id in WRITES else one for one in super().commands()]


def _plan(ctx: Context) -> EntityPlan:
    reads: Reads = ctx.store
    asked = [COMMENDATION.field(key) for key in WRITTEN]
    return EntityPlan(
        COMMENDATIONS,
        "条表彰",
        named=lambda row: f"{row['name']}的“{row['title']}”",
        form=lambda new: [WHO, *asked] if new else asked,
        editors=lambda: {"cadre_uid": PersonPicker(lambda text: find_people(reads, text))},
        preset=lambda: {"year": ctx.year},
        sums=lambda rows: f"{len({row['cadre_uid'] for row in rows}):,} 人" if rows else "",
        empty="还没有表彰。评为先进的登记在这里，会写进现实表现材料；也可以导入表彰名单。",
        add_text="登记表彰",
        frozen=3,
    )


def _fields() -> list[Field]:
    """The person first, then what for; 二级单位党组织 and 党支部 are chosen from what there is."""
    keys = ("name", "staff_no", "year", "title", "given_by", "given_on", "letter_no", "unit", "branch", "note")
    wide = {"given_on": 14, "letter_no": 24}  # 2020年11月24日, 校党发〔2020〕第12号 stand whole
    made = [listed(COMMENDATION.field(key)) for key in keys]
    return [replace(one, width=wide.get(one.key, one.width)) for one in made]


def _more(view: EntityView) -> Sequence[Command]:
    ctx, row = view.ctx, view.row(view.table.current_uid())
    none = "" if row is not None else "请先选中表彰。"
    return [
        Command("import", "导入", lambda: ctx.go_to("import", kind="commendations"), icon="import"),
        Command(
            "person",
            "打开这个人",
            lambda: ctx.go_to("roster", row["cadre_uid"]) if row is not None else None,
            icon="person",
            disabled=none,
            in_bar=False,
        ),
    ]


def _listing(shown: Shown) -> Listing:
    rows = list(shown.rows)
    return Listing(shown.title, shown.fields, lambda _store: rows, shown.scope, shown.noun, table=COMMENDATION.table)
