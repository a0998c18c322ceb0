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
from core.place import grid_faults
from core.place.outlines import Point
from core.place.rings import counter_clockwise, polygon
from core.store import Reads

_HEADS = {
    "name": (
        *("网格", "网格名称", "网格名", "名称", "所属网格", "社区网格", "网格号", "标题"),
        *("name", "grid", "gridname", "title", "label", "wgmc", "wgm", "wangge", "mc"),
    ),
    "code": ("编号", "网格编号", "网格编码", "编码", "网格代码", "代码", "code", "gridcode", "wgbh", "wgbm"),
    "worker": ("网格员", "网格员姓名", "网格长", "worker", "wgy"),
    "worker_phone": ("网格员电话", "网格员手机", "联系电话", "电话", "手机", "手机号", "phone", "tel", "lxdh"),
    "households": ("户数", "住户数", "居民户数", "总户数", "households", "hs", "zhs"),
}
_KINDS = {
    "Point": "点",
    "MultiPoint": "点",
    "LineString": "线",
    "MultiLineString": "线",
    "GeometryCollection": "混在一起的图形",
}
_HOUSE = re.compile(r".*(栋|幢|号楼)")
_LONGEST_NAME = 40
_MOST_GRIDS = 1000
_FARTHEST = 1e9  # a coordinate beyond is a broken number; metres of national grids have eight digits
_MOST_BYTES = 50_000_000


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
    found.remarks += grid_faults.to_picture(reads, found.grids)
    grid_faults.same_name(found.grids)
    grid_faults.overlaps(found.grids)
    grid_faults.on_others(reads, found.grids)
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
    if len(features) > _MOST_GRIDS:
        text = f"“{path.name}”里有{len(features)}个图形，不像一个社区的网格，没有导入。"
        raise InvalidInput({"file": f"{text}请只留网格的轮廓。"})
    if all(_kind(one) in ("Point", "MultiPoint") for one in features):
        text = f"“{path.name}”里都是点，像是楼栋的位置，不是网格的轮廓，没有导入。"
        raise InvalidInput({"file": f"{text}楼栋请用楼栋表（Excel）导入。"})
    return features


def _kind(feature: Any) -> str:
    """The kind of a feature's geometry, '' if it tells none."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    return kind if isinstance(kind, str) else ""


def _decoded(data: bytes) -> str:
    wide = json.detect_encoding(data)  # UTF-16 and UTF-32 are known by their first bytes
    if not wide.startswith("utf-8"):
        return data.decode(wide)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        lost = data.decode("utf-8-sig", "replace").count("\ufffd")
        if lost * 10 < sum(byte > 127 for byte in data):
            raise  # UTF-8 with a few broken bytes; read as GBK every name would be rubbish
    return data.decode("gb18030")


def _grid(number: int, feature: Any) -> GridIn:
    one = GridIn(number)
    if not isinstance(feature, dict):
        one.problem = f"第{number}个图形不是要素，读不出，请从文件里去掉。"
        return one
    properties = feature.get("properties")
    told = _told(properties if isinstance(properties, dict) else {})
    name = told.get("name", "")
    one.name = f"第{name}网格" if name.isdigit() and len(name) <= 3 else name
    one.worker_phone = re.sub(r"[\s-]", "", told.get("worker_phone", ""))
    one.values = {"code": told.get("code", "")}
    ring = _ring(_kind(feature), feature.get("geometry"))
    if not isinstance(ring, str):
        one.ring = ring
    problems = (_name_problem(one), _worker_problem(one, told), _households_problem(one, told))
    one.problem = next(filter(None, (*problems, ring if isinstance(ring, str) else "")), "")
    return one


def _name_problem(one: GridIn) -> str:
    if not one.name:
        return "没有网格名称（属性“网格”或“名称”），请补上。"
    if len(one.name) > _LONGEST_NAME:
        size, one.name = len(one.name), f"{one.name[:_LONGEST_NAME]}…"
        return f"网格名称有{size}个字，太长，请改短。"
    if _HOUSE.fullmatch(one.name):
        return "像是一栋楼，不是网格，请从文件里去掉；楼栋请用楼栋表（Excel）导入。"
    return ""


def _worker_problem(one: GridIn, told: Mapping[str, str]) -> str:
    try:
        one.worker = normalise_name(told.get("worker", ""))[0]
    except InvalidInput as error:
        return f"网格员{error}"
    return ""


def _households_problem(one: GridIn, told: Mapping[str, str]) -> str:
    text = told.get("households", "")
    digits = re.sub(r"[\s,]|户$", "", text).removesuffix(".0")
    if digits.isdecimal() and int(digits) <= 100_000:
        one.values["households"] = int(digits)
        return ""
    return f"户数“{text}”不是合理的整数，请改正。" if text else ""


def _told(properties: Mapping[str, Any]) -> dict[str, str]:
    plain = {
        re.sub(r"[\s_]", "", unicodedata.normalize("NFKC", str(key))).lower(): value
        for key, value in properties.items()
    }
    found: dict[str, str] = {}
    for key, heads in _HEADS.items():
        for head in heads:
            value = plain.get(head)
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                text = f"{value:.15g}" if isinstance(value, float) else str(value)
                text = "".join(" " if unicodedata.category(char) == "Cc" else char for char in text)
                if text := " ".join(unicodedata.normalize("NFKC", text).split()):
                    found[key] = text
                    break
    return found


def _ring(kind: str, geometry: Any) -> list[Point] | str:
    """The outline, counter-clockwise and not closed; or the sentence why there is none."""
    rings = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind == "MultiPolygon" and isinstance(rings, list) and rings:
        if len(rings) != 1:
            return f"由{len(rings)}块分开的面组成，一个网格只能是一块，请拆成几个网格。"
        kind, rings = "Polygon", rings[0]
    if kind not in ("Polygon", "MultiPolygon"):
        what = f"图形是{_KINDS.get(kind, '认不出的')}" if kind else "没有图形"
        return f"{what}，不是面（Polygon），不能作网格，请画成面，或从文件里去掉。"
    if not isinstance(rings, list) or not rings:
        return "面里没有坐标，请重新导出。"
    if len(rings) > 1:
        return f"中间有{len(rings) - 1}个洞，网格不能有洞，请把洞里的部分也划给某个网格。"
    try:
        points = [_point(one) for one in rings[0]]
    except (TypeError, ValueError, IndexError, KeyError, OverflowError):
        return "坐标里有不是数字的值，请重新导出。"
    far = next((max(point, key=abs) for point in points if max(map(abs, point)) > _FARTHEST), None)
    if far is not None:
        return f"坐标里有大得离谱的数（{far:g}），请重新导出。"
    ring = counter_clockwise(points[:-1] if len(points) > 1 and points[0] == points[-1] else points)
    if len(set(ring)) < 3:
        return "少于三个角点，不成面，请重新画。"
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
        return f"边线自己交叉或重合了，在（{float(found[1]):g}，{float(found[2]):g}）附近，请改正。"
    return "边线重叠，围不成面，请改正。"
