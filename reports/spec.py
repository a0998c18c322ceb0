"""What a printable form is: the print centre, the command line and the tests read specs, never the forms themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from core.store import Reads
from reports.kit.batch import Job
from reports.kit.fonts import boxed_remark

Ability = Literal[
    "blank", "extra", "duplex", "split", "stroke", "public", "sheet", "as_of", "empty", "which", "skip_empty", "issued"
]
Whom = Literal["unit", "grid", "people"]


CHECKIN = "checkin"  # among the `needs` of a form: that a 个人报到 is written down, which the roster cannot say


@dataclass(frozen=True, slots=True)
class Asked:
    """One print order, with the people already found."""

    year: int
    as_of: str = ""  # service up to this day; '' = today
    uids: tuple[str, ...] = ()  # whose forms, in order; of a list: who may stand on it
    unit_uid: str = ""  # lists: of one unit, '' = all
    grid_uid: str = ""  # of one grid, '' = all
    sheet_no: str = ""  # 待确认清单
    which: str = ""  # of papers about data packets: a copy (设备号, name or uid) or a packet; '' = all, the newest
    by: str = ""  # one of the form's own ways (ReportSpec.ways); '' = its usual one
    paper: str = "A4"  # of forms that can be larger
    blank: bool = False
    extra_pages: int = 0
    skip_empty: bool = False  # 省略空白部分
    issued_on: str = ""  # 制发日期 on a cover, ISO; '' = the day up to which it counts
    by_stroke: bool = False  # 按姓氏笔画
    public: bool = False  # goes up on a wall: phone and 身份证号 masked


@dataclass(frozen=True, slots=True)
class Gap:
    """What the check before printing found of one person: facts that are `missing`, a `remark` on what is printed all the
    same, or in `blocked` why the form cannot be printed at all."""

    uid: str
    label: str
    missing: tuple[str, ...] = ()
    blocked: str = ""
    remark: str = ""  # a whole sentence
    redraft: bool = False  # 重新生成 puts it right
    boxes: str = ""  # characters that no font has, printed as boxes for the pen: a whole sentence

    @property
    def text(self) -> str:
        """The finding as one sentence."""
        if said := self.blocked or self.remark or self.boxes:
            return said
        return f"缺{'、'.join(self.missing)}，已留空，可在名册补填后重印，或手写。"


def boxed_gaps(uid: str, label: str, data: object) -> list[Gap]:
    """The gap of a form some of whose characters no font has: it is printed with boxes for the pen."""
    boxes = boxed_remark(data)
    return [Gap(uid, label, boxes=boxes)] if boxes else []


@dataclass(frozen=True, slots=True)
class ReportSpec:
    """One form of the catalogue."""

    id: str
    title: str
    kind: Literal["person", "list"]
    description: str
    jobs: Callable[[Reads, Asked], Iterator[Job]]
    check: Callable[[Reads, Asked], list[Gap]]
    abilities: frozenset[Ability] = frozenset()
    remarks: Callable[[Reads, Asked], list[Gap]] | None = None  # what is printed, but should be looked at first
    needs: tuple[str, ...] = ()  # keys of the roster that the form shows: asked for before printing
    photo: bool = False
    whom: frozenset[Whom] = frozenset({"unit", "grid", "people"})  # by what the form can be asked for
    ways: tuple[tuple[str, str], ...] = ()  # (code, label): how it can be made, as 按单位 and 按党支部
    usual_way: Callable[[int], str] | None = None  # the way of a year where none is said; None: the first
    papers: tuple[str, ...] = ("A4",)
    previewed: int = 1  # people on the page that the preview shows

    def way_of(self, year: int) -> str:
        """The way it is made where none is said; '' for a form without ways."""
        if self.usual_way is not None:
            return self.usual_way(year)
        return self.ways[0][0] if self.ways else ""

    def remarked(self, reads: Reads, asked: Asked) -> list[Gap]:
        """What should be looked at before printing; nothing of a form without such."""
        return self.remarks(reads, asked) if self.remarks is not None else []

    def can(self, ability: Ability) -> bool:
        """Whether the form knows this option."""
        return ability in self.abilities
