"""How numbers of persons are shown before somebody asks, and what a list says it holds."""

from __future__ import annotations

import pytest

from core.base.fields import Field, Kind
from core.base.masks import hidden, is_masked, masked, personal_sentence
from core.entities import PLAIN
from core.exchange.model import PEER
from core.org.model import CONTACT
from core.roster.model import CADRE


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13812345678", "138****5678"),
        ("027-81978888", "027-****8888"),
        ("13812345678、13900001111", "138****5678、139****1111"),
        ("660123", "***123"),
        ("8888", "8888"),
        ("", ""),
    ],
)
def test_a_phone_keeps_its_ends(text: str, shown: str) -> None:
    assert hidden(text, Kind.PHONE) == shown


def test_an_id_keeps_the_place_and_the_tail() -> None:
    assert hidden("420115198001011234", Kind.ID_NO) == "4201**********1234"
    assert hidden("42011519800101123X", Kind.ID_NO) == "4201**********123X"
    assert "80010112" not in hidden("420115800101123", Kind.ID_NO)


def test_numbers_of_persons_are_masked_in_every_entity_and_nothing_else_is() -> None:
    specs = [CADRE, CONTACT, *(one.spec for one in PLAIN.values())]
    found = {f"{spec.kind}.{one.key}" for spec in specs for one in spec.fields if is_masked(one)}
    numbers = {f"{spec.kind}.{one.key}" for spec in specs for one in spec.fields if one.key in ("phone", "id_no")}
    assert found == numbers and {"roster.id_no", "volunteers.phone", "workers.phone", "contacts.phone"} <= found
    assert not is_masked(PEER.field("holder_phone"))  # who carries a laptop is told to everybody


def test_other_fields_stay_as_they_are() -> None:
    assert masked(CADRE.field("staff_no"), "00012345678") == "00012345678"
    assert masked(CADRE.field("sex"), "1") == "男"
    assert masked(CADRE.field("phone"), "13812345678") == "138****5678"
    assert masked(CADRE.field("phone"), None) == ""


def test_a_list_says_whose_numbers_it_holds() -> None:
    fields = [CADRE.field("name"), CADRE.field("phone"), CADRE.field("id_no")]
    rows = [{"name": "甲", "phone": "13812345678", "id_no": ""}, {"name": "乙", "phone": "13812345679", "id_no": "4"}]
    assert personal_sentence(fields, rows) == "含个人信息：手机2人、身份证号1人，请妥善保管，不要转发或张贴。"
    assert personal_sentence(fields[:1], rows) == ""
    assert personal_sentence(fields, [{"phone": "", "id_no": None}]) == ""
    assert personal_sentence([Field("phone", "值班电话", Kind.PHONE)], rows) == ""
