"""How long the map takes to paint (aim: p95 of panning at most 16 ms with 19 grids and 150 buildings, 60 ms with 10,000).

python -m bench.map_repaint              (1400x900, over a picture of 3000x2000, drawn by the processor)
"""

from __future__ import annotations

import os
import random

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from bench.measure import report_ms
from ui.kit import theme
from ui.map.canvas import MapCanvas
from ui.map.look import ramp
from ui.map.shapes import MapBuilding, MapGrid, MapScene
from ui.start import make_application

WIDE, HIGH = 3000, 2000
COLUMNS, ROWS, GRIDS = 5, 4, 19
STEPS = 300


def picture() -> QImage:
    """A plan with streets and blocks, in full colour."""
    image = QImage(WIDE, HIGH, QImage.Format.Format_RGB32)
    image.fill(QColor("#eef1ea"))
    dice = random.Random(1)
    painter = QPainter(image)
    for _ in range(900):
        colour = QColor.fromHsv(dice.randrange(360), 40, 220)
        painter.fillRect(dice.randrange(WIDE), dice.randrange(HIGH), dice.randrange(20, 120), 40, colour)
    painter.end()
    return image


def scene(buildings: int) -> MapScene:
    """19 grids in rows, each with its figure, and buildings strewn over them."""
    dice = random.Random(2)
    wide, high = WIDE / COLUMNS, HIGH / ROWS
    grids = []
    for at in range(GRIDS):
        x, y = at % COLUMNS * wide, at // COLUMNS * high
        right = WIDE if at == GRIDS - 1 else x + wide
        ring = ((x, y), (x + wide / 2, y), (right, y), (right, y + high), (x + wide / 2, y + high), (x, y + high))
        grids.append(MapGrid(f"g{at}", f"第{at + 1}网格", str(at + 1), ring, f"{at * 3} 人", at % 5))
    marks = [
        MapBuilding(f"b{at}", dice.uniform(0, WIDE), dice.uniform(0, HIGH), f"东苑{at + 1}栋", at % 3 == 0)
        for at in range(buildings)
    ]
    return MapScene(grids, marks, (WIDE, HIGH))


def measure(app: QApplication, buildings: int) -> None:
    """Panning, zooming and a first paint of one scene."""
    canvas = MapCanvas()
    canvas.resize(1400, 900)
    canvas.set_ground(picture())
    canvas.set_scene(scene(buildings), ramp())
    canvas.show()
    app.processEvents()
    canvas.select("g7")
    step = 0

    def pan() -> None:
        nonlocal step
        step += 1
        canvas.pan(-14 if step // 100 % 2 else 14, -9 if step // 60 % 2 else 9)
        canvas.repaint()

    def anew() -> None:
        canvas.forget()
        canvas.repaint()

    def wheel() -> None:
        nonlocal step
        step += 1
        canvas.zoom(1.2 if step // 8 % 2 else 1 / 1.2, QPointF(700, 450))
        canvas.repaint()

    for name, factor in (("whole", 1.0), ("twice as near", 2.0), ("six times", 3.0)):
        canvas.zoom(factor)
        report_ms(f"{buildings:,} buildings, panning, {name}", pan, STEPS)
        report_ms(f"{buildings:,} buildings, all anew, {name}", anew, 30)
    canvas.fit()
    report_ms(f"{buildings:,} buildings, zooming by wheel", wheel, 60)
    canvas.close()


def main() -> None:
    """Print median, 95 % and worst of each."""
    app = make_application()
    theme.apply(app, dark=False, points=10)
    for buildings in (150, 10_000):
        measure(app, buildings)


if __name__ == "__main__":
    main()
