"""统计 by command: the year's totals, sentences to copy, and the ledger of issued tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.base.dates import format_stamp
from core.base.errors import InvalidInput
from core.org.settings import year_in_force
from core.overview import issued as kept
from core.overview.answers import all_answers
from core.overview.figures import FigureTable, Line, figure_table, foot
from core.overview.model import ASPECTS, MEASURES
from core.roster.queries import named_filter
from core.store import Reads, Row, Store
from ui.headless.answer import Answer
from ui.headless.kinds import shown


def add_overview(add: Any, group: Any) -> None:
    """The lines of this room in the table of commands."""
    ways = "、".join(f"{one.key}（{one.label}）" for one in ASPECTS.values())
    for name, text, run in (
        ("overview", "统计全年的人数、人次和小时", overview),
        ("issue", "把一张统计表记入报出台账", issue),
    ):
        one = add(name, text, run)
        one.add_argument("--by", default="unit", choices=tuple(ASPECTS), metavar="方式", help=f"按什么统计：{ways}")
        one.add_argument("--then", default="", choices=tuple(ASPECTS), metavar="方式", help="再按什么细分")
        one.add_argument("--year", type=int, metavar="年度")
        one.add_argument("--unit", default="", metavar="单位", help="只统计在这个单位时的服务")
        one.add_argument("--out", metavar="X.xlsx", help="同时写成 Excel 表")
        if name == "issue":
            one.add_argument("--to", required=True, metavar="报给谁")
            one.add_argument("--note", default="", metavar="备注")
    one = add("answer", "常问的数字，每个一句话，带统计口径和截至日期", answer)
    one.add_argument("--year", type=int, metavar="年度")
    one.add_argument("--unit", default="", metavar="单位")
    acts = group("issued", "报出台账")
    one = add("list", "列出报出过的统计表", listed, under=acts)
    one.add_argument("--year", type=int, metavar="年度")
    one = add("changes", "一张表自报出以来变了什么、因为哪些操作", changes, under=acts)
    one.add_argument("uid", metavar="记录号", help="issued list 里的记录号")


def overview(store: Store, args: Any) -> Answer:
    """A table of figures, printed or written as a workbook."""
    table = _table(store, args)
    return Answer(_body(table, _written(table, args)), _lines(table))


def issue(store: Store, args: Any) -> Answer:
    """Enter a table into the ledger of issued tables."""
    if not args.to.strip():
        raise InvalidInput({"to": "请写明报给谁，例如 --to 学校党委办公室。"})
    table = _table(store, args)
    _written(table, args)
    with store.transact("报出统计表") as tx:
        uid = kept.issue(tx, table, args.to, args.note)
    return Answer(
        {"uid": uid, "step": tx.outcome.step, **_body(table, 0)}, [*_lines(table), f"已记入报出台账，记录号 {uid}"]
    )


def answer(store: Store, args: Any) -> Answer:
    """The sentences."""
    found = all_answers(store, args.year or year_in_force(store), _unit(store, args))
    body = [{"question": one.question, "sentence": one.sentence} for one in found]
    return Answer({"answers": body}, [one.sentence for one in found])


def listed(store: Store, args: Any) -> Answer:
    """The ledger of issued tables."""
    rows = kept.issued_rows(store, args.year)
    lines = [f"{row['uid']}　{format_stamp(row['issued_at'])}　{row['name']}　报给{row['issued_to']}" for row in rows]
    return Answer({"rows": [shown(row) for row in rows]}, lines or ["还没有报出过统计表。"])


def changes(store: Store, args: Any) -> Answer:
    """What changed since a table was issued."""
    found = kept.changes_since(store, args.uid)
    figures: list[Row] = [{"line": one.line, "head": one.head, "was": one.was, "now": one.now} for one in found.figures]
    body = {"name": found.issued["name"], "as_of": found.as_of, "figures": figures, "steps": list(found.steps)}
    return Answer(body, found.text.split("\n"))


def _table(reads: Reads, args: Any) -> FigureTable:
    return figure_table(reads, args.year or year_in_force(reads), args.by, args.then, _unit(reads, args))


def _unit(reads: Reads, args: Any) -> str:
    return named_filter(reads, args.unit).unit_uid if args.unit else ""


def _written(table: FigureTable, args: Any) -> int:
    if not args.out:
        return 0
    from reports.overview_table import save_table

    return save_table(table, Path(args.out))


def _body(table: FigureTable, written: int) -> Row:
    def told(line: Line) -> Row:
        return {"key": list(line.key), "names": list(line.names)} | {
            one.key: getattr(line, one.key) for one in MEASURES
        }

    return {
        "title": table.title,
        "scope": table.scope,
        "as_of": table.as_of,
        "rows": [told(one) for one in table.lines],
        "total": told(table.total),
        "written": written,
    }


def _lines(table: FigureTable) -> list[str]:
    return [table.title, "\t".join(table.heads), *("\t".join(one) for one in table.rows()), foot(table)]
