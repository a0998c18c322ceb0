"""What a leader asks, answered in one sentence to copy: the figure, 统计口径 and 截至. 方案 三(三) 五(三)3"""

from __future__ import annotations

from dataclasses import dataclass

from core.base.clock import today
from core.base.dates import format_date, format_hours
from core.checkin.status import Count, Status, checkin_status, day_in_year
from core.grid_assignment.queries import balance, lead_rows
from core.overview.figures import FigureTable, Line, figure_table
from core.place.queries import buildings, linked_community
from core.service_log.counting import RULE
from core.service_log.quota import ASSESSED, UnitProgress, YearProgress, not_asked, unit_progress
from core.store import Reads
from core.submission.queries import task_rows, unit_rows

_NAMED = 20  # in one sentence; the tables name all
_RULE = f"口径：{RULE}；组织派遣另列，待确认的不计入"


@dataclass(frozen=True, slots=True)
class Answer:
    """One question and its sentence."""

    question: str
    sentence: str


def school_answers(reads: Reads, year: int) -> list[Answer]:
    """The questions about the whole school, the most common first."""
    months, progress = figure_table(reads, year, "month"), unit_progress(reads, year)
    found = [
        Answer(f"{year}年全校下沉多少人次、多少小时？", _served(months, months.total, "全校")),
        Answer(f"{year}年全校达标率是多少？", _met(progress, progress.total, months.as_of)),
    ]
    if busiest := max(months.lines, key=lambda one: one.times, default=None):
        found.append(
            Answer(f"{year}年哪个月下沉人次最多？", _served(months, busiest, f"全校{busiest.name}（人次最多）"))
        )
    met = [_share(one.unit, one.met, one.people) for one in progress.by_unit if one.people]
    by_unit = f"{_met_head(progress, months.as_of)}各单位达标率：{_listed(met)}。{_met_basis(progress)}"
    status = checkin_status(reads, day_in_year("", year), year=year)
    checked = [_share(one.unit, one.checked, one.due) for one in status.units if one.due]
    came = f"截至{format_date(status.as_of)}，各单位报到率：{_listed(checked)}。（口径：{status.scope}）"
    return [
        *found,
        Answer(f"{year}年各单位达标率是多少？", by_unit),
        Answer(f"{year}年全校报到率是多少？", _checked(status, status.total, "全校")),
        Answer(f"{year}年各单位报到率是多少？", came),
        Answer("哪些网格、楼栋还没有楼栋长？", _leads(reads, year)),
        Answer(f"{year}年还有谁没有报送什么？", _owed(reads, year)),
    ]


def unit_answers(reads: Reads, year: int, unit_uid: str) -> list[Answer]:
    """The questions about one unit."""
    table, progress = figure_table(reads, year, "track", unit_uid=unit_uid), unit_progress(reads, year)
    status = checkin_status(reads, day_in_year("", year), unit_uid=unit_uid, year=year)
    mine = next((one for one in progress.by_unit if one.unit_uid == unit_uid), UnitProgress(unit_uid, table.whose))
    return [
        Answer(f"{table.whose}下沉多少人次、多少小时？", _served(table, table.total, table.whose)),
        Answer(f"{table.whose}达标率是多少？", _met(progress, mine, table.as_of)),
        Answer(f"{table.whose}报到率是多少？", _checked(status, status.total, table.whose)),
        Answer(f"{table.whose}还有什么没有报送？", _owed(reads, year, unit_uid, table.whose)),
    ]


def line_answer(table: FigureTable, line: Line) -> Answer:
    """The question about one line of a table: a grid, a category, a month."""
    whose = table.whose if line is table.total else f"{table.whose}“{line.name}”"
    return Answer(f"{whose}下沉多少人次、多少小时？", _served(table, line, whose))


def all_answers(reads: Reads, year: int, unit_uid: str = "") -> list[Answer]:
    """The questions about the school and its grids, or about one unit."""
    if unit_uid:
        return unit_answers(reads, year, unit_uid)
    grids = figure_table(reads, year, "grid")
    return school_answers(reads, year) + [line_answer(grids, one) for one in grids.lines if one.records]


def _served(table: FigureTable, line: Line, whose: str) -> str:
    text = (
        f"截至{format_date(table.as_of)}，{table.year}年{whose}有{line.people}名党员干部下沉服务，"
        f"业余时间{line.times}人次、{format_hours(line.minutes)}小时"
    )
    if line.duty_times or line.duty_minutes:
        text += f"，组织派遣{line.duty_times}人次、{format_hours(line.duty_minutes)}小时"
    waiting = line.waiting_times + line.duty_waiting_times
    minutes = line.waiting_minutes + line.duty_waiting_minutes
    if waiting or minutes:
        text += f"；另有待确认{waiting}人次、{format_hours(minutes)}小时"
    return f"{text}。（{_RULE}。）"


def _met_head(progress: YearProgress, as_of: str) -> str:
    return f"截至{format_date(min(as_of, today().isoformat()))}，{progress.year}年"


def _met_basis(progress: YearProgress) -> str:
    return f"（口径：全年{progress.minimum.text}，只计已确认的业余时间，{RULE}；{ASSESSED}单位按年末所在。）"


def _met(progress: YearProgress, one: UnitProgress, as_of: str) -> str:
    if reason := not_asked(progress.year):
        return f"{_met_head(progress, as_of)}{one.unit}：{reason}。"
    head, basis = f"{_met_head(progress, as_of)}{one.unit}", _met_basis(progress)
    left = f"；另有年内离开{one.left_people}人，其中另有达标{one.left_met}人" if one.left_people else ""
    if not one.people:
        return f"{head}没有应考核人员{left}。{basis}"
    short = one.going + one.behind
    return f"{head}应考核{one.people}人，已达标{one.met}人，达标率{one.met / one.people:.1%}，未达标{short}人{left}。{basis}"


def _checked(status: Status, one: Count, whose: str) -> str:
    head, basis = f"截至{format_date(status.as_of)}，{whose}", f"（口径：{status.scope}）"
    if one.rate is None:
        return f"{head}没有应报到人员。{basis}"
    return f"{head}应报到{one.due}人，已报到{one.checked}人（逾期{one.late}人），报到率{one.rate:.1%}，未报到{one.absent}人。{basis}"


def _share(name: str, part: int, whole: int) -> str:
    return f"{name}{part / whole:.1%}（{part}/{whole}）"


def _listed(texts: list[str]) -> str:
    return "；".join(texts) or "还没有应计的人"


def _leads(reads: Reads, year: int) -> str:
    """Buildings without a 楼栋长 by grid, from the rows of 社区网格. 方案 五(二)3"""
    home = linked_community(reads)
    head, basis = (
        f"截至{format_date(today())}，{home['name'] if home else '联系社区'}",
        "（口径：任期在当天有效、没有归档的楼栋长。）",
    )
    led = {row["building_uid"] for row in lead_rows(reads)}
    rows, gaps = balance(reads, year), []
    for grid in rows:
        open_ones = [f"{row['estate']}{row['name']}" for row in buildings(reads, grid["uid"]) if row["uid"] not in led]
        if open_ones:
            gaps.append(f"{grid['grid']}{len(open_ones)}栋（{_few(open_ones)}）")
    total, with_lead = (sum(row[key] for row in rows) for key in ("buildings", "led"))
    if not total:
        return f"{head}还没有登记编入网格的楼栋。{basis}"
    if not gaps:
        return f"{head}{total}栋楼都有楼栋长。{basis}"
    return f"{head}共{total}栋楼，有楼栋长{with_lead}栋，缺{total - with_lead}栋：{'；'.join(gaps)}。{basis}"


def _owed(reads: Reads, year: int, unit_uid: str = "", whose: str = "") -> str:
    """Who owes which matter, overdue ones named, from the rows of 报送台账."""
    day, owed = today().isoformat(), []
    for row in task_rows(reads, year):
        units = [one for one in unit_rows(reads, row["uid"]) if one["missing"] and unit_uid in ("", one["unit_uid"])]
        if units:
            due = (
                f"（截止{format_date(row['due_on'])}{'，已逾期' if row['due_on'] < day else ''}）"
                if row["due_on"]
                else ""
            )
            names = [
                one["missing"] if one["missing"] == one["unit"] else f"{one['unit']}：{one['missing']}" for one in units
            ]
            owed.append(f"“{row['name']}”{due}{_few(names, '、' if row['level'] == 'UNIT' else '；')}")
    head, basis = (
        f"截至{format_date(today())}，{year}年{whose}",
        "（口径：一次也没有报送过的为未报送，过了截止日期的为逾期。）",
    )
    return f"{head}未报送：{'；'.join(owed)}。{basis}" if owed else f"{head}没有未报送的事项。{basis}"


def _few(names: list[str], mark: str = "、") -> str:
    more = f"等{len(names)}个" if len(names) > _NAMED else ""
    return mark.join(names[:_NAMED]) + more
