"""Nouns that read: everybody's evaluation of a year with the facts beside it, counters of each branch, the cap. 方案 三(七)"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from core.evaluation.model import CAP_BASES, EVALUATION
from core.evaluation.rules import PROBATIONARY, Options, offered, options
from core.service_log.quota import quota_report
from core.store import Reads, Row

STORED = tuple(
    one.key
    for one in EVALUATION.fields
    if one.key not in ("year", "staff_no", "name", "unit", "branch", "times", "minutes", "verdict", "duty_minutes")
)
"""Columns of the table that a field names."""
_FACTS = ("times", "minutes", "duty_times", "duty_minutes", "verdict", "exempt", "short_times", "short_minutes")


@dataclass(slots=True)
class Counters:
    """One branch (or, summed, a unit or the school): forms on their way and what they say. people = 应考核."""

    unit_uid: str = ""
    unit: str = ""
    branch_uid: str = ""
    branch: str = ""
    people: int = 0
    exempt: int = 0  # of the year's list, but not assessed
    printed: int = 0
    out: int = 0
    back: int = 0
    keyed: int = 0
    checked: int = 0
    missing: int = 0  # assessed, and a grade of community or branch is not there yet
    ungraded: int = 0  # 预备党员, where the school gives them none
    met: int = 0
    community: Counter[str] = field(default_factory=Counter)
    branches: Counter[str] = field(default_factory=Counter)
    overall: Counter[str] = field(default_factory=Counter)

    def add(self, other: Counters) -> None:
        """Add the figures of a part."""
        for key in _FIGURES:
            setattr(self, key, getattr(self, key) + getattr(other, key))


_STEPS = ("printed", "out", "back", "keyed", "checked")
_FIGURES = ("people", "exempt", *_STEPS, "missing", "ungraded", "met", "community", "branches", "overall")


@dataclass(frozen=True, slots=True)
class Cap:
    """How many best grades a branch has against the school's cap: it warns, it never blocks."""

    grade: str
    share: Fraction
    base: str  # label of the denominator
    total: int
    most: int
    given: int

    @property
    def over(self) -> int:
        return max(0, self.given - self.most)

    @property
    def text(self) -> str:
        """'优秀 4 / 最多 3（党员总数 10 的 1/3），超出 1 人'."""
        told = f"{self.grade} {self.given} / 最多 {self.most}（{self.base} {self.total} 的 {self.share}）"
        return f"{told}，超出 {self.over} 人" if self.over else told


def evaluation_rows(reads: Reads, year: int, unit_uid: str = "", branch_uid: str | None = None) -> list[Row]:
    """Everybody of the year's list, by unit, branch and 工号, with or without a record, and the facts beside it.

    `branch_uid` '' = those of a unit without a branch, None = all. 离退休 and others whom nobody assesses stand here only
    if something is recorded of them. `uid` '' = no record yet; `exempt` says why somebody is not assessed.
    """
    stored = {row["cadre_uid"]: row for row in reads.rows("SELECT * FROM evaluation WHERE year = ?", (year,))}
    branches = {row["uid"]: row for row in reads.rows("SELECT uid, name, position FROM branch")}
    found = []
    for person in quota_report(reads, year, unit_uid or None).rows:
        own = person["branch_uid"] or ""
        record = stored.get(person["uid"])
        if branch_uid not in (None, own) or (record is None and person["exempt"]):
            continue
        row = {key: record[key] if record else "" for key in STORED}
        row |= {key: person[key] for key in (*_FACTS, "staff_no", "name", "unit", "unit_uid")}
        row |= {"uid": record["uid"] if record else "", "cadre_uid": person["uid"], "year": year, "branch_uid": own}
        row["branch"] = branches[own]["name"] if own in branches else ""
        row["probationary"] = person["party_status"] == PROBATIONARY
        found.append(row)
    order = {uid: (row["position"], row["name"]) for uid, row in branches.items()}
    units = {uid: at for at, uid in enumerate(dict.fromkeys(row["unit_uid"] for row in found))}
    found.sort(key=lambda row: (units[row["unit_uid"]], not row["branch_uid"], order.get(row["branch_uid"], (0, ""))))
    return found


def stored_rows(reads: Reads) -> list[Row]:
    """Every record of every year with names and facts: what lists, export and import read."""
    years = [row[0] for row in reads.tuples("SELECT DISTINCT year FROM evaluation ORDER BY year DESC")]
    found = [row for year in years for row in evaluation_rows(reads, year) if row["uid"]]
    there = {row["uid"] for row in found}
    sql = (
        "SELECT e.*, c.staff_no, c.name, u.name AS unit, c.unit_uid, coalesce(b.name, '') AS branch, "
        "coalesce(c.branch_uid, '') AS branch_uid FROM evaluation e JOIN cadre c ON c.uid = e.cadre_uid "
        "JOIN unit u ON u.uid = c.unit_uid LEFT JOIN branch b ON b.uid = c.branch_uid ORDER BY e.year DESC, c.staff_no"
    )
    nothing = {"times": 0, "minutes": 0, "duty_times": 0, "duty_minutes": 0, "verdict": ""}
    # who had left before the year began stands on no list of it
    return found + [{**row, **nothing} for row in reads.rows(sql) if row["uid"] not in there]


def branch_counters(reads: Reads, year: int, unit_uid: str = "", rows: Sequence[Row] | None = None) -> list[Counters]:
    """The counters of each branch in order; people of a unit without a branch last, branch ''."""
    chosen = options(reads)
    found: dict[tuple[str, str], Counters] = {}
    for row in evaluation_rows(reads, year, unit_uid) if rows is None else rows:
        key = (row["unit_uid"], row["branch_uid"])
        one = found.setdefault(key, Counters(row["unit_uid"], row["unit"], row["branch_uid"], row["branch"]))
        _count(one, row, chosen)
    return list(found.values())


def summed(parts: Sequence[Counters], unit_uid: str = "", unit: str = "") -> Counters:
    """One line for a unit or the school."""
    whole = Counters(unit_uid, unit)
    for one in parts:
        whole.add(one)
    return whole


def missing_of(row: Row, chosen: Options) -> list[str]:
    """What a form still lacks, in words; [] for who is not assessed. A 预备党员 without grade lacks the words only."""
    if row["exempt"]:
        return []
    bare = chosen.ungraded and row["probationary"]
    keys = [f"{side}_{'remark' if bare else 'rating'}" for side in ("community", "branch")]
    if chosen.overall and not bare:
        keys.append("overall_rating")
    return [EVALUATION.field(key).label for key in keys if not row[key]]


def cap_state(reads: Reads, rows: Sequence[Row], chosen: Options | None = None) -> Cap | None:
    """The cap over the people of `rows` (of a branch, as `evaluation_rows` gives them); None where it is not switched on.

    党员总数 counts everybody on the branch's list but those not 在职, 参评 who is assessed, 正式 no 预备党员.
    """
    chosen = chosen or options(reads)
    grades = offered(reads, "grade")
    if chosen.cap is None or not grades:
        return None
    counted = {
        "ALL": rows,
        "ASSESSED": [row for row in rows if not row["exempt"]],
        "FULL": [row for row in rows if not row["probationary"]],
    }[chosen.cap_base]
    given = sum(row[chosen.capped] == grades[0] for row in rows)
    most = len(counted) * chosen.cap.numerator // chosen.cap.denominator
    return Cap(grades[0], chosen.cap, dict(CAP_BASES)[chosen.cap_base], len(counted), most, given)


def _count(one: Counters, row: Row, chosen: Options) -> None:
    for step in _STEPS:
        setattr(one, step, getattr(one, step) + bool(row[f"{step}_on"]))
    if row["exempt"]:
        one.exempt += 1
        return
    one.people += 1
    one.met += row["verdict"] == "已达标"
    one.missing += bool(missing_of(row, chosen))
    one.ungraded += chosen.ungraded and row["probationary"]
    for sums, key in ((one.community, "community"), (one.branches, "branch"), (one.overall, "overall")):
        if row[f"{key}_rating"]:
            sums[row[f"{key}_rating"]] += 1
