"""How the map is looked at: scale and place, in whole device pixels so that pictures stay sharp while panning."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from ui.map.shapes import Box, Point

LEAST, MOST = 0.4, 60.0  # scales, as multiples of the one at which everything is seen
FIT_MARGIN = 0.97


class Lens:
    """Map to view and back. `scale` is logical pixels per map unit; `ratio` device pixels per logical pixel."""

    def __init__(self) -> None:
        self.scale, self.ratio = 1.0, 1.0
        self.left, self.top = 0, 0  # device pixels from the map's origin to the view's upper left corner
        self.width, self.height = 1.0, 1.0  # of the view, logical pixels
        self.bounds: Box = (0.0, 0.0, 1.0, 1.0)

    @property
    def device_scale(self) -> float:
        """Device pixels per map unit."""
        return self.scale * self.ratio

    @property
    def fit_scale(self) -> float:
        """The scale at which everything is seen."""
        wide, high = self.bounds[2] - self.bounds[0], self.bounds[3] - self.bounds[1]
        return FIT_MARGIN * min(self.width / wide, self.height / high)

    def to_view(self, point: Point) -> QPointF:
        """Where a map point stands in the view."""
        scale = self.scale * self.ratio
        return QPointF((point[0] * scale - self.left) / self.ratio, (-point[1] * scale - self.top) / self.ratio)

    def to_map(self, at: QPointF) -> Point:
        """The map point under a place of the view."""
        scale = self.scale * self.ratio
        return ((at.x() * self.ratio + self.left) / scale, -(at.y() * self.ratio + self.top) / scale)

    def visible(self) -> Box:
        """The part of the map in view."""
        left, top = self.to_map(QPointF(0, 0))
        right, bottom = self.to_map(QPointF(self.width, self.height))
        return (left, bottom, right, top)

    def fit(self) -> None:
        """See everything."""
        self.scale = self.fit_scale
        self.centre_on(((self.bounds[0] + self.bounds[2]) / 2, (self.bounds[1] + self.bounds[3]) / 2))

    def centre_on(self, point: Point) -> None:
        """Bring a point to the middle of the view."""
        self._put(point, QPointF(self.width / 2, self.height / 2))

    def zoom(self, factor: float, at: QPointF) -> None:
        """Nearer or farther; what is at `at` stays there."""
        held = self.to_map(at)
        self.scale = min(max(self.scale * factor, self.fit_scale * LEAST), self.fit_scale * MOST)
        self._put(held, at)

    def pan(self, dx: float, dy: float) -> None:
        """Move the map by logical pixels; some of it always stays in view."""
        middle = self.to_map(QPointF(self.width / 2 - dx, self.height / 2 - dy))
        x = min(max(middle[0], self.bounds[0]), self.bounds[2])
        y = min(max(middle[1], self.bounds[1]), self.bounds[3])
        if (x, y) == middle:
            self.left -= round(dx * self.ratio)
            self.top -= round(dy * self.ratio)
        else:
            self.centre_on((x, y))

    def resize(self, width: float, height: float, ratio: float) -> None:
        """Another size of the view; the middle stays, and a map seen whole is seen whole again."""
        whole = abs(self.scale / self.fit_scale - 1) < 0.001
        middle = self.to_map(QPointF(self.width / 2, self.height / 2))
        self.width, self.height, self.ratio = max(width, 1.0), max(height, 1.0), ratio
        if whole:
            self.fit()
        else:
            self.centre_on(middle)

    def _put(self, point: Point, at: QPointF) -> None:
        scale = self.scale * self.ratio
        self.left = round(point[0] * scale - at.x() * self.ratio)
        self.top = round(-point[1] * scale - at.y() * self.ratio)
