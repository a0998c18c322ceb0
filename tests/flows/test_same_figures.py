"""One figure, one source: what stands in several places is the same number under the same name everywhere. 统计口径 beside it"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from core.archive.figures import figures_of
from core.base.dates import format_hours
from core.checkin.model import CheckinDraft
from core.checkin.ops import check_in, remove_checkins
from core.checkin.people import PeopleFilter, people_sums
from core.checkin.status import absent_count, absent_rows, checkin_status, day_in_year
from core.grid_assignment.card import grid_card
from core.grid_assignment.figures import FIGURES, SERVICE, grid_figures
from core.grid_assignment.ops import assign
from core.grid_assignment.queries import assignment_rows
from core.leaving import leave
from core.ledger import create_ledger
from core.overview.answers import all_answers
from core.overview.figures import figure_table
from core.reporting.unit_figures import total as summed
from core.reporting.unit_figures import unit_figures
from core.reporting.yearly import yearly_report
from core.roster.filter import RosterFilter
from core.roster.ops import save_cadre
from core.service_log.quota import below_minimum, quota_report, quota_rows, steps_of, unit_progress
from core.store import Store
from reports.grid_papers import collect_map, collect_notices
from reports.people_lists import _summary
from reports.spec import Asked
from tests import factory
from tests.reports.community import community
from ui.headless.commands import build_parser
from ui.headless.demo import make_demo
from ui.pages.checkin_rows import sums_words
from ui.pages.map_data import COLOURINGS, read_view
from ui.pages.roster_tell import sentence_of, totals_of

YEAR = factory.YEAR


def dated_ledger() -> Store:
    """A community with service, from which people retire, leave and move within the year."""
    store, uids, cadres = community(60)
    factory.visits(store, 240)
    with store.transact("变动") as tx:
        save_cadre(tx, {"status": "RETIRED"}, cadres[2], transfer_on="2020-09-01")
        save_cadre(tx, {"status": "RETIRED"}, cadres[3], transfer_on="2020-10-01")
        leave(tx, cadres[4], "2020-10-01", "调离")
        assign(tx, [cadres[5]], uids["网格3"], from_on="2020-09-15")
        tx.insert("evaluation", {"cadre_uid": cadres[6], "year": YEAR, "exempt_reason": "借调"})
    return store


@pytest.fixture(scope="module", params=["变动台账", "示例台账"])
def ledger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The dated ledger, and the demo as it ships."""
    if request.param == "变动台账":
        yield dated_ledger()
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(create_ledger.__kwdefaults__, "cost", {"iterations": 1, "lanes": 1, "memory_kib": 64})
        store = make_demo(tmp_path_factory.mktemp("demo") / "台账")
    yield store
    store.close()


def command(store: Store, *argv: str) -> Any:
    """What a command answers as JSON."""
    args = build_parser().parse_args(argv)
    return args.run(store, args).json


@pytest.mark.parametrize("key", list(FIGURES))
def test_screen_and_printed_map_show_one_figure(ledger: Store, key: str) -> None:
    shown = {grid.name: colouring_value(ledger, key, grid.uid) for grid in read_view(ledger, YEAR, key).scene.grids}
    printed = {grid.name: grid.figure for grid in collect_map(ledger, Asked(YEAR, by=key)).grids}
    assert shown == printed and len(shown) >= 3
    scope = FIGURES[key].scope.format(year=YEAR)
    assert collect_map(ledger, Asked(YEAR, by=key)).scope == scope
    assert read_view(ledger, YEAR, key).legend.scope == f"统计口径：{scope}"


def colouring_value(store: Store, key: str, uid: str) -> float | None:
    return next(one for one in COLOURINGS if one.id == key).value(grid_figures(store, YEAR)[uid])


def test_the_two_sums_of_a_grid_are_those_of_the_two_ways_of_counting(ledger: Store) -> None:
    assert len({label for _, _, label, _ in SERVICE}) == 2
    figures = {one.name: one for one in grid_figures(ledger, YEAR).values()}
    for by, (times, minutes, _label, _scope) in zip(("home", "grid"), SERVICE, strict=True):
        lines = {line.name: (line.times, line.minutes) for line in figure_table(ledger, YEAR, by).lines}
        assert set(figures) <= set(lines)
        for name, one in figures.items():
            assert lines[name] == (getattr(one, times), getattr(one, minutes))


def test_below_the_minimum_is_counted_by_one_rule(ledger: Store) -> None:
    for year in (2019, YEAR):
        report = quota_report(ledger, year)
        below = {row["uid"] for row in report.rows if row["progress"] in ("GOING", "BEHIND")}
        assert below_minimum(ledger, year) == below
        total = unit_progress(ledger, year).total
        assert total.going + total.behind == len(below)
        placed = {row["cadre_uid"] for row in assignment_rows(ledger)}
        assert sum(one.below for one in grid_figures(ledger, year).values()) == len(below & placed)
    assert below_minimum(ledger, 2019) == set()


def test_after_the_years_end_there_is_only_met_or_not(ledger: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(YEAR)
    assert [label for _, label in steps_of(YEAR)[1:3]] == ["进行中", "落后"]
    monkeypatch.setenv("XCJS_TODAY", "2021-01-05")
    report = quota_report(ledger, YEAR)
    assert {row["progress"] for row in report.rows} <= {"MET", "BEHIND", "EXEMPT", "LEFT", "AWAY"}
    assert dict(steps_of(YEAR))["BEHIND"] == "未达标" and "GOING" not in dict(steps_of(YEAR))
    school = next(one for one in figures_of(ledger, YEAR) if one.kind == "SCHOOL").figures
    total = unit_progress(ledger, YEAR).total
    assert (total.people, total.met, total.behind) == (school["people"], school["met"], school["below"])
    table = _summary(ledger, asked, report)
    heads = [column.head for column in table.columns]
    assert "未达标" in heads and "进行中" not in heads and "落后" not in "".join(heads) + table.scope
    assert table.rows[-1][heads.index("未达标")] == str(school["below"])
    # as of a day within the year, what was under way then is still said so
    assert ("GOING", "进行中") in steps_of(YEAR, "2020-06-30")


def test_the_yearly_report_says_who_served_on_which_track(ledger: Store) -> None:
    sql = "SELECT count(DISTINCT cadre_uid) FROM visit_tally WHERE year = ? AND state = 'CONFIRMED' AND track = ? AND minutes > 0"
    own, duty = (ledger.value(sql, (YEAR, track)) for track in ("OWN", "DISPATCHED"))
    either = figure_table(ledger, YEAR).total.people
    assert duty > 0 and own < either
    text = "".join(section.fresh for section in yearly_report(ledger, YEAR).sections)
    total = figure_table(ledger, YEAR).total
    assert f"全年业余时间服务{total.times}次、{format_hours(total.minutes)}小时，参加{own}人。" in text
    assert f"组织派遣服务{total.duty_times}次、{format_hours(total.duty_minutes)}小时、{duty}人" in text


def test_the_tabs_of_checkins_count_one_day_by_one_rule(ledger: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XCJS_TODAY", "2021-01-05")
    late = next(row["uid"] for row in absent_rows(ledger, as_of="2020-12-31"))
    with ledger.transact("过了年才报到") as tx:
        uid = check_in(tx, CheckinDraft(late, "HOME", "2021-01-03", "康园社区"))
    day = day_in_year("", YEAR)
    assert day == "2020-12-31"
    sums, table = people_sums(ledger, PeopleFilter(), day), checkin_status(ledger, day, year=YEAR).total
    assert (sums.home, sums.absent) == (table.checked + table.exempt_checked, table.absent)
    assert absent_count(ledger, day) == len(absent_rows(ledger, as_of=day)) == sums.absent
    assert "截至2020年12月31日" in sums_words(sums)
    report = yearly_report(ledger, YEAR)
    assert (report.total.due, report.total.due - report.total.checked) == (table.due, table.absent)
    now = people_sums(ledger, PeopleFilter())
    assert (now.absent, "截至" in sums_words(now)) == (sums.absent - 1, False)
    with ledger.transact("撤回") as tx:
        remove_checkins(tx, [uid])


def test_a_sentence_of_a_past_year_names_the_day_of_its_figures(ledger: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sentence_of(ledger, RosterFilter(), YEAR, "").startswith("截至2020年11月24日")
    monkeypatch.setenv("XCJS_TODAY", "2021-01-05")
    text = sentence_of(ledger, RosterFilter(), YEAR, "")
    assert text.startswith("截至2020年12月31日") and "未达标" in text and "落后" not in text
    of_today = ("楼栋长", "报送")  # what is still missing is asked of today, whatever the year
    figures = [one for one in all_answers(ledger, YEAR) if not any(word in one.question for word in of_today)]
    assert len(figures) > 5 and all("截至2020年12月31日" in one.sentence for one in figures)


def test_who_must_meet_the_minimum_and_does_is_one_figure(ledger: Store) -> None:
    total = quota_report(ledger, YEAR).total
    one = (total.people, total.met)
    assert total.met and total.people > total.met
    first_page = unit_progress(ledger, YEAR).total
    units = summed(unit_figures(ledger, YEAR))
    school = next(line for line in figures_of(ledger, YEAR) if line.kind == "SCHOOL").figures
    by_unit = command(ledger, "quota", "--year", str(YEAR))["by_unit"]
    totals = totals_of(
        ledger, RosterFilter(archived=None, uids=tuple(row["uid"] for row in quota_rows(ledger, YEAR))), YEAR
    )
    assert [
        (first_page.people, first_page.met),
        (units.people, units.met),
        (school["people"], school["met"]),
        tuple(sum(line[key] for line in by_unit) for key in ("people", "met")),
        (totals.assessed, dict(totals.standing)["已达标"]),
    ] == [one] * 5
    table = _summary(ledger, Asked(YEAR), quota_report(ledger, YEAR))
    assert table.rows[-1][2:4] == (str(total.people), str(total.met))
    said = "".join(answer.sentence for answer in all_answers(ledger, YEAR))
    assert f"应考核{total.people}人，已达标{total.met}人" in said
    text = "".join(section.fresh for section in yearly_report(ledger, YEAR).sections)
    assert f"应考核{total.people}人中，达标{total.met}人，未达标{total.people - total.met}人" in text


def test_the_grids_of_the_command_are_those_of_map_and_card(ledger: Store) -> None:
    rows = {row["grid"]: row for row in command(ledger, "status", "grids", "--year", str(YEAR))["rows"]}
    for uid, one in grid_figures(ledger, YEAR).items():
        told = rows[one.name]
        keys = (
            "people",
            "retired",
            "times",
            "minutes",
            "served_times",
            "served_minutes",
            "led",
            "buildings",
            "below",
            "squads",
        )
        assert {key: told[key] for key in keys} == {key: getattr(one, key) for key in keys}
        assert grid_card(ledger, uid, YEAR).figures == one
        notice = next(page for page in collect_notices(ledger) if page.grid == one.name)
        assert notice.people == one.people + one.retired
        assert sum(bool(names) for _, names in notice.leads) == one.led


def test_checkins_of_the_command_are_those_of_screen_and_report(ledger: Store) -> None:
    day = day_in_year("", YEAR)
    table = checkin_status(ledger, day, year=YEAR).total
    told = command(ledger, "status", "checkins", "--year", str(YEAR))
    assert (told["total"]["due"], told["total"]["checked"], len(told["absent"])) == (
        table.due,
        table.checked,
        table.absent,
    )
    units = summed(unit_figures(ledger, YEAR))
    assert (units.due, units.checked) == (table.due, table.checked)
    assert absent_count(ledger, day) == table.absent
