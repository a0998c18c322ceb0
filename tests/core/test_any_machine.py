"""The same on every machine: no zone data, no locale, no code page, no registry stands behind a date, a text or a file."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
OURS = [path for room in ("core", "reports", "ui") for path in sorted((ROOT / room).rglob("*.py"))]
NEVER = {"zoneinfo", "locale", "tzlocal", "pytz", "winreg"}
# of strftime and strptime: names of days and months, and the system's own forms
BY_LOCALE = re.compile(r"%-?[aAbBcpxXzZ]|[^\x00-\x7f]")


def tree(path: Path) -> ast.Module:
    """The parsed source of one file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> set[str]:
    """The top names a file imports."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def date_forms(module: ast.AST) -> list[str]:
    """The forms dates are written and read with: f"{day:%Y%m%d}", day.strftime("…"), strptime(text, "…")."""
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            found += [one.value for one in ast.walk(node.format_spec) if isinstance(one, ast.Constant)]
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("strftime", "strptime")
        ):
            found += [one.value for one in node.args if isinstance(one, ast.Constant)]
    return [one for one in found if isinstance(one, str) and re.search(r"%[A-Za-z-]", one)]


def test_no_zone_data_and_no_locale_is_asked() -> None:
    assert {path.name: NEVER & imported(path) for path in OURS if NEVER & imported(path)} == {}


def test_dates_are_written_with_digits_only() -> None:
    """Chinese in strftime fails on a Windows whose locale is not Chinese; names of months differ everywhere."""
    forms = [form for path in OURS for form in date_forms(tree(path))]
    assert len(forms) > 5 and [one for one in forms if BY_LOCALE.search(one)] == []


@pytest.mark.parametrize("line", ['f"{day:%Y年%m月}"', 'day.strftime("%d %b")', 'dt.datetime.strptime(text, "%x")'])
def test_the_search_for_such_forms_finds_them(line: str) -> None:
    assert [one for one in date_forms(ast.parse(line)) if BY_LOCALE.search(one)] != []


def test_the_command_line_speaks_utf_8_under_any_code_page(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONIOENCODING": "gbk", "TZ": "Nowhere/Unknown", "PYTHONTZPATH": ""}
    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "guide", "--out", str(tmp_path / "𬭎.pdf")],
        cwd=tmp_path, env=env, capture_output=True, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "𬭎.pdf" in done.stdout.decode("utf-8"), "a character GBK does not have"
    assert [one.name for one in tmp_path.iterdir()] == ["𬭎.pdf"]
