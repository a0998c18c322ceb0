"""self-check: the whole job once, in a scratch folder, and what it runs on."""

from __future__ import annotations

import os
import platform
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core import check
from core.base.errors import MachineFault, Problem
from core.ledger import open_ledger
from core.store import Store, backup, restoring
from ui.headless.answer import DONE, LISTED, Answer
from ui.headless.demo import PASSPHRASE, YEAR, make_demo
from ui.headless.full_check import Story, exchange, expect


def run(args: Any) -> Answer:
    """Each step with its time; stops at the first that fails, with its sentence and exit code 1."""
    steps: list[dict[str, Any]] = []
    failed = ""
    with tempfile.TemporaryDirectory(prefix="xcjs-", ignore_cleanup_errors=True) as scratch:
        root = Path(scratch) / "自检 数据"  # a space and Chinese characters, as on the desk of a clerk
        work = _Work(root / "台账", Path(args.out) if args.out else root / "打印")
        story = Story(root / "全程")
        for name, step in [*(story.steps() if args.full else []), *work.steps()]:
            start = time.perf_counter()
            try:
                step()
            except Problem as error:
                failed = str(error)
            steps.append({"step": name, "ms": round(1000 * (time.perf_counter() - start)), "ok": not failed})
            if failed:
                break
    body: dict[str, Any] = {"ok": not failed, "steps": steps, "versions": versions()}
    lines = [*_table(steps), "　".join(f"{name} {version}" for name, version in versions().items())]
    if failed:
        body["error"] = failed
        lines.append(failed)
    return Answer(body, lines, LISTED if failed else DONE)


def _table(steps: list[dict[str, Any]]) -> list[str]:
    """Step, what came of it, seconds; the names are padded with 全角 spaces."""
    width = max(len(one["step"]) for one in steps)
    rows = [(one["step"], "正常" if one["ok"] else "失败", one["ms"]) for one in steps]
    rows.append(("合计", "　　", sum(one["ms"] for one in steps)))
    return [f"{name.ljust(width, '　')}　{said}　{ms / 1000:7.1f} 秒" for name, said, ms in rows]


def versions() -> dict[str, str]:
    """What the program runs on."""
    from importlib.metadata import version

    import PySide6

    from core.store import driver

    return {
        "Python": platform.python_version(),
        "Qt": PySide6.__version__,
        "SQLite": driver.sqlite_version,
        "reportlab": version("reportlab"),
        "system": platform.platform(),
    }


class _Work:
    def __init__(self, folder: Path, out: Path) -> None:
        self.folder, self.out = folder, out
        self.store: Store | None = None

    def steps(self) -> list[tuple[str, Callable[[], None]]]:
        return [
            ("新建台账并导入示例", self._make),
            ("网格、编入和报到", self._community),
            ("撤销与重做", self._undo),
            ("带出、上报和合并", self._exchange),
            ("打印手册、评价表、采集表和网格图", self._print),
            ("备份与恢复", self._back_up),
            ("检查台账", self._check),
            ("打开并关闭窗口", self._window),
        ]

    def _ledger(self) -> Store:
        if self.store is None:
            raise MachineFault("示例台账没有建成。")
        return self.store

    def _make(self) -> None:
        self.store = make_demo(self.folder)

    def _undo(self) -> None:
        store = self._ledger()  # the newest step of the sample ledger is what units sent
        before = store.value("SELECT count(*) FROM submission")
        store.undo()
        expect(before > 0 and store.value("SELECT count(*) FROM submission") == 0, "撤销后仍有报送记录。")
        store.redo()
        expect(store.value("SELECT count(*) FROM submission") == before, "重做后报送记录数不对。")

    def _exchange(self) -> None:
        exchange(self._ledger(), self.folder.parent)

    def _community(self) -> None:
        from core.checkin.status import checkin_status
        from core.grid_assignment.auto import PLACED, propose

        store = self._ledger()
        drawn = store.value("SELECT count(*) FROM grid WHERE outline <> ''")
        homeless = store.value("SELECT count(*) FROM building WHERE grid_uid IS NULL")
        expect((drawn, homeless) == (19, 0), "示例网格没有全部导入，或有楼栋不在网格里。")
        proposal = propose(store)
        expect(proposal.already > 0 and proposal.counts[PLACED] == 0, "自动编入没有编完有把握的人。")
        total = checkin_status(store).total
        expect(0 < total.checked == total.due - total.absent, "报到人数合不上。")

    def _print(self) -> None:
        from reports.printing import print_form

        store = self._ledger()
        people = [row[0] for row in store.tuples("SELECT staff_no FROM cadre ORDER BY staff_no LIMIT 3")]
        for form, whom in (("evaluation", people), ("handbook", people), ("checkin_form", people), ("grid_map", [])):
            printed = print_form(store, form, year=YEAR, cadres=whom, out=self.out)
            expect(bool(printed.files) and printed.pages > 0, "没有打印出文件。")

    def _back_up(self) -> None:
        store = self._ledger()
        there = store.value("SELECT count(*) FROM cadre")
        file = backup.make(store, "自检")
        other = self.folder.with_name("恢复")
        restoring.restore(file, other)
        restored = open_ledger(other, PASSPHRASE)
        expect(restored.value("SELECT count(*) FROM cadre") == there, "恢复出来的人数不对。")
        restored.close()

    def _check(self) -> None:
        found = check.findings(self._ledger())
        expect(not found, "".join(found))

    def _window(self) -> None:
        self._ledger().close()
        if os.environ.get("DISPLAY", "") == "" and os.name != "nt":
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        from ui.app import show_and_close

        show_and_close(self.folder, PASSPHRASE)
