"""Places by command: grids and buildings as GeoJSON, the plan and its control points, 编入网格. 方案 五(二)3"""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.base.disk import replacing
from core.base.errors import InvalidInput, MachineFault, Refused
from core.grid_assignment import auto
from core.grid_assignment.model import Assigned
from core.grid_assignment.ops import assign as assign_people
from core.grid_assignment.ops import unassign
from core.place.checking import building_uid, grid_uid
from core.place.fitting import WARN_METRES, Fit, fit_of, fit_points, metres
from core.place.map_queries import map_plan
from core.place.model import BUILDING
from core.place.outlines import Point
from core.place.queries import buildings, grids
from core.roster.queries import cadre_uids, named_filter
from core.service_log.grid_links import link_visits
from core.sheet.address import split_address
from core.sheet.importing import Outcome
from core.store import Reads, Row, Store
from core.team.ops import accept_squads
from core.team.propose import propose_squads
from ui.headless.answer import LISTED, REFUSED, Answer
from ui.headless.imported import import_lines
from ui.headless.typed import people_named, typed_day

DRAWN = (".geojson", ".json")
_SAME_PLACE = 0.05  # metres: what the digits of a longitude leave open
DATUMS = ("WGS84", "GCJ02", "BD09")


def is_geojson(path: Path) -> bool:
    """Whether a file is meant as GeoJSON."""
    return path.suffix.lower() in DRAWN


def must_be_there(path: Path) -> None:
    """InvalidInput if there is no such file."""
    if not path.is_file():
        raise InvalidInput({"file": f"找不到文件 {path}，请检查路径和文件名。"})


# -- in ------------------------------------------------------------------------------------------------------------


def import_outlines(store: Store, path: Path, args: Any) -> Answer:
    """Grids of a GeoJSON file, told grid by grid; records that name a grid by its place are linked in the same step."""
    from core.place.import_map import commit_grids, prepare_grids

    must_be_there(path)
    prepared = prepare_grids(store, path)
    counts, errors = prepared.counts(), [{**one, "name": one["value"]} for one in prepared.errors]
    sound = counts[Outcome.NEW] + counts[Outcome.UPDATED] + counts[Outcome.UNCHANGED]
    blocked = bool(errors) and (not args.skip_bad or not sound)
    written = None
    if not args.dry_run and not blocked:
        written = commit_grids(store, prepared, skip_bad=args.skip_bad, after=(link_visits,))
    remarks = [{"file": path.name, "sheet": "", "row": None, "message": text} for text in prepared.remarks]
    body: dict[str, Any] = {
        "new": counts[Outcome.NEW],
        "updated": counts[Outcome.UPDATED],
        "unchanged": counts[Outcome.UNCHANGED],
        "skipped": counts[Outcome.WRONG] if written else counts[Outcome.SKIPPED],
        "errors": errors,
        "unmapped": [],
        "asked": [],
        "left_out": [],
        "missing": [],
        "remarks": remarks,
        "grids": [{"name": one.name, "outcome": str(one.outcome), "message": one.sentence} for one in prepared.items],
        "step": written.step if written else None,
        "written": written is not None,
    }
    lines = import_lines({**body, "errors": []}, blocked=blocked, dry=args.dry_run)
    lines[1:1] = [f"{one['name']}：{one['message']}" for one in errors] + [one["message"] for one in remarks]
    return Answer(body, lines, REFUSED if blocked and not args.dry_run else LISTED if errors else 0)


@contextmanager
def buildings_as_sheets(reads: Reads, paths: Sequence[Path]) -> Iterator[list[Path]]:
    """The files, GeoJSON among them as sheets of the same name: rows with the position in picture coordinates."""
    with tempfile.TemporaryDirectory(prefix="xcjs-", ignore_cleanup_errors=True) as scratch:
        found = []
        for number, path in enumerate(paths):
            if is_geojson(path):
                rows = _building_rows(reads, path)
                path = Path(scratch) / str(number) / path.name
                path.parent.mkdir()
                _write_csv(path, rows)
            found.append(path)
        yield found


def _building_rows(reads: Reads, path: Path) -> list[Row]:
    """Properties of point features, with x and y."""
    must_be_there(path)
    try:
        features = list(json.loads(path.read_bytes().decode("utf-8-sig"))["features"])
    except OSError as error:
        raise MachineFault(f"读不出“{path.name}”（{error.strerror}）。", "请检查文件的位置。") from error
    except (ValueError, TypeError, KeyError) as error:
        raise InvalidInput({"file": f"“{path.name}”不是完好的 GeoJSON 文件，请重新导出。"}) from error
    rows, fit, plan = [], fit_of(reads), map_plan(reads)
    known = {(row["estate"], row["name"]): (row["x"], row["y"]) for row in buildings(reads)}
    labels = [BUILDING.field(key).label for key in ("estate", "name", "x", "y")]
    for number, one in enumerate(features, start=1):
        geometry = (one.get("geometry") if isinstance(one, dict) else None) or {}
        try:
            x, y = (float(value) for value in geometry["coordinates"][:2])
        except (KeyError, TypeError, ValueError) as error:
            text = f"“{path.name}”的第{number}个图形不是点。楼栋用点表示，网格请用 import grids 导入。"
            raise InvalidInput({"file": text}) from error
        told = one.get("properties") or {}
        if fit is not None and plan is not None and plan["width"] > 360 and abs(x) <= 180 and abs(y) <= 90:
            there = known.get((told.get(labels[0]), told.get(labels[1])))
            x, y = _back(fit, (x, y), there)
        rows.append({**told, labels[2]: x, labels[3]: y})
    return rows


def _back(fit: Fit, lonlat: Point, there: tuple[float | None, float | None] | None) -> Point:
    """The picture point of a longitude and latitude; where it stands already if that is the same to the rounding."""
    x, y = fit.to_picture(lonlat)
    if there is None or there[0] is None or there[1] is None:
        return round(x, 2), round(y, 2)
    same = metres(fit.to_lonlat((there[0], there[1])), lonlat) < _SAME_PLACE
    return (there[0], there[1]) if same else (round(x, 2), round(y, 2))


def _write_csv(path: Path, rows: Sequence[Row]) -> None:
    heads = list(dict.fromkeys(key for row in rows for key in row))
    with replacing(path) as part, part.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, heads)
        writer.writeheader()
        writer.writerows(rows)


def import_map(store: Store, args: Any) -> Answer:
    """The picture under the grids."""
    from core.place.import_map import import_ground

    path = Path(args.file)
    must_be_there(path)
    if args.dry_run:
        from core.place.ground import read_picture

        _data, _media, pixels = read_picture(path, args.page)
        return Answer(_ground(path, pixels, None), [f"{path.name}可以放入，{pixels[0]}×{pixels[1]}像素。"])
    with store.transact(f"放入平面图：{path.name}") as tx:
        import_ground(tx, path, args.page)
    plan = map_plan(store) or {}
    size = (round(plan["width"]), round(plan["height"]))
    lines = [f"已放入平面图 {path.name}，图上坐标宽{size[0]}、高{size[1]}。"]
    return Answer(_ground(path, size, tx.outcome.step), lines)


def _ground(path: Path, size: tuple[int, int], step: int | None) -> Row:
    counts = {"new": 1, "updated": 0, "unchanged": 0, "skipped": 0, "errors": [], "unmapped": [], "asked": []}
    return {**counts, "file": str(path), "width": size[0], "height": size[1], "step": step, "written": step is not None}


# -- out -----------------------------------------------------------------------------------------------------------


def export_geojson(store: Store, kind: str, out: Path, args: Any) -> Answer:
    """Grids or buildings for QGIS, with the picture and its world file beside it."""
    from core.place.geojson import write_geojson

    if args.split or args.where or args.search or args.unit or args.grid:
        raise InvalidInput({"out": "GeoJSON 只能整份导出；要筛选或分份，请把 --out 写成 X.xlsx。"})
    files = write_geojson(store, kind, out, lonlat=args.lonlat)
    rows = buildings(store) if kind == "buildings" else [row for row in grids(store) if row["outline"]]
    drawn = [row for row in rows if kind == "grids" or row["x"] is not None]
    lines = [f"导出{len(drawn)}个图形：", *(str(one) for one in files)]
    if left := len(rows) - len(drawn):
        lines.append(f"有{left}栋楼还没有在图上定位，没有导出。")
    return Answer(
        {"rows": len(drawn), "files": [str(one) for one in files], "left": left}, lines, LISTED if left else 0
    )


# -- tying the picture to the earth ------------------------------------------------------------------------------------


def fit(store: Store, args: Any) -> Answer:
    """Control points: picture coordinates with longitude and latitude, three or more; tells how well they agree."""
    from core.place.import_map import set_control_points

    datum = args.datum.upper()
    if datum not in DATUMS:
        raise InvalidInput(
            {"datum": f"没有“{args.datum}”这种坐标系，可以是：WGS84、GCJ02（高德、腾讯）、BD09（百度）。"}
        )
    points = [_point(text) for text in args.point]
    made = fit_points([(one["x"], one["y"]) for one in points], [(one["lon"], one["lat"]) for one in points], datum)
    step = None
    if not args.dry_run:
        plan = map_plan(store)
        if plan is None:
            raise Refused("还没有平面图，不能设控制点。", "请先用 import map 放入平面图。")
        with store.transact("设置控制点") as tx:
            set_control_points(tx, plan["uid"], points, datum)
        step = tx.outcome.step
    away = [round(one, 2) for one in made.residuals]
    far = made.worst > WARN_METRES
    lines = [f"{len(points)}个控制点，最大偏差{made.worst:.1f}米。"]
    if far:
        lines.append(f"偏差超过{WARN_METRES:.0f}米，多半有一个数抄错了，请核对。")
    body = {"points": points, "datum": datum, "residuals": away, "worst": round(made.worst, 2), "step": step}
    return Answer(body, lines, LISTED if far else 0)


def _point(text: str) -> Row:
    parts = [one.strip() for one in text.replace("，", ",").split(",")]
    try:
        x, y, lon, lat = (float(one) for one in parts[:4])
    except ValueError as error:
        hint = "应写成 图上x,图上y,经度,纬度，例如 120,80,114.4321,30.4567。"
        raise InvalidInput({"point": f"控制点“{text}”读不出，{hint}"}) from error
    return {"x": x, "y": y, "lon": lon, "lat": lat, "name": parts[4] if len(parts) > 4 else ""}


# -- 编入网格 ------------------------------------------------------------------------------------------------------


def assign(store: Store, args: Any) -> Answer:
    """People into a grid or building, out of it, or everybody by address."""
    if args.auto:
        return _assign_by_address(store, args)
    if not args.cadre:
        raise InvalidInput({"cadre": "请用 --cadre 写明工号，或用 --auto 按住址自动编入。"})
    uids, day = people_named(store, args.cadre), typed_day(args.on, "on", "日期")
    if args.leave:
        with store.transact("移出网格") as tx:
            done = unassign(tx, uids, day)
            tx.label = f"移出网格：{done.count}人"
        return _assigned(store, done, tx.outcome.step, "移出网格", uids)
    grid, building = _place(store, args.grid or "", args.building or "")
    with store.transact("编入网格") as tx:
        done = assign_people(tx, uids, grid, building_uid=building, entrance=args.entrance, from_on=day)
        tx.label = f"编入网格：{done.count}人"
    return _assigned(store, done, tx.outcome.step, "编入", uids)


def _place(reads: Reads, grid: str, building: str) -> tuple[str, str | None]:
    if not grid and not building:
        raise InvalidInput({"grid": "请用 --grid 写明网格，或用 --building 写明楼栋。"})
    house = None
    if building:
        parts = split_address(building)
        if not parts.estate or not parts.building:
            raise InvalidInput({"building": f"楼栋“{building}”读不出，请连小区一起写，例如 东苑3栋。"})
        house = building_uid(reads, parts.estate, parts.building)
    return grid_uid(reads, grid) or "", house


def _assigned(store: Store, done: Assigned, step: int | None, verb: str, uids: Sequence[str]) -> Answer:
    body = {
        "uid": list(uids),
        "step": step,
        "count": done.count,
        "left": list(done.left),
        "warnings": list(done.warnings),
    }
    return Answer(body, [f"{verb}{done.count}人。", *done.left, *done.warnings], LISTED if done.left else 0)


def _assign_by_address(store: Store, args: Any) -> Answer:
    """The proposal of 自动编入; what is sure is written in one step, the others are listed with why."""
    people = None
    if args.cadre:
        people = people_named(store, args.cadre)
    elif args.unit:
        people = cadre_uids(store, named_filter(store, args.unit))
    proposal = auto.propose(store, people, again=args.again)
    if not proposal.items and not proposal.already:
        raise Refused("没有可以编入的人。", "请先导入名册、网格和楼栋，并设定联系社区。")
    step, done = None, Assigned(0)
    if not args.dry_run and proposal.counts[auto.PLACED]:
        with store.transact("自动编入网格") as tx:
            done = auto.accept(tx, proposal.items, typed_day(args.on, "on", "日期"))
            tx.label = f"自动编入网格：{done.count}人"
        step = tx.outcome.step
    names = {row["uid"]: row["name"] for row in grids(store)}
    houses = {row["uid"]: f"{row['estate']}{row['name']}" for row in buildings(store)}
    told = {
        code: [_told(one, names, houses) for one in proposal.items if one.outcome == code] for code, _ in auto.OUTCOME
    }
    body = {
        **{code.lower(): rows for code, rows in told.items()},
        "already": proposal.already,
        "count": done.count,
        "left": list(done.left),
        "warnings": list(done.warnings),
        "step": step,
        "written": step is not None,
    }
    verb = "可以编入" if step is None else "已编入"
    counted = "，".join(f"{label}{len(told[code])}人" for code, label in auto.OUTCOME[1:])
    lines = [f"{verb}{len(told[auto.PLACED])}人；{counted}；原已编入{proposal.already}人。"]
    for code, label in auto.OUTCOME[1:]:
        lines += [f"{label}　{one['unit']}　{one['name']}（{one['staff_no']}）{one['why']}" for one in told[code]]
    open_ones = told[auto.ASKED] or told[auto.UNKNOWN]
    return Answer(body, [*lines, *done.left, *done.warnings], LISTED if open_ones else 0)


def _told(one: auto.Proposed, grid_names: dict[str, str], houses: dict[str, str]) -> Row:
    """A line of the proposal, with places by name."""
    kept = {key: value for key, value in asdict(one).items() if key in _LINE}
    place = {"grid": grid_names.get(one.grid_uid, ""), "building": houses.get(one.building_uid, "")}
    return {**kept, **place, "candidates": [label for _uid, label in one.candidates]}


_LINE = ("staff_no", "name", "unit", "address", "entrance", "why")


def squads(store: Store, args: Any) -> Answer:
    """A 112小分队 for each grid that has none, from its worker, cadres and volunteers; written in one step."""
    proposals, step = propose_squads(store), None
    if proposals and not args.dry_run:
        with store.transact(f"自动编组：{len(proposals)}个小分队") as tx:
            accept_squads(tx, proposals, typed_day(args.on, "on", "日期"))
        step = tx.outcome.step
    rows = [
        {
            "grid": one.grid,
            "name": one.name,
            "worker": one.worker,
            "cadre": one.cadre,
            "volunteers": list(one.volunteers),
            "warning": one.warning,
        }
        for one in proposals
    ]
    verb = "可以编成" if step is None else "已编成"
    lines = [f"{verb}{len(rows)}个小分队。"]
    lines += [f"{one.name}　{one.worker}　{one.cadre}　{'、'.join(one.volunteers)}　{one.warning}" for one in proposals]
    lacking = any(one.warning for one in proposals)
    return Answer({"rows": rows, "step": step, "written": step is not None}, lines, LISTED if lacking else 0)
