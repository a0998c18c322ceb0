"""A PDF as pictures: sizes of its pages, and each page drawn when it is wanted. The file itself is not held open."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

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
            self._data = source.read_bytes() if isinstance(source, Path) else source
            with pypdfium2.PdfDocument(self._data) as document:
                self.sizes = [QSizeF(*document.get_page_size(at)) for at in range(len(document))]
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
        import pypdfium2

        # Opened for each page (9 ms with 1,500 pages): nothing of the library outlives a widget nobody closes.
        with pypdfium2.PdfDocument(self._data) as document:  # closes its pages too
            bitmap = document[page].render(scale=scale, prefer_bgrx=True)
            view = QImage(bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB32)
            image = view.copy()  # the bitmap's memory goes with it
            bitmap.close()
        return image

    def close(self) -> None:
        """Free what is kept of the document."""
        self._images.clear()
        self._data = b""
