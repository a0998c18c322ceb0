"""Who is meant: the person picker, and lists of names or 工号 pasted from Excel."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.base.errors import InvalidInput
from core.base.names import normalise_name
from core.roster.filter import searched
from core.roster.names import fold_pinyin
from core.store import Reads, Row

_CHUNK = 500
_PERSON = (
    "SELECT cadre.uid, cadre.staff_no, cadre.name, cadre.sex, cadre.phone, cadre.status, cadre.archived_on, "
    "cadre.pinyin, cadre.initials, cadre.unit_uid, cadre.branch_uid, unit.name AS unit, "
    "coalesce(branch.name, '') AS branch FROM cadre JOIN unit ON unit.uid = cadre.unit_uid "
    "LEFT JOIN branch ON branch.uid = cadre.branch_uid"
)
_STAFF_NO = re.compile(r"[A-Za-z]{0,4}\d[\dA-Za-z-]{2,19}")


class Found(StrEnum):
    """What became of one pasted person."""

    FOUND = "found"
    AMBIGUOUS = "ambiguous"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Resolved:
    """One pasted person: `people` holds the one meant, or those it may be."""

    text: str
    state: Found
    people: tuple[Row, ...] = ()

    @property
    def uid(self) -> str:
        """The person's uid, '' unless found."""
        return str(self.people[0]["uid"]) if self.state is Found.FOUND else ""


def find_people(reads: Reads, text: str, limit: int = 20) -> list[Row]:
    """People for a picker, the likeliest first: whole 工号 or name, then beginnings, those in office before archived."""
    words = text.split()
    if not words:
        return []
    parts = [searched(word) for word in words]
    sql = " AND ".join(f"({one.sql})" for one in parts)
    low, first = fold_pinyin(text), words[0]
    order = (
        "cadre.archived_on <> '', NOT (cadre.staff_no = ? OR cadre.name = ?), "
        "NOT (cadre.pinyin = ? OR cadre.initials = ?), cadre.name NOT LIKE ? || '%', cadre.pinyin, cadre.staff_no"
    )
    params = (*(value for one in parts for value in one.params), first, text.strip(), low, low, first, limit)
    return reads.rows(f"{_PERSON} WHERE {sql} ORDER BY {order} LIMIT ?", params)


def resolve_people(reads: Reads, lines: str | Iterable[str]) -> list[Resolved]:
    """Names or 工号 pasted from Excel, one person per line, or several parted by 、 or commas."""
    texts = _persons(lines.splitlines() if isinstance(lines, str) else lines)
    tokens = {token for text in texts for token in _tokens(text)}
    by_no, by_name = _looked_up(reads, "staff_no", tokens), _looked_up(reads, "name", tokens)
    resolved: list[Resolved] = []
    for text in texts:
        whole = _resolve(text, _tokens(text), by_no, by_name)
        pieces = text.split() if whole.state is Found.MISSING else []
        # a space may part two people (张三 李四) as well as the characters of one name (张 三)
        parts = [_resolve(piece, _tokens(piece), by_no, by_name) for piece in pieces]
        split = len(parts) > 1 and all(one.state is not Found.MISSING for one in parts)
        resolved += parts if split else [whole]
    return resolved


def _persons(lines: Iterable[str]) -> list[str]:
    pieces = [piece for line in lines for piece in re.split("[、,，;；]", line)]
    return [piece.strip() for piece in pieces if piece.strip()]


def _tokens(text: str) -> list[str]:
    """What in a pasted line may be a 工号 or a name: its cells, its words, the whole."""
    cells = [cell.strip() for cell in text.split("\t") if cell.strip()]
    words = [word for cell in cells for word in cell.split(" ") if word]
    names = []
    for one in dict.fromkeys([*cells, *words, *re.findall(r"[(（](.+?)[)）]", text), re.sub(r"[(（].*", "", text)]):
        if _STAFF_NO.fullmatch(one):
            names.append(one)
            continue
        try:
            names.append(normalise_name(one)[0])
        except InvalidInput:
            continue
    return list(dict.fromkeys(names))


def _looked_up(reads: Reads, column: str, tokens: Iterable[str]) -> dict[str, list[Row]]:
    wanted = sorted(tokens)
    found: dict[str, list[Row]] = defaultdict(list)
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        marks = ", ".join("?" * len(chunk))
        for row in reads.rows(f"{_PERSON} WHERE cadre.{column} IN ({marks}) ORDER BY cadre.staff_no", chunk):
            found[row[column]].append(row)
    return found


def _resolve(text: str, tokens: list[str], by_no: dict[str, list[Row]], by_name: dict[str, list[Row]]) -> Resolved:
    numbered = [row for token in tokens for row in by_no.get(token, [])]
    named = [row for token in tokens for row in by_name.get(token, [])]
    if numbered:
        names = {row["uid"] for row in named}
        # 工号 and name that belong to two people: a slip of copying, not ours to settle
        if named and numbered[0]["uid"] not in names:
            return Resolved(text, Found.AMBIGUOUS, (*numbered, *named))
        return Resolved(text, Found.FOUND, tuple(numbered[:1]))
    if any(_STAFF_NO.fullmatch(token) for token in tokens):
        # a 工号 nobody has: the name beside it may be another person's
        return Resolved(text, Found.AMBIGUOUS if named else Found.MISSING, tuple(named))
    people = {row["uid"]: row for row in named}
    living = {uid: row for uid, row in people.items() if not row["archived_on"]} or people
    if len(living) == 1:
        return Resolved(text, Found.FOUND, tuple(living.values()))
    return Resolved(text, Found.AMBIGUOUS if living else Found.MISSING, tuple(living.values()))
