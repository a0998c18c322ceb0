"""扫描件归档: pages of a folder of scans go to the item their QR names, or a typed number; the scan is the record.

Pages of a PDF are taken over as they are; a picture becomes one page. Nothing filed before is changed: further pages of an
item become a further scan of it. A page already filed is known by its source and passed over.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.archive.checking import note_list
from core.archive.filing import (
    SCAN_CATALOGUE,
    SCANS,
    find_item,
    item_rows,
    keep_checksums,
    read_checksums,
    record_items,
    sha256_of,
    terms,
)
from core.base.clock import today
from core.base.disk import fault, in_words, put_in_place
from core.base.errors import Refused
from core.base.rights import Right
from core.sheet.writing import write_sheet
from core.store import Reads, Row, Store, Tx
from reports.archive import catalogue_fields, folder_of, remember_folder
from reports.kit import qr

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = frozenset({".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff"})
_FORMS = {"E": "evaluation", "H": "handbook"}
_DPI = (150, 250)  # read quickly first, then closely
_LEAST_DPI = 75  # no scanner reads more coarsely
_SOURCE = re.compile(r"\[([0-9a-f]{12}):(\d+)\]")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a scan: its file, its number in it (from 1), and what is known of where it belongs."""

    path: Path
    number: int  # 0: the file as a whole, which cannot be opened
    source: str  # '[hash of the file:page]', by which a filed page is known again

    @property
    def label(self) -> str:
        """'扫描1.pdf 第2页', as the page is named to people."""
        return f"{self.path.name} 第{self.number}页" if self.number else self.path.name

    @property
    def key(self) -> str:
        """'扫描1.pdf:2', by which a number is typed for it."""
        return f"{self.path.name}:{self.number}"


@dataclass(frozen=True, slots=True)
class Unread:
    """A page that found no item, and why."""

    page: Page
    reason: str


@dataclass(slots=True)
class Filed:
    """What became of a folder of scans."""

    files: list[Path] = field(default_factory=list)
    pages: int = 0
    already: int = 0  # pages filed before
    unread: list[Unread] = field(default_factory=list)
    step: int | None = None


def file_scans(
    store: Store,
    year: int,
    folder: Path,
    *,
    into: Path | None = None,
    typed: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Filed:
    """File the scans of `folder` into the year's archive folder `into` (default: where it was put on this machine).

    typed: number (item number, its last four digits, or 工号) by '文件名:页'. What could not be read is listed in `unread`.
    """
    store.require(Right.CLOSE_YEAR)
    target = into or folder_of(store, year)
    if target is None:
        raise Refused(f"找不到{year}年的归档文件夹。", "请先归档，或指明归档文件夹在哪里。")
    sums = read_checksums(target)
    known = {one for row in item_rows(store, year) for one in _sources(row["note"])}
    done = Filed()
    pages = _pages(folder, done)
    by_item: dict[str, list[Page]] = {}
    items: dict[str, Row] = {}
    before: tuple[str, Row | None, bool] = ("", None, False)  # file, item of the page before, whether it is a book
    for at, page in enumerate(pages, 1):
        if page.source in known:
            done.already += 1
            before = ("", None, False)
        else:
            try:
                item, reason, book = _item_of(store, year, page, typed or {}, before)
            except Refused as error:  # opened, but cut off or broken further in: the others go on
                item, reason, book, page = None, str(error), False, Page(page.path, 0, "")
            if item is None:
                done.unread.append(Unread(page, reason))
            else:
                items[item["item_no"]] = item
                by_item.setdefault(item["item_no"], []).append(page)
            before = (str(page.path), item, book)
        if progress:
            progress(at, len(pages))
    if by_item:
        _file(store, year, target, sums, items, by_item, done)
    return done


def scans_job(store: Store, order: Mapping[str, Any], progress: Callable[..., None]) -> dict[str, Any]:
    """`file_scans` for the child process: the answer as JSON."""
    into = Path(order["into"]) if order.get("into") else None
    year, folder = int(order["year"]), Path(order["scans"])
    done = file_scans(store, year, folder, into=into, typed=order["typed"], progress=progress)
    if into is not None:
        remember_folder(store, year, into)
    return {
        "files": len(done.files),
        "pages": done.pages,
        "already": done.already,
        "unread": [[str(one.page.path), one.page.number, one.page.source, one.reason] for one in done.unread],
        "step": done.step,
    }


def page_picture(path: Path, number: int, dpi: int = 110) -> bytes:
    """A page as PNG, for the eye of who types its number."""
    out = BytesIO()
    _picture(path, number, dpi).save(out, "PNG")
    return out.getvalue()


def _item_of(
    store: Reads, year: int, page: Page, typed: Mapping[str, str], before: tuple[str, Row | None, bool]
) -> tuple[Row | None, str, bool]:
    """The item of a page (or why there is none), and whether pages without a code may follow it (a handbook has one code)."""
    if text := typed.get(page.key, "").strip():
        _picture(page.path, page.number, _DPI[0])  # what cannot be read is not filed either
        item = find_item(store, year, text)
        return item, f"没有找到“{text}”的归档文件", item is not None and item["form"] == "handbook"
    codes = _codes(page)
    if len(codes) > 1:
        return None, "这一页上有几份表的二维码，最好分开扫描", False
    for found in codes:
        form = _FORMS.get(found.form, "")
        if found.year != str(year) or not form:
            return None, f"二维码是{found.year}年的另一种表" if form == "" else f"这是{found.year}年的表", False
        return (
            find_item(store, year, found.uid_tail, form),
            "二维码上的人在这个台账里没有归档文件，可能是别的台账印的表",
            form == "handbook",
        )
    path, item, book = before
    if book and item is not None and path == str(page.path):
        return item, "", True
    return None, "没有读到二维码", False


def _codes(page: Page) -> set[qr.Found]:
    """The codes of our forms on a page, however it lies; those of forms that are filed, if there are any."""
    import zxingcpp

    for dpi in _DPI:
        picture = _picture(page.path, page.number, dpi)
        found = set()
        for one in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)):
            with suppress(Refused):  # a code of somebody else's on the same page
                found.add(qr.read(one.text))
        if found:
            return {one for one in found if one.form in _FORMS} or found
        if page.path.suffix.lower() != ".pdf":
            break  # a picture has only the points it has
    return set()


def _file(
    store: Store,
    year: int,
    target: Path,
    sums: dict[str, str],
    items: Mapping[str, Row],
    by_item: Mapping[str, list[Page]],
    done: Filed,
) -> None:
    """Write the new scans, note them in the ledger, then in the folder's lists."""
    there: dict[str, int] = {}
    for row in item_rows(store, year):
        there[row["item_no"]] = max(there.get(row["item_no"], 0), row["scanned"])
    rows, parts = [], []
    room = target.with_name(
        f"{target.name}.扫描件.part"
    )  # beside it: what was stopped halfway is no change of the folder
    shutil.rmtree(room, ignore_errors=True)
    for item_no, pages in by_item.items():
        item, scanned = items[item_no], there[item_no] + 1
        stem = Path(item["file_name"]).stem
        name = f"{SCANS}/{stem}_扫描{scanned if scanned > 1 else ''}.pdf"
        part = room / f"{item_no}.pdf"
        _write(part, pages)
        parts.append((part, target / name))
        rows.append({
            **{key: item[key] for key in ("item_no", "form", "cadre_uid", "retention")},
            "title": f"{item['title']}（扫描件）", "file_name": name, "pages": len(pages), "scanned": scanned,
            "sha256": sha256_of(part), "note": "；".join(f"{one.label}{one.source}" for one in pages),
        })  # fmt: skip
    with store.transact(f"扫描件归档：{year}年度，{len(rows)}件") as tx:
        record_items(tx, year, rows)
        with in_words(target, "扫描件没有归档："):
            (target / SCANS).mkdir(exist_ok=True)
        for part, path in parts:
            with in_words(path, "扫描件没有归档："):
                put_in_place(part, path)
        with suppress(OSError):  # empty, but looked at by another program
            room.rmdir()
        _list_scans(tx, year, target, sums, rows)
    done.step, done.files = tx.outcome.step, [path for _part, path in parts]
    done.pages = sum(row["pages"] for row in rows)


def _list_scans(tx: Tx, year: int, target: Path, sums: dict[str, str], rows: list[Row]) -> None:
    """The catalogue and the list with the new scans; the ledger keeps the list in the same step."""
    fond = terms(tx).fond
    scans = [{**row, "fond": fond} for row in item_rows(tx, year) if row["scanned"]]
    note = f"共{len(scans)}件，截至{today().isoformat()}；扫描件为归档原件，打印的表为其底稿。"
    write_sheet(catalogue_fields(), scans, target / SCAN_CATALOGUE, f"{year}年度扫描件目录", note, "扫描件目录")
    new = {row["file_name"]: row["sha256"] for row in rows}
    full = {**sums, **new, SCAN_CATALOGUE: sha256_of(target / SCAN_CATALOGUE)}
    note_list(tx, year, target.name, full, sums)
    keep_checksums(target, full)


def _write(path: Path, pages: list[Page]) -> None:
    import pypdfium2

    made = pypdfium2.PdfDocument.new()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for page in pages:
            if page.path.suffix.lower() == ".pdf":
                with pypdfium2.PdfDocument(page.path) as source:
                    made.import_pages(source, [page.number - 1])
            else:
                _add_picture(made, page)
        whole = BytesIO()  # a disk that is full is an error of this file then, and told as one
        made.save(whole)
        path.write_bytes(whole.getvalue())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise fault(error, path, "扫描件没有归档：") from error
    finally:
        made.close()


def _add_picture(document: Any, page: Page) -> None:
    """A picture as one page of its own size; a JPEG is taken over byte for byte."""
    import pypdfium2

    picture = pypdfium2.PdfImage.new(document)
    with _open(page.path, page.number) as opened:
        told = float(opened.info.get("dpi", (0, 0))[0])
        dpi = told if told >= _LEAST_DPI else 200.0  # cameras write 1 or 72, whatever they see
        width, height = opened.width * 72 / dpi, opened.height * 72 / dpi
        sheet = document.new_page(width, height)
        if opened.format == "JPEG":
            picture.load_jpeg(page.path, inline=True)
        else:
            bitmap = pypdfium2.PdfBitmap.from_pil(opened.convert("RGB"))
            picture.set_bitmap(bitmap)
            bitmap.close()
    picture.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
    sheet.insert_obj(picture)
    sheet.gen_content()
    sheet.close()


def _pages(folder: Path, done: Filed) -> list[Page]:
    """The pages of all files; a file that cannot be opened is told among the unread, the others go on."""
    found: list[Page] = []
    for path in _files(folder):
        try:
            found += _pages_of(path)
        except Refused as error:
            done.unread.append(Unread(Page(path, 0, ""), str(error)))
    return found


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise Refused(f"没有“{folder}”这个文件夹。", "请选择放扫描件的文件夹。")
    found = sorted(path for path in folder.iterdir() if path.is_file() and path.suffix.lower() in SUFFIXES)
    if not found:
        raise Refused(f"“{folder}”里没有扫描件。", "扫描件应是 PDF、JPG、PNG 或 TIFF。")
    return found


def _pages_of(path: Path) -> Iterator[Page]:
    import pypdfium2

    try:
        if path.suffix.lower() == ".pdf":
            with pypdfium2.PdfDocument(path) as document:
                count = len(document)
        else:
            with _open(path, 1) as opened:
                count = int(getattr(opened, "n_frames", 1))
        head = sha256_of(path)[:12]
    except _unreadable() as error:
        if getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise Refused(f"扫描件“{path.name}”有口令，打不开。", "请去掉口令另存一份。") from error
        raise _broken(path) from error
    for number in range(1, count + 1):
        yield Page(path, number, f"[{head}:{number}]")


def _picture(path: Path, number: int, dpi: int) -> Image:
    import pypdfium2

    try:
        if path.suffix.lower() != ".pdf":
            with _open(path, number) as opened:
                return opened.convert("L")
        with pypdfium2.PdfDocument(path) as document:
            made: Image = document[number - 1].render(scale=dpi / 72, grayscale=True).to_pil().copy()
            return made
    except _unreadable() as error:
        raise _broken(path, number) from error


def _unreadable() -> tuple[type[Exception], ...]:
    """What the readers of PDF and pictures say of a file that is damaged, or of a picture too large to be a page."""
    import pypdfium2
    from PIL import Image

    return OSError, ValueError, Image.DecompressionBombError, pypdfium2.PdfiumError


def _broken(path: Path, number: int = 0) -> Refused:
    which = f"第{number}页" if number else ""
    return Refused(
        f"扫描件“{path.name}”{which}打不开，可能已损坏或太大。", "请用300 dpi以内重新扫描，或把它移出这个文件夹。"
    )


def _open(path: Path, number: int) -> Image:
    from PIL import Image

    opened = Image.open(path)
    opened.seek(number - 1)
    return opened


def _sources(note: str) -> list[str]:
    return [match[0] for match in _SOURCE.finditer(note)]
