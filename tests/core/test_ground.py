"""The picture under the grids: what people have (photos, scans, exported maps) goes in, whatever its size and kind."""

from __future__ import annotations

import random
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from core.base.errors import InvalidInput
from core.ledger import memory_ledger
from core.place.geojson import write_geojson
from core.place.ground import import_ground
from core.place.map_queries import map_plan, plan_picture
from core.store import Row, Store
from core.store.attachments import MAX_BYTES
from tests.core.test_map_files import fill


@pytest.fixture
def store() -> Iterator[Store]:
    made = memory_ledger()
    yield made
    made.close()


def put(store: Store, path: Path) -> tuple[Row, bytes]:
    with store.transact("图") as tx:
        import_ground(tx, path)
    plan = map_plan(store) or {}
    return plan, plan_picture(store, plan["uid"]) or b""


def noisy(size: tuple[int, int]) -> Image.Image:
    """What a photo is to a compressor: nothing repeats."""
    return Image.frombytes("RGB", size, random.Random(1).randbytes(3 * size[0] * size[1]))


def test_a_turned_photo_of_a_phone_goes_in(store: Store, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees: its own bytes cannot be kept
    noisy((3000, 2400)).save(tmp_path / "拍.jpg", quality=60, exif=exif)
    plan, data = put(store, tmp_path / "拍.jpg")
    assert (plan["width"], plan["height"]) == (2400, 3000)
    assert 0 < len(data) <= MAX_BYTES
    assert Image.open(BytesIO(data)).format == "JPEG"


def test_a_picture_too_large_to_keep_is_packed_smaller_at_the_same_size(store: Store, tmp_path: Path) -> None:
    noisy((2800, 2800)).save(tmp_path / "扫描.png", compress_level=1)
    assert (tmp_path / "扫描.png").stat().st_size > MAX_BYTES
    plan, data = put(store, tmp_path / "扫描.png")
    assert (plan["width"], plan["height"]) == (2800, 2800)
    assert 0 < len(data) <= MAX_BYTES


@pytest.mark.parametrize(("mode", "suffix"), [("RGBA", "png"), ("LA", "png"), ("CMYK", "jpg"), ("I;16", "png")])
def test_a_picture_is_kept_in_colours_every_reader_knows(store: Store, tmp_path: Path, mode: str, suffix: str) -> None:
    Image.new(mode, (40, 30)).save(tmp_path / f"图.{suffix}")
    _, data = put(store, tmp_path / f"图.{suffix}")
    assert Image.open(BytesIO(data)).mode in ("L", "RGB")


def test_what_is_clear_is_paper_and_grey_stays_grey(store: Store, tmp_path: Path) -> None:
    Image.new("RGBA", (40, 30), (0, 0, 0, 0)).save(tmp_path / "透明.png")
    _, data = put(store, tmp_path / "透明.png")
    assert Image.open(BytesIO(data)).convert("RGB").getpixel((5, 5)) == (255, 255, 255)
    Image.new("I;16", (40, 30), 0x8000).save(tmp_path / "灰.png")
    _, data = put(store, tmp_path / "灰.png")
    assert Image.open(BytesIO(data)).convert("L").getpixel((5, 5)) == pytest.approx(128, abs=1)


def world(path: Path, *lines: Any) -> None:
    path.write_text("\n".join(str(line) for line in lines), encoding="ascii")


def test_a_world_file_beside_sets_the_coordinates(store: Store, tmp_path: Path) -> None:
    Image.new("RGB", (300, 200), "white").save(tmp_path / "图.png")
    world(tmp_path / "图.pgw", 10, 0, 0, -10, 5, 1995)
    plan, _ = put(store, tmp_path / "图.png")
    assert (plan["width"], plan["height"]) == (3000, 2000)


@pytest.mark.parametrize(
    "lines",
    [
        (10, 2, 2, -10, 5, 1995),  # turned
        (1e-5, 0, 0, -1e-5, 114.43, 30.46),  # degrees
        (10, 0, 0, -10, 505, 1995),  # begins elsewhere
        ("a", 0, 0, 0, 0, 0),
        (10, 0),
        ("nan", 0, 0, -10, 5, 1995),
        (0, 0, 0, 0, 0, 0),
    ],
)
def test_a_world_file_of_another_ground_is_passed_over(store: Store, tmp_path: Path, lines: tuple[Any, ...]) -> None:
    Image.new("RGB", (300, 200), "white").save(tmp_path / "图.png")
    world(tmp_path / "图.pgw", *lines)
    plan, _ = put(store, tmp_path / "图.png")
    assert (plan["width"], plan["height"]) == (300, 200)


def test_an_exported_picture_lies_in_another_ledger_as_it_lay(store: Store, tmp_path: Path) -> None:
    fill(store)
    Image.new("RGB", (1500, 1000), "white").save(tmp_path / "小.png")
    put(store, tmp_path / "小.png")  # half the pixels on the same ground
    files = write_geojson(store, "grids", tmp_path / "出.geojson")
    other = memory_ledger()
    plan, _ = put(other, next(one for one in files if one.suffix == ".png"))
    assert (plan["width"], plan["height"]) == (3000, 2000)
    other.close()


def test_a_pdf_whose_pages_go_round_in_a_circle_is_said(tmp_path: Path) -> None:
    pages = b"2 0 obj\n<< /Type /Pages /Kids [2 0 R] /Count 1 >>\nendobj\n"
    head = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    (tmp_path / "圈.pdf").write_bytes(head + pages + b"trailer\n<< /Size 3 /Root 1 0 R >>\n%%EOF\n")
    store = memory_ledger()
    with pytest.raises(InvalidInput, match=r"圈\.pdf"), store.transact("放入平面图") as tx:
        import_ground(tx, tmp_path / "圈.pdf")
