"""Finding the unit or branch a text means: exact, likely (to be asked once and remembered), or none."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum

from core.org.spelling import branch_core, is_short_form, tidy, unit_core
from core.store import Reads


class Sure(StrEnum):
    """How sure a match is."""

    EXACT = "exact"
    LIKELY = "likely"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Match:
    """What a text was taken for; `uid` is '' for NONE."""

    sure: Sure
    uid: str = ""
    name: str = ""

    def __bool__(self) -> bool:
        return self.sure is not Sure.NONE


NO_MATCH = Match(Sure.NONE)


@dataclass(slots=True)
class OrgIndex:
    """All names of units and branches in memory: three queries, then any number of look-ups."""

    school: str = ""
    unit_names: dict[str, str] = field(default_factory=dict)  # uid -> name, in order of position
    branch_names: dict[str, str] = field(default_factory=dict)
    branch_unit: dict[str, str] = field(default_factory=dict)
    default_status: dict[str, str] = field(default_factory=dict)
    _units: dict[str, str] = field(default_factory=dict)  # tidy text -> uid
    _unit_cores: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _branches: dict[tuple[str, str], str] = field(default_factory=dict)
    _branch_cores: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def load(cls, reads: Reads) -> OrgIndex:
        """The index of the ledger as it is now."""
        index = cls(school=str(reads.value("SELECT value FROM setting WHERE uid = 'org_name'") or ""))
        units = reads.tuples(
            "SELECT uid, name, short_name, default_status FROM unit ORDER BY archived_on <> '', position, name"
        )
        for uid, name, short_name, status in units:
            index.add_unit(uid, name, short_name, status)
        branches = reads.tuples("SELECT uid, unit_uid, name FROM branch ORDER BY archived_on <> '', position, name")
        for uid, unit_uid, name in branches:
            index.add_branch(uid, unit_uid, name)
        for kind, scope, alias, target in reads.tuples("SELECT kind, scope_uid, alias, target_uid FROM name_alias"):
            if kind == "unit" and target in index.unit_names:
                index._units.setdefault(alias, target)
            elif kind == "branch" and target in index.branch_names:
                index._branches.setdefault((scope, alias), target)
        return index

    def add_unit(self, uid: str, name: str, short_name: str = "", status: str = "ACTIVE") -> None:
        """Make a unit known (also one that is only planned)."""
        self.unit_names[uid] = name
        self.default_status[uid] = status
        self._units.setdefault(tidy(name), uid)
        if short_name:
            self._units.setdefault(tidy(short_name), uid)
        self._unit_cores[unit_core(name, self.school)].append(uid)

    def add_branch(self, uid: str, unit_uid: str, name: str) -> None:
        """Make a branch known (also one that is only planned)."""
        self.branch_names[uid] = name
        self.branch_unit[uid] = unit_uid
        self._branches.setdefault((unit_uid, tidy(name)), uid)
        self._branch_cores[unit_uid, branch_core(name, self.unit_names.get(unit_uid, ""))].append(uid)

    def unit(self, text: str) -> Match:
        """The unit meant by `text`. Another ending (党委, 党总支, none) is the same unit: a core is one unit's."""
        key = tidy(text)
        if not key:
            return NO_MATCH
        if key in self._units:
            return self._unit_match(Sure.EXACT, self._units[key])
        core = unit_core(text, self.school)
        same = self._unit_cores.get(core, [])
        if len(same) == 1:
            return self._unit_match(Sure.LIKELY, same[0])
        short = [uids[0] for known, uids in self._unit_cores.items() if len(uids) == 1 and is_short_form(core, known)]
        return self._unit_match(Sure.LIKELY, short[0]) if len(short) == 1 and not same else NO_MATCH

    def branch(self, unit_uid: str, text: str) -> Match:
        """The branch of a unit meant by `text`."""
        key = tidy(text)
        if not key:
            return NO_MATCH
        uid = self._branches.get((unit_uid, key))
        if uid:
            return Match(Sure.EXACT, uid, self.branch_names[uid])
        same = self._branch_cores.get((unit_uid, branch_core(text, self.unit_names.get(unit_uid, ""))), [])
        return Match(Sure.LIKELY, same[0], self.branch_names[same[0]]) if len(same) == 1 else NO_MATCH

    def _unit_match(self, sure: Sure, uid: str) -> Match:
        return Match(sure, uid, self.unit_names[uid])


def resolve_unit(reads: Reads, text: str) -> Match:
    """The unit a person means by `text`."""
    return OrgIndex.load(reads).unit(text)


def resolve_branch(reads: Reads, unit_uid: str, text: str) -> Match:
    """The branch of `unit_uid` a person means by `text`."""
    return OrgIndex.load(reads).branch(unit_uid, text)
