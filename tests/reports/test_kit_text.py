"""Chinese line breaking, justification and fitting."""

from __future__ import annotations

import itertools
import random
import re

import pytest

from reports.kit.fonts import typeface
from reports.kit.text import FLOOR, NO_END, NO_START, break_lines, date_cn, fit, hours_cn, latin_runs

BODY = typeface("body")
PIECES = (
    "参加社区组织的环境卫生整治", "，", "。", "、", "（", "）", "《", "》", "“", "”", "2020年8月3日", "2020年12月",
    "120.5", "9:00—11:30", "PDF/A-2b", "：", "第12页", "居民", "的", "……", "；",
)  # fmt: skip


def sample(seed: int) -> str:
    """Random pieces, no closing mark at the start and none open at the end (no rule can help those)."""
    chosen = random.Random(seed).choices(PIECES, k=60)
    # a word between two numbers, else they would be one; and between heaps of marks, which no line can hold
    return "我" + "".join(piece + ("服" if piece[0].isascii() or piece in "；”》" else "") for piece in chosen) + "完"


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("width", [150.0, 233.0, 400.0])
def test_rules_hold_on_every_line(seed: int, width: float) -> None:
    text = sample(seed)
    lines = break_lines(text, BODY, 12, width)
    assert "".join(line.text for line in lines) == text
    whole = {found.span() for found in re.finditer(r"\d{4}年\d+月\d+日|\d+\.\d|9:00—11:30|PDF/A-2b", text)}
    for before, line in itertools.pairwise(lines):
        assert line.text[0] not in NO_START, (before.text, line.text)
        assert before.text[-1] not in NO_END, before.text
        assert not any(start < line.start < end for start, end in whole)
    for line in lines:
        places = len(line.text) - 1 - sum(len(t) - 1 for t, kept in latin_runs(line.text) if kept)
        assert line.indent + line.width + line.spacing * places <= width + 0.01


def test_full_lines_are_justified_to_the_edge_and_the_last_is_not() -> None:
    lines = break_lines("社区服务" * 30, BODY, 12, 205.0, indent_em=2)
    for line in lines[:-1]:
        reach = line.indent + line.width + line.spacing * (len(line.text) - 1)
        assert reach == pytest.approx(205.0, abs=0.01)
    assert lines[-1].spacing == 0
    assert lines[0].indent == 24
    assert all(line.indent == 0 for line in lines[1:])


def test_word_wider_than_the_line_is_cut_not_lost() -> None:
    lines = break_lines("A" * 80, BODY, 12, 100)
    assert "".join(line.text for line in lines) == "A" * 80
    assert max(line.width for line in lines) <= 100


def test_mixed_faces_are_measured_each_in_its_own() -> None:
    (line,) = break_lines("堃a", BODY, 10, 500)
    assert line.width == pytest.approx(10 + BODY.faces[0].width("a") / 100)


def test_fit_takes_the_largest_size_that_fits() -> None:
    text = "社区服务记录" * 20
    done = fit(text, BODY, 200, 120, largest=12)
    assert not done.rest
    assert done.height <= 120
    assert FLOOR <= done.size < 12
    bigger = break_lines(text, BODY, done.size + 0.5, 200)
    assert (len(bigger) - 1) * (done.size + 0.5) * 1.45 + done.size + 0.5 > 120


def test_fit_never_goes_below_the_floor_and_returns_the_rest() -> None:
    text = "社区，服务记录。\n" * 60
    done = fit(text, BODY, 200, 60)
    assert done.size == FLOOR
    shown = len(text) - len(done.rest)
    assert 0 < shown < len(text)
    assert "".join(line.text for line in done.lines) == text[:shown].replace("\n", "")


@pytest.mark.parametrize(
    ("iso", "printed"),
    [("2020-08-03", "2020年8月3日"), ("2020-12", "2020年12月"), ("2020", "2020年"), ("", ""), ("八月", "八月")],
)
def test_dates_without_padding(iso: str, printed: str) -> None:
    assert date_cn(iso) == printed


@pytest.mark.parametrize(("minutes", "hours"), [(150, "2.5"), (120, "2"), (100, "1.67"), (600, "10"), (0, "0")])
def test_hours(minutes: int, hours: str) -> None:
    assert hours_cn(minutes) == hours


def test_a_space_at_a_line_end_takes_no_room_and_one_at_the_end_of_the_text_stays() -> None:
    first, last = break_lines("Wuhan Economics University ", BODY, 12, BODY.width("Wuhan Economics ", 12) + 1)
    assert (first.text, last.text) == ("Wuhan Economics", "University ")
    assert first.width == pytest.approx(BODY.width("Wuhan Economics", 12))
    assert last.width == pytest.approx(BODY.width("University ", 12))


@pytest.mark.parametrize(
    ("text", "ems", "lines"),
    [
        ("武汉东湖新技术开发区藏龙岛街道经院社区", 13, ["武汉东湖新技术开发区", "藏龙岛街道经院社区"]),
        ("经济与贸易学院党委国际贸易系教工党支部", 11, ["经济与贸易学院党委", "国际贸易系教工党支部"]),
        ("离退休工作处党委（老干部工作处、老年大学）", 15, ["离退休工作处党委", "（老干部工作处、老年大学）"]),
        ("马克思主义学院党委书记、副主任、教授", 13, ["马克思主义学院党委书记、", "副主任、教授"]),
        ("服务记录完成", 5, ["服务记录", "完成"]),
    ],
)  # fmt: skip
def test_a_name_is_broken_where_it_may_be_paused(text: str, ems: int, lines: list[str]) -> None:
    assert [line.text for line in break_lines(text, BODY, 10, ems * 10 + 1, justify=False)] == lines


@pytest.mark.parametrize("justify", [True, False])
def test_no_character_stands_alone_on_the_last_line(justify: bool) -> None:
    for count in range(11, 60):
        lines = break_lines("社区服务"[: count % 4] + "社区服务" * (count // 4), BODY, 10, 101, justify=justify)
        assert len(lines[-1].text) > 1, count
        assert sum(len(line.text) for line in lines) == count


def test_at_the_floor_a_name_is_packed_before_anything_is_left_over() -> None:
    text = "离退休工作处党委（老干部工作处、关心下一代工作委员会办公室、老年大学）"
    done = fit(text, BODY, 165, 2.3 * FLOOR, lead=1.25, justify=False)
    assert (len(done.lines), done.rest) == (2, "")


@pytest.mark.parametrize("count", range(1, 140, 3))
@pytest.mark.parametrize("height", [30.0, 41.0, 52.5])
def test_what_is_set_never_reaches_beyond_its_box_and_what_is_left_is_kept(count: int, height: float) -> None:
    text = "社区服务纪实" * (count // 6) + "社区服务纪实"[: count % 6]
    made = fit(text, BODY, 120.0, height, justify=False)
    assert made.height <= height + 0.01
    assert "".join(line.text for line in made.lines) + made.rest == text
    if made.rest:
        assert made.size == FLOOR


def test_a_line_that_is_just_full_is_one_line() -> None:
    lines = break_lines("社区服务" * 10, BODY, 12, 12 * 20)
    assert [len(line.text) for line in lines] == [20, 20]
