"""校验: whether a year's folder is as it was archived, against its own list and against what the ledger kept of that list.

Who changes a file can change the list beside it too; so the ledger keeps every list it wrote (what is new in each) with
its SHA-256. A list that is not one of them was changed, and the files are then held against the kept one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.archive.filing import CATALOGUE, CHECKSUMS, file_names, list_lines, list_text, read_checksums, sha256_of
from core.base.clock import today
from core.base.errors import MachineFault, Refused
from core.store import Reads, Tx

_WITHOUT = (
    f"没有台账可对照，只按文件夹里的《{CHECKSUMS}》校验：文件和清单如果一起被改过，看不出来。请在归档时的台账里再校验。"
)
_UNKNOWN = (
    f"这个台账没有存过这份《{CHECKSUMS}》（是别的台账归的档，或清单整个换过），"
    "只能按清单校验：文件和清单如果一起被改过，看不出来。"
)


@dataclass(frozen=True, slots=True)
class FolderCheck:
    """What a folder holds against its list: nothing found = as it was archived; `untold` is what could not be told."""

    files: int
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()  # as it was called, as it is called
    list_changed: bool = False  # the folder's own list is not the one the ledger kept
    untold: str = ""

    @property
    def ok(self) -> bool:
        """Nothing has changed, is missing, was added or renamed."""
        return not (self.changed or self.missing or self.extra or self.renamed or self.list_changed)

    @property
    def lines(self) -> list[str]:
        """What was found, a line each, in words."""
        told = [f"清单改动过：{CHECKSUMS}（以下按台账里存的清单对照）"] if self.list_changed else []
        told += [f"改动过：{one}" for one in self.changed]
        told += [f"改了名：{was} 现在叫 {now}" for was, now in self.renamed]
        told += [f"缺少：{one}" for one in self.missing]
        return told + [f"多出：{one}" for one in self.extra]


def note_list(tx: Tx, year: int, folder: str, sums: Mapping[str, str], before: Mapping[str, str] | None = None) -> None:
    """Keep a list the ledger writes; `before` is the list it goes on from (only what is new is kept again)."""
    old = before or {}
    row = {
        "year": year,
        "folder": folder,
        "files": len(sums),
        "sha256": _digest(sums),
        "base": _digest(old) if old else "",
        "sums": list_text({name: value for name, value in sums.items() if old.get(name) != value}),
        "made_on": today().isoformat(),
    }
    tx.insert("archive_list", row)


def check_folder(folder: Path, reads: Reads | None = None) -> FolderCheck:
    """Every file of a folder: what is changed, missing, renamed or added; `reads` is the ledger that archived it."""
    try:
        listed = read_checksums(folder)
    except Refused:
        if reads is None or not any((folder / one).exists() for one in (CHECKSUMS, CATALOGUE)):
            raise
        listed = {}  # gone, or no list any more: the kept one is found by the files
    now = _sums(folder)
    kept = _kept(reads, listed or now) if reads is not None else None
    if kept is None and not listed:
        read_checksums(folder)  # says what is wrong with it
    expected = listed if kept is None else kept
    changed, missing, extra, renamed = _compare(now, expected)
    gone = not (folder / CHECKSUMS).exists()
    if gone:
        missing = (*missing, CHECKSUMS)
    untold = "" if kept is not None else _WITHOUT if reads is None else _UNKNOWN
    other = not gone and kept is not None and kept != listed
    return FolderCheck(len(expected), changed, missing, extra, renamed, other, untold)


def _sums(folder: Path) -> dict[str, str]:
    try:
        return {name: sha256_of(folder / name) for name in file_names(folder)}
    except OSError as error:
        raise MachineFault(f"归档文件读不出（{error}）。", "请检查磁盘或移动硬盘，再校验一次。") from error


def _compare(
    now: Mapping[str, str], expected: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[tuple[str, str], ...]]:
    changed = tuple(name for name in now if name in expected and now[name] != expected[name])
    missing = [name for name in sorted(expected) if name not in now]
    extra = [name for name in now if name not in expected]
    renamed = []
    for was in list(missing):
        called = next((name for name in extra if now[name] == expected[was]), None)
        if called is not None:
            renamed.append((was, called))
            missing.remove(was)
            extra.remove(called)
    return changed, tuple(missing), tuple(extra), tuple(renamed)


def _kept(reads: Reads, listed: Mapping[str, str]) -> dict[str, str] | None:
    """The list the ledger kept of this folder, as it was last written; None if it kept none.

    It is known by having most lines in common; a folder the ledger never made has none.
    """
    rows = {row["sha256"]: row for row in reads.rows("SELECT sha256, base, sums FROM archive_list ORDER BY uid")}
    ends = [sha for sha in rows if sha not in {row["base"] for row in rows.values()}]
    best: tuple[int, int, dict[str, str] | None] = (0, 0, None)
    for sha in ends:
        found: dict[str, str] = {}
        at = sha
        while at in rows:
            found = {**list_lines(rows[at]["sums"]), **found}  # what was written later stands
            at = rows[at]["base"]
        same = sum(1 for name, value in listed.items() if found.get(name) == value)
        alike = sum(1 for name in listed if name in found)
        if (same, alike) > (0, 0) and (same, alike) >= best[:2]:
            best = (same, alike, found)
    return best[2]


def _digest(sums: Mapping[str, str]) -> str:
    return hashlib.sha256(list_text(sums).encode("utf-8")).hexdigest()
