"""self-check --full: a clerk's year on a ledger of its own, from the shipped sample sheet to a merged packet and a restore.

Forms are printed by a child process of the program itself, as the window does it, and read back from the paper.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.base.errors import MachineFault
from core.ledger import create_ledger, open_ledger
from core.store import Store, backup, restoring
from ui.headless.demo import ORG, PASSPHRASE, YEAR, samples

FORMS = {"handbook": "纪实手册", "evaluation": "考核评价表"}
_SHEET, _PEOPLE = "01_", 2  # the sample roster, and how many people are printed
_PATIENCE = 240  # seconds for a child process, on a slow machine with a virus scanner
_CONTENT = "自检：登记一次入户走访，宣传防诈骗知识。"


class Story:
    """The steps, in order; each goes on from the one before."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder = root, root / "我的 台账"
        self.store: Store | None = None
        self.uids: list[str] = []
        self.files: dict[str, list[Path]] = {}

    def steps(self) -> list[tuple[str, Callable[[], None]]]:
        """Name and act of each step."""
        return [
            ("另建台账", self._found),
            ("导入名册样表", self._import),
            ("登记一次服务", self._record),
            ("后台打印两种表", self._print),
            ("读出表上的字", self._read),
            ("带出并合并数据包", self._exchange),
            ("备份、恢复到新电脑", self._restore),
            ("撤销登记并关闭", self._undo),
        ]

    @property
    def ledger(self) -> Store:
        """The open ledger."""
        expect(self.store is not None, "台账没有建成。")
        assert self.store is not None
        return self.store

    def _found(self) -> None:
        self.store, code = create_ledger(self.folder, PASSPHRASE, org_name=ORG, year=YEAR, operator="自检")
        expect(code.count("-") > 1, "没有给出恢复码。")

    def _import(self) -> None:
        from core.roster.import_run import commit_roster, prepare_roster

        prepared = prepare_roster(self.ledger, samples(_SHEET))
        expect(not prepared.errors, "样表里读出了错误。")
        commit_roster(self.ledger, prepared)
        rows = self.ledger.tuples("SELECT uid FROM cadre WHERE status = 'ACTIVE' ORDER BY staff_no")
        self.uids = [row[0] for row in rows[:_PEOPLE]]
        expect(len(self.uids) == _PEOPLE, "名册没有导入。")

    def _record(self) -> None:
        from core.service_log.model import VisitDraft
        from core.service_log.ops import record_visit

        draft = VisitDraft(
            f"{YEAR}-06-06", "09:00", "11:30", community="汤逊湖社区", category="联系服务群众", content=_CONTENT,
            confirm_method="社区签字", confirmed_by="自检", confirmed_on=f"{YEAR}-06-06", cadre_uid=self.uids[0],
        )  # fmt: skip
        with self.ledger.transact("登记服务记录") as tx:
            record_visit(tx, draft)
        sql = "SELECT minutes FROM visit_tally WHERE cadre_uid = ?"
        expect(self.ledger.value(sql, (self.uids[0],)) == 150, "登记的时长没有计入。")

    def _print(self) -> None:
        from ui.kit.tasks import child_command

        store = self.ledger
        for form, title in FORMS.items():
            out = self.root / "印出的 表"
            order = {
                "job": "print", "form": form, "year": YEAR, "uids": self.uids, "out": str(out), "folder": str(self.folder),
                "key": store.key.hex(), "operator": store.operator, "read_only": False,
            }  # fmt: skip
            done = _told(child_command(), order)
            self.files[form] = [Path(one) for one in done["files"]]
            expect(len(self.files[form]) == _PEOPLE, f"{title}没有每人一份。")

    def _read(self) -> None:
        names = [self.ledger.value("SELECT name FROM cadre WHERE uid = ?", (uid,)) for uid in self.uids]
        for form, title in FORMS.items():
            for name, file in zip(names, self.files[form], strict=True):
                text = text_of(file)
                expect(title in text and name in text, f"在“{file.name}”上没有读到“{title}”和姓名。")
        expect(_CONTENT in text_of(self.files["handbook"][0]), "手册上没有登记的那次服务。")

    def _exchange(self) -> None:
        exchange(self.ledger, self.root)

    def _restore(self) -> None:
        file = backup.make(self.ledger, "自检", self.root / "优盘")
        other = self.root / "新电脑"
        restoring.restore(file, other, self.ledger.key)
        restored = open_ledger(other, PASSPHRASE)
        try:
            same = "SELECT count(*), (SELECT count(*) FROM visit) FROM cadre"
            expect(restored.tuples(same) == self.ledger.tuples(same), "恢复出来的人数或服务记录数不对。")
        finally:
            restored.close()

    def _undo(self) -> None:
        store = self.ledger
        step = store.value("SELECT max(seq) FROM history WHERE label = '登记服务记录'")
        store.undo(step)
        expect(store.value("SELECT count(*) FROM visit") == 0, "撤销后服务记录还在。")
        store.close()


def exchange(store: Store, root: Path) -> None:
    """A copy is given, opened and changed; its packet is merged, and the merge is taken back."""
    from core.exchange.checkout import check_out, open_copy
    from core.exchange.merging import merge
    from core.exchange.model import CheckoutAsk
    from core.exchange.packets import make_packet
    from core.exchange_rules import RULES

    place = root / "带出"
    given = check_out(store, CheckoutAsk("自检笔记本"), place)
    open_copy(Path(given.file), place / "笔记本", given.code, PASSPHRASE)
    copy = open_ledger(place / "笔记本", PASSPHRASE)
    uid = copy.value("SELECT uid FROM cadre WHERE title <> '自检' ORDER BY uid")
    with copy.transact("自检") as tx:
        tx.update("cadre", uid, {"title": "自检"})
    made = make_packet(copy, place)
    copy.close()
    report = merge(store, [Path(made.file)], RULES)
    expect(report.packets[0].applied == 1 and not report.refused, "数据包没有合并进来。")
    expect(store.value("SELECT title FROM cadre WHERE uid = ?", (uid,)) == "自检", "合并后的值不对。")
    store.undo(report.step)
    expect(store.value("SELECT title FROM cadre WHERE uid = ?", (uid,)) != "自检", "合并没有撤销。")


def text_of(file: Path) -> str:
    """What stands on the pages of a PDF, without its spaces."""
    import pypdfium2

    with pypdfium2.PdfDocument(file) as document:
        return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in document)


def _told(command: list[str], order: dict[str, Any]) -> dict[str, Any]:
    """The result of a job in a child process; MachineFault says what it said."""
    try:
        done = subprocess.run(
            command, input=json.dumps(order).encode("ascii") + b"\n", capture_output=True, timeout=_PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MachineFault("后台程序没有启动，或没有做完。", "请确认安全软件没有拦截本程序，再试一次。") from error
    said: dict[str, Any] = {}
    for line in done.stdout.decode("ascii", "replace").splitlines():
        if line.startswith("{"):
            said |= json.loads(line)
    if "result" not in said:
        raise MachineFault(f"后台程序没有做完：{said.get('error') or '没有回答。'}")
    result: dict[str, Any] = said["result"]
    return result


def expect(holds: bool, text: str) -> None:
    """MachineFault if a step did not do what it should."""
    if not holds:
        raise MachineFault(f"自检没有通过：{text}", "请重新安装程序；台账没有受影响。")
