"""Stand-ins for four libraries of Windows 10 that Wine 8 lacks or has in part. They live in the test Wine, never in the product."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from machine import BUILD, HERE, PREFIX, TOOLS, Fault, run

SYSTEM = PREFIX / "drive_c" / "windows" / "system32"
COMPILER = ["x86_64-w64-mingw32-gcc", "-shared", "-static-libgcc", "-O2", "-s"]
MARK = b"Wine builtin DLL"  # in the head of Wine's own libraries; without it Wine loads one under another name


def build(limit: float) -> None:
    """Make all of them and put them into Wine's system folder."""
    for source in sorted((HERE / "stubs").glob("*.c")):
        made = SYSTEM / f"{source.stem}.dll"
        made.unlink(missing_ok=True)  # Wine's own may be a link
        run([*COMPILER, "-o", made, source, "-ladvapi32"], log=f"stub-{source.stem}", limit=limit)
    _runtime(limit)


def _runtime(limit: float) -> None:
    """Wine's C runtime, with our functions on complex numbers in front of it."""
    source = HERE / "stubs" / "runtime" / "complex.c"
    system, kept = SYSTEM / "ucrtbase.dll", SYSTEM / "wine_ucrt.dll"
    data = system.read_bytes()
    if MARK not in data[:256]:
        raise Fault("Wine 的 ucrtbase.dll 不是它自己的，不能替补。")
    kept.write_bytes(data.replace(MARK, bytes(len(MARK)), 1))
    system.unlink()
    definition = BUILD / "ucrtbase.def"
    definition.write_text(_definition(kept, source), encoding="ascii")
    run([*COMPILER, "-o", system, source, definition], log="stub-ucrtbase", limit=limit)
    shutil.copystat(kept, system)


def _definition(kept: Path, source: Path) -> str:
    """What the new library exports: ours by name, all else passed on."""
    text = source.read_text(encoding="utf-8")
    ours = set(re.findall(r"\bours_(\w+)\(", text))
    for name in re.findall(r"(?:TURN|MEASURE)\((c\w+)\)", text):
        ours |= {name, f"{name}f", f"{name}l"}
    lines = ["LIBRARY ucrtbase.dll", "EXPORTS"]
    lines += [f"{name} = ours_{name}" for name in sorted(ours)]
    lines += [f"{name} = wine_ucrt.{name}" for name in exports(kept) if name not in ours]
    return "\n".join(lines) + "\n"


def exports(library: Path) -> list[str]:
    """The names a library exports."""
    sys.path.insert(0, str(TOOLS))
    import pefile

    file = pefile.PE(str(library), fast_load=True)
    file.parse_data_directories(directories=[pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_EXPORT"]])
    return sorted(symbol.name.decode("ascii") for symbol in file.DIRECTORY_ENTRY_EXPORT.symbols if symbol.name)
