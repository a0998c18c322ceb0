"""Whole sheets: faults of every row, duplicates, service records."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from core.base.paths import asset
from core.service_log.model import VISIT
from tests.core.sheet.evil import FORMATS, HEADS, parse, plain_rows, write_xlsx


def test_the_faulty_sample() -> None:
    expected = json.loads(asset("demo", "04_错误示例_法学院.expect.json").read_text(encoding="utf-8"))
    parsed = parse(asset("demo", "04_错误示例_法学院.xlsx"))
    found = {row.row: row.faults for row in parsed.rows}
    for one in expected:
        faults = found[one["row"]]
        assert [fault.message.startswith(one["fault"]) for fault in faults] == ([True] if one["fault"] else []), one
    assert sorted(row.row for row in parsed.rows if row.blocked) == [8, 11]
    damaged = found[3][0]
    assert (damaged.row, damaged.key, damaged.column, damaged.value) == (3, "id_no", "身份证号", "4.10102198909023E+17")
    assert parsed.rows[1].values["id_no"] == ""
    assert "第10行" in found[11][0].message


def test_a_heap_of_faults_is_told_whole(tmp_path: Path) -> None:
    rows = plain_rows()
    rows[1][1] = ""
    rows[2][0] = rows[0][0]
    rows[3][2] = "中性"
    rows[4][5] = "12345"
    rows[5][3] = "很久以前"
    parsed = parse(write_xlsx(tmp_path / "a.xlsx", [list(HEADS), *rows]))
    assert [(row.row, [(fault.key, fault.blocking) for fault in row.faults]) for row in parsed.rows] == [
        (2, []),
        (3, [("name", True)]),
        (4, [("staff_no", True)]),
        (5, [("sex", False)]),
        (6, [("phone", False)]),
        (7, [("birth_on", False)]),
    ]


def test_an_empty_cell_is_not_an_absent_column(tmp_path: Path) -> None:
    rows = [[*row[:2], ""] for row in plain_rows()]
    parsed = parse(write_xlsx(tmp_path / "a.xlsx", [["工号", "姓名", "手机"], *rows]))
    assert parsed.rows[0].values == {"staff_no": "0000032", "name": "王伟", "phone": ""}


def test_a_list_of_names_alone(tmp_path: Path) -> None:
    parsed = parse(FORMATS["csv UTF-8"](tmp_path, [["姓名"], ["王伟"], ["李明"]]))
    assert [row.values for row in parsed.rows] == [{"name": "王伟"}, {"name": "李明"}]


def test_the_service_records() -> None:
    parsed = parse(asset("demo", "06_服务记录_2020.xlsx"), VISIT)
    assert len(parsed.rows) == 496
    assert parsed.map.unplaced == ()
    assert [fault for row in parsed.rows for fault in row.faults] == []
    assert parsed.rows[0].values["start_at"] == "13:00"
    assert {row.values["track"] for row in parsed.rows} == {"OWN", "DISPATCHED"}


def test_service_records_the_evil_way(tmp_path: Path) -> None:
    heads = ["职工号", "姓 名", "日期", "起止时间", "服务小时数", "服务社区", "服务内容", "证明人", "工作时间/业余时间"]
    rows = [
        ["0000032", "王伟", dt.date(2020, 8, 3), "9:00-11:30", 2.5, "经院社区", "交通值守", "陈书记", "业余时间"],
        ["0000032", "王伟", "2020.8.4", "下午2点～4点", "2小时", "经院社区", "义诊", "陈书记", "业余"],
        ["0000032", "王伟", "2020年8月5日", "", "90分钟", "经院社区", "值班", "", "组织派遣"],
    ]
    parsed = parse(write_xlsx(tmp_path / "a.xlsx", [["2020年服务记录"], heads, *rows]), VISIT)
    keys = ("served_on", "start_at", "end_at", "minutes", "track")
    assert [tuple(row.values[key] for key in keys) for row in parsed.rows] == [
        ("2020-08-03", "09:00", "11:30", 150, "OWN"),
        ("2020-08-04", "14:00", "16:00", 120, "OWN"),
        ("2020-08-05", "", "", 90, "DISPATCHED"),
    ]


def test_one_person_merged_over_several_records(tmp_path: Path) -> None:
    heads = ["工号", "姓名", "服务日期", "开始", "结束", "服务内容"]
    rows = [
        ["0000032", "王伟", "2020-08-03", "9:00", "10:00", "甲"],
        ["", "", "2020-08-04", "9:00", "10:00", "乙"],
        ["0000041", "李明", "2020-08-05", "9:00", "10:00", "丙"],
    ]
    merges = [(1, 0, 2, 0), (1, 1, 2, 1)]
    parsed = parse(write_xlsx(tmp_path / "a.xlsx", [heads, *rows], merges), VISIT)
    assert [(row.values["staff_no"], row.values["content"]) for row in parsed.rows] == [
        ("0000032", "甲"),
        ("0000032", "乙"),
        ("0000041", "丙"),
    ]
