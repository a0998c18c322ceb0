"""What the map page reads: the shapes, and how the colouring the clerk chose classes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.base.dates import format_hours
from core.grid_assignment.figures import FIGURES, GridFigures, grid_figures
from core.grid_assignment.queries import lead_rows
from core.place.map_queries import map_plan
from core.place.outlines import ring_of
from core.place.queries import buildings, grids
from core.store import Reads, Row
from ui.map.look import CLASSES
from ui.map.shapes import MapBuilding, MapGrid, MapScene, Point

_NUMBER = re.compile(r"\d+")
_STEPS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True, slots=True)
class Colouring:
    """One way to colour by a figure of `FIGURES`: its words, and those of all grids together."""

    id: str
    text: Callable[[Any], str]
    total: Callable[[Sequence[Any]], str]
    unit: str
    warning: bool = False  # many is bad
    top: float = 0.0  # the scale always ends here (percentages); 0: at the largest value
    whole: bool = True  # counts, not measures

    @property
    def label(self) -> str:
        """As the list of colourings and the paper call it."""
        return FIGURES[self.id].label

    def value(self, figures: GridFigures) -> float | None:
        """The value of a grid; None: nothing to tell."""
        return FIGURES[self.id].value(figures)


def _led(listed: Sequence[Any]) -> str:
    return f"{sum(one.led for one in listed)}/{sum(one.buildings for one in listed)} 栋有楼栋长"


COLOURINGS = (
    Colouring(
        "people",
        lambda one: f"{one.people} 人",
        lambda listed: f"共 {sum(one.people for one in listed):,} 人",
        " 人",
    ),
    Colouring(
        "hours",
        lambda one: f"{format_hours(one.minutes)} 小时",
        lambda listed: f"共 {format_hours(sum(one.minutes for one in listed))} 小时",
        " 小时",
        whole=False,
    ),
    Colouring("leads", lambda one: f"{one.led}/{one.buildings} 栋", _led, "%", top=100, whole=False),
    Colouring(
        "below",
        lambda one: f"{one.below} 人",
        lambda listed: f"共 {sum(one.below for one in listed):,} 人未达标",
        " 人",
        warning=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Legend:
    """Classes from few to many: their range, and how many grids."""

    classes: tuple[tuple[str, int], ...] = ()
    warning: bool = False
    total: str = ""
    scope: str = ""  # 统计口径


@dataclass(slots=True)
class MapView:
    """Everything the page shows of the ledger."""

    scene: MapScene = field(default_factory=MapScene)
    legend: Legend = field(default_factory=Legend)
    plan: Row | None = None
    grids: list[Row] = field(default_factory=list)
    figures: Mapping[str, Any] = field(default_factory=dict)


def colouring_of(colouring_id: str) -> Colouring:
    """The colouring with this id; the first if there is none."""
    return next((one for one in COLOURINGS if one.id == colouring_id), COLOURINGS[0])


def read_view(reads: Reads, year: int, colouring_id: str, *, knotted: bool = False) -> MapView:
    """Shapes, figures and classes for a year: some ten milliseconds for 19 grids and 150 buildings.

    `knotted`: a corner that meets a neighbour's straight side is a corner of both, as whoever changes shapes needs it.
    """
    chosen = colouring_of(colouring_id)
    rows, plan = [row for row in grids(reads) if not row["archived_on"]], map_plan(reads)
    figures = grid_figures(reads, year)
    values = {row["uid"]: chosen.value(figures[row["uid"]]) for row in rows if row["uid"] in figures}
    starts = class_starts([value for value in values.values() if value is not None], chosen)
    outlines = {row["uid"]: ring_of(row["outline"]) for row in rows if row["outline"]}
    if knotted:
        outlines = _knotted(outlines)
    shown = [
        MapGrid(
            row["uid"],
            row["name"],
            number_of(row),
            tuple(outlines.get(row["uid"], ())),
            chosen.text(figures[row["uid"]]) if row["uid"] in figures else "",
            class_of(values.get(row["uid"]), starts),
        )
        for row in rows
    ]
    size = (float(plan["width"]), float(plan["height"])) if plan else (0.0, 0.0)
    scene = MapScene(shown, read_buildings(reads), size)
    told = [figures[row["uid"]] for row in rows if row["uid"] in figures]
    legend = legend_of(chosen, starts, [grid.level for grid in shown], told)
    legend = replace(legend, scope=f"统计口径：{FIGURES[chosen.id].scope.format(year=year)}")
    return MapView(scene, legend, plan, rows, figures)


def _knotted(outlines: Mapping[str, Sequence[Point]]) -> dict[str, list[Point]]:
    from core.place.geometry import Partition

    return Partition(outlines).rings


def read_buildings(reads: Reads) -> list[MapBuilding]:
    """Every building with a place, 小区 and number as its name."""
    led = {row["building_uid"] for row in lead_rows(reads)}
    return [
        MapBuilding(
            row["uid"],
            float(row["x"]),
            float(row["y"]),
            f"{row['estate']}{row['name']}",
            row["uid"] in led,
            row["grid_uid"] or "",
        )
        for row in buildings(reads)
        if row["x"] is not None and row["y"] is not None
    ]


def number_of(row: Row) -> str:
    """'3' of 第3网格; else of its code."""
    found = _NUMBER.search(row["name"]) or _NUMBER.search(row["code"] or "")
    return found[0].lstrip("0") if found else ""


def class_starts(values: Sequence[float], chosen: Colouring) -> list[float]:
    """Where the classes begin: round steps from 0; as few as there is something to tell apart."""
    top = chosen.top or max(values, default=0)
    if top <= 0:
        return [0.0]
    if chosen.whole and top < CLASSES:
        return [float(start) for start in range(int(top) + 1)]
    least = (top + (1 if chosen.whole else 0)) / CLASSES
    power = 1.0 if chosen.whole else 0.01
    while power * _STEPS[-1] < least:
        power *= 10
    steps = [power * one for one in _STEPS if not chosen.whole or (power * one).is_integer()]
    step = next(step for step in steps if step >= least - 1e-9)
    return [step * at for at in range(CLASSES) if at == 0 or step * at <= top]


def class_of(value: float | None, starts: Sequence[float]) -> int:
    """The class of a value; -1 where there is nothing to tell."""
    if value is None:
        return -1
    return max(sum(1 for start in starts if value >= start) - 1, 0)


def legend_of(chosen: Colouring, starts: Sequence[float], levels: Sequence[int], figures: Sequence[Any]) -> Legend:
    """'10-14 人' and how many grids, class by class; below them the sum."""
    if not levels:
        return Legend()
    labels = []
    for at, start in enumerate(starts):
        last = at == len(starts) - 1
        following = chosen.top or None if last else starts[at + 1] - (1 if chosen.whole else 0)
        labels.append(_range(start, following, chosen))
    counts = [levels.count(level) for level in range(len(starts))]
    none = levels.count(-1)
    parts = [chosen.total(figures)] if figures else []
    parts += [f"{none} 个网格没有可算的数"] if none and figures else []
    return Legend(tuple(zip(labels, counts, strict=True)), chosen.warning, f"{'；'.join(parts)}。" if parts else "")


def _range(start: float, end: float | None, chosen: Colouring) -> str:
    if end is None:
        single = chosen.whole and start < CLASSES and start == 0
        return f"{start:.10g}{chosen.unit}" + ("" if single else "及以上")
    return f"{start:.10g}{chosen.unit}" if end == start else f"{start:.10g}-{end:.10g}{chosen.unit}"
