"""One row, three images: what both had, what they have, what we have. Pure.

Fields of one row merge by themselves, unless they belong to one group of the table's declaration (date, start, end,
minutes, track, state): both sides touching a group is a conflict, or the merge would confirm hours nobody signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.store import Row
from core.store.tables import TableSpec

_NOTHING = object()
EMPTY = ("", None, 0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What goes in by itself, what clashes, and whether we had changed other fields of the row."""

    take: Row
    clash: tuple[str, ...]
    parallel: bool


def three_way(spec: TableSpec, base: Mapping[str, Any], theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> Verdict:
    """Merge their image of a row into ours, field group by field group; a field `base` does not know counts as changed by both."""
    shared = [key for key in theirs if key in ours and key != "uid" and theirs[key] != ours[key]]
    they = {key for key in shared if theirs[key] != base.get(key, _NOTHING)}
    we = {key for key in shared if ours[key] != base.get(key, _NOTHING)}
    clash = _clash(spec, they, we)
    take = {key: theirs[key] for key in theirs if key in they - clash - set(spec.stamped)}
    return Verdict(take, tuple(key for key in theirs if key in clash), bool(take) and bool(we - set(spec.stamped)))


def _clash(spec: TableSpec, they: set[str], we: set[str]) -> set[str]:
    """The fields of every group both sides touched; a group that shares a field with such a one clashes too."""
    clash = they & we
    while True:
        wider = set(clash)
        for group in map(set, spec.groups):
            if (group & they and group & we) or group & they & clash:
                wider |= group & (they | we)
        if wider == clash:
            return clash - set(spec.stamped)
        clash = wider


def joined_base(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> Row:
    """The base of two records that turn out to be one: what is empty on one side was filled in by the other."""
    base: Row = {}
    for key in theirs.keys() & ours.keys():
        if theirs[key] in EMPTY:
            base[key] = theirs[key]
        elif ours[key] in EMPTY:
            base[key] = ours[key]
    return base


def changed(base: Mapping[str, Any], image: Mapping[str, Any]) -> set[str]:
    """The fields in which two images differ where both say something."""
    return {key for key in base.keys() & image.keys() if base[key] != image[key]}
