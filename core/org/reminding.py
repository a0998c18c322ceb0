"""催报: one ready paragraph for each unit (or branch) that owes something, with whom to send it to. The activities say what is owed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from core.org.queries import contact_rows
from core.org.settings import setting
from core.store import Reads, Row


@dataclass(frozen=True, slots=True)
class Reminder:
    """One message. `contact`: 联络员 王芳 027-…, '' where the phone book knows nobody of the unit."""

    unit: str
    branch: str
    count: int  # people or matters that are missing
    text: str
    contact: str = ""

    @property
    def whom(self) -> str:
        return f"{self.unit}{self.branch}"

    @property
    def paragraph(self) -> str:
        """Ready to paste: whom to send it to, then the message."""
        return f"【{self.whom}】联系人：{self.contact or '通讯录里还没有，请先补上'}\n{self.text}"


def contacts_of(reads: Reads, unit_uid: str) -> str:
    """Whom to call about a unit: '联络员 王芳 027-…'."""
    return "；".join(map(_called, contact_rows(reads, unit_uid=unit_uid)))


def contacts_by_uid(reads: Reads) -> dict[str, str]:
    """Whom to call, by the uid of a branch, or of a unit for those of the unit itself."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in contact_rows(reads):
        found[row["branch_uid"] or row["unit_uid"] or ""].append(_called(row))
    return {uid: "；".join(texts) for uid, texts in found.items()}


def with_contacts(reads: Reads, rows: Sequence[Row]) -> list[Reminder]:
    """Messages from rows of unit_uid, unit, branch_uid, branch, count and text: a branch without a contact has its unit's."""
    calls = contacts_by_uid(reads) if rows else {}
    return [
        Reminder(
            row["unit"], row["branch"], row["count"], row["text"],
            calls.get(row["branch_uid"] or "") or calls.get(row["unit_uid"], ""),
        )
        for row in rows
    ]  # fmt: skip


def issuer(reads: Reads) -> str:
    """Who sends a message: 湖北经济学院党委组织部."""
    return setting(reads, "org_name") + setting(reads, "issuer")


def _called(row: Row) -> str:
    return " ".join(part for part in (row["role"], row["name"], row["phone"]) if part)
