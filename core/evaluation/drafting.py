"""主要服务情况 drafted from the log, for the evaluation and for every report of a person; edited by hand afterwards. 方案 三(七)"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from core.base.dates import format_hours
from core.store import Row

TRACKS = {"OWN": "业余时间参加社区服务", "DISPATCHED": "组织派遣到联系社区服务"}
"""How the paragraph of each track begins; times and hours follow."""
_CONTENT_LENGTH = 40
_DETAIL = ((6, 2), (3, 1), (1, 1), (3, 0), (0, 0))  # (dates, contents) per category, from full to terse
_MAIN_LENGTH = 300  # characters that the box of the form holds at a comfortable size


def main_service(visits: Sequence[Row]) -> str:
    """主要服务情况, drafted from the confirmed log: per track, by category, with dates and hours; to be edited by hand.

    The more there is to tell, the shorter each part: the draft fits the form's own box.
    """
    drafts = (_main_service(visits, days, contents) for days, contents in _DETAIL)
    return next((one for one in drafts if len(one) <= _MAIN_LENGTH), _main_service(visits, *_DETAIL[-1]))


def _main_service(visits: Sequence[Row], days: int, contents: int) -> str:
    parts = []
    for track, name in TRACKS.items():
        mine = [one for one in visits if one["track"] == track and one["state"] == "CONFIRMED" and one["counted_times"]]
        if mine:
            told = "；".join(_category(*item, days, contents) for item in _by_category(mine))
            parts.append(f"{name}{times_text(mine)}：{told}。")
    return "\n".join(parts)


def times_text(visits: Sequence[Row]) -> str:
    """Counted times and hours of records: '3次、6.5小时'."""
    times, minutes = (sum(one[key] for one in visits) for key in ("counted_times", "counted_minutes"))
    return f"{times}次、{format_hours(minutes)}小时"


def _by_category(visits: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for one in visits:
        groups[one["category"] or "其他服务"].append(one)
    return sorted(groups.items(), key=lambda item: -sum(one["counted_minutes"] for one in item[1]))


def _category(name: str, visits: list[Row], days: int, contents: int) -> str:
    dates = list(dict.fromkeys(f"{int(one['served_on'][5:7])}月{int(one['served_on'][8:])}日" for one in visits))
    done = list(dict.fromkeys(one["content"].strip("。；;. ") for one in visits if one["content"]))
    when = _first(dates, days, "、")
    what = _first([_gist(one) for one in done], contents, "，")
    return f"{name}{times_text(visits)}{f'（{when}）' if when else ''}{f'，{what}' if what else ''}"


def _first(texts: list[str], count: int, joint: str) -> str:
    """The first few, and 等 if there are more."""
    return joint.join(texts[:count]) + ("等" if len(texts) > count else "") if texts and count else ""


def _gist(content: str) -> str:
    """A long content up to the last whole clause that is short enough; the full text stands in the handbook."""
    if len(content) <= _CONTENT_LENGTH:
        return content
    ends = [place for place, char in enumerate(content[:_CONTENT_LENGTH]) if char in "，。；,;"]
    return content[: ends[-1]] if ends else content[: _CONTENT_LENGTH - 1] + "等"
