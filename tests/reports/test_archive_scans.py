"""Signed scans of our own forms, turned and noisy, find their item by the code; what is not read is typed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from core.archive.checking import check_folder
from core.archive.closing import close_year
from core.archive.filing import SCAN_CATALOGUE, item_rows, keep_checksums, read_checksums, sha256_of
from core.base.errors import Refused
from core.ledger import memory_ledger
from core.store import Store
from reports.archive import Archived, archive
from reports.archive_scans import file_scans, page_picture
from tests.factory import people, visits


@pytest.fixture
def filed(tmp_path: Path) -> Iterator[tuple[Store, Archived]]:
    store = memory_ledger()
    people(store, 3)
    visits(store, 12)
    with store.transact("2020年度结账") as tx:
        close_year(tx, 2020)
    yield store, archive(store, 2020, tmp_path / "归档")
    store.close()


def pictures(path: Path, dpi: int = 150) -> list[Image.Image]:
    """The pages of a form as a scanner sees them."""
    with pypdfium2.PdfDocument(path) as document:
        return [page.render(scale=dpi / 72).to_pil().convert("RGB").copy() for page in document]


def lock(path: Path) -> None:
    """Give a PDF a passphrase."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(user="1", owner="2"))


def worn(picture: Image.Image, angle: float, seed: int) -> Image.Image:
    """Turned, grey and with specks."""
    made = picture.rotate(angle, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
    dice = random.Random(seed)
    for _ in range(made.width * made.height // 150):
        shade = dice.randrange(256)
        made.putpixel((dice.randrange(made.width), dice.randrange(made.height)), (shade, shade, shade))
    return made


def test_turned_and_noisy_pages_find_their_item_and_a_pile_is_cut(
    filed: tuple[Store, Archived], tmp_path: Path
) -> None:
    store, done = filed
    scans = tmp_path / "扫描"
    scans.mkdir()
    first, second, third = (pictures(path) for path in done.files[:3])
    worn(first[0], 180, 1).save(scans / "a.jpg", quality=70)
    worn(first[1], 4, 2).save(scans / "b.png")
    pile = [
        worn(second[0], 90, 3),
        worn(second[1], -3, 4),
        worn(third[0], 1, 5),
        Image.new("RGB", (800, 1100), "white"),
    ]
    pile[0].save(scans / "c.pdf", save_all=True, append_images=pile[1:], resolution=150)
    worn(third[1], 2, 6).save(scans / "d.tif")
    book = next(path for path in done.files if path.parent.name == "纪实手册")
    (scans / "手册.pdf").write_bytes(book.read_bytes())
    found = file_scans(store, 2020, scans)
    names = [path.name for path in found.files]
    assert names[:3] == [f"{path.stem}_扫描.pdf" for path in done.files[:3]]
    assert names[3] == f"{book.stem}_扫描.pdf"
    assert [(one.page.key, one.reason) for one in found.unread] == [("c.pdf:4", "没有读到二维码")]
    rows = [row for row in item_rows(store, 2020) if row["scanned"]]
    with pypdfium2.PdfDocument(book) as document:
        assert [row["pages"] for row in rows] == [2, 2, 2, len(document)]
    assert check_folder(done.folder).ok and (done.folder / SCAN_CATALOGUE).exists()
    assert page_picture(scans / "c.pdf", 4).startswith(b"\x89PNG")
    # once more with the number typed: only the page that was left is filed, as a further scan of that item
    again = file_scans(store, 2020, scans, typed={"c.pdf:4": "0003"})
    assert [path.name for path in again.files] == [f"{done.files[2].stem}_扫描2.pdf"]
    assert again.unread == [] and again.already == sum(row["pages"] for row in rows)
    assert check_folder(done.folder, store).ok and check_folder(done.folder, store).untold == ""
    assert file_scans(store, 2020, scans).files == []
    # a scan exchanged for another and written into the folder's list: the ledger kept what it filed
    scan = again.files[0]
    scan.write_bytes(found.files[0].read_bytes())
    name = scan.relative_to(done.folder).as_posix()
    keep_checksums(done.folder, {**read_checksums(done.folder), name: sha256_of(scan)})
    assert check_folder(done.folder).ok and check_folder(done.folder, store).changed == (name,)


def test_a_scan_of_another_year_or_of_nobody_stays_out(filed: tuple[Store, Archived], tmp_path: Path) -> None:
    store, done = filed
    scans = tmp_path / "扫描"
    scans.mkdir()
    (scans / "e.pdf").write_bytes(done.files[0].read_bytes())
    found = file_scans(store, 2021, scans, into=done.folder)
    assert found.files == [] and {one.reason for one in found.unread} == {"这是2020年的表"}
    assert file_scans(store, 2020, scans, typed={"e.pdf:1": "7777", "e.pdf:2": "7777"}).files == []
    with pytest.raises(Refused, match="找不到2019年"):
        file_scans(store, 2019, scans)
    other = memory_ledger()
    people(other, 1)
    with other.transact("2020年度结账") as tx:
        close_year(tx, 2020)
    foreign = archive(other, 2020, tmp_path / "别处")
    other.close()
    (tmp_path / "别的").mkdir()
    (tmp_path / "别的" / "x.pdf").write_bytes(foreign.files[0].read_bytes())
    found = file_scans(store, 2020, tmp_path / "别的")
    assert found.files == [] and all("别的台账" in one.reason for one in found.unread)
    (scans / "坏.pdf").write_bytes(b"%PDF-1.7 nothing")
    with pypdfium2.PdfDocument(done.files[1]) as document:
        document.save(scans / "锁.pdf")
    lock(scans / "锁.pdf")
    found = file_scans(store, 2020, scans)  # these two are told, the good one is filed
    assert [(one.page.label, one.page.number) for one in found.unread] == [("坏.pdf", 0), ("锁.pdf", 0)]
    assert "损坏" in found.unread[0].reason and "口令" in found.unread[1].reason
    assert [path.name for path in found.files] == [f"{done.files[0].stem}_扫描.pdf"]
    with pytest.raises(Refused, match="没有扫描件"):
        file_scans(store, 2020, tmp_path)


def test_a_picture_that_breaks_off_or_is_too_large_is_told_and_the_others_are_filed(
    filed: tuple[Store, Archived], tmp_path: Path
) -> None:
    store, done = filed
    scans = tmp_path / "扫描"
    scans.mkdir()
    first, second = pictures(done.files[0])[0], pictures(done.files[1])[0]
    first.save(scans / "断.jpg")
    whole = (scans / "断.jpg").read_bytes()
    (scans / "断.jpg").write_bytes(whole[: len(whole) // 2])
    first.save(scans / "断.png")
    whole = (scans / "断.png").read_bytes()
    (scans / "断.png").write_bytes(whole[: len(whole) // 2])
    Image.new("1", (20_000, 20_000)).save(scans / "大.png")
    second.save(scans / "好.png", dpi=(1, 1))  # what a camera writes
    found = file_scans(store, 2020, scans, typed={"断.png:1": "0001"})  # a number does not mend it
    assert {one.page.label for one in found.unread} == {"断.jpg", "断.png", "大.png"}
    assert all("重新扫描" in one.reason and one.page.number == 0 for one in found.unread)
    assert [path.name for path in found.files] == [f"{done.files[1].stem}_扫描.pdf"]
    with pypdfium2.PdfDocument(found.files[0]) as document:
        assert max(document[0].get_size()) < 1200  # points: a sheet, not a field
    with pytest.raises(Refused, match=r"断\.jpg”第1页"):
        page_picture(scans / "断.jpg", 1)


def test_two_forms_on_one_page_are_left_to_the_eye(filed: tuple[Store, Archived], tmp_path: Path) -> None:
    store, done = filed
    scans = tmp_path / "扫描"
    scans.mkdir()
    left, right = pictures(done.files[0])[0], pictures(done.files[1])[0]
    both = Image.new("RGB", (left.width + right.width, left.height), "white")
    both.paste(left, (0, 0))
    both.paste(right, (left.width, 0))
    both.save(scans / "两份.png")
    found = file_scans(store, 2020, scans)
    assert found.files == [] and [one.page.key for one in found.unread] == ["两份.png:1"]
    assert "几份表的二维码" in found.unread[0].reason
    assert file_scans(store, 2020, scans, typed={"两份.png:1": "0002"}).files[0].name.startswith(done.files[1].stem)
