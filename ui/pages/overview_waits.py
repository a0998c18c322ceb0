"""The lines under 今天: how many, in words, and which rows open. What does not wait has no line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QWidget

from core.base.clock import today
from core.base.dates import format_date
from core.checkin.status import absent_count, day_in_year, due_date
from core.exchange.queries import open_counts, overdue_copies
from core.grid_assignment.queries import unplaced_count
from core.holdings import left_behind
from core.service_log.waiting import Waiting, late_unexplained, unprinted
from core.store import Row
from core.submission.queries import overdue_tasks
from ui.context import Context

NAMED = 3  # copies named in one line


@dataclass(frozen=True, slots=True)
class Matter:
    """One line: `act` opens the rows that were counted."""

    count: int
    words: str
    tone: str  # colour of the number: bad, warn, info
    act: Callable[[], Any]
    hint: str = ""


def matters(ctx: Context, waits: Waiting, parent: QWidget | None = None) -> list[Matter]:
    """What waits, the most pressing first; dialogs belong to `parent`."""

    def visits(state: str) -> Callable[[], None]:
        return lambda: ctx.go_to("visits", state=state)

    def people(*where: tuple[str, str, str]) -> Callable[[], None]:
        return lambda: ctx.go_to("roster", where=[list(one) for one in where])

    def late() -> None:
        ctx.go_to("visits", uids=late_unexplained(ctx.store, ctx.year))

    def unlisted() -> None:
        ctx.go_to("visits", uids=unprinted(ctx.store, ctx.year))

    at_home = (("community", "blank", ""), ("status", "=", "ACTIVE"))
    lines = [
        *_exchange(ctx),
        *_community(ctx, parent),
        Matter(waits.returned, "条记录被退回，等着修改", "bad", visits("RETURNED"), "打开退回修改的记录"),
        Matter(waits.late_unexplained, "条补录没有写原因", "bad", late, "打开缺补录原因的记录"),
        Matter(waits.waiting, "条记录待确认", "warn", visits("WAITING"), "打开待确认的记录"),
        Matter(
            waits.unprinted,
            "条待确认还没有上清单",
            "warn",
            unlisted,
            "在服务纪实里按 Ctrl+P 生成待确认清单，拿去社区签字",
        ),
        Matter(waits.drafts, "条草稿没有提交", "info", visits("DRAFT"), "打开草稿"),
        Matter(waits.no_branch, "人没有编入党支部", "info", people(("branch", "blank", "")), "打开这些人"),
        Matter(waits.no_community, "名在职人员没有填居住社区", "info", people(*at_home), "打开这些人"),
        Matter(waits.no_phone, "人没有手机号", "info", people(("phone", "blank", "")), "打开这些人"),
        Matter(waits.no_staff_no, "人没有工号", "info", people(("staff_no", "blank", "")), "打开这些人"),
    ]
    return [one for one in lines if one.count]


def _exchange(ctx: Context) -> list[Matter]:
    """What packets left open, and copies that should be back."""
    counts, late = open_counts(ctx.store), overdue_copies(ctx.store)
    names = "、".join(row["name"] for row in late[:NAMED]) + ("等" if len(late) > NAMED else "")
    return [
        Matter(
            counts["decide"],
            "处待定，合并的数据包和这边说法不同",
            "bad",
            lambda: ctx.go_to("exchange", tab="review", which="OPEN"),
            "打开待定，逐条选一方",
        ),
        Matter(
            len(late),
            f"份带出的数据逾期未交回：{names}",
            "bad",
            lambda: ctx.go_to("exchange", tab="ledger", late=True),
            "打开带出台账",
        ),
        Matter(
            counts["parallel"],
            "处并行修改已合在一起，可以看一眼",
            "info",
            lambda: ctx.go_to("exchange", tab="review", which="PARALLEL"),
            "打开并行修改，可以一次全部采用",
        ),
    ]


def _community(ctx: Context, parent: QWidget | None) -> list[Matter]:
    """What waits of check-in, placing and reports. 方案 三(三) 五(一)2 五(二)3"""
    store, year = ctx.store, ctx.year
    day = day_in_year("", year)
    due_on = due_date(store, year)
    late = day > due_on
    gone = {one.cadre_uid for one in left_behind(store)}
    placing = unplaced_count(store) if store.value("SELECT 1 FROM grid WHERE archived_on = '' LIMIT 1") else 0

    def end_left() -> None:
        from ui.pages.roster_holdings import LeftBehindDialog  # not with the first window: it brings the verbs

        LeftBehindDialog(ctx, parent).open()

    def absent() -> None:
        if day < today().isoformat():  # the list of people is of today: those of a past year stand in 报到情况
            ctx.go_to("checkin", tab="status")
        else:
            ctx.go_to("checkin", state="ABSENT", status="ACTIVE")

    return [
        Matter(
            absent_count(store, day),
            f"名在职人员未报到，{_month_day(due_on)}截止",
            "bad" if late else "warn",
            absent,
            "打开未报到的人；报到情况里可以复制催报文字",
        ),
        *(_overdue(ctx, task) for task in overdue_tasks(store, year, today().isoformat())),
        Matter(
            len(gone),
            "名已归档人员手上的事没有结束",
            "warn",
            end_left,
            "看他们名下的报到、编入网格、楼栋长和小分队，一次结束",
        ),
        Matter(
            placing,
            "人未编入网格",
            "warn",
            lambda: ctx.go_to("map", unplaced=True),
            "打开这些人，可以自动编入或逐个编入",
        ),
    ]


def _overdue(ctx: Context, task: Row) -> Matter:
    words = f"家未报送{task['name']}，{_month_day(task['due_on'])}截止"
    return Matter(
        task["due"] - task["sent"],
        words,
        "bad",
        lambda: ctx.go_to("checkin", tab="submissions", task=task["uid"], verdict="MISSING"),
        "打开报送台账里没有报的；那里可以复制催报文字",
    )


def _month_day(day: str) -> str:
    """8月10日: the year is the one in force."""
    return format_date(day).partition("年")[2]
