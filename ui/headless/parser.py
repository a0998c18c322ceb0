"""An argument parser that speaks Chinese."""

from __future__ import annotations

import argparse
import re
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
