"""Packets that are not what they should be, merges cut short or taken back, and what a part holds: by command."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import core.exchange.merging
import core.exchange.packets
import core.store.migrations
from core.base.errors import Refused
from core.exchange.checkout import CheckoutAsk, check_out, open_copy
from core.exchange.queries import conflict_rows
from core.exchange.review import settle
from core.exchange.swap import swap
from core.exchange_rules import RULES
from core.ledger import create_ledger, open_ledger
from core.place.ops import ensure_community
from core.service_log.model import VisitDraft
from core.service_log.ops import record_visit
from core.store import Store, keys
from tests.exchange_desks import CHEAP, everything, travelling
from tests.factory import people
from tests.ui.packet_room import SECRET, Desk, Place, all_in_it, changing, new_person, serving, somebody_else

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # on Windows any signal ends a process at once


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setenv("XCJS_PASSPHRASE", SECRET)
    monkeypatch.setattr(keys.make_envelope, "__defaults__", (CHEAP,))  # the price of guessing is no part of this
    yield Place(tmp_path, capsys)


# -- packets that are not what they should be ------------------------------------------------------------------------


def test_the_same_packet_twice_changes_nothing(place: Place) -> None:
    copy = place.give()
    copy.do("改", changing("cadre", place.people[0], title="教授"))
    file = place.packet(copy)
    place.office.run("packet", "merge", file)
    before = place.office.look(everything)
    code, again = place.office.run("packet", "merge", file)
    assert (code, again["applied"], len(again["already"]), again["step"]) == (0, 0, 1, None)
    assert "合并过，这次没有改动" in place.office.told("packet", "merge", file)
    assert place.office.look(everything) == before


def test_packet_three_before_two(place: Place) -> None:
    copy, who = place.give(), place.people
    files = []
    for at in range(3):
        copy.do("改", changing("cadre", who[at], title=f"职务{at}"))
        files.append(place.packet(copy))
    place.office.run("packet", "merge", files[0])
    told = place.office.told("packet", "merge", files[2])
    assert "没有收到第2包；第3包包含它的全部内容" in told
    assert [place.office.one("cadre", uid)["title"] for uid in who[:3]] == ["职务0", "职务1", "职务2"]
    code, late = place.office.run("packet", "merge", files[1])
    assert (code, late["applied"], late["step"]) == (0, 0, None) and "已包含在合并过的第3包里" in str(late)


def test_another_ledgers_packet_is_refused(place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = Place(tmp_path / "另一处", capsys)
    copy = other.give()
    copy.do("改", changing("cadre", other.people[0], title="教授"))
    before = place.office.look(everything)
    code, answer = place.office.run("packet", "merge", other.packet(copy))
    assert code == 2 and "是另一个台账的数据包" in answer["refused"][0]["message"]
    assert place.office.look(everything) == before


NEXT = ("m9999_next", "ALTER TABLE cadre ADD COLUMN nickname TEXT NOT NULL DEFAULT '无';")


def as_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program of tomorrow: one more migration."""
    steps = (*core.store.migrations.STEPS, NEXT)
    for module in (core.store.migrations, core.exchange.packets, core.exchange.merging):
        monkeypatch.setattr(module, "STEPS", steps)


def test_an_older_packet_is_brought_up_to_date(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = place.give()
    made = copy.do("新增", new_person(place, "欧阳靖", "9001"))
    copy.do("改", changing("cadre", place.people[0], title="教授"))
    file = place.packet(copy)
    as_next(monkeypatch)
    told = place.office.told("packet", "merge", file)
    assert "由旧版本的程序生成，已按现在的版本补齐" in told
    assert place.office.one("cadre", made)["nickname"] == "无"
    assert place.office.one("cadre", place.people[0])["title"] == "教授"


def test_a_newer_packet_is_refused_in_words(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = place.give()
    with monkeypatch.context() as patch:
        as_next(patch)
        copy.do("改", changing("cadre", place.people[0], title="教授"))
        file = place.packet(copy)
    before = place.office.look(everything)
    code, answer = place.office.run("packet", "merge", file)
    assert code == 2 and "请先把本机的程序升级" in answer["refused"][0]["message"]
    assert place.office.look(everything) == before


def test_a_packet_cut_or_changed_at_any_byte_is_refused(place: Place, tmp_path: Path) -> None:
    """The USB stick was pulled out."""
    copy = place.give()
    copy.do("改", changing("cadre", place.people[0], title="教授"))
    data = Path(place.packet(copy)).read_bytes()
    bad = tmp_path / "坏.xcpkt"
    store = open_ledger(place.office.folder, SECRET)
    before = everything(store)

    for at in range(0, len(data), max(1, len(data) // 60)):
        for broken in (data[:at], data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]):
            bad.write_bytes(broken)
            report = core.exchange.merging.merge(store, [bad], RULES)
            assert report.packets == [] and len(report.refused) == 1 and report.step is None
    assert everything(store) == before
    store.close()


def test_a_copy_cut_or_changed_is_not_opened(place: Place, tmp_path: Path) -> None:
    given = place.office.run("packet", "checkout", "--to", "笔记本1", "--out", str(tmp_path))[1]
    data, bad, folder = Path(given["file"]).read_bytes(), tmp_path / "坏.xcout", tmp_path / "别处"
    random_places = random.Random(4).sample(range(len(data)), 12)
    for at in (*random_places, len(data) - 3, len(data) - 400):
        for broken in (data[:at], data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]):
            bad.write_bytes(broken)
            try:
                open_copy(bad, folder, given["code"], SECRET)
            except Refused as problem:
                assert "不完整" in str(problem) or "已损坏" in str(problem)
                assert not any(folder.iterdir()) if folder.exists() else True
            else:  # one of the two lines of the envelope may be healed by the other, and the salt of the file is no content
                assert len(broken) == len(data) and (at > len(data) - 4000 or at < 16)
                shutil.rmtree(folder)


def test_a_copy_opened_on_two_computers_is_noticed(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = place.office.run("packet", "checkout", "--to", "笔记本1", "--out", str(tmp_path))[1]
    twins = [Desk(tmp_path / name, capsys) for name in ("甲", "乙")]
    for at, twin in enumerate(twins):
        assert twin.run("packet", "open", given["file"], "--code", given["code"])[0] == 0
        twin.do("改", changing("cadre", place.people[at], title="教授"))
    assert place.merge(twins[0])["applied"] == 1
    assert "在两台电脑上打开过" in str(place.merge(twins[1])["refused"])


# -- undo, kill, rounds, and what a part holds -----------------------------------------------------------------------


def test_undo_of_the_merge_is_the_copy_before_row_for_row(place: Place) -> None:
    copy = place.give()
    copy.do("改", changing("cadre", place.people[0], title="教授"))
    theirs = copy.do("新增", new_person(place, "欧阳靖", "9001"))
    copy.do("登记", serving(theirs))
    place.office.do("新增", new_person(place, "欧阳靖", "9001"))
    place.office.do("改", changing("cadre", place.people[0], title="讲师"))
    before = place.office.look(everything)
    merged = place.merge(copy)
    assert len(merged["conflicts"]) == 2
    assert place.office.run("undo")[0] == 0
    assert place.office.look(everything) == before
    assert place.office.run("check")[0] == 0


def test_a_preview_writes_nothing(place: Place) -> None:
    copy = place.give()
    copy.do("改", changing("cadre", place.people[0], title="教授"))
    file = place.packet(copy)
    before = place.office.look(everything)
    told = place.office.told("packet", "merge", file, "--dry-run")
    assert "修改 党员干部 张伟（0001）" in told and "→教授" in told and "没有写入" in told
    assert place.office.look(everything) == before


def test_a_merge_killed_in_the_middle_leaves_all_or_nothing(place: Place) -> None:
    copy = place.give()
    copy.do("改", lambda tx: tx.update_many("cadre", [(uid, {"title": "研究员"}) for uid in place.people]))
    file = place.packet(copy)
    before = place.office.look(everything)
    script = (
        "import os, signal, sys; from core.exchange.landing import Landing; keep = Landing._landed; seen = []\n"
        "def landed(self, *a, **k):\n    keep(self, *a, **k); seen.append(1)\n"
        "    if len(seen) == 20: os.kill(os.getpid(), int(os.environ['KILL']))\n"
        "Landing._landed = landed; from main import main; main(sys.argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "packet", "merge", file, "--data", str(place.office.folder)],
        capture_output=True, check=False, env={**os.environ, "XCJS_PASSPHRASE": SECRET, "KILL": str(int(KILL))},
    )  # fmt: skip
    assert abs(done.returncode) == KILL
    assert place.office.look(everything) == before
    assert place.office.run("packet", "merge", file)[1]["applied"] == 40
    assert place.office.run("check")[0] == 0


def test_a_part_decrypted_holds_no_left_out_value(place: Place) -> None:
    secret = {"phone": "13987654321", "id_no": "42010619900307002X"}
    place.office.do("改", changing("cadre", place.people[0], **secret))
    outside = place.office.look(somebody_else)
    copy = place.give("会计学院党委", "--unit", "会计学院党委")
    dump = copy.look(all_in_it)
    assert "张伟" in dump and "建立台账" not in dump
    for value in (*secret.values(), outside["name"] + "'", outside["staff_no"] + "'"):
        assert value not in dump
    units = copy.look(
        lambda store: store.tuples("SELECT DISTINCT u.name FROM cadre c JOIN unit u ON u.uid = c.unit_uid")
    )
    assert units == [("会计学院党委",)]
    place.office.do("改", changing("cadre", place.people[0], title="教授", phone="13900001111"))
    place.answer("会计学院党委", copy)
    now = copy.one("cadre", place.people[0])
    assert (now["title"], now["phone"], now["id_no"]) == ("教授", "", "")


def test_what_lies_outside_a_part_is_read_only(place: Place) -> None:
    copy = place.give("会计学院党委", "--unit", "会计学院党委")
    unit = copy.look(lambda store: store.value("SELECT uid FROM unit WHERE name = '机关党委'"))

    with pytest.raises(Refused, match="不在带出的范围"):
        copy.do("改", changing("unit", unit, note="改一改"))
    copy.do("社区", lambda tx: ensure_community(tx, "江夏区", "纸坊街道", "新村社区"))
    copy.do("新增", new_person(place, "欧阳靖", "9001"))
    assert place.merge(copy)["conflicts"] == []


def both_work(stores: Sequence[Store], who: list[str], day: str, chance: random.Random) -> None:
    """At each desk three people are changed, and a visit of one is recorded."""
    for store in stores:
        with store.transact("改") as tx:
            for uid in chance.sample(who, 3):
                tx.update("cadre", uid, {chance.choice(["title", "education", "note"]): f"{day}-{chance.random():.3f}"})
            draft = VisitDraft(
                day, "08:00", "09:00", content="走访", late_reason="下社区", cadre_uid=chance.choice(who)
            )
            record_visit(tx, draft)


def decide_all(office: Store, chance: random.Random) -> int:
    """Everything that waits is decided, each by a step of its own; how many."""
    waiting = conflict_rows(office)
    for waits in waiting:
        take = "ACCEPT" if waits["kind"] == "RULE" else chance.choice(["OURS", "THEIRS"])
        with office.transact("处理") as tx:
            settle(tx, waits["uid"], RULES, take=take)
    return len(waiting)


def test_twenty_rounds_between_two_desks_end_equal(tmp_path: Path) -> None:
    """交换 through a shared folder: both sides change this and that, the office decides, and both end the same."""
    office, _code = create_ledger(tmp_path / "office", SECRET, org_name="湖北经济学院", year=2020, cost=CHEAP)
    who = people(office, 20)
    given = check_out(office, CheckoutAsk("二号电脑", "DESK"), tmp_path)
    open_copy(Path(given.file), tmp_path / "desk", given.code, SECRET)
    desk = open_ledger(tmp_path / "desk", SECRET)
    shared, chance = tmp_path / "共享", random.Random(20)
    shared.mkdir()
    decided = 0
    for turn in range(20):
        both_work((office, desk), who, f"2020-11-{turn + 1:02d}", chance)
        swap(desk, shared, RULES)
        swap(office, shared, RULES)
        decided += decide_all(office, chance)
    for store in (desk, office, desk):
        swap(store, shared, RULES)
    assert decided > 5
    assert travelling(office) == travelling(desk)
    swap(office, shared, RULES)
    there = sorted(shared.iterdir())
    assert len(there) == 2
    for store in (desk, office, desk):  # nothing new: nothing is written, nobody is kept busy
        report = swap(store, shared, RULES)
        assert (report.merged, report.written) == (None, [])
    assert sorted(shared.iterdir()) == there
    office.close()
    desk.close()
