"""The year's end by command: close-year, archive, archive check, archive scans, points."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from core.base.errors import InvalidInput
from core.org.settings import year_in_force
from core.store import Store
from ui.headless.answer import LISTED, Answer, progress
from ui.headless.parser import pairs


def add_archive(add: Any, group: Any) -> None:
    """The commands of this file."""
    close = add("close-year", "结账：冻结一年的数据，以后的改动列为结账后更正", close_year)
    close.add_argument("year", type=int, metavar="年度")
    close.add_argument("--note", default="", metavar="说明")
    close.add_argument("--roll-over", action="store_true", help="接着结转到下一年：年度、最低要求、报送事项")
    close.add_argument("--corrections", action="store_true", help="不结账，只列出这一年的结账后更正")
    filed = add("archive", "归档：年度文件夹，含全部表册、目录和校验清单；check、scans 见下", archive, ledger=False)
    filed.add_argument("what", metavar="年度|check|scans", help="年度；或 check（校验）、scans（扫描件归档）")
    filed.add_argument("folder", nargs="?", default="", metavar="文件夹", help="check、scans 的文件夹")
    filed.add_argument("--out", default="", metavar="文件夹", help="归档放在哪里；scans 时是归档文件夹")
    filed.add_argument("--unit", default="", metavar="单位")
    filed.add_argument("--year", type=int, metavar="年度", help="scans 的年度")
    filed.add_argument("--typed", action="append", metavar="文件:页=件号或工号", help="没读到二维码的页，可重复")
    listed = add("points", "积分和星级名单（要先启用，不排名次）", points)
    listed.add_argument("--year", type=int, metavar="年度")
    listed.add_argument("--unit", default="", metavar="单位")
    switch = listed.add_mutually_exclusive_group()
    switch.add_argument("--on", action="store_true", help="启用积分")
    switch.add_argument("--off", action="store_true", help="停用积分")


def close_year(store: Store, args: Any) -> Answer:
    """Freeze a year; what was still open is listed."""
    from core.archive import closing

    if args.corrections:
        found = closing.corrections(store, args.year)
        rows = [
            {
                "kind": one.kind, "name": one.name, "figure": one.key, "label": one.label, "was": one.was,
                "now": one.now, "records": list(one.records), "steps": list(one.steps),
            }
            for one in found
        ]  # fmt: skip
        none = (
            "没有结账后更正。" if closing.closed(store, args.year) else f"{args.year}年还没有结账，结账以后才有更正。"
        )
        lines = [one.text for one in found] or [none]
        return Answer({"year": args.year, "corrections": rows}, lines)
    step, rolled, left = None, None, []
    if args.roll_over and closing.closed(store, args.year):  # closed before: what is asked for now is only the new year
        lines = [f"{args.year}年以前已经结账。"]
    else:
        with store.transact(f"{args.year}年度结账") as tx:
            left = closing.close_year(tx, args.year, args.note)
        step = tx.outcome.step
        lines = [f"{args.year}年已结账。", *(f"注意：{one.text}。" for one in left)]
    if args.roll_over:
        with store.transact(f"结转到{args.year + 1}年") as tx:
            rolled = closing.roll_over(tx, args.year)
        lines.append(f"已结转到{rolled}年。")
    opened = [{"key": one.key, "label": one.label, "count": one.count} for one in left]
    figures = int(store.value("SELECT count(*) FROM year_figure WHERE year = ?", (args.year,)))
    body = {"year": args.year, "step": step, "open": opened, "figures": figures, "rolled_to": rolled}
    return Answer(body, lines, LISTED if left else 0)


def archive(args: Any) -> Answer:
    """A year into a folder; or a folder checked (that needs no ledger), or scans filed."""
    from ui.headless import open_from

    if args.what == "check":
        return _check(args)
    store = open_from(args)
    try:
        return _scans(store, args) if args.what == "scans" else _archive(store, args)
    finally:
        store.close()


def _archive(store: Store, args: Any) -> Answer:
    if not args.what.isdecimal():
        raise InvalidInput({"year": f"“{args.what}”不是年度，请写成 archive 2020 --out 文件夹。"})
    if not args.out:
        raise InvalidInput({"out": "请用 --out 写明归档放在哪个文件夹。"})
    from reports.archive import archive as file_year

    done = file_year(store, int(args.what), Path(args.out), unit=args.unit, progress=progress("归档"))
    problems = [str(one) for one in done.problems]
    body = {
        "folder": str(done.folder),
        "files": [str(one) for one in done.files],
        "pages": done.pages,
        "lacking": done.lacking,
        "problems": problems,
        "step": done.step,
    }
    return Answer(body, [done.words, *problems], LISTED if problems else 0)


def _check(args: Any) -> Answer:
    from core.archive.checking import check_folder

    if not args.folder:
        raise InvalidInput({"folder": "请写明要校验的归档文件夹，例如 archive check 2020年度归档。"})
    store = _ledger_if_there(args)
    try:
        found = check_folder(Path(args.folder), store)
    finally:
        if store is not None:
            store.close()
    body = {
        "ok": found.ok,
        "files": found.files,
        "changed": list(found.changed),
        "missing": list(found.missing),
        "extra": list(found.extra),
        "renamed": [{"was": was, "now": now} for was, now in found.renamed],
        "list_changed": found.list_changed,
        "untold": found.untold,
    }
    said = found.lines or [f"{found.files}个文件与{'清单' if found.untold else '归档时'}一致。"]
    lines = [*said, *([found.untold] if found.untold else [])]
    return Answer(body, lines, 0 if found.ok else LISTED)


def _ledger_if_there(args: Any) -> Store | None:
    """The ledger, if one is there and its passphrase was given: a folder is checked without it too."""
    from core.store import files
    from ui.headless import folder_of, open_from

    given = args.passphrase_file or os.environ.get("XCJS_PASSPHRASE")
    return open_from(args) if given and files.ledger_file(folder_of(args)).exists() else None


def _scans(store: Store, args: Any) -> Answer:
    from reports.archive_scans import file_scans

    if not args.folder:
        raise InvalidInput({"folder": "请写明放扫描件的文件夹，例如 archive scans 扫描 --year 2020。"})
    done = file_scans(
        store,
        args.year or year_in_force(store),
        Path(args.folder),
        into=Path(args.out) if args.out else None,
        typed=pairs(args.typed, "页"),
        progress=progress("扫描件"),
    )
    unread = [{"page": one.page.key, "reason": one.reason} for one in done.unread]
    body = {
        "files": [str(one) for one in done.files],
        "pages": done.pages,
        "already": done.already,
        "unread": unread,
        "step": done.step,
    }
    lines = [f"已归档扫描件{len(done.files)}件，{done.pages}页，以前已归档{done.already}页。"]
    lines += [
        f"{one.page.label}：{one.reason}，请用 --typed {one.page.key}=件号 指明。" if one.page.number else one.reason
        for one in done.unread
    ]
    return Answer(body, lines, LISTED if unread else 0)


def points(store: Store, args: Any) -> Answer:
    """Points and stars by unit and name; or the switch."""
    from core.points.model import SCOPE
    from core.points.ops import switch
    from core.points.queries import point_rows
    from core.roster.queries import named_filter

    if args.on or args.off:
        label = "启用积分" if args.on else "停用积分"
        with store.transact(label) as tx:
            switch(tx, args.on)
        return Answer({"on": args.on, "step": tx.outcome.step}, [f"已{label}。"])
    year = args.year or year_in_force(store)
    unit = named_filter(store, args.unit).unit_uid if args.unit else ""
    rows = point_rows(store, year, unit)
    lines = [f"{row['unit']}　{row['name']}（{row['staff_no']}）{row['points']:.10g}分 {row['star']}" for row in rows]
    shown = [{key: value for key, value in row.items() if key != "uid"} for row in rows]
    return Answer({"year": year, "rows": shown, "scope": SCOPE}, [*lines, SCOPE])
