"""The command line: the same ops, queries and reports without a window (COMMANDS)."""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from core.base import clock
from core.base.clock import stamp as stamp
from core.base.errors import MachineFault, Problem
from core.base.paths import user_data_dir
from core.ledger import clock_note, open_ledger
from core.org.settings import year_in_force
from core.store import Store
from ui.headless.answer import FAULT, Answer, say, show
from ui.headless.passphrases import passphrase_of

Run = Callable[..., Answer]


def run(argv: Sequence[str]) -> int:
    """Do one command; prints its answer and returns the exit code. Never a traceback."""
    from ui.headless.commands import build_parser

    as_json = "--json" in argv
    try:
        args = build_parser().parse_args(argv)
        if getattr(args, "run", None) is None:
            args.parser.print_help()
            return 2
        answer = _do(args)
        show(answer, as_json)
        return answer.code
    except Problem as error:
        return _told(error, as_json)
    except SystemExit as stop:  # --help
        return int(stop.code or 0)
    except KeyboardInterrupt:
        say("已经停止，没有写完的一步没有保存。")
        return FAULT
    except BrokenPipeError:
        return FAULT
    except Exception as error:  # noqa: BLE001 - the last hook: no traceback reaches a person
        log = _written_down()
        way = f"请把 {log} 交给维护人员。" if log else "详情也写不下来，请检查磁盘空间和临时文件夹。"
        fault = MachineFault(f"程序出了意外（{type(error).__name__}），这一步没有保存。", way)
        return _told(fault, as_json)


def _written_down() -> Path | None:
    """Append the traceback to a file for the maintainers; it is never printed. None if there is nowhere to write."""
    told = traceback.format_exc()
    try:
        log = Path(tempfile.gettempdir()) / "xcjs-错误.log"
        with log.open("a", encoding="utf-8") as out:
            out.write(f"{clock.stamp()}\n{told}\n")
    except OSError:
        return None
    return log


def _told(error: Problem, as_json: bool) -> int:
    if as_json:
        body: dict[str, Any] = {"error": str(error)}
        if fields := getattr(error, "fields", None):
            body["fields"] = fields
        show(Answer(body), True)
    say(str(error))
    return error.exit_code


def _do(args: Any) -> Answer:
    if not args.needs_ledger:
        return args.run(args)  # type: ignore[no-any-return]
    store = open_from(args)
    try:
        year = getattr(args, "year", None)
        clock.work_in(year if isinstance(year, int) else year_in_force(store))
        with store.snapshot():
            return args.run(store, args)  # type: ignore[no-any-return]
    finally:
        store.close()


def open_from(args: Any) -> Store:
    """The ledger that --data, --passphrase-file or XCJS_PASSPHRASE name."""
    folder = folder_of(args)
    from core.store import files

    files.check_place(folder)
    store = open_ledger(folder, passphrase_of(args), operator=args.operator or "命令行")
    for note in (store.why_read_only and f"{store.why_read_only}台账以只读方式打开。", clock_note(store)):
        if note:
            say(note)
    return store


def folder_of(args: Any) -> Path:
    """The ledger's folder: --data, else the user's data folder."""
    return Path(args.data) if args.data else user_data_dir()
