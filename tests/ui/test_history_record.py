"""历史 at the foot of the person panel: who, when, which device, before and after, and 改回原样."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from core.checkin.model import CheckinDraft
from core.checkin.ops import check_in, remove_checkins
from core.roster.ops import save_cadre
from tests.conftest import let_settle
from tests.ui.page_room import cramped, ledger_context, words
from ui.context import Context
from ui.kit import theme
from ui.pages.roster_person import PersonPanel


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    for made in ledger_context(people=6):
        made.store.operator, made.store.device = "李干事", "二号电脑"
        yield made


@pytest.fixture
def uid(ctx: Context) -> str:
    """张伟: his phone and note were changed, a check-in was registered and taken back."""
    store = ctx.store
    found = str(store.value("SELECT uid FROM cadre WHERE staff_no = '0001'"))
    with store.transact("修改张伟的资料") as tx:
        save_cadre(tx, {"phone": "13911112222", "note": "住校外"}, found)
    with store.transact("登记张伟的报到") as tx:
        checkin = check_in(tx, CheckinDraft(found, "HOME", "2020-08-08", "江夏区", "藏龙岛街道", "藏龙社区"))
    with store.transact("撤回误登的报到") as tx:
        remove_checkins(tx, [checkin])
    return found


@pytest.fixture
def panel(ctx: Context, uid: str, qtbot: Any) -> PersonPanel:
    made = PersonPanel(ctx)
    qtbot.addWidget(made)
    made.resize(420, 1400)
    made.show_person(uid)
    made.show()
    with qtbot.waitExposed(made):
        pass
    ctx.refresher.watch(made, frozenset({"cadre", "checkin"}), lambda _tables: made.show_person(uid))
    return made


def shown(panel: PersonPanel) -> list[str]:
    """The labels of the history as they stand after what was announced."""
    panel.ctx.refresher.flush()
    QApplication.processEvents()
    return words(panel.history_list)


def press(panel: PersonPanel, name: str) -> None:
    QApplication.processEvents()
    buttons = panel.history_list.findChildren(QPushButton)
    next(one for one in buttons if one.accessibleName() == name and one.isVisibleTo(panel)).click()


def test_each_change_says_who_when_where_and_what(panel: PersonPanel) -> None:
    told = shown(panel)
    assert "手机：138****0000 → 139****2222" in told
    assert "备注：（空） → 住校外" in told
    assert "删除　报到 张伟（0001） 2020年8月8日" in told
    assert any("李干事" in one and "二号电脑" in one for one in told)


def test_one_field_goes_back(panel: PersonPanel, ctx: Context, uid: str) -> None:
    press(panel, "把党员干部 张伟（0001）的手机改回原样")
    assert ctx.store.tuples("SELECT phone, note FROM cadre WHERE uid = ?", (uid,)) == [("13800000000", "住校外")]
    assert "把党员干部 张伟（0001）的手机改回原样" in shown(panel)


def test_a_deleted_record_comes_back(panel: PersonPanel, ctx: Context, uid: str) -> None:
    press(panel, "改回原样：删除　报到 张伟（0001） 2020年8月8日")
    assert ctx.store.value("SELECT count(*) FROM checkin WHERE cadre_uid = ?", (uid,)) == 1
    shown(panel)
    names = [one.accessibleName() for one in panel.history_list.findChildren(QPushButton) if one.isVisibleTo(panel)]
    assert "改回原样：删除　报到 张伟（0001） 2020年8月8日" not in names


def test_what_cannot_go_back_is_said(panel: PersonPanel, ctx: Context, uid: str, dialogs: Any, qtbot: Any) -> None:
    other = ctx.store.value("SELECT uid FROM cadre WHERE staff_no = '0002'")
    with ctx.store.transact("工号") as tx:
        save_cadre(tx, {"staff_no": "7777"}, uid)
        save_cadre(tx, {"staff_no": "0001"}, other)
    panel.show_person(uid)
    dialogs.expect("知道了")
    press(panel, "把党员干部 张伟（7777）的工号改回原样")
    qtbot.waitUntil(lambda: bool(dialogs.seen))
    assert "工号0001已属于" in dialogs.seen[0]
    assert ctx.store.value("SELECT staff_no FROM cadre WHERE uid = ?", (uid,)) == "7777"


def test_older_steps_are_shown_on_demand(panel: PersonPanel, ctx: Context, uid: str) -> None:
    for number in range(10):
        with ctx.store.transact(f"改备注{number}") as tx:
            save_cadre(tx, {"note": str(number)}, uid)
    panel.show_person(uid)
    assert "修改张伟的资料" not in shown(panel)
    press(panel, "显示更早的改动")
    assert "修改张伟的资料" in shown(panel)


@pytest.mark.parametrize("points", [10, 14])
def test_nothing_is_cut_off(panel: PersonPanel, dressed: Any, qtbot: Any, points: int) -> None:
    theme.apply(dressed, dark=False, points=points)
    panel.resize(420 if points == 10 else 560, 1400)
    let_settle()
    assert cramped(panel.history_list) == []
