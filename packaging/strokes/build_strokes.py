"""Build assets/templates/strokes.txt: the order of 汉字 by 笔画 and 笔顺, for lists sorted by 姓氏笔画.

    python packaging/strokes/build_strokes.py ALL_WORD_JSON UNIHAN_IRGSOURCES_TXT

ALL_WORD_JSON is `cn_sort/res/all_word.json` of the PyPI package cn-sort 0.14 (MIT): it ranks U+4E00..9FA5.
UNIHAN_IRGSOURCES_TXT is `Unihan_IRGSources.txt` of the Unicode character database (15.0): the number of strokes.

Three sources, in falling order of trust:
1. 通用规范汉字表 (assets/fonts/charsets.json) is itself printed in stroke order within each of its three levels, so
   its order is kept exactly: what cn-sort has elsewhere (82 characters) or not at all (276) goes next to its neighbour.
2. cn-sort for the other characters of U+4E00..9FA5.
3. Characters that the shipped fonts can print but that neither has come at the end of their number of strokes.

The table is one line per number of strokes: the number, a tab, the characters in order.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from bisect import bisect_left
from itertools import pairwise
from pathlib import Path

from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / "assets" / "fonts"
TARGET = ROOT / "assets" / "templates" / "strokes.txt"
LEVELS = ((0, 3500), (3500, 6500), (6500, 8105))
HEADER = """\
# Order of 汉字 by number and order of strokes. Built by packaging/strokes/build_strokes.py, not by hand.
# Ranks of U+4E00..9FA5 from cn-sort 0.14 (a Python package), MIT License, by bmxbmx3; put in the order
# of 通用规范汉字表 (国发〔2013〕23号). Numbers of strokes from the Unicode character database 15.0, Unihan kTotalStrokes,
# copyright Unicode, Inc., https://www.unicode.org/license.txt; both changed and cut as described in the script.
"""


def read_counts(path: Path) -> dict[str, int]:
    """Number of strokes by character (the first value: the form of the mainland)."""
    found = re.findall(r"^U\+([0-9A-F]+)\tkTotalStrokes\t(\d+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {chr(int(code, 16)): int(count) for code, count in found}


def longest_rising(values: list[int]) -> set[int]:
    """Positions of a longest rising subsequence of `values`."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for position, value in enumerate(values):
        place = bisect_left(tails, value)
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [value]
        ends[place : place + 1] = [position]
    found: set[int] = set()
    position = ends[-1] if ends else -1
    while position >= 0:
        found.add(position)
        position = before[position]
    return found


def official_order(rank: dict[str, int], table: str, counts: dict[str, int]) -> dict[str, tuple[float, ...]]:
    """Sort keys that keep cn-sort's ranks but follow the printed order inside each level of the table."""
    keys: dict[str, tuple[float, ...]] = {char: (value,) for char, value in rank.items()}
    for first, last in LEVELS:
        level = table[first:last]
        ranked = [char for char in level if char in rank]
        steady = longest_rising([rank[char] for char in ranked])
        anchors = {ranked[position] for position in steady}
        for place, char in enumerate(level):
            if char in anchors:
                continue
            left = level[place - 1] if place else ""
            right = next((one for one in level[place + 1 :] if one in anchors), "")
            if right and (not left or counts[left] < counts[char] == counts[right]):
                keys[char] = (rank[right] - 1, 1, first, place)  # the first of its number of strokes
            else:
                head = keys[left]
                keys[char] = (*head, 1, first, place) if len(head) == 1 else (*head[:-2], first, place)
    return keys


def insert_rest(order: list[str], rest: list[str], counts: dict[str, int]) -> dict[int, list[str]]:
    """Split `order` where the number of strokes rises and add `rest` to the end of each part."""
    numbers = sorted({counts[char] for char in order + rest})
    parts: dict[int, list[str]] = {}
    start = 0
    for number in numbers:
        # The cut with the fewest characters on the wrong side: the sources disagree on a few counts.
        best, fewest, wrong = start, 0, 0
        for place in range(start, len(order)):
            wrong += 1 if counts[order[place]] > number else -1
            if wrong < fewest:
                best, fewest = place + 1, wrong
        parts[number] = order[start:best] + sorted(char for char in rest if counts[char] == number)
        start = best
    parts[numbers[-1]] = order[start:] + parts[numbers[-1]] if start < len(order) else parts[numbers[-1]]
    return parts


def main(argv: list[str]) -> int:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ranks", type=Path, help="all_word.json")
    parser.add_argument("unihan", type=Path, help="Unihan_IRGSources.txt")
    given = parser.parse_args(argv)
    counts = read_counts(given.unihan)
    words = json.loads(given.ranks.read_text(encoding="utf-8"))["all_word"]
    rank = {one["chinese"]: int(one["stroke_increment_level"]) for one in words if one["chinese"] in counts}
    table = json.loads((FONTS / "charsets.json").read_text(encoding="utf-8"))["tgh"]
    keys = official_order(rank, table, counts)
    order = sorted(keys, key=keys.__getitem__)
    place = {char: position for position, char in enumerate(order)}
    for first, last in LEVELS:
        if any(place[one] > place[two] for one, two in pairwise(table[first:last])):
            raise SystemExit("the order of 通用规范汉字表 was not kept")
    printable: set[str] = set()
    for path in FONTS.glob("*.ttf"):
        with TTFont(path, lazy=True) as font:
            printable.update(map(chr, font.getBestCmap()))
    rest = sorted(char for char in printable if char in counts and char not in keys)
    parts = insert_rest(order, rest, counts)
    lines = [f"{number}\t{''.join(chars)}\n" for number, chars in parts.items()]
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(HEADER + "".join(lines), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
