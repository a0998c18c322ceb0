"""The test suite on the Windows Python, code page 936, under Wine."""

from __future__ import annotations

import os
import re

from machine import CHECKED, HERE, PYTHON, Fault, try_wine, windows_path

MOST_LEFT_OUT = 0.05  # share of tests that may be skipped, for whatever reason


def suite(limit: float) -> str:
    """All tests but those of not_on_wine.txt."""
    processes = max(1, min(4, os.cpu_count() or 1))
    words = ["-m", "pytest", "-p", "on_wine", "-n", str(processes), "--dist", "worksteal", "--tb=short", "-rfEs"]
    code, text = try_wine(
        PYTHON / "python.exe",
        *words,
        log="tests",
        limit=limit,
        env={**CHECKED, "PYTHONPATH": windows_path(HERE)},
        encoding="gbk",
    )
    found = re.findall(r"^(?:=+ )?(\d+ \w+.*) in [\d.]+s", text, flags=re.MULTILINE)
    if not found:
        raise Fault(f"测试没有跑完（返回 {code}）：{text[-1500:]}")
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", found[-1])}
    failed = [line for line in text.splitlines() if line.startswith(("FAILED", "ERROR"))]
    if code or failed:
        raise Fault(f"{found[-1]}\n" + "\n".join(failed[:40]))
    total, skipped = sum(counts.values()), counts.get("skipped", 0)
    if skipped > MOST_LEFT_OUT * total:
        raise Fault(f"{total} 条测试中略去了 {skipped} 条，多于 {MOST_LEFT_OUT:.0%}。")
    return f"{counts['passed']} 条通过，{skipped} 条（{skipped / total:.1%}）略去"
