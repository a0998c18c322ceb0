"""Whoever has left stands on no paper of the community, also where a merge archived him: his places say 缺."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.grid_assignment.card import grid_card
from core.holdings import left_behind
from core.roster.ops import archive_cadre, save_cadre
from core.store import Store
from core.team.queries import squad_members, squad_rows
from reports.grid_papers import collect_notices
from reports.printing import check_form, print_form
from tests.reports.community import community
from tests.reports.samples import page_texts

NAME = "上官离岗"
Gone = tuple[Store, dict[str, str]]


@pytest.fixture
def gone() -> Gone:
    """The first person, in 第1网格, 楼栋长 and squad, archived without the rest: as a merge leaves it."""
    store, uids, cadres = community()
    with store.transact("合并") as tx:
        save_cadre(tx, {"name": NAME}, cadres[0])
        archive_cadre(tx, cadres[0], "2020-11-01", "调离")
    assert len(left_behind(store)) == 5
    return store, uids


def test_the_public_notice_does_not_name_him_and_the_squad_says_so(gone: Gone, tmp_path: Path) -> None:
    store, uids = gone
    (data,) = collect_notices(store, uids["网格1"])
    assert data.squads[0].cadres == () and data.leads[0] == ("东苑1栋", "")
    done = print_form(store, "grid_notice", year=2020, grid="1", out=tmp_path)
    (text,) = page_texts(done.files[0])
    assert NAME not in text and "第1小分队陈彬缺赵六" in text
    gaps = check_form(store, "grid_notice", year=2020)
    assert ("《第1网格公示牌》", ("第1小分队的下沉党员干部",)) in [(one.label, one.missing) for one in gaps]


def test_list_and_map_say_what_the_squad_lacks(gone: Gone, tmp_path: Path) -> None:
    store, uids = gone
    done = print_form(store, "squad_list", year=2020, out=tmp_path)
    (text,) = page_texts(done.files[0])
    assert NAME not in text and "缺下沉党员干部1名" in text
    (squad,) = squad_rows(store)
    assert squad["warning"] == "缺下沉党员干部1名、志愿者1名。"
    assert NAME not in [row["name"] for row in squad_members(store, uids["小分队"])]
    (shown,) = grid_card(store, uids["网格1"], 2020).squads
    assert (shown["members"], shown["roles"]) == ("陈彬、赵六", ["WORKER", "VOLUNTEER"])
