"""A PDF as pictures: sizes of its pages, and each page drawn when it is wanted. The file itself is not held open."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSizeF
from PySide6.QtGui import QImage

from core.base.errors import MachineFault

KEPT_IMAGES = 12
POINTS_PER_INCH = 72


class PdfPages:
    """Pages of a document; `image(page, width)` is cached, `draw` is not."""

    def __init__(self, source: Path | bytes) -> None:
        import pypdfium2

        name = source.name if isinstance(source, Path) else "这份文件"
        try:
            # Read as bytes: Windows would not let the file be printed again while it is open here.
            data = source.read_bytes() if isinstance(source, Path) else source
            self._document: Any = pypdfium2.PdfDocument(data)
            self.sizes = [QSizeF(*self._document.get_page_size(at)) for at in range(len(self._document))]
        except (OSError, pypdfium2.PdfiumError) as error:
            raise MachineFault(f"“{name}”打不开，它可能没有写完或已损坏。", "请重新生成一次。") from error
        self._images: OrderedDict[tuple[int, int], QImage] = OrderedDict()

    def __len__(self) -> int:
        return len(self.sizes)

    def image(self, page: int, width: int) -> QImage:
        """The page, `width` device pixels wide."""
        key = (page, width)
        if key in self._images:
            self._images.move_to_end(key)
            return self._images[key]
        while len(self._images) >= KEPT_IMAGES:
            self._images.popitem(last=False)
        image = self._images[key] = self.draw(page, width / self.sizes[page].width())
        return image

    def draw(self, page: int, scale: float) -> QImage:
        """The page at `scale` device pixels per point."""
        sheet = self._document[page]
        try:
            bitmap = sheet.render(scale=scale, prefer_bgrx=True)
            view = QImage(bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB32)
            image = view.copy()  # the bitmap's memory goes with it
            bitmap.close()
        finally:
            sheet.close()
        return image

    def close(self) -> None:
        """Free the document."""
        self._images.clear()
        self._document.close()
