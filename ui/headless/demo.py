"""The sample ledger: made from the shipped sample files by the same importers and acts a clerk uses."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.base.paths import asset
from core.ledger import create_ledger
from core.store import Row, Store, Tx

PASSPHRASE = "示例台账2020"
ORG, YEAR = "湖北经济学院", 2020
FORMS = (
    "handbook", "evaluation", "checkin_form", "checkin_slip", "checkin_letter", "checkin_status", "checkin_missing",
    "grid_notice", "grid_assignment", "grid_map", "squad_list", "submission_list", "id_card",
)  # fmt: skip
"""What `demo` prints."""
ROSTERS, VISITS, _GRIDS, _BUILDINGS, _PLAN = ("01_", "02_", "03_", "04_", "05_"), "06_", "07_", "08_", "09_"
_PLACED_ON, _LEADS_FROM, _SQUADS_ON = "2020-08-03", "2020-08-10", "2020-08-15"
SURNAMES = "周吴郑冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"
_GIVEN = ("秀兰", "建军", "小雨", "志华", "丽", "国强", "雅琴", "明")
_TRADES = (("居民", "", "矛盾调解、文艺演出"), ("物业人员", "小区物业服务中心", "水电维修"), ("学生", ORG, "英语辅导"))


def make_demo(folder: Path) -> Store:
    """A ledger in `folder` with everything a screen or form shows: people and records of 2020, the community, check-ins.

    The faulty rows of the samples are left out, as a clerk would.
    """
    # not with the module: every start of the window imports it, and the importers take 40 ms
    from core.roster.import_run import commit_roster, prepare_roster
    from core.service_log.importing import commit_visits, prepare_visits
    from ui.headless.demo_evaluation import commend, evaluate, hear_community
    from ui.headless.demo_outside import give_out

    store, _code = create_ledger(folder, PASSPHRASE, org_name=ORG, year=YEAR, operator="示例")
    commit_roster(store, prepare_roster(store, samples(*ROSTERS)), skip_bad=True)
    commit_visits(store, prepare_visits(store, samples(VISITS)), skip_bad=True)
    import_places(store)
    with store.transact("登记志愿者和网格员电话") as tx:
        volunteers(tx)
    with store.transact("自动编入网格") as tx:
        place_people(tx)
    with store.transact("登记楼栋长") as tx:
        appoint_leads(tx)
    with store.transact("自动编组") as tx:
        form_squads(tx)
    with store.transact("登记报到") as tx:
        check_people_in(tx)
    with store.transact("录入考核评价") as tx:
        evaluate(tx, YEAR)
    with store.transact("登记表彰") as tx:
        commend(tx, YEAR)
    with store.transact("记录社区反馈") as tx:
        hear_community(tx, YEAR)
    give_out(store)
    with store.transact("登记报送") as tx:
        receive_submissions(tx)
    return store


def samples(*starts: str) -> list[Path]:
    """The shipped sample files whose names begin so."""
    found = sorted(asset("demo").iterdir())
    return [one for one in found if one.name.startswith(starts) and one.suffix in {".xlsx", ".csv", ".geojson", ".png"}]


def import_places(store: Store) -> None:
    """Grids, the plan under them, buildings."""
    from core.entities import PLAIN
    from core.place.import_map import commit_grids, import_ground, prepare_grids
    from core.service_log.grid_links import link_visits
    from core.sheet.plain import commit_plain, prepare_plain

    (grids,), (plan,) = samples(_GRIDS), samples(_PLAN)
    commit_grids(store, prepare_grids(store, grids), after=(link_visits,))
    with store.transact(f"放入平面图：{plan.name}") as tx:
        import_ground(tx, plan)
    buildings = PLAIN["buildings"]
    commit_plain(store, prepare_plain(store, buildings, samples(_BUILDINGS)), buildings)


def volunteers(tx: Tx) -> None:
    """Two to a grid (one in the last, so that a squad is seen short of one), and the workers' numbers."""
    from core.place.ops import save_worker
    from core.place.queries import grids, workers
    from core.roster.volunteers import save_volunteer

    rows = grids(tx)
    names = [SURNAMES[at % len(SURNAMES)] + _GIVEN[at * 3 % len(_GIVEN)] for at in range(2 * len(rows))]
    for at in range(2 * len(rows) - 1):
        kind, employer, skills = _TRADES[at % len(_TRADES)]
        facts = {"kind": kind, "employer": employer, "skills": skills, "free_time": "周六上午", "from_on": _PLACED_ON}
        grid = rows[at // 2]["name"]
        save_volunteer(tx, None, {"name": names[at], "phone": f"1390000{at:04d}", "grid": grid, **facts})
    for at, row in enumerate(workers(tx)):
        save_worker(tx, row["uid"], {"phone": f"1380000{at:04d}", "from_on": _PLACED_ON})


def place_people(tx: Tx) -> None:
    """Everybody whose address is certain; the others stay open, as they would."""
    from core.grid_assignment.auto import accept, propose

    accept(tx, propose(tx).items, _PLACED_ON)


def appoint_leads(tx: Tx) -> None:
    """In each building the first 在职 person who lives there."""
    from core.grid_assignment.leads import appoint_lead
    from core.grid_assignment.queries import assignment_rows

    first: dict[str, str] = {}
    for row in assignment_rows(tx):
        if row["building_uid"] and row["status"] == "ACTIVE":
            first.setdefault(row["building_uid"], row["cadre_uid"])
    for building_uid, cadre_uid in first.items():
        appoint_lead(tx, building_uid, cadre_uid, _LEADS_FROM)


def form_squads(tx: Tx) -> None:
    """One 112 squad in each grid that has the people for it."""
    from core.team.ops import accept_squads
    from core.team.propose import propose_squads

    accept_squads(tx, propose_squads(tx), _SQUADS_ON)


def check_people_in(tx: Tx) -> None:
    """School and units first; of the people every seventh has not come yet and some came late; who is placed was sent too."""
    from core.checkin.ops import receive_receipts, save_unit_checkin

    units = [row[0] for row in tx.tuples("SELECT name FROM unit ORDER BY position, name")]
    for at, name in enumerate(["学校", *units]):
        letter = f"鄂经院党函〔{YEAR}〕{at + 1}号"
        facts = {"checked_on": f"{YEAR}-07-{20 + at % 10}", "letter_no": letter, "handler": "陈社工"}
        save_unit_checkin(tx, None, {"unit": name, **facts})
    people = tx.rows(
        "SELECT c.uid, c.community, EXISTS (SELECT 1 FROM grid_assignment a WHERE a.cadre_uid = c.uid) AS placed "
        "FROM cadre c WHERE c.archived_on = '' AND c.status = 'ACTIVE' ORDER BY c.staff_no, c.uid"
    )
    made = _home_and_sent(tx, people)
    for at, uid in enumerate(made):
        if at % 3:
            receive_receipts(tx, [uid], f"{YEAR}-08-25")


def _home_and_sent(tx: Tx, people: Sequence[Row]) -> list[str]:
    from core.checkin.model import CheckinDraft
    from core.checkin.ops import check_in

    made = []
    for at, person in enumerate(people):
        if person["community"] and at % 7 != 6:
            day = f"{YEAR}-08-{4 + at % 9:02d}"  # from the 11th on they are late
            made.append(check_in(tx, CheckinDraft(person["uid"], "HOME", day, handler="李社工")))
        if person["placed"]:
            made.append(check_in(tx, CheckinDraft(person["uid"], "ASSIGNED", _PLACED_ON, handler="陈社工")))
    return made


def receive_submissions(tx: Tx) -> None:
    """信息采集表 of all units but the last, one of them late and one twice."""
    from core.org.settings import set_settings
    from core.submission.ops import prepare_year, receive
    from core.submission.queries import task_rows

    set_settings(tx, {"begun_on": f"{YEAR}-08-03"})  # kept since the policy, as the records in it tell
    prepare_year(tx, YEAR)
    task = next(row for row in task_rows(tx, YEAR) if row["level"] == "UNIT")
    units = [row[0] for row in tx.tuples("SELECT uid FROM unit ORDER BY position, name")]
    for at, uid in enumerate(units[:-1]):
        day = f"{YEAR}-08-{'12' if at == 1 else '07'}"
        receive(tx, task["uid"], uid, None, {"sent_on": day, "form": "电子", "sender": "党务秘书"})
    receive(tx, task["uid"], units[0], None, {"sent_on": f"{YEAR}-08-09", "form": "纸质", "sender": "党务秘书"})
