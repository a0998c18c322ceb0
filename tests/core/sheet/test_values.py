"""From cells to values, kind by kind."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from core.base.fields import Field, Kind
from core.roster.model import CADRE
from core.service_log.model import VISIT
from core.sheet.address import building_name, split_address, whole_address
from core.sheet.value_dates import Read
from core.sheet.values import column_facts, id_check, reader_for


def read(field: Field, cell: Any, column: tuple[Any, ...] = (), head: str = "", *, exact: bool = True) -> Read:
    cells = column or (cell,)
    return reader_for(field, column_facts(field, head or field.label, cells, exact_text=exact))(cell)


BIRTH, PHONE, ID_NO, STAFF_NO = (CADRE.field(key) for key in ("birth_on", "phone", "id_no", "staff_no"))
SERVED, START, MINUTES = (VISIT.field(key) for key in ("served_on", "start_at", "minutes"))

MONTHS = [
    ("2020.8", "2020-08"),
    ("1980.08", "1980-08"),
    ("1980．08", "1980-08"),
    (1986.07, "1986-07"),
    (1986.12, "1986-12"),
    (1986.3, "1986-03"),
    ("1986年7月", "1986-07"),
    ("1986 年 7 月", "1986-07"),
    ("198607", "1986-07"),
    (198607.0, "1986-07"),
    (19860712.0, "1986-07-12"),
    ("19860712", "1986-07-12"),
    ("1986-7-2", "1986-07-02"),
    ("1986/7/2 0:00", "1986-07-02"),
    ("1986/7/2 0:00:00", "1986-07-02"),
    ("一九八六年七月", "1986-07"),
    ("二〇〇一年十二月三日", "2001-12-03"),
    (dt.date(1986, 7, 12), "1986-07-12"),
    (dt.datetime(1986, 7, 12, 8, 30), "1986-07-12"),
    (29380.0, "1980-06-08"),
    ("29380", "1980-06-08"),
    ("86.07", "1986-07"),
    ("１９８６．０７", "1986-07"),
    ("/", ""),
    ("—", ""),
    ("无", ""),
]


@pytest.mark.parametrize(("cell", "value"), MONTHS)
def test_months_in_all_forms(cell: Any, value: str) -> None:
    found = read(BIRTH, cell)
    assert (found.value, found.fault) == (value, "")


@pytest.mark.parametrize(
    "cell", ["一九八O年", "1986.13", "1986", 1986.0, "不详", "8-3", "1986-02-30", "今天", "1860", "1986.7-8月", 5.0]
)
def test_months_that_cannot_be_read(cell: Any) -> None:
    found = read(BIRTH, cell)
    assert found.value == ""
    assert found.fault.startswith("日期读不出")
    assert "请" in found.fault


def test_births_in_the_future(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XCJS_TODAY", "2026-11-24")
    assert read(BIRTH, dt.date(2031, 5, 1)).fault.startswith("出生日期在将来")
    assert read(BIRTH, "2026-11").value == "2026-11"
    assert read(BIRTH, "2026-12").fault.startswith("出生日期在将来")
    assert read(CADRE.field("joined_on"), "2027.1").fault.startswith("入党时间在将来")
    assert read(SERVED, "2031-10-01").value == "2031-10-01"  # the rules of the log refuse it


def test_the_column_says_what_a_tenth_means() -> None:
    assert read(BIRTH, 1986.1, (1986.1, 1977.04)).value == "1986-10"
    assert read(BIRTH, 1986.1, (1986.1, 1977.04)).remark
    assert read(BIRTH, 1986.1, (1986.1, 1977.4)).fault.startswith("日期读不出")
    assert read(BIRTH, "1986.1", ("1986.1", "1977.4", "1977.10")).value == "1986-01"
    assert read(BIRTH, "1986.1").value == "1986-01"
    assert "1986-10" in read(BIRTH, "1986.1", exact=False).fault
    assert read(BIRTH, "1986.1", ("1986.1", "1977.04"), exact=False).value == "1986-10"


def test_first_of_month_dates_are_months_that_excel_turned() -> None:
    column = (dt.date(1980, 8, 1), dt.date(1977, 4, 1))
    assert read(BIRTH, column[0], column).value == "1980-08"
    assert read(BIRTH, column[0], (column[0], dt.date(1977, 4, 2))).value == "1980-08-01"


def test_days_need_a_day() -> None:
    assert read(SERVED, "2020年8月3日").value == "2020-08-03"
    assert read(SERVED, "2020-08-03 09:30").value == "2020-08-03"
    assert "只有年月" in read(SERVED, "2020-08").fault
    assert "没有年份" in read(SERVED, "8月3日").fault


PHONES = [
    ("13812345678", "13812345678"),
    ("138 1234 5678", "13812345678"),
    ("138-1234-5678", "13812345678"),
    ("+86 138 1234 5678", "13812345678"),
    ("0086-13812345678", "13812345678"),
    ("８６13812345678", "13812345678"),
    ("１３８１２３４５６７８", "13812345678"),
    (18704274900.0, "18704274900"),
    ("18704274900.0", ""),
    ("1.87042749E+10", "18704274900"),
    ("手机：13812345678", "13812345678"),
    ("13812345678/13900001111", "13812345678"),
    ("027-81973700", "027-81973700"),
    ("（027）8197 3700", "027-81973700"),
]


@pytest.mark.parametrize(("cell", "value"), PHONES)
def test_phones(cell: Any, value: str) -> None:
    assert read(PHONE, cell).value == value


def test_phones_that_are_none() -> None:
    assert read(PHONE, "1380013800").fault.startswith("手机号不是11位")
    assert read(PHONE, 1380013800.0).fault.startswith("手机号不是11位")
    assert "13到19" in read(PHONE, "12345678901").fault
    assert "损坏" in read(PHONE, "1.38E+10").fault
    assert read(PHONE, "见附表").fault.startswith("手机号读不出")
    assert "13900001111" in read(PHONE, "13812345678、13900001111").remark
    assert "座机" in read(PHONE, "027-81973700").remark


def test_identity_numbers() -> None:
    good = "42900419941011416X"
    assert id_check(good) == "X"
    for cell in (good, good.lower(), f" {good[:6]} {good[6:14]} {good[14:]} ", "４２９００４１９９４１０１１４１６Ｘ"):
        assert read(ID_NO, cell).value == good
    assert read(ID_NO, 4.101021989090226e17).fault.startswith("身份证号已被Excel损坏")
    assert read(ID_NO, "4.10102E+17").fault.startswith("身份证号已被Excel损坏")
    assert read(ID_NO, "410102198706030181").fault.startswith("身份证号校验码错")
    assert "15位" in read(ID_NO, "420106870603018").fault
    assert "15位" in read(ID_NO, 420106870603018.0).fault
    assert "不是18位" in read(ID_NO, "4201061987").fault
    wrong_day = "42010619870230301"
    assert "不存在" in read(ID_NO, wrong_day + id_check(wrong_day)).fault


def test_staff_numbers_keep_their_zeros() -> None:
    assert read(STAFF_NO, "００００３２").value == "000032"
    assert read(STAFF_NO, 1000033.0).value == "1000033"
    column = ("0000031", "0000033", 32.0)
    assert "0000032" in read(STAFF_NO, 32.0, column).fault
    assert read(STAFF_NO, 32.0, (32.0, 1033.0)).value == "32"
    assert read(STAFF_NO, "A-0032").value == "A-0032"
    assert "损坏" in read(STAFF_NO, 1e17).fault
    assert read(STAFF_NO, "张三").fault.startswith("工号读不出")


@pytest.mark.parametrize("cell", ["男", "男性", "M", "m", "1", 1.0, " 男 ", "⽜"[:0] + "男"])
def test_sex(cell: Any) -> None:
    assert read(CADRE.field("sex"), cell).value == "1"


def test_sex_that_cannot_be_read() -> None:
    assert read(CADRE.field("sex"), "M?").fault.startswith("性别读不出")
    assert read(CADRE.field("sex"), "⼥").value == "2"  # a radical out of a PDF


def test_lists() -> None:
    assert read(CADRE.field("party_status"), "预备党员").value == "中共预备党员"
    assert read(CADRE.field("nation"), "汉").value == "汉族"
    assert read(CADRE.field("nation"), "维吾尔").value == "维吾尔族"
    education = CADRE.field("education")
    known = reader_for(education, column_facts(education, "学历", (), exact_text=True), ("大学本科", "博士研究生"))
    assert known("本科").value == "大学本科"
    assert known("其他学历").value == "其他学历"
    assert read(CADRE.field("skills"), "摄影， 书法;合唱 /太极拳\n摄影").value == "摄影、书法、合唱、太极拳"
    assert read(CADRE.field("would_lead"), "愿意").value == 1
    assert read(CADRE.field("would_lead"), "无").value == 0
    assert read(VISIT.field("track"), "工作时间").value == "DISPATCHED"
    assert read(VISIT.field("track"), "业余").value == "OWN"


def test_a_strict_list_refuses_what_it_does_not_hold() -> None:
    field = Field("kind", "类别", Kind.CHOICE, code_list="kinds", strict_list=True)
    reader = reader_for(field, column_facts(field, "类别", (), exact_text=True), ("甲", "乙"))
    assert reader("甲").value == "甲"
    assert "不在清单里" in reader("丙").fault


TIMES = [
    ("9:00", "09:00"),
    ("9：00", "09:00"),
    ("9点半", "09:30"),
    ("下午2:30", "14:30"),
    (0.375, "09:00"),
    (dt.time(9, 5), "09:05"),
    (dt.datetime(2020, 8, 3, 13, 30), "13:30"),
    ("24:00", "00:00"),
    ("9.30", "09:30"),
    (9.5, "09:30"),
]


@pytest.mark.parametrize(("cell", "value"), TIMES)
def test_times(cell: Any, value: str) -> None:
    assert read(START, cell).value == value


def test_times_that_cannot_be_read() -> None:
    assert read(START, "上午").fault.startswith("开始读不出")
    assert read(START, 9.3).fault.startswith("开始读不出")
    assert read(START, "25:00").fault


DURATIONS = [
    ("2", 120),
    (2.0, 120),
    (1.5, 90),
    ("1.5小时", 90),
    ("90分钟", 90),
    ("1小时30分", 90),
    (dt.timedelta(hours=1, minutes=30), 90),
    ("半小时", 30),
]


@pytest.mark.parametrize(("cell", "minutes"), DURATIONS)
def test_durations(cell: Any, minutes: int) -> None:
    assert read(MINUTES, cell).value == minutes


def test_durations_by_their_head() -> None:
    assert read(MINUTES, 90.0, head="时长（分钟）").value == 90
    assert read(MINUTES, "若干").fault.startswith("时长")


def test_names_and_texts() -> None:
    name = CADRE.field("name")
    assert read(name, "林\u3000香").value == "林香"
    assert read(name, "才仁．扎西").value == "才仁·扎西"
    assert read(name, "才仁．扎西").remark
    assert read(name, 123.0).fault.startswith("姓名读不出")
    assert read(CADRE.field("title"), "副教授\u3000／ 处长").value == "副教授 ／ 处长"
    assert read(CADRE.field("address"), "#REF!").fault
    assert read(VISIT.field("content"), " 第一行 \r\n第二行\x07").value == "第一行\n第二行"


def test_a_field_with_its_own_check() -> None:
    field = Field("age", "年龄", Kind.INT, check=lambda text: "" if int(text) < 150 else "年龄太大，请核对。")
    assert read(field, "30岁").value == 30
    assert read(field, 200.0).fault == "年龄太大，请核对。"


ADDRESSES = [
    (
        "江夏区藏龙岛街道经院社区东苑21号楼3单元1201",
        ("江夏区", "藏龙岛街道", "经院社区", "东苑", "21栋", "3单元", "1201"),
    ),
    (
        "湖北省武汉市江夏区藏龙岛街道经院社区东苑21号楼3单元1201",
        ("江夏区", "藏龙岛街道", "经院社区", "东苑", "21栋", "3单元", "1201"),
    ),
    ("东苑 22-2-802", ("", "", "", "东苑", "22栋", "2单元", "802")),
    ("南苑24＃2单元1502室", ("", "", "", "南苑", "24栋", "2单元", "1502")),
    ("西苑八栋2单元1802", ("", "", "", "西苑", "8栋", "2单元", "1802")),
    ("27栋3单元402室", ("", "", "", "", "27栋", "3单元", "402")),
    ("教师公寓6栋1单元801室", ("", "", "", "教师公寓", "6栋", "1单元", "801")),
    ("东湖新技术开发区关山街道康园社区", ("东湖新技术开发区", "关山街道", "康园社区", "", "", "", "")),
    ("洪山区珞南街道街道口社区8栋1单元803室", ("洪山区", "珞南街道", "街道口社区", "", "8栋", "1单元", "803")),
    ("江夏区金地格林小镇3栋2单元501", ("江夏区", "", "", "金地格林小镇", "3栋", "2单元", "501")),
    ("洪山区南湖花园小区12-3-402", ("洪山区", "", "", "南湖花园小区", "12栋", "3单元", "402")),
    ("江夏区杨桥湖大道8号教师公寓6栋1单元801", ("江夏区", "", "", "教师公寓", "6栋", "1单元", "801")),
    ("洪山区街道口珞喻路10号", ("洪山区", "", "", "", "", "", "")),
    ("东苑二十一号楼", ("", "", "", "东苑", "21栋", "", "")),
    ("无房", ("", "", "", "", "", "", "")),
]


@pytest.mark.parametrize(("text", "parts"), ADDRESSES)
def test_addresses_in_one_cell(text: str, parts: tuple[str, ...]) -> None:
    found = split_address(text)
    assert (
        found.district,
        found.street,
        found.community,
        found.estate,
        found.building,
        found.entrance,
        found.room,
    ) == parts


@pytest.mark.parametrize(
    ("place", "written", "whole"),
    [
        (("江夏区", "藏龙岛街道", "经院社区"), "东苑3栋", "江夏区藏龙岛街道经院社区 东苑3栋"),
        (("江夏区", "藏龙岛街道", "经院社区"), "江夏区藏龙岛街道东苑3栋", "江夏区藏龙岛街道经院社区 东苑3栋"),
        (("江夏区", "藏龙岛街道", "经院社区"), "武汉市江夏区东苑3栋", "武汉市江夏区藏龙岛街道经院社区 东苑3栋"),
        (("江夏区", "藏龙岛街道", "经院社区"), "江夏藏龙岛街道东苑3栋", "江夏区藏龙岛街道经院社区 东苑3栋"),
        (("江夏区", "藏龙岛街道", "经院社区"), "经院社区东苑3栋", "经院社区东苑3栋"),
        (("江夏区", "", ""), "江夏区汤逊湖北路8号", "江夏区 汤逊湖北路8号"),
        (("江夏区", "江夏区藏龙岛街道", "经院社区"), "3栋", "江夏区藏龙岛街道经院社区 3栋"),
        (("江夏区", "藏龙岛街道", "经院社区"), "东苑城市花园3栋", "江夏区藏龙岛街道经院社区 东苑城市花园3栋"),
        (("", "", ""), "东苑3栋", "东苑3栋"),
        (("江夏区", "藏龙岛街道", "经院社区"), "", "江夏区藏龙岛街道经院社区"),
    ],
)
def test_an_address_says_nothing_twice(place: tuple[str, str, str], written: str, whole: str) -> None:
    assert whole_address(*place, written) == whole


def test_buildings() -> None:
    assert [building_name(text) for text in ("21号楼", "21＃", "二十一栋", "021", "A栋", "活动中心")] == [
        "21栋",
        "21栋",
        "21栋",
        "21栋",
        "A栋",
        "活动中心",
    ]
