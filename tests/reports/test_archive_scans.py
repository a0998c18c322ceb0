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
