"""自动编入: what addresses say of building and grid; what they cannot say is asked, never guessed."""

from __future__ import annotations

import json
from collections.abc import Iterator

import openpyxl
import pytest

from core.base.paths import asset
from core.grid_assignment.auto import ASKED, OUTSIDE, PLACED, UNKNOWN, Proposed, accept, propose
from core.grid_assignment.ops import assign
from core.grid_assignment.queries import assignment_rows
from core.ledger import memory_ledger
from core.roster.import_run import commit_roster, prepare_roster
from core.roster.ops import save_cadre
from core.store import Store
from tests.core.grid_people import community
from tests.core.roster_sheets import sample


@pytest.fixture(scope="module")
def samples() -> Iterator[Store]:
    """The sample roster and the buildings of the samples in their grids."""
    store = memory_ledger()
    paths = [sample(f"0{number}_") for number in (1, 2, 3, 5)]
    faulty = next(asset("demo").glob("04_*.xlsx"))
    commit_roster(store, prepare_roster(store, [*paths, faulty]), skip_bad=True)
    book = openpyxl.load_workbook(next(asset("demo").glob("08_*.xlsx")), read_only=True)
    lines = list(book.active.iter_rows(min_row=2, values_only=True))
    book.close()
    with store.transact("楼栋") as tx:
        grids: dict[str, str] = {}
        estates: dict[str, str] = {}
        for name, grid, estate, *_rest in lines:
            for known, table, text in ((grids, "grid", grid), (estates, "estate", estate)):
                if text not in known:
                    known[text] = tx.insert(table, {"community_uid": "linked", "name": text, "position": len(known)})
            row = {"estate_uid": estates[estate], "grid_uid": grids[grid], "name": name, "position": int(name[:-1])}
            tx.insert("building", row)
    yield store
    store.close()


def truth() -> dict[str, int | None]:
    found = json.loads(asset("demo", "00_truth.json").read_text(encoding="utf-8"))["home_grid"]
    return dict(found)


def test_the_sample_roster_is_placed_as_the_truth_says_and_one_undo_takes_it_back(samples: Store) -> None:
    before = samples.rows("SELECT * FROM grid_assignment")
    proposal = propose(samples)
    grids = dict(samples.tuples("SELECT uid, name FROM grid"))
    lines = {one.staff_no: one for one in proposal.items}
    got = {number: (lines[number].outcome, grids.get(lines[number].grid_uid)) for number in truth()}
    assert got == {number: (PLACED, f"第{grid}网格") if grid else (ASKED, None) for number, grid in truth().items()}
    assert all(len(one.candidates) > 1 for one in proposal.items if one.outcome == ASKED)
    rest = [one for one in proposal.items if one.staff_no not in truth()]
    assert {one.outcome for one in rest} == {OUTSIDE, UNKNOWN}
    assert all(one.why.endswith("。") for one in proposal.items)
    with samples.transact("自动编入") as tx:
        assert accept(tx, proposal.items).count == proposal.counts[PLACED] == 86
    assert {row["method"] for row in assignment_rows(samples)} == {"AUTO"}
    assert propose(samples).already == 86
    samples.undo()
    assert samples.rows("SELECT * FROM grid_assignment") == before == []


def seen(address: str, **values: str) -> Proposed:
    """What an address says, for 张伟 of the small community (东苑 1-6栋, 西苑 1栋)."""
    store, uids = community()
    with store.transact("住址") as tx:
        tx.update("estate", uids["西苑"], {"other_names": "经院西区、西教"})
        save_cadre(tx, {"community": "经院社区", "address": address, **values}, uids["张伟"])
    (line,) = propose(store, [uids["张伟"]]).items
    return line


@pytest.mark.parametrize(
    "address",
    [
        "东苑3栋",
        "东苑3号楼",
        "东苑 3-2-501",
        "东苑三栋",
        "东苑3＃",
        "东苑3幢",
        "东苑３栋",
        "东苑小区3栋",
        "经院社区东苑3栋",
        "江夏区藏龙岛街道经院社区东苑3号楼2单元501室",
        "湖北经济学院东苑3栋",
        "东苑3栋2-501",
        "湖北省武汉市江夏区藏龙岛街道经院社区居委会东苑3座",
    ],
)
def test_the_ways_people_write_a_building(address: str) -> None:
    line = seen(address)
    assert (line.outcome, [label for _uid, label in line.candidates]) == (PLACED, ["东苑3栋"]), line


def test_other_names_of_an_estate_are_known() -> None:
    assert seen("西教1栋").outcome == seen("经院西区1号楼").outcome == PLACED


@pytest.mark.parametrize(
    ("address", "outcome", "why"),
    [
        ("3栋2单元501室", ASKED, "住址没有写小区，3栋可能是东苑3栋，请选定。"),  # although only one 小区 has a 3栋
        ("1栋501", ASKED, "住址没有写小区，1栋可能是东苑1栋、西苑1栋，请选定。"),
        ("东苑", ASKED, "住址里没有楼栋号，请选东苑的一栋。"),
        ("锦绣东苑3栋", ASKED, "“锦绣东苑3栋”是不是东苑3栋，请选定。"),
        ("东苑40栋", UNKNOWN, "东苑没有40栋，最大是6栋。"),
        ("40栋", UNKNOWN, "住址没有写明小区，各小区都没有40栋。"),
        ("金地格林3栋", UNKNOWN, "“金地格林”不是经院社区登记的小区，请核对住址，或把它加为小区的别名。"),
        ("", UNKNOWN, "没有填写住址。"),
        ("校内", UNKNOWN, "住址里看不出本社区的小区和楼栋号。"),
    ],
)
def test_what_an_address_cannot_say_is_asked_or_told(address: str, outcome: str, why: str) -> None:
    line = seen(address)
    assert (line.outcome, line.why, line.grid_uid) == (outcome, why, "")


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ({"community": "康园社区"}, OUTSIDE),
        ({"district": "洪山区"}, OUTSIDE),  # another 经院社区
        ({"street": "关山街道"}, OUTSIDE),
        ({"district": "江夏", "street": "藏龙岛办事处"}, PLACED),
        ({"community": "经院社区居委会"}, PLACED),
        ({"community": ""}, ASKED),  # looks like ours, nobody says so
    ],
)
def test_only_the_linked_community_has_grids(values: dict[str, str], outcome: str) -> None:
    assert seen("东苑3栋", **values).outcome == outcome


def test_columns_of_the_roster_go_before_the_address() -> None:
    line = seen("东苑5栋", estate="东苑", building="2号楼", entrance="1单元")
    assert (line.outcome, line.candidates[0][1], line.entrance) == (PLACED, "东苑2栋", "1单元")
    assert seen("东苑5栋", building="2栋").outcome == ASKED  # the two disagree: which 小区 is not told for sure


def test_an_entrance_that_is_not_there_is_told_and_a_building_without_a_grid_places_nobody() -> None:
    store, uids = community()
    with store.transact("楼栋") as tx:
        tx.insert("entrance", {"building_uid": uids["东苑1栋"], "name": "1单元"})
        tx.update("building", uids["东苑2栋"], {"grid_uid": None})
        save_cadre(tx, {"community": "经院社区", "address": "东苑1栋4单元302"}, uids["张伟"])
        save_cadre(tx, {"community": "经院社区", "address": "东苑2栋"}, uids["李娜"])
    first, second = propose(store, [uids["张伟"], uids["李娜"]]).items
    assert (first.outcome, first.why) == (PLACED, "住址是东苑1栋4单元。这一栋只有1个单元，没有4单元，请核对住址。")
    assert (second.outcome, second.why) == (UNKNOWN, "东苑2栋还没有划入网格，请先填写它属于哪个网格。")


def test_who_has_a_grid_is_left_alone_unless_asked_and_the_clerk_may_choose() -> None:
    store, uids = community()
    with store.transact("住址") as tx:
        save_cadre(tx, {"community": "经院社区", "address": "东苑3栋"}, uids["张伟"])
        assign(tx, [uids["张伟"]], uids["第1网格"], from_on="2020-09-01")
        save_cadre(tx, {"community": "经院社区", "address": "1栋"}, uids["李娜"])
    proposal = propose(store, [uids["张伟"], uids["李娜"]])
    assert ([one.name for one in proposal.items], proposal.already) == (["李娜"], 1)
    assert len(propose(store, [uids["张伟"]], again=True).items) == 1
    with store.transact("自动编入") as tx:
        accept(tx, [(uids["李娜"], uids["第3网格"], uids["西苑1栋"], "1单元")], "2020-10-01")
    (row,) = assignment_rows(store, cadre_uid=uids["李娜"])
    assert (row["grid"], row["entrance"], row["from_on"]) == ("第3网格", "1单元", "2020-10-01")
