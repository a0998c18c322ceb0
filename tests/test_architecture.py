"""The shape of the house: who may import whom, how big a piece may be, what must never be written into a file."""

from __future__ import annotations

import ast
import gc
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PATIENCE

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = ("core", "reports", "ui")
MAX_FILE, MAX_FUNCTION, MAX_MAIN = 600, 50, 60
FONT_BYTES = 35_000_000

# Which licence lies beside which font: by the first letters of the font's file name.
FONT_LICENCES = {
    "PenBox": "PENBOX-LICENSE.txt",
    "Fandol": "FANDOL-COPYING.txt",
    "Jishi": "LXGW-LICENSE.txt",
    "NotoSansSC": "NOTO-SANS-LICENSE.txt",
    "NotoSerifSC": "NOTO-SERIF-LICENSE.txt",
}

# Paths that exist on one machine only, and the hosts packages come from: they belong to a machine, not to the project.
# Put together from pieces, so that this file does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w.*)}\]])/(?:" + "|".join(("root", "work", "tmp", r"home/[a-z]\w*")) + r")/")
REGISTRY_HOST = re.compile(
    r"https?://[^\s/]*\b(?:" + "|".join(("pypi", "pythonhosted", r"(?:deb|ftp\w*|security)\.debian")) + r")\b"
    r"|https?://[^\s/]*\b(?:" + "|".join((r"(?:archive|security)\.ubuntu", "npmjs", "npmmirror")) + r")\b"
)


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is or would be committed: tracked, or new and not ignored."""
    # safe.directory: a checkout owned by somebody else (a mounted folder in a container) is read all the same.
    command = ["git", "-c", "safe.directory=*", "-c", "core.quotePath=false", "ls-files", "-z"]
    listed = subprocess.run(
        [*command, "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True, timeout=PATIENCE
    )
    names = listed.stdout.decode("utf-8").split("\0")
    return tuple(path for path in (ROOT / name for name in names if name) if path.is_file())


@cache
def sources() -> tuple[Path, ...]:
    """The Python files of the project."""
    return tuple(path for path in project_files() if path.suffix in {".py", ".spec"})


@cache
def tree(path: Path) -> ast.Module:
    """The parsed source of one file."""
    gc.disable()  # the trees are kept: looking for garbage among them takes four times as long as reading them
    try:
        return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    finally:
        gc.enable()


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def rooms(floor: str) -> Iterator[Path]:
    """The packages directly under core, reports or ui that hold any code."""
    for path in sorted((ROOT / floor).iterdir()):
        if path.is_dir() and any(one.stat().st_size for one in path.rglob("*.py")):
            yield path


def imported_modules(path: Path) -> set[str]:
    """All modules a file imports, by their dotted names (`from a import b` counts as a and as a.b)."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def contracts() -> list[dict[str, Any]]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text)["tool"]["importlinter"]["contracts"])


def test_the_import_contracts_hold() -> None:
    # A process of its own: import-linter sets up logging anew and would silence every logger of the tests that follow.
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"
    told = {**os.environ, "PYTHONIOENCODING": "utf-8"}  # it draws signs that no GBK has
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", env=told, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(contracts())} kept, 0 broken" in done.stdout


def test_every_room_of_core_is_named_in_the_contracts() -> None:
    built = {f"core.{path.name}" for path in (ROOT / "core").iterdir() if (path / "__init__.py").is_file()}
    for one in contracts():
        if str(one["name"]).startswith("inside core"):
            layers = [name.strip() for layer in one["layers"] for name in layer.split("|")]
            assert built == set(layers), "a room of core is missing from the layers in pyproject.toml"
        if "SQLite" in str(one["name"]):
            named = {name for name in one["source_modules"] if name.startswith("core.")}
            assert built - {"core.store"} == named, "a room of core may import SQLite unnoticed"


def test_no_file_is_too_long() -> None:
    lengths = {short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {name: lines for name, lines in lengths.items() if lines > MAX_FILE} == {}
    assert lengths["main.py"] <= MAX_MAIN


def test_no_function_is_too_long() -> None:
    too_long = {
        f"{short(path)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path in sources()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= MAX_FUNCTION
    }
    assert too_long == {}


def test_only_the_command_line_prints() -> None:
    printing = [
        f"{short(path)}:{node.lineno}"
        for path in sources()
        if short(path).split("/")[0] in PROGRAM and not short(path).startswith("ui/headless")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"print", "breakpoint"}
    ]
    assert printing == []


def test_every_room_has_tests() -> None:
    untested = []
    tests = [path for path in sources() if short(path).startswith("tests/") and path.name != "test_architecture.py"]
    tested = {name for path in tests for name in imported_modules(path)}
    for floor in PROGRAM:
        for room in rooms(floor):
            name = f"{floor}.{room.name}"
            if not any(one == name or one.startswith(f"{name}.") for one in tested):
                untested.append(name)
    assert untested == []


def test_no_machine_and_no_registry_is_named() -> None:
    named = []
    for path in project_files():
        data = path.read_bytes()
        if b"\0" in data:
            continue
        for number, line in enumerate(data.decode("utf-8", errors="replace").splitlines(), start=1):
            if MACHINE_PATH.search(line) or REGISTRY_HOST.search(line):
                named.append(f"{short(path)}:{number}: {line.strip()[:100]}")
    assert named == []


@pytest.mark.parametrize(
    "line", ["see /" + "tmp/x", "'/" + "home/anna/ledger'", "/" + "root/a", "https://" + "pypi.org/simple"]
)
def test_the_search_for_machine_names_finds_them(line: str) -> None:
    assert MACHINE_PATH.search(line) or REGISTRY_HOST.search(line)


def test_every_font_has_its_licence_beside_it() -> None:
    fonts = [path for path in (ROOT / "assets").rglob("*") if path.suffix.lower() in {".ttf", ".otf", ".ttc", ".woff2"}]
    assert fonts
    for font in fonts:
        licence = next((name for prefix, name in FONT_LICENCES.items() if font.name.startswith(prefix)), None)
        assert licence, f"{font.name}: no licence known"
        assert font.with_name(licence).stat().st_size > 1000
    assert sum(font.stat().st_size for font in fonts) <= FONT_BYTES


def pins(name: str) -> dict[str, str]:
    """package -> version of one lock file."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", text, flags=re.MULTILINE))


def test_the_two_locks_agree_and_carry_hashes_only() -> None:
    product, everything = pins("requirements.lock"), pins("requirements-dev.lock")
    assert product.items() <= everything.items()
    wanted = re.findall(r"^([\w.-]+)", (ROOT / "requirements.in").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert {name.lower().replace("_", "-").replace(".", "-") for name in wanted if name != "-r"} <= product.keys()
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert not re.search(r"^\s*(--(?!hash)|-[a-z] |\S+ @ )", text, flags=re.MULTILINE), f"{name} names a source"


def test_every_shipped_package_is_named_with_its_licence() -> None:
    text = (ROOT / "docs" / "LICENSES.md").read_text(encoding="utf-8").lower()
    assert [
        name for name in pins("requirements-dev.lock") if name.replace("pdfminer-six", "pdfminer.six") not in text
    ] == []


def test_what_costs_is_not_imported_for_the_first_window() -> None:
    code = "import sys, ui.app, ui.headless.demo, ui.pages.registry, ui.pages.overview; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr
    costly = {"reportlab", "openpyxl", "sqlite_utils", "pypinyin", "pypdfium2", "cryptography", "core.sheet"}
    assert costly & set(done.stdout.split()) == set()


# The clocks of the machine and waits of a fixed length. A test waits for what it wants to see (`qtbot.waitUntil`), lets the
# loop turn (`let_settle`) or takes the program's clock in hand (`clock`): see tests/conftest.py.
CLOCKS = {"sleep", "perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns", "process_time", "qWait", "qSleep"}


def clock_of(node: ast.AST) -> str:
    """The clock or wait a call asks: `time.sleep`, `qtbot.wait`; '' if it asks none."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return ""
    name, owner = node.func.attr, node.func.value
    said = f"{owner.id if isinstance(owner, ast.Name) else '…'}.{name}"
    return said if name in CLOCKS or said in {"time.time", "time.time_ns", "qtbot.wait"} else ""


def test_no_test_asks_how_fast_the_machine_is() -> None:
    asking = [
        f"{short(path)}:{node.lineno} {said}"
        for path in sources()
        if short(path).startswith("tests/")
        for node in ast.walk(tree(path))
        if (said := clock_of(node))
    ]
    assert asking == []


def test_the_program_asks_its_clock_in_one_place() -> None:
    """Else a test could not take it in hand. The numbers of records are made from time too, and wait for nothing."""
    asking = {
        short(path)
        for path in sources()
        if short(path).split("/")[0] in PROGRAM
        for node in ast.walk(tree(path))
        if clock_of(node)
        or (
            isinstance(node, ast.Attribute)
            and node.attr in {"now", "utcnow"}
            and ast.unparse(node.value) == "dt.datetime"
        )
    }
    assert asking == {"core/base/clock.py", "core/base/ids.py", "ui/headless/selfcheck.py"}


@pytest.mark.parametrize(
    "line", ["time.sleep(1)", "time.time()", "qtbot.wait(20)", "QTest.qWait(5)", "time.perf_counter()"]
)
def test_the_search_for_clocks_finds_them(line: str) -> None:
    assert clock_of(ast.parse(line, mode="eval").body)
