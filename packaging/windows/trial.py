"""The built program put to use under Wine: self-check, start, and the life of an installation."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from freeze import SETUP, make_setup
from machine import (
    BUILD,
    FOLDER,
    HERE,
    NAME,
    PREFIX,
    PYTHON,
    Fault,
    try_wine,
    version,
    wait_till,
    wine,
)

DESK = BUILD / "试用 目录"  # a path with a space and Chinese characters
SECRET = "试用口令-2020"
SLOWEST_START = 2000  # milliseconds
UNINSTALL_KEY = rf"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\{NAME}"
RUNNING = 3  # exit code of the setup while the program is open


def self_check(limit: float) -> str:
    """The whole job once, by the console program, from an awkward path and with nothing writable beside it."""
    shutil.rmtree(DESK, ignore_errors=True)
    shutil.copytree(FOLDER, DESK / NAME)
    before = _listing(DESK / NAME)
    answer = wine(DESK / NAME / "xcjs.exe", "self-check", "--full", "--json", log="self-check", limit=limit)
    body = _last_json(answer)
    if not body.get("ok"):
        raise Fault(f"自检没有通过：{body}")
    if _listing(DESK / NAME) != before:
        raise Fault("程序在自己的文件夹里写了东西。")
    return "，".join(f"{step['step']} {step['ms'] / 1000:.1f} 秒" for step in body["steps"])


def start(limit: float) -> str:
    """From the start of the program to its first window, the second time (the first fills the caches)."""
    if not DESK.exists():
        shutil.copytree(FOLDER, DESK / NAME)
    ledger = DESK / "台账"
    if not ledger.exists():
        _ledger(DESK / NAME, ledger, limit)
    times = []
    for _time in range(3):
        answer = _last_json(_inside("time", DESK / NAME / f"{NAME}.exe", "--window", "--data", ledger, limit=limit))
        times.append(answer["ms"])
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    busy = load > 1.5 * cores  # then the time tells of the machine, not of the program
    if min(times) > SLOWEST_START and not busy:
        raise Fault(f"程序启动要 {min(times)} 毫秒，多于 {SLOWEST_START} 毫秒。")
    said = f"（机器正忙，负载 {load:.0f}，{cores} 核，不作评判）" if busy else ""
    return f"窗口“{answer['title']}”：{'、'.join(f'{ms} 毫秒' for ms in times)}{said}"


def installation(limit: float) -> str:
    """Old version in, new version over it (also while the program runs), use, out again; the ledger stays."""
    local = _local()
    program, data = local / "Programs" / NAME, local / NAME
    _uninstall(program, limit)
    shutil.rmtree(data, ignore_errors=True)
    old = _older_setup(limit)
    wine(old, "/S", log="install-old", limit=limit)
    _expect((program / "_internal" / "旧.txt").exists(), "旧版本没有装上。")
    wine(SETUP, "/S", log="install-new", limit=limit)
    _expect(not (program / "_internal" / "旧.txt").exists(), "升级后旧版本的文件还在。")
    _expect(_registered(limit) == version(), "升级后登记的版本号不对。")
    _expect(_listing(program) == sorted([*_listing(FOLDER), "卸载.exe"]), "装好的文件与程序文件夹不同。")
    _expect(bool(_shortcuts()), "开始菜单里没有图标。")
    _ledger(program, data, limit)
    before = _listing(data)
    busy = _last_json(_inside("busy", program / f"{NAME}.exe", SETUP, limit=limit))
    _expect((busy["setup"], busy["alive"]) == (RUNNING, True), f"程序开着时安装没有停下：{busy}")
    wine(SETUP, "/S", log="install-again", limit=limit)
    check = _last_json(
        wine(program / "xcjs.exe", "check", "--data", data, "--json", log="installed-check", limit=limit, env=_secret())
    )
    _expect(bool(check.get("ok", True)), f"装好的程序检查台账没有通过：{check}")
    _uninstall(program, limit)
    _expect(not program.exists(), "卸载后程序文件夹还在。")
    _expect(not _shortcuts() and not _registered(limit), "卸载后还有图标或登记。")
    _expect(set(before) <= set(_listing(data)), "卸载动了台账。")
    return "旧版本 → 升级 → 开着时安装被拦下 → 使用 → 卸载，台账还在"


def _older_setup(limit: float) -> Path:
    """A setup of version 0.0.1 whose program is the same, with one file that the new version does not have."""
    folder = BUILD / "旧版本"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "_internal").mkdir(parents=True)
    for one in (f"{NAME}.exe", "xcjs.exe"):
        shutil.copyfile(FOLDER / one, folder / one)
    (folder / "_internal" / "旧.txt").write_text("旧版本", encoding="utf-8")
    setup = BUILD / "旧版本.exe"
    make_setup(folder, setup, "0.0.1", limit, compressor="zlib")
    return setup


def _ledger(program: Path, folder: Path, limit: float) -> None:
    words = ["init", "--org", "试用大学", "--year", "2020", "--data", folder, "--json"]
    wine(program / "xcjs.exe", *words, log="init", limit=limit, env=_secret())
    _expect((folder / "ledger.xcjs").exists(), "没有建成台账。")


def _secret() -> dict[str, str]:
    return {"XCJS_PASSPHRASE": SECRET}


def _inside(*words: str | Path, limit: float) -> str:
    return wine(PYTHON / "python.exe", HERE / "inside.py", *words, log=f"inside-{words[0]}", limit=limit)


def _uninstall(program: Path, limit: float) -> None:
    """The uninstaller hands over to a copy of itself and returns at once."""
    if (program / "卸载.exe").exists():
        wine(program / "卸载.exe", "/S", log="uninstall", limit=limit)
        wait_till(lambda: not program.exists(), limit)


def _registered(limit: float) -> str:
    """The version Windows has on record; '' for none."""
    code, text = try_wine("reg", "query", UNINSTALL_KEY, "/v", "DisplayVersion", log="registered", limit=limit)
    return text.split()[-1] if code == 0 and text.split() else ""


def _local() -> Path:
    """%LOCALAPPDATA% of the one user of our Wine."""
    users = [one for one in (PREFIX / "drive_c" / "users").iterdir() if one.name != "Public"]
    _expect(len(users) == 1, f"Wine 里应只有一个用户：{[one.name for one in users]}")
    return users[0] / "AppData" / "Local"


def _shortcuts() -> list[Path]:
    return list((_local().parent / "Roaming").rglob(f"Start Menu/**/{NAME}.lnk"))


def _listing(folder: Path) -> list[str]:
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())


def _last_json(text: str) -> dict[str, Any]:
    """The JSON object a program ended its output with; Wine's own words may come before and after."""
    for line in reversed(text.splitlines()):
        if line.startswith("{"):
            found: dict[str, Any] = json.loads(line)
            return found
    raise Fault(f"没有得到结果：{text[-500:]}")


def _expect(holds: bool, text: str) -> None:
    if not holds:
        raise Fault(text)
