"""Batches: a file per person, merged files, problems, names of files."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from core.base import disk
from core.base.errors import MachineFault, Refused
from reports.kit import qr
from reports.kit.batch import Job, write_files
from reports.kit.fonts import typeface
from reports.kit.page import Box, Sheets, standard_foot
from tests.reports import pdfa_check
from tests.reports.samples import page_texts, printed


def job(name: str, pages: int = 1) -> Job:
    """A person with so many numbered pages."""

    def draw(sheets: Sheets) -> None:
        sheets.foot = standard_foot("XCJS-00", baseline=800)
        for _ in range(pages):
            sheets.page().text(90, 90, name, typeface("body").for_name(name), 14)

    return Job(name, f"表_{name}.pdf", f"表—{name}", draw)


def test_a_file_for_each_person_and_progress(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    done = write_files([job("张三", 2), job("李𬭎")], tmp_path, progress=lambda n, total: seen.append((n, total)))
    assert [path.name for path in done.files] == ["表_张三.pdf", "表_李𬭎.pdf"]
    assert (done.pages, done.people, done.problems) == (3, 2, [])
    assert seen == [(1, 2), (2, 2)]
    assert page_texts(done.files[0]) == ["张三XCJS-00第1页共2页", "张三XCJS-00第2页共2页"]
    with pikepdf.open(done.files[1]) as pdf:
        assert str(pdf.docinfo["/Title"]) == "表—李𬭎"
    assert [pdfa_check.findings(path) for path in done.files] == [[], []]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["表_张三.pdf", "表_李𬭎.pdf"]


def test_a_character_no_font_has_is_a_box_and_told_with_its_place(tmp_path: Path) -> None:
    for merged in (False, True):
        done = write_files([job("张三"), job("李\ue000", 2), job("王五")], tmp_path / str(merged), merged=merged)
        assert (done.people, done.pages) == (3, 4)
        (problem,) = done.problems
        assert problem.label == "李\ue000" and not problem.blocking
        assert "U+E000在第1页“李\ue000”、第2页“李\ue000”" in str(problem)


def test_one_person_who_cannot_be_printed_does_not_stop_the_others(tmp_path: Path) -> None:
    def broken(sheets: Sheets) -> None:
        sheets.page().photo(b"no picture", Box(0, 0, 10, 10))

    for merged in (False, True):
        jobs = [job("张三"), Job("李四", "李四.pdf", "李四", broken), job("王五")]
        done = write_files(jobs, tmp_path / str(merged), merged=merged)
        assert (done.people, [one.label for one in done.problems if one.blocking]) == (2, ["李四"])


def test_merged_files_have_an_entry_per_person_even_pages_and_a_limit(tmp_path: Path) -> None:
    people = [job("张三", 1), job("李四", 2), job("王五", 3)]
    done = write_files(people, tmp_path, merged=True, merged_name="考核评价表", per_file_limit=2, duplex=True)
    assert [path.name for path in done.files] == ["考核评价表_001.pdf", "考核评价表_002.pdf"]
    assert done.pages == 2 + 2 + 4
    with pikepdf.open(done.files[0]) as pdf:
        with pdf.open_outline() as outline:
            assert [str(item.title) for item in outline.root] == ["张三", "李四"]
        assert len(pdf.pages) == 4
    assert page_texts(done.files[0])[2].endswith("第1页共2页")
    assert [pdfa_check.findings(path) for path in done.files] == [[], []]


def test_reprint_of_one_page_keeps_its_number(tmp_path: Path) -> None:
    done = write_files([job("张三", 3)], tmp_path, only_pages={2})
    assert page_texts(done.files[0]) == ["张三XCJS-00第2页共3页"]


def test_same_names_do_not_overwrite_each_other(tmp_path: Path) -> None:
    done = write_files([job("张三"), job("张三")], tmp_path)
    assert [path.name for path in done.files] == ["表_张三.pdf", "表_张三（2）.pdf"]


def test_folder_that_cannot_be_written_is_a_fault_in_words(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    with pytest.raises(MachineFault, match="是一个文件"):
        write_files([job("张三")], blocked / "sub")


def test_no_part_file_is_left_when_the_target_is_taken(tmp_path: Path) -> None:
    (tmp_path / "表_张三.pdf").mkdir()
    with pytest.raises(MachineFault, match="是一个文件夹"):
        write_files([job("张三")], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["表_张三.pdf"]


def test_a_file_held_by_a_virus_scanner_is_put_in_place_a_moment_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, rename = [2], Path.replace

    def sometimes(self: Path, target: Path) -> Path:
        if held[0]:
            held[0] -= 1
            raise PermissionError(13, "held")
        return rename(self, target)

    monkeypatch.setattr(disk, "_PATIENCE", (0.0, 0.0, 0.0))
    monkeypatch.setattr(Path, "replace", sometimes)
    write_files([job("甲")], tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["表_甲.pdf"]


def test_qr_says_form_year_and_uid_but_nobody_s_name() -> None:
    text = qr.payload("E", 2020, "0193aabbccddeeff0011223344556677")
    assert qr.read(text) == qr.Found("E", "2020", "223344556677")
    with pytest.raises(Refused):
        qr.read(text[:-1] + ("0" if text[-1] != "0" else "1"))


def test_photo_that_is_no_picture_stops_that_person_only(tmp_path: Path) -> None:
    bad = Job("张三", "a.pdf", "a", lambda sheets: sheets.page().photo(b"no picture", Box(90, 90, 71, 99)))
    done = write_files([bad, job("李四")], tmp_path)
    assert done.people == 1
    assert "照片" in str(done.problems[0])


def test_photos_that_are_not_rgb_are_made_so(tmp_path: Path) -> None:
    packed = io.BytesIO()
    Image.new("CMYK", (25, 35), (0, 200, 0, 0)).save(packed, "JPEG")
    picture = packed.getvalue()
    path = printed(tmp_path / "a.pdf", lambda sheets: sheets.page().photo(picture, Box(90, 90, 71, 99)))
    assert pdfa_check.findings(path) == []
    with pikepdf.open(path) as pdf:
        (image,) = pdf.pages[0].Resources.XObject.values()
        assert image.ColorSpace == pikepdf.Name.DeviceRGB
