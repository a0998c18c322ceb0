"""Passphrases and codes: from a file, from standard input, or from the environment. What stands in arguments others can read."""

from __future__ import annotations

import os
import re
import sys
from typing import Any

from core.base.disk import read_note
from core.base.errors import InvalidInput, Refused

_RECOVERY_CODE = re.compile(r"[0-9A-Za-z]{5}(?:-[0-9A-Za-z]{5}){5}")
SHORTEST = 8
"""Characters of a new passphrase."""


def secret_in(file: str, what: str) -> str:
    """The first line of a file that Notepad wrote, in UTF-8 or GBK; MachineFault or InvalidInput in words."""
    lines = read_note(file, what).splitlines()
    if not lines or not lines[0]:
        raise InvalidInput({"": f"{what}“{file}”的第一行是空的，请把内容写在第一行。"})
    return lines[0]


def passphrase_of(args: Any) -> str:
    """The passphrase from the file or the environment; Refused if neither is given."""
    if args.passphrase_file:
        return secret_in(args.passphrase_file, "口令文件")
    if text := os.environ.get("XCJS_PASSPHRASE"):
        return text
    raise Refused("没有给出口令。", "请用 --passphrase-file 指定口令文件，或设置环境变量 XCJS_PASSPHRASE。")


def new_passphrase(args: Any) -> str:
    """The new passphrase from its file; at least eight characters."""
    text = secret_in(args.new_passphrase_file, "新口令文件")
    if len(text) < SHORTEST:
        raise InvalidInput({"passphrase": f"新口令至少要有{SHORTEST}个字符。"})
    return text


def recovery_code_of(args: Any) -> str:
    """The recovery code: --code-file (the sheet that `init` wrote, too), standard input with --code -, or --code."""
    if args.code_file and args.code:
        raise InvalidInput({"code": "--code 和 --code-file 只能写一个。"})
    if args.code_file:
        text = read_note(args.code_file, "恢复码文件")
    elif args.code == "-":
        text = sys.stdin.readline()
    else:
        text = args.code or ""
    if not text.strip():
        raise InvalidInput({"code": "请给出恢复码：--code-file 文件，或 --code -（从标准输入读），或 --code 恢复码。"})
    inside = _RECOVERY_CODE.search(text)
    return inside.group() if inside else text.strip()


def opening_code_of(args: Any) -> str:
    """The code that opens a copy, from --code or --code-file; '' if neither is given."""
    return str(args.code or "") or (secret_in(args.code_file, "开启码文件") if args.code_file else "")
