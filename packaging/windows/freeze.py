"""The second half of the building: program folder, zip, installer."""

from __future__ import annotations

import shutil
import time
import zipfile
from pathlib import Path

from machine import (
    BUILD,
    DIST,
    FOLDER,
    HERE,
    NAME,
    PYTHON,
    ROOT,
    Fault,
    megabytes,
    run,
    size_of,
    version,
    windows_path,
    wine,
)

SETUP = BUILD / f"{NAME}-{version()}-安装程序.exe"
ZIP = BUILD / f"{NAME}-{version()}.zip"
GUIDE = "安装说明.pdf"


def folder(limit: float) -> str:
    """PyInstaller on the Windows Python, with the same build.spec as everywhere."""
    shutil.rmtree(DIST, ignore_errors=True)
    places = ["--distpath", DIST, "--workpath", BUILD / "work"]
    wine(
        PYTHON / "python.exe",
        *["-m", "PyInstaller", "--noconfirm", *places, ROOT / "build.spec"],
        log="freeze",
        limit=limit,
        env={"PYINSTALLER_CONFIG_DIR": windows_path(BUILD / "pyinstaller")},
    )
    # by the program itself: in the folder, and beside the setup program for whoever has not installed yet
    wine(FOLDER / "xcjs.exe", "guide", "--out", FOLDER / GUIDE, log="guide", limit=limit)
    shutil.copyfile(FOLDER / GUIDE, BUILD / GUIDE)
    count = sum(1 for one in FOLDER.rglob("*") if one.is_file())
    return f"{count} 个文件，{megabytes(size_of(FOLDER))}"


def _must_be_built() -> None:
    if not FOLDER.is_dir():
        raise Fault("还没有程序文件夹，请先做 folder 这一步。")


def pack(limit: float) -> str:
    """The folder as one zip, for desks where nothing may be installed."""
    _must_be_built()
    end = time.monotonic() + limit
    part = ZIP.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out:
        for file in sorted(one for one in FOLDER.rglob("*") if one.is_file()):
            out.write(file, Path(NAME, file.relative_to(FOLDER)))
            if time.monotonic() > end:
                raise TimeoutError(f"压缩过了 {limit:.0f} 秒仍未结束。")
    part.replace(ZIP)
    return megabytes(size_of(ZIP))


def installer(limit: float) -> str:
    """The setup program, by NSIS."""
    _must_be_built()
    make_setup(FOLDER, SETUP, version(), limit)
    return megabytes(size_of(SETUP))


def make_setup(folder: Path, setup: Path, number: str, limit: float, compressor: str = "lzma") -> None:
    """A setup program for `folder`; the trial also makes one of an older version."""
    setup.unlink(missing_ok=True)
    given = {
        "VERSION": number,
        "FOLDER": folder,
        "SETUP": setup,
        "ICON": ROOT / "assets" / "icons" / "app.ico",
        "KILOBYTES": size_of(folder) // 1024,
        "COMPRESSOR": compressor,
    }
    words = [f"-D{name}={value}" for name, value in given.items()]
    run(
        ["makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8", *words, HERE / "installer.nsi"],
        log="installer",
        limit=limit,
    )
