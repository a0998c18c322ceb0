"""The plan of a roster import: every row new, updated, unchanged, skipped, asked or wrong. Nothing is written here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from core.base.clock import today
from core.base.dates import format_date, parse_date
from core.base.errors import InvalidInput
from core.base.fields import Field, Kind
from core.base.masks import masked
from core.place.spelling import Spellings
from core.roster.first_days import first_day_of_sheet
from core.roster.import_people import Like, People, alike, is_without_zeros, likeness, same_day
from core.roster.import_places import Places, RosterPlan
from core.roster.membership import change_fault
from core.roster.model import CADRE, FROM_ON, ROSTER_SHEET
from core.roster.timeline import periods_of
from core.sheet.address import Address, split_address
from core.sheet.contract import Fault, ParsedRow, ParsedSheet
from core.sheet.importing import Answers, Change, Option, Outcome, Question, RowPlan, RowRef, column_of, place_text
from core.store import Reads, Row

COLUMNS = tuple(key for key in CADRE.keys if key not in ("unit", "branch"))
SAME_PERSON = (Option("new", "是另一个人，新增"), Option("merge", "是同一个人，并入"), Option("skip", "跳过这一行"))
# what is dated, with the key of its day in a plan's `write`
DATED = (
    (("unit_uid", "branch_uid"), "transfer_on"),
    (("status",), "status_on"),
    (("party_status",), "party_status_on"),
)
_KEEP = Option("keep", "保留台账里的")
_DATED = Option("transfer", "从某天起变动（可写日期，如 transfer:2020-9-1，不写即今天）")
_CORRECT = Option("correct", "更正原来的登记")
_FIRST_DAY = (
    Option("from", "从这一天起算（可写日期，如 from:2021-3-1）"),
    Option("ever", "一直在册，以前的年度也计"),
)
_IS_COLUMN, _NOTHING = frozenset(COLUMNS), (None, "")
_PARTS = Address._fields[:-1]


def plan_roster(
    reads: Reads,
    sheets: Sequence[ParsedSheet],
    answers: Answers,
    *,
    unit: str | None = None,
    same_person: str = "",
    skips: Collection[RowRef] = (),
) -> RosterPlan:
    """What an import of `sheets` would do.

    `unit` stands in where a row names none; `same_person` (new, merge, skip) settles likely duplicates that have no
    answer of their own; `skips` are rows a person leaves out.
    """
    planner = _RosterPlanner(reads, sheets, answers, unit, same_person, frozenset(skips))
    return planner.run()


class _RosterPlanner:
    def __init__(
        self,
        reads: Reads,
        sheets: Sequence[ParsedSheet],
        answers: Answers,
        unit: str | None,
        same_person: str,
        skips: frozenset[RowRef],
    ) -> None:
        self.reads, self.sheets, self.answers = reads, sheets, answers
        self.same_person, self.skips = same_person, skips
        self.plan = RosterPlan()
        self.places = Places(reads, self.plan, answers, unit)
        self.people = People(reads, (row.values for sheet in sheets for row in sheet.rows if not row.blocked))
        self.spellings = Spellings(reads)
        self.by_no: dict[str, RowPlan] = {}
        self.by_name: dict[str, list[RowPlan]] = defaultdict(list)
        self.values: dict[int, dict[str, Any]] = {}  # id of a row's plan -> its values, for comparing rows
        self.met: dict[str, RowPlan] = {}  # uid of a known person -> the row that is about him
        self.default_day = first_day_of_sheet(reads)

    def run(self) -> RosterPlan:
        self.places.settle(self.sheets)
        for sheet in self.sheets:
            homeless = 0
            for row in sheet.rows:
                planned = self._row(sheet, row)
                self.plan.rows.append(planned)
                homeless += planned.outcome is Outcome.WRONG and not planned.faults
            if homeless:
                self._homeless(sheet, homeless)
        self._list_missing()
        self._tell_new_places()
        self._ask_first_day()
        return self.plan

    def _row(self, sheet: ParsedSheet, row: ParsedRow) -> RowPlan:
        values = row.values.copy()
        for fault in row.faults:
            values.pop(fault.key, None)
        planned = RowPlan(sheet, row, str(row.values.get("name") or ""), Outcome.WRONG, faults=list(row.faults))
        if self.skips and planned.ref in self.skips:
            planned.outcome, planned.faults = Outcome.SKIPPED, []
            return planned
        if row.blocked:
            return planned
        if not values.get("name"):
            self._fault(planned, "name", "", "姓名为空，请填写姓名。")
            return planned
        unit_uid = self.places.unit_of(sheet, values)
        if not unit_uid:
            return planned  # told once for the whole sheet
        number = str(values.get("staff_no") or "")
        if number in self.by_no:
            first = self.by_no[number]
            if first.sheet is not sheet and self._says_it_again(values, unit_uid, first):
                self._merge(planned, values, first)
                return planned
            place = place_text(first.ref, planned.ref)
            if first.name == planned.name:
                text = f"工号重复：{place}已有同一工号、同一姓名的人，多半是重复的一行，请删去一行。"
            else:
                text = f"工号重复：{place}的{first.name}也是这个工号，请改正其中一个工号。"
            self._fault(planned, "staff_no", number, text)
            return planned
        self._add_address(values)
        if home := str(values.get("community") or ""):
            there = (str(values.get(key) or "") for key in ("district", "street"))
            values["community"] = self.spellings.spelled(home, *there)
        planned.seen = {key: value for key, value in values.items() if value not in _NOTHING and key in _IS_COLUMN}
        values["unit_uid"] = unit_uid
        values["branch_uid"] = self.places.branch_of(unit_uid, str(values.get("branch") or ""))
        self._remark_on_id(planned, values)
        self._meet(planned, values)
        if number and planned.outcome is not Outcome.SKIPPED:
            self.by_no[number] = planned
        self.by_name[planned.name].append(planned)
        self.values[id(planned)] = values
        return planned

    # -- who it is -------------------------------------------------------------------------------------------------

    def _meet(self, planned: RowPlan, values: dict[str, Any]) -> None:
        known = self.people.by_no.get(str(values.get("staff_no") or "")) or self._with_zeros(planned, values)
        if known is not None:
            if self._is_renamed(planned, values, known):
                self._update(planned, values, known)
            return
        candidates = self.people.candidates(values)
        sure = [row for like, row in candidates if like is Like.SAME and row["uid"] not in self.people.claimed]
        if len(sure) == 1 and sure[0]["uid"] not in self.met:
            self._update(planned, values, sure[0])
            return
        in_sheet = next((one for one in self.by_name[planned.name] if self._like_row(values, one)), None)
        if in_sheet is not None:
            self._ask_same(planned, values, in_sheet)
        elif candidates:
            self._ask_same(planned, values, candidates[0][1])
        else:
            self._insert(planned, values)

    def _with_zeros(self, planned: RowPlan, values: dict[str, Any]) -> Row | None:
        """Whom a 工号 means that a number cell robbed of its zeros: the name must be his."""
        number = str(values.get("staff_no") or "")
        same = [one for one in self.people.by_name.get(planned.name, ()) if is_without_zeros(number, one["staff_no"])]
        if len(same) != 1:
            return None
        values["staff_no"] = planned.seen["staff_no"] = same[0]["staff_no"]
        planned.remarks.append(f"工号{number}少了前面的0，按台账里同名的工号{same[0]['staff_no']}计。")
        return same[0]

    def _says_it_again(self, values: Mapping[str, Any], unit_uid: str, first: RowPlan) -> bool:
        """Whether a row of another sheet says nothing against an earlier one with the same 工号."""
        have = self.values.get(id(first))
        if have is None or have["name"] != values["name"] or have["unit_uid"] != unit_uid:
            return False
        return all(value in _NOTHING or have.get(key) in (*_NOTHING, value) for key, value in values.items())

    def _like_row(self, values: Mapping[str, Any], other: RowPlan) -> bool:
        return other.outcome is not Outcome.WRONG and alike(values, self.values[id(other)]) is not Like.OTHER

    def _is_renamed(self, planned: RowPlan, values: Mapping[str, Any], known: Row) -> bool:
        """The 工号 is known under another name: a corrected name if birth, phone or 身份证号 agree, else ask."""
        if known["name"] == values["name"]:
            return True
        for key in ("birth_on", "phone", "id_no"):
            here, there = str(values.get(key) or ""), known[key]
            if here and there and (same_day(here, there) if key == "birth_on" else here == there):
                return True
        text = f"工号{known['staff_no']}在台账里是{known['name']}，表里是{planned.name}，其他各项也对不上。是改名，还是工号写错了？"
        options = (Option("same", "同一个人，按表里改名"), Option("skip", "跳过这一行"))
        return self._settled(planned, "renamed", text, options, "") == "same"

    def _ask_same(self, planned: RowPlan, values: dict[str, Any], other: RowPlan | Row) -> None:
        if isinstance(other, RowPlan):
            text = f"与{place_text(other.ref, planned.ref)}{likeness(values, self.values[id(other)])}：疑似同一人"
        else:
            left = "（已归档）" if other["archived_on"] else ""
            unit = self.places.index.unit_names[other["unit_uid"]]
            number = f"、工号{other['staff_no']}" if other["staff_no"] else ""
            text = f"与台账里{unit}的{other['name']}{number}{left}{likeness(values, other)}：疑似同一人"
        answer = self._settled(planned, "same_person", text, SAME_PERSON, self.same_person)
        if answer == "new":
            self._insert(planned, values)
        elif answer == "merge" and isinstance(other, RowPlan):
            self._merge(planned, values, other)
        elif answer == "merge" and not isinstance(other, RowPlan):
            self._update(planned, values, other)

    def _settled(self, planned: RowPlan, kind: str, text: str, options: tuple[Option, ...], default: str) -> str:
        """The answer to a question about one row; without one the row waits, 'skip' leaves it out."""
        file, sheet, number = planned.ref
        question = Question(f"{kind}|{file}|{sheet}|{number}", kind, text, options, default, planned.ref, planned.name)
        answer = self.plan.ask(question, self.answers)
        if not answer:
            planned.asked.append(question.id)
            planned.outcome = Outcome.ASKED
        elif answer == "skip":
            planned.outcome = Outcome.SKIPPED
        return answer

    # -- what is written -------------------------------------------------------------------------------------------

    def _insert(self, planned: RowPlan, values: Mapping[str, Any]) -> None:
        planned.outcome = Outcome.NEW
        unit_uid = values["unit_uid"]
        planned.write = {"status": self.places.index.default_status[unit_uid], **planned.seen}
        planned.write["unit_uid"], planned.write["branch_uid"] = unit_uid, values["branch_uid"]
        planned.write["from_on"] = values.get("from_on") or ""

    def _merge(self, planned: RowPlan, values: Mapping[str, Any], first: RowPlan) -> None:
        """Another row of the same person: it only fills what the first row leaves open."""
        planned.outcome = Outcome.SKIPPED
        planned.remarks.append(f"已并入{place_text(first.ref, planned.ref)}。")
        have = self.values[id(first)]
        filled = {key: values[key] for key in COLUMNS if values.get(key) and not have.get(key)}
        if first.outcome is Outcome.NEW:
            first.write |= filled
        elif first.uid and first.outcome in (Outcome.UPDATED, Outcome.UNCHANGED):
            known = self.people.by_uid[first.uid]
            self._compare(first, {key: value for key, value in filled.items() if not known[key]}, known)
        have.update(filled)

    def _update(self, planned: RowPlan, values: dict[str, Any], known: Row) -> None:
        if other := self.met.get(known["uid"]):
            self._merge(planned, values, other)
            return
        planned.uid = known["uid"]
        self.met[known["uid"]] = planned
        planned.outcome = Outcome.UNCHANGED
        if known["archived_on"] and not self._comes_back(planned, known):
            return
        if known["uid"] in self.people.claimed and values.get("staff_no") != known["staff_no"]:
            values = {**values, "staff_no": ""}  # merged into somebody whose own 工号 is in the sheet: it stays
        self._place(planned, values, known)
        if planned.outcome in (Outcome.ASKED, Outcome.SKIPPED):
            return
        self._compare(planned, {key: values[key] for key in COLUMNS if key in values}, known)
        self._keep_first_day(planned, values, known)
        self._check_days(planned, known)

    def _comes_back(self, planned: RowPlan, known: Row) -> bool:
        text = f"{known['name']}已于{known['archived_on']}归档（{known['archive_reason']}），表里又有他。恢复吗？"
        options = (
            Option("restore", "是误归档，恢复为在册"),
            Option("back", "离开以后又回来（可写日期，如 back:2020-9-1，不写即今天）"),
            Option("skip", "跳过这一行"),
        )
        answer = self._settled(planned, "archived", text, options, "")
        if answer in ("", "skip"):
            return False
        back_on = _day_of(answer, "back")
        if back_on and back_on < known["archived_on"]:
            when = format_date(known["archived_on"])
            self._fault(planned, "name", known["name"], f"{known['name']}{when}才离开，重新到岗的日期应在那以后。")
            return False
        planned.write |= {"archived_on": "", "archive_reason": "", "back_on": back_on}
        planned.changes.append(Change("archived_on", "归档", known["archived_on"], ""))
        planned.outcome = Outcome.UPDATED
        return True

    def _place(self, planned: RowPlan, values: Mapping[str, Any], known: Row) -> None:
        """Another unit: 调动 or 更正? Another branch of the same unit: 调动 as of today, unless told otherwise."""
        unit_uid, branch_uid = values["unit_uid"], values["branch_uid"]
        names = self.places.index
        moved = unit_uid != known["unit_uid"]
        if not moved and branch_uid in (None, known["branch_uid"]):
            return
        old_branch = names.branch_names.get(known["branch_uid"] or "", "")
        on = ""
        if moved or old_branch:
            old = f"{names.unit_names[known['unit_uid']]}{old_branch}" if moved else old_branch
            new = (
                f"{names.unit_names[unit_uid]}{names.branch_names.get(branch_uid, '')}"
                if moved
                else names.branch_names[branch_uid]
            )
            text = f"{known['name']}在台账里属于{old}，表里属于{new}。是调动，还是原来登记错了（更正）？"
            transfer = Option("transfer", "调动（可写日期，如 transfer:2020-9-1，不写即今天）")
            options = (transfer, _CORRECT, _KEEP)
            answer = self._settled(
                planned, "move" if moved else "move_branch", text, options, "" if moved else "transfer"
            )
            if answer in ("", "keep"):
                return
            on = _day_of(answer, "transfer")
        planned.write |= {"unit_uid": unit_uid, "branch_uid": branch_uid, "transfer_on": on}
        for key, old_name, new_name in (
            ("unit", names.unit_names[known["unit_uid"]], names.unit_names[unit_uid]),
            ("branch", old_branch, names.branch_names.get(branch_uid or "", "")),
        ):
            if old_name != new_name:
                planned.changes.append(Change(key, CADRE.field(key).label, old_name, new_name))
        planned.outcome = Outcome.UPDATED

    def _compare(self, planned: RowPlan, values: Mapping[str, Any], known: Row) -> None:
        """Field by field: an empty cell erases nothing, a value corrected here since the last sheet is a question."""
        seen = self.people.seen.get(known["uid"], {})
        for key, value in values.items():
            if value in (None, "") or value == known[key]:
                continue
            one = CADRE.field(key)
            if _says_the_same(one, value, known[key]):
                continue
            old, new = one.text(known[key]), one.text(value)
            # empty here is not a correction: the sheet may fill it
            corrected = key in seen and _says_the_same(one, value, seen[key]) and old != ""
            if corrected and not self._takes_back(planned, one, old, new):
                continue
            if key in ("status", "party_status") and known[key]:
                answer = self._dated(planned, one, old, new)
                if not answer:
                    return
                if answer == "keep":
                    continue
                planned.write[f"{key}_on"] = _day_of(answer, "transfer")
            planned.write[key] = value
            planned.changes.append(Change(key, one.label, masked(one, old), new))
            planned.outcome = Outcome.UPDATED

    def _takes_back(self, planned: RowPlan, one: Field, old: str, new: str) -> bool:
        old, new = masked(one, old), masked(one, new)
        text = f"{planned.name}的{one.label}上次导入后在台账里改成了“{old}”，表里仍是“{new}”。用哪一个？"
        file, sheet, number = planned.ref
        options = (_KEEP, Option("take", "改成表里的"))
        question = Question(
            f"corrected|{file}|{sheet}|{number}|{one.key}", "corrected", text, options, "keep", planned.ref
        )
        if self.plan.ask(question, self.answers) == "take":
            return True
        planned.remarks.append(f"{one.label}保留了台账里改过的“{old}”，没有用表里的“{new}”。")
        return False

    def _dated(self, planned: RowPlan, one: Field, old: str, new: str) -> str:
        """在职状态, 政治面貌: since a day, or wrong all along? Figures of the years before depend on it."""
        text = f"{planned.name}的{one.label}在台账里是{old}，表里是{new}。是从某天起变动，还是原来登记错了（更正）？"
        return self._settled(planned, one.key, text, (_DATED, _CORRECT, _KEEP), "")

    def _keep_first_day(self, planned: RowPlan, values: Mapping[str, Any], known: Row) -> None:
        if day := values.get("from_on"):
            there = periods_of(self.reads, [known["uid"]]).get(known["uid"], [])
            if there and there[0].from_on and there[0].from_on != day:
                first = format_date(there[0].from_on)
                planned.remarks.append(
                    f"{FROM_ON.label}保留了台账里的{first}，没有用表里的{format_date(day)}；要改请在名册里更正。"
                )

    def _check_days(self, planned: RowPlan, known: Row) -> None:
        """A dated change must fit the person's timeline."""
        if "archived_on" in planned.write:
            return
        for keys, on in DATED:
            changes = {key: planned.write[key] for key in keys if key in planned.write}
            day = planned.write.get(on, "")
            fault = change_fault(self.reads, known["uid"], changes, day) if changes and day else None
            if fault is not None:
                self._fault(planned, keys[0].removesuffix("_uid"), day, f"{fault.text}{fault.hint}")

    def _ask_first_day(self) -> None:
        """New people of a sheet that does not say since when: told and offered, never taken in silence."""
        fresh = [one for one in self.plan.rows if one.outcome is Outcome.NEW and not one.write["from_on"]]
        if not fresh or not self.default_day:
            return
        text = f"新增的{len(fresh)}人表里没有{FROM_ON.label}。台账里已有以前年度的数据，他们从哪一天起算在册？"
        question = Question("from_on", "from_on", text, _FIRST_DAY, f"from:{self.default_day}")
        day = _day_of(self.plan.ask(question, self.answers), "from")
        for one in fresh:
            one.write["from_on"] = day
        told = f"从{format_date(day)}起算在册" if day else "按一直在册计，以前的年度也计"
        self.plan.remarks.append(f"新增的{len(fresh)}人没有{FROM_ON.label}，{told}。")

    # -- smaller things --------------------------------------------------------------------------------------------

    def _add_address(self, values: dict[str, Any]) -> None:
        """区, 街道, 社区, 小区, 楼栋 … from the address in one cell, where the sheet has no column of its own."""
        if values.get("address"):
            found = split_address(str(values["address"]))
            for key, part in zip(_PARTS, found, strict=False):
                if part and not values.get(key):
                    values[key] = part

    def _remark_on_id(self, planned: RowPlan, values: Mapping[str, Any]) -> None:
        number, birth = str(values.get("id_no") or ""), str(values.get("birth_on") or "")
        if len(number) != 18:
            return
        inside = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
        if birth and not same_day(birth, inside):
            planned.remarks.append(f"身份证号里的出生日期（{inside}）与出生年月（{birth}）不一致，请核对。")
        if values.get("sex") in ("1", "2") and (int(number[16]) % 2 == 1) != (values["sex"] == "1"):
            planned.remarks.append("身份证号所示性别与性别一栏不一致，请核对。")

    def _fault(self, planned: RowPlan, key: str, value: str, message: str) -> None:
        column = column_of(planned.sheet, key, ROSTER_SHEET)
        planned.faults.append(Fault(planned.row.row, key, column, value, message))
        planned.outcome = Outcome.WRONG

    def _homeless(self, sheet: ParsedSheet, number: int) -> None:
        text = (
            f"这张表有{number}行看不出属于哪个二级单位党组织，请在表里加一列“二级单位党组织”，"
            "或在导入时指定单位（命令行用 --unit）。"
        )
        fault = Fault(sheet.map.head_rows[0] if sheet.map.head_rows else 0, "unit", CADRE.field("unit").label, "", text)
        self.plan.sheet_faults.append((sheet, fault))

    def _tell_new_places(self) -> None:
        used = {one.write.get(key) for one in self.plan.rows for key in ("unit_uid", "branch_uid")}
        units = [name for uid, name in self.plan.new_units.items() if uid in used]
        branches = [name for uid, (_, name) in self.plan.new_branches.items() if uid in used]
        for what, names in (("单位", units), ("支部", branches)):
            if names:
                self.plan.remarks.append(f"新建{what}{len(names)}个：{'、'.join(names)}。")

    def _list_missing(self) -> None:
        """People of these units whom no row is about: listed, never removed."""
        index = self.places.index
        units = {self.values[id(one)]["unit_uid"] for one in self.plan.rows if id(one) in self.values}
        named = {one.name for one in self.plan.rows}
        sql = "SELECT uid, staff_no, name FROM cadre WHERE unit_uid = ? AND archived_on = '' ORDER BY staff_no, uid"
        for unit_uid in sorted(units - set(self.plan.new_units), key=list(index.unit_names).index):
            for uid, staff_no, name in self.reads.tuples(sql, (unit_uid,)):
                if uid not in self.met:
                    person = {"uid": uid, "staff_no": staff_no, "name": name, "unit": index.unit_names[unit_uid]}
                    self.plan.missing.append(person if name not in named else {**person, "note": "表里有同名的人"})


def _says_the_same(one: Field, value: Any, known: Any) -> bool:
    if one.kind is Kind.MONTH:
        # a month says nothing against a day in it
        return bool(known) and len(str(value)) <= len(str(known)) and same_day(str(value), str(known))
    if one.kind is Kind.MULTI:
        return set(str(value).split("、")) == set(str(known).split("、"))
    return bool(value == known)


def _day_of(answer: str, dated: str) -> str:
    """'transfer:2020-9-1' -> '2020-09-01', 'transfer' -> today, another answer than `dated` -> ''."""
    kind, _, text = answer.partition(":")
    if kind != dated:
        return ""
    day = parse_date(text) if text else today()
    if day is None:
        raise InvalidInput({dated: f"日期“{text}”读不出，请写成 {dated}:2020-9-1 这样的形式。"})
    return day.isoformat()
