"""The search box's answers from the roster: a person by 工号, name, pinyin, initials or the tail of the phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.kit.search import Hit

if TYPE_CHECKING:
    from core.store import Store


def people_hits(store: Store, text: str, limit: int) -> list[Hit]:
    """People, the likeliest first."""
    from core.roster.people import find_people

    return [Hit("roster", row["uid"], row["name"], _detail(row), "person") for row in find_people(store, text, limit)]


def _detail(row: dict[str, str]) -> str:
    left = "已归档" if row["archived_on"] else ""
    return " · ".join(part for part in (row["unit"], row["branch"], row["staff_no"], left) if part)
