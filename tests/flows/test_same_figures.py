"""One figure, one source: what stands in several places is the same number under the same name everywhere. 统计口径 beside it"""

from __future__ import annotations

import pytest

from core.archive.figures import figures_of
from core.base.dates import format_hours
from core.checkin.model import CheckinDraft
from core.checkin.ops import check_in, remove_checkins
from core.checkin.people import PeopleFilter, people_sums
from core.checkin.status import absent_count, absent_rows, checkin_status, day_in_year
from core.grid_assignment.figures import FIGURES, SERVICE, grid_figures
from core.grid_assignment.ops import assign
from core.grid_assignment.queries import assignment_rows
from core.leaving import leave
from core.overview.answers import all_answers
from core.overview.figures import figure_table
from core.reporting.yearly import yearly_report
from core.roster.filter import RosterFilter
from core.roster.ops import save_cadre
from core.service_log.quota import below_minimum, quota_report, steps_of, unit_progress
from core.store import Store
from reports.grid_papers import collect_map
from reports.people_lists import _summary
from reports.spec import Asked
from tests import factory
from tests.reports.community import community
from ui.pages.checkin_rows import sums_words
from ui.pages.map_data import COLOURINGS, read_view
from ui.pages.roster_tell import sentence_of

YEAR = factory.YEAR


@pytest.fixture(scope="module")
def dated() -> Store:
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


@pytest.mark.parametrize("key", list(FIGURES))
def test_screen_and_printed_map_show_one_figure(dated: Store, key: str) -> None:
    shown = {grid.name: colouring_value(dated, key, grid.uid) for grid in read_view(dated, YEAR, key).scene.grids}
    printed = {grid.name: grid.figure for grid in collect_map(dated, Asked(YEAR, by=key)).grids}
    assert shown == printed and len(shown) == 3
    scope = FIGURES[key].scope.format(year=YEAR)
    assert collect_map(dated, Asked(YEAR, by=key)).scope == scope
    assert read_view(dated, YEAR, key).legend.scope == f"统计口径：{scope}"


def colouring_value(store: Store, key: str, uid: str) -> float | None:
    return next(one for one in COLOURINGS if one.id == key).value(grid_figures(store, YEAR)[uid])


def test_the_two_sums_of_a_grid_are_those_of_the_two_ways_of_counting(dated: Store) -> None:
    assert len({label for _, _, label, _ in SERVICE}) == 2
    figures = {one.name: one for one in grid_figures(dated, YEAR).values()}
    for by, (times, minutes, _label, _scope) in zip(("home", "grid"), SERVICE, strict=True):
        lines = {line.name: (line.times, line.minutes) for line in figure_table(dated, YEAR, by).lines}
        for name, one in figures.items():
            assert lines[name] == (getattr(one, times), getattr(one, minutes))


def test_below_the_minimum_is_counted_by_one_rule(dated: Store) -> None:
    for year in (2019, YEAR):
        report = quota_report(dated, year)
        below = {row["uid"] for row in report.rows if row["progress"] in ("GOING", "BEHIND")}
        assert below_minimum(dated, year) == below
        total = unit_progress(dated, year).total
        assert total.going + total.behind == len(below)
        placed = {row["cadre_uid"] for row in assignment_rows(dated)}
        assert sum(one.below for one in grid_figures(dated, year).values()) == len(below & placed)
    assert below_minimum(dated, 2019) == set()


def test_after_the_years_end_there_is_only_met_or_not(dated: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(YEAR)
    assert [label for _, label in steps_of(YEAR)[1:3]] == ["进行中", "落后"]
    monkeypatch.setenv("XCJS_TODAY", "2021-01-05")
    report = quota_report(dated, YEAR)
    assert {row["progress"] for row in report.rows} <= {"MET", "BEHIND", "EXEMPT", "LEFT", "AWAY"}
    assert dict(steps_of(YEAR))["BEHIND"] == "未达标" and "GOING" not in dict(steps_of(YEAR))
    school = next(one for one in figures_of(dated, YEAR) if one.kind == "SCHOOL").figures
    total = unit_progress(dated, YEAR).total
    assert (total.people, total.met, total.behind) == (school["people"], school["met"], school["below"])
    table = _summary(dated, asked, report)
    heads = [column.head for column in table.columns]
    assert "未达标" in heads and "进行中" not in heads and "落后" not in "".join(heads) + table.scope
    assert table.rows[-1][heads.index("未达标")] == str(school["below"])
    # as of a day within the year, what was under way then is still said so
    assert ("GOING", "进行中") in steps_of(YEAR, "2020-06-30")


def test_the_yearly_report_says_who_served_on_which_track(dated: Store) -> None:
    sql = "SELECT count(DISTINCT cadre_uid) FROM visit_tally WHERE year = ? AND state = 'CONFIRMED' AND track = ? AND minutes > 0"
    own, duty = (dated.value(sql, (YEAR, track)) for track in ("OWN", "DISPATCHED"))
    either = figure_table(dated, YEAR).total.people
    assert duty > 0 and own < either
    text = "".join(section.fresh for section in yearly_report(dated, YEAR).sections)
    total = figure_table(dated, YEAR).total
    assert f"全年业余时间服务{total.times}次、{format_hours(total.minutes)}小时，参加{own}人。" in text
    assert f"组织派遣服务{total.duty_times}次、{format_hours(total.duty_minutes)}小时、{duty}人" in text


def test_the_tabs_of_checkins_count_one_day_by_one_rule(dated: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XCJS_TODAY", "2021-01-05")
    late = next(row["uid"] for row in absent_rows(dated, as_of="2020-12-31"))
    with dated.transact("过了年才报到") as tx:
        uid = check_in(tx, CheckinDraft(late, "HOME", "2021-01-03", "康园社区"))
    day = day_in_year("", YEAR)
    assert day == "2020-12-31"
    sums, table = people_sums(dated, PeopleFilter(), day), checkin_status(dated, day, year=YEAR).total
    assert (sums.home, sums.absent) == (table.checked + table.exempt_checked, table.absent)
    assert absent_count(dated, day) == len(absent_rows(dated, as_of=day)) == sums.absent
    assert "截至2020年12月31日" in sums_words(sums)
    report = yearly_report(dated, YEAR)
    assert (report.total.due, report.total.due - report.total.checked) == (table.due, table.absent)
    now = people_sums(dated, PeopleFilter())
    assert (now.absent, "截至" in sums_words(now)) == (sums.absent - 1, False)
    with dated.transact("撤回") as tx:
        remove_checkins(tx, [uid])


def test_a_sentence_of_a_past_year_names_the_day_of_its_figures(dated: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sentence_of(dated, RosterFilter(), YEAR, "").startswith("截至2020年11月24日")
    monkeypatch.setenv("XCJS_TODAY", "2021-01-05")
    text = sentence_of(dated, RosterFilter(), YEAR, "")
    assert text.startswith("截至2020年12月31日") and "未达标" in text and "落后" not in text
    assert all("截至2020年12月31日" in one.sentence for one in all_answers(dated, YEAR))
