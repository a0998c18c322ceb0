"""import, list, export, template of every kind in the table of kinds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from core.base.clock import today
from core.base.dates import format_date
from core.base.disk import file_name
from core.base.errors import InvalidInput
from core.base.fields import EntitySpec
from core.base.masks import masked_fields, personal_sentence
from core.checkin.importing import commit_checkins, prepare_checkins
from core.entities import PLAIN
from core.org.queries import units
from core.org.settings import year_in_force
from core.place.queries import communities, estates, grids
from core.roster.import_run import commit_roster, prepare_roster
from core.service_log.importing import VisitPlan, commit_visits, prepare_visits
from core.sheet.importing import Outcome, Prepared, Written, code_lists
from core.sheet.plain import PlainEntity, commit_plain, prepare_plain
from core.store import Reads, Row, Store, reveals
from ui.headless import places
from ui.headless.answer import LISTED, REFUSED, Answer, say
from ui.headless.imported import import_lines
from ui.headless.kinds import KINDS, asked_of, kinds_text, line, numbers_of, shown
from ui.headless.parser import pairs

EXPORTS = tuple(name for name, kind in KINDS.items() if kind.spec is not None)


# -- import ------------------------------------------------------------------------------------------------------


def import_roster(store: Store, args: Any) -> Answer:
    """Rosters of the units."""
    prepared = prepare_roster(
        store,
        args.files,
        sheet=args.sheet,
        unit=args.unit,
        maps=pairs(args.map, "对列"),
        answers=pairs(args.answer, "回答"),
        same_person=args.same_person,
    )
    return _import(store, prepared, commit_roster, args)


def import_visits(store: Store, args: Any) -> Answer:
    """Service records."""
    prepared = prepare_visits(
        store,
        args.files,
        sheet=args.sheet,
        unit=args.unit,
        maps=pairs(args.map, "对列"),
        answers=pairs(args.answer, "回答"),
    )
    return _import(store, prepared, commit_visits, args)


def import_checkins(store: Store, args: Any) -> Answer:
    """Check-ins of cadres: one row tells of one or both tracks."""
    prepared = prepare_checkins(store, args.files, **_options(args))
    return _import(store, prepared, commit_checkins, args)


def import_grids(store: Store, args: Any) -> Answer:
    """Grids with their outlines from GeoJSON, or their facts from a sheet."""
    drawn = [file for file in args.files if places.is_geojson(Path(file))]
    if not drawn:
        return _import_plain(PLAIN["grids"], store, args)
    if len(args.files) > 1:
        raise InvalidInput({"files": "网格的 GeoJSON 文件请一次导入一个。"})
    return places.import_outlines(store, Path(drawn[0]), args)


def import_buildings(store: Store, args: Any) -> Answer:
    """Buildings from a sheet, or from the GeoJSON that `export` writes."""
    with places.buildings_as_sheets(store, [Path(file) for file in args.files]) as files:
        args.files = files
        return _import_plain(PLAIN["buildings"], store, args)


def _import_plain(entity: PlainEntity, store: Store, args: Any) -> Answer:
    prepared = prepare_plain(store, entity, args.files, **_options(args))
    return _import(store, prepared, partial(_commit_plain, entity), args)


def _commit_plain(entity: PlainEntity, store: Store, prepared: Prepared, *, skip_bad: bool) -> Written:
    return commit_plain(store, prepared, entity, skip_bad=skip_bad)


def _options(args: Any) -> dict[str, Any]:
    return {"sheet": args.sheet, "maps": pairs(args.map, "对列"), "answers": pairs(args.answer, "回答")}


IMPORTS: dict[str, Callable[[Store, Any], Answer]] = {
    "roster": import_roster,
    "visits": import_visits,
    **{name: partial(_import_plain, entity) for name, entity in PLAIN.items()},
    "grids": import_grids,
    "buildings": import_buildings,
    "checkins": import_checkins,
}


def _import(store: Store, prepared: Prepared, commit: Callable[..., Written], args: Any) -> Answer:
    if args.report:
        _report(prepared, Path(args.report))
    if unknown := [one for one in prepared.answers if one not in prepared.plan.questions]:
        known = "、".join(prepared.plan.questions) or "（这次没有问题）"
        raise InvalidInput({"answer": f"没有编号为“{'”“'.join(unknown)}”的问题，什么都没有写入。现有的问题：{known}。"})
    blocked = bool(prepared.errors) and not args.skip_bad
    written = None
    if prepared.sheets and not args.dry_run and not blocked:
        written = commit(store, prepared, skip_bad=args.skip_bad)
    counts = (written.counts if written else None) or prepared.plan.counts()
    waiting = [one for one in prepared.asked if not one["written"]]
    body: dict[str, Any] = {
        "new": counts[Outcome.NEW],
        "updated": counts[Outcome.UPDATED],
        "unchanged": counts[Outcome.UNCHANGED],
        "skipped": counts[Outcome.SKIPPED],
        "errors": prepared.errors,
        "unmapped": prepared.unmapped,
        "asked": prepared.asked,
        "left_out": prepared.left_out,
        "missing": prepared.plan.missing,
        "remarks": prepared.remarks,
        "step": written.step if written else None,
        "written": written is not None,
    }
    if isinstance(prepared.plan, VisitPlan):
        body |= {"states": prepared.plan.states(), "overlaps": prepared.plan.overlaps}
    code = REFUSED if not prepared.sheets or (blocked and not args.dry_run) else 0
    if not code and (prepared.errors or waiting or prepared.unmapped):
        code = LISTED
    return Answer(body, import_lines(body, blocked=blocked, dry=args.dry_run), code)


def _report(prepared: Prepared, out: Path) -> None:
    from core.sheet.writing import write_error_book

    by_sheet: dict[int, dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in prepared.plan.rows:
        by_sheet[id(row.sheet)][row.row.row] += row.faults
    write_error_book([(one.raw, by_sheet[id(one)], one.map) for one in prepared.sheets], out)


# -- list, export, template --------------------------------------------------------------------------------------


def list_kind(store: Store, args: Any) -> Answer:
    """Rows of one kind, with English field names; numbers of persons masked, unless they are asked for."""
    kind = KINDS[args.kind]
    total, rows = kind.rows(store, asked_of(args, limit=args.limit))
    bare = bool(args.reveal)
    if bare and rows and kind.spec is not None:
        reveals.record(store, kind.spec.table, [row["uid"] for row in rows], numbers_of(rows[0]))
    lines = [f"共{total}条", *(line(kind.spec, row, bare=bare) for row in rows)]
    return Answer({"total": total, "rows": [shown(row, bare=bare) for row in rows]}, lines)


def export_kind(store: Store, args: Any) -> Answer:
    """A workbook that `import` reads back unchanged, one file per unit, branch or grid if asked; or GeoJSON."""
    kind, out = KINDS[args.kind], Path(args.out)
    if kind.spec is None:
        raise InvalidInput({"kind": f"{args.kind} 只能列出（list），不能导出。可以导出：{kinds_text(EXPORTS)}。"})
    if places.is_geojson(out):
        return places.export_geojson(store, args.kind, out, args)
    if args.lonlat:
        raise InvalidInput({"lonlat": "经纬度只用于 GeoJSON，请把 --out 写成 X.geojson。"})
    _total, rows = kind.rows(store, asked_of(args))
    year = f"{args.year or year_in_force(store)}年" if args.kind == "visits" else ""
    personal = personal_sentence(kind.spec.fields, rows)
    if personal:
        say(f"{out.name}{personal}")
        reveals.record(store, kind.spec.table, [""], [one.key for one in masked_fields(kind.spec.fields)])
    files = []
    for name, part in _split(rows, args.split, kind.label):
        file = out.with_name(f"{out.stem}_{name}{out.suffix}") if name else out
        _write(kind.spec, part, file, f"{name}{year}{kind.spec.label}")
        files.append(str(file))
    body = {"rows": len(rows), "files": files, "personal": personal}
    return Answer(body, [f"导出{len(rows)}条：", *files])


def _write(spec: EntitySpec, rows: list[Row], file: Path, title: str) -> None:
    from core.sheet.writing import write_sheet

    note = f"统计口径：按导出条件共{len(rows)}条。截至{format_date(today())}。"
    write_sheet(spec, rows, file, title=title, footnote=note, sheet_name=spec.label)


_SPLITS = {"unit": ("unit", "单位"), "branch": ("branch", "支部"), "grid": ("grid", "网格")}


def _split(rows: list[Row], by: str | None, label: str) -> Iterable[tuple[str, list[Row]]]:
    if not by:
        return [("", rows)]
    key, what = _SPLITS[by]
    if rows and key not in rows[0]:
        raise InvalidInput({"split": f"{label}没有{what}一项，不能按{what}分成几份。"})
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        name = f"{row['unit']}_{row['branch'] or '未编支部'}" if by == "branch" else row[key] or f"未编{what}"
        groups[file_name(name)].append(row)
    return groups.items()


def template(store: Store, args: Any) -> Answer:
    """An empty workbook with drop-downs."""
    from core.sheet.writing import write_template

    spec = KINDS[args.kind].spec
    assert spec is not None  # only kinds that are imported are offered
    write_template(spec, Path(args.out), offered(store), title=f"党员干部下沉社区{spec.label}")
    return Answer({"file": args.out}, [f"空白模板已写到 {args.out}"])


def offered(reads: Reads) -> dict[str, list[str]]:
    """The values of drop-downs, by editable list or field key."""
    lists: dict[str, list[str]] = dict(code_lists(reads))
    lists["unit"] = [row["name"] for row in units(reads)]
    lists["grid"] = [row["name"] for row in grids(reads)]
    lists["estate"] = [row["name"] for row in estates(reads)]
    lists["community"] = [row["name"] for row in communities(reads)]
    return {name: values for name, values in lists.items() if values}
