"""带出台账, 数据包收发台账 and 合并情况报告: who holds what, what went out and came in, what a packet changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from core.base.clock import today
from core.base.dates import format_stamp
from core.base.errors import InvalidInput, Refused
from core.exchange.model import DECIDED, KIND, PACKET, PARALLEL, PEER, RULE, TAKEN
from core.exchange.queries import conflict_rows, packet_rows, peer_rows
from core.history_of import packet_changes, whose
from core.org.settings import all_settings
from core.store import Reads, Row, RowChange
from core.store.tables import table
from core.words import Names, field_text, label_of, row_names, row_words, step_words
from reports.handover import peer_named
from reports.kit.batch import Job
from reports.kit.text import date_cn
from reports.list_jobs import list_job, unprintable
from reports.lists import ListColumn, ListData
from reports.spec import Asked, Gap

_PEER_SHOWN = (
    "number", "name", "kind", "holder", "holder_phone", "scope", "out_on", "due_on", "back_on", "state", "last_in",
)  # fmt: skip
_PACKET_SHOWN = (
    "peer",
    "way",
    "number",
    "made_at",
    "merged_at",
    "rows",
    "conflicts",
    "personal",
    "file_name",
    "operator",
)
_WHOLE = frozenset(
    PEER.field(key).label for key in ("number", "holder_phone", "out_on", "due_on", "back_on", "last_in")
)
_SHEET_LINE = "confirm_row"
_MOST_FIELDS = 12  # of one record on one line; a new record says little more with all of them


def peer_list_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """带出台账: every copy, those that are out first."""
    yield _job(reads, asked, "带出台账", (_peers(reads),))


def peer_list_check(reads: Reads, asked: Asked) -> list[Gap]:
    """Characters of the table that no font can print."""
    return unprintable("带出台账", (_peers(reads),))


def packet_list_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """数据包收发台账: of one copy, or of all."""
    yield _job(reads, asked, "数据包收发台账", (_packets(reads, asked),))


def packet_list_check(reads: Reads, asked: Asked) -> list[Gap]:
    """Characters of the table that no font can print."""
    return unprintable("数据包收发台账", (_packets(reads, asked),))


def merge_report_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """合并情况报告: what one merged packet (default: the newest) changed, and what was decided about it."""
    packet = packet_asked(reads, asked.which)
    name = f"{packet['peer']}第{packet['number']}包"
    yield _job(reads, asked, "合并情况报告", _merged(reads, packet), name)


def merge_report_check(reads: Reads, asked: Asked) -> list[Gap]:
    """Characters of the tables that no font can print."""
    return unprintable("合并情况报告", _merged(reads, packet_asked(reads, asked.which)))


def packet_asked(reads: Reads, text: str) -> Row:
    """A merged packet by its uid, or the newest of a copy (设备号, name), '' = the newest of all; else InvalidInput, Refused."""
    merged = [row for row in packet_rows(reads) if row["way"] == "IN"]
    if found := [row for row in merged if row["uid"] == text]:
        return found[0]
    name, _, number = text.partition("第")
    of_peer = peer_named(reads, name)["uid"] if name.strip() else ""
    digits = number.removesuffix("包").strip()
    for row in merged:
        if of_peer in ("", row["peer_uid"]) and digits in ("", str(row["number"])):
            return row
    if digits:
        raise InvalidInput({"which": f"没有合并过{text}，请在数据包收发台账里核对。"})
    raise Refused("还没有合并过数据包，没有可打印的报告。", "请先合并一个数据包。")


def _job(reads: Reads, asked: Asked, title: str, tables: Sequence[ListData], part: str = "") -> Job:
    return list_job(reads, title, (str(asked.year), title, part), tables, 0)


def _peers(reads: Reads) -> ListData:
    rows = peer_rows(reads)
    cells = tuple((str(at), *(_peer_text(row, key) for key in _PEER_SHOWN)) for at, row in enumerate(rows, start=1))
    columns = tuple(_columns(PEER.field(key).label for key in _PEER_SHOWN))
    out = sum(row["state"] == "OUT" for row in rows)
    late = sum(bool(row["overdue"]) for row in rows)
    scope = f"带出的数据共{len(rows)}份，在外{out}份" + (f"，其中逾期未交回{late}份。" if late else "。")
    return ListData("党员干部下沉数据带出台账", columns, cells, _org(reads), scope, today().isoformat())


def _peer_text(row: Row, key: str) -> str:
    if key == "state" and row["overdue"]:
        return "逾期"
    if key in ("last_in", "last_out"):
        return date_cn(row[key][:10])
    return date_cn(row[key]) if key.endswith("_on") else PEER.field(key).text(row[key])


def _packets(reads: Reads, asked: Asked) -> ListData:
    peer = peer_named(reads, asked.which) if asked.which else None
    rows = packet_rows(reads, peer["uid"] if peer else "")
    cells = tuple((str(at), *(_packet_text(row, key) for key in _PACKET_SHOWN)) for at, row in enumerate(rows, start=1))
    counts = {code: sum(row["way"] == code for row in rows) for code in ("CHECKOUT", "OUT", "IN")}
    scope = f"带出{counts['CHECKOUT']}份，发出数据包{counts['OUT']}个，收到并合并{counts['IN']}个；按时间倒序。"
    whom = f"　　设备或单位：{peer['name']}" if peer else ""
    columns = tuple(_columns(PACKET.field(key).label for key in _PACKET_SHOWN))
    return ListData("数据包收发台账", columns, cells, _org(reads) + whom, scope, today().isoformat())


def _packet_text(row: Row, key: str) -> str:
    if key == "number" and row["way"] == "CHECKOUT":
        return ""
    return format_stamp(row[key]) if key.endswith("_at") and row[key] else PACKET.field(key).text(row[key])


def _columns(labels: Iterator[str]) -> Iterator[ListColumn]:
    yield ListColumn("序号", whole=True)
    left = {PEER.field("scope").label, *(PACKET.field(key).label for key in ("file_name", "personal"))}
    for label in labels:
        yield ListColumn(
            label, "left" if label in left else "centre", whole=label in ("设备号", "第几包", "领用人电话")
        )


# -- what a packet changed ---------------------------------------------------------------------------------------------


def _merged(reads: Reads, packet: Row) -> tuple[ListData, ...]:
    changes = packet_changes(reads, packet["uid"])
    decided = [row for row in conflict_rows(reads, "", (*DECIDED, PARALLEL)) if row["packet_uid"] == packet["uid"]]
    name = f"{packet['peer']}第{packet['number']}包"
    told = f"设备或单位：{packet['peer']}　　第{packet['number']}包　　合并时间：{format_stamp(packet['merged_at'])}"
    who = f"　　经办人：{packet['operator']}" if packet["operator"] else ""
    return (_landed(reads, changes, name, told + who), *_decided(reads, decided, name, told + who))


def _landed(reads: Reads, changes: Sequence[RowChange], name: str, subtitle: str) -> ListData:
    """A line for each record, people first in order of 工号, then what belongs to nobody."""
    owners = whose(reads, changes)
    people = dict(reads.tuples("SELECT uid, name || iif(staff_no = '', '', '（' || staff_no || '）') FROM cadre"))
    cells: list[tuple[str, ...]] = []
    groups: dict[str, list[RowChange]] = defaultdict(list)
    lines = [one for one in changes if one.table == _SHEET_LINE]  # said with a number: one sheet has fifteen a page
    for one in (one for one in changes if one.table != _SHEET_LINE):
        groups[owners.get((one.table, one.uid), "")].append(one)
    for owner in sorted(groups, key=lambda uid: (uid == "", people.get(uid, ""))):
        for row in step_words(reads, groups[owner], most=len(groups[owner]), mask=True):
            fields = [f"{one.label}：{_changed(row.op, one.before, one.after)}" for one in row.fields]
            more = [f"等{len(fields)}项"] if len(fields) > _MOST_FIELDS else []
            words = "；".join([*fields[:_MOST_FIELDS], *more])
            cells.append((str(len(cells) + 1), people.get(owner, "—"), row.op, row.title, words))
    if lines:
        cells.append((str(len(cells) + 1), "—", "新增", table(_SHEET_LINE).label, f"共{len(lines)}行"))
    counts = "、".join(
        f"{label}{count}条"
        for label, op in (("新增", "insert"), ("修改", "update"), ("删除", "delete"))
        if (count := sum(one.op == op for one in changes))
    )
    columns = (
        *(ListColumn(one) for one in ("序号", "人员", "改动")),
        ListColumn("记录", "left"),
        ListColumn("内容", "left"),
    )
    scope = f"本包写入台账的改动共{len(changes)}条{f'：{counts}' if counts else ''}；手机、身份证号已隐去。"
    return ListData(f"合并情况报告（{name}）", columns, tuple(cells), subtitle, scope, today().isoformat())


def _changed(op: str, before: str, after: str) -> str:
    if op == "修改":
        return f"{before or '（空）'} → {after or '（空）'}"
    return after or before


def _decided(reads: Reads, rows: Sequence[Row], name: str, subtitle: str) -> Iterator[ListData]:
    if not rows:
        return
    cells = []
    for row in rows:
        change = RowChange(row["tbl"], row["row_uid"], "update", row["ours"] or row["base"] or {}, row["theirs"] or {})
        names = row_names(reads, [change])
        title = row_words(reads, row["tbl"], change.before or None, change.after or change.before).title
        values = [_value(row, side, names) for side in ("base", "theirs", "ours")]
        done = dict(TAKEN).get(row["taken"], "") if row["state"] == "SETTLED" else "待定"
        by = "　".join(
            part for part in (row["settled_by"], format_stamp(row["settled_at"]) if row["settled_at"] else "") if part
        )
        told = row["text"] or title
        cells.append(
            (
                str(row["number"]), dict(KIND)[row["kind"]], told, values[0],
                _with(values[1], row["their_by"], row["their_at"]), _with(values[2], row["our_by"], row["our_at"]),
                "\n".join(part for part in (done, by) if part),
            )
        )  # fmt: skip
    heads = ("编号", "情况", "记录", "原来", "对方", "这边", "处理")
    columns = tuple(ListColumn(head, "centre" if head in ("编号", "情况", "处理") else "left") for head in heads)
    waiting = sum(row["state"] == "OPEN" for row in rows)
    scope = (
        f"需要裁定或核对的{len(rows)}项，已处理{len(rows) - waiting}项，待定{waiting}项；未被采用的值仍保留，可以取回。"
    )
    yield ListData(f"待定事项及处理（{name}）", columns, tuple(cells), subtitle, scope, today().isoformat())


def _value(row: Row, side: str, names: Names) -> str:
    image = row[side]
    if row["kind"] == RULE:
        return ""  # two records that stand beside each other: the sentence names them
    if image is None:
        return "（没有这条记录）"
    told = [f"{label_of(row['tbl'], key)}：{_masked(row['tbl'], key, image.get(key), names)}" for key in row["fields"]]
    return "；".join(told) or "（整条记录）"


def _masked(name: str, key: str, value: object, names: Names) -> str:
    return field_text(name, key, value, names, mask=True) or "（空）"


def _with(value: str, by: str, at: str) -> str:
    told = " ".join(part for part in (by, format_stamp(at) if at else "") if part)
    return "\n".join(part for part in (value, told) if part)


def _org(reads: Reads) -> str:
    settings = all_settings(reads)
    return f"单位：{settings.get('org_name', '')}{settings.get('issuer', '')}"
