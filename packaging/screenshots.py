"""Takes the pictures in docs/screenshots: every page of the sample ledger, light and dark, at 100 % and 150 %.

Each scale is a process of its own (Qt reads the scale factor once).
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "screenshots"
SCALES = ("1", "1.5")
SIZE = (1440, 900)
COLOURS = 200  # a palette picture is a third of the size and looks the same


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
            for spec in PAGES:
                window.go_to(spec.id, _shown(store, spec.id))
                _settle(app)
                percent = round(float(scale) * 100)
                _save(window.grab(), OUT / f"{spec.id}_{look}_{percent}.png")
            window.close()
            ctx.tasks.close()
            _settle(app)
        store.close()


def _shown(store: Any, page_id: str) -> str | None:
    """The record a page is shown with: a person, a service record."""
    if page_id == "roster":
        return str(store.value("SELECT uid FROM cadre WHERE staff_no = '0000018'"))
    if page_id == "visits":
        return str(store.value("SELECT uid FROM visit ORDER BY served_on DESC, uid LIMIT 1"))
    return None


def _settle(app: Any) -> None:
    from PySide6.QtCore import QDeadlineTimer

    deadline = QDeadlineTimer(900)
    while not deadline.hasExpired():
        app.processEvents()


def _save(picture: Any, file: Path) -> None:
    from PIL import Image
    from PySide6.QtCore import QBuffer, QIODevice

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    image = Image.open(io.BytesIO(bytes(buffer.data().data()))).convert("RGB")
    image.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE).save(file, optimize=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
