"""What the school has switched on for the evaluation, and what may be written into it. 方案 三(七) 七(二)3

The cap on the best grade, 预备党员 without a grade and the 单位审核 block are not in the policy: off unless set.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from core.base.errors import InvalidInput
from core.base.told import told_day
from core.evaluation.model import CAP_BASES, DAYS, DEFAULT_LISTS, EVALUATION, RATINGS
from core.org.settings import all_settings, values, year_in_force
from core.roster.timeline import day_of_year, person_on
from core.store import Reads

YEARS = (2020, 2099)  # 方案 was issued in 2020
PROBATIONARY = "中共预备党员"


@dataclass(frozen=True, slots=True)
class Options:
    """The optional rules as the ledger has them."""

    cap: Fraction | None = None  # share of the best grade
    cap_base: str = "ALL"
    ungraded: bool = False  # 预备党员 get no grade
    unit_review: bool = False
    overall: bool = False

    @property
    def capped(self) -> str:
        """The column whose best grade is counted: the grade by hand where there is one, else the branch's."""
        return "overall_rating" if self.overall else "branch_rating"


def options(reads: Reads) -> Options:
    """What is switched on."""
    found = all_settings(reads)
    base = found.get("evaluation_cap_base", "")
    return Options(
        cap=cap_share(found.get("evaluation_cap", "")),
        cap_base=base if base in dict(CAP_BASES) else "ALL",
        ungraded=found.get("evaluation_ungraded") == "1",
        unit_review=found.get("evaluation_unit") == "1",
        overall=found.get("evaluation_overall") == "1",
    )


def cap_share(text: str) -> Fraction | None:
    """'1/3', '30%', '0.3' as a share of 1; None where nothing is set or it is no share."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).replace("⁄", "/")
    percent = text.endswith("%")
    try:
        share = Fraction(text.removesuffix("%"))
    except (ValueError, ZeroDivisionError):
        return None
    share = share / 100 if percent else share
    return share if 0 < share < 1 else None


def cap_fault(text: str) -> str:
    """A sentence if a typed cap is no share."""
    return "" if cap_share(text) else f"“{text}”不是比例，请写成 1/3 或 30%；不限制就清空。"


def offered(reads: Reads, name: str) -> list[str]:
    """The values of one of the lists of this room; the policy's defaults where the ledger has none."""
    return values(reads, name) or list(DEFAULT_LISTS[name])


def told_grade(grades: Sequence[str], text: str) -> str:
    """The grade or 评价人身份 somebody wrote: quotes and blanks aside, or its beginning, its end, a part of two
    characters where only one has it (网格员 is 社区网格员, 两委 is 社区“两委”成员); else as written."""
    plain = _bare(text)
    if not plain:
        return text
    bare = {one: _bare(one) for one in grades}
    ways = (str.__eq__, str.startswith, str.endswith, str.__contains__ if len(plain) > 1 else str.__eq__)
    for meant in ways:
        found = [one for one, whole in bare.items() if meant(whole, plain)]
        if len(found) == 1:
            return found[0]
    return text


def told_codes(reads: Reads, told: Mapping[str, Any]) -> dict[str, str]:
    """The values of `told` that name one of the room's lists, as the list has them."""
    lists = {one.key: one.code_list for one in EVALUATION.fields if one.code_list}
    return {key: told_grade(offered(reads, lists[key]), str(told[key])) for key in lists if told.get(key)}


def _bare(text: str) -> str:
    return re.sub(r"[\s“”\"'‘’「」。．.，,、]", "", unicodedata.normalize("NFKC", text))


def evaluation_faults(reads: Reads, cadre_uid: str, told: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the values of a person's year, a sentence by field key."""
    found: dict[str, str] = {}
    if told.get("year") and not YEARS[0] <= int(told["year"]) <= YEARS[1]:
        found["year"] = f"年度应在 {YEARS[0]} 到 {YEARS[1]} 之间。"
    rated = [key for key in RATINGS if str(told.get(key) or "").strip()]
    grades = offered(reads, "grade") if rated else []
    for key in rated:
        if str(told[key]).strip() not in grades:
            label = EVALUATION.field(key).label
            found[key] = f"{label}没有“{told[key]}”，可以是：{'、'.join(grades)}。"
    if rated and cadre_uid and options(reads).ungraded:
        year = int(told.get("year") or year_in_force(reads))
        then = person_on(reads, cadre_uid, day_of_year(year))
        if then is not None and then.party_status == PROBATIONARY:
            found |= dict.fromkeys(rated, "预备党员只写意见、不定等次（设置里已这样规定）。")
    for key in DAYS:
        try:
            told_day(EVALUATION.field(key), str(told.get(key) or ""))
        except InvalidInput as problem:
            found |= problem.fields
    return found
