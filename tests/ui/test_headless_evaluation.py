"""evaluate and quota --forecast on the command line, and their refusals in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.ledger import create_ledger
from tests.factory import people, visits
from tests.ui.command_room import CommandLine

Command = Callable[..., tuple[int, Any]]
PASSPHRASE = "口令口令口令2020"


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setitem(create_ledger.__kwdefaults__, "cost", {"iterations": 1, "lanes": 1, "memory_kib": 64})
    monkeypatch.setenv("XCJS_PASSPHRASE", PASSPHRASE)
    store, _code = create_ledger(tmp_path / "台账", PASSPHRASE, org_name="测试大学", year=2020, operator="测试")
    people(store, 24)
    visits(store, 48)
    store.close()

    return CommandLine(tmp_path / "台账", capsys)


def row_of(run: Command, staff_no: str) -> dict[str, Any]:
    return run("list", "evaluations", "--where", f"工号={staff_no}")[1]["rows"][0]


def test_one_year_of_one_person_is_written_checked_and_listed(run: Command) -> None:
    code, body = run("evaluate", "--cadre", "0001", "社区评价等次=优秀", "community_remark=无", "branch_rating=合格")
    assert code == 0 and body["uid"] and body["missing"] == []
    row = row_of(run, "0001")
    assert (row["community_rating"], row["community_remark"], row["verdict"][:1]) == ("优秀", "无", "未")
    code, body = run("evaluate", "check", "--cadre", "0001", "社区评价等次=合格", "党支部评价等次=合格")
    assert code == 1 and [one["label"] for one in body["differs"]] == ["社区评价等次"]
    assert run("evaluate", "check", "--cadre", "0001", "社区评价等次=优秀")[1]["agreed"]
    assert row_of(run, "0001")["checked_on"]
    assert run("undo")[0] == 0 and row_of(run, "0001")["checked_on"] == ""
    code, body = run("evaluate", "check", "--cadre", "0001", "社区评价等次=优秀", "个人自评=好")
    assert code == 2 and body["error"].startswith("个人自评不在二次录入之内"), "nothing is told to agree unseen"


def test_what_cannot_be_is_refused_in_words(run: Command) -> None:
    for wrong in (
        ("--cadre", "0001", "社区评价等次=很好"),
        ("--cadre", "0001", "录入人=我"),
        ("--cadre", "0001", "颜色=红"),
        ("--cadre", "0001"),
        ("社区评价等次=优秀",),
        ("exempt", "--cadre", "0001"),
        ("exempt", "--cadre", "0001", "--reason", "产假"),
        ("check", "--cadre", "0001", "社区评价等次=优秀"),
        ("printed",),
    ):
        code, body = run("evaluate", *wrong)
        assert code == 2 and body["error"], wrong
    assert run("list", "evaluations")[1]["total"] == 0


def test_forms_of_a_unit_go_out_and_the_branches_are_counted(run: Command) -> None:
    count = run("evaluate", "printed", "--unit", "会计学院党委", "--on", "2020-11-01")[1]["changed"]
    assert count > 0 and run("evaluate", "draft", "--unit", "会计学院党委")[1]["changed"] > 0
    assert run("evaluate", "exempt", "--cadre", "0001", "--reason", "产假", "--by", "李书记")[1]["changed"] == 1
    _, body = run("evaluate", "status", "--unit", "会计学院党委")
    assert (body["total"]["printed"], body["total"]["exempt"], body["total"]["people"]) == (count, 1, count - 1)
    assert sum(one["people"] for one in body["branches"]) == count - 1
    assert run("evaluate", "lift", "--cadre", "0001")[1]["changed"] == 1
    assert run("evaluate", "printed", "--cadre", "0001", "--take-back")[1]["changed"] == 1
    assert run("evaluate", "status")[1]["total"]["printed"] == count - 1


def test_the_forecast_names_who_will_miss_and_reminds_their_branch(run: Command) -> None:
    code, body = run("quota", "--forecast")
    assert code == 0 and body["people"] == body["met"] + len(body["rows"])
    assert body["will_miss"] == sum(one["count"] for one in body["reminders"]) > 0
    named = [row["name"] for row in body["rows"] if row["will_miss"]]
    assert all(any(name in one["text"] for one in body["reminders"]) for name in named)
    assert "rows" in run("quota")[1]


def test_a_grade_is_typed_as_short_as_in_a_sheet_or_the_grid(run: Command) -> None:
    assert run("evaluate", "--cadre", "0001", "社区评价等次=优", "党支部评价等次=基本")[0] == 0
    row = row_of(run, "0001")
    assert (row["community_rating"], row["branch_rating"]) == ("优秀", "基本合格")


def test_a_whole_unit_is_exempt_and_lifted_again(run: Command) -> None:
    unit = ("--unit", "会计学院党委")
    run("evaluate", "printed", *unit)
    count = run("evaluate", "exempt", *unit, "--reason", "其他", "--by", "李书记")[1]["changed"]
    assert count > 0 and run("evaluate", "status", *unit)[1]["total"]["people"] == 0
    assert run("evaluate", "printed", *unit, "--take-back")[1]["changed"] == count
    assert run("evaluate", "lift", *unit)[1]["changed"] == count
    assert run("evaluate", "status", *unit)[1]["total"]["people"] == count


def test_nothing_told_beside_a_mark_is_dropped_without_a_word(run: Command) -> None:
    assert run("evaluate", "redraft", "--unit", "会计学院党委")[1]["changed"] == 0  # all as the log says
    for act in (("exempt", "--reason", "产假", "--by", "李书记"), ("lift",), ("printed",), ("draft",), ("status",)):
        code, body = run("evaluate", act[0], "社区评价等次=优秀", "--cadre", "0001", *act[1:])
        assert code == 2 and "社区评价等次=优秀" in body["error"], act
    assert run("list", "evaluations")[1]["total"] == 0
