"""Pytest plugin of the Windows chain: leaves out the tests of not_on_wine.txt, each with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

LIST = Path(__file__).with_name("not_on_wine.txt")


def entries(text: str) -> dict[str, str]:
    """Node id (of a file, a test or one case of it) to reason; a line is `id | reason`, # begins a comment."""
    found = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, bar, reason = (part.strip() for part in line.partition(" | "))
        if not bar or not reason or name in found:
            raise pytest.UsageError(f"not_on_wine.txt: no reason, or named twice: {line}")
        found[name] = reason
    return found


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what is listed; an entry whose file is there but whose test is not is out of date."""
    listed, used = entries(LIST.read_text(encoding="utf-8")), set()
    files = {item.nodeid.split("::")[0] for item in items}
    for item in items:
        for name in _names(item.nodeid):
            if name in listed:
                used.add(name)
                item.add_marker(pytest.mark.skip(reason=listed[name]))
    some_only = config.option.keyword or any("::" in one for one in config.args)
    stale = [name for name in listed if name not in used and name.split("::")[0] in files]
    if stale and not some_only:
        raise pytest.UsageError(f"not_on_wine.txt names tests that are not there: {stale}")


def _names(nodeid: str) -> list[str]:
    file, _, rest = nodeid.partition("::")
    return [file, nodeid, f"{file}::{rest.split('[')[0]}"]
