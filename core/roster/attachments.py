"""The photo of a person."""

from __future__ import annotations

import io

from core.base.errors import Refused
from core.store import Tx
from core.store.attachments import attach

PHOTO_SIZE = (295, 413)  # one inch at 300 dpi, as the forms print it


def set_photo(tx: Tx, cadre_uid: str, data: bytes, name: str = "照片.jpg") -> str:
    """Give a person a photo instead of the one before."""
    jpeg = photo_jpeg(data)
    for (old,) in tx.tuples(
        "SELECT uid FROM attachment WHERE owner_table = 'cadre' AND owner_uid = ? AND role = 'photo'", (cadre_uid,)
    ):
        tx.delete("attachment", old)
    return attach(tx, "cadre", cadre_uid, jpeg, name=name, media="image/jpeg", role="photo")


def photo_jpeg(data: bytes) -> bytes:
    """Any picture as RGB JPEG of at most 295 x 413, turned upright, without camera data; Refused if it is none."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as opened:
            upright = ImageOps.exif_transpose(opened)
            picture = Image.new("RGB", upright.size, "white")
            mask = upright.convert("RGBA").getchannel("A")
            picture.paste(upright.convert("RGB"), mask=mask)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise Refused("这个文件不是可以识别的照片。", "请选择 JPG 或 PNG 图片。") from None
    picture.thumbnail(PHOTO_SIZE, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()
