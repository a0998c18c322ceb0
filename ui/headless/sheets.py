"""import, list, export, template."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from core.base.clock import today
from core.base.dates import format_date
from core.base.errors import InvalidInput
from core.base.fields import EntitySpec
from core.org.model import CONTACT
from core.org.queries import branches, contact_rows, units
from core.org.settings import year_in_force
from core.roster import queries as roster
from core.roster.import_run import commit_roster, prepare_roster
from core.roster.model import CADRE
from core.service_log import queries as log
from core.service_log.importing import VisitPlan, commit_visits, prepare_visits
from core.service_log.model import VISIT
from core.sheet.importing import Outcome, Prepared, Written, code_lists
from core.store import Row, Store
from ui.headless.answer import LISTED, REFUSED, Answer
from ui.headless.parser import pairs

KINDS = ("roster", "visits", "units", "branches", "contacts", "communities", "grids", "sheets", "lists", "settings")
TEMPLATES = ("roster", "visits")
_SPECS: dict[str, EntitySpec] = {"roster": CADRE, "visits": VISIT, "contacts": CONTACT}


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


IMPORTS: dict[str, Callable[[Store, Any], Answer]] = {"roster": import_roster, "visits": import_visits}


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
    return Answer(body, _import_lines(body, waiting, bool(blocked), args.dry_run), code)


def _import_lines(body: Row, waiting: list[Row], blocked: bool, dry: bool) -> list[str]:
    verb = "检查结果" if dry or blocked else "已导入"
    lines = [f"{verb}：新增{body['new']}，更新{body['updated']}，不变{body['unchanged']}，跳过{body['skipped']}。"]
    lines += ["错误 " + _where(one) + one["message"] for one in body["errors"]]
    lines += ["请回答 " + _where(one) + one["message"] + _options(one) for one in waiting]
    lines += [f"没有对上的列：{one['sheet']}“{one['column']}”（用 --map 指定，或忽略）" for one in body["unmapped"]]
    lines += [
        f"名册里有、这次表里没有：{'　'.join(str(value) for key, value in one.items() if key != 'uid')}"
        for one in body["missing"]
    ]
    if blocked and not dry:
        lines.append("有错误，什么都没有写入。请改正后再导入，或加 --skip-bad 跳过有错的部分。")
    return lines


def _where(one: Row) -> str:
    row = f"第{one['row']}行" if one.get("row") else ""
    column = f"“{one['column']}”" if one.get("column") else ""
    return f"{one['file']} {one['sheet']} {row}{column} "


def _options(one: Row) -> str:
    choices = "，".join(f"{key}={label}" for key, label in one["options"].items())
    return f"（--answer {one['id']}=选项；{choices}）"


def _report(prepared: Prepared, out: Path) -> None:
    from core.sheet.writing import write_error_book

    by_sheet: dict[int, dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in prepared.plan.rows:
        by_sheet[id(row.sheet)][row.row.row] += row.faults
    write_error_book([(one.raw, by_sheet[id(one)], one.map) for one in prepared.sheets], out)


# -- list, export, template --------------------------------------------------------------------------------------


def list_kind(store: Store, args: Any) -> Answer:
    """Rows of one kind, with English field names."""
    total, rows = _rows(store, args, args.limit)
    shown = [{key: value for key, value in row.items() if key not in _HIDDEN} for row in rows]
    lines = [f"共{total}条"] + [
        "　".join(str(value) for key, value in row.items() if value not in {"", None} and not key.endswith("uid"))
        for row in shown
    ]
    return Answer({"total": total, "rows": shown}, lines)


_HIDDEN = {"pinyin", "initials", "stroke_key", "unit_uid", "branch_uid", "grid_uid", "counted_times"}


def _rows(store: Store, args: Any, limit: int | None) -> tuple[int, list[Row]]:
    kind, unit, where = args.kind, args.unit or "", args.where or ()
    if kind == "roster":
        asked = roster.named_filter(store, unit, where, search=args.search)
        return roster.cadre_count(store, asked), roster.cadre_rows(store, asked, limit=limit)
    if kind == "visits":
        seen = log.named_filter(store, unit, where=where, search=args.search, year=args.year)
        return log.visit_count(store, seen), log.visit_rows(store, seen, "day_up", limit=limit)
    found = [row for row in _plain(store, args) if not args.search or args.search in "".join(map(str, row.values()))]
    for key, value in pairs(args.where, "条件").items():
        found = [row for row in found if str(row.get(key, "")) == value]
    return len(found), found if limit is None else found[:limit]


def _plain(store: Store, args: Any) -> list[Row]:
    unit_uid = ""
    if args.unit:
        unit_uid = roster.named_filter(store, args.unit).unit_uid
    if args.kind == "units":
        return units(store)
    if args.kind == "branches":
        wanted = [unit_uid] if unit_uid else [one["uid"] for one in units(store)]
        return [row for uid in wanted for row in branches(store, uid)]
    if args.kind == "contacts":
        return contact_rows(store, unit_uid=unit_uid)
    table = {
        "communities": "community",
        "grids": "grid",
        "sheets": "confirm_sheet",
        "lists": "code_list",
        "settings": "setting",
    }
    return store.rows(f"SELECT * FROM {table[args.kind]} ORDER BY uid")


def export_kind(store: Store, args: Any) -> Answer:
    """A workbook that `import` reads back unchanged; one file per unit or branch if asked."""
    spec = _SPECS.get(args.kind)
    if spec is None:
        raise InvalidInput({"kind": f"{args.kind} 只能列出（list），不能导出。可以导出：{'、'.join(_SPECS)}。"})
    args.limit = None
    _total, rows = _rows(store, args, None)
    out = Path(args.out)
    year = f"{args.year or year_in_force(store)}年" if args.kind == "visits" else ""
    files = []
    for name, part in _split(rows, args.split):
        file = out.with_name(f"{out.stem}_{name}{out.suffix}") if name else out
        _write(spec, part, file, f"{name}{year}{spec.label}")
        files.append(str(file))
    return Answer({"rows": len(rows), "files": files}, [f"导出{len(rows)}条：", *files])


def _write(spec: EntitySpec, rows: list[Row], file: Path, title: str) -> None:
    from core.sheet.writing import write_sheet

    note = f"统计口径：按导出条件共{len(rows)}条。截至{format_date(today())}。"
    write_sheet(spec, rows, file, title=title, footnote=note, sheet_name=spec.label)


def _split(rows: list[Row], by: str | None) -> Iterable[tuple[str, list[Row]]]:
    if not by:
        return [("", rows)]
    from reports.kit.batch import safe_name

    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        name = row["unit"] if by == "unit" else f"{row['unit']}_{row['branch'] or '未编支部'}"
        groups[safe_name(name)].append(row)
    return groups.items()


def template(store: Store, args: Any) -> Answer:
    """An empty workbook with drop-downs."""
    from core.sheet.writing import write_template

    spec = _SPECS[args.kind]
    lists: dict[str, list[str]] = dict(code_lists(store))
    lists |= {"unit": [one["name"] for one in units(store)]}
    write_template(spec, Path(args.out), lists, title=f"党员干部下沉社区{spec.label}")
    return Answer({"file": args.out}, [f"空白模板已写到 {args.out}"])
