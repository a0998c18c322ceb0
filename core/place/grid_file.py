"""Reading a GeoJSON file of grids: every feature with what is wrong with it, in words a clerk can act on."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.base.errors import InvalidInput, MachineFault
from core.base.names import normalise_name
from core.place.fitting import fit_of
from core.place.geometry import Partition
from core.place.map_queries import map_plan
from core.place.outlines import Point, ring_of
from core.place.queries import grid_in, grids
from core.place.rings import counter_clockwise, polygon
from core.store import Reads

_HEADS = {
    "name": ("网格", "网格名称", "名称", "网格名", "name", "grid", "title", "mc"),
    "code": ("编号", "网格编号", "网格编码", "编码", "代码", "code", "id", "no"),
    "worker": ("网格员", "网格员姓名", "网格长", "worker"),
    "worker_phone": ("网格员电话", "联系电话", "电话", "手机", "phone", "tel"),
    "households": ("户数", "住户数", "居民户数", "总户数", "households"),
}
_MOST_BYTES = 50_000_000
_SHARED = 0.005  # of the smaller grid: less is a line drawn twice by hand


@dataclass(slots=True)
class GridIn:
    """One feature of the file. `problem` '' = sound."""

    number: int  # of the feature, from 1
    name: str = ""
    values: dict[str, Any] = field(default_factory=dict)  # code, households
    worker: str = ""
    worker_phone: str = ""
    ring: list[Point] = field(default_factory=list)
    problem: str = ""

    @property
    def code(self) -> str:
        return str(self.values.get("code") or "")


@dataclass(slots=True)
class GridsRead:
    """All features, and what is to be said of the whole file."""

    grids: list[GridIn]
    remarks: list[str] = field(default_factory=list)


def read_grids(reads: Reads, path: Path) -> GridsRead:
    """The grids of a file in picture coordinates; InvalidInput if it is no GeoJSON, MachineFault if it cannot be read."""
    found = GridsRead([_grid(number, one) for number, one in enumerate(_features(path), start=1)])
    _from_lonlat(reads, found)
    _same_name(found.grids)
    _overlaps(found.grids)
    _with_the_ledger(reads, found.grids)
    return found


def _features(path: Path) -> list[Any]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InvalidInput({"file": f"“{path.name}”超过50兆，不像网格文件，没有导入。"})
        data = path.read_bytes()
    except OSError as error:
        raise MachineFault(f"读不出“{path.name}”（{error.strerror}）。", "请检查文件的位置。") from error
    try:
        whole = json.loads(_decoded(data))
    except (ValueError, RecursionError) as error:
        raise InvalidInput({"file": f"“{path.name}”不是完整的 GeoJSON 文件，没有导入，请重新导出后再试。"}) from error
    kind = whole.get("type") if isinstance(whole, dict) else None
    if kind == "Feature":
        return [whole]
    features = whole.get("features") if kind == "FeatureCollection" else None
    if not isinstance(features, list) or not features:
        why = "里没有任何图形" if isinstance(features, list) else "不是 GeoJSON 的要素集合（FeatureCollection）"
        raise InvalidInput({"file": f"“{path.name}”{why}，没有导入。请在 QGIS 里另存为 GeoJSON。"})
    return features


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError("neither UTF-8 nor GBK")


def _grid(number: int, feature: Any) -> GridIn:
    one = GridIn(number)
    if not isinstance(feature, dict):
        one.problem = f"第{number}个图形不是要素，读不出。"
        return one
    properties = feature.get("properties")
    told = _told(properties if isinstance(properties, dict) else {})
    one.name, one.worker = told.get("name", ""), normalise_name(told.get("worker", ""))[0]
    one.worker_phone = re.sub(r"[\s-]", "", told.get("worker_phone", ""))
    one.values = {"code": told.get("code", "")}
    if text := told.get("households", ""):
        number_text = text.removesuffix("户").removesuffix(".0")
        if number_text.isdigit() and int(number_text) <= 100_000:
            one.values["households"] = int(number_text)
        else:
            one.problem = f"户数“{text}”不是整数，请改正。"
    if not one.name and not one.problem:
        one.problem = "没有网格名称（属性“网格”或“名称”），请补上。"
    ring = _ring(feature.get("geometry"))
    if isinstance(ring, str):
        one.problem = one.problem or ring
    else:
        one.ring = ring
    return one


def _told(properties: Mapping[str, Any]) -> dict[str, str]:
    plain = {
        re.sub(r"\s", "", unicodedata.normalize("NFKC", str(key))).lower(): value for key, value in properties.items()
    }
    found: dict[str, str] = {}
    for key, heads in _HEADS.items():
        for head in heads:
            value = plain.get(head)
            if value not in (None, "") and isinstance(value, str | int | float):
                text = f"{value:g}" if isinstance(value, float) and math.isfinite(value) else str(value)
                found[key] = unicodedata.normalize("NFKC", text).strip()
                break
    return found


def _ring(geometry: Any) -> list[Point] | str:
    """The outline, counter-clockwise and not closed; or the sentence why there is none."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    rings = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind == "MultiPolygon" and isinstance(rings, list):
        if len(rings) != 1:
            return f"由{len(rings)}块分开的面组成，一个网格只能是一块，请拆成几个网格。"
        kind, rings = "Polygon", rings[0]
    if kind != "Polygon":
        return f"图形是{kind or '空的'}，不是面（Polygon），不能作网格。"
    if not isinstance(rings, list) or not rings:
        return "面里没有坐标。"
    if len(rings) > 1:
        return f"中间有{len(rings) - 1}个洞，网格不能有洞，请把洞里的部分也划给某个网格。"
    try:
        points = [_point(one) for one in rings[0]]
    except (TypeError, ValueError, IndexError, KeyError, OverflowError):
        return "坐标里有不是数字的值，请重新导出。"
    ring = counter_clockwise(points[:-1] if len(points) > 1 and points[0] == points[-1] else points)
    if len(set(ring)) < 3:
        return "少于三个角点，不成面。"
    return _crossing(ring) or ring


def _point(one: Any) -> Point:
    x, y = one[0], one[1]
    if isinstance(x, bool | str) or isinstance(y, bool | str):
        raise TypeError
    x, y = float(x), float(y)
    if not (math.isfinite(x) and math.isfinite(y)):
        raise ValueError
    return x, y


def _crossing(ring: list[Point]) -> str:
    from shapely.validation import explain_validity

    hull = polygon(ring).convex_hull
    if hull.area <= hull.length**2 * 1e-9:
        return "角点都在一条线上，围不成面，请改正。"
    why = explain_validity(polygon(ring))
    if why == "Valid Geometry":
        return ""
    found = re.search(r"\[([-\d.e+]+) ([-\d.e+]+)\]", why)
    if found:
        return f"边线自己交叉了，在（{float(found[1]):g}，{float(found[2]):g}）附近，请改正。"
    return "边线重叠，围不成面，请改正。"


def _from_lonlat(reads: Reads, found: GridsRead) -> None:
    """Longitude and latitude become picture coordinates where the control points allow it."""
    points = [point for one in found.grids for point in one.ring]
    plan = map_plan(reads)
    drawn = [point for row in grids(reads) for point in ring_of(row["outline"])]
    width = plan["width"] if plan else max((x for x, _ in drawn), default=0.0)
    if not points or not all(70 < x < 140 and 3 < y < 55 for x, y in points):  # China
        return
    spread = max(x for x, _ in points) - min(x for x, _ in points)
    if spread > 2 or (width and width < 400):
        return
    fit = fit_of(reads)
    if fit is None:
        text = "坐标是经纬度，还没有控制点，对不到平面图上，请先在“控制点”里对上至少三个点，或改用图上坐标。"
        for one in found.grids:
            one.problem = one.problem or text
        return
    for one in found.grids:
        one.ring = counter_clockwise([fit.to_picture(point) for point in one.ring])
    found.remarks.append(f"文件里是经纬度，已按{len(fit.residuals)}个控制点换成图上坐标。")


def _same_name(items: list[GridIn]) -> None:
    for at, one in enumerate(items):
        rows = [{"uid": str(other.number), "name": other.name, "code": ""} for other in items[:at] if other.name]
        there = grid_in(rows, one.name)
        if there and not one.problem:
            one.problem = f"与第{there['uid']}个图形重名（{there['name']}），请改名或去掉一个。"


def _overlaps(items: list[GridIn]) -> None:
    """The later of two grids that cover the same ground is wrong; slivers of drawing by hand are not counted."""
    sound = [one for one in items if not one.problem]
    shapes = {one.number: polygon(one.ring) for one in sound}
    for at, one in enumerate(sound):
        for other in sound[:at]:
            if other.problem:
                continue
            shared = shapes[one.number].intersection(shapes[other.number]).area
            part = shared / min(shapes[one.number].area, shapes[other.number].area)
            if part > _SHARED:
                one.problem = f"与{other.name}重叠（约占较小一个的{100 * part:.0f}%），请把边界改成共用的一条线。"
                break


def _with_the_ledger(reads: Reads, items: list[GridIn]) -> None:
    """A new outline must not lie on grids of the ledger that the file does not speak of."""
    known = grids(reads)
    told = {row["uid"] for one in items if not one.problem and (row := grid_in(known, one.name))}
    others = {row["uid"]: ring_of(row["outline"]) for row in known if row["outline"] and row["uid"] not in told}
    names = {row["uid"]: row["name"] for row in known}
    if not others:
        return
    shapes = {uid: polygon(ring) for uid, ring in Partition(others).rings.items()}
    for one in items:
        if one.problem:
            continue
        mine = polygon(one.ring)
        for uid, shape in shapes.items():
            part = mine.intersection(shape).area / min(mine.area, shape.area)
            if part > _SHARED:
                one.problem = (
                    f"盖住了台账里的{names[uid]}（约占较小一个的{100 * part:.0f}%），请改边界，或把它也放进文件。"
                )
                break
