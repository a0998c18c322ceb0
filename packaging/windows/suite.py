"""The test suite on the Windows Python, code page 936, under Wine."""

from __future__ import annotations

import os
import re

from machine import CHECKED, HERE, PYTHON, Fault, try_wine, windows_path

MOST_LEFT_OUT = 0.05  # share of tests that may be skipped, for whatever reason
MOST_AGAIN = 20  # tests that may be tried a second time


def suite(limit: float) -> str:
    """All tests but those of not_on_wine.txt.

    Some wait a few seconds for a worker or a child process, which a busy machine does not always give under Wine: what
    failed is tried once more, one after the other, and the answer says so.
    """
    processes = max(1, min(4, os.cpu_count() or 1))
    code, text = _pytest("-n", str(processes), "--dist", "worksteal", "-rfEs", log="tests", limit=limit)
    found = re.findall(r"^(?:=+ )?(\d+ \w+.*) in [\d.]+s", text, flags=re.MULTILINE)
    if not found:
        raise Fault(f"测试没有跑完（返回 {code}）：{text[-1500:]}")
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", found[-1])}
    lines = [line for line in text.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    failed = sorted({line.split(" ", 1)[1].split(" - ")[0] for line in lines})
    if (code or failed) and not _right_the_second_time(failed, limit):
        raise Fault("\n".join([found[-1], *lines[:40]]))
    total, skipped = sum(counts.values()), counts.get("skipped", 0)
    if skipped > MOST_LEFT_OUT * total:
        raise Fault(f"{total} 条测试中略去了 {skipped} 条，多于 {MOST_LEFT_OUT:.0%}。")
    again = f"，其中 {len(failed)} 条第二次才通过：{'、'.join(failed)}" if failed else ""
    return f"{counts['passed'] + len(failed)} 条通过，{skipped} 条（{skipped / total:.1%}）略去{again}"


def _right_the_second_time(failed: list[str], limit: float) -> bool:
    if not 0 < len(failed) <= MOST_AGAIN:
        return False
    return _pytest(*failed, log="tests-again", limit=limit)[0] == 0


def _pytest(*words: str, log: str, limit: float) -> tuple[int, str]:
    return try_wine(
        PYTHON / "python.exe",
        *["-m", "pytest", "-p", "on_wine", "--tb=short", *words],
        log=log,
        limit=limit,
        env={**CHECKED, "PYTHONPATH": windows_path(HERE)},
        encoding="gbk",
    )
