"""What the tools of the map do to the ledger: each act is one step with a name, refusals are said beside the map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from core.base.errors import Problem
from core.base.fields import Field, Kind
from core.grid_assignment.model import Assigned
from core.grid_assignment.ops import assign
from core.grid_assignment.regroup import merge_grids, move_building, split_grid
from core.place import map_ops
from core.place.model import GRID
from core.place.ops import save_grid
from core.roster.people import resolve_people
from core.store import Reads, Tx
from ui.kit.dialogs import FormDialog
from ui.kit.perform import perform
from ui.map.shapes import Point, Ring
from ui.pages.map_people import PeopleDialog

if TYPE_CHECKING:
    from ui.pages.map import MapPage

UNDRAWN = "undrawn"


def do(page: MapPage, label: str, op: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Run an op as a step; its outcome, or None. What forbids it is said above the map, where the eye is."""

    def beside(error: Problem, _parent: object) -> None:
        page.tools.say(str(error), "bad")

    outcome = perform(page.ctx, label, op, *args, parent=page, refused=beside, **options)
    if outcome is not None:
        page.canvas.tell()  # what was refused before is past
    return outcome


# -- shapes


def move_check(page: MapPage) -> Callable[[Point, Point], str]:
    """(corner, to) → why it may not stand there, '' if it may. The shapes are put together at the first question."""
    kept: list[Any] = []

    def check(point: Point, to: Point) -> str:
        from core.place.geometry import Partition

        if not kept:
            kept.append(Partition({grid.uid: grid.ring for grid in page.view.scene.drawn}))
        return str(kept[0].can_move(point, to, outer=page.tools.outer.isChecked()))

    return check


def ask_name(page: MapPage, ring: Ring) -> FormDialog:
    """A ring was drawn: which grid it is. One without an outline may be chosen, another name founds a new one."""
    undrawn = [grid.name for grid in page.view.scene.grids if not grid.ring]
    intro = f"{len(undrawn)} 个网格还没有轮廓，可以直接选；写新名称就是新增一个网格。" if undrawn else ""
    dialog = _grid_form(page, "新网格", intro, undrawn, undrawn[0] if undrawn else next_name(page))

    def draw(tx: Tx, given: dict[str, Any]) -> str:
        uid = next((row["uid"] for row in page.view.grids if row["name"] == given["name"]), None)
        if uid is None:
            uid = save_grid(tx, None, given)
        map_ops.draw_grid(tx, uid, ring)
        return str(uid)

    _write_by(page, dialog, lambda given: f"画出{given['name']}", draw)
    return dialog


def ask_split(page: MapPage, uid: str, line: Sequence[Point]) -> FormDialog:
    """A grid is cut: what the part is called that splits off."""
    name = page.view.scene.by_uid[uid].name
    dialog = _grid_form(page, f"拆分{name}", "较大的一块留用原名，另一块成为新网格。", [], next_name(page))

    def split(tx: Tx, given: dict[str, Any]) -> str:
        fresh = save_grid(tx, None, given)
        split_grid(tx, uid, fresh, line)
        return fresh

    _write_by(page, dialog, lambda given: f"从{name}拆出{given['name']}", split)
    return dialog


def _grid_form(page: MapPage, title: str, intro: str, names: Sequence[str], name: str) -> FormDialog:
    first = Field(
        "name", GRID.field("name").label, Kind.CHOICE if names else Kind.TEXT, required=True, code_list=UNDRAWN
    )
    fields = [first if names else GRID.field("name"), GRID.field("code"), GRID.field("households")]
    return FormDialog(
        title, fields, lambda _list: names, page.window(), verb="保存", intro=intro, values={"name": name}
    )


def _write_by(
    page: MapPage, dialog: FormDialog, label: Callable[[dict[str, Any]], str], op: Callable[[Tx, dict[str, Any]], str]
) -> None:
    def refuse(error: Problem, _parent: object) -> None:
        dialog.form.show_errors({"name": str(error)})

    def write(given: dict[str, Any]) -> None:
        done = perform(page.ctx, label(given), op, given, form=dialog.form, parent=dialog, refused=refuse)
        if done is not None:
            dialog.done_saving()
            _show(page, str(done.value))

    dialog.accepted_values.connect(write)
    dialog.open()


def _show(page: MapPage, uid: str) -> None:
    """The grid just made, with the tool that chooses in hand."""
    page.ctx.refresher.flush()
    page.use("select")
    page.canvas.show_grid(uid)


def next_name(page: MapPage) -> str:
    """'第20网格' after the nineteenth."""
    numbers = [int(grid.number) for grid in page.view.scene.grids if grid.number.isdigit()]
    return f"第{max(numbers, default=0) + 1}网格"


def merge(page: MapPage, uid: str, other: str) -> None:
    """The first takes in the second."""
    names = page.view.scene.by_uid
    label = f"把{names[other].name}并入{names[uid].name}"
    do(page, label, merge_grids, uid, other, done=lambda moved: f"已{label}{_along(moved)}。")


def move_corner(page: MapPage, point: Point, to: Point) -> None:
    """A corner moves in every grid that shares it."""
    names = [grid.name for grid in page.view.scene.drawn if point in grid.ring]
    do(page, f"移动{_listed(names)}的角点", map_ops.move_corner, point, to, outer=page.tools.outer.isChecked())


def add_corner(page: MapPage, point: Point, uid: str) -> None:
    """A corner on a side, for both grids that share it."""
    do(page, f"在{page.view.scene.by_uid[uid].name}的边上加角点", map_ops.add_corner, point)


def remove_corner(page: MapPage, point: Point) -> None:
    """A corner goes from every grid that shares it."""
    names = [grid.name for grid in page.view.scene.drawn if point in grid.ring]
    do(page, f"去掉{_listed(names)}的一个角点", map_ops.remove_corner, point, outer=page.tools.outer.isChecked())


def erase(page: MapPage) -> None:
    """The outline goes, the grid stays with its people."""
    grid = page.canvas.selected_grid()
    if grid is not None:
        do(page, f"去掉{grid.name}的轮廓", map_ops.erase_grid, grid.uid)


def rename(page: MapPage) -> FormDialog | None:
    """改名称: name, code, households of the selected grid."""
    row = next((one for one in page.view.grids if one["uid"] == page.canvas.selected), None)
    if row is None:
        return None
    keys = ("name", "code", "households", "note")
    dialog = FormDialog(
        f"修改{row['name']}",
        [GRID.field(key) for key in keys],
        parent=page.window(),
        values={key: row.get(key) for key in keys},
    )

    def write(given: dict[str, Any]) -> None:
        if perform(page.ctx, f"修改{row['name']}", save_grid, row["uid"], given, form=dialog.form, parent=dialog):
            dialog.done_saving()

    dialog.accepted_values.connect(write)
    dialog.open()
    return dialog


def _listed(names: Sequence[str]) -> str:
    return "、".join(names[:3]) + (f"等{len(names)}个网格" if len(names) > 3 else "")


def picture_key(reads: Reads, plan_uid: str) -> str:
    """Changes with the picture."""
    sql = "SELECT sha256 FROM attachment WHERE owner_uid = ? AND role = 'plan' ORDER BY added_at DESC LIMIT 1"
    return str(reads.value(sql, (plan_uid,)) or "")


# -- buildings and people


def move_house(page: MapPage, uid: str, to: Point) -> None:
    """A building stands elsewhere, in the grid that holds the place."""
    one = page.view.scene.building_by_uid[uid]
    grid = page.view.scene.grid_at(*to)
    label = f"移动{one.label}" + (f"到{grid.name}" if grid and grid.uid != one.grid_uid else "")
    home = page.view.scene.by_uid.get(one.grid_uid)
    stays = f"，那里不在网格里，它仍属{home.name}" if home and grid is None else ""
    do(page, label, move_building, uid, to[0], to[1], done=lambda moved: f"已{label}{stays}{_along(moved)}。")


def place(page: MapPage, grid_uid: str, building_uid: str, uids: Sequence[str]) -> None:
    """People into a grid, or a building of it."""
    if not uids:
        page.tools.say("还没有选人：在下面“未编入”的名单里选，或把人拖到图上。", "warn")
        return
    house = page.view.scene.building_by_uid.get(building_uid)
    names = page.view.scene.by_uid
    where = f"{names[grid_uid].name}{house.label if house else ''}"
    label = f"编入{where}：{_who(page.ctx.store, uids)}"
    outcome = do(
        page, label, assign, uids, grid_uid, building_uid=building_uid or None, done=lambda one: _done(one, where)
    )
    if outcome is not None:
        page.placed()
        if told := [*outcome.value.left, *outcome.value.warnings]:
            page.tools.say("".join(told[:3]) + (f"还有 {len(told) - 3} 条。" if len(told) > 3 else ""), "warn")


def ask_people(page: MapPage, grid_uid: str) -> PeopleDialog | None:
    """编入… with nobody chosen: names or 工号 are pasted."""
    grid = page.view.scene.by_uid.get(grid_uid)
    if grid is None:
        return None
    dialog = PeopleDialog(f"编入{grid.name}", lambda text: resolve_people(page.ctx.store, text), page.window())
    dialog.chosen.connect(lambda uids: place(page, grid_uid, "", uids))
    dialog.open()
    return dialog


def _along(moved: int) -> str:
    return f"，楼里的 {moved:,} 人从今天起随之改编" if moved else ""


def _done(value: Assigned, where: str) -> str:
    return f"已把 {value.count:,} 人编入{where}。" if value.count else f"选的人已经在{where}，没有改动。"


def _who(reads: Reads, uids: Sequence[str]) -> str:
    name = str(reads.value("SELECT name FROM cadre WHERE uid = ?", (uids[0],)) or "")
    return name if len(uids) == 1 else f"{name}等{len(uids)}人"
