"""The sample ledger over years: people come, move, retire, leave and come back, each step on the day it was done.

2020 is that of the shipped samples; the years after it are made from fixed seeds, and served through the same importers and
acts. Every year but the last one is closed; the last one stands at the end of November.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from core.base.errors import InvalidInput
from core.ledger import create_ledger
from core.roster.timeline import there_on
from core.store import Store, Tx
from ui.headless import demo

FIRST, LAST = 2020, 2022
LAST_DAY = "11-30"  # of the year that is still running
_CLOCK = "XCJS_TODAY"


class Office:
    """One ledger and its day: whatever is done is done on the day it bears."""

    def __init__(self, store: Store, last: int) -> None:
        self.store, self.last = store, last

    def on(self, day: str, label: str) -> AbstractContextManager[Tx]:
        """One step on a day (ISO)."""
        self.go_to(day)
        return self.store.transact(label)

    def go_to(self, day: str) -> None:
        """The day (ISO) that the clock of the program says from here on."""
        os.environ[_CLOCK] = day

    def there(self, day: str) -> list[str]:
        """Everybody who is there on a day (ISO), by 工号."""
        sql = f"SELECT c.uid FROM ({there_on('?1')}) t JOIN cadre c ON c.uid = t.cadre_uid ORDER BY c.staff_no, c.uid"
        return [row[0] for row in self.store.tuples(sql, (day,))]


def make_years(folder: Path, years: Sequence[int] = tuple(range(FIRST, LAST + 1))) -> Store:
    """A ledger in `folder` of some years from 2020 on; the clock of the process is as before when it returns."""
    if list(years) != list(range(FIRST, years[-1] + 1)) or years[-1] > LAST:
        raise InvalidInput({"years": f"示例台账从{FIRST}年起，最多到{LAST}年，例如 --years {FIRST}-{LAST}。"})
    with clock_at(f"{FIRST}-08-04"):
        store, _code = create_ledger(folder, demo.PASSPHRASE, org_name=demo.ORG, year=FIRST, operator="示例")
        office = Office(store, years[-1])
        for year in years:
            _year(office, year)
    return store


@contextmanager
def clock_at(day: str) -> Iterator[None]:
    """The program's clock says a day (ISO); afterwards what it said before."""
    before = os.environ.get(_CLOCK)
    os.environ[_CLOCK] = day
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(_CLOCK)
        else:
            os.environ[_CLOCK] = before


def _year(office: Office, year: int) -> None:
    from ui.headless.demo_changes import change_people
    from ui.headless.demo_service import serve_quarter
    from ui.headless.demo_year_end import half_year, year_end

    if year == FIRST:
        _begin(office)
    for quarter in range(1, 5):
        change_people(office, year, quarter)
        if year > FIRST:
            serve_quarter(office, year, quarter)
        if quarter == 2 and year > FIRST:
            half_year(office, year, 1, f"{year}-07-05")
    if year == FIRST:
        _served_first(office)
    year_end(office, year)


def _begin(office: Office) -> None:
    """The ledger of August 2020: roster, places, check-ins, groups."""
    from core.roster.import_run import commit_roster, prepare_roster

    store = office.store
    commit_roster(store, prepare_roster(store, demo.samples(*demo.ROSTERS)), skip_bad=True)
    demo.import_places(store)
    for day, label, act in (
        ("08-04", "登记志愿者和网格员电话", demo.volunteers),
        ("08-05", "自动编入网格", demo.place_people),
        ("08-10", "登记楼栋长", demo.appoint_leads),
        ("08-12", "登记报送", demo.receive_submissions),
        ("08-15", "自动编组", demo.form_squads),
        ("08-25", "登记报到", demo.check_people_in),
    ):
        with office.on(f"{FIRST}-{day}", label) as tx:
            act(tx)


def _served_first(office: Office) -> None:
    from core.service_log.importing import commit_visits, prepare_visits

    office.go_to(f"{FIRST}-{LAST_DAY}")
    commit_visits(office.store, prepare_visits(office.store, demo.samples(demo.VISITS)), skip_bad=True)
