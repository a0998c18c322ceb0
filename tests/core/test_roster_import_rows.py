"""Importing rosters: every way a row can agree or disagree with the ledger or with another row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.base.errors import InvalidInput
from core.ledger import memory_ledger
from core.roster import queries
from core.roster.import_run import commit_roster, prepare_roster, roster_planner
from core.roster.ops import archive_cadre, save_cadre
from core.roster.queries import RosterFilter
from core.sheet.importing import Outcome, plan_again
from core.store import Store
from tests.core.roster_sheets import HEAD, LIN, SHI, Sheets, cadre, take, tally


@pytest.fixture
def store() -> Iterator[Store]:
    ledger = memory_ledger()
    yield ledger
    ledger.close()


@pytest.fixture
def sheet(tmp_path: Path) -> Sheets:
    return Sheets(tmp_path)


def test_an_update_is_field_by_field_and_an_empty_cell_erases_nothing(store: Store, sheet: Sheets) -> None:
    take(store, sheet(LIN, SHI))
    prepared = take(store, sheet(("0000001", "林香", "", "1982-05-15", "18704274911", ""), SHI))
    (updated,) = (row for row in prepared.plan.rows if row.outcome is Outcome.UPDATED)
    assert [(one.label, one.old, one.new) for one in updated.changes] == [
        ("出生年月", "1982-05", "1982-05-15"),
        ("手机", "187****4900", "18704274911"),
    ]
    row = cadre(store, "林香")
    assert (row["sex"], row["branch"], row["phone"]) == ("2", "审计系党支部", "18704274911")
    assert tally(take(store, sheet(LIN[:4]))) == {"unchanged": 1}  # a month says nothing against a day in it


def test_people_missing_from_a_sheet_are_listed_and_stay(store: Store, sheet: Sheets) -> None:
    take(store, sheet(LIN, SHI))
    prepared = take(store, sheet(LIN))
    assert [(one["staff_no"], one["name"]) for one in prepared.plan.missing] == [("0000002", "史伟燕")]
    assert queries.cadre_count(store, RosterFilter()) == 2


def test_a_value_corrected_here_since_is_a_question(store: Store, sheet: Sheets) -> None:
    take(store, sheet(LIN))
    uid = cadre(store, "林香")["uid"]
    with store.transact("改手机") as tx:
        save_cadre(tx, {"phone": "13900000000"}, uid)
    prepared = take(store, sheet(LIN))
    assert tally(prepared) == {"unchanged": 1}
    assert [(one["kind"], one["answer"]) for one in prepared.asked] == [("corrected", "keep")]
    assert "139****0000" in prepared.remarks[-1]["message"]
    assert cadre(store, "林香")["phone"] == "13900000000"
    answers = {prepared.asked[0]["id"]: "take"}
    assert tally(take(store, sheet(LIN), answers=answers)) == {"updated": 1}
    # a sheet that says something new is an update, not old news
    take(store, sheet((*LIN[:4], "13911112222", LIN[5])))
    assert cadre(store, "林香")["phone"] == "13911112222"


def test_another_unit_is_a_transfer_or_a_correction(store: Store, sheet: Sheets) -> None:
    take(store, sheet(LIN))
    file = sheet((*LIN[:5], "行政党支部"), name="法学院党委.xlsx")
    waiting = take(store, file)
    assert tally(waiting) == {"asked": 1}
    assert cadre(store, "林香")["unit"] == "会计学院党委"
    (question,) = waiting.asked
    with pytest.raises(InvalidInput, match="读不出"):
        prepare_roster(store, [file], answers={question["id"]: "transfer:某日"})
    take(store, file, answers={question["id"]: "transfer:2020-9-1"})
    row = cadre(store, "林香")
    assert (row["unit"], row["branch"]) == ("法学院党委", "行政党支部")
    periods = [(one["unit"], one["from_on"], one["until_on"]) for one in queries.memberships(store, row["uid"])]
    assert periods == [("法学院党委", "2020-09-01", ""), ("会计学院党委", "", "2020-08-31")]
    back = sheet(LIN)
    (question,) = prepare_roster(store, [back]).asked
    take(store, back, answers={question["id"]: "correct"})
    assert [one["unit"] for one in queries.memberships(store, row["uid"])] == ["会计学院党委"] * 2
    take(store, file, answers={waiting.asked[0]["id"]: "keep"})
    assert cadre(store, "林香")["unit"] == "会计学院党委"


def test_another_branch_of_the_unit_is_a_transfer_of_today(
    store: Store, sheet: Sheets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XCJS_TODAY", "2020-09-10")
    take(store, sheet((*LIN[:5], "")))
    take(store, sheet(LIN))  # a first branch: no transfer
    take(store, sheet((*LIN[:5], "行政党支部")))
    periods = [(one["branch"], one["from_on"]) for one in queries.memberships(store, cadre(store, "林香")["uid"])]
    assert periods == [("行政党支部", "2020-09-10"), ("审计系党支部", "")]


def test_a_likely_duplicate_of_somebody_known_is_asked(store: Store, sheet: Sheets) -> None:
    take(store, sheet(LIN))
    file = sheet(("0099999", "林香", "女", "1982-05-15", "13900001111", "行政党支部"), name="法学院党委.xlsx")
    prepared = take(store, file)
    (question,) = prepared.asked
    assert question["message"] == "与台账里会计学院党委的林香、工号0000001姓名、出生年月相同，工号不同：疑似同一人"
    assert tally(prepared) == {"asked": 1}
    assert tally(prepare_roster(store, [file], same_person="new")) == {"new": 1}
    assert tally(prepare_roster(store, [file], same_person="skip")) == {"skipped": 1}
    merged = prepare_roster(store, [file], same_person="merge")
    assert {one["kind"] for one in merged.asked} == {"same_person", "move"}
    move = next(one["id"] for one in merged.asked if one["kind"] == "move")
    take(store, file, same_person="merge", answers={move: "correct"})
    row = cadre(store, "林香")
    assert (row["staff_no"], row["phone"], row["unit"]) == ("0099999", "13900001111", "法学院党委")


def test_a_merge_inside_a_sheet_fills_only_what_is_open(store: Store, sheet: Sheets) -> None:
    second = ("0099999", "林香", "女", "1982-05", "13900001111", "行政党支部")
    take(store, sheet((*LIN[:4], "", LIN[5]), second), same_person="merge")
    row = cadre(store, "林香")
    assert (row["staff_no"], row["phone"], row["branch"]) == ("0000001", "13900001111", "审计系党支部")
    again = take(store, sheet(LIN, second), same_person="merge")
    assert tally(again) == {"updated": 1, "skipped": 1}  # the first row now says its own phone


def test_names_alone_prove_nothing(store: Store, sheet: Sheets) -> None:
    other = ("0000009", "林香", "男", "1990-01", "13900001111", "行政党支部")
    prepared = take(store, sheet(LIN, other))
    assert (tally(prepared), prepared.asked) == ({"new": 2}, [])


def test_an_id_number_outweighs_another_staff_no(store: Store, sheet: Sheets) -> None:
    head = (*HEAD, "身份证号")
    take(store, sheet((*LIN, "410102196610223343"), head=head))
    prepared = take(store, sheet(("0000077", *LIN[1:], "410102196610223343"), head=head))
    assert tally(prepared) == {"updated": 1}
    assert cadre(store, "林香")["staff_no"] == "0000077"
    assert "出生" in prepared.remarks[-1]["message"]  # 1966 inside the number, 1982 beside it


def test_sheets_without_staff_no_find_their_people(store: Store, sheet: Sheets) -> None:
    head = HEAD[1:]
    take(store, sheet(LIN[1:], SHI[1:], head=head))
    assert tally(take(store, sheet(LIN[1:], SHI[1:], head=head))) == {"unchanged": 2}
    assert tally(take(store, sheet(LIN, SHI))) == {"updated": 2}  # the 工号 comes later
    assert tally(take(store, sheet(LIN[1:], LIN[1:], head=head))) == {"unchanged": 1, "asked": 1}


def test_a_staff_no_under_another_name_is_asked_unless_something_agrees(store: Store, sheet: Sheets) -> None:
    take(store, sheet(LIN))
    renamed = take(store, sheet(("0000001", "林湘", *LIN[2:])))
    assert tally(renamed) == {"updated": 1}
    assert cadre(store, "linx")["name"] == "林湘"
    stranger = sheet(("0000001", "汤娟超", "男", "1970-10", "15523215681", ""))
    prepared = take(store, stranger)
    assert tally(prepared) == {"asked": 1}
    assert tally(take(store, stranger, answers={prepared.asked[0]["id"]: "skip"})) == {"skipped": 1}
    assert cadre(store, "0000001")["name"] == "林湘"


def test_somebody_archived_is_found_and_asked(store: Store, sheet: Sheets) -> None:
    take(store, sheet(LIN))
    with store.transact("归档") as tx:
        archive_cadre(tx, cadre(store, "林香")["uid"], "2020-09-01", "调离")
    prepared = take(store, sheet(LIN))
    assert (tally(prepared), prepared.asked[0]["kind"]) == ({"asked": 1}, "archived")
    take(store, sheet(LIN), answers={prepared.asked[0]["id"]: "restore"})
    row = cadre(store, "林香")
    assert (row["archived_on"], row["archive_reason"]) == ("", "")
    assert queries.memberships(store, row["uid"])[0]["until_on"] == ""


def test_a_row_can_be_skipped_and_a_plan_made_again(store: Store, sheet: Sheets) -> None:
    prepared = prepare_roster(store, [sheet(LIN, SHI)])
    prepared.planner = roster_planner(skips=[prepared.plan.rows[0].ref])
    plan_again(store, prepared)
    commit_roster(store, prepared)
    assert [row["name"] for row in queries.cadre_rows(store, RosterFilter())] == ["史伟燕"]


def test_a_number_that_lost_its_zeros_makes_no_second_person(store: Store, sheet: Sheets) -> None:
    take(store, sheet(LIN))
    prepared = take(store, sheet((1.0, "林香", "女", "", "", ""), (2.0, "周新", "女", "", "", "")))
    assert tally(prepared) == {"unchanged": 1, "new": 1}
    assert any("少了前面的0" in one["message"] for one in prepared.remarks)
    assert cadre(store, "林香")["staff_no"] == "0000001"


def test_the_same_person_in_two_files_is_one_row_unless_they_disagree(store: Store, sheet: Sheets) -> None:
    first = sheet(LIN, name="会计学院党委.xlsx")
    again = sheet(LIN[:4], head=HEAD[:4], name="会计学院党委_补报.xlsx")
    prepared = take(store, first, again)
    assert tally(prepared) == {"new": 1, "skipped": 1} and not prepared.errors
    other = sheet((*LIN[:4], "18704274911", LIN[5]), name="会计学院党委_再报.xlsx")
    assert ["工号重复" in one["message"] for one in prepare_roster(store, [first, other]).errors] == [True]


def test_a_branch_number_needs_no_ordinal_word(store: Store, sheet: Sheets) -> None:
    spelled = ("第一支部", "一支部", "第1党支部", "1支部")
    people = [(f"000001{index}", f"周{'甲乙丙丁'[index]}", "女", "", "", one) for index, one in enumerate(spelled)]
    take(store, sheet(*people))
    assert store.tuples("SELECT name FROM branch") == [("第1党支部",)]


def test_a_head_without_rows_is_told_and_an_unacknowledged_column_stays_told(store: Store, sheet: Sheets) -> None:
    assert "只有表头" in prepare_roster(store, [sheet()]).errors[0]["message"]
    file = sheet((*LIN, "蓝"), head=(*HEAD, "幸运色"))
    assert [one["column"] for one in take(store, file).unmapped] == ["幸运色"]
    assert [one["column"] for one in take(store, file).unmapped] == ["幸运色"]
    assert [one["column"] for one in take(store, file, maps={"幸运色": "忽略"}).unmapped] == []
    assert take(store, file).unmapped == []
