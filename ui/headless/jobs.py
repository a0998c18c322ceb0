"""What the child process can do (`main.py --job`): orders name uids only, so nothing personal stands in an argument."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from core.store import Store
from ui.job import Job


def print_forms(store: Store, order: Mapping[str, Any], progress: Callable[..., None]) -> dict[str, Any]:
    """Forms of the catalogue as files; the drawing room is loaded only here."""
    from reports.printing import print_job

    return print_job(store, order, progress)


def archive_year(store: Store, order: Mapping[str, Any], progress: Callable[..., None]) -> dict[str, Any]:
    """A closed year into its archive folder."""
    from reports.archive import archive_job

    return archive_job(store, dict(order), progress)


def file_scans(store: Store, order: Mapping[str, Any], progress: Callable[..., None]) -> dict[str, Any]:
    """Scans into a year's archive folder."""
    from reports.archive_scans import scans_job

    return scans_job(store, order, progress)


JOBS: Mapping[str, Job] = {"archive": archive_year, "print": print_forms, "scans": file_scans}
