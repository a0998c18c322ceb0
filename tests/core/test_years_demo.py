"""The three years of the demo against an oracle of the raw tables: every place that tells a figure tells the same one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from core.archive.closing import closed_figures, corrections
from core.check import findings
from core.checkin.status import checkin_status, due_date
from core.evaluation.queries import evaluation_rows
from core.ledger import create_ledger, open_ledger
from core.overview.answers import all_answers, school_answers
from core.overview.figures import figure_table
from core.reporting.half_year import served
from core.reporting.results import results
from core.reporting.unit_figures import branch_figures, total, unit_figures
from core.reporting.yearly import yearly_report
from core.service_log.ops import confirm_visits
from core.service_log.quota import quota_report, unit_progress
from core.store import Store
from main import main
from reports.catalogue import report
from reports.spec import Asked
from tests.core.years_oracle import SUMS, Oracle, Person, most
from ui.headless import demo_year_end
from ui.headless.demo import PASSPHRASE
from ui.headless.demo_years import make_years

YEARS = (2020, 2021, 2022)
TODAY = "2022-11-30"
UNTIL = {2020: "2020-12-31", 2021: "2021-12-31", 2022: TODAY}
Snapshot = dict[str, Any]


@dataclass
class Made:
    """The ledger, and what it said of each year when each year had ended."""

    folder: Path
    store: Store
    oracle: Oracle
    then: dict[int, dict[int, Snapshot]] = field(default_factory=dict)

    def year(self, year: int) -> dict[str, Person]:
        """As the oracle has it."""
        return self.oracle.year(year, UNTIL[year])


def snapshot(store: Store, year: int) -> Snapshot:
    """Everything that is told of a year."""
    uids = [row["uid"] for row in quota_report(store, year).rows]
    return {
        "quota": quota_report(store, year).rows,
        "units": unit_figures(store, year),
        "figures": [figure_table(store, year, by).rows() for by in ("unit", "category", "month", "track", "grid")],
        "evaluation": [(row["cadre_uid"], row["verdict"]) for row in evaluation_rows(store, year)],
        "results": [(one.person["uid"], one.years) for one in results(store, uids, [year])],
        # what is still lacking (楼栋长, 报送) is told as of the day of asking
        "answers": [text for one in school_answers(store, year) if f"截至{year}年12月31日" in (text := one.sentence)],
        "report": [one.fresh for one in yearly_report(store, year).sections],
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("years") / "示例台账"
    then: dict[int, dict[int, Snapshot]] = {}
    at_the_end = demo_year_end.year_end

    def watched(office: Any, year: int) -> None:
        at_the_end(office, year)
        then[year] = {before: snapshot(office.store, before) for before in YEARS if before <= year}

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(create_ledger.__kwdefaults__, "cost", {"iterations": 1, "lanes": 1, "memory_kib": 64})
        patch.setattr(demo_year_end, "year_end", watched)
        store = make_years(folder, YEARS)
    yield Made(folder, store, Oracle.of(store), then)
    store.close()


@pytest.fixture(autouse=True)
def _november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XCJS_TODAY", TODAY)
    monkeypatch.setenv("XCJS_PASSPHRASE", PASSPHRASE)


def told(people: list[Person]) -> dict[str, int]:
    """The counts and sums of some people."""
    due = [one for one in people if one.due]
    left = [one for one in people if one.left]
    return {
        "people": len(due),
        "met": sum(one.met for one in due),
        "exempt": len(people) - len(due) - len(left) - sum(one.away for one in people),
        "left_people": len(left),
        "left_met": sum(one.met for one in left),
        "away": sum(one.away for one in people),
        **{key: sum(one.sums[key] for one in people) for key in SUMS},
    }


def by_unit(people: dict[str, Person]) -> dict[str, dict[str, int]]:
    """`told` by unit."""
    units = {one.unit for one in people.values()}
    return {unit: told([one for one in people.values() if one.unit == unit]) for unit in units}


def same(found: Any, right: dict[str, int], keys: tuple[str, ...]) -> bool:
    """Whether an object's or a mapping's figures are the oracle's."""
    get = found.get if isinstance(found, dict) else lambda key: getattr(found, key)
    assert {key: get(key) for key in keys} == {key: right[key] for key in keys}
    return True


COUNTS = ("people", "met", "exempt", "left_people", "left_met", "away")
OWN = ("times", "minutes", "waiting_times", "waiting_minutes")


def test_the_oracle_counts_by_hand() -> None:
    """The examples of DOMAIN.md: 120 + 60 = 180; 8-9 and 8-12 are 240; a dispatched 8-18 of 30 leaves two own hours."""
    assert most([(540, 660, 120), (480, 720, 60)]) == 180
    assert most([(480, 540, 60), (480, 720, 240)]) == 240
    assert most([(480, 1080, 30), (540, 660, 120)]) == 150


def test_the_demo_holds_together_and_has_everything(made: Made) -> None:
    assert findings(made.store) == []
    for year in YEARS:
        people = made.year(year).values()
        assert any(one.left for one in people) and any(one.met for one in people if one.due)
    assert any(one.left and one.met for one in made.year(2021).values())
    assert any(one.away for one in made.year(2022).values())
    assert {one.came_on for one in made.year(2021).values()} >= {"2021-03-08", "2021-09-06", "2021-09-13"}
    assert {one.why for one in made.year(2021).values()} >= {"离退休", "长期病假", "援派挂职"}


@pytest.mark.parametrize("year", YEARS)
def test_everybodys_year(made: Made, year: int, capsys: pytest.CaptureFixture[str]) -> None:
    right = made.year(year)
    assert main(["quota", "--year", str(year), "--data", str(made.folder), "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert (body["minimum"]["times"], body["minimum"]["minutes"]) == made.oracle.minimum(year)
    assert {row["uid"] for row in body["rows"]} == set(right)
    for row in body["rows"]:
        one = right[row["uid"]]
        assert {key: row[key] for key in SUMS} == one.sums
        assert (row["unit_uid"], row["branch_uid"] or "", row["exempt"]) == (one.unit, one.branch, one.why)
        assert (row["meets"], row["came_on"], row["left_on"]) == (one.met, one.came_on, one.left_on)
        assert (row["progress"] == "MET") == (one.due and one.met)
    lines = {line["unit_uid"]: line for line in body["by_unit"]}
    for unit, figures in by_unit(right).items():
        same(lines[unit], figures, (*COUNTS, *OWN, "duty_minutes"))
    assert set(lines) == {one.unit for one in right.values()}
    units = unit_progress(made.store, year)
    assert same(units.total, told(list(right.values())), (*COUNTS, *OWN, "duty_minutes"))
    assert units.by_unit == quota_report(made.store, year).by_unit


@pytest.mark.parametrize("year", YEARS)
def test_tables_of_service(made: Made, year: int) -> None:
    everything = told(list(made.year(year).values()))
    for by, key in (("unit", "unit_uid"), ("category", "category"), ("track", "track"), ("grid", "grid_uid")):
        table, right = figure_table(made.store, year, by), made.oracle.earned(year, key)
        lines = {line.key[0]: line for line in table.lines if line.records}
        assert set(lines) == set(right)
        for name, sums in right.items():
            mine = {one: sums.get(one, 0) for one in (*SUMS, "records", "people")}
            assert {one: getattr(lines[name], one) for one in mine} == mine
        assert {one: getattr(table.total, one) for one in SUMS} == {one: everything[one] for one in SUMS}


@pytest.mark.parametrize("year", YEARS)
def test_unit_figures_and_double_report(made: Made, year: int) -> None:
    people, earned = by_unit(made.year(year)), made.oracle.earned(year, "unit_uid")
    checks = made.oracle.checkins(UNTIL[year], due_date(made.store, year))
    status = checkin_status(made.store, UNTIL[year], year=year)
    lines = unit_figures(made.store, year)
    for line in lines:
        right = people.get(line.unit_uid, told([]))
        same(line, right, ("people", "met", "exempt", "left_people", "left_met"))
        assert (line.due, line.checked, line.on_time) == tuple(vars(checks[line.unit_uid]).values())
        for key in ("times", "minutes", "duty_times", "duty_minutes"):
            assert getattr(line, key) == earned.get(line.unit_uid, {}).get(key, 0)
        parts = total(branch_figures(made.store, year, line.unit_uid))
        for key in ("due", "checked", "people", "met", "exempt", "left_people", "times", "minutes", "duty_minutes"):
            assert getattr(parts, key) == getattr(line, key), (line.unit, key)
    assert status.total.due == sum(one.due for one in checks.values())
    assert status.total.checked == sum(one.checked for one in checks.values())
    whole, whole_right = yearly_report(made.store, year), told(list(made.year(year).values()))
    same(whole.total, whole_right, ("people", "met", "exempt", "left_people", "left_met", "times", "minutes"))
    assert whole.total.due == status.total.due
    assert (
        sum(one.minutes for one in whole.categories) == sum(one.minutes for one in whole.months) == whole.total.minutes
    )
    uids = list(made.year(year))
    for half in (1, 2):
        for uid, mine in served(made.store, uids, year, half).items():
            assert (mine.times, mine.minutes) == made.oracle.half(uid, year, half)


@pytest.mark.parametrize("year", YEARS)
def test_sentences(made: Made, year: int) -> None:
    """答问 of the school and each unit."""
    right = made.year(year)
    for unit, figures in {"": told(list(right.values())), **by_unit(right)}.items():
        text = next(one.sentence for one in all_answers(made.store, year, unit) if "达标率" in one.question)
        if not figures["people"]:
            assert "没有应考核人员" in text
            continue
        found = re.search(
            r"应考核(\d+)人，已达标(\d+)人，达标率[\d.]+%，未达标(\d+)人(?:；另有年内离开(\d+)人，其中另有达标(\d+)人)?",
            text,
        )
        assert found is not None, text
        people, met, short, left, left_met = (int(one or 0) for one in found.groups())
        assert (people, met, short) == (figures["people"], figures["met"], figures["people"] - figures["met"])
        assert (left, left_met) == (figures["left_people"], figures["left_met"])


@pytest.mark.parametrize("year", YEARS)
def test_rates_by_unit(made: Made, year: int) -> None:
    """达标率 and 报到率 of each unit as 答问 and the printed tables have them."""
    names = {row["name"]: row["uid"] for row in made.oracle.tables["unit"]}
    people, checks = by_unit(made.year(year)), made.oracle.checkins(UNTIL[year], due_date(made.store, year))
    met = {unit: (one["met"], one["people"]) for unit, one in people.items() if one["people"]}
    checked = {unit: (one.checked, one.due) for unit, one in checks.items() if one.due}
    for what, right in (("各单位达标率", met), ("各单位报到率", checked)):
        text = next(one.sentence for one in school_answers(made.store, year) if what in one.question)
        parts = re.findall(r"([^；：]+?)[\d.]+%（(\d+)/(\d+)）", text)
        assert {names[name]: (int(part), int(whole)) for name, part, whole in parts} == right
    (table,) = _tables(made.store, "checkin_status", year)
    assert sum(_column(table, "应报到")[:-1]) == sum(one.due for one in checks.values())
    (table,) = _tables(made.store, "unit_figures", year)
    at = {one.head.split("\n")[0]: number for number, one in enumerate(table.columns)}
    for row in table.rows[:-1]:
        unit = names[row[1]]
        assert row[at["达标"]] == "{}/{}".format(*met.get(unit, (0, 0)))
        assert row[at["报到"]] == "{}/{}".format(*checked.get(unit, (0, 0)))


@pytest.mark.parametrize("year", YEARS)
def test_evaluation_results_and_printed_lists(made: Made, year: int) -> None:
    right = made.year(year)
    recorded = {row["cadre_uid"] for row in made.oracle.tables["evaluation"] if row["year"] == year}
    listed = evaluation_rows(made.store, year)
    assert {row["cadre_uid"] for row in listed} == {uid for uid, one in right.items() if one.due or uid in recorded}
    for row in listed:
        assert (row["times"], row["minutes"]) == (
            right[row["cadre_uid"]].sums["times"],
            right[row["cadre_uid"]].sums["minutes"],
        )
    for one in results(made.store, list(right), [year]):
        (mine,) = one.years
        sums = right[one.person["uid"]].sums
        assert (mine.times, mine.minutes, mine.duty_minutes) == (sums["times"], sums["minutes"], sums["duty_minutes"])
        assert mine.corrected == ""
        came = right[one.person["uid"]].came_on
        assert ("年内调入" in mine.verdict) == bool(
            came and not right[one.person["uid"]].left and not right[one.person["uid"]].why
        )
    assert_printed(made, year, right)


def assert_printed(made: Made, year: int, right: dict[str, Person]) -> None:
    """The sums of the columns of the lists."""
    everything = told(list(right.values()))
    (table,) = _tables(made.store, "quota_list", year)
    assert len(table.rows) == len(right)
    assert sum(_column(table, "业余次数")) == everything["times"]
    assert round(60 * sum(_column(table, "业余时长"))) == everything["minutes"]
    assert round(60 * sum(_column(table, "派遣时长"))) == everything["duty_minutes"]
    (table,) = _tables(made.store, "shortfall_list", year)
    assert len(table.rows) == everything["people"] - everything["met"]
    (table,) = _tables(made.store, "service_summary", year)
    heads = {one.head for one in table.columns}
    assert {"进行中", "落后"} <= heads if year == YEARS[-1] else "未达标" in heads and not {"进行中", "落后"} & heads
    assert sum(_column(table, "应考核")[:-1]) == everything["people"] == _column(table, "应考核")[-1]
    assert sum(_column(table, "已达标")[:-1]) == everything["met"] == _column(table, "已达标")[-1]


def _tables(store: Store, form: str, year: int) -> Any:
    (job,) = report(form).jobs(store, Asked(year, as_of=UNTIL[year]))
    return job.draw.args[0]  # type: ignore[attr-defined]


def _column(table: Any, head: str) -> list[float]:
    (at,) = [at for at, one in enumerate(table.columns) if one.head.startswith(head)]
    return [float(row[at] or 0) for row in table.rows]


@pytest.mark.parametrize("year", (2020, 2021))
def test_a_closed_year_stays_what_it_was(made: Made, year: int) -> None:
    """People who leave, retire, move or come later change nothing in it."""
    assert corrections(made.store, year) == []
    for later, snapshots in made.then.items():
        if later >= year:
            assert snapshots[year] == made.then[year][year], f"{year} asked at the end of {later}"
    frozen, right = closed_figures(made.store, year), made.year(year)
    same(
        frozen["SCHOOL", ""].figures,
        told(list(right.values())),
        ("people", "met", "exempt", "left_people", "left_met", *SUMS),
    )
    for unit, figures in by_unit(right).items():
        same(frozen["UNIT", unit].figures, figures, ("people", "met", "exempt", "left_people", "left_met", *SUMS))
    for uid, one in right.items():
        assert {key: frozen["CADRE", uid].figures[key] for key in SUMS} == one.sums


def test_the_form_of_a_year_in_which_somebody_was_not_there_is_told_before_printing(made: Made) -> None:
    uid = str(made.store.value("SELECT cadre_uid FROM membership WHERE from_on = '2022-02-21' LIMIT 1"))
    for form in ("evaluation", "handbook"):
        for year in YEARS:
            remarks = [gap.text for gap in report(form).remarked(made.store, Asked(year, uids=(uid,)))]
            assert any("不在册" in text for text in remarks) == (year < 2022)


def test_only_a_real_change_is_a_correction(made: Made, tmp_path: Path) -> None:
    """A record of 2020 confirmed two years later: his figures, his unit's, his branch's and the school's."""
    import shutil

    shutil.copytree(made.folder, tmp_path / "台账")
    store = open_ledger(tmp_path / "台账", PASSPHRASE, operator="示例")
    sql = "SELECT uid, cadre_uid FROM visit WHERE state = 'WAITING' AND track = 'OWN' AND served_on LIKE '2020%' ORDER BY uid"
    uid, cadre_uid = store.tuples(sql)[0]
    with store.transact("确认服务记录") as tx:
        confirm_visits(tx, [uid], "社区党组织", "陈书记", "2020-12-30")
    was, now = made.year(2020)[cadre_uid], Oracle.of(store).year(2020, UNTIL[2020])[cadre_uid]
    found = {(one.kind, one.subject_uid): one for one in corrections(store, 2020) if one.key == "minutes"}
    assert {kind for kind, _ in found} == {"SCHOOL", "UNIT", "BRANCH", "CADRE"}
    assert (found["CADRE", cadre_uid].was, found["CADRE", cadre_uid].now) == (was.sums["minutes"], now.sums["minutes"])
    assert corrections(store, 2021) == []
    store.close()
