"""What the search box for everything asks: explicit providers, one per kind of record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.store import Store


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer: where to go, and what to show (title, and a grey second part)."""

    page_id: str
    uid: str
    title: str
    detail: str = ""
    icon: str = ""


Provider = Callable[["Store", str, int], Sequence[Hit]]  # (store, text, limit) → hits, best first; under 50 ms
