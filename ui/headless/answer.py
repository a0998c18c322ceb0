"""What a command answers: JSON for programs, short Chinese text for people, and the exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

DONE, LISTED, REFUSED, FAULT = 0, 1, 2, 3
"""Exit codes: done; done with problems that are listed; bad input, nothing written; the machine's fault."""


@dataclass(slots=True)
class Answer:
    """One command's answer."""

    json: Mapping[str, Any] = field(default_factory=dict)
    lines: Sequence[str] = ()
    code: int = DONE


def show(answer: Answer, as_json: bool) -> None:
    """Print an answer on standard output."""
    if as_json:
        text = json.dumps(answer.json, ensure_ascii=False, default=str)
    else:
        text = "\n".join(answer.lines)
    if text:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def say(text: str) -> None:
    """A line for people on standard error."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def progress(label: str) -> Callable[..., None]:
    """A progress callback that writes to standard error, at most once per percent."""
    last = -1

    def tell(done: int, total: int, _text: str = "") -> None:
        nonlocal last
        percent = 100 * done // max(total, 1)
        if percent != last and percent % 10 == 0:
            last = percent
            say(f"{label}：{done}/{total}")

    return tell
