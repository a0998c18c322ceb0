"""An argument parser that speaks Chinese."""

from __future__ import annotations

import argparse
import re
import unicodedata
from collections.abc import Sequence
from typing import Any, NoReturn

from core.base.errors import InvalidInput

_SAYINGS = (
    (r"the following arguments are required: (.*)", r"还缺少参数：\1"),
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
    (r"argument (.*): invalid choice: '?(.*?)'? \(choose from (.*)\)", r"\1不能是“\2”，可以是：\3"),
    (r"argument (.*): invalid int value: '(.*)'", r"\1应是整数，写的是“\2”"),
    (r"argument (.*): expected one argument", r"\1后面应有一个值"),
    (r"argument (.*): expected at least one argument", r"\1后面至少应有一个值"),
    (r"one of the arguments (.*) is required", r"\1 中必须给出一个"),
)


class _Formatter(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        # argparse passes "" to learn the name of a sub-command: that is no missing prefix
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)

    def _split_lines(self, text: str, width: int) -> list[str]:
        """An enumeration is broken after a 、, never in a word."""
        lines = [""]
        for piece in re.findall("[^、]+、?", text):
            if lines[-1] and _columns(lines[-1] + piece) > width:
                lines.append("")
            lines[-1] += piece
        return [part for line in lines for part in super(_Formatter, self)._split_lines(line, width)]


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


class Parser(argparse.ArgumentParser):
    """Chinese headings; a wrong command line is InvalidInput, not an exit."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("formatter_class", _Formatter)
        super().__init__(*args, add_help=False, allow_abbrev=False, **options)
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示这份说明")

    def error(self, message: str) -> NoReturn:
        for pattern, saying in _SAYINGS:
            message = re.sub(pattern, saying, message)
        message = message.replace("', '", "、").replace("'", "")
        raise InvalidInput({"": f"命令写得不对：{message}。用 {self.prog} --help 查看写法。"})


def pairs(texts: Sequence[str] | None, what: str) -> dict[str, str]:
    """字段=值 arguments as a dict; InvalidInput names the one that is not."""
    found = {}
    for text in texts or ():
        key, equals, value = text.partition("=")
        if not equals:
            raise InvalidInput({"": f"{what}“{text}”应写成“名称=值”。"})
        found[key.strip()] = value.strip()
    return found
