"""GeoJSON out: grids and buildings in picture coordinates with a world file beside, or in longitude and latitude."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from core.base.disk import write_whole
from core.base.errors import InvalidInput, Refused
from core.place.fitting import Fit, fit_of
from core.place.map_queries import map_plan, plan_picture
from core.place.model import BUILDING, GRID
from core.place.outlines import Point, ring_of
from core.place.queries import buildings, grids
from core.store import Reads, Row

_DIGITS = 7  # of a degree: a centimetre


def write_geojson(reads: Reads, what: str, path: Path, *, lonlat: bool = False) -> list[Path]:
    """Write 'grids' or 'buildings' for QGIS; returns every file made, the GeoJSON first.

    Picture coordinates (y up) come with the picture and its world file, so that all lie on one another. `lonlat` is
    RFC 7946: WGS84 by the control points; Refused while there are fewer than three.
    """
    fit = fit_of(reads) if lonlat else None
    if lonlat and fit is None:
        raise Refused("还没有三个控制点，算不出经纬度。", "请先在“网格地图”的“控制点”里对上至少三个点。")
    makers = {"grids": _grid_features, "buildings": _building_features}
    if what not in makers:
        raise InvalidInput({"kind": f"“{what}”不能导出成 GeoJSON，可以导出的是 grids（网格）和 buildings（楼栋）。"})
    features = makers[what](reads, fit)
    if not features:
        raise Refused("没有可导出的图形。", "请先画出网格轮廓，或给楼栋定位。")
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1)
    files = [(path, text.encode("utf-8"))]
    if not lonlat:
        files += _picture_files(reads, path)
    for file, data in files:
        write_whole(file, data)
    return [file for file, _ in files]


def world_file(width: float, height: float, pixels: tuple[int, int]) -> str:
    """The six lines of a world file: picture pixels to our coordinates, whose y runs up from the lower left corner."""
    across, down = width / pixels[0], height / pixels[1]
    lines = (across, 0.0, 0.0, -down, across / 2, height - down / 2)
    return "".join(f"{value:.10f}\n" for value in lines)


def picture_kind(data: bytes) -> tuple[str, tuple[int, int]]:
    """('png' or 'jpg', size in pixels) of a picture's bytes."""
    from io import BytesIO

    from PIL import Image

    with Image.open(BytesIO(data)) as picture:
        return ("png" if picture.format == "PNG" else "jpg"), picture.size


def _grid_features(reads: Reads, fit: Fit | None) -> list[dict[str, Any]]:
    keys = ("name", "code", "workers", "households")
    return [
        _feature(row, {GRID.field(key).label: row[key] for key in keys}, "Polygon", [_ring(row["outline"], fit)])
        for row in grids(reads)
        if row["outline"]
    ]


def _building_features(reads: Reads, fit: Fit | None) -> list[dict[str, Any]]:
    keys = ("name", "estate", "grid", "entrances", "households")
    return [
        _feature(row, {BUILDING.field(key).label: row[key] for key in keys}, "Point", _at((row["x"], row["y"]), fit))
        for row in buildings(reads)
        if row["x"] is not None and row["y"] is not None
    ]


def _feature(row: Row, properties: dict[str, Any], kind: str, coordinates: Any) -> dict[str, Any]:
    told = {label: value for label, value in properties.items() if value not in (None, "")}
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "id": row["uid"], "properties": told, "geometry": geometry}


def _ring(outline: str, fit: Fit | None) -> list[list[float]]:
    """A closed ring, counter-clockwise also where the fit mirrors the picture."""
    ring = [_at(point, fit) for point in ring_of(outline)]
    mirrored = fit is not None and fit.lon[0] * fit.lat[1] - fit.lon[1] * fit.lat[0] < 0
    ring = ring[::-1] if mirrored else ring
    return [*ring, ring[0]]


def _at(point: Point, fit: Fit | None) -> list[float]:
    if fit is None:
        return [_whole(value) for value in point]
    return [round(value, _DIGITS) for value in fit.to_lonlat(point)]


def _whole(value: float) -> float:
    """719 instead of 719.0, as the files people send have it."""
    return int(value) if float(value).is_integer() else value


def _picture_files(reads: Reads, path: Path) -> list[tuple[Path, bytes]]:
    """The picture under the name of the GeoJSON, and its world file."""
    plan = map_plan(reads)
    picture = plan_picture(reads, plan["uid"]) if plan else None
    if plan is None or picture is None:
        return []
    kind, pixels = picture_kind(picture)
    world = world_file(plan["width"], plan["height"], pixels)
    suffix = {"png": ".pgw", "jpg": ".jgw"}[kind]
    return [(path.with_suffix(suffix), world.encode("ascii")), (path.with_suffix(f".{kind}"), picture)]
