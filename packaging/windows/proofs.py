"""What is in the program folder, and what must not be: proved file by file."""

from __future__ import annotations

import hashlib
import re
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from machine import FOLDER, HERE, PYTHON, ROOT, SITE, TOOLS, Fault

WINE_MARKS = (b"Wine builtin DLL", b"Wine placeholder DLL")
QT_PARTS = {"Core", "Gui", "Widgets", "Network", "PrintSupport", "Svg", "SvgWidgets", "OpenGL", "OpenGLWidgets"}
LICENCES = (
    "清单.md",
    "下沉纪实.txt",
    "pyside6-essentials/LGPL-3.0.txt",
    "pyside6-essentials/GPL-3.0.txt",
    "python/LICENSE.txt",
)
AMD64 = 0x8664
BINARY = {".dll", ".pyd", ".exe"}


def contents(limit: float) -> str:
    """All proofs; the answer counts what was looked at."""
    del limit  # reads files only
    if not (FOLDER / "_internal").exists():
        raise Fault("还没有程序文件夹。")
    faults = [*_of_wine(), *_of_tests(), *_paths(), *_qt(), *_licences()]
    imports, wrong = _imports()
    if faults := [*faults, *wrong]:
        raise Fault("\n".join(["程序文件夹的内容不对：", *faults[:20]]))
    return f"无 Wine 文件、测试工具和本机路径；{imports} 处 DLL 引用在 Windows 10（1809）上都有"


def _files() -> list[Path]:
    return sorted(one for one in FOLDER.rglob("*") if one.is_file())


def _binaries() -> list[Path]:
    return [one for one in _files() if one.suffix.lower() in BINARY]


def _short(file: Path) -> str:
    return str(file.relative_to(FOLDER))


def _of_wine() -> Iterator[str]:
    for file in _binaries():
        if any(mark in file.read_bytes()[:4096] for mark in WINE_MARKS):
            yield f"Wine 的文件：{_short(file)}"
        if file.name in {"wine_ucrt.dll", *(f"{one.stem}.dll" for one in (HERE / "stubs").glob("*.c"))}:
            yield f"只用于 Wine 的替补文件：{_short(file)}"


# --- what is frozen into the programs ------------------------------------------------------------------------------


def _frozen() -> Iterator[tuple[str, bytes]]:
    """Name and unpacked bytes of every module: in both programs, and in the library that Python starts with."""
    from PyInstaller.archive.readers import CArchiveReader, ZlibArchiveReader

    for program in sorted(FOLDER.glob("*.exe")):
        archive = CArchiveReader(str(program))
        for name, (*_place, kind) in archive.toc.items():
            if kind in {"z", "Z"}:
                inner: ZlibArchiveReader = archive.open_embedded_archive(name)
                for module in inner.toc:
                    yield module, inner.extract(module, raw=True) or b""
            else:
                yield name, archive.extract(name)
    with zipfile.ZipFile(FOLDER / "_internal" / "base_library.zip") as library:
        for name in library.namelist():
            yield name, library.read(name)


def _of_tests() -> Iterator[str]:
    """Packages that only the development lock names, and our own tests."""
    spare = _locked("requirements-dev.lock") - _locked("requirements.lock")
    modules = {"tests", "bench", "packaging", "pip"}
    for package in distributions(path=[str(SITE)]):
        if _plain(package.metadata["Name"]) in spare:
            modules |= {
                Path(str(file)).parts[0].removesuffix(".py") for file in package.files or [] if ".py" in str(file)
            }
    modules -= {one for one in modules if one.startswith((".", "_")) or one.endswith(".dist-info")}
    there = {name.split(".")[0] for name, _data in _frozen()}
    there |= {_short(one).split("/")[1].split(".")[0] for one in _files() if "_internal/" in _short(one)}
    for name in sorted(modules & there):
        yield f"开发用的模块：{name}"


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _locked(name: str) -> set[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return {_plain(one) for one in re.findall(r"^([\w.-]+)==", text, flags=re.MULTILINE)}


def _paths() -> Iterator[str]:
    """No place on the machine that built it, however written; our clone also inside the compiled modules."""
    ours, home = _spellings(ROOT), _spellings(Path.home())
    upstream = {_digest(one) for folder in (SITE, PYTHON) for one in folder.rglob("*") if one.suffix.lower() in BINARY}
    for file in _files():
        data = file.read_bytes()
        # what came unchanged out of a wheel may name the home of whoever built the wheel
        wanted = ours if hashlib.sha256(data).digest() in upstream else [*ours, *home]
        if found := _first(data, wanted):
            yield f"{_short(file)} 里有本机路径 {found}"
    for name, data in _frozen():
        if found := _first(data, [*ours, *home]):
            yield f"模块 {name} 里有本机路径 {found}"


def _spellings(place: Path) -> list[bytes]:
    text = f"{place}/"
    forms = [text, text.replace("/", "\\"), text.replace("/", "\\\\")]
    return [form.encode(encoding) for form in forms for encoding in ("utf-8", "utf-16-le")]


def _first(data: bytes, wanted: list[bytes]) -> str:
    return next((one.decode("utf-8", "replace") for one in wanted if one in data), "")


def _digest(file: Path) -> bytes:
    return hashlib.sha256(file.read_bytes()).digest()


# --- libraries -----------------------------------------------------------------------------------------------------


def _imports() -> tuple[int, list[str]]:
    """Every library a file imports is in the folder or part of Windows 10 1809, and so are its functions if it is ours."""
    system = set((HERE / "system_dlls.txt").read_text(encoding="utf-8").split())
    ours = {one.name.lower(): one for one in _binaries()}
    count, wrong = 0, []
    exported: dict[str, set[str]] = {}
    for file in _binaries():
        image = _image(file)
        if image.FILE_HEADER.Machine != AMD64:
            wrong.append(f"{_short(file)} 不是 64 位程序")
        for entry in [
            *getattr(image, "DIRECTORY_ENTRY_IMPORT", []),
            *getattr(image, "DIRECTORY_ENTRY_DELAY_IMPORT", []),
        ]:
            name = entry.dll.decode("ascii").lower()
            count += 1
            if name in ours:
                if name not in exported:
                    exported[name] = _exports(ours[name])
                lacking = {one.name.decode() for one in entry.imports if one.name} - exported[name]
                if lacking:
                    wrong.append(f"{_short(file)} 要的 {name} 里没有 {sorted(lacking)[:5]}")
            elif name not in system:
                wrong.append(f"{_short(file)} 要的 {name} 在 Windows 10（1809）上没有")
    return count, wrong


def _image(file: Path) -> Any:
    if str(TOOLS) not in sys.path:
        sys.path.insert(0, str(TOOLS))
    import pefile

    image = pefile.PE(str(file), fast_load=True, max_symbol_exports=1 << 17)  # Qt has more than its own bound
    kinds = ("IMPORT", "DELAY_IMPORT", "EXPORT")
    image.parse_data_directories(
        directories=[pefile.DIRECTORY_ENTRY[f"IMAGE_DIRECTORY_ENTRY_{kind}"] for kind in kinds]
    )
    return image


def _exports(file: Path) -> set[str]:
    directory = getattr(_image(file), "DIRECTORY_ENTRY_EXPORT", None)
    return {one.name.decode() for one in directory.symbols if one.name} if directory else set()


def _qt() -> Iterator[str]:
    """Only the Qt libraries the program uses, each as a file of its own that its owner can replace."""
    parts = {match[1] for one in _files() if (match := re.fullmatch(r"Qt6?([A-Z]\w*)\.(dll|pyd)", one.name))}
    for part in sorted(parts - QT_PARTS):
        yield f"用不到的 Qt 部件：{part}"
    for part in sorted({"Core", "Gui", "Widgets", "PrintSupport", "Svg"} - parts):
        yield f"缺少 Qt 部件：{part}"
    if not (FOLDER / "_internal" / "PySide6" / "plugins" / "platforms" / "qwindows.dll").exists():
        yield "缺少 Qt 的 Windows 平台插件"


def _licences() -> Iterator[str]:
    for name in LICENCES:
        if not (FOLDER / "许可" / name).exists():
            yield f"缺少许可文件：{name}"
