"""What is left of a damaged table: all rows but those on the spoilt pages, counted; and the workbook of everything readable."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.base.errors import Refused
from core.ledger import create_ledger, memory_ledger, open_ledger
from core.looks import looks
from core.salvage import save_readable
from core.store import Store, Wiring, files, salvage
from tests.factory import people, visits

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}
SECRET = "口令一二三四"
VISITS = 900


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A ledger with many visits."""
    store, _code = create_ledger(tmp_path / "台账", SECRET, org_name="某校", year=2020, cost=CHEAP)
    people(store, 20)
    visits(store, VISITS)
    store.close()
    return tmp_path / "台账"


def visit_leaves(folder: Path) -> list[int]:
    """Pages of the file that hold visits: those whose damage costs some of them, found by trying."""
    file = files.ledger_file(folder)
    sound, found = file.read_bytes(), []
    for page in range(len(sound) // 4096 // 2, len(sound) // 4096, 3):  # behind the schema
        spoil(folder, [page])
        store = Store.open(folder, SECRET, read_only=True, wiring=Wiring())
        rows, holes = salvage.readable(store, "visit")
        store.close()
        file.write_bytes(sound)
        if holes and 0 < len(rows) < VISITS:
            found.append(page)
            if len(found) == 4:
                break
    return found


def spoil(folder: Path, pages: list[int]) -> None:
    file = files.ledger_file(folder)
    data = bytearray(file.read_bytes())
    for page in pages:
        data[page * 4096 + 1000] ^= 1
    file.write_bytes(data)


def test_all_but_the_spoilt_pages(folder: Path, tmp_path: Path) -> None:
    pages = visit_leaves(folder)
    assert len(pages) == 4
    spoil(folder, [pages[0], pages[3]])
    store = open_ledger(folder, SECRET, read_only=True)
    rows, holes = salvage.readable(store, "visit")
    assert holes == 2 and VISITS - 60 < len(rows) < VISITS
    assert len({row["uid"] for row in rows}) == len(rows)
    assert salvage.readable(store, "cadre")[1] == 0
    saved = {one.table: one for one in save_readable(store, tmp_path / "读出.xlsx")}
    store.close()
    assert (saved["visit"].rows, saved["visit"].holes) == (len(rows), 2)
    assert saved["cadre"].sentence == "党员干部：读出 20 条。"
    assert saved["visit"].sentence.endswith("，有 2 处读不出来。")


def test_the_workbook_is_in_words(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    store = memory_ledger()
    people(store, 3)
    visits(store, 2)
    with store.transact("备注") as tx:
        tx.update("cadre", tx.value("SELECT uid FROM cadre WHERE staff_no = '0001'"), {"note": "=1+1"})
    save_readable(store, tmp_path / "读出.xlsx")
    store.close()
    book = load_workbook(tmp_path / "读出.xlsx")
    assert "含姓名、手机" in str(book["说明"]["A2"].value)
    cadres, found = book["党员干部"], book["服务记录"]
    heads = [cell.value for cell in cadres[1]]
    row = dict(zip(heads, [cell.value for cell in cadres[2]], strict=True))
    assert (row["姓名"], row["备注"], row["工号"]) == ("张伟", "=1+1", "0001")
    assert "会计学院党委" in row.values()
    assert "张伟" in [cell.value for cell in found[2]]
    assert not [head for head in heads if head and str(head).isascii()]


def test_a_sound_table_and_an_empty_one() -> None:
    store = memory_ledger()
    people(store, 7)
    assert len(salvage.readable(store, "cadre")[0]) == 7
    assert salvage.readable(store, "visit") == ([], 0)
    with pytest.raises(KeyError):
        salvage.readable(store, "sqlite_schema")
    store.close()


def test_who_may_take_everything_is_asked_and_noted(folder: Path, tmp_path: Path) -> None:
    store = open_ledger(folder, SECRET, operator="李四", read_only=True)
    store.role = "REVIEW"
    with pytest.raises(Refused, match="只有管理人员能存下"):
        save_readable(store, tmp_path / "读出.xlsx")
    assert looks(store) == [] and not (tmp_path / "读出.xlsx").exists()
    store.role = "ADMIN"
    save_readable(store, tmp_path / "读出.xlsx")
    (look,) = looks(store)
    assert (look["operator"], look["what"]) == ("李四", "读得出的全部内容，存到“读出.xlsx”")
    store.close()
