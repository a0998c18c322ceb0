"""font list, font add, font remove: font files for characters that neither the program nor the system has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ui.headless.answer import Answer


def add_fonts(add: Any, group: Any) -> None:
    """The commands of this file."""
    fonts = group("font", "打印用的字体：本程序和系统都没有的生僻字，可以另外添加字体文件")
    listed = add("list", "列出添加过的字体；--char 查某些字用哪种字体打印", font_list, ledger=False, under=fonts)
    listed.add_argument("--char", default="", metavar="字", help="要查的字，可以多个")
    added = add("add", "添加一个字体文件（.ttf或.ttc，许可须允许嵌入）", font_add, ledger=False, under=fonts)
    added.add_argument("file", metavar="字体文件")
    removed = add("remove", "删去添加过的字体", font_remove, ledger=False, under=fonts)
    removed.add_argument("name", metavar="文件名")


def font_list(args: Any) -> Answer:
    """The fonts added on this computer, and what prints each character asked about."""
    from reports.kit.fonts import set_in
    from reports.kit.spare_fonts import added_fonts

    names = [one.name for one in added_fonts()]
    found = {char: set_in(char) for char in args.char if not char.isspace()}
    lines = [
        *(names or ["还没有添加过字体。"]),
        *(f"“{char}”：{by or '没有字体，印成方框'}" for char, by in found.items()),
    ]
    return Answer({"fonts": names, "chars": found}, lines)


def font_add(args: Any) -> Answer:
    """Keep a copy of a font file for printing."""
    from reports.kit.spare_fonts import add_font

    kept = add_font(Path(args.file))
    return Answer({"font": kept.name}, [f"已添加字体：{kept.name}。"])


def font_remove(args: Any) -> Answer:
    """Delete an added font."""
    from reports.kit.spare_fonts import remove_font

    gone = remove_font(args.name)
    return Answer({"font": gone.name}, [f"已删去字体：{gone.name}。"])
