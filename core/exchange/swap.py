"""交换: both sides of a standing copy through one shared folder, many times a day: take what came, put what goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from core.base.errors import MachineFault, Refused
from core.exchange.merging import merge
from core.exchange.model import PACKET_SUFFIX, MergeReport, Rules
from core.exchange.packet_file import DOWN, UP, read_header
from core.exchange.packets import has_news, make_packet
from core.exchange.queries import Identity, identity, own_copy
from core.store import Store

Progress = Callable[[int, int], object]


@dataclass(slots=True)
class SwapReport:
    """What came in and what was put out."""

    merged: MergeReport | None
    written: list[str] = field(default_factory=list)  # file names


def swap(store: Store, folder: Path, rules: Rules, *, progress: Progress = lambda _done, _all: None) -> SwapReport:
    """Merge the packets for us that are new in `folder`, then write ours for the other side, replacing the last one there."""
    if not folder.is_dir():
        raise MachineFault(f"交换文件夹“{folder}”打不开。", "请检查共享文件夹或U盘是否连接。")
    who = identity(store)
    fresh = [path for path in sorted(folder.glob(f"*{PACKET_SUFFIX}")) if _for_us(store, who, path)]
    # many times a day: the backup of every half hour is enough
    report = SwapReport(merge(store, fresh, rules, with_backup=False, progress=progress) if fresh else None)
    sql = "SELECT uid FROM peer WHERE kind = 'DESK' AND state = 'OUT' ORDER BY number"
    targets = [""] if who.is_copy else [row[0] for row in store.tuples(sql)]
    if not who.is_copy and not targets:
        raise Refused("还没有带出办公室电脑的数据，不需要交换。", "请先“带出”，类别选“办公室电脑”。")
    for target in targets:
        report.written += _put(store, who, folder, target)
    return report


def _for_us(store: Store, who: Identity, path: Path) -> bool:
    """Whether a packet in the folder is addressed to this file and newer than what is merged."""
    try:
        header, _data = read_header(path)
    except (Refused, MachineFault):
        return False  # half copied, or something else: the next round sees it
    if header.ledger != who.ledger_uid or header.way != (DOWN if who.is_copy else UP):
        return False
    if who.is_copy:
        office = own_copy(store)
        return office is not None and header.peer == who.peer_uid and header.number > office["got_no"]
    sql = "SELECT 1 FROM peer WHERE uid = ? AND kind = 'DESK' AND state = 'OUT' AND got_no < ?"
    return store.value(sql, (header.peer, header.number)) is not None


def _put(store: Store, who: Identity, folder: Path, target: str) -> list[str]:
    """Write our packet, if it tells more than the one there, and take our older ones out: the newest holds all of them."""
    peer, way = target or who.peer_uid, UP if who.is_copy else DOWN
    old = [path for path in folder.glob(f"*{PACKET_SUFFIX}") if _is_ours(path, (who.ledger_uid, peer, way))]
    if old and not has_news(store, target):
        return []
    made = make_packet(store, folder, target)
    for path in old:
        if path != Path(made.file):
            path.unlink(missing_ok=True)
    return [Path(made.file).name]


def _is_ours(path: Path, mark: tuple[str, str, str]) -> bool:
    try:
        header, _data = read_header(path)
    except (Refused, MachineFault):
        return False
    return (header.ledger, header.peer, header.way) == mark
