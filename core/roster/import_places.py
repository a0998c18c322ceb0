"""Which unit and which branch the rows of an import mean; what is new is only planned here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.base.ids import new_uid
from core.org.matching import OrgIndex, Sure
from core.org.spelling import UNIT_ENDINGS, better_branch_name, branch_core, full_unit_name, tidy, unit_core, units_in
from core.sheet.contract import ParsedSheet
from core.sheet.importing import Answers, ImportPlan, Option, Question
from core.store import Reads

_SAME, _NEW = Option("same", "是同一个"), Option("new", "不是，另建一个")
_MOST_OPTIONS = 60


@dataclass(slots=True)
class RosterPlan(ImportPlan):
    """The plan of a roster import: rows, and units, branches and spellings that go with them."""

    new_units: dict[str, str] = field(default_factory=dict)  # uid -> name
    new_branches: dict[str, tuple[str, str]] = field(default_factory=dict)  # uid -> (unit uid, name)
    aliases: list[tuple[str, str, str, str]] = field(default_factory=list)  # kind, alias, target uid, unit uid


class Places:
    """Units and branches by the texts of the sheets, each text settled once."""

    def __init__(self, reads: Reads, plan: RosterPlan, answers: Answers, given: str | None) -> None:
        self.index = OrgIndex.load(reads)
        self.known_units = tuple(self.index.unit_names)
        self.plan, self.answers = plan, answers
        self.given = (given or "").strip()
        self._units: dict[str, str] = {}  # tidy text -> uid, '' = waits for an answer
        self._branches: dict[tuple[str, str], str] = {}
        self._sheet_unit: dict[int, str] = {}

    def settle(self, sheets: Sequence[ParsedSheet]) -> None:
        """Settle every unit and branch the sheets name."""
        for sheet in sheets:
            if any(not row.values.get("unit") for row in sheet.rows):
                self._sheet_unit[id(sheet)] = self.given or self._unit_in_names(sheet)
        written = [str(row.values["unit"]) for one in sheets for row in one.rows if row.values.get("unit")]
        texts = dict.fromkeys([*self._sheet_unit.values(), *written])
        self._settle_units([text for text in texts if text])
        in_order = dict.fromkeys(self._units.get(tidy(text), "") for text in texts)
        self.plan.new_units = {uid: self.plan.new_units[uid] for uid in in_order if uid in self.plan.new_units}
        named: dict[str, dict[str, None]] = defaultdict(dict)
        for sheet in sheets:
            for row in sheet.rows:
                if row.values.get("branch") and (unit_uid := self.unit_of(sheet, row.values)):
                    named[unit_uid][str(row.values["branch"])] = None
        for unit_uid, branch_texts in named.items():
            self._settle_branches(unit_uid, list(branch_texts))

    def unit_of(self, sheet: ParsedSheet, values: dict[str, object]) -> str:
        """The unit's uid of a row; '' if nobody knows."""
        return self._units.get(tidy(str(values.get("unit") or self._sheet_unit.get(id(sheet), ""))), "")

    def branch_of(self, unit_uid: str, text: str) -> str | None:
        """The branch's uid; None for no text."""
        return self._branches.get((unit_uid, tidy(text))) if text else None

    def _unit_in_names(self, sheet: ParsedSheet) -> str:
        """The unit a sheet is about, from sheet name, title and file name: known ones first, then full names."""
        stem = Path(sheet.raw.file).stem
        sources = list(dict.fromkeys((sheet.raw.sheet, sheet.map.title, stem)))
        for text in (*sources, *(piece for piece in stem.replace("-", "_").split("_"))):
            if self.index.unit(text).sure is Sure.EXACT:
                return text.strip()
        found = [name for text in sources for name in units_in(text, self.index.school)]
        known = [name for name in found if self.index.unit(name).sure is Sure.EXACT]
        full = [name for name in found if name.endswith(UNIT_ENDINGS)]
        likely = [name for name in found if self.index.unit(name)]
        return next(iter([*known, *full, *likely, *found]), "")

    def _settle_units(self, texts: Iterable[str]) -> None:
        # full names first: a bare 会计学院 in one file is then the 会计学院党委 of another
        for text in sorted(texts, key=lambda one: (not tidy(one).endswith(UNIT_ENDINGS), -len(unit_core(one)))):
            key = tidy(text)
            match = self.index.unit(text)
            if match.sure is Sure.NONE:
                self._units[key] = self._new_unit(text)
            elif match.sure is Sure.EXACT or match.uid in self.plan.new_units:
                self._units[key] = match.uid
            else:
                question = f"表里写的“{text}”就是已有的“{match.name}”吗？"
                same = self.plan.ask(Question(f"unit|{key}", "unit", question, (_SAME, _NEW), "same"), self.answers)
                if same == "same":
                    self.plan.aliases.append(("unit", text, match.uid, ""))
                self._units[key] = match.uid if same == "same" else self._add_unit(text)

    def _new_unit(self, text: str) -> str:
        """A unit nobody knows: its name is asked if the text leaves 党委 or 党总支 open."""
        name = text if text == self.given else full_unit_name(text)
        if text == self.given or tidy(text).endswith(UNIT_ENDINGS):
            return self._add_unit(name)
        bare = unit_core(text, self.index.school)
        names = dict.fromkeys([name, f"{bare}党委", f"{bare}党总支", text.strip()])
        options = [Option(one, f"新建“{one}”") for one in names]
        if len(self.known_units) <= _MOST_OPTIONS:
            options += [Option(f"={uid}", f"就是“{self.index.unit_names[uid]}”") for uid in self.known_units]
        question = f"台账里还没有“{text}”，将新建这个单位。它的全称是哪一个？"
        asked = Question(f"new_unit|{tidy(text)}", "new_unit", question, tuple(options), name)
        answer = self.plan.ask(asked, self.answers)
        if answer.startswith("="):
            self.plan.aliases.append(("unit", text, answer[1:], ""))
            return answer[1:]
        uid = self._add_unit(answer)
        if tidy(answer) != tidy(text):
            self.plan.aliases.append(("unit", text, uid, ""))
        return uid

    def _add_unit(self, name: str) -> str:
        uid = new_uid()
        self.plan.new_units[uid] = name
        # 三(一): 离退休党委 serves but is not assessed
        self.index.add_unit(uid, name, status="RETIRED" if "离退休" in name else "ACTIVE")
        return uid

    def _settle_branches(self, unit_uid: str, texts: list[str]) -> None:
        unit = self.index.unit_names[unit_uid]
        fresh: dict[str, list[str]] = defaultdict(list)
        for text in texts:
            key = (unit_uid, tidy(text))
            match = self.index.branch(unit_uid, text)
            if match.sure is Sure.EXACT:
                self._branches[key] = match.uid
            elif match.sure is Sure.NONE:
                fresh[branch_core(text, unit)].append(text)
            else:
                question = f"{unit}的“{text}”就是已有的“{match.name}”吗？"
                asked = Question(f"branch|{tidy(unit)}|{key[1]}", "branch", question, (_SAME, _NEW), "same")
                if self.plan.ask(asked, self.answers) == "same":
                    self._branches[key] = match.uid
                    self.plan.aliases.append(("branch", text, match.uid, unit_uid))
                else:
                    self._branches[key] = self._add_branch(unit_uid, text)
        for core, spellings in fresh.items():
            self._new_branch(unit_uid, core, spellings)

    def _new_branch(self, unit_uid: str, core: str, spellings: list[str]) -> None:
        distinct = list({tidy(one): one.strip() for one in spellings}.values())
        together = "same"
        if len(distinct) > 1:
            unit = self.index.unit_names[unit_uid]
            names = "、".join(f"“{one}”" for one in distinct)
            question = f"{unit}的{names}是同一个支部吗？"
            asked = Question(f"branches|{tidy(unit)}|{core}", "branches", question, (_SAME, _NEW), "same")
            together = self.plan.ask(asked, self.answers)
        if together != "same":
            for one in distinct:
                self._branches[unit_uid, tidy(one)] = self._add_branch(unit_uid, one)
            return
        name = better_branch_name(distinct)
        uid = self._add_branch(unit_uid, name)
        for one in distinct:
            self._branches[unit_uid, tidy(one)] = uid
            if tidy(one) != tidy(name):
                self.plan.aliases.append(("branch", one, uid, unit_uid))

    def _add_branch(self, unit_uid: str, name: str) -> str:
        uid = new_uid()
        self.plan.new_branches[uid] = (unit_uid, name.strip())
        self.index.add_branch(uid, unit_uid, name.strip())
        return uid
