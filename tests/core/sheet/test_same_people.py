"""The same people in every kind of file and under every kind of head."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from core.base.fields import EntitySpec
from core.base.paths import asset
from core.roster.model import CADRE
from core.service_log.model import VISIT
from core.sheet.cells import norm_head
from core.sheet.mapping import map_columns, to_remember
from core.sheet.parsing import parse_sheet
from core.sheet.reading import read_file
from tests.core.sheet.evil import (
    FORMATS,
    HEADS,
    KEYS,
    PEOPLE,
    Rows,
    messy_rows,
    parse,
    people,
    plain_rows,
    write_html,
    write_xls,
    write_xlsx,
)

TITLE = ["会计学院党委党员干部下沉社区信息采集汇总表"]
NOTE = ["填报单位：会计学院党委", "", "", "填报日期：2020年8月6日"]


def padded(*rows: list[Any]) -> Rows:
    return [[*row, *[""] * (len(HEADS) - len(row))] for row in rows]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_kind_of_file_reads_the_same(tmp_path: Path, kind: str, seed: int) -> None:
    body = messy_rows(seed) if seed else plain_rows()
    total = padded(["合计", "", "", "", "", "6"], ["填表人：张三", "", "", "审核人：李四"])
    rows = [*padded(TITLE, NOTE), list(HEADS), *body, *padded([""]), *total]
    parsed = parse(FORMATS[kind](tmp_path, rows))
    assert people(parsed) == PEOPLE
    assert [why for _, why in parsed.left_out] == ["空行", "合计行", "表尾说明"]
    assert [fault for row in parsed.rows for fault in row.faults] == []
    assert parsed.map.head_rows == (3,)
    assert parsed.map.title.startswith(TITLE[0])
    assert parsed.rows[0].row == 4


OTHER_HEADS = [
    "职工号*|姓 名|性 别|出生日期\n(如1980.08)|党员类型|手机号码（11位）|所在支部|区|街道（乡镇）|居住社区|家庭住址|个人特长",
    "教工号|党员姓名|性别：|出生年月日|政治面貌|本人常用手机号码|所属党支部名称|所在区|所在街道|社区名称|现住址|专业特长",
    "人员编号|姓　　名|性别|生日|党员类别|联系方式\n（手机）|支部名称|行政区|街道办|报到社区|详细住址|特长爱好",
    "工 号|名字|性  别|【出生年月】|政治\r\n面貌|移动电话|支部|城区|乡镇街道|居住地社区|居住地址|特长/爱好",
]


@pytest.mark.parametrize("heads", OTHER_HEADS)
def test_heads_by_other_words(tmp_path: Path, heads: str) -> None:
    parsed = parse(write_xlsx(tmp_path / "a.xlsx", [heads.split("|"), *messy_rows(5)]))
    assert people(parsed) == PEOPLE
    assert parsed.map.unplaced == ()


NAMELESS = ["列{}", "字段{}", "F{}", "Column{}", "第{}列", "{}", ""]


@pytest.mark.parametrize("pattern", NAMELESS)
def test_heads_that_say_nothing_are_placed_by_content(tmp_path: Path, pattern: str) -> None:
    heads = [pattern.format(number) for number in range(1, len(HEADS) + 1)]
    rows = [heads, *messy_rows(3)] if any(heads) else messy_rows(3)
    parsed = parse(write_xlsx(tmp_path / "a.xlsx", rows))
    assert people(parsed) == PEOPLE
    assert {column.how for column in parsed.map.columns} == {"content"}


def test_columns_in_any_order_and_a_running_number_without_heads(tmp_path: Path) -> None:
    order = [7, 1, 5, 0, 11, 3, 10, 2, 9, 6, 4, 8]
    rows = [[number, *[row[index] for index in order]] for number, row in enumerate(messy_rows(4), 1)]
    parsed = parse(write_xlsx(tmp_path / "a.xlsx", [[f"列{number}" for number in range(13)], *rows]))
    assert people(parsed) == PEOPLE
    assert parsed.map.columns[0].how == "ignored"


def test_the_other_units_with_all_heads_renamed() -> None:
    wanted = "staff_no name sex nation birth_on party_status phone branch district street community address skills"
    for raw in read_file(asset("demo", "05_多工作表_其余单位.xlsx")):
        heads = tuple(f"列{number}" for number in range(1, len(raw.rows[0]) + 1))
        renamed = dataclasses.replace(raw, rows=(heads, *raw.rows[1:]))
        columns = map_columns(renamed, CADRE)
        plain = map_columns(raw, CADRE)
        assert columns is not None and plain is not None
        assert " ".join(column.key or "-" for column in columns.columns) == wanted
        one, two = parse_sheet(renamed, columns, CADRE), parse_sheet(raw, plain, CADRE)
        assert [row.values for row in one.rows] == [row.values for row in two.rows]


TWO_ROWS_TOP = ["序号", "工号", "姓名", "基本情况", "", "", "手机", "党支部", "现居住地", "", "", "", "特长"]
TWO_ROWS_BOTTOM = ["", "", "", "性别", "出生年月", "政治面貌", "", "", "区", "街道", "社区", "详细地址", ""]
TWO_ROW_MERGES = [
    (0, 0, 0, 12),
    *[(1, column, 2, column) for column in (0, 1, 2, 6, 7, 12)],
    (1, 3, 1, 5),
    (1, 8, 1, 11),
]


def two_row_sheet() -> Rows:
    head = [[TITLE[0], *[""] * 12], TWO_ROWS_TOP, TWO_ROWS_BOTTOM]
    return head + [[number, *row] for number, row in enumerate(messy_rows(6), 1)]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "html"])
def test_a_head_of_two_rows_with_merged_cells(tmp_path: Path, kind: str) -> None:
    write = {"xlsx": write_xlsx, "xls": write_xls, "html": write_html}[kind]
    parsed = parse(write(tmp_path / f"a.{kind}", two_row_sheet(), TWO_ROW_MERGES))
    assert parsed.map.head_rows == (2, 3)
    assert people(parsed) == PEOPLE
    assert [column.head for column in parsed.map.columns][8:12] == [
        "现居住地/区",
        "现居住地/街道",
        "现居住地/社区",
        "现居住地/详细地址",
    ]


def test_a_head_of_two_rows_in_a_csv_has_no_merges(tmp_path: Path) -> None:
    parsed = parse(FORMATS["csv GBK"](tmp_path, two_row_sheet()))
    assert parsed.map.head_rows == (2, 3)
    assert people(parsed) == PEOPLE


def test_a_row_of_groups_over_the_head(tmp_path: Path) -> None:
    groups = ["基本信息", *[""] * 6, "居住信息", "", "", "", "其他"]
    merges = [(0, 0, 0, 6), (0, 7, 0, 10)]
    parsed = parse(write_xlsx(tmp_path / "a.xlsx", [groups, list(HEADS), *plain_rows()], merges))
    assert parsed.map.head_rows == (1, 2)
    assert people(parsed) == PEOPLE


def test_a_sheet_that_starts_away_from_the_corner(tmp_path: Path) -> None:
    rows = [[], [], *[["", "", *row] for row in [list(HEADS), *plain_rows()]]]
    parsed = parse(write_xlsx(tmp_path / "a.xlsx", rows))
    assert people(parsed) == PEOPLE
    assert parsed.rows[0].row == 4


def test_one_branch_merged_over_its_people(tmp_path: Path) -> None:
    rows = plain_rows()
    for index in (1, 3, 5):
        rows[index][6] = ""
    merges = [(1, 6, 2, 6), (3, 6, 4, 6), (5, 6, 6, 6)]
    parsed = parse(write_xlsx(tmp_path / "a.xlsx", [list(HEADS), *rows], merges))
    assert people(parsed) == PEOPLE


def test_heads_repeated_on_each_page_and_numbered_blank_rows(tmp_path: Path) -> None:
    rows = [[number, *row] for number, row in enumerate(plain_rows(), 1)]
    head = ["序号", *HEADS]
    example = ["例", "0000001", "张三", "男", "1980.08", "中共党员", "13800000000", "某支部", "", "", "", "", ""]
    blank = [[number, *[""] * 12] for number in (7, 8, 9)]
    last = [["注：此表一式两份", *[""] * 12], ["共6人", *[""] * 12]]
    parsed = parse(write_xlsx(tmp_path / "a.xlsx", [head, example, *rows[:3], head, *rows[3:], *blank, *last]))
    assert people(parsed) == PEOPLE
    assert [why for _, why in parsed.left_out] == [
        "填写示例",
        "重复的表头",
        *["只有序号的空行"] * 3,
        "表尾说明",
        "合计行",
    ]


def test_two_heads_alike_are_asked_unless_the_cells_decide(tmp_path: Path) -> None:
    heads = [*HEADS, "联系电话"]
    both = [[*row, f"1390000000{number}"] for number, row in enumerate(plain_rows())]
    parsed = parse(write_xlsx(tmp_path / "a.xlsx", [heads, *both]))
    assert parsed.map.ambiguous == ("phone",)
    assert [column.how for column in parsed.map.unplaced] == ["ambiguous", "ambiguous"]
    chosen = parse(tmp_path / "a.xlsx", given={"第13列": ""})
    assert chosen.map.ambiguous == ()
    assert people(chosen) == PEOPLE
    empty = [[*row, ""] for row in plain_rows()]
    assert people(parse(write_xlsx(tmp_path / "b.xlsx", [heads, *empty]))) == PEOPLE
    names = [[*row, "王五"] for row in plain_rows()]
    assert people(parse(write_xlsx(tmp_path / "c.xlsx", [heads, *names]))) == PEOPLE


def test_heads_of_other_people_are_not_this_person(tmp_path: Path) -> None:
    heads = [*HEADS, "党支部书记", "紧急联系人电话", "配偶姓名", "是否居住经院社区", "备注"]
    rows = [[*row, "李书记", "13700000000", "某某", "是", ""] for row in plain_rows()]
    parsed = parse(write_xlsx(tmp_path / "a.xlsx", [heads, *rows]))
    assert people(parsed) == PEOPLE
    assert [column.head for column in parsed.map.unplaced] == heads[12:16]


def test_a_phone_under_an_unknown_head_is_known_by_sight(tmp_path: Path) -> None:
    heads = ["呼号" if head == "联系电话" else head for head in HEADS]
    parsed = parse(write_xlsx(tmp_path / "a.xlsx", [heads, *messy_rows(2)]))
    assert people(parsed) == PEOPLE


def test_the_person_decides_and_the_layout_is_remembered(tmp_path: Path) -> None:
    heads = ["甲" if head == "特长" else head for head in HEADS]
    path = write_xlsx(tmp_path / "a.xlsx", [heads, *plain_rows()])
    first = parse(path)
    assert [column.head for column in first.map.unplaced] == ["甲"]
    given = parse(path, given={"甲": "skills"})
    assert given.map.placed["skills"].how == "given"
    assert parse(path, given={"甲": "专业特长"}).map.placed["skills"].how == "given"
    memory = {given.map.layout: to_remember(given.map)}
    again = parse(write_xlsx(tmp_path / "b.xlsx", [heads, *messy_rows(1)]), remembered=memory)
    assert again.map.placed["skills"].how == "remembered"
    assert people(again) == PEOPLE


def test_memory_of_a_nameless_layout_yields_to_the_cells(tmp_path: Path) -> None:
    heads = [f"列{number}" for number in range(1, len(HEADS) + 1)]
    first = parse(write_xlsx(tmp_path / "a.xlsx", [heads, *plain_rows()]))
    memory = {first.map.layout: to_remember(first.map)}
    turned = [row[::-1] for row in plain_rows()]
    again = parse(write_xlsx(tmp_path / "b.xlsx", [heads, *turned]), remembered=memory)
    assert people(again) == PEOPLE


SAMPLES = [
    ("01_规范_经贸学院.xlsx", CADRE),
    ("02_异构表头_会计学院.xlsx", CADRE),
    ("03_GBK_机关党委.csv", CADRE),
    ("04_错误示例_法学院.xlsx", CADRE),
    ("06_服务记录_2020.xlsx", VISIT),
]


@pytest.mark.parametrize(("name", "spec"), SAMPLES)
@pytest.mark.parametrize("keep_row", [True, False])
def test_the_samples_without_their_heads(name: str, spec: EntitySpec, keep_row: bool) -> None:
    raw = read_file(asset("demo", name))[-1]
    known = map_columns(raw, spec)
    assert known is not None
    head = known.head_rows[-1] - 1
    blank = (tuple(f"字段{number}" for number in range(len(raw.rows[head]))),) if keep_row else ()
    bare = dataclasses.replace(raw, rows=(*raw.rows[:head], *blank, *raw.rows[head + 1 :]))
    found = map_columns(bare, spec)
    assert found is not None
    assert [column.key for column in found.columns] == [column.key for column in known.columns]
    assert found.first_row == known.first_row - (not keep_row)


def test_sheets_without_data_are_none() -> None:
    raws = read_file(asset("demo", "02_异构表头_会计学院.xlsx"))
    assert [map_columns(raw, CADRE) is None for raw in raws] == [True, False]


def test_every_label_of_the_spec_finds_itself() -> None:
    from core.sheet.vocabulary import vocabulary

    for field in CADRE.fields:
        match = vocabulary(CADRE).match(field.label)
        assert match is not None
        assert (match.key, match.how) == (field.key, "head")
        assert norm_head(field.label)


@pytest.mark.parametrize(
    ("head", "key", "how"),
    [
        ("现居住地(区)", "district", "synonym"),  # the bracket says which part
        ("现居住地（街道）", "street", "head"),
        ("现居住地(社区)", "community", "head"),
        ("现居住地(省)", "address", "synonym"),  # a part nobody asks for: the whole address
        ("现居住地", "address", "synonym"),
        ("联系电话(社区)", "phone", "synonym"),  # the bracket tells of something else than an address
        ("姓名(社区)", "name", "head"),
    ],
)
def test_a_bracket_says_which_part_of_an_address_and_nothing_of_other_heads(head: str, key: str, how: str) -> None:
    from core.sheet.vocabulary import vocabulary

    match = vocabulary(CADRE).match(head)
    assert match is not None and (match.key, match.how) == (key, how)


def test_keys_cover_the_sheet() -> None:
    assert len(KEYS) == len(HEADS) == len(plain_rows()[0])
