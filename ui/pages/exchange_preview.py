"""A merge in words, before and after: per packet a sentence, per person what is added, changed, removed, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.base.dates import format_stamp
from core.exchange.model import KIND, PARALLEL, Landed, MergeReport, PacketReport
from core.exchange.queries import opened
from core.store import Reads, Row
from core.store.history import RowChange
from core.words import RowWords, landed_words, row_names
from ui.pages.exchange_words import card_words

OPS = (("insert", "新增"), ("update", "修改"), ("delete", "删除"))
OTHERS = "名册以外的内容"
MOST_LINES = 2000  # rows of one packet; the sentence counts them all


@dataclass(frozen=True, slots=True)
class Line:
    """One row that comes in."""

    words: RowWords
    parallel: bool = False  # the other fields of it were changed here: both stay


@dataclass(frozen=True, slots=True)
class Whose:
    """What comes in of one person."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One packet in words."""

    title: str  # 笔记本1　第2包
    sentence: str
    people: tuple[Whose, ...] = ()
    waits: tuple[tuple[str, str, str], ...] = ()  # kind, what, values
    notes: tuple[str, ...] = ()
    left_out: int = 0  # rows not listed
    already: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """A whole merge in words."""

    report: MergeReport
    packets: tuple[Told, ...]
    sentence: str
    waits: int
    parallel: int
    refused: tuple[tuple[str, str], ...] = field(default_factory=tuple)

    @property
    def changes(self) -> bool:
        """Whether the merge would do anything."""
        return any(not one.already for one in self.report.packets)


def told_merge(reads: Reads, report: MergeReport, *, done: bool = False) -> Preview:
    """A report in words; `done` speaks of what was done instead of what would be."""
    packets = tuple(_packet(reads, one, done=done) for one in report.packets)
    rows = sum(one.applied for one in report.packets)
    waits = sum(len(_asked(one)) for one in report.packets)
    parallel = sum(one.parallel for one in report.packets)
    fresh = [one for one in report.packets if not one.already]
    if not report.packets:
        sentence = "没有可以合并的数据包。"
    elif not fresh:
        sentence = "这些数据包都已经合并过，台账没有改动。" if done else "这些数据包都已经合并过，再合并不会改动台账。"
    else:
        will = "已合并" if done else "将合并"
        sentence = f"{will} {len(fresh)} 个数据包，{rows:,} 条改动；{_open_words(waits, parallel)}"
    return Preview(report, packets, sentence, waits, parallel, tuple(report.refused))


def _open_words(waits: int, parallel: int) -> str:
    parts = [f"{waits:,} 处两边说法不同，要由您来定" if waits else "没有要定的事"]
    parts += [f"{parallel:,} 处两边改了不同的项，合在一起"] if parallel else []
    return "，".join(parts) + "。"


def _asked(one: PacketReport) -> list[Row]:
    return [row for row in one.conflicts if row["kind"] not in (PARALLEL, "WAITS")]


def _packet(reads: Reads, one: PacketReport, *, done: bool) -> Told:
    title = f"{one.peer}　第{one.number}包"
    made = f"{format_stamp(one.made_at)} 生成。" if one.made_at else ""
    if one.already:
        return Told(title, f"{made}这个数据包已经合并过，不会再改动台账。", notes=tuple(one.notes), already=True)
    counts = [(label, sum(row.op == op for row in one.landed)) for op, label in OPS]
    parts = [f"{label} {count:,} 条" for label, count in counts if count] or ["没有直接进来的改动"]
    waits = _asked(one)
    if waits:
        parts.append(f"{len(waits):,} 处要定")
    listed = one.landed[:MOST_LINES]
    return Told(
        title, f"{made}{'，'.join(parts)}。", _by_person(reads, listed), _waits(reads, waits, one.peer),
        tuple(one.notes), len(one.landed) - len(listed),
    )  # fmt: skip


def _by_person(reads: Reads, landed: Sequence[Landed]) -> tuple[Whose, ...]:
    told = landed_words(reads, landed, mask=True)
    people = [one.whose for one in landed if one.whose]
    asked = [RowChange("cadre", uid, "insert", {}, {"uid": uid}) for uid in dict.fromkeys(people)]
    own = [RowChange(one.tbl, one.uid, one.op, one.before, one.after) for one in landed if one.tbl == "cadre"]
    names = row_names(reads, [*own, *asked])
    grouped: dict[str, list[Line]] = {}
    for one, words in zip(landed, told, strict=True):
        grouped.setdefault(one.whose, []).append(Line(words, one.parallel))
    made = [Whose(names.get(("cadre", uid), "（不在名册）"), tuple(lines)) for uid, lines in grouped.items() if uid]
    rest = grouped.get("", [])
    return (*made, *([Whose(OTHERS, tuple(rest))] if rest else []))


def _waits(reads: Reads, rows: Sequence[Row], peer: str) -> tuple[tuple[str, str, str], ...]:
    read = [_whole(row, peer) for row in rows]
    labels = dict(KIND)
    return tuple((labels[one.row["kind"]], one.title, one.summary) for one in card_words(reads, read))


def _whole(row: Row, peer: str) -> Row:
    """A row of `conflict` as the review has it, also one that was not written (a preview)."""
    blank = {"number": 0, "their_by": "", "their_at": "", "our_by": "", "our_at": "", "state": "OPEN", "taken": "",
             "settled_by": "", "settled_at": "", "text": "", "waiting": 0, "peer": peer}  # fmt: skip
    images = {key: row.get(key) or "" for key in ("base", "theirs", "ours")}
    parsed = any(isinstance(one, str) and one for one in (*images.values(), row.get("fields")))
    return {**blank, **row, **(opened({**row, **images}) if parsed else {})}
