"""Running programs for the Windows chain: each with a time limit and a log, Windows programs through Wine."""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "packaging" / "windows"
BUILD = ROOT / "build" / "windows"
LOGS = BUILD / "logs"
PREFIX = BUILD / "wine"
PYTHON = BUILD / "python"  # the Windows Python with every wheel
SITE = PYTHON / "Lib" / "site-packages"
TOOLS = BUILD / "tools"  # uv and pefile for this machine
NAME = "下沉纪实"
DIST = BUILD / "dist"
FOLDER = DIST / NAME
SCREEN = (1440, 900)
CHECKED = {"PYTHONWARNDEFAULTENCODING": "1"}  # an open() without encoding is reported, as in make test


class Fault(Exception):
    """A step did not do what it should; told in words."""


def say(text: str) -> None:
    """Progress, for the person at the terminal."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def run(command: Sequence[str | Path], *, log: str, limit: float, env: Mapping[str, str] | None = None) -> str:
    """Run to the end within `limit` seconds; its output goes to the log and back. Fault unless it returns 0."""
    code, text = attempt(command, log=log, limit=limit, env=env)
    if code:
        tail = "\n".join(text.splitlines()[-25:])
        raise Fault(f"“{Path(command[0]).name}”返回 {code}（全部输出在 {_log(log)}）：\n{tail}")
    return text


def attempt(
    command: Sequence[str | Path],
    *,
    log: str,
    limit: float,
    env: Mapping[str, str] | None = None,
    encoding: str = "utf-8",
) -> tuple[int, str]:
    """Exit code and output. Wine 8 needs pipes: a Python whose standard output is a plain file does not start there."""
    LOGS.mkdir(parents=True, exist_ok=True)
    words = [str(word) for word in command]
    process = subprocess.Popen(
        words,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    pieces: list[str] = []
    reader = threading.Thread(target=_drain, args=(process, pieces, _log(log), encoding), daemon=True)
    reader.start()
    try:
        process.wait(limit)
    except subprocess.TimeoutExpired as error:
        _kill(process)
        raise Fault(f"“{Path(words[0]).name}”过了 {limit:.0f} 秒仍未结束，已停下（输出在 {_log(log)}）。") from error
    except BaseException:
        _kill(process)
        raise
    reader.join(5)  # a left-over child of Wine may keep the pipe open; what the program said is read by then
    return process.returncode, "".join(pieces)


def _log(name: str) -> Path:
    return LOGS / f"{name}.log"


def _drain(process: subprocess.Popen[bytes], pieces: list[str], log: Path, encoding: str) -> None:
    assert process.stdout is not None
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    with log.open("w", encoding="utf-8") as out:
        while piece := process.stdout.read1(65536):
            pieces.append(decoder.decode(piece).replace("\r\n", "\n"))
            out.write(pieces[-1])
            out.flush()


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def windows_path(path: Path) -> str:
    """The path as Windows programs under Wine see it."""
    text = str(path.absolute())
    drive = str((PREFIX / "drive_c").absolute())
    text = "C:" + text[len(drive) :] if text.startswith(drive + "/") else "Z:" + text
    return text.replace("/", "\\")


def wine_env() -> dict[str, str]:
    """A Windows of its own for the chain: nothing of it is written outside build/windows."""
    home = BUILD / "home"
    home.mkdir(parents=True, exist_ok=True)
    # no crash debugger (slow, 150 lines), no .NET and browser (they would be asked for), no menu entries for the desktop
    overrides = ["mscoree,mshtml,winedbg.exe,winemenubuilder.exe="]
    if (PREFIX / "drive_c" / "windows" / "system32" / "wine_ucrt.dll").exists():
        overrides.append("mscms,ucrtbase=n")  # ours (standins.py)
    return {
        "WINEPREFIX": str(PREFIX),
        "WINEARCH": "win64",
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": ";".join(overrides),
        "LC_ALL": "zh_CN.UTF-8",  # code page 936, as on a Chinese Windows
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
    }


def wine(
    program: str | Path,
    *arguments: str | Path,
    log: str,
    limit: float,
    env: Mapping[str, str] | None = None,
    encoding: str = "utf-8",
) -> str:
    """A Windows program to its end; paths among the arguments are given as Windows paths."""
    code, text = try_wine(program, *arguments, log=log, limit=limit, env=env, encoding=encoding)
    if code:
        tail = "\n".join(text.splitlines()[-25:])
        raise Fault(f"“{Path(program).name}”在 Wine 下返回 {code}（全部输出在 {_log(log)}）：\n{tail}")
    return text


def try_wine(
    program: str | Path,
    *arguments: str | Path,
    log: str,
    limit: float,
    env: Mapping[str, str] | None = None,
    encoding: str = "utf-8",
) -> tuple[int, str]:
    """Like `wine`, and the exit code is for the caller to judge."""
    words = [windows_path(word) if isinstance(word, Path) else word for word in (program, *arguments)]
    return attempt(["wine", *words], log=log, limit=limit, env={**wine_env(), **(env or {})}, encoding=encoding)


@contextlib.contextmanager
def desktop() -> Iterator[None]:
    """A virtual screen for the Windows programs, and no Wine process left when it is over."""
    read, write = os.pipe()
    width, height = SCREEN
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(write)
    try:
        with os.fdopen(read, encoding="ascii") as answer:
            number = answer.readline().strip()
        if not number:
            raise Fault("虚拟屏幕 Xvfb 没有起来。")
        os.environ["DISPLAY"] = f":{number}"
        yield
    finally:
        stop_wine()
        screen.terminate()
        screen.wait()


def stop_wine() -> None:
    """End every process of our Wine, and wait till they are gone."""
    if PREFIX.exists() and shutil.which("wineserver"):
        for word in ("-k", "-w"):
            with contextlib.suppress(subprocess.TimeoutExpired):
                subprocess.run(
                    ["wineserver", word], env={**os.environ, **wine_env()}, check=False, timeout=30, capture_output=True
                )


def size_of(path: Path) -> int:
    """Bytes of a file or of all files below a folder."""
    if path.is_file():
        return path.stat().st_size
    return sum(one.stat().st_size for one in path.rglob("*") if one.is_file() and not one.is_symlink())


def megabytes(size: int) -> str:
    """Told as in Explorer."""
    return f"{size / (1 << 20):.0f} MB"


def wait_till(holds: Callable[[], bool], seconds: float) -> bool:
    """Ask `holds()` until it is true or the time is over."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def version() -> str:
    """The version of the program, as in pyproject.toml."""
    found = re.search(r'^version = "([\d.]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise Fault("pyproject.toml 里没有版本号。")
    return found[1]
