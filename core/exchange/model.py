"""Data packets: what a copy is, what a packet holds, what a merge reports. Field specs with their Chinese labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from core.base.fields import EntitySpec, Field, Kind
from core.store import Reads, Row, Tx

CHECKOUT_SUFFIX, PACKET_SUFFIX = ".xcout", ".xcpkt"

PEER_KIND = (("LAPTOP", "笔记本"), ("UNIT", "二级单位"), ("DESK", "办公室电脑"))
PEER_STATE = (("OUT", "在外"), ("BACK", "已收回"), ("LOST", "遗失"))
WAY = (("CHECKOUT", "带出"), ("OUT", "发出"), ("IN", "收到"))

# kinds of a conflict
FIELD = "FIELD"  # both sides changed a field, or a group of fields that mean something together
GONE_HERE = "GONE_HERE"  # deleted here, changed there
CHANGED_HERE = "CHANGED_HERE"  # deleted there, changed here
IN_USE = "IN_USE"  # deleted there, something here depends on it
NO_PARENT = "NO_PARENT"  # added there below a record that is deleted here
SAME_PERSON = "SAME_PERSON"  # the same person registered twice?
CLASH = "CLASH"  # a value that must be unique is taken here
WAITS = "WAITS"  # hangs on a SAME_PERSON question (other_uid = its conflict): settled with it, not listed
RULE = "RULE"  # both landed; a rule of the work asks for a look
PARALLEL = "PARALLEL"  # both changed the row, different fields: merged, may be looked at

KIND = (
    (FIELD, "同一项两边都改了"),
    (GONE_HERE, "这边已删除，对方修改了"),
    (CHANGED_HERE, "对方已删除，这边修改了"),
    (IN_USE, "对方已删除，这边还在使用"),
    (NO_PARENT, "所属的记录在这边已删除"),
    (SAME_PERSON, "可能是同一个人"),
    (CLASH, "编号或名称在这边已被使用"),
    (RULE, "请核对"),
    (PARALLEL, "两边改了不同的项"),
)
DECIDED = ("FIELD", "GONE_HERE", "CHANGED_HERE", "IN_USE", "NO_PARENT", "SAME_PERSON", "CLASH", "RULE")
"""Kinds that wait for a decision; PARALLEL only for a look."""

TAKEN = (
    ("OURS", "采用这边"),
    ("THEIRS", "采用对方"),
    ("VALUES", "另填"),
    ("YES", "是同一人"),
    ("NO", "不是同一人"),
    ("ACCEPT", "都保留"),
    ("DROP", "去掉对方的"),
    ("LATER", "已由后来的数据包代替"),
)

PEER = EntitySpec(
    "peers",
    "peer",
    "带出的数据",
    (
        Field("number", "设备号", Kind.INT),
        Field("name", "设备或单位", required=True, help="例如：笔记本1、会计学院党委、二号电脑。"),
        Field("kind", "类别", Kind.CHOICE, choices=PEER_KIND),
        Field("holder", "领用人"),
        Field("holder_phone", "领用人电话", Kind.PHONE),
        Field("out_on", "带出日期", Kind.DATE),
        Field("due_on", "应交回日期", Kind.DATE),
        Field("back_on", "交回日期", Kind.DATE),
        Field("state", "状态", Kind.CHOICE, choices=PEER_STATE),
        Field("scope", "范围", editable=False),
        Field("last_in", "最近收到", editable=False),
        Field("last_out", "最近发出", editable=False),
        Field("open", "待定", Kind.INT, editable=False),
        Field("note", "备注"),
    ),
)

PACKET = EntitySpec(
    "packets",
    "packet",
    "数据包",
    (
        Field("peer", "设备或单位"),
        Field("way", "收发", Kind.CHOICE, choices=WAY),
        Field("number", "第几包", Kind.INT),
        Field("made_at", "生成时间"),
        Field("merged_at", "合并时间"),
        Field("rows", "改动条数", Kind.INT),
        Field("conflicts", "待定", Kind.INT),
        Field("file_name", "文件"),
        Field("operator", "经办人"),
        Field("personal", "所含个人信息"),
    ),
)


@dataclass(frozen=True, slots=True)
class CheckoutAsk:
    """What is to be given out, and to whom. No unit and no grid = everything."""

    name: str
    kind: str = "LAPTOP"
    units: tuple[str, ...] = ()  # uids
    grids: tuple[str, ...] = ()  # uids
    phones: bool = False  # else phones are left out too; 身份证号 always is, but for a desk in the office
    photos: bool = False
    holder: str = ""
    holder_phone: str = ""
    due_on: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CheckedOut:
    """A copy given out: the file, the code that opens it (shown only now), what it holds."""

    peer_uid: str
    number: int
    file: str
    code: str
    rows: dict[str, int]  # table label -> rows
    people: int
    personal: str  # which personal data it holds, in words
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A packet of changes that was written."""

    peer_uid: str
    number: int
    file: str
    rows: int
    size: int  # bytes
    personal: str
    withheld: int  # records kept back until a conflict is settled
    uid: str = ""


@dataclass(frozen=True, slots=True)
class Landed:
    """One row of a packet that went in, as words for the preview."""

    op: str  # insert, update, delete
    tbl: str
    uid: str
    before: Row
    after: Row
    whose: str = ""  # cadre_uid the row belongs to, or ''
    parallel: bool = False  # this side had changed other fields of the row


@dataclass(slots=True)
class PacketReport:
    """What one packet did, or (previewed) would do."""

    uid: str
    peer_uid: str
    peer: str
    number: int
    file: str
    made_at: str
    already: bool = False  # merged before, or contained in a later one: nothing changes
    landed: list[Landed] = field(default_factory=list)
    conflicts: list[Row] = field(
        default_factory=list
    )  # rows of `conflict` that this packet opened, decisions and rules
    parallel: int = 0
    notes: list[str] = field(default_factory=list)  # sentences: gaps, old versions, things joined by themselves
    kept_back: list[list[str]] = field(
        default_factory=list
    )  # in a copy: deletions not done, something here hangs on them

    @property
    def applied(self) -> int:
        """Rows that went in."""
        return len(self.landed)


@dataclass(slots=True)
class MergeReport:
    """What a merge of one or more packets did; `step` is None for a preview and when nothing changed."""

    packets: list[PacketReport]
    step: int | None = None
    refused: list[tuple[str, str]] = field(default_factory=list)  # (file, sentence): not merged, nothing of it went in


Touched = Mapping[str, frozenset[str]]
"""By table: the uids of rows that a merge wrote."""
Follow = Callable[[Tx, Touched], object]
"""Sets right what hangs on the rows that a merge wrote."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule of the work asks for a look at a record that came (`uid`) beside one that is here (`other_uid`).

    With `fields` only these are in question: dropping puts them back as they were, else the record is taken out.
    """

    tbl: str
    uid: str
    other_uid: str
    text: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """What the features give in: the merge itself knows none of them."""

    checks: tuple[Callable[[Reads, Sequence[Landed]], list[Finding]], ...] = ()
    same: Mapping[str, Callable[[Reads, Row], str]] = field(default_factory=dict)  # table -> uid of who it may be here
    drop: Mapping[str, Callable[[Tx, str, str], object]] = field(default_factory=dict)  # table -> takes a record out
    align: tuple[Follow, ...] = ()  # records that must agree are brought in line, in the office
    follow: tuple[Follow, ...] = ()  # what is set from other records is set anew, in copies too
