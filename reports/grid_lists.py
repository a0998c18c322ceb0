"""网格编组表 and 112小分队名单. 方案 五(二)3"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from core.base.clock import today
from core.grid_assignment.model import ASSIGNMENT, LEAD
from core.grid_assignment.queries import assignment_rows, lead_rows, unplaced
from core.org.settings import all_settings
from core.place.model import GRID
from core.place.queries import buildings, grids
from core.roster.model import CADRE
from core.store import Reads, Row
from core.team.model import ROLE, SQUAD
from core.team.queries import squad_members, squad_rows
from reports.collect_community import Placing, placings
from reports.collect_person import own_texts
from reports.kit.batch import Job
from reports.kit.form_texts import form_texts
from reports.kit.text import date_cn
from reports.list_jobs import list_job, unprintable
from reports.lists import ListColumn, ListData, list_of
from reports.spec import Asked, Gap

_ASSIGNED = ("name", "staff_no", "unit", "branch", "estate", "building", "entrance", "from_on")
_UNPLACED = ("name", "staff_no", "unit", "address")


def grid_assignment_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """网格编组表: a table for each grid, at the end those who are in none yet."""
    tables = _assignment_tables(reads, asked)
    if tables:
        people = sum(len(table.rows) for table in tables)
        yield _job(reads, asked, "网格编组表", tables, people)


def grid_assignment_check(reads: Reads, asked: Asked) -> list[Gap]:
    """Characters of the tables that no font can print."""
    return unprintable("网格编组表", _assignment_tables(reads, asked))


def squad_list_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """112小分队名单: a line for each squad; what it lacks of 1+1+2 is said beside it."""
    table = _squads(reads, asked)
    if table.rows:
        yield _job(reads, asked, "112小分队名单", (table,), len(table.rows))


def squad_list_check(reads: Reads, asked: Asked) -> list[Gap]:
    """Characters of the list that no font can print."""
    return unprintable("112小分队名单", (_squads(reads, asked),))


def _job(reads: Reads, asked: Asked, name: str, tables: Sequence[ListData], people: int) -> Job:
    return list_job(reads, name, (today().isoformat(), name, _grid_name(reads, asked)), tables, people)


def _grid_name(reads: Reads, asked: Asked) -> str:
    return next((row["name"] for row in grids(reads) if row["uid"] == asked.grid_uid), "")


def _assignment_tables(reads: Reads, asked: Asked) -> tuple[ListData, ...]:
    rows = assignment_rows(reads, asked.grid_uid)
    placed = placings(reads, [row["cadre_uid"] for row in rows], today().isoformat())
    tables = []
    for grid in grids(reads):
        mine = [row for row in rows if row["grid_uid"] == grid["uid"]]
        if mine:
            tables.append(_assignment_table(reads, grid, mine, placed))
    if not asked.grid_uid and (left := unplaced(reads)):
        tables.append(_unplaced_table(reads, left))
    return tuple(tables)


def _assignment_table(reads: Reads, grid: Row, rows: Sequence[Row], placed: Mapping[str, Placing]) -> ListData:
    columns, cells = list_of([ASSIGNMENT.field(key) for key in _ASSIGNED], rows)
    columns = (*columns, ListColumn(LEAD.label), ListColumn(SQUAD.label))
    texts = []
    for row, line in zip(rows, cells, strict=True):
        placing = placed.get(row["cadre_uid"], Placing())
        texts.append((*line, "、".join(placing.leads), "、".join(placing.squads)))
    houses = buildings(reads, grid_uid=grid["uid"])
    led = {row["building_uid"] for row in lead_rows(reads, grid["uid"])}
    counts = Counter(row["status"] for row in rows)
    told = f"编入本网格、未归档的党员干部，共{len(rows)}人，其中在职{counts['ACTIVE']}人"
    scope = f"{told}；网格内楼栋{len(houses)}栋，有楼栋长{len(led)}栋。单位、党支部为当前所在，楼栋长、小分队为截至日期在任。"
    return ListData(f"{grid['name']}编组表", columns, tuple(texts), _subtitle(reads, grid), scope, today().isoformat())


def _unplaced_table(reads: Reads, rows: Sequence[Row]) -> ListData:
    columns, cells = list_of([CADRE.field(key) for key in _UNPLACED], rows)
    columns = (*columns, ListColumn("原　　因", "left"))
    texts = tuple((*line, row["reason"]) for row, line in zip(rows, cells, strict=True))
    scope = f"居住在联系社区、或者组织派遣到联系社区的在职党员干部中没有编入网格的，共{len(rows)}人。"
    return ListData("未编入网格人员名单", columns, texts, _printed_on(reads), scope, today().isoformat())


def _printed_on(reads: Reads) -> str:
    words = form_texts("lists", own_texts(reads, "lists"))
    settings = all_settings(reads)
    return f"{words['unit']}{settings.get('org_name', '') or words['whole']}"


def _subtitle(reads: Reads, grid: Row) -> str:
    settings = all_settings(reads)
    parts = [f"社区：{settings.get('linked_street', '')}{settings.get('linked_community', '')}"]
    if grid["worker"]:
        parts.append(f"网格员：{grid['worker']}")
    if grid["households"]:
        parts.append(f"{GRID.field('households').label}：{grid['households']}")
    return "　　".join(parts)


def _squads(reads: Reads, asked: Asked) -> ListData:
    squads = squad_rows(reads, asked.grid_uid)
    members: dict[str, dict[str, list[str]]] = {}
    for one in squad_members(reads):
        told = f"{one['name']}（{one['unit']}）" if one.get("unit") else one["name"]
        members.setdefault(one["squad_uid"], {}).setdefault(one["role"], []).append(told)
    label = {one.key: one.label for one in SQUAD.fields}
    columns = (
        ListColumn(form_texts("lists")["number"], whole=True),
        ListColumn(label["grid"]),
        ListColumn(label["name"]),
        *(ListColumn(text) for _, text in ROLE),
        ListColumn(label["formed_on"], whole=True),
        ListColumn(label["note"]),
    )
    cells = []
    for number, row in enumerate(squads, 1):
        roles = members.get(row["uid"], {})
        names = ("\n".join(roles.get(role, [])) for role, _ in ROLE)
        note = "".join(part for part in (row["warning"], row["note"]) if part)
        cells.append((str(number), row["grid"], row["name"], *names, date_cn(row["formed_on"]), note))
    lacking = sum(bool(row["warning"]) for row in squads)
    scope = (
        f"未撤销的112下沉服务小分队共{len(squads)}支；标准编成为网格员1名、下沉党员干部1名、志愿者2名，"
        f"{f'其中{lacking}支编成不齐，见备注' if lacking else '全部编成齐全'}。"
    )
    return ListData("112下沉服务小分队名单", columns, tuple(cells), _printed_on(reads), scope, today().isoformat())
