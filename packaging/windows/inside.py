"""Runs on the Windows Python under Wine: starts the built program as a person would and watches its windows.

inside.py time PROGRAM ARGUMENT…     milliseconds till its first window is shown, as JSON; the window is then closed
inside.py busy PROGRAM SETUP         runs the setup silently while the program is open; its exit code as JSON
"""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
import time
from ctypes import wintypes

USER = ctypes.windll.user32
CLOSE = 0x0010  # WM_CLOSE
PATIENCE = 60  # seconds


def windows_of(pid: int) -> list[tuple[int, str]]:
    """Handles and titles of the visible top windows of a process."""
    found = []

    @ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)
    def look(handle: int, _given: int) -> bool:
        owner = wintypes.DWORD()
        USER.GetWindowThreadProcessId(handle, ctypes.byref(owner))
        if owner.value == pid and USER.IsWindowVisible(handle):
            title = ctypes.create_unicode_buffer(200)
            USER.GetWindowTextW(handle, title, 200)
            found.append((handle, title.value))
        return True

    USER.EnumWindows(look, 0)
    return found


def start(command: list[str]) -> tuple[subprocess.Popen[bytes], int, str]:
    """The process, milliseconds till its first window with a title, and that title."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while time.perf_counter() - began < PATIENCE and process.poll() is None:
        for _handle, title in windows_of(process.pid):
            if title:
                return process, round(1000 * (time.perf_counter() - began)), title
        time.sleep(0.01)
    process.kill()
    raise SystemExit(f"no window came: {command}")


def stop(process: subprocess.Popen[bytes]) -> int:
    """Close its windows as the person at the desk would; the exit code."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        for handle, _title in windows_of(process.pid):
            USER.PostMessageW(handle, CLOSE, 0, 0)
        time.sleep(0.3)
    if process.poll() is None:
        process.kill()
        raise SystemExit("the program did not close")
    return process.returncode


def main(act: str, program: str, *rest: str) -> None:
    """See above."""
    if act == "time":
        process, ms, title = start([program, *rest])
        answer = {"ms": ms, "title": title, "code": stop(process)}
    else:
        process, _ms, _title = start([program])
        busy = subprocess.run([rest[0], "/S"], stdin=subprocess.DEVNULL, timeout=PATIENCE, check=False).returncode
        answer = {"setup": busy, "alive": process.poll() is None, "code": stop(process)}
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
