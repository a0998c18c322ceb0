"""The sample ledger: made from the shipped sample sheets by the same importers a clerk uses."""

from __future__ import annotations

from pathlib import Path

from core.base.paths import asset
from core.ledger import create_ledger
from core.store import Store

PASSPHRASE = "示例台账2020"
ORG, YEAR = "湖北经济学院", 2020
_ROSTERS, _VISITS = ("01_", "02_", "03_", "04_", "05_"), "06_"


def make_demo(folder: Path) -> Store:
    """A ledger in `folder` with the sample rosters and the service records of 2020; the faulty rows are left out."""
    # not with the module: every start of the window imports it, and the importers take 40 ms
    from core.roster.import_run import commit_roster, prepare_roster
    from core.service_log.importing import commit_visits, prepare_visits

    store, _code = create_ledger(folder, PASSPHRASE, org_name=ORG, year=YEAR, operator="示例")
    commit_roster(store, prepare_roster(store, samples(*_ROSTERS)), skip_bad=True)
    commit_visits(store, prepare_visits(store, samples(_VISITS)), skip_bad=True)
    return store


def samples(*starts: str) -> list[Path]:
    """The shipped sample workbooks whose names begin so."""
    found = sorted(asset("demo").iterdir())
    return [one for one in found if one.name.startswith(starts) and one.suffix in {".xlsx", ".csv"}]
