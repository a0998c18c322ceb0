"""Takes the pictures in docs/screenshots: every page of the sample ledger, light and dark, at 100 % and 150 %.

Each scale is a process of its own (Qt reads the scale factor once).
"""

from __future__ import annotations

import io
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "screenshots"
SCALES = ("1", "1.5")
SIZE = (1440, 900)
Colour = tuple[int, int, int]
COLOURS, GROUNDS, NEAR = 256, 48, 150  # a palette picture is a third of the size and looks the same
PAUSE_MS = {"print": 4000}  # its small pictures are drawn one after the other


def main(argv: list[str]) -> int:
    """Without arguments: take all pictures. With a scale: take those of that scale."""
    if argv:
        take(argv[0])
        return 0
    OUT.mkdir(parents=True, exist_ok=True)
    for scale in SCALES:
        env = {**os.environ, "QT_SCALE_FACTOR": scale, "XCJS_TODAY": "2020-12-22", "QT_QPA_PLATFORM": "offscreen"}
        subprocess.run([sys.executable, __file__, scale], check=True, env=env, cwd=ROOT)
    return 0


def take(scale: str) -> None:
    """Every page in both looks at one scale."""
    sys.path.insert(0, str(ROOT))
    from ui.app import make_context
    from ui.headless.demo import YEAR, make_demo
    from ui.kit import theme
    from ui.kit.messages import Messages
    from ui.pages.registry import PAGES, PROVIDERS
    from ui.shell.main_window import MainWindow
    from ui.start import make_application

    platform.node = lambda: "组织部-01"  # no picture names the machine it was taken on
    app = make_application()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        store = make_demo(Path(scratch) / "台账")
        store.operator = "王老师"
        for look, dark in (("light", False), ("dark", True)):
            theme.apply(app, dark, 10)
            ctx = make_context(store, Messages())
            ctx.year = YEAR
            window = MainWindow(ctx, PAGES, PROVIDERS)
            window.resize(*SIZE)
            window.show()
            for spec in window.specs.values():  # the page of a copy is not among them
                window.go_to(spec.id, _shown(store, spec.id))
                if spec.id == "import":
                    _to_check(app, ctx, window.page)
                _settle(app, PAUSE_MS.get(spec.id, 900))
                tail = f"{look}_{round(float(scale) * 100)}.png"
                _save(window.grab(), OUT / f"{spec.id}_{tail}")
                for name, show in _more(window.page, spec.id):
                    show()
                    _settle(app)
                    _save(window.grab(), OUT / f"{spec.id}_{name}_{tail}")
            window.close()
            ctx.tasks.close()
            _settle(app)
        store.close()


_RECORDS = {
    "roster": "SELECT uid FROM cadre WHERE staff_no = '0000018'",
    "visits": "SELECT uid FROM visit ORDER BY served_on DESC, uid LIMIT 1",
    "map": "SELECT uid FROM grid WHERE name = '第9网格'",
    "places": "SELECT s.uid FROM squad s JOIN grid g ON g.uid = s.grid_uid WHERE g.name = '第9网格'",
    "checkin": "SELECT cadre_uid FROM checkin WHERE track = 'ASSIGNED' AND cadre_uid IS NOT NULL ORDER BY uid LIMIT 1",
}


def _shown(store: Any, page_id: str) -> str | None:
    """The record a page is shown with: a person, a service record, a grid."""
    return str(store.value(_RECORDS[page_id])) if page_id in _RECORDS else None


def _more(page: Any, page_id: str) -> list[tuple[str, Callable[[], object]]]:
    """More pictures of a page: each other colouring of the map, each other tab."""
    if page_id == "map":
        from ui.pages.map_data import COLOURINGS

        choose = page.side.combo.setCurrentIndex
        return [(one.id, partial(choose, at)) for at, one in enumerate(COLOURINGS) if at]
    if page_id == "places":
        return [(tab, partial(page.go, tab)) for tab in ("buildings", "assignments")]
    if page_id == "exchange":
        return [(name, partial(page.tabs.setCurrentIndex, at)) for at, name in ((1, "review"), (2, "packets"))]
    if page_id == "checkin":
        return [(tab, partial(page.go, tab)) for tab in ("status", "submissions")]
    if page_id == "statistics":
        return [("answers", partial(page.go, "answers"))]
    return []


def _to_check(app: Any, ctx: Any, page: Any) -> None:
    """The sheet with errors, up to the step that shows them."""
    from ui.headless.demo import samples
    from ui.pages.import_check import ALL

    def wait() -> None:
        while page.work.busy or page.work.planning:
            app.processEvents()

    ctx.go_to("import", kind="roster", paths=samples("04_"))
    page.go_next()
    wait()
    for ref in page.columns.waiting():
        page.run.place_all_open(ref)
    page.columns.refresh()
    page.columns.changed.emit()
    page.go_next()
    wait()
    page.check.shown = ALL
    page.check.refresh()


def _settle(app: Any, pause: int = 900) -> None:
    from PySide6.QtCore import QDeadlineTimer

    deadline = QDeadlineTimer(pause)
    while not deadline.hasExpired():
        app.processEvents()


def _save(picture: Any, file: Path) -> None:
    from PIL import Image
    from PySide6.QtCore import QBuffer, QIODevice

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    image = Image.open(io.BytesIO(bytes(buffer.data().data()))).convert("RGB")
    colours = [colour for _, colour in sorted(image.getcolors(image.width * image.height), reverse=True)]
    chosen, place = _few(colours)
    small = Image.new("P", image.size)
    small.putdata([place[colour] for colour in image.get_flattened_data()])
    small.putpalette([part for colour in chosen for part in colour])
    small.save(file, optimize=True)


def _few(colours: list[Colour]) -> tuple[list[Colour], dict[Colour, int]]:
    """256 colours and the place of each one's nearest: the grounds as they are, and none that is far from the others."""

    def apart(one: Colour, other: Colour) -> int:
        return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))

    chosen = colours[:GROUNDS]
    for colour in colours[GROUNDS:]:
        if len(chosen) < COLOURS and min(apart(colour, one) for one in chosen) > NEAR:
            chosen.append(colour)
    return chosen, {one: min(range(len(chosen)), key=lambda at: apart(one, chosen[at])) for one in colours}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
