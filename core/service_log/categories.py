"""服务类别: the editable list of what a service is, and which of it counts as 战时. 方案 四(三) 七(三)1"""

from __future__ import annotations

from difflib import get_close_matches

from core.org.settings import values
from core.service_log.model import VISIT
from core.store import Reads

CATEGORY, EMERGENCY = "category", "emergency_category"
DEFAULT_EMERGENCY = ("处理突发事件",)  # 四(三)6; of a ledger that was begun before the list was one


def emergency_categories(reads: Reads) -> tuple[str, ...]:
    """The categories that count as 战时: one list, asked by whatever tells of 战时."""
    known = values(reads, EMERGENCY, retired=True)
    return tuple(values(reads, EMERGENCY)) if known else DEFAULT_EMERGENCY


def emergency_text(reads: Reads) -> str:
    """'处理突发事件、疫情防控': what counts as 战时, in words."""
    return "、".join(emergency_categories(reads))


def near_categories(offered: list[str], text: str) -> list[str]:
    """The names of the list, those most like `text` first."""
    parts = [name for name in offered if text and (text in name or name in text)]
    near = [*parts, *get_close_matches(text, offered, n=3, cutoff=0.3)]
    return list(dict.fromkeys([*near, *offered]))


def category_fault(reads: Reads, text: str) -> str:
    """Why a category cannot be written: it is none of the list, and would become a column of its own; '' if it can."""
    if not text:
        return ""
    offered = values(reads, CATEGORY)
    if not offered or text in offered:
        return ""
    label = VISIT.field("category").label
    near = near_categories(offered, text)
    return (
        f"{label}“{text}”不在清单里，请改成：{'、'.join(near[:8])}{'等' if len(near) > 8 else ''}中的一个；"
        f"确实需要的，请先在“设置 → 选项”里加上它。"
    )
