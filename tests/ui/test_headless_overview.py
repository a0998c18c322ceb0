"""overview, answer, issue and issued on the command line; the same table as workbook and on paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from core.ledger import create_ledger, memory_ledger
from reports.overview_table import WAYS
from reports.printing import print_form
from tests.factory import people, visits
from tests.reports.samples import page_texts
from tests.ui.command_room import CommandLine

Command = Callable[..., tuple[int, Any]]
PASSPHRASE = "口令口令口令2020"


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setitem(create_ledger.__kwdefaults__, "cost", {"iterations": 1, "lanes": 1, "memory_kib": 64})
    monkeypatch.setenv("XCJS_PASSPHRASE", PASSPHRASE)
    store, _code = create_ledger(tmp_path / "台账", PASSPHRASE, org_name="测试大学", year=2020, operator="测试")
    people(store, 24)
    visits(store, 60)
    store.close()

    return CommandLine(tmp_path / "台账", capsys)


def test_every_way_adds_up_to_the_same_total_and_the_workbook_says_it_too(run: Command, tmp_path: Path) -> None:
    totals = []
    for way, _label in WAYS:
        code, body = run("overview", "--by", way)
        assert code == 0
        assert sum(row["minutes"] for row in body["rows"]) == body["total"]["minutes"]
        totals.append({key: value for key, value in body["total"].items() if key not in ("key", "names")})
    assert all(one == totals[0] for one in totals)
    out = tmp_path / "统计.xlsx"
    _code, body = run("overview", "--by", "unit", "--then", "month", "--out", str(out))
    rows = list(load_workbook(out).active.values)
    last = next(row for row in rows if row[0] == "合计")
    assert last[3] == totals[0]["records"]
    assert float(last[5]) == pytest.approx(totals[0]["minutes"] / 60, abs=0.01)
    assert body["written"] == len(body["rows"]) + 1
    assert "统计口径" in str(rows[-1][0])


def test_an_issued_table_is_listed_and_its_changes_are_told(run: Command) -> None:
    _code, body = run("issue", "--by", "unit", "--to", "学校党委办公室")
    uid = body["uid"]
    assert [row["uid"] for row in run("issued", "list")[1]["rows"]] == [uid]
    assert run("issued", "changes", uid)[1]["figures"] == []
    visit = run("list", "visits", "--limit", "1")[1]["rows"][0]["uid"]
    assert run("void", visit, "--reason", "重复登记")[0] == 0
    found = run("issued", "changes", uid)[1]
    assert any(one["line"] == "合计" and one["head"] == "记录条数" for one in found["figures"])
    assert len(found["steps"]) == 1
    assert run("issued", "changes", "没有")[0] == 2


def test_answers_name_the_unit_and_a_wrong_unit_is_refused(run: Command) -> None:
    assert "全校" in run("answer")[1]["answers"][0]["sentence"]
    assert "机关党委应考核" in run("answer", "--unit", "机关党委")[1]["answers"][1]["sentence"]
    assert run("overview", "--unit", "没有的单位")[0] == 2


@pytest.mark.parametrize("way", [one for one, _label in WAYS])
def test_the_table_on_paper_has_a_line_for_each_and_its_scope(way: str, tmp_path: Path) -> None:
    store = memory_ledger()
    people(store, 24)
    visits(store, 60)
    (made,) = print_form(store, "overview_table", year=2020, out=tmp_path, by=way).files
    text = "".join(page_texts(made)).replace("\n", "")
    assert ("合计" in text) == (way not in ("grid", "home"))  # one line needs no sum
    assert "统计口径" in text
    assert "截至" in text
