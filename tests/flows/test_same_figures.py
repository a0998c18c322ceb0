"""One figure, one source: what stands in several places is the same number under the same name everywhere. 统计口径 beside it"""

from __future__ import annotations

import pytest

from core.grid_assignment.figures import FIGURES, SERVICE, grid_figures
from core.grid_assignment.ops import assign
from core.leaving import leave
from core.overview.figures import figure_table
from core.roster.ops import save_cadre
from core.service_log.quota import below_minimum, quota_report, unit_progress
from core.store import Store
from reports.grid_papers import collect_map
from reports.spec import Asked
from tests import factory
from tests.reports.community import community
from ui.pages.map_data import COLOURINGS, read_view

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
        here = (
            "SELECT DISTINCT cadre_uid FROM grid_assignment a JOIN cadre c ON c.uid = a.cadre_uid "
            "WHERE a.until_on = '' AND c.archived_on = ''"
        )
        placed = {row[0] for row in dated.tuples(here)}
        assert sum(one.below for one in grid_figures(dated, year).values()) == len(below & placed)
    assert below_minimum(dated, 2019) == set()
