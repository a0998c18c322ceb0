"""The envelope with operators, wrong passphrases slowed, and the list of looks at masked numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.base.errors import Refused
from core.store import Store, Wiring, keys, reveals, tries, windows_account
from tests.conftest import Clock

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}
KEY = bytes(range(32))


def envelope() -> dict:
    made = keys.make_envelope(KEY, "台账的总口令", "22222-33333", CHEAP)
    return keys.set_operator(made, KEY, "王芳", "王芳自己的口令")[0]


def test_an_operator_opens_by_his_own_passphrase_and_by_no_other() -> None:
    both = keys.set_operator(envelope(), KEY, "李 明", "李明自己的口令")[0]
    assert keys.open_as_operator(both, "李明", "李明自己的口令") == KEY
    assert keys.open_with_passphrase(both, "台账的总口令") == KEY
    for name, secret in (("王芳", "李明自己的口令"), ("王芳", "台账的总口令"), ("赵六", "王芳自己的口令")):
        with pytest.raises(Refused, match="姓名或口令不对"):
            keys.open_as_operator(both, name, secret)


def test_the_envelope_names_nobody_and_survives_a_flipped_byte() -> None:
    data = bytearray(keys.dump(envelope()))
    assert "王芳".encode() not in data and b"\\u738b" not in data
    assert len(keys.logins(envelope())) == 1
    data[40] ^= 1
    found, damaged = keys.load(bytes(data))
    assert damaged and keys.open_as_operator(found, "王芳", "王芳自己的口令") == KEY


def test_the_same_name_stands_under_another_id_in_another_ledger() -> None:
    assert keys.login_id(envelope(), "王芳") != keys.login_id(envelope(), "王芳")


def test_an_old_envelope_knows_no_operators_and_opens_as_ever() -> None:
    old = keys.make_envelope(KEY, "台账的总口令", "22222-33333", CHEAP)
    assert not keys.knows(old, "王芳") and keys.logins(old) == frozenset()
    assert keys.open_with_passphrase(keys.load(keys.dump(old))[0], "台账的总口令") == KEY
    assert keys.open_with_recovery(old, "22222-33333") == KEY


def test_who_left_opens_nothing_neither_by_passphrase_nor_by_his_account() -> None:
    made, login = keys.set_operator(envelope(), KEY, "李明", "李明自己的口令")
    made = keys.set_account(made, "PC\\liming", login, b"box")
    made = keys.set_account(made, "PC\\office", "", b"other")
    gone = keys.remove_operator(made, login)
    assert not keys.knows(gone, "李明") and keys.knows(gone, "王芳")
    assert keys.account_box(gone, "PC\\liming") is None
    assert keys.account_box(gone, "PC\\office") == (b"other", "")
    assert keys.account_box(keys.remove_account(gone, "PC\\office"), "PC\\office") is None


def test_a_new_passphrase_takes_the_place_of_the_old_one() -> None:
    again, _login = keys.set_operator(envelope(), KEY, "王芳", "换过的新口令")
    assert keys.open_as_operator(again, "王芳", "换过的新口令") == KEY
    with pytest.raises(Refused):
        keys.open_as_operator(again, "王芳", "王芳自己的口令")
    assert len(keys.logins(again)) == 1


def test_outside_windows_no_account_is_offered() -> None:
    if windows_account.account():
        box = windows_account.protect(KEY)
        assert box is not None and windows_account.unprotect(box) == KEY
    else:
        assert windows_account.protect(KEY) is None and windows_account.unprotect(b"box") is None


# -- wrong ones are slowed ----------------------------------------------------------------------------------------------


def fail(folder: Path) -> None:
    with pytest.raises(Refused, match="口令不对"), tries.counted(folder):
        raise Refused(keys.WRONG_PASSPHRASE)


def test_the_wait_begins_after_three_and_grows_to_a_minute() -> None:
    assert [tries.delay(wrong) for wrong in range(12)] == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_try_before_its_time_is_not_even_looked_at(tmp_path: Path, clock: Clock) -> None:
    for _ in range(3):
        fail(tmp_path)
    clock.at += 0.5
    with pytest.raises(Refused, match="请等1秒再试"), tries.counted(tmp_path):
        pytest.fail("the secret must not be tried")
    clock.at += 0.5
    fail(tmp_path)
    assert tries.seconds_left(tmp_path) == 2
    clock.at += 2
    with tries.counted(tmp_path):
        pass
    assert not (tmp_path / tries.FILE).exists() and tries.seconds_left(tmp_path) == 0


@pytest.mark.parametrize(
    "text",
    ["", "\x00\xff", "[]", '{"wrong": "x", "at": 1}', '{"wrong": 99, "at": 9e99}', '{"wrong": 99, "at": NaN}',
     '{"wrong": 1e400, "at": 5}', '{"wrong": -5, "at": 1000}', '{"wrong": 99999999, "at": 1000.0}'],
)  # fmt: skip
def test_whatever_the_file_says_nobody_waits_longer_than_a_minute(tmp_path: Path, clock: Clock, text: str) -> None:
    (tmp_path / tries.FILE).write_text(text, encoding="utf-8")
    clock.at = 1000.0
    assert 0 <= tries.seconds_left(tmp_path) <= 60
    clock.at += 60
    with tries.counted(tmp_path):
        pass


def test_a_clock_put_back_does_not_lock_out(tmp_path: Path, clock: Clock) -> None:
    for _ in range(3):
        fail(tmp_path)
    clock.at -= 1_000_000
    assert tries.seconds_left(tmp_path) == 0


def test_the_file_holds_a_count_and_a_time_only(tmp_path: Path, clock: Clock) -> None:
    clock.at = 1000.0
    fail(tmp_path)
    assert json.loads((tmp_path / tries.FILE).read_text(encoding="utf-8")) == {"wrong": 1, "at": 1000.0}


# -- looks at masked numbers --------------------------------------------------------------------------------------------


def test_a_look_is_written_down_outside_history() -> None:
    store = Store.in_memory(operator="王芳", wiring=Wiring())
    reveals.record(store, "cadre", ["a1", "b2"], ["phone", "id_no"])
    reveals.record(store, "volunteer", ["c3"], ["phone"])
    rows = reveals.recorded(store)
    assert [(row["tbl"], row["row_uid"], row["field"]) for row in rows] == [
        ("volunteer", "c3", "phone"),
        ("cadre", "b2", "id_no"),
        ("cadre", "b2", "phone"),
        ("cadre", "a1", "id_no"),
        ("cadre", "a1", "phone"),
    ]
    assert {row["operator"] for row in rows} == {"王芳"} and all(row["at"] and row["device"] for row in rows)
    assert [row["row_uid"] for row in reveals.recorded(store, table="cadre", uid="a1")] == ["a1", "a1"]
    assert store.steps() == [] and store.undo_candidate() is None
