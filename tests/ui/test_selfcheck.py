"""self-check --full: the story runs to its end; a step that fails is told with its sentence, and the exit code is 1."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from core.base.errors import MachineFault
from ui.headless import full_check, run, selfcheck
from ui.headless.full_check import Story


def test_the_story_runs_to_its_end(dressed: Any, tmp_path: Path) -> None:
    story = Story(tmp_path / "自检 数据")
    for _name, step in story.steps():
        step()
    assert [len(files) for files in story.files.values()] == [2, 2]
    assert not list(tmp_path.rglob("*.part"))


def test_a_step_that_fails_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(_story: Story) -> list[Any]:
        return [("读出表上的字", lambda: full_check.expect(False, "表是空白的。")), ("后面的", lambda: 1 / 0)]

    monkeypatch.setattr(Story, "steps", broken)
    assert run(["self-check", "--full", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], [(one["step"], one["ok"]) for one in told["steps"]]) == (False, [("读出表上的字", False)])
    assert told["error"].startswith("自检没有通过：表是空白的。")
    assert run(["self-check", "--full"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "读出表上的字　失败" in lines[0] and lines[1].startswith("合计") and lines[-1] == told["error"]


def test_the_table_is_in_line() -> None:
    steps = [{"step": "短", "ok": True, "ms": 1234}, {"step": "长一些的一步", "ok": True, "ms": 66}]
    assert selfcheck._table(steps) == [
        "短　　　　　　正常　    1.2 秒",
        "长一些的一步　正常　    0.1 秒",
        "合计　　　　　　　　    1.3 秒",
    ]


def test_a_child_that_dies_or_refuses_is_said(tmp_path: Path) -> None:
    with pytest.raises(MachineFault, match="没有启动"):
        full_check._told([str(tmp_path / "没有")], {})
    with pytest.raises(MachineFault, match="没有回答"):
        full_check._told([sys.executable, "-c", "raise SystemExit(3)"], {})
    said = "import json; print(json.dumps({'error': '磁盘已满。'}))"
    with pytest.raises(MachineFault, match="磁盘已满"):
        full_check._told([sys.executable, "-c", said], {})
