"""The licence texts of everything in the program folder, gathered into its folder 许可 (called by build.spec)."""

from __future__ import annotations

import re
import shutil
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[1]
OURS = ROOT / "packaging" / "licences"  # texts that packages do not bring along, by the name of the package
TEXT = re.compile(r"(licen[cs]e|copying|notice|copyright)", re.IGNORECASE)
NOT_SHIPPED = {"pip"}  # in the lock through sqlite-utils, left out by build.spec
SAME_AS = {"shiboken6": "pyside6-essentials"}
BUILT_IN = ["pyinstaller"]  # its starter is part of both programs; the exception in its licence allows that


def gather(target: Path, packages: set[str]) -> None:
    """One folder for each package; a package without a text of its own stops the build."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    shutil.copyfile(ROOT / "LICENSE", target / "下沉纪实.txt")
    shutil.copyfile(ROOT / "docs" / "LICENSES.md", target / "清单.md")
    for file in sorted((ROOT / "assets" / "fonts").glob("*.txt")):
        _copy(file, target / "fonts" / file.name)
    for place in sorted(OURS.iterdir()):
        for file in sorted(place.iterdir()):
            _copy(file, target / place.name / file.name)
    for name in sorted(packages - NOT_SHIPPED) + BUILT_IN:
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue  # the lock names it for other systems
        _texts_of(found, target / name)
        if not (target / SAME_AS.get(name, name)).exists():
            raise SystemExit(f"No licence text of {name}: put one into packaging/licences/{name}.")


def _texts_of(package: Distribution, target: Path) -> None:
    """The texts in its dist-info, with their folders (numpy has a dozen of the same name)."""
    for entry in package.files or []:
        place = PurePosixPath(entry)
        inside = place.parts[1:]
        if not place.parts[0].endswith(".dist-info") or not inside or not TEXT.search(str(PurePosixPath(*inside))):
            continue
        # The owner's commercial terms are not the ones under which Qt is used here.
        if "Commercial" in place.name:
            continue
        _copy(Path(str(entry.locate())), target.joinpath(*(inside[1:] if inside[0] == "licenses" else inside)))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
