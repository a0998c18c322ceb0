"""The lines under 今天: how many, in words, and which rows open. What does not wait has no line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.service_log.waiting import Waiting, late_unexplained, unprinted
from ui.context import Context


@dataclass(frozen=True, slots=True)
class Matter:
    """One line: `act` opens the rows that were counted."""

    count: int
    words: str
    tone: str  # colour of the number: bad, warn, info
    act: Callable[[], Any]
    hint: str = ""


def matters(ctx: Context, waits: Waiting) -> list[Matter]:
    """What waits, the most pressing first."""

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
