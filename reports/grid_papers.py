"""网格公示牌 and 网格图 as files: what stands on them, read from the ledger. 方案 五(二)3"""

from __future__ import annotations

import io
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from core.base.clock import today
from core.base.errors import Refused
from core.grid_assignment.figures import FIGURES, grid_figures
from core.grid_assignment.queries import assignment_rows, lead_rows
from core.org.queries import units
from core.org.settings import all_settings
from core.place.map_queries import map_plan, plan_picture
from core.place.queries import buildings, grids, linked_community, workers
from core.store import Reads, Row
from core.team.queries import squad_members, squad_rows
from reports import grid_map, grid_notice
from reports.collect_person import own_texts
from reports.grid_map import MapData, MapGrid, MapMark, classes_of
from reports.grid_notice import NoticeData, NoticeSquad
from reports.kit.batch import Job
from reports.kit.form_texts import form_texts
from reports.kit.page import Sheets
from reports.spec import Asked, Gap, boxed_gaps

NOTICE_SCOPE = "下沉党员干部为编入本网格、未归档的；楼栋长、小分队为截至日期在任。"
_PALE = 0.45  # how far the ground picture goes towards white
_WIDEST = 3500  # pixels of the ground picture on an A3


def grid_notice_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """A notice for each grid, in a file of its own."""
    words = own_texts(reads, "grid_notice")
    for data in collect_notices(reads, asked.grid_uid):
        yield Job(
            label=f"《{data.grid}公示牌》",
            file_name=f"{today().isoformat()}_网格公示牌_{data.grid}.pdf",
            title=f"{data.grid}公示牌",
            draw=partial(_draw_notice, data, words),
            subject=all_settings(reads).get("org_name", ""),
            people=data.people,
        )


def grid_notice_check(reads: Reads, asked: Asked) -> list[Gap]:
    """Grids with a character no font can print, and those that have no grid worker yet."""
    found = []
    for data in collect_notices(reads, asked.grid_uid):
        label = f"《{data.grid}公示牌》"
        found += boxed_gaps("", label, data)
        lacking = [name for name, there in (("网格员", data.workers), ("下沉党员干部", data.cadres)) if not there]
        lacking += [f"{one.name}的下沉党员干部" for one in data.squads if not one.cadres]
        if lacking:
            found.append(Gap("", label, tuple(lacking)))
    return found


def collect_notices(reads: Reads, grid_uid: str = "") -> list[NoticeData]:
    """The notices of all grids of the linked community, or of one."""
    home = linked_community(reads)
    if home is None:
        return []
    short = {row["uid"]: row["short_name"] or row["name"] for row in units(reads, archived=True)}
    squads: dict[str, list[NoticeSquad]] = defaultdict(list)
    members = squad_members(reads)
    for row in squad_rows(reads, grid_uid):
        squads[row["grid_uid"]].append(_squad(row["name"], [one for one in members if one["squad_uid"] == row["uid"]]))
    found = []
    for grid in grids(reads):
        uid = grid["uid"]
        if grid_uid in ("", uid):
            found.append(
                NoticeData(
                    grid=grid["name"],
                    community=home["street"] + home["name"],
                    workers=tuple((one["name"], one["phone"]) for one in workers(reads, uid)),
                    leads=_leads(reads, uid),
                    squads=tuple(squads[uid]),
                    cadres=_by_unit(assignment_rows(reads, uid), short),
                    scope=NOTICE_SCOPE,
                    as_of=today().isoformat(),
                )
            )
    return found


def grid_map_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """The map of the linked community, coloured as asked."""
    data = collect_map(reads, asked)
    yield Job(
        label=f"《{data.community}网格图》",
        file_name=f"{today().isoformat()}_网格图_{data.figure}_{data.paper}.pdf",
        title=f"{data.community}网格图",
        draw=partial(_draw_map, data, own_texts(reads, "grid_map")),
        subject=all_settings(reads).get("org_name", ""),
        people=0,
    )


def grid_map_check(reads: Reads, asked: Asked) -> list[Gap]:
    """Grids that are not drawn yet, and characters no font can print."""
    data = collect_map(reads, asked)
    label = f"《{data.community}网格图》"
    found = [Gap("", name, ("边界",)) for name in data.undrawn]
    found += boxed_gaps("", label, data)
    return found


def collect_map(reads: Reads, asked: Asked) -> MapData:
    """Outlines, figures, buildings and the ground picture; Refused while no grid is drawn."""
    home, listed = linked_community(reads), grids(reads)
    rings = {row["uid"]: json.loads(row["outline"]) for row in listed if row["outline"]}
    if home is None or not rings:
        raise Refused("网格的边界还没有画，不能打印网格图。", "请先在“网格地图”里导入或画出网格。")
    words = form_texts("grid_map", own_texts(reads, "grid_map"))
    by, year = asked.by or "people", asked.year
    figures = {uid: FIGURES[by].value(one) for uid, one in grid_figures(reads, year).items()}
    unit = words[f"unit_{by}"]
    drawn = [
        MapGrid(
            row["name"],
            tuple((float(x), float(y)) for x, y in rings[row["uid"]]),
            figures[row["uid"]],
            _told(figures[row["uid"]], unit),
        )
        for row in listed
        if row["uid"] in rings
    ]
    known = [one.figure for one in drawn if one.figure is not None]
    data = MapData(
        community=home["name"],
        figure=words[by].format(year=year),
        extent=_extent([point for one in drawn for point in one.ring]),
        grids=tuple(drawn),
        classes=classes_of(known, unit),
        undrawn=tuple(row["name"] for row in listed if row["uid"] not in rings),
        paper=asked.paper,
        scope=FIGURES[by].scope.format(year=year),
        as_of=today().isoformat(),
    )
    data = _with_picture(reads, data)
    return replace(data, marks=_marks(buildings(reads), data.extent))


def _squad(name: str, members: Sequence[Row]) -> NoticeSquad:
    roles = {role: tuple(one["name"] for one in members if one["role"] == role)
             for role in ("WORKER", "CADRE", "VOLUNTEER")}  # fmt: skip
    return NoticeSquad(name, roles["WORKER"], roles["CADRE"], roles["VOLUNTEER"])


def _leads(reads: Reads, grid_uid: str) -> tuple[tuple[str, str], ...]:
    """Every building of the grid with who leads it."""
    leads: dict[str, list[str]] = defaultdict(list)
    for row in lead_rows(reads, grid_uid):
        leads[row["building_uid"]].append(row["name"])
    houses = buildings(reads, grid_uid=grid_uid)
    return tuple((house["estate"] + house["name"], "、".join(leads[house["uid"]])) for house in houses)


def _by_unit(rows: Sequence[Row], short: Mapping[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Names by unit, in the order of the units."""
    found: dict[str, list[str]] = {uid: [] for uid in short}
    for row in rows:
        found[row["unit_uid"]].append(row["name"])
    return tuple((short[uid], tuple(names)) for uid, names in found.items() if names)


def _told(figure: float | None, unit: str) -> str:
    return "" if figure is None else f"{round(figure, 1):g}{unit}"


def _marks(rows: Sequence[Row], extent: tuple[float, float, float, float]) -> tuple[MapMark, ...]:
    """Buildings with a place on the map; of the name only the number, there is no room for more."""
    found = []
    left, low, right, high = extent
    for row in rows:
        x, y = row["x"], row["y"]
        if x is not None and y is not None and left <= x <= right and low <= y <= high:
            number = re.search(r"\d+", row["name"])
            found.append(MapMark(row["x"], row["y"], number[0] if number else row["name"]))
    return tuple(found)


def _extent(points: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _with_picture(reads: Reads, data: MapData) -> MapData:
    """The map over its ground picture, made pale so that lines and figures lead."""
    plan = map_plan(reads)
    raw = plan_picture(reads, plan["uid"]) if plan else None
    if plan is None or raw is None:
        return data
    from PIL import Image, ImageStat

    with Image.open(io.BytesIO(raw)) as opened:
        opened.draft("RGB", (_WIDEST, _WIDEST))
        ground = opened.convert("RGB")
    ground.thumbnail((_WIDEST, _WIDEST))
    pale = Image.blend(ground, Image.new("RGB", ground.size, "white"), _PALE)
    out = io.BytesIO()
    pale.save(out, "JPEG", quality=85)
    ground_box = (0.0, 0.0, float(plan["width"]), float(plan["height"]))
    extent = _extent([data.extent[:2], data.extent[2:], ground_box[:2], ground_box[2:]])
    red, green, blue = (part / 255 for part in ImageStat.Stat(pale).median)
    return replace(data, picture=out.getvalue(), ground=ground_box, extent=extent, ground_colour=(red, green, blue))


def _draw_notice(data: NoticeData, words: dict[str, str], sheets: Sheets) -> None:
    grid_notice.draw(data, sheets, words)


def _draw_map(data: MapData, words: dict[str, str], sheets: Sheets) -> None:
    grid_map.draw(data, sheets, words)
