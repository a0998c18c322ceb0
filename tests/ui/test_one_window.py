"""One window per ledger: the second start, a lock that a crash or another computer left, two ledgers at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSysInfo
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow

from core.base.errors import MachineFault
from tests.conftest import PATIENCE, Clock
from tests.ui.test_app import CRASH, folder, visitor  # noqa: F401 - fixtures
from tests.ui.test_unlock import OLD
from ui import app as program
from ui.one_window import call, come_to_front, lock_folder

HERE = Path(__file__).parents[2]
SECOND = """
import sys
from pathlib import Path
from ui.one_window import InUse, call, lock_folder
try:
    lock_folder(Path(sys.argv[1]))
except InUse as error:
    print(call(error.folder, 100))
"""


def start_second(place: Path) -> subprocess.Popen[str]:
    """The program started once more on the same ledger, as another process."""
    return subprocess.Popen(
        [sys.executable, "-c", SECOND, str(place)], cwd=HERE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )


def test_a_second_start_brings_the_first_window_to_the_front(folder: Path, visitor: Any) -> None:  # noqa: F811
    second: list[subprocess.Popen[str]] = []
    minimised: list[bool] = []

    def act(window: QMainWindow) -> bool:
        if not second:
            window.showMinimized()
            second.append(start_second(folder))
        minimised.append(window.isMinimized())
        return second[0].poll() is not None

    visitor(act)
    assert program.run(folder, OLD) == 0
    assert second[0].communicate(timeout=PATIENCE)[0].strip() == "True"
    assert (minimised[0], minimised[-1]) == (True, False)


def test_a_minimised_window_is_restored_and_a_dialog_goes_before_it(qtbot: Any, dialogs: Any) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.showMinimized()
    come_to_front()
    assert not window.isMinimized() and window.isVisible()
    seen: list[bool] = []

    def look(box: QDialog) -> None:
        window.activateWindow()
        come_to_front()
        QApplication.processEvents()
        seen.append(box.isActiveWindow())
        box.reject()

    dialogs.expect(look)
    QDialog(window).exec()
    assert seen == [True]


def test_a_window_that_does_not_answer_is_told_of(folder: Path, dialogs: Any, clock: Clock) -> None:  # noqa: F811
    held = lock_folder(folder)  # nobody looks at the bell
    assert not call(folder, 0.1)
    dialogs.expect("知道了")
    assert program.run(folder, OLD) == 3
    assert dialogs.seen[0].startswith("这个台账已经在另一个窗口里打开了。")
    assert not (folder / "window.call").exists(), "the next window would come to the front unasked"
    held.unlock()


@pytest.mark.parametrize("left", ["", "4711\n下沉纪实\n另一台电脑\n\n\n"], ids=["power cut", "another computer"])
def test_a_lock_that_is_left_is_no_obstacle(tmp_path: Path, left: str) -> None:
    (tmp_path / "window.lock").write_text(left, encoding="utf-8")
    lock_folder(tmp_path).unlock()


def test_a_lock_of_a_crash_is_no_obstacle(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", CRASH, str(tmp_path)], cwd=HERE, timeout=PATIENCE)
    left = (tmp_path / "window.lock").read_text(encoding="utf-8")
    assert QSysInfo.machineHostName().casefold() in left.casefold()
    lock_folder(tmp_path).unlock()


def test_a_live_lock_is_never_taken_over_and_two_ledgers_are_open_at_once(tmp_path: Path) -> None:
    one, other = lock_folder(tmp_path / "甲"), lock_folder(tmp_path / "乙")
    with pytest.raises(MachineFault, match="已经在另一个窗口里打开"):
        lock_folder(tmp_path / "甲")
    code = "import sys\nfrom pathlib import Path\nfrom ui.one_window import lock_folder\nlock_folder(Path(sys.argv[1]))"
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "乙")], cwd=HERE, capture_output=True, timeout=PATIENCE
    )
    assert ended.returncode == 1 and b"InUse" in ended.stderr
    one.unlock()
    other.unlock()


def test_a_place_that_takes_no_files_is_not_said_to_be_open_elsewhere(tmp_path: Path) -> None:
    held = lock_folder(tmp_path)
    (tmp_path / "window.try").mkdir()  # stands for a write-protected stick, which a test cannot make everywhere
    with pytest.raises(MachineFault, match=r"^台账打不开：.*复制到电脑里再打开。$"):
        lock_folder(tmp_path)
    held.unlock()
    file = tmp_path / "甲"
    file.touch()
    with pytest.raises(MachineFault, match=r"^台账打不开：.*请另选一个文件夹。$"):
        lock_folder(file / "台账")
