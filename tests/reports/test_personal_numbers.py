"""Which papers carry numbers of persons: no form a 身份证号, those on walls no private telephone."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.archive.closing import close_year
from core.org.ops import add_contact
from core.roster.ops import save_cadre
from core.service_log.sheets import make_sheet
from core.store import Store
from core.submission.ops import prepare_year
from reports.catalogue import REPORTS
from reports.lists import list_of
from reports.printing import print_form
from tests.factory import UNITS, visits
from tests.reports.community import community
from tests.reports.exchange_rows import copies, merged
from tests.reports.samples import page_texts

ID_NO, PHONE, WORKER, VOLUNTEER, CONTACT = (
    "420115199001011238", "18907120001", "18907120002", "18907120003", "18907120004",
)  # fmt: skip
WITH_PHONES = {
    "handbook": "本人的手册，首页要填手机",
    "evaluation": "本人的考核评价表，表头要填手机",
    "checkin_form": "本人的信息采集表",
    "checkin_slip": "交给社区的报到单",
    "checkin_missing": "催报用的内部名单；张贴的一份隐去",
    "roster_list": "内部花名册；张贴的一份隐去",
}
"""Forms that carry telephones of cadres, and why."""
WITH_WORKERS = {"grid_notice"}  # whom residents call: the grid worker's work telephone
PUBLIC = {"roster_list", "checkin_missing"}  # have a copy for a wall, without numbers


@pytest.fixture(scope="module")
def store() -> Store:
    """A community in which everybody the papers know has a number of his own."""
    made, _uids, cadres = community()
    with made.transact("号码") as tx:
        for uid in cadres:
            save_cadre(tx, {"phone": PHONE, "id_no": "", "birth_on": "1990-01", "sex": "1"}, uid)
        save_cadre(tx, {"id_no": ID_NO, "birth_on": "1990-01", "sex": "1"}, cadres[0])
        save_cadre(tx, {"id_no": "420115199001011318", "birth_on": "1990-01", "sex": "1"}, cadres[29])
        for table, phone in (("grid_worker", WORKER), ("volunteer", VOLUNTEER)):
            for (uid,) in tx.tuples(f"SELECT uid FROM {table}"):
                tx.update(table, uid, {"phone": phone})
        add_contact(tx, {"unit": UNITS[0], "role": "联络员", "name": "联络员", "phone": CONTACT})
        prepare_year(tx, 2020)
    visits(made, 60)
    copies(made)
    merged(made)
    with made.transact("清单") as tx:
        make_sheet(tx, "九凤社区", 2020)
    with made.transact("结账") as tx:
        close_year(tx, 2020)
    with made.transact("作废") as tx:
        for (uid,) in tx.tuples("SELECT uid FROM visit WHERE state = 'CONFIRMED'"):
            tx.update("visit", uid, {"state": "VOID"})
    return made


def said(store: Store, form: str, out: Path, **whom: object) -> str:
    done = print_form(store, form, year=2020, out=out, **whom)
    assert done.files
    return "".join(text for one in done.files for text in page_texts(one))


@pytest.mark.parametrize("form", [one.id for one in REPORTS])
def test_no_form_carries_an_id_and_phones_only_where_they_must_be(store: Store, form: str, tmp_path: Path) -> None:
    spec = next(one for one in REPORTS if one.id == form)
    whole = said(store, form, tmp_path / "一", **({} if spec.kind == "list" else {"cadres": ["0001", "0030"]}))
    assert "42011519900101" not in whole, "a 身份证号 is on paper"
    assert (PHONE in whole) == (form in WITH_PHONES)
    assert (WORKER in whole) == (form in WITH_WORKERS)
    assert VOLUNTEER not in whole
    assert spec.can("public") == (form in PUBLIC)
    if spec.can("public"):
        wall = said(store, form, tmp_path / "二", public=True)
        assert PHONE not in wall and CONTACT not in wall and "189****0001" in wall


def test_a_list_in_view_is_public_only_without_numbers() -> None:
    from core.roster.model import CADRE

    fields = [CADRE.field(key) for key in ("name", "phone", "id_no", "address")]
    row = {"name": "张三", "phone": PHONE, "id_no": ID_NO, "address": "东苑1栋"}
    columns, cells = list_of(fields, [row], public=True)
    assert [one.head for one in columns] == ["序号", "姓名", "手机"] and cells == (("1", "张三", "189****0001"),)
