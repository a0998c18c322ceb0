"""Copies and packets as rows: columns, what is overdue, what happened to one copy as a time line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from core.base.clock import today
from core.base.dates import format_date, format_stamp
from core.exchange.model import PACKET, PEER, PEER_STATE
from core.store import Row
from ui.kit.columns import Column, column_of
from ui.kit.timeline import Event

PEER_SHOWN = ("name", "state", "holder", "out_on", "due_on", "open", "scope", "kind", "last_in")
PACKET_SHOWN = ("peer", "way", "number", "made_at", "merged_at", "rows", "conflicts", "file_name", "operator")
STATE_LABEL = dict(PEER_STATE)
WAY_ICONS = {"CHECKOUT": "export", "OUT": "export", "IN": "import"}


def overdue_days(row: Row) -> int:
    """Days past the day it should have come back; 0 if it is not overdue."""
    if row["state"] != "OUT" or not row["due_on"]:
        return 0
    return max((today() - dt.date.fromisoformat(row["due_on"])).days, 0)


def state_words(row: Row) -> str:
    """'在外，逾期 4 天'."""
    days = overdue_days(row)
    return f"{STATE_LABEL[row['state']]}，逾期 {days} 天" if days else STATE_LABEL[row["state"]]


def state_tone(row: Row) -> str:
    """Colour of the state word."""
    if row["state"] == "LOST" or overdue_days(row):
        return "bad"
    return "warn" if row["state"] == "OUT" else "ok"


def peer_columns() -> list[Column]:
    """The ledger of copies."""
    made = {one.key: column_of(one, shown=one.key in PEER_SHOWN) for one in PEER.fields}
    made["state"] = replace(made["state"], width=15, text=state_words, tone=state_tone)
    made["scope"] = replace(made["scope"], width=20)
    made["name"] = replace(made["name"], width=15)
    made["holder"] = replace(made["holder"], width=9)
    for key in ("out_on", "due_on", "back_on"):
        made[key] = replace(made[key], width=14)
    for key in ("last_in", "last_out"):
        made[key] = replace(made[key], width=20, text=lambda row, key=key: stamp_words(row, key))
    made["open"] = replace(made["open"], width=6, text=lambda row: f"{row['open']:,}" if row["open"] else "")
    return [made[key] for key in (*PEER_SHOWN, *(key for key in made if key not in PEER_SHOWN))]


def packet_columns() -> list[Column]:
    """The list of packets."""
    made = {one.key: column_of(one, shown=one.key in PACKET_SHOWN) for one in PACKET.fields}
    for key in ("made_at", "merged_at"):
        made[key] = replace(made[key], width=20, text=lambda row, key=key: stamp_words(row, key))
    made["number"] = replace(made["number"], width=8, text=lambda row: str(row["number"] or ""))
    made["way"] = replace(made["way"], width=8)
    made["file_name"] = replace(made["file_name"], width=26)
    made["personal"] = replace(made["personal"], width=40)
    return [made[key] for key in (*PACKET_SHOWN, *(key for key in made if key not in PACKET_SHOWN))]


def stamp_words(row: Row, key: str) -> str:
    """An instant as a person reads it; what is already in words stays."""
    text = str(row[key] or "")
    return format_stamp(text) if text[:4].isdigit() and "T" in text else text


def events_of(peer: Row, packets: Sequence[Row]) -> list[Event]:
    """The time line of a copy, newest first: given out, each packet both ways, what waits, its end."""
    made = []
    if peer["state"] == "BACK":
        made.append(Event(format_date(peer["back_on"]), "已收回", icon="return", tone="ok"))
    elif peer["state"] == "LOST":
        made.append(Event(format_date(peer["back_on"]), "报告遗失", "它以后的数据包不再接收", "warning", "bad"))
    elif days := overdue_days(peer):
        made.append(Event(format_date(peer["due_on"]), f"应当交回，已逾期 {days} 天", peer["holder"], "warning", "bad"))
    made += [_packet_event(one) for one in packets]
    if not any(one["way"] == "CHECKOUT" for one in packets):
        made.append(Event(format_date(peer["out_on"]), "带出", peer["holder"], "export", "info"))
    return made


def _packet_event(row: Row) -> Event:
    number = f"第{row['number']}包" if row["number"] else ""
    if row["way"] == "CHECKOUT":
        return Event(stamp_words(row, "made_at"), "带出", _more(row, counted=False), WAY_ICONS["CHECKOUT"], "info")
    if row["way"] == "OUT":
        return Event(stamp_words(row, "made_at"), f"发出{number}", _more(row), WAY_ICONS["OUT"], "sub")
    return Event(stamp_words(row, "merged_at"), f"收到{number}，已合并", _more(row), WAY_ICONS["IN"], "ok")


def _more(row: Row, *, counted: bool = True) -> str:
    parts = [f"{row['rows']:,} 条改动"] if counted else []
    parts += [f"{row['conflicts']:,} 处要定"] if row["conflicts"] else []
    return "，".join([*parts, *([f"经办 {row['operator']}"] if row["operator"] else [])])


def sums_words(rows: Sequence[Row]) -> str:
    """The foot of the ledger of copies."""
    out = sum(row["state"] == "OUT" for row in rows)
    late = sum(overdue_days(row) > 0 for row in rows)
    waiting = sum(int(row["open"] or 0) for row in rows)
    parts = [
        f"{len(rows):,} 份",
        f"在外 {out:,}",
        f"逾期 {late:,}" if late else "",
        f"待定 {waiting:,} 处" if waiting else "",
    ]
    return " · ".join(part for part in parts if part)


def packet_sums(rows: Sequence[Row]) -> str:
    """The foot of the list of packets."""
    came = [row for row in rows if row["way"] == "IN"]
    parts = [f"{len(rows):,} 包", f"收到 {len(came):,}", f"收到的改动 {sum(row['rows'] for row in came):,} 条"]
    return " · ".join(parts)
