"""From picture coordinates to longitude and latitude: an affine fit through points whose place on earth is known.

Chinese web maps shift their coordinates (GCJ-02; Baidu once more, BD-09); RFC 7946 wants WGS84.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core.base.errors import Refused
from core.place.map_queries import control_points, map_plan
from core.place.outlines import Point
from core.store import Reads

LEAST = 3
WARN_METRES = 20.0  # a worse residual is most often a digit misread
_AXIS, _ECC = 6378245.0, 0.00669342162296594323  # Krasovsky 1940, which GCJ-02 is made on
_METRES = 111_320.0  # of a degree of latitude


@dataclass(frozen=True, slots=True)
class Fit:
    """lon = a x + b y + c, lat = d x + e y + f (WGS84), and how far each point lies from it, in metres."""

    lon: tuple[float, float, float]
    lat: tuple[float, float, float]
    residuals: tuple[float, ...]

    def to_lonlat(self, point: Point) -> Point:
        """WGS84 longitude and latitude of a picture point."""
        x, y = point
        return (
            self.lon[0] * x + self.lon[1] * y + self.lon[2],
            self.lat[0] * x + self.lat[1] * y + self.lat[2],
        )

    def to_picture(self, lonlat: Point) -> Point:
        """The picture point of a WGS84 longitude and latitude."""
        (a, b, c), (d, e, f) = self.lon, self.lat
        u, v = lonlat[0] - c, lonlat[1] - f
        det = a * e - b * d
        return (u * e - v * b) / det, (v * a - u * d) / det

    @property
    def worst(self) -> float:
        """The largest residual, in metres."""
        return max(self.residuals)


def fit_points(picture: Sequence[Point], earth: Sequence[Point], datum: str = "WGS84") -> Fit:
    """Least squares through three or more points; Refused if they are too few or lie on a line."""
    import numpy

    if len(picture) < LEAST:
        raise Refused(f"至少要{LEAST}个控制点，现在有{len(picture)}个。", "请再加一些，散在图的四周。")
    target = [to_wgs84(one, datum) for one in earth]
    grid = numpy.array([[x, y, 1.0] for x, y in picture])
    middle = grid[:, :2] - grid[:, :2].mean(axis=0)
    spread = numpy.linalg.svd(middle, compute_uv=False)
    if spread[1] < spread[0] * 1e-3 or spread[0] == 0:
        raise Refused("控制点几乎在一条直线上，对不上经纬度。", "请换一个不在这条线上的点。")
    solved, *_ = numpy.linalg.lstsq(grid, numpy.array(target), rcond=None)
    lon, lat = (tuple(float(value) for value in solved[:, column]) for column in (0, 1))
    if abs(lon[0] * lat[1] - lon[1] * lat[0]) < 1e-18:
        raise Refused("这些经纬度都一样，或在一条直线上。", "请核对控制点的经纬度。")
    fit = Fit((lon[0], lon[1], lon[2]), (lat[0], lat[1], lat[2]), ())
    away = tuple(metres(fit.to_lonlat(point), goal) for point, goal in zip(picture, target, strict=True))
    return Fit(fit.lon, fit.lat, away)


def fit_of(reads: Reads) -> Fit | None:
    """The fit of the ledger's control points; None while there are too few."""
    plan = map_plan(reads)
    rows = control_points(reads, plan["uid"]) if plan else []
    if plan is None or len(rows) < LEAST:
        return None
    return fit_points([(row["x"], row["y"]) for row in rows], [(row["lon"], row["lat"]) for row in rows], plan["datum"])


def metres(one: Point, other: Point) -> float:
    """Distance of two near places on earth, in metres."""
    east = (one[0] - other[0]) * _METRES * math.cos(math.radians(one[1]))
    return math.hypot(east, (one[1] - other[1]) * _METRES)


def to_wgs84(lonlat: Point, datum: str) -> Point:
    """WGS84 of a place given in another datum, to a few centimetres."""
    if datum == "BD09":
        lonlat = _bd09_to_gcj02(lonlat)
    if datum == "WGS84":
        return lonlat
    guess = lonlat
    for _ in range(5):  # the shift changes slowly: each round gains three digits
        shifted = to_gcj02(guess)
        guess = (guess[0] + lonlat[0] - shifted[0], guess[1] + lonlat[1] - shifted[1])
    return guess


def to_gcj02(lonlat: Point) -> Point:
    """The place as Amap and Tencent show it."""
    x, y = lonlat[0] - 105.0, lonlat[1] - 35.0
    waves = 20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)
    lat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    lat += (waves + 20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    lat += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    lon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    lon += (waves + 20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    lon += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    phi = math.radians(lonlat[1])
    magic = 1 - _ECC * math.sin(phi) ** 2
    d_lat = lat * 180 / (_AXIS * (1 - _ECC) / (magic * math.sqrt(magic)) * math.pi)
    d_lon = lon * 180 / (_AXIS / math.sqrt(magic) * math.cos(phi) * math.pi)
    return lonlat[0] + d_lon, lonlat[1] + d_lat


def _bd09_to_gcj02(lonlat: Point) -> Point:
    x, y = lonlat[0] - 0.0065, lonlat[1] - 0.006
    turn = math.pi * 3000 / 180
    reach = math.hypot(x, y) - 0.00002 * math.sin(y * turn)
    angle = math.atan2(y, x) - 0.000003 * math.cos(x * turn)
    return reach * math.cos(angle), reach * math.sin(angle)
