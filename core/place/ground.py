"""The picture under the grids: PNG, JPEG or a page of a PDF; and the points that tie it to the earth."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.base.errors import InvalidInput, MachineFault, Refused
from core.place.map_queries import control_points, map_plan
from core.place.outlines import ring_of, ring_text
from core.place.queries import linked_community
from core.store import Row, Tx
from core.store.attachments import MAX_BYTES, attach

MOST_PIXELS = 6000  # of the longer side; a plan of a community needs no more
_DPI = 200  # of a PDF page
_MOST_BYTES = 200_000_000
_MODES = ("1", "L", "P", "RGB")  # colours that every window and printer knows
_QUALITIES = (90, 75, 50)  # of a JPEG, until it is small enough to keep


def import_ground(tx: Tx, path: Path | str, page: int = 1) -> str:
    """Put a picture under the grids of the linked community; returns the plan's uid.

    The first picture sets the coordinates: (0, 0) below left, one unit a pixel, or as the world file beside it says.
    A later one lies on the same ground, whatever its size; if its shape (width to height) differs, what is drawn is
    stretched with it.
    """
    community = linked_community(tx)
    if community is None:
        raise Refused("还没有设定联系社区，不能放平面图。", "请先在设置里填写联系社区。")
    data, media, pixels = read_picture(Path(path), page)
    plan = map_plan(tx)
    if plan is None:
        row = {"community_uid": community["uid"], "width": float(pixels[0]), "height": float(pixels[1])}
        uid = tx.insert("map_plan", row | (_world_size(Path(path)) or _room_for_outlines(tx, pixels)))
    else:
        uid = plan["uid"]
        _stretch(tx, plan, pixels)
    old = "SELECT uid FROM attachment WHERE owner_table = 'map_plan' AND owner_uid = ? AND role = 'plan'"
    for (attachment,) in tx.tuples(old, (uid,)):
        tx.delete("attachment", attachment)
    attach(tx, "map_plan", uid, data, name=Path(path).name, media=media, role="plan")
    return uid


def set_control_points(tx: Tx, plan_uid: str, points: Sequence[Mapping[str, Any]], datum: str = "WGS84") -> None:
    """The points (name, x, y, lon, lat) in place of those before, and the datum their longitude and latitude are in."""
    if datum not in ("WGS84", "GCJ02", "BD09"):
        raise InvalidInput({"datum": f"没有“{datum}”这种坐标系，可以用 WGS84、GCJ02（高德、腾讯）、BD09（百度）。"})
    if tx.one("SELECT uid FROM map_plan WHERE uid = ?", (plan_uid,)) is None:
        raise Refused("还没有放平面图，不能设控制点。", "请先放入平面图。")
    for number, one in enumerate(points, start=1):
        if not (-180 <= float(one["lon"]) <= 180 and -90 <= float(one["lat"]) <= 90):
            text = f"第{number}个点的经纬度（{one['lon']}，{one['lat']}）不对：经度在前，纬度在后。"
            raise InvalidInput({"lon": text})
    for row in control_points(tx, plan_uid):
        tx.delete("control_point", row["uid"])
    keys = ("x", "y", "lon", "lat")
    rows = [
        {"plan_uid": plan_uid, "name": str(one.get("name") or "")} | {key: float(one[key]) for key in keys}
        for one in points
    ]
    tx.insert_many("control_point", rows)
    tx.update("map_plan", plan_uid, {"datum": datum})


def read_picture(path: Path, page: int = 1) -> tuple[bytes, str, tuple[int, int]]:
    """(bytes, media, size in pixels) of a picture file or PDF page, upright and not larger than needed."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    data = _bytes_of(path)
    if data[:5] == b"%PDF-":
        return _packed(_pdf_page(data, path.name, page), photo=False)
    try:
        with Image.open(io.BytesIO(data)) as opened:
            opened.load()
            upright = ImageOps.exif_transpose(opened)
            known = opened.format in ("PNG", "JPEG") and opened.mode in _MODES and "transparency" not in opened.info
            small = max(opened.size) <= MOST_PIXELS and len(data) <= MAX_BYTES
            if known and small and not opened.getexif():
                return data, f"image/{str(opened.format).lower()}", opened.size
            return _packed(upright, photo=opened.format == "JPEG")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        text = f"“{path.name}”不是能用的图片，没有放入。"
        raise InvalidInput({"file": f"{text}请用 PNG、JPG 图片或 PDF 文件。"}) from error


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InvalidInput({"file": f"“{path.name}”超过200兆，没有放入，请先缩小图片。"})
        return path.read_bytes()
    except OSError as error:
        raise MachineFault(f"读不出“{path.name}”（{error.strerror}）。", "请检查文件的位置。") from error


def _pdf_page(data: bytes, name: str, page: int) -> Any:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise InvalidInput({"file": f"“{name}”打不开，可能有密码或已损坏，请换一个文件。"}) from error
    try:
        if not 1 <= page <= len(document):
            raise InvalidInput({"page": f"“{name}”只有{len(document)}页，没有第{page}页。"})
        leaf = document[page - 1]
        scale = min(_DPI / 72, MOST_PIXELS / max(leaf.get_size()))
        return leaf.render(scale=scale).to_pil()
    except pypdfium2.PdfiumError as error:  # a page tree that loops, a page that is not there
        raise InvalidInput(
            {"file": f"“{name}”第{page}页读不出，文件可能已损坏，请另存为图片（PNG）再放入。"}
        ) from error
    finally:
        document.close()


def _packed(picture: Any, *, photo: bool) -> tuple[bytes, str, tuple[int, int]]:
    """A picture as PNG, or as JPEG if it is a photo or a PNG would be too large to keep: then at the best that fits."""
    plain = _on_paper(picture)
    if max(plain.size) > MOST_PIXELS:
        plain = plain.convert("L" if plain.mode in ("1", "L") else "RGB")
        plain.thumbnail((MOST_PIXELS, MOST_PIXELS))
    if not photo:
        data = _saved(plain, "PNG")
        if len(data) <= MAX_BYTES:
            return data, "image/png", plain.size
    plain = plain if plain.mode in ("L", "RGB") else plain.convert("RGB")
    for quality in _QUALITIES:
        data = _saved(plain, "JPEG", quality=quality)
        if len(data) <= MAX_BYTES:
            break
    return data, "image/jpeg", plain.size


def _on_paper(picture: Any) -> Any:
    """The picture in colours everybody can show: what is clear becomes white, 16 bits of grey become 8."""
    from PIL import Image

    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if "A" in picture.mode or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        paper = Image.new("RGB", clear.size, "white")
        paper.paste(clear, mask=clear.getchannel("A"))
        return paper
    return picture if picture.mode in _MODES else picture.convert("RGB")


def _saved(picture: Any, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _world_size(path: Path) -> dict[str, float]:
    """Width and height by a world file beside, if its coordinates are of our kind: upright, from (0, 0) below left."""
    from PIL import Image, UnidentifiedImageError

    letters = path.suffix[1:].lower()
    for suffix in (f".{letters[:1]}{letters[-1:]}w", f".{letters}w", ".wld"):
        try:
            with path.with_suffix(suffix).open(encoding="ascii") as lines:
                values = [float(line) for line in lines.read(1000).split()]
            with Image.open(path) as picture:
                pixels = picture.size  # of the file: what is kept may be smaller
        except (OSError, ValueError, UnidentifiedImageError):
            continue
        if len(values) != 6 or not all(math.isfinite(one) for one in values):
            continue
        across, *turned, down, left, top = values
        width, height = across * pixels[0], -down * pixels[1]
        starts = abs(left - across / 2) <= across and abs(top - (height + down / 2)) <= -down  # to within a pixel
        if across > 0 > down and not any(turned) and starts:
            return {"width": width, "height": height}
    return {}


def _room_for_outlines(tx: Tx, pixels: tuple[int, int]) -> dict[str, float]:
    """Outlines drawn before there was a picture: it is laid over the ground they need if it has the same shape."""
    points = [point for (text,) in tx.tuples("SELECT outline FROM grid WHERE outline <> ''") for point in ring_of(text)]
    if not points:
        return {}
    right, top = max(x for x, _ in points), max(y for _, y in points)
    inside = right <= pixels[0] * 1.001 and top <= pixels[1] * 1.001
    if inside or min(right, top) <= 0:
        return {}
    scale = max(right / pixels[0], top / pixels[1])
    return {"width": pixels[0] * scale, "height": pixels[1] * scale}


def _stretch(tx: Tx, plan: Row, pixels: tuple[int, int]) -> None:
    """A picture of another shape: coordinates follow, so that everything stays over the same part of the picture."""
    height = plan["width"] * pixels[1] / pixels[0]
    if abs(height - plan["height"]) <= plan["height"] * 0.005:
        return
    factor = height / plan["height"]
    outlines = tx.tuples(
        "SELECT uid, outline FROM grid WHERE outline <> '' AND community_uid = ?", (plan["community_uid"],)
    )
    tx.update_many(
        "grid", [(uid, {"outline": ring_text([(x, y * factor) for x, y in ring_of(text)])}) for uid, text in outlines]
    )
    for table in ("building", "control_point"):
        rows = tx.tuples(f"SELECT uid, y FROM {table} WHERE y IS NOT NULL")
        tx.update_many(table, [(uid, {"y": y * factor}) for uid, y in rows])
    tx.update("map_plan", plan["uid"], {"height": height})
