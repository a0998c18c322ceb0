"""The first start: new, existing, sample; the recovery code must be kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from core.base.errors import Refused
from core.exchange.checkout import check_out, open_copy
from core.exchange.model import CheckoutAsk
from core.ledger import create_ledger, open_ledger
from core.operators import unlock_by_account
from core.roster.ops import save_cadre
from core.store import Store, Wiring, windows_account
from tests.factory import people
from tests.ui.test_shell_window import cramped, unnamed
from tests.ui.test_unlock import CHEAP, OLD
from ui.kit import theme
from ui.shell.copy_note import copy_words
from ui.shell.first_run import FirstRun

PASSPHRASE = "藏龙岛 2020 年的春天"


@pytest.fixture
def first(dressed: QApplication, tmp_path: Path, qtbot: Any) -> Iterator[FirstRun]:
    made = FirstRun(tmp_path / "台账")
    qtbot.addWidget(made)
    made.show()
    yield made
    if made.store is not None:
        made.store.close()


def fill(first: FirstRun) -> None:
    """A complete form."""
    first.new.click()
    first.school.setText("湖北经济学院")
    first.operator.setText("王丽")
    first.year_box.setValue(2020)
    first.secret.first.setText(PASSPHRASE)
    first.secret.second.setText(PASSPHRASE)


def finish_buttons(first: FirstRun) -> dict[str, QPushButton]:
    return {one.text(): one for one in first.findChildren(QPushButton) if one.isVisible()}


def test_new_ledger_to_its_first_sheet(first: FirstRun, tmp_path: Path) -> None:
    fill(first)
    first.make.click()
    buttons = finish_buttons(first)
    code = "-".join(first.code.label.text().split())
    assert len(code) == 35
    assert not buttons["导入第一张名册"].isEnabled()
    first.kept.setChecked(True)
    buttons["导入第一张名册"].click()
    assert (first.result(), first.goto, first.year) == (FirstRun.DialogCode.Accepted, "import", 2020)
    assert first.store is not None and first.store.operator == "王丽"
    assert first.store.value("SELECT value FROM setting WHERE uid = 'org_name'") == "湖北经济学院"
    first.store.close()
    first.store = None
    open_ledger(tmp_path / "台账", recovery_code=code).close()
    open_ledger(tmp_path / "台账", PASSPHRASE).close()


def test_the_form_waits_for_what_it_needs(first: FirstRun) -> None:
    fill(first)
    assert first.make.isEnabled()
    for break_it, mend_it in (
        (lambda: first.school.setText(" "), lambda: first.school.setText("湖北经济学院")),
        (lambda: first.secret.second.setText("别的"), lambda: first.secret.second.setText(PASSPHRASE)),
        (lambda: first.place.setText(""), lambda: first.place.setText("台账")),
    ):
        break_it()
        assert not first.make.isEnabled()
        mend_it()
        assert first.make.isEnabled()


def test_the_code_cannot_be_skipped(first: FirstRun) -> None:
    fill(first)
    first.make.click()
    first.reject()
    assert first.isVisible()
    assert first.code_said.text() == "请先抄写或打印恢复码，并勾选确认。"


def test_the_code_can_be_saved_elsewhere(first: FirstRun, tmp_path: Path) -> None:
    fill(first)
    first.make.click()
    first.code.save_to(tmp_path / "恢复码.txt")
    text = (tmp_path / "恢复码.txt").read_text(encoding="utf-8-sig")
    assert "-".join(first.code.label.text().split()) in text
    assert "湖北经济学院" in text
    first.code.save_to(tmp_path / "恢复码.txt" / "恢复码.txt")
    assert first.code.said.text().startswith("没有保存成功")


def test_a_folder_with_a_ledger_is_refused_for_a_new_one(first: FirstRun, tmp_path: Path) -> None:
    store, _code = Store.create(tmp_path / "台账", OLD, cost=CHEAP, wiring=Wiring())
    store.close()
    fill(first)
    first.make.click()
    assert "已有台账" in first.said.text()
    assert first.store is None


def test_existing(first: FirstRun, tmp_path: Path) -> None:
    first.choose_existing("")
    assert first.isVisible()
    first.choose_existing(str(tmp_path))
    assert "没有台账" in first.choice_said.text()
    store, _code = Store.create(tmp_path / "旧台账", OLD, cost=CHEAP, wiring=Wiring())
    store.close()
    first.choose_existing(str(tmp_path / "旧台账"))
    assert first.existing == tmp_path / "旧台账"
    assert first.result() == FirstRun.DialogCode.Accepted


def test_sample(first: FirstRun) -> None:
    first.sample.click()
    assert first.demo and first.result() == FirstRun.DialogCode.Accepted


@pytest.mark.parametrize("points", [10, 16])
@pytest.mark.parametrize("page", [0, 1, 2, 3])
def test_names_and_room(dressed: QApplication, tmp_path: Path, qtbot: Any, page: int, points: int) -> None:
    theme.apply(dressed, dark=False, points=points)
    made = FirstRun(tmp_path)
    qtbot.addWidget(made)
    made.code.show_code("ABCDE-FGHJK-LMNPQ-RSTUV-WXYZ2-34567", "湖北经济学院")
    made.pages.setCurrentIndex(page)
    made.show()
    assert made.minimumSizeHint().height() < 768
    assert (unnamed(made), cramped(made)) == ([], [])


@pytest.fixture
def taken(tmp_path: Path) -> tuple[Path, str]:
    """What the office gave out: the file and its opening code."""
    cost = {"iterations": 1, "lanes": 1, "memory_kib": 64}
    store, _ = create_ledger(tmp_path / "办公室", OLD, org_name="湖北经济学院", year=2020, cost=cost)
    people(store, 6)
    unit = store.value("SELECT uid FROM unit WHERE name = '机关党委'")
    out = check_out(store, CheckoutAsk("笔记本1", units=(unit,)), tmp_path)
    store.close()
    return Path(out.file), out.code


def test_data_given_out_is_opened_under_a_passphrase_of_this_machine(
    first: FirstRun, tmp_path: Path, taken: tuple[Path, str]
) -> None:
    file, code = taken
    first.take_out.click()
    page = first.taken
    assert not page.go.isEnabled()
    page.file.setText(str(file))
    page.operator.setText("王丽")
    page.secret.first.setText(PASSPHRASE)
    page.secret.second.setText(PASSPHRASE)
    page.code.setText("AAAAA-" * 5 + "AAAAA")
    page.go.click()
    assert "开启码不对" in page.said.text() and first.store is None
    page.code.setText(code)
    page.go.click()
    assert (first.result(), first.goto, first.year) == (FirstRun.DialogCode.Accepted, "field", 2020)
    assert first.store is not None and first.store.operator == "王丽"
    assert copy_words(first.store) == "笔记本1 · 机关党委 · 上报到 湖北经济学院党委组织部"
    first.store.close()
    first.store = None
    open_ledger(tmp_path / "台账", PASSPHRASE).close()


def test_in_a_copy_what_lies_outside_its_part_can_only_be_looked_at(
    first: FirstRun, tmp_path: Path, taken: tuple[Path, str]
) -> None:
    file, code = taken
    open_copy(file, tmp_path / "台账", code, PASSPHRASE, "王丽")
    store = open_ledger(tmp_path / "台账", PASSPHRASE)
    inside = store.value("SELECT uid FROM cadre WHERE unit_uid IN (SELECT uid FROM unit WHERE name = '机关党委')")
    with store.transact("修改") as tx:
        save_cadre(tx, {"note": "在范围内"}, inside)
    with pytest.raises(Refused, match="只能查看"), store.transact("改单位") as tx:
        tx.update("unit", tx.value("SELECT uid FROM unit WHERE name = '会计学院党委'"), {"note": "改"})
    store.close()


def linked(store: Store) -> list[tuple[str, ...]]:
    return store.tuples("SELECT district, street, name FROM community WHERE linked = 1")


def test_the_linked_community_is_asked_and_only_the_school_of_the_policy_has_one_already(first: FirstRun) -> None:
    first.new.click()
    assert first.community.text() == ""
    first.school.setText("湖北经济学院")
    assert (first.district.text(), first.street.text(), first.community.text()) == ("江夏区", "藏龙岛街道", "经院社区")
    first.school.setText("武汉大学")
    assert first.community.text() == "", "another school is not told where it goes"
    first.community.setText("洪山区珞珈山街道 枫园社区")
    first.school.setText("湖北经济学院")
    assert first.community.text() == "洪山区珞珈山街道 枫园社区", "what was typed stays"
    fill(first)
    first.school.setText("武汉大学")
    first.make.click()
    assert first.store is not None
    assert linked(first.store) == [("洪山区", "珞珈山街道", "枫园社区")]
    found = dict(first.store.tuples("SELECT uid, value FROM setting WHERE uid LIKE 'linked_%'"))
    assert found == {"linked_district": "洪山区", "linked_street": "珞珈山街道", "linked_community": "枫园社区"}


def test_a_school_that_tells_none_prints_none(first: FirstRun) -> None:
    fill(first)
    first.school.setText("武汉大学")
    first.make.click()
    assert first.store is not None and linked(first.store) == []
    assert not first.store.value("SELECT count(*) FROM setting WHERE uid LIKE 'linked_%' AND value <> ''")


def test_what_a_passphrase_must_be_is_said_before_and_while_it_is_typed(first: FirstRun) -> None:
    first.new.click()
    said = first.secret.said
    assert "至少 8 个字符" in said.text() and "恢复码" in said.text() and "常见口令" in said.text()
    for text, words in (("短", "现在是 1 个"), ("88888888", "太容易猜到"), (PASSPHRASE, "强度好")):
        first.secret.first.setText(text)
        assert words in said.text()
    first.secret.second.setText("别的")
    assert "不一样" in said.text() and "口令" in first.make.toolTip() and "学校名称" in first.make.toolTip()


def test_the_windows_account_is_offered_where_there_is_one(
    dressed: QApplication, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert FirstRun(tmp_path / "台账").account.isHidden() == (not windows_account.account())
    monkeypatch.setattr(windows_account, "account", lambda: "PC\\office")
    monkeypatch.setattr(windows_account, "protect", lambda data: b"box" + data)
    monkeypatch.setattr(windows_account, "unprotect", lambda box: box.removeprefix(b"box"))
    made = FirstRun(tmp_path / "台账")
    qtbot.addWidget(made)
    fill(made)
    assert not made.account.isHidden() and not made.account.isChecked()
    made.account.setChecked(True)
    made.make.click()
    assert made.store is not None
    key = made.store.key
    made.store.close()
    assert unlock_by_account(tmp_path / "台账") == (key, "")
