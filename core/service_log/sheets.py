"""待确认清单: printed per community, signed once, ticked in by number range, taken back by range. 方案 三(六) 七(二)3"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.base.clock import today
from core.base.errors import InvalidInput, Refused
from core.base.rights import Right
from core.exchange.queries import own_copy
from core.service_log.doubts import signer_fault
from core.service_log.model import SERVED, STATE_LABEL, Ticked, VisitFilter
from core.service_log.ops import UNSIGNED, signature
from core.service_log.queries import visit_page, visit_rows
from core.store import Reads, Row, Tx

ROWS_PER_PAGE = 15
_STOOD = (
    "cadre_uid",
    "served_on",
    "start_at",
    "end_at",
    "minutes",
    "community",
    "place",
    "category",
    "content",
    "track",
)
_RANGE = re.compile(r"(\d{1,5})(?:[-~～—－–至到](\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One printed line and what has become of its record: `problem` says why it cannot be ticked in now."""

    number: int
    page: int
    row: int
    visit: Row | None
    ticked: bool
    problem: str = ""


def make_sheet(
    tx: Tx,
    community: str,
    year: int,
    asked: VisitFilter | None = None,
    rows_per_page: int = ROWS_PER_PAGE,
    *,
    again: bool = False,
) -> str:
    """A new sheet of what waits in a community and year (narrowed by `asked`); returns its uid.

    What already stands unchanged on an earlier sheet is left out, unless `again` (the paper got lost).
    """
    waiting = replace(asked or VisitFilter(), community=community, year=year, state="WAITING")
    found = visit_rows(tx, waiting, "day_up")
    found.sort(key=lambda row: (row["served_on"], row["unit"], row["name"], row["start_at"], row["uid"]))
    rows = found if again else _not_printed(tx, found)
    if found and not rows:
        raise Refused(
            f"{community}{year}年待确认的{len(found)}条都已印在以前的清单上。", "如果原件遗失，请选择“重新印入”。"
        )
    if not rows:
        raise Refused(f"{community}{year}年没有待确认的服务记录。", "请检查社区和年度，或先登记服务。")
    sheet_uid = tx.insert(
        "confirm_sheet",
        {
            "sheet_no": _next_no(tx, year),
            "year": year,
            "community": community,
            "made_on": today().isoformat(),
            "rows_per_page": rows_per_page,
        },
    )
    lines = [
        {
            "sheet_uid": sheet_uid,
            "number": number,
            "page": (number - 1) // rows_per_page + 1,
            "row": (number - 1) % rows_per_page + 1,
            "visit_uid": row["uid"],
            "stood": _digest(row),
        }
        for number, row in enumerate(rows, start=1)
    ]
    tx.insert_many("confirm_row", lines)
    return sheet_uid


def sheet_list(reads: Reads, year: int | None = None) -> list[Row]:
    """Sheets, newest first, with `printed` lines and how many of them are `ticked` through this sheet."""
    sql = (
        "SELECT sheet.uid, sheet.sheet_no, sheet.year, sheet.community, sheet.made_on, sheet.rows_per_page, "
        "count(line.uid) AS printed, coalesce(sum(visit.sheet_uid = sheet.uid AND visit.state = 'CONFIRMED'), 0) "
        "AS ticked FROM confirm_sheet sheet LEFT JOIN confirm_row line ON line.sheet_uid = sheet.uid "
        "LEFT JOIN visit ON visit.uid = line.visit_uid WHERE ? IS NULL OR sheet.year = ? "
        "GROUP BY sheet.uid ORDER BY sheet.sheet_no DESC"
    )
    return reads.rows(sql, (year, year))


def sheet(reads: Reads, sheet_no: str) -> Row:
    """The sheet with that number; InvalidInput if there is none."""
    row = reads.one("SELECT * FROM confirm_sheet WHERE sheet_no = ?", (sheet_no.strip(),))
    if row is None:
        like = "例如 2020-017，带出的电脑印的是 2020-3-017"
        raise InvalidInput({"sheet_no": f"没有编号为“{sheet_no}”的待确认清单，请核对清单右上角的编号，{like}。"})
    return row


def sheet_rows(reads: Reads, sheet_no: str) -> list[SheetLine]:
    """The lines of a sheet by number, each with its record as it is now."""
    head = sheet(reads, sheet_no)
    lines = reads.rows(
        "SELECT number, page, row, visit_uid, stood FROM confirm_row WHERE sheet_uid = ? ORDER BY number",
        (head["uid"],),
    )
    visits = {row["uid"]: row for row in visit_page(reads, [line["visit_uid"] for line in lines])}
    found = []
    for line in lines:
        visit = visits.get(line["visit_uid"])
        here = bool(visit) and visit is not None and visit["sheet_no"] == head["sheet_no"]
        ticked = here and visit is not None and visit["state"] == "CONFIRMED"
        found.append(
            SheetLine(line["number"], line["page"], line["row"], visit, ticked, _problem(visit, line["stood"], ticked))
        )
    return found


def confirm_range(tx: Tx, sheet_no: str, numbers: str, signer: str, method: str = "社区党组织", on: str = "") -> Ticked:
    """Tick in the lines of a signed sheet ('1-12,15'); lines changed or void since printing are left and said."""
    tx.require(Right.CONFIRM)
    signed, head = signature(method, signer, on), sheet(tx, sheet_no)
    done: list[tuple[str, dict[str, Any]]] = []
    numbered: list[int] = []
    left: list[str] = []
    for line in _picked(tx, sheet_no, numbers):
        problem = why_left(line, signed["confirmed_on"], method, signer)
        if problem or line.visit is None:
            left.append(_left(line, problem, "确认"))
            continue
        place = {"sheet_uid": head["uid"], "sheet_page": line.page, "sheet_row": line.row}
        numbered.append(line.number)
        done.append((line.visit["uid"], {**signed, **place, "state": "CONFIRMED", "state_reason": ""}))
    tx.update_many("visit", done)
    return Ticked(tuple(uid for uid, _ in done), tuple(left), tuple(numbered))


def take_back_range(tx: Tx, sheet_no: str, numbers: str) -> Ticked:
    """Take a wrong range back: what was ticked in through this sheet waits again."""
    tx.require(Right.CONFIRM)
    done: list[str] = []
    numbered: list[int] = []
    left: list[str] = []
    for line in _picked(tx, sheet_no, numbers):
        if line.ticked and line.visit is not None:
            done.append(line.visit["uid"])
            numbered.append(line.number)
        else:
            left.append(_left(line, line.problem or "没有经这张清单确认", "取消确认"))
    tx.update_many("visit", [(uid, {**UNSIGNED, "state": "WAITING"}) for uid in done])
    return Ticked(tuple(done), tuple(left), tuple(numbered))


def why_left(line: SheetLine, signed_on: str, method: str = "", signer: str = "") -> str:
    """Why a line cannot be confirmed by this signature (day ISO, '' = today), '' if it can: the preview asks it too."""
    if line.problem or line.ticked or line.visit is None:
        return line.problem or "已经确认过"
    day = signed_on or today().isoformat()
    if line.visit["served_on"] > day:
        return f"服务日期在签字日期 {day} 之后"
    return f"的确认人是本人，不能作为{SERVED}确认" if signer_fault(method, signer, line.visit["name"]) else ""


def confirmed_label(sheet_no: str, ticked: Ticked) -> str:
    """按清单2020-017确认1-12号: what was confirmed, not what was asked."""
    return f"按清单{sheet_no.strip()}确认{numbers_text(ticked.numbers)}号"


def taken_back_label(sheet_no: str, ticked: Ticked) -> str:
    """取消清单2020-017中3号的确认."""
    return f"取消清单{sheet_no.strip()}中{numbers_text(ticked.numbers)}号的确认"


def numbers_text(numbers: Sequence[int]) -> str:
    """(1, 2, 3, 15) as '1-3,15', as people type them; '0个' for none."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(f"{first}-{last}" if last > first else str(first) for first, last in runs) or "0个"


def parse_numbers(text: str, last: int) -> list[int]:
    """'1-12,15' as numbers in order; '全部' is all; InvalidInput for what cannot be read or does not stand on the sheet."""
    compact = re.sub(r"\s+", "", text)
    if compact in ("全部", "all"):
        return list(range(1, last + 1))
    numbers: set[int] = set()
    for part in re.split("[,，、;；]", compact):
        if not part:
            continue
        found = _RANGE.fullmatch(part)
        if found is None:
            raise InvalidInput({"numbers": f"“{part}”读不懂，请写成 1-12,15 这样的形式，或写“全部”。"})
        first, until = int(found[1]), int(found[2] or found[1])
        if first > until:
            raise InvalidInput({"numbers": f"“{part}”的起止颠倒了，请核对。"})
        if first < 1 or until > last:
            raise InvalidInput({"numbers": f"这张清单只有 1-{last} 号，没有“{part}”，请核对清单编号和行号。"})
        numbers.update(range(first, until + 1))
    if not numbers:
        raise InvalidInput({"numbers": "请填写行号，例如 1-12,15，或写“全部”。"})
    return sorted(numbers)


def _picked(reads: Reads, sheet_no: str, numbers: str) -> Iterable[SheetLine]:
    lines = {line.number: line for line in sheet_rows(reads, sheet_no)}
    return [lines[number] for number in parse_numbers(numbers, len(lines))]


def _problem(visit: Row | None, stood: str, ticked: bool) -> str:
    if visit is None:
        return "记录已不存在"
    if ticked:
        return ""
    if visit["state"] != "WAITING":
        return f"现在是{STATE_LABEL[visit['state']]}"
    return "" if _digest(visit) == stood else "打印后改过内容，签字不是签这一条，请重新打印"


def _left(line: SheetLine, problem: str, verb: str) -> str:
    name = f"（{line.visit['name']}）" if line.visit else ""
    return f"第{line.number}号{name}{problem}，没有{verb}。"


def _digest(row: Mapping[str, Any]) -> str:
    text = "\x1f".join(str(row[key]) for key in _STOOD)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _not_printed(reads: Reads, rows: list[Row]) -> list[Row]:
    sql = "SELECT line.visit_uid, line.stood FROM confirm_row line JOIN visit ON visit.uid = line.visit_uid WHERE visit.state = 'WAITING'"
    printed = set(reads.tuples(sql))
    return [row for row in rows if (row["uid"], _digest(row)) not in printed]


def _next_no(reads: Reads, year: int) -> str:
    """'2020-017' in the office, '2020-3-017' in the copy with 设备号 3: two desks never print the same number."""
    copy = own_copy(reads)
    prefix = f"{year}-{copy['number']}-" if copy else f"{year}-"
    sql = (
        "SELECT coalesce(max(CAST(substr(sheet_no, ?) AS INTEGER)), 0) + 1 FROM confirm_sheet "
        "WHERE year = ? AND sheet_no GLOB ? AND instr(substr(sheet_no, ?), '-') = 0"
    )
    number = reads.value(sql, (len(prefix) + 1, year, f"{prefix}*", len(prefix) + 1))
    return f"{prefix}{number:03d}"
