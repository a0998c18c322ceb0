"""Names: what is put right, what is refused, how they are found by pinyin and ordered by strokes."""

from __future__ import annotations

import json

import pytest

from core.base.errors import InvalidInput
from core.base.names import DOT, is_han, normalise_name
from core.base.paths import asset
from core.roster.names import fold_pinyin, pinyin_of, split_surname, stroke_key

DOTS = "•・‧⋅.．﹒∙"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("欧阳  修", "欧阳修"),
        ("林　香", "林香"),
        (" 王伟\u00a0", "王伟"),
        ("王\u200b伟", "王伟"),
        ("买买提江·吐尔逊", "买买提江·吐尔逊"),
        ("赵〇", "赵〇"),
        ("𬭎㛃", "𬭎㛃"),
        ("王\U000323a0", "王\U000323a0"),  # Unicode 15: newer than Python's own tables
        ("John  Smith", "John Smith"),
        ("Ｊohn O'Neill Jr.", "John O'Neill Jr."),
        ("\ufa0e伟", "\ufa0e伟"),  # compatibility block: never folded
        ("", ""),
        ("　", ""),
    ],
)
def test_a_name_is_stored_clean_without_remark(typed: str, stored: str) -> None:
    assert normalise_name(typed) == (stored, ())


@pytest.mark.parametrize("dot", DOTS)
def test_any_dot_between_han_becomes_the_interpunct_and_is_said(dot: str) -> None:
    name, remarks = normalise_name(f"买买提江 {dot}吐尔逊")
    assert name == f"买买提江{DOT}吐尔逊"
    assert remarks == (f"姓名中的“{dot}”已改为间隔号“{DOT}”。",)


def test_dots_beyond_the_bmp_and_several_dots() -> None:
    assert normalise_name("𬭎•㛃．𠮷")[0] == "𬭎·㛃·𠮷"
    assert normalise_name("买买提··江")[0] == "买买提·江"


def test_an_invisible_selector_goes_with_a_remark() -> None:
    name, remarks = normalise_name("葛\U000e0100洪")
    assert name == "葛洪"
    assert len(remarks) == 1


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("王3", "数字“3”"),
        ("张３", "数字“３”"),
        ("张③", "数字“③”"),
        ("王\ue863", "第2个字是旧系统的自造字（U+E863）"),
        ("张三（女）", "“（”"),
        ("张三、李四", "“、”"),
        ("王□", "“□”"),
        ("·王", "“·”"),
        ("王·", "“·”"),
        ("王伟.", "“.”"),
        ("张三\n李四", "换行"),
        ("字" * 51, "超过50个字"),
    ],
)
def test_what_cannot_be_a_name_is_refused_by_name(typed: str, named: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        normalise_name(typed)
    sentence = caught.value.fields["name"]
    assert named in sentence
    assert sentence.startswith("姓名“")
    assert sentence.endswith("。")
    assert "\n" not in sentence


def test_fifty_characters_are_a_name() -> None:
    name = "𬭎" * 49 + "㛃"
    assert normalise_name(name) == (name, ())


def test_every_listed_character_is_han() -> None:
    lists = json.loads(asset("fonts", "charsets.json").read_text(encoding="utf-8"))
    assert len(lists["tgh"]) == 8105
    assert len(lists["gb2312"]) == 6763
    assert all(is_han(char) for char in lists["tgh"] + lists["gb2312"])


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("曾国藩", "zengguofan", "zgf"),
        ("单雄信", "shanxiongxin", "sxx"),
        ("解缙", "xiejin", "xj"),
        ("仇英", "qiuying", "qy"),
        ("区寄", "ouji", "oj"),
        ("查良镛", "zhaliangyong", "zly"),
        ("翟天临", "zhaitianlin", "ztl"),
        ("朴树", "piaoshu", "ps"),
        ("覃海洋", "qinhaiyang", "qhy"),
        ("盖叫天", "gejiaotian", "gjt"),
        ("任强", "renqiang", "rq"),
        ("华佗", "huatuo", "ht"),
        ("冼星海", "xianxinghai", "xxh"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("尉健行", "weijianxing", "wjx"),
        ("万俟卨", "moqixie", "mqx"),
        ("万里", "wanli", "wl"),
        ("长孙无忌", "zhangsunwuji", "zswj"),
        ("澹台灭明", "tantaimieming", "ttmm"),
        ("令狐冲", "linghuchong", "lhc"),
        ("刘长春", "liuchangchun", "lcc"),
        ("怀曾", "huaizeng", "hz"),
        ("吕布", "lubu", "lb"),
        ("王𬭎", "wanghong", "wh"),
        ("买买提江·吐尔逊", "maimaitijiangtuerxun", "mmtjtex"),
        ("John O'Neill", "johnoneill", "jo"),
        ("王John", "wangjohn", "wj"),
        ("", "", ""),
    ],
)
def test_pinyin_reads_surnames_as_surnames(name: str, full: str, initials: str) -> None:
    assert pinyin_of(name) == (full, initials)


def test_a_character_without_a_reading_stands_for_itself() -> None:
    rare = "\U000323a0\U000323a1"
    assert pinyin_of(f"王{rare}五") == (f"wang{rare}wu", f"w{rare}w")


@pytest.mark.parametrize("typed", ["lv bu", "lübu", "LUBU", "lyubu", "lu'bu"])
def test_lv_may_be_typed_in_any_way(typed: str) -> None:
    assert fold_pinyin(typed) == pinyin_of("吕布")[0]


def test_surname_of_two_characters_needs_a_given_name() -> None:
    assert split_surname("欧阳修") == ("欧阳", "修")
    assert split_surname("单于") == ("单", "于")
    assert split_surname("司马·江") == ("司", "马·江")


def in_order(names: str) -> list[str]:
    jumbled = names.split()
    jumbled.reverse()
    return sorted(jumbled, key=stroke_key)


@pytest.mark.parametrize(
    "names",
    [
        "丁 万 王 区 牛 毛 长 仇 方 尹 孔 邓 石",
        "丁 卜 刁 于 万 马 王 牛 毛 方 石 龙 叶 冯 吕 朱 任 刘",
        "王侠 王珉 王勇 王晨 王毅 王三运 王万宾 王玉普 王正伟 王东明 王光亚 王伟光 王安顺 王志刚",  # 单名在前
        "欧一 欧智勇 欧阳修",
        "王㛃 王𬭎",  # 通用规范汉字, not in cn-sort
        "王伟 王\U000323a0 龘一 \U000323a0一",  # no rank: after all that have one
    ],
)
def test_formal_lists_sort_by_strokes_of_the_surname(names: str) -> None:
    assert in_order(names) == names.split()


def test_the_printed_order_of_the_national_table_is_kept() -> None:
    table = json.loads(asset("fonts", "charsets.json").read_text(encoding="utf-8"))["tgh"]
    for first, last in ((0, 3500), (3500, 6500), (6500, 8105)):
        keys = [stroke_key(char) for char in table[first:last]]
        assert keys == sorted(keys)
        assert len(set(keys)) == len(keys)
        assert not any(key.startswith("g") for key in keys)


def test_the_key_is_plain_text_in_byte_order() -> None:
    names = ["王伟", "欧阳修", "买买提江·吐尔逊", "\U000323a0一", "John", "丁"]
    by_text = sorted(names, key=stroke_key)
    assert by_text == sorted(names, key=lambda one: stroke_key(one).encode())
    assert all(stroke_key(name).isascii() for name in names)
    assert stroke_key("") == ""
