"""What the window says of backups: when, why, what is in one, what would be lost."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from core.base.clock import now
from core.base.dates import format_date
from core.store import Step, backup
from core.store.restoring import OF_THAT_TIME, Preview


def moment(at: dt.datetime | str | None) -> str:
    """'2020年11月24日 07:49'."""
    if not at:
        return "时间不明"
    when = dt.datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{format_date(when.date())} {when:%H:%M}"


def short_moment(at: str) -> str:
    """'今天 07:49' or '11月24日 07:49'."""
    when = dt.datetime.fromisoformat(at)
    day = "今天" if when.date() == now().date() else f"{when.month}月{when.day}日"
    return f"{day} {when:%H:%M}"


def named(file: Path) -> str:
    """A backup by its date and reason: '2020年11月24日 07:49（退出）'."""
    at, reason = backup.made_at(file), backup.reason_of(file)
    return f"{moment(at)}（{reason}）" if at else file.name


def size_of(file: Path) -> str:
    """In MB."""
    return f"{file.stat().st_size / (1 << 20):,.1f} MB"


def step_line(step: Step) -> str:
    """'11月24日 07:49 李干事 登记服务记录'."""
    return " ".join(one for one in (short_moment(step.at), step.operator, step.label) if one)


def holds(preview: Preview) -> str:
    """What a backup holds, in a sentence or two."""
    text = f"{preview.org or '未填校名'}：{preview.people:,} 人，{preview.visits:,} 条服务记录。"
    return text + (f"最后一步：{step_line(preview.last)}。" if preview.last else "")


def opens_by(preview: Preview) -> str:
    """Which passphrase opens the ledger once this backup is in place."""
    return "口令和恢复码没有换过，仍用现在的打开。" if preview.same_secrets else f"恢复以后，{OF_THAT_TIME}"


def loses(preview: Preview) -> str:
    """What of the present ledger a backup does not hold."""
    if not preview.same_ledger:
        return "这是另一个台账的备份：现在台账里的内容都不在其中。"
    if not preview.lost:
        return "现在台账里的每一步都在这份备份里，恢复不会少内容。"
    text = f"现在台账里有 {len(preview.lost):,} 步是这份备份以后做的，恢复后的台账里没有："
    return text if not preview.gained else text.replace("：", f"；备份里另有 {preview.gained:,} 步是现在没有的：")
