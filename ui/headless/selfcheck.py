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
from core.base.errors import MachineFault
from core.ledger import open_ledger
from core.store import Store, backup, restoring
from ui.headless.answer import Answer
from ui.headless.demo import PASSPHRASE, YEAR, make_demo


def run(args: Any) -> Answer:
    """Each step with its time; stops at the first that fails."""
    steps: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="xcjs-", ignore_cleanup_errors=True) as scratch:
        place = Path(args.out) if args.out else Path(scratch) / "打印"
        work = _Work(Path(scratch) / "台账", place, bool(args.full))
        for name, step in work.steps():
            start = time.perf_counter()
            step()
            steps.append({"step": name, "ms": round(1000 * (time.perf_counter() - start))})
    body = {"ok": True, "steps": steps, "versions": versions()}
    lines = [f"{one['step']}：正常（{one['ms']} 毫秒）" for one in steps]
    lines.append("　".join(f"{name} {version}" for name, version in versions().items()))
    return Answer(body, lines)


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
    def __init__(self, folder: Path, out: Path, full: bool) -> None:
        self.folder, self.out, self.full = folder, out, full
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
        _expect(before > 0 and store.value("SELECT count(*) FROM submission") == 0, "撤销后仍有报送记录。")
        store.redo()
        _expect(store.value("SELECT count(*) FROM submission") == before, "重做后报送记录数不对。")

    def _exchange(self) -> None:
        from core.exchange.checkout import check_out, open_copy
        from core.exchange.merging import merge
        from core.exchange.model import CheckoutAsk
        from core.exchange.packets import make_packet
        from core.exchange_rules import RULES

        store, root = self._ledger(), self.folder.with_name("带出")
        given = check_out(store, CheckoutAsk("自检笔记本"), root)
        open_copy(Path(given.file), root / "笔记本", given.code, PASSPHRASE)
        copy = open_ledger(root / "笔记本", PASSPHRASE)
        uid = copy.value("SELECT uid FROM cadre WHERE title <> '自检' ORDER BY uid")
        with copy.transact("自检") as tx:
            tx.update("cadre", uid, {"title": "自检"})
        made = make_packet(copy, root)
        copy.close()
        report = merge(store, [Path(made.file)], RULES)
        _expect(report.packets[0].applied == 1 and not report.refused, "数据包没有合并进来。")
        _expect(store.value("SELECT title FROM cadre WHERE uid = ?", (uid,)) == "自检", "合并后的值不对。")
        store.undo(report.step)
        _expect(store.value("SELECT title FROM cadre WHERE uid = ?", (uid,)) != "自检", "合并没有撤销。")

    def _community(self) -> None:
        from core.checkin.status import checkin_status
        from core.grid_assignment.auto import PLACED, propose

        store = self._ledger()
        drawn = store.value("SELECT count(*) FROM grid WHERE outline <> ''")
        homeless = store.value("SELECT count(*) FROM building WHERE grid_uid IS NULL")
        _expect((drawn, homeless) == (19, 0), "示例网格没有全部导入，或有楼栋不在网格里。")
        proposal = propose(store)
        _expect(proposal.already > 0 and proposal.counts[PLACED] == 0, "自动编入没有编完有把握的人。")
        total = checkin_status(store).total
        _expect(0 < total.checked == total.due - total.absent, "报到人数合不上。")

    def _print(self) -> None:
        from reports.printing import print_form

        store = self._ledger()
        people = (
            []
            if self.full
            else [row[0] for row in store.tuples("SELECT staff_no FROM cadre ORDER BY staff_no LIMIT 3")]
        )
        for form, whom in (("evaluation", people), ("handbook", people), ("checkin_form", people), ("grid_map", [])):
            printed = print_form(store, form, year=YEAR, cadres=whom, out=self.out)
            _expect(bool(printed.files) and printed.pages > 0, "没有打印出文件。")

    def _back_up(self) -> None:
        store = self._ledger()
        there = store.value("SELECT count(*) FROM cadre")
        file = backup.make(store, "自检")
        other = self.folder.with_name("恢复")
        restoring.restore(file, other)
        restored = open_ledger(other, PASSPHRASE)
        _expect(restored.value("SELECT count(*) FROM cadre") == there, "恢复出来的人数不对。")
        restored.close()

    def _check(self) -> None:
        found = check.findings(self._ledger())
        _expect(not found, "".join(found))

    def _window(self) -> None:
        self._ledger().close()
        if os.environ.get("DISPLAY", "") == "" and os.name != "nt":
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        from ui.app import show_and_close

        show_and_close(self.folder, PASSPHRASE)


def _expect(holds: bool, text: str) -> None:
    if not holds:
        raise MachineFault(f"自检没有通过：{text}", "请重新安装程序；台账没有受影响。")
