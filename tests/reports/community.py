"""A small community for the print tests: three grids with outlines, buildings, a squad, check-ins of both tracks."""

from __future__ import annotations

import io
import json

from core.ledger import memory_ledger
from core.store import Store, Tx
from core.store.attachments import attach
from tests.factory import people

WIDTH, HEIGHT = 900.0, 300.0


def community(count: int = 30) -> tuple[Store, dict[str, str], list[str]]:
    """A store, uids by name, and the people in order of 工号; the first lives elsewhere and is sent here."""
    store, uids = memory_ledger(), {}
    cadres = people(store, count)
    with store.transact("社区") as tx:
        uids["经院"] = str(tx.value("SELECT uid FROM community WHERE linked = 1"))
        uids["康园"] = tx.insert("community", {"district": "洪山区", "street": "关山街道", "name": "康园社区"})
        _places(tx, uids)
        _people(tx, uids, cadres)
        _checkins(tx, uids, cadres)
    return store, uids, cadres


def _places(tx: Tx, uids: dict[str, str]) -> None:
    uids["东苑"] = tx.insert("estate", {"community_uid": uids["经院"], "name": "东苑"})
    for number in (1, 2, 3):
        left = 300 * (number - 1)
        ring = [[left, 0], [left + 300, 0], [left + 300, 300], [left, 300]]
        row = {
            "community_uid": uids["经院"],
            "name": f"第{number}网格",
            "position": number,
            "outline": json.dumps(ring),
        }
        uids[f"网格{number}"] = tx.insert("grid", row)
        for at in range(3):
            name = f"{3 * number + at - 2}栋"
            house = {
                "estate_uid": uids["东苑"], "grid_uid": uids[f"网格{number}"], "name": name,
                "position": 3 * number + at - 2, "x": left + 60.0 + 80 * at, "y": 80.0 + 60 * at,
            }  # fmt: skip
            uids[name] = tx.insert("building", house)


def _people(tx: Tx, uids: dict[str, str], cadres: list[str]) -> None:
    for at, uid in enumerate(cadres[:24]):
        house = uids[f"{at % 9 + 1}栋"]
        grid = uids[f"网格{at % 9 // 3 + 1}"]
        row = {"cadre_uid": uid, "grid_uid": grid, "building_uid": house, "entrance": "2单元", "from_on": "2020-08-10"}
        tx.insert("grid_assignment", row)
    for at in range(4):
        row = {"cadre_uid": cadres[at], "building_uid": uids[f"{at + 1}栋"], "from_on": "2020-09-01"}
        tx.insert("building_lead", row)
    worker = {"community_uid": uids["经院"], "grid_uid": uids["网格1"], "name": "陈彬", "phone": "027-81970001"}
    uids["陈彬"] = tx.insert("grid_worker", {**worker, "duty": "网格员"})
    squad = tx.insert(
        "squad", {"grid_uid": uids["网格1"], "name": "第1小分队", "position": 1, "formed_on": "2020-09-10"}
    )
    uids["小分队"] = squad
    tx.insert("squad_member", {"squad_uid": squad, "role": "WORKER", "worker_uid": uids["陈彬"]})
    tx.insert("squad_member", {"squad_uid": squad, "role": "CADRE", "cadre_uid": cadres[0]})
    volunteer = tx.insert("volunteer", {"name": "赵六", "phone": "13900000000", "grid_uid": uids["网格1"]})
    tx.insert("squad_member", {"squad_uid": squad, "role": "VOLUNTEER", "volunteer_uid": volunteer})


def _checkins(tx: Tx, uids: dict[str, str], cadres: list[str]) -> None:
    for at, uid in enumerate(cadres[:20]):
        row = {
            "cadre_uid": uid,
            "track": "HOME",
            "community_uid": uids["经院" if at else "康园"],
            "written_on": "2020-08-20",
        }
        tx.insert("checkin", {**row, "checked_on": f"2020-08-{1 + at:02d}", "place": "" if at else "第7网格"})
    sent = {"cadre_uid": cadres[0], "track": "ASSIGNED", "community_uid": uids["经院"], "checked_on": "2020-08-05"}
    tx.insert("checkin", {**sent, "written_on": "2020-08-20", "letter_no": "〔2020〕12号"})
    gone = {"cadre_uid": cadres[1], "track": "ASSIGNED", "community_uid": uids["经院"], "checked_on": "2019-08-05"}
    tx.insert("checkin", {**gone, "written_on": "2019-08-20", "ended_on": "2019-12-31", "end_reason": "调离"})
    own = {"track": "ASSIGNED", "community_uid": uids["经院"], "checked_on": "2020-08-01", "written_on": "2020-08-01"}
    tx.insert("checkin", {**own, "our_contact": "李四", "handler": "王书记"})


def picture(store: Store, uids: dict[str, str]) -> None:
    """Put a plan under the grids."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (int(WIDTH), int(HEIGHT)), (210, 220, 200)).save(out, "PNG")
    with store.transact("底图") as tx:
        plan = tx.insert("map_plan", {"community_uid": uids["经院"], "width": WIDTH, "height": HEIGHT})
        attach(tx, "map_plan", plan, out.getvalue(), name="底图.png", media="image/png", role="plan")
