"""make windows: builds the Windows program on Linux and tries it under Wine; a table of the steps at the end.

python packaging/windows/chain.py               every step
python packaging/windows/chain.py tests zip     only these, on what earlier runs have left in build/windows
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

import freeze
import prepare
import proofs
import suite
import trial
from machine import BUILD, Fault, desktop, say


@dataclass(frozen=True)
class Step:
    """One step: `run(limit)` does it and says in a few words what came of it."""

    name: str
    label: str
    run: Callable[[float], str]
    limit: float  # seconds for each program the step starts, on a machine that does nothing else
    screen: bool = True


STEPS = (
    Step("tools", "工具", prepare.tools, 600, screen=False),
    Step("python", "Windows 版 Python", prepare.python, 300, screen=False),
    Step("wheels", "依赖包", prepare.wheels, 600, screen=False),
    Step("wine", "Wine 环境", prepare.prefix, 120),
    Step("folder", "程序文件夹", freeze.folder, 900),
    Step("contents", "内容检查", proofs.contents, 120, screen=False),
    Step("check", "自检", trial.self_check, 300),
    Step("start", "启动", trial.start, 120),
    Step("zip", "压缩包", freeze.pack, 120, screen=False),
    Step("installer", "安装程序", freeze.installer, 300, screen=False),
    Step("installation", "安装与卸载", trial.installation, 120),
    Step("tests", "Windows 上的测试", suite.suite, 2400),
)


@dataclass
class Done:
    step: Step
    seconds: float
    result: str
    good: bool


def main(names: Sequence[str]) -> int:
    """Run the named steps, or all; 1 if one failed, 2 for an unknown name."""
    known = {step.name: step for step in STEPS}
    if unknown := [name for name in names if name not in known]:
        say(f"没有这样的步骤：{'、'.join(unknown)}。可选：{' '.join(known)}")
        return 2
    BUILD.mkdir(parents=True, exist_ok=True)
    done = []
    for step in [known[name] for name in names] if names else STEPS:
        done.append(_do(step))
        if not done[-1].good:
            break
    say("\n" + table(done))
    return 0 if all(one.good for one in done) else 1


def _do(step: Step) -> Done:
    say(f"—— {step.label}（{step.name}）")
    start = time.monotonic()
    limit = step.limit * max(
        1.0, os.getloadavg()[0] / (os.cpu_count() or 1)
    )  # others at work here: longer, in proportion
    try:
        if step.screen:
            with desktop():
                result, good = step.run(limit), True
        else:
            result, good = step.run(limit), True
    except (Fault, TimeoutError) as fault:
        result, good = str(fault), False
    seconds = time.monotonic() - start
    say(f"   {'好' if good else '没有通过'}，{seconds:.0f} 秒：{result}")
    return Done(step, seconds, result, good)


def table(done: Sequence[Done]) -> str:
    """Step, seconds, result; Chinese characters are two columns wide."""
    rows = [("步骤", "秒", "结果")]
    rows += [(one.step.label, f"{one.seconds:.0f}", ("" if one.good else "✗ ") + _first(one.result)) for one in done]
    rows.append(
        (
            "合计",
            f"{sum(one.seconds for one in done):.0f}",
            "全部通过" if all(one.good for one in done) else "有没通过的",
        )
    )
    wide = [max(_width(row[column]) for row in rows) for column in range(2)]
    return "\n".join(f"{row[0]}{' ' * (wide[0] - _width(row[0]))}  {row[1].rjust(wide[1])}  {row[2]}" for row in rows)


def _first(text: str) -> str:
    return text.splitlines()[0]


def _width(text: str) -> int:
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
