"""The command line over a ledger, as a script uses it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from main import main

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}


class CommandLine:
    """Commands on the ledger in `folder`: `code, answer = command("list", "units")`; no traceback ever reaches a user."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        self.said = ""  # beside the last answer, on standard error

    def __call__(self, *argv: str) -> tuple[int, Any]:
        """A command with --json: exit code and answer."""
        code, out = self._run(*argv, "--json")
        return code, json.loads(out)

    def told(self, *argv: str) -> str:
        """The same command in Chinese: all that is read on the screen."""
        _code, out = self._run(*argv)
        return out + self.said

    def _run(self, *argv: str) -> tuple[int, str]:
        self._capsys.readouterr()
        code = main([*argv, "--data", str(self.folder)])
        out = self._capsys.readouterr()
        assert "Traceback" not in out.out + out.err
        self.said = out.err
        return code, out.out
