"""Random acts of office work through the ops, over every travelling table."""

from __future__ import annotations

from core.base.errors import Problem
from core.checkin.model import CheckinDraft
from core.checkin.ops import change_checkin, check_in, end_checkins, receive_receipts, remove_checkins
from core.grid_assignment.leads import appoint_lead, end_lead, remove_lead
from core.grid_assignment.ops import assign, remove_assignment, unassign
from core.leaving import leave
from core.org import ops as org
from core.place import ops as place
from core.place import removing
from core.roster.feedback import add_feedback, remove_feedback, update_feedback
from core.roster.ops import change_person, restore_cadre, save_cadre
from core.roster.volunteers import end_volunteer, remove_volunteer, save_volunteer
from core.service_log.model import VisitDraft
from core.service_log.ops import change_visit, confirm_visits, record_visit, return_visits, void_visits
from core.service_log.sheets import make_sheet
from core.store import Store, Tx
from core.store.attachments import attach, remove_attachment
from core.submission import ops as submission
from core.team import ops as team
from tests.core.exchange.year_acts import DAYS, WORDS, YEAR_ACTS, Act, Chance, some


def _visit(tx: Tx, r: Chance) -> object:
    start = r.randrange(8, 18)
    draft = VisitDraft(
        r.choice(DAYS), f"{start:02d}:00", f"{start + r.randrange(1, 4):02d}:00", community=r.choice(["经院社区", "藏龙社区"]),
        category="宣传政策", content=r.choice(WORDS), cadre_uid=some(tx, r, "cadre"),
    )  # fmt: skip
    return record_visit(tx, draft)


def _change_visit(tx: Tx, r: Chance) -> object:
    changes = r.choice(
        [
            {"content": r.choice(WORDS)},
            {"note": r.choice(WORDS)},
            {"place": r.choice(WORDS)},
            {"minutes": None, "end_at": "20:00"},
        ]
    )
    return change_visit(tx, some(tx, r, "visit", "state <> 'VOID'"), changes, "更正")


def _person(tx: Tx, r: Chance) -> object:
    unit = tx.value("SELECT unit_uid FROM cadre LIMIT 1")
    return save_cadre(
        tx,
        {"name": f"欧阳{r.choice(WORDS)}", "staff_no": f"9{r.randrange(8):03d}", "unit_uid": unit, "branch_uid": None},
    )


def _move(tx: Tx, r: Chance) -> object:
    return save_cadre(
        tx,
        {"unit_uid": some(tx, r, "unit"), "branch_uid": None},
        some(tx, r, "cadre", "archived_on = ''"),
        transfer_on=r.choice(DAYS),
    )


def _dated(tx: Tx, r: Chance) -> object:
    changes = r.choice([{"status": r.choice(("ACTIVE", "RETIRED", "OTHER"))}, {"party_status": r.choice(WORDS)}])
    return change_person(tx, some(tx, r, "cadre", "archived_on = ''"), changes, from_on=r.choice(["", *DAYS]))


def _facts(tx: Tx, r: Chance) -> object:
    values = {
        r.choice(["title", "phone", "note", "education", "address"]): ""
        if r.random() < 0.2
        else f"1390000{r.randrange(4):04d}"
    }
    tx.update("cadre", some(tx, r, "cadre"), values)
    return None


def _building(tx: Tx, r: Chance) -> object:
    values = {
        "name": f"{r.randrange(1, 6)}栋",
        "estate": r.choice(["东苑", "西苑"]),
        "grid": tx.value("SELECT name FROM grid WHERE uid = ?", (some(tx, r, "grid"),)),
    }
    return place.save_building(tx, None, values)


def _squad(tx: Tx, r: Chance) -> object:
    squad = (
        some(tx, r, "squad", "ended_on = ''")
        if r.random() < 0.7
        else team.save_squad(
            tx, None, {"grid": tx.value("SELECT name FROM grid LIMIT 1"), "name": f"小分队{r.choice(WORDS)}"}
        )
    )
    role, table = r.choice([("WORKER", "grid_worker"), ("CADRE", "cadre"), ("VOLUNTEER", "volunteer")])
    return team.add_member(tx, squad, role, some(tx, r, table))


def _submit(tx: Tx, r: Chance) -> object:
    if r.random() < 0.3:
        return submission.save_task(tx, None, {"year": 2020, "name": f"报送{r.choice(WORDS)}", "level": "UNIT"})
    return submission.receive(
        tx, some(tx, r, "submission_task", "level = 'UNIT'"), some(tx, r, "unit"), None, {"sent_on": r.choice(DAYS)}
    )


def _lists(tx: Tx, r: Chance) -> object:
    name, value = r.choice([("skills", f"技能{r.choice(WORDS)}"), ("category", f"类别{r.choice(WORDS)}")])
    if tx.value("SELECT 1 FROM code_list WHERE list = ? AND value = ?", (name, value)):
        tx.update("code_list", f"{name}:{value}", {"position": r.randrange(9)})
    else:
        tx.insert("code_list", {"uid": f"{name}:{value}", "list": name, "value": value})
    return None


def _settings(tx: Tx, r: Chance) -> object:
    key = f"{r.choice(['evaluation', 'handbook'])}.title"
    if tx.value("SELECT 1 FROM form_text WHERE uid = ?", (key,)):
        tx.update("form_text", key, {"text": r.choice(WORDS)})
    else:
        tx.insert("form_text", {"uid": key, "text": r.choice(WORDS)})
    tx.update("service_quota", "2020", {"minutes": 720 + r.randrange(3)})
    tx.update("setting", "issuer", {"value": r.choice(WORDS)})
    return None


def _plan(tx: Tx, r: Chance) -> object:
    community = tx.value("SELECT uid FROM community WHERE linked = 1")
    plan = tx.value("SELECT uid FROM map_plan") or tx.insert(
        "map_plan", {"community_uid": community, "width": 100.0, "height": 50.0}
    )
    return tx.insert("control_point", {"plan_uid": plan, "x": r.random(), "y": r.random(), "lon": 114.0, "lat": 30.0})


ACTS: tuple[tuple[int, Act], ...] = (
    (9, _visit),
    (5, _change_visit),
    (
        3,
        lambda tx, r: confirm_visits(
            tx, [some(tx, r, "visit", "state = 'WAITING'")], "社区党组织", "李书记", "2020-11-23"
        ),
    ),
    (1, lambda tx, r: return_visits(tx, [some(tx, r, "visit", "state = 'WAITING'")], "时长不对")),
    (1, lambda tx, r: void_visits(tx, [some(tx, r, "visit", "state = 'WAITING'")], "重复")),
    (4, _facts),
    (3, _person),
    (2, _move),
    (1, lambda tx, r: leave(tx, some(tx, r, "cadre", "archived_on = ''"), r.choice(DAYS), "调离")),
    (1, lambda tx, r: restore_cadre(tx, some(tx, r, "cadre", "archived_on <> ''"), r.choice(["", *DAYS]))),
    (2, _dated),
    (2, lambda tx, r: add_feedback(tx, some(tx, r, "cadre"), {"given_on": r.choice(DAYS), "content": r.choice(WORDS)})),
    (2, lambda tx, r: update_feedback(tx, some(tx, r, "feedback"), {"content": r.choice(WORDS)})),
    (2, lambda tx, r: remove_feedback(tx, some(tx, r, "feedback"))),
    (1, lambda tx, r: org.add_unit(tx, {"name": f"单位{r.choice(WORDS)}"})),
    (1, lambda tx, r: org.add_branch(tx, {"unit_uid": some(tx, r, "unit"), "name": f"支部{r.choice(WORDS)}"})),
    (1, lambda tx, r: org.update_unit(tx, some(tx, r, "unit"), {"note": r.choice(WORDS)})),
    (
        1,
        lambda tx, r: org.add_contact(
            tx, {"unit_uid": some(tx, r, "unit"), "role": "联络员", "name": f"王{r.choice(WORDS)}"}
        ),
    ),
    (1, lambda tx, r: org.remove_contact(tx, some(tx, r, "contact"))),
    (1, lambda tx, r: org.remember_alias(tx, "unit", f"别名{r.choice(WORDS)}", some(tx, r, "unit"))),
    (2, lambda tx, r: place.ensure_community(tx, "江夏区", "纸坊街道", f"{r.choice(WORDS)}社区")),
    (2, _building),
    (1, lambda tx, r: removing.remove_building(tx, some(tx, r, "building"))),
    (1, lambda tx, r: removing.remove_estate(tx, some(tx, r, "estate"))),
    (1, lambda tx, r: place.set_entrances(tx, some(tx, r, "building"), r.randrange(4))),
    (1, lambda tx, r: place.save_grid(tx, None, {"name": f"第{r.randrange(3, 7)}网格"})),
    (1, lambda tx, r: place.save_grid(tx, some(tx, r, "grid"), {"note": r.choice(WORDS)})),
    (1, lambda tx, r: removing.remove_grid(tx, some(tx, r, "grid"))),
    (
        1,
        lambda tx, r: place.save_worker(
            tx, None, {"name": f"陈{r.choice(WORDS)}", "grid": tx.value("SELECT name FROM grid LIMIT 1")}
        ),
    ),
    (1, lambda tx, r: place.end_worker(tx, some(tx, r, "grid_worker"))),
    (
        2,
        lambda tx, r: assign(
            tx,
            [some(tx, r, "cadre", "archived_on = ''")],
            some(tx, r, "grid", "archived_on = ''"),
            from_on=r.choice(DAYS),
        ),
    ),
    (1, lambda tx, r: unassign(tx, [some(tx, r, "cadre")], r.choice(DAYS))),
    (1, lambda tx, r: remove_assignment(tx, some(tx, r, "grid_assignment"))),
    (
        1,
        lambda tx, r: appoint_lead(
            tx, some(tx, r, "building"), some(tx, r, "cadre", "archived_on = ''"), r.choice(DAYS)
        ),
    ),
    (1, lambda tx, r: end_lead(tx, some(tx, r, "building_lead"), "2020-11-23")),
    (1, lambda tx, r: remove_lead(tx, some(tx, r, "building_lead"))),
    (2, _squad),
    (1, lambda tx, r: team.remove_member(tx, some(tx, r, "squad_member"), "2020-11-23")),
    (1, lambda tx, r: save_volunteer(tx, None, {"name": f"赵{r.choice(WORDS)}"})),
    (1, lambda tx, r: end_volunteer(tx, some(tx, r, "volunteer"))),
    (1, lambda tx, r: remove_volunteer(tx, some(tx, r, "volunteer"))),
    (
        2,
        lambda tx, r: check_in(
            tx,
            CheckinDraft(
                some(tx, r, "cadre", "archived_on = ''"),
                r.choice(["HOME", "ASSIGNED"]),
                r.choice(DAYS),
                community="经院社区",
            ),
        ),
    ),
    (1, lambda tx, r: change_checkin(tx, some(tx, r, "checkin"), {"handler": r.choice(WORDS)})),
    (1, lambda tx, r: end_checkins(tx, [some(tx, r, "checkin", "ended_on = ''")], "2020-11-23", "迁居")),
    (1, lambda tx, r: receive_receipts(tx, [some(tx, r, "checkin")], "2020-11-23")),
    (1, lambda tx, r: remove_checkins(tx, [some(tx, r, "checkin")])),
    (2, _submit),
    (1, lambda tx, r: submission.remove_submission(tx, some(tx, r, "submission"))),
    (1, _lists),
    (1, _settings),
    (1, _plan),
    (
        1,
        lambda tx, r: attach(
            tx, "cadre", some(tx, r, "cadre"), r.randbytes(9), name="照片.jpg", media="image/jpeg", role="photo"
        ),
    ),
    (1, lambda tx, r: remove_attachment(tx, some(tx, r, "attachment"))),
    (1, lambda tx, r: make_sheet(tx, r.choice(["经院社区", "藏龙社区"]), 2020)),
    *YEAR_ACTS,
)
_WEIGHTS, _CHOICES = [weight for weight, _act in ACTS], [act for _weight, act in ACTS]


def act_once(store: Store, r: Chance, *, undo: bool = False) -> bool:
    """One random act, or taking one back; what the rules refuse leaves nothing behind."""
    try:
        if undo and r.random() < 0.08:
            candidate = store.undo_candidate()
            if candidate is not None and not candidate.label.startswith(("合并", "测试", "处理")):
                store.undo()
            return True
        with store.transact("随机") as tx:
            r.choices(_CHOICES, _WEIGHTS)[0](tx, r)
    except Problem:
        return False
    return True
