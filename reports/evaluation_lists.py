"""考核结果汇总, 反馈单 to the units, 未达标提醒单 by branch. 方案 三(七) 五(三)3"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from core.base.clock import today
from core.base.dates import format_date, format_hours
from core.evaluation.forecast import Forecast, forecast
from core.evaluation.model import EVALUATION
from core.evaluation.queries import Counters, branch_counters, cap_state, evaluation_rows, missing_of, summed
from core.evaluation.rules import Options, offered, options
from core.service_log.quota import ASSESSED
from core.store import Reads, Row
from reports.collect_person import SCOPE
from reports.kit.batch import Job
from reports.list_jobs import list_job, list_subtitle, unit_name, unprintable
from reports.lists import ListColumn, ListData
from reports.spec import Asked, Gap

_NAME, _NO, _BRANCH = ListColumn("姓名", name=True), ListColumn("工号", whole=True), ListColumn("党支部")
_UNIT = ListColumn("二级单位党组织")
_NO_BRANCH = "（未编入支部）"


def evaluation_summary_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """考核结果汇总: grades by unit or branch, then who is exempt and what is still missing."""
    rows = evaluation_rows(reads, asked.year, asked.unit_uid)
    if rows:
        name = "考核结果汇总（按党支部）" if asked.by == "branch" else "考核结果汇总"
        tables = _summary(reads, asked, rows)
        parts = (str(asked.year), name, unit_name(reads, asked))
        yield list_job(reads, tables[0].title, parts, tables, sum(not row["exempt"] for row in rows))


def evaluation_summary_check(reads: Reads, asked: Asked) -> list[Gap]:
    """Characters of the tables that no font can print."""
    return unprintable("考核结果汇总", _summary(reads, asked, evaluation_rows(reads, asked.year, asked.unit_uid)))


def evaluation_feedback_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """考核结果反馈单: for each unit its people's results, a file each."""
    for unit, rows in _by_unit(evaluation_rows(reads, asked.year, asked.unit_uid)):
        table = _feedback(reads, asked, unit, rows)
        yield list_job(reads, table.title, (str(asked.year), "考核结果反馈单", unit), (table,), len(rows))


def evaluation_feedback_check(reads: Reads, asked: Asked) -> list[Gap]:
    """Characters of the sheets that no font can print."""
    units = _by_unit(evaluation_rows(reads, asked.year, asked.unit_uid))
    return unprintable("考核结果反馈单", [_feedback(reads, asked, unit, rows) for unit, rows in units])


def below_reminder_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """未达标提醒单: for each unit who is below the minimum, what is lacking and where it leads, a file each."""
    found = forecast(reads, asked.year, asked.unit_uid, asked.as_of)
    for unit, rows in _by_unit(found.rows):
        table = _below(reads, asked, found, unit, rows)
        yield list_job(reads, table.title, (str(asked.year), "未达标提醒单", unit), (table,), len(rows))


def below_reminder_check(reads: Reads, asked: Asked) -> list[Gap]:
    """Characters of the sheets that no font can print."""
    found = forecast(reads, asked.year, asked.unit_uid, asked.as_of)
    return unprintable("未达标提醒单", [_below(reads, asked, found, unit, rows) for unit, rows in _by_unit(found.rows)])


def _by_unit(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["unit"], []).append(row)
    return list(found.items())


def _day(asked: Asked) -> str:
    return min(today().isoformat(), f"{asked.year}-12-31")


def _subtitle(reads: Reads, asked: Asked, whose: str = "") -> str:
    return list_subtitle(reads, whose or unit_name(reads, asked), _day(asked))


# -- the summary --------------------------------------------------------------------------------------------------------


def _summary(reads: Reads, asked: Asked, rows: Sequence[Row]) -> tuple[ListData, ...]:
    chosen = options(reads)
    exempt = [row for row in rows if row["exempt"]]
    lacking = [(row, missing) for row in rows if (missing := missing_of(row, chosen))]
    tables = [_counts(reads, asked, rows, chosen)]
    if exempt:
        cells = [
            (*_who(at, row, asked), row["exempt"], row["exempt_by"], format_date(row["exempt_on"]))
            for at, row in enumerate(exempt, 1)
        ]
        heads: tuple[ListColumn, ...] = (ListColumn("原因"), ListColumn("批准人"), ListColumn("批准日期", whole=True))
        scope = f"不纳入{asked.year}年度考核的党员干部，共{len(exempt)}人；离退休等没有评价记录的不列。"
        tables.append(_people(reads, asked, "不纳入考核人员名单", heads, cells, scope))
    if lacking:
        cells = [(*_who(at, row, asked), "、".join(missing), _way(row)) for at, (row, missing) in enumerate(lacking, 1)]
        heads = (ListColumn("还缺", "left"), ListColumn("评价表"))
        tables.append(
            _people(reads, asked, "考核评价未完成名单", heads, cells, f"应考核而评价还不全的，共{len(lacking)}人。")
        )
    return tuple(tables)


def _counts(reads: Reads, asked: Asked, rows: Sequence[Row], chosen: Options) -> ListData:
    by_branch = asked.by == "branch"
    sides = [("branches", "支部"), ("community", "社区")]
    if chosen.overall:
        sides.append(("overall", "综合"))
    grades = _grades(reads, rows)
    columns = (
        ListColumn("序号", whole=True),
        _UNIT,
        *((_BRANCH,) if by_branch else ()),
        ListColumn("应考核", whole=True),
        *(ListColumn(f"{name}\n{grade}", whole=True) for _, name in sides for grade in grades),
        ListColumn("未评全", whole=True),
        *((ListColumn("不定\n等次", whole=True),) if chosen.ungraded else ()),
        ListColumn("达标", whole=True),
        ListColumn("免考", whole=True),
        *((ListColumn("优秀\n上限", whole=True),) if by_branch and chosen.cap else ()),
    )
    parts = branch_counters(reads, asked.year, rows=rows)
    lines = parts if by_branch else _units(parts)

    def cells(one: Counters, whose: tuple[str, ...], number: str, cap: str) -> tuple[str, ...]:
        counts = [str(getattr(one, side)[grade]) for side, _ in sides for grade in grades]
        ungraded = (str(one.ungraded),) if chosen.ungraded else ()
        capped = (cap,) if by_branch and chosen.cap else ()
        ends = (str(one.met), str(one.exempt))
        return (number, *whose, str(one.people), *counts, str(one.missing), *ungraded, *ends, *capped)

    made = []
    for at, one in enumerate(lines, 1):
        whose = (one.unit, one.branch or _NO_BRANCH) if by_branch else (one.unit,)
        mine = [row for row in rows if (row["unit_uid"], row["branch_uid"]) == (one.unit_uid, one.branch_uid)]
        cap = cap_state(reads, mine, chosen) if by_branch else None
        made.append(cells(one, whose, str(at), f"{cap.given}/{cap.most}" if cap else ""))
    if len(lines) > 1:
        made.append(cells(summed(parts), ("合　　计", *(("",) if by_branch else ())), "", ""))
    title = f"{asked.year}年度党员干部下沉社区考核结果汇总" + ("（按党支部）" if by_branch else "")
    return ListData(title, columns, tuple(made), _subtitle(reads, asked), _scope(chosen), _day(asked))


def _units(parts: Sequence[Counters]) -> list[Counters]:
    found: dict[str, list[Counters]] = {}
    for one in parts:
        found.setdefault(one.unit_uid, []).append(one)
    return [summed(mine, uid, mine[0].unit) for uid, mine in found.items()]


def _grades(reads: Reads, rows: Sequence[Row]) -> list[str]:
    """The grades of the list, and those that somebody was given before they were taken off it."""
    given = Counter(row[f"{side}_rating"] for row in rows for side in ("community", "branch", "overall"))
    grades = offered(reads, "grade")
    return grades + sorted(one for one in given if one and one not in grades)


def _scope(chosen: Options) -> str:
    text = f"{ASSESSED}社区、党支部的等次分别统计，互不折算。达标只看已确认的业余时间服务。"
    return text + ("预备党员只写意见、不定等次。" if chosen.ungraded else "")


def _people(
    reads: Reads,
    asked: Asked,
    title: str,
    heads: Sequence[ListColumn],
    cells: Sequence[tuple[str, ...]],
    scope: str,
) -> ListData:
    columns = (ListColumn("序号", whole=True), _NAME, _NO, *(() if asked.unit_uid else (_UNIT,)), _BRANCH, *heads)
    whole = f"{asked.year}年度{title}"
    return ListData(whole, columns, tuple(cells), _subtitle(reads, asked), scope, _day(asked))


def _who(number: int, row: Row, asked: Asked) -> tuple[str, ...]:
    unit = () if asked.unit_uid else (row["unit"],)
    return (str(number), row["name"], row["staff_no"], *unit, row["branch"] or _NO_BRANCH)


def _way(row: Row) -> str:
    """How far the form has come, in a word."""
    for key, label in (("back_on", "已收回"), ("out_on", "已发出"), ("printed_on", "已打印")):
        if row[key]:
            return f"{label}（{format_date(row[key])}）"
    return "未打印"


# -- what goes to a unit ------------------------------------------------------------------------------------------------


def _feedback(reads: Reads, asked: Asked, unit: str, rows: Sequence[Row]) -> ListData:
    chosen = options(reads)
    keys = ["community_rating", "branch_rating", *(["overall_rating"] if chosen.overall else [])]
    columns = (
        ListColumn("序号", whole=True), _NAME, _NO, _BRANCH,
        ListColumn("业余\n次数", whole=True), ListColumn("业余时长\n（小时）", whole=True),
        ListColumn("派遣时长\n（小时）", whole=True), ListColumn("是否达标"),
        *(ListColumn(EVALUATION.field(key).label.replace("等次", "\n等次").lstrip("\n")) for key in keys),
        ListColumn("党支部评价意见", "left"),
    )  # fmt: skip
    cells = tuple(
        (
            str(at), row["name"], row["staff_no"], row["branch"] or _NO_BRANCH, str(row["times"]),
            format_hours(row["minutes"]), format_hours(row["duty_minutes"]), row["verdict"],
            *("—" if row["exempt"] else row[key] or "未评" for key in keys), row["branch_remark"],
        )
        for at, row in enumerate(rows, 1)
    )  # fmt: skip
    title = f"{asked.year}年度党员干部下沉社区考核结果反馈单"
    people = sum(not row["exempt"] for row in rows)
    met = sum(row["verdict"] == "已达标" for row in rows)
    scope = f"{unit}应考核{people}人，已达标{met}人。{SCOPE}空白或“未评”表示还没有收到评价。"
    return ListData(title, columns, cells, _subtitle(reads, asked, unit), scope, _day(asked))


def _below(reads: Reads, asked: Asked, found: Forecast, unit: str, rows: Sequence[Row]) -> ListData:
    columns = (
        ListColumn("序号", whole=True), _BRANCH, _NAME, _NO,
        ListColumn("已确认\n次数", whole=True), ListColumn("已确认时长\n（小时）", whole=True),
        ListColumn("待确认\n次数", whole=True), ListColumn("待确认时长\n（小时）", whole=True),
        ListColumn("情况"), ListColumn("按目前进度到年末"), ListColumn("预计", whole=True),
    )  # fmt: skip
    ordered = sorted(rows, key=lambda row: (not row["branch"], row["branch"]))
    cells = tuple(
        (
            str(at), row["branch"] or _NO_BRANCH, row["name"], row["staff_no"], str(row["times"]),
            format_hours(row["minutes"]), str(row["waiting_times"]), format_hours(row["waiting_minutes"]), row["verdict"],
            f"{row['ahead_times']}次、{format_hours(row['ahead_minutes'])}小时", "达不到" if row["will_miss"] else "能达到",
        )
        for at, row in enumerate(ordered, 1)
    )  # fmt: skip
    miss = sum(row["will_miss"] for row in rows)
    title = f"{found.year}年度党员干部下沉社区服务未达标提醒单"
    scope = f"{unit}尚未达标{len(rows)}人，按目前进度年末达不到{miss}人，请逐一提醒。{found.scope}"
    return ListData(title, columns, cells, _subtitle(reads, asked, unit), scope, found.as_of)
