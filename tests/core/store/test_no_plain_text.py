"""No name and no phone in plain text: not in the ledger, its log, backups, notes, nor in what a killed process leaves in its temp."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.kill import PASSPHRASE, prepare
from core.store import backup, restoring
from tests.conftest import PATIENCE

ROOT = Path(__file__).parents[3]
NAME, PHONE, CONTENT = "龘靐龖", "19987650123", "看望犇羴鱻老人"
SECRETS = (NAME, PHONE, CONTENT)

WORK = f"""
import os, signal, sys
from pathlib import Path
from core.ledger import open_ledger
from core.service_log.importing import commit_visits, prepare_visits
from core.service_log.model import VisitDraft
from core.service_log.ops import record_visit
from core.store import backup, restoring
folder, temp = Path(sys.argv[1]), Path(sys.argv[2])
store = open_ledger(folder, {PASSPHRASE!r}, operator="{NAME}")
with store.transact("改名") as tx:
    uid = tx.value("SELECT uid FROM cadre ORDER BY staff_no")
    tx.update("cadre", uid, {{"name": "{NAME}", "phone": "{PHONE}", "note": "{CONTENT}" * 100}})
with store.transact("登记服务记录") as tx:
    record_visit(tx, VisitDraft("2020-11-20", "08:00", "09:30", community="经院社区", place="{CONTENT}", category="宣传政策",
        content="{CONTENT}", cadre_uid=uid))
store.local.put("draft.visit", [{{"typed": {{"name": "{NAME}", "content": "{CONTENT}"}}}}])
commit_visits(store, prepare_visits(store, [Path(sys.argv[3])]), skip_bad=True)
made = backup.make(store, backup.BY_HAND)
restoring.preview(made, store.key, store)
store.undo()
store.rows("SELECT a.content FROM visit a, visit b ORDER BY a.content, b.content")  # a sort that would spill
print(made, flush=True)
os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))  # on Windows any signal ends it at once
"""


def plain(data: bytes) -> list[str]:
    """Which secrets stand readable in the bytes."""
    return [
        one for one in SECRETS for code in ("utf-8", "utf-16-le", "utf-16-be", "gb18030") if one.encode(code) in data
    ]


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a killed process has left: the ledger's folder and its temp folder."""
    top = tmp_path_factory.mktemp("plain")
    folder, temp, sheet = top / "台账", top / "temp", top / "服务.csv"
    prepare(folder)
    temp.mkdir()
    head = "工号,姓名,服务日期,开始,结束,社区,网格/地点,服务类别,服务内容,确认方式,确认人,时间性质"
    sheet.write_text(
        f"{head}\n0001,{NAME},2020-11-20,10:00,11:00,经院社区,第3网格,宣传政策,{CONTENT},,,业余时间\n", encoding="utf-8"
    )
    places = dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(temp))
    done = subprocess.run(
        [sys.executable, "-c", WORK, str(folder), str(temp), str(sheet)],
        cwd=ROOT,
        env={**os.environ, **places, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
    )
    assert ".xcbak" in done.stdout, done.stderr
    sheet.unlink()  # the person's own file
    return top


def test_nothing_can_be_read_after_a_crash(left: Path) -> None:
    files = [file for file in left.rglob("*") if file.is_file()]
    assert (left / "台账" / "ledger.xcjs-wal").stat().st_size > 0
    assert [(file.name, found) for file in files if (found := plain(file.read_bytes()))] == []


def test_nothing_can_be_read_after_a_restore(left: Path) -> None:
    folder = left / "台账"
    assert restoring.restore(backup.listed(folder)[0], folder) is not None
    files = [file for file in left.rglob("*") if file.is_file()]
    assert [(file.name, found) for file in files if (found := plain(file.read_bytes()))] == []


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    for code in ("utf-8", "utf-16", "gbk"):
        assert plain(f"前{PHONE}后".encode(code)) != []
    assert plain(NAME.encode("gb18030")) == [NAME]
