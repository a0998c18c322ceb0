"""归档: the folder of a closed year stays as it was; any change of a byte is found and the file is named."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from core.archive.checking import FolderCheck, check_folder
from core.archive.closing import close_year, closed_figures, corrections
from core.archive.filing import (
    CATALOGUE,
    CHECKSUMS,
    find_item,
    item_rows,
    keep_checksums,
    read_checksums,
    set_terms,
    sha256_of,
)
from core.base.errors import InvalidInput, MachineFault, Refused
from core.evaluation.ops import draft_main_work
from core.ledger import memory_ledger
from core.roster.membership import move
from core.roster.ops import archive_cadre
from core.service_log.ops import void_visits
from core.store import Store
from reports import archive as room
from reports.archive import archive
from reports.kit.batch import Job, Printed, PrintProblem
from tests.conftest import PATIENCE
from tests.factory import people, visits
from tests.reports import pdfa_check
from tests.reports.samples import page_texts


@pytest.fixture
def ledger() -> Iterator[Store]:
    store = memory_ledger()
    people(store, 6)
    visits(store, 40)
    with store.transact("2020年度结账") as tx:
        close_year(tx, 2020)
    yield store
    store.close()


def test_the_folder_holds_every_form_under_its_number_as_pdfa(ledger: Store, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    done = archive(ledger, 2020, tmp_path, progress=lambda at, of: told.append((at, of)))
    assert done.folder == tmp_path / "2020年度归档" and done.problems == []
    names = [path.relative_to(done.folder).as_posix() for path in done.files]
    assert names[0] == "考核评价表/2020-DQ13-D30-0001_考核评价表_张伟_0001.pdf"
    assert sum(name.startswith("纪实手册/") for name in names) == 6
    assert [name.split("_", 1)[1] for name in names if name.startswith("结账时")] == [
        "结账时服务情况汇总.pdf", "结账时服务情况汇总（按单位、网格）.pdf",
    ]  # fmt: skip
    assert names[-2:] == [CATALOGUE, CHECKSUMS] and told[-1] == (14, 15)  # no corrections: no such table
    assert pdfa_check.findings(done.files[0]) == []
    rows = item_rows(ledger, 2020)
    assert [row["item_no"] for row in rows] == [f"2020-DQ13-D30-{number:04d}" for number in range(1, 15)]
    assert {row["file_name"]: row["sha256"] for row in rows}.items() <= read_checksums(done.folder).items()
    assert sum(row["pages"] for row in rows) == done.pages
    sheet = CalamineWorkbook.from_path(done.folder / CATALOGUE).get_sheet_by_index(0).to_python()
    assert sheet[1][:2] == ["全宗号", "件号"] and len(sheet) == 2 + 14 + 2
    assert "共14件" in str(sheet[-1][0]) and "30年" in str(sheet[-1][0])
    if sums := shutil.which("sha256sum"):  # the list is one that others can check; Windows has no such program
        checked = subprocess.run(
            [sums, "--quiet", "-c", CHECKSUMS], cwd=done.folder, check=False, capture_output=True, timeout=PATIENCE
        )
        assert checked.returncode == 0
    assert check_folder(done.folder).ok


def test_one_changed_byte_a_missing_and_an_added_file_are_named(ledger: Store, tmp_path: Path) -> None:
    done = archive(ledger, 2020, tmp_path)
    first, second = done.files[0], done.files[1]
    content = bytearray(first.read_bytes())
    content[len(content) // 2] ^= 1
    first.write_bytes(content)
    second.unlink()
    (done.folder / "纪实手册" / "别的.pdf").write_bytes(b"x")
    found = check_folder(done.folder)
    assert found.changed == (first.relative_to(done.folder).as_posix(),)
    assert found.missing == (second.relative_to(done.folder).as_posix(),)
    assert found.extra == ("纪实手册/别的.pdf",) and not found.ok
    with pytest.raises(Refused, match="不是归档文件夹"):
        check_folder(tmp_path)
    (done.folder / CHECKSUMS).write_text("坏的\n", encoding="utf-8")
    with pytest.raises(Refused, match="第1行"):
        check_folder(done.folder)
    (done.folder / CHECKSUMS).unlink()  # taken away: the ledger knows the folder and names what is gone
    found = check_folder(done.folder, ledger)
    assert found.missing == (second.relative_to(done.folder).as_posix(), CHECKSUMS) and not found.list_changed
    assert found.changed == (first.relative_to(done.folder).as_posix(),) and found.untold == ""
    with pytest.raises(Refused, match="不是归档文件夹"):
        check_folder(done.folder)
    with pytest.raises(Refused, match="不是归档文件夹"):
        check_folder(tmp_path, ledger)


def forge(folder: Path, name: str) -> None:
    """Change a byte of a file, and its line in the list with it."""
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    keep_checksums(folder, {**read_checksums(folder), name: sha256_of(folder / name)})


def test_a_file_changed_together_with_its_line_is_found_by_the_ledger_alone(ledger: Store, tmp_path: Path) -> None:
    done = archive(ledger, 2020, tmp_path / "一")
    again = archive(ledger, 2020, tmp_path / "二")
    name = done.files[3].relative_to(done.folder).as_posix()
    assert check_folder(done.folder, ledger) == FolderCheck(len(done.files) - 1)
    forge(done.folder, name)
    alone = check_folder(done.folder)
    assert alone.ok and "看不出来" in alone.untold
    found = check_folder(done.folder, ledger)
    assert found.changed == (name,) and found.list_changed and not found.ok and found.untold == ""
    assert check_folder(again.folder, ledger).ok  # archived twice: each folder has a list of its own
    forge(again.folder, CATALOGUE)
    assert check_folder(again.folder, ledger).changed == (CATALOGUE,)
    (again.folder / CHECKSUMS).write_text("坏的\n", encoding="utf-8")
    found = check_folder(again.folder, ledger)
    assert found.changed == (CATALOGUE,) and found.list_changed
    stranger = memory_ledger()
    assert "别的台账" in check_folder(done.folder, stranger).untold
    stranger.close()


def test_the_folder_is_found_again_from_wherever_it_was_named(
    ledger: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    archive(ledger, 2020, Path("归档"), forms=())
    (tmp_path / "别处").mkdir()
    monkeypatch.chdir(tmp_path / "别处")
    assert room.folder_of(ledger, 2020) == tmp_path / "归档" / "2020年度归档"


def test_a_renamed_file_and_one_taken_out_of_folder_and_list_are_named(ledger: Store, tmp_path: Path) -> None:
    done = archive(ledger, 2020, tmp_path)
    first, second = done.files[0], done.files[1]
    was, gone = (path.relative_to(done.folder).as_posix() for path in (first, second))
    first.rename(first.with_name("改了名.pdf"))
    second.unlink()
    keep_checksums(done.folder, {name: sha for name, sha in read_checksums(done.folder).items() if name != gone})
    (done.folder / "多的.txt").write_text("x", encoding="utf-8")
    found = check_folder(done.folder, ledger)
    assert found.renamed == ((was, "考核评价表/改了名.pdf"),) and found.missing == (gone,)
    assert found.extra == ("多的.txt",) and found.changed == ()
    assert len(found.lines) == 4 and found.lines[0].startswith("清单改动过")


def test_a_visit_changed_after_closing_leaves_folder_forms_and_hashes(ledger: Store, tmp_path: Path) -> None:
    sql = "SELECT visit_uid, cadre_uid FROM visit_tally WHERE state = 'CONFIRMED' AND track = 'OWN' AND minutes > 0 LIMIT 1"
    visit, cadre = ledger.tuples(sql)[0]
    done = archive(ledger, 2020, tmp_path / "一")
    before, rows = read_checksums(done.folder), item_rows(ledger, 2020)
    frozen = ledger.tuples("SELECT * FROM year_figure")
    with ledger.transact("作废服务记录") as tx:
        void_visits(tx, [visit], "重复登记")
    assert check_folder(done.folder).ok and read_checksums(done.folder) == before
    assert item_rows(ledger, 2020) == rows and ledger.tuples("SELECT * FROM year_figure") == frozen
    assert {one.subject_uid for one in corrections(ledger, 2020) if one.kind == "CADRE"} == {cadre}
    with pytest.raises(Refused, match="不会覆盖"):
        archive(ledger, 2020, tmp_path / "一")
    # archived again elsewhere: the frozen figures, the correction told beside them, the same numbers
    again = archive(ledger, 2020, tmp_path / "二")
    number = next(row["item_no"] for row in rows if row["cadre_uid"] == cadre and row["form"] == "evaluation")
    path = next(path for path in again.files if number in path.name)
    text = "".join(page_texts(path)).replace("\n", "")
    assert "结账后更正：业余次数" in text
    was = next(one for one in corrections(ledger, 2020) if one.kind == "CADRE" and one.key == "times").was
    assert f"业余次数{was}次→{was - 1}次" in text
    assert any("结账后更正" in file.name for file in again.files)
    assert [row["item_no"] for row in item_rows(ledger, 2020)][:14] == [row["item_no"] for row in rows]
    for spoil in (Path.unlink, lambda path: path.write_text("坏的\n", encoding="utf-8")):
        spoil(done.folder / CHECKSUMS)  # which of the two archives it is, its files tell
        found = check_folder(done.folder, ledger)
        assert (found.changed, found.renamed, found.extra) == ((), (), ()) and set(found.missing) <= {CHECKSUMS}


def test_who_was_in_the_closed_lists_is_archived_whatever_was_corrected_since(ledger: Store, tmp_path: Path) -> None:
    gone, moved, removed = (row[0] for row in ledger.tuples("SELECT uid FROM cadre ORDER BY staff_no LIMIT 3"))
    unit = ledger.value("SELECT unit.name FROM cadre JOIN unit ON unit.uid = unit_uid WHERE cadre.uid = ?", (moved,))
    with ledger.transact("更正") as tx:  # he had left before the year; she was in another unit; a record made twice
        archive_cadre(tx, gone, "2019-12-01", "调离")
        other = tx.tuples(
            "SELECT unit_uid, uid FROM branch WHERE unit_uid <> (SELECT unit_uid FROM cadre WHERE uid = ?)", (moved,)
        )
        move(tx, moved, *other[0])
        name = tx.value("SELECT name FROM cadre WHERE uid = ?", (removed,))
        for table in ("visit", "membership"):
            for (uid,) in tx.tuples(f"SELECT uid FROM {table} WHERE cadre_uid = ?", (removed,)):
                tx.delete(table, uid)
        tx.delete("cadre", removed)
    done = archive(ledger, 2020, tmp_path, forms=("evaluation",))
    filed = [row["cadre_uid"] for row in item_rows(ledger, 2020) if row["cadre_uid"]]
    frozen = [uid for _kind, uid in closed_figures(ledger, 2020, "CADRE")]
    assert filed == [uid for uid in frozen if uid != removed] and gone in filed
    lost, doubtful = done.problems
    assert (lost.label, lost.blocking) == (name, True)
    assert "2020年不在册" in doubtful.text and not doubtful.blocking  # filed as it was closed, and said
    assert done.lacking == "1人结账以后已不在名册里，没有表"
    part = archive(ledger, 2020, tmp_path, unit=unit, forms=("evaluation",))
    names = dict(ledger.tuples("SELECT uid, name FROM cadre"))
    assert any(path.name.endswith(f"考核评价表_{names[moved]}_0002.pdf") for path in part.files)


def title_and_notes(folder: Path) -> tuple[str, dict[str, str]]:
    """The first line of the 归档文件目录, and the remark of each file."""
    rows = CalamineWorkbook.from_path(folder / CATALOGUE).get_sheet_by_index(0).to_python()
    head = next(row for row in rows if "备注" in row)
    at = rows.index(head)
    name, note = head.index("文件名"), head.index("备注")
    return str(rows[0][0]), {str(row[name]): str(row[note]) for row in rows[at + 1 :] if row[name]}


def test_a_rare_character_leaves_no_hole_and_stands_in_the_remarks(ledger: Store, tmp_path: Path) -> None:
    first = ledger.value("SELECT uid FROM cadre ORDER BY staff_no LIMIT 1")
    with ledger.transact("改名") as tx:
        tx.update("cadre", first, {"name": "张𫚉"})
    done = archive(ledger, 2020, tmp_path)
    assert done.lacking == "" and len(item_rows(ledger, 2020)) == 14 and done.words.startswith("已归档")
    assert {one.label for one in done.problems} == {"2020年度考核评价表 张𫚉（0001）", "2020年度纪实手册 张𫚉（0001）"}
    assert all("“𫚉”（U+2B689）在第1页“张𫚉" in one.text and not one.blocking for one in done.problems)
    title, notes = title_and_notes(done.folder)
    assert title == "湖北经济学院2020年度归档文件目录"
    assert sorted(name for name, note in notes.items() if "方框" in note) == sorted(
        name for name in notes if name.endswith("张𫚉_0001.pdf")
    )
    noted = [row["note"] for row in item_rows(ledger, 2020) if row["cadre_uid"] == first]
    assert len(noted) == 2 and all("手写补上" in note for note in noted)


def test_an_archive_with_a_hole_says_so_first(ledger: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One person's form fails, and every handbook: named in the answer, in the catalogue and in the history."""
    write = room.write_files

    def fails(jobs: list[Job], *rest: Any, **more: Any) -> Printed:
        if "手册" in jobs[0].file_name or "张伟_0001" in jobs[0].file_name:
            return Printed(problems=[PrintProblem(jobs[0].label, "照片已损坏。")])
        return write(jobs, *rest, **more)

    monkeypatch.setattr(room, "write_files", fails)
    done = archive(ledger, 2020, tmp_path)
    assert done.lacking == "缺7件：考核评价表1件（张伟）、纪实手册全部6件"
    assert done.words.startswith("归档不全，缺7件：考核评价表1件（张伟）、纪实手册全部6件。已归档")
    assert "2020年度纪实手册 张伟（0001）：照片已损坏。" in [str(one) for one in done.problems]
    title, _ = title_and_notes(done.folder)
    assert title == f"湖北经济学院2020年度归档文件目录（不全，{done.lacking}）"
    assert ledger.value("SELECT label FROM history ORDER BY seq DESC LIMIT 1").endswith("（不全）")


def test_whom_a_form_passes_over_leaves_his_number_free_and_takes_no_ones_place(
    ledger: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first person's handbook comes to nothing: his number stays empty, and each book lies under its owner's."""
    from reports import people_forms

    first = str(ledger.value("SELECT uid FROM cadre ORDER BY staff_no LIMIT 1"))
    collect = people_forms.collect_handbook
    monkeypatch.setattr(
        people_forms,
        "collect_handbook",
        lambda reads, uids, *rest, **more: collect(reads, [uid for uid in uids if uid != first], *rest, **more),
    )
    done = archive(ledger, 2020, tmp_path, forms=("handbook",))
    assert done.lacking == "缺1件：纪实手册1件（张伟）"
    assert [str(one) for one in done.problems] == ["2020年度纪实手册 张伟（0001）：没有可以打印的内容。"]
    books = [row for row in item_rows(ledger, 2020) if row["form"] == "handbook"]
    assert len(books) == 5
    for row in books:
        name = str(ledger.value("SELECT name FROM cadre WHERE uid = ?", (row["cadre_uid"],)))
        assert name in page_texts(done.folder / row["file_name"])[0] and name in row["title"]


def test_a_text_that_contradicts_the_frozen_figures_is_named_and_filed_all_the_same(tmp_path: Path) -> None:
    store = memory_ledger()
    uids = people(store, 3)
    visits(store, 12)
    with store.transact("生成") as tx:
        draft_main_work(tx, uids, 2020)
    visit = store.value("SELECT uid FROM visit WHERE cadre_uid = ? AND state = 'CONFIRMED'", (uids[1],))
    with store.transact("作废") as tx:
        void_visits(tx, [visit], "重复登记")
    with store.transact("2020年度结账") as tx:
        close_year(tx, 2020)
    done = archive(store, 2020, tmp_path)
    (told,) = done.problems
    assert told.label == f"2020年度考核评价表 {store.value('SELECT name FROM cadre WHERE uid = ?', (uids[1],))}（0002）"
    assert "请核对后改正文字" in told.text and not told.blocking
    assert done.lacking == "" and len([row for row in item_rows(store, 2020) if row["cadre_uid"] == uids[1]]) == 2
    store.close()


def test_an_interrupted_archive_is_taken_up_again(
    ledger: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Pulled(Exception):
        pass

    def pull(at: int, _of: int) -> None:
        if at == 4:
            raise Pulled

    with pytest.raises(Pulled):
        archive(ledger, 2020, tmp_path, progress=pull)
    part = tmp_path / "2020年度归档.part"
    made = {path: path.stat().st_mtime_ns for path in part.rglob("*.pdf")}
    assert len(made) == 4 and not (tmp_path / "2020年度归档").exists() and item_rows(ledger, 2020) == []
    drawn: list[str] = []
    write = room.write_files
    monkeypatch.setattr(
        room, "write_files", lambda jobs, *a, **k: drawn.append(jobs[0].file_name) or write(jobs, *a, **k)
    )
    done = archive(ledger, 2020, tmp_path)
    assert len(drawn) == 14 - 4 and not part.exists() and check_folder(done.folder).ok
    assert sum(row["pages"] for row in item_rows(ledger, 2020)) == done.pages


def test_a_folder_that_cannot_be_put_leaves_no_rows(
    ledger: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.replace

    def fails(self: Path, target: Path) -> Path:
        if self.is_dir():
            raise OSError(28, "No space left")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(MachineFault, match="再归档一次"):
        archive(ledger, 2020, tmp_path)
    assert item_rows(ledger, 2020) == []


def test_an_open_year_and_a_foreign_part_are_refused(ledger: Store, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="还没有结账"):
        archive(ledger, 2019, tmp_path)
    (tmp_path / "2020年度归档.part").mkdir()
    with pytest.raises(Refused, match="没做完"):
        archive(ledger, 2020, tmp_path)
    with pytest.raises(InvalidInput, match="没有名为"):
        archive(ledger, 2020, tmp_path, unit="物理学院")


def test_very_long_and_odd_names_make_file_names_windows_takes(ledger: Store, tmp_path: Path) -> None:
    long = "阿卜杜热合曼·" + "买买提江·" * 8 + "王䶮"
    with ledger.transact("改名") as tx:
        uids = [row[0] for row in tx.tuples("SELECT uid FROM cadre ORDER BY staff_no LIMIT 2")]
        tx.update("cadre", uids[0], {"name": long, "staff_no": "20200000000123456789"})
        tx.update("cadre", uids[1], {"name": "J. Smith Jr.", "staff_no": ""})
    done = archive(ledger, 2020, tmp_path)
    assert done.problems == [] and check_folder(done.folder, ledger).ok
    for path in done.files:
        assert len(path.name.encode("utf-16-le")) // 2 <= 80 - len("_扫描99") and path.exists()
        assert not set('\\/:*?"<>|') & set(path.name) and not path.stem.endswith((" ", "."))
    assert done.files[0].name.startswith("2020-DQ13-D30-") and "_20200000000123456789.pdf" in "".join(
        path.name for path in done.files
    )


def test_terms_are_editable_and_a_typed_number_finds_the_item(ledger: Store, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as told, ledger.transact("设定") as tx:
        set_terms(tx, {"archive_class": "DQ 13", "archive_term": "D30", "archive_term_lists": ""})
    assert set(told.value.fields) == {"archive_class", "archive_term_lists"}
    with ledger.transact("归档设定") as tx:
        set_terms(
            tx, {"archive_fond": "X042", "archive_class": "DQ14", "archive_term": "D10", "archive_term_lists": "Y"}
        )
    done = archive(ledger, 2020, tmp_path, unit="会计学院党委", forms=("evaluation",))
    assert done.folder.name == "2020年度归档_会计学院党委"
    assert done.files[0].name == "2020-DQ14-D10-0001_考核评价表_张伟_0001.pdf"
    item = item_rows(ledger, 2020)[0]
    assert find_item(ledger, 2020, item["item_no"]) == item == find_item(ledger, 2020, "0001")
    assert find_item(ledger, 2020, "9999") is None
