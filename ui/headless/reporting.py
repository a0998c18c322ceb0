"""双报告 and 结果运用 by command: drafts, half-year reports, yearly reports, figures of a branch, a list over years. 方案 三(三) 三(七)"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.base.clock import today
from core.base.dates import format_hours
from core.base.disk import file_name, read_note
from core.base.errors import InvalidInput
from core.org.matching import resolve_branch, resolve_unit
from core.org.queries import branches, units
from core.org.settings import year_in_force
from core.reporting import half_year, yearly
from core.reporting import results as used
from core.reporting.model import HALF_LABEL, HALF_YEAR
from core.reporting.unit_figures import branch_sentences
from core.sheet.writing import write_sheet
from core.store import Reads, Row, Store
from ui.headless.answer import LISTED, Answer
from ui.headless.parser import pairs
from ui.headless.typed import people_named, typed_day, typed_values

_KINDS = ("pdf", "docx")
_STATE = {"REPORTED": "已报告", "DRAFTED": "已起草", "MISSING": "未起草"}


def add_reporting(add: Any, group: Any) -> None:
    """The commands of this room."""
    under = group("report", "双报告：半年报告、年度报告、支部述职数据")
    drafted = add("draft", "按服务记录起草（已改过的不动）", draft, under=under)
    drafted.add_argument("what", choices=("half", "year"), metavar="类别", help="half（半年报告）或 year（年度报告）")
    half = add("half", "列出半年报告；用 --cadre 修改，用 --on 登记已报告", half_reports, under=under)
    half.add_argument("values", nargs="*", metavar="字段=值", help="改内容，如 review=… plan=… main_work=…")
    half.add_argument("--branch", default="", metavar="支部")
    half.add_argument("--missing", action="store_true", help="只列还没有报告的人")
    half.add_argument("--on", default="", metavar="日期", help="登记这些人已在这天向支部报告")
    half.add_argument("--occasion", default="", metavar="场合", help="如组织生活会")
    half.add_argument("--signer", default="", metavar="姓名", help="支部书记")
    half.add_argument(
        "--take-figures", action="store_true", help="把次数、时长和起草的文字改成服务记录现在的，手写的不动"
    )
    for one in (drafted, half):
        one.add_argument(
            "--half", type=int, choices=(1, 2), metavar="半年", help="1（上半年）或 2（下半年）；默认正该报告的那个半年"
        )
        one.add_argument("--cadre", nargs="+", action="extend", default=[], metavar="工号")
    year = add("yearly", "年度报告：存成 PDF 或 Word，或改一个部分", yearly_report, under=under)
    year.add_argument("values", nargs="*", metavar="部分=文字", help="改一个部分的正文，如 practice=…")
    year.add_argument("--format", choices=_KINDS, metavar="格式", help="pdf 或 docx；默认看文件名，再默认 docx")
    year.add_argument("--out", default="", metavar="文件")
    branch = add("branch", "党支部的述职数据，成句列出", branch_figures, under=under)
    branch.add_argument("--branch", default="", metavar="支部", help="不写就列出单位（不写单位就是全校）的各个支部")
    for one in (drafted, half, year, branch):
        one.add_argument("--year", type=int, metavar="年度")
        one.add_argument("--unit", metavar="单位")
    for one in (drafted, year):
        one.add_argument("--school", action="store_true", help="全校的年度报告（不写单位时就是全校）")
    result = add("results", "结果运用：一批人几年的次数、小时、达标和等次", results)
    result.add_argument("people", nargs="+", metavar="名单", help="文本文件（每行一人），或直接写工号、姓名")
    result.add_argument("--years", default="", metavar="2020-2022", help="默认台账的年度")
    result.add_argument("--out", default="", metavar="X.xlsx")
    result.add_argument("--notes", default="", metavar="文件夹", help="每人一份现实表现材料（Word）")


def draft(store: Store, args: Any) -> Answer:
    """Half-year reports of people, or the sections of a yearly report."""
    year = args.year or year_in_force(store)
    if args.what == "year":
        unit_uid, whose = _whose_report(store, args)
        with store.transact(f"起草{year}年年度报告：{whose}") as tx:
            changed = yearly.draft_report(tx, year, unit_uid)
        edited = sum(bool(one.edited_on) for one in yearly.yearly_report(store, year, unit_uid).sections)
        body = {"changed": changed, "edited": edited, "step": tx.outcome.step}
        return Answer(body, [f"{whose}{year}年年度报告：起草{changed}个部分，改过的{edited}个部分没有动。"])
    half = _half(args, year)
    rows = half_year.report_rows(
        store, year, half, unit_uid=_unit(store, args.unit), cadre_uids=_named(store, args), log_too=False
    )
    uids = [row["cadre_uid"] for row in rows]
    with store.transact("起草半年报告") as tx:
        done = half_year.draft(tx, uids, year, half)
        tx.label = half_year.drafted_label(year, half, done)
    body = {"new": len(done.made), "updated": len(done.refreshed), "kept": len(done.kept), "step": tx.outcome.step}
    text = f"{year}年{HALF_LABEL[half]}：新起草{len(done.made)}人，更新{len(done.refreshed)}人。"
    kept = f"{len(done.kept)}人的报告改过或已报告，服务记录后来变了，没有动。"
    return Answer(body, [text, kept] if done.kept else [text], LISTED if done.kept else 0)


def half_reports(store: Store, args: Any) -> Answer:
    """The list by branch; with values or --on, what is changed of the people named."""
    year, unit_uid = args.year or year_in_force(store), _unit(store, args.unit)
    half = _half(args, year)
    if args.values or args.on or args.take_figures:
        return _change_half(store, args, year, half)
    branch_uid = _branch(store, unit_uid, args.branch)
    rows = half_year.report_rows(
        store, year, half, unit_uid=unit_uid, branch_uid=branch_uid, cadre_uids=_named(store, args)
    )
    counts = half_year.branch_counts(store, year, half, unit_uid)
    shown = [row for row in rows if not args.missing or row["state"] != "REPORTED"]
    branches = [
        {
            "unit": one.unit,
            "branch": one.branch,
            "due": one.due,
            "reported": one.reported,
            "drafted": one.drafted,
            "missing": one.missing,
        }
        for one in counts
    ]
    lines = [
        f"{one.unit}{one.branch or '（未编入支部）'}：应报告{one.due}，已报告{one.reported}，已起草{one.drafted}，未起草{one.missing}"
        for one in counts
    ]
    return Answer({"branches": branches, "rows": [_plain(row) for row in shown]}, [*lines, *map(_line, shown)])


def yearly_report(store: Store, args: Any) -> Answer:
    """The report as a file, or a section changed by hand."""
    year = args.year or year_in_force(store)
    unit_uid, whose = _whose_report(store, args)
    sections = {one.key: one for one in yearly.yearly_report(store, year, unit_uid).sections}
    kind, step = _kind(args), None
    for key, value in pairs(args.values, "内容").items():
        if key not in sections or not sections[key].uid:
            known = "、".join(f"{one.key}（{one.title}）" for one in sections.values())
            raise InvalidInput({key: f"没有“{key}”这一部分，或还没有起草（report draft year）。可用：{known}。"})
        with store.transact(f"修改年度报告：{sections[key].title}") as tx:
            yearly.edit_section(tx, sections[key].uid, {"text": value})
        step = tx.outcome.step
    if not args.out:
        found = yearly.yearly_report(store, year, unit_uid).sections
        body = [
            {"section": one.key, "title": one.title, "text": one.text, "stale": one.stale, "edited_on": one.edited_on}
            for one in found
        ]
        return Answer({"sections": body, "step": step}, [f"{one.title}　{one.text}" for one in found])
    out = Path(args.out)
    _write_yearly(store, year, unit_uid, out, kind)
    return Answer({"file": str(out), "step": step}, [f"已写出{whose}{year}年年度报告：{out}"])


def branch_figures(store: Store, args: Any) -> Answer:
    """述职 figures as sentences: of one branch, or of each branch of a unit or of the school."""
    year, unit_uid = args.year or year_in_force(store), _unit(store, args.unit)
    if args.branch:
        sentences = branch_sentences(store, year, unit_uid, _branch(store, unit_uid, args.branch))
        return Answer({"sentences": sentences}, sentences)
    listed = [
        {
            "unit": unit["name"],
            "branch": branch["name"],
            "sentences": branch_sentences(store, year, unit["uid"], branch["uid"]),
        }
        for unit in units(store)
        if unit_uid in ("", unit["uid"])
        for branch in branches(store, unit["uid"])
    ]
    lines = [line for row in listed for line in (f"{row['unit']}{row['branch']}", *row["sentences"])]
    return Answer({"branches": listed}, lines or ["没有登记支部。"])


def results(store: Store, args: Any) -> Answer:
    """A list of people over years, as table, Excel and 现实表现材料."""
    years = used.parse_years(args.years) if args.years else [year_in_force(store)]
    found = used.pasted(store, _list_of(args.people))
    if not found.uids:
        raise InvalidInput({"people": "名单里没有能确定的人。" + "".join(map(used.open_text, found.open))})
    people = used.results(store, found.uids, years)
    files = []
    if args.out:
        fields = used.result_fields(years)
        title = f"党员干部下沉社区情况（{args.years or years[0]}）"
        write_sheet(fields, used.result_rows(people), Path(args.out), title, used.scope(store))
        files.append(args.out)
    if args.notes:
        files += [str(one) for one in _write_notes(store, found.uids, years, Path(args.notes))]
    problems = [used.open_text(one) for one in found.open]
    rows = [{key: value for key, value in row.items() if key != "uid"} for row in used.year_rows(people)]
    lines = [
        f"{row['name']}　{row['staff_no']}　{row['unit']}　{row['year']}年　{row['times']}次　"
        f"{format_hours(row['minutes'])}小时　{row['verdict']}　社区{row['community_rating'] or '—'}　"
        f"支部{row['branch_rating'] or '—'}"
        for row in rows
    ]
    body = {"rows": rows, "files": files, "problems": problems}
    return Answer(body, [*lines, *problems, *files], LISTED if problems else 0)


def _change_half(store: Store, args: Any, year: int, half: int) -> Answer:
    if not args.cadre:
        raise InvalidInput({"cadre": "请用 --cadre 写明改谁的半年报告。"})
    values = typed_values(HALF_YEAR, args.values)
    if wrong := [key for key in values if key not in half_year.TEXTS]:
        label = HALF_YEAR.field(wrong[0]).label
        raise InvalidInput({wrong[0]: f"“{label}”不能这样改；可以改：主要服务情况、对照检查、下一步打算。"})
    rows = half_year.report_rows(store, year, half, cadre_uids=people_named(store, args.cadre), log_too=False)
    if missing := [row["name"] for row in rows if not row["uid"]]:
        raise InvalidInput({"cadre": f"{'、'.join(missing)}还没有起草半年报告，请先用 report draft half 起草。"})
    uids = [row["uid"] for row in rows]
    with store.transact(f"修改{year}年{HALF_LABEL[half]}报告：{len(uids)}人") as tx:
        for uid in uids:
            if values:
                half_year.edit(tx, uid, values)
            if args.take_figures:
                half_year.take_figures(tx, uid)
        if args.on:
            half_year.mark_reported(tx, uids, typed_day(args.on, "on", "报告日期"), args.occasion, args.signer)
    return Answer({"uid": uids, "step": tx.outcome.step}, [f"已改{len(uids)}人的半年报告。"])


def _kind(args: Any) -> str:
    """What the file is, as its name says; InvalidInput if --format says otherwise."""
    named = Path(args.out).suffix.lower().removeprefix(".")
    kind = str(args.format or (named if named in _KINDS else "docx"))
    if named in _KINDS and named != kind:
        raise InvalidInput({"out": f"文件名“{args.out}”和 --format {kind} 不一致，请改文件名或格式。"})
    return kind


def _write_yearly(store: Store, year: int, unit_uid: str, out: Path, kind: str) -> None:
    from reports.collect_reporting import collect_yearly
    from reports.document_files import write_documents

    write_documents(store, [collect_yearly(store, year, unit_uid)], out, kind)


def _write_notes(store: Store, uids: Sequence[str], years: Sequence[int], folder: Path) -> list[Path]:
    from reports.collect_reporting import collect_performances
    from reports.document_files import write_documents

    made = []
    for one in collect_performances(store, uids, years):
        out = folder / file_name(f"现实表现材料_{one.whose}.docx")
        write_documents(store, [one], out, "docx")
        made.append(out)
    return made


def _list_of(texts: Sequence[str]) -> list[str]:
    """The lines of the files named, else the words themselves."""
    lines: list[str] = []
    for one in texts:
        path = Path(one)
        if path.suffix.lower() in (".txt", ".csv", ".tsv"):
            lines += read_note(path, "名单文件").splitlines()
        else:
            lines.append(one)
    return lines


def _whose_report(store: Store, args: Any) -> tuple[str, str]:
    if args.unit and args.school:
        raise InvalidInput({"unit": "--unit 和 --school 只能写一个：一个单位的年度报告，还是全校的。"})
    unit_uid = _unit(store, args.unit)
    name = store.value("SELECT name FROM unit WHERE uid = ?", (unit_uid,)) if unit_uid else "全校"
    return unit_uid, str(name)


def _unit(reads: Reads, name: str | None) -> str:
    if not name:
        return ""
    found = resolve_unit(reads, name)
    if not found:
        raise InvalidInput({"unit": f"没有名为“{name}”的单位，请检查写法。"})
    return str(found.uid)


def _branch(reads: Reads, unit_uid: str, name: str) -> str:
    if not name:
        return ""
    if not unit_uid:
        raise InvalidInput({"unit": "支部要连单位一起写：--unit 单位 --branch 支部。"})
    found = resolve_branch(reads, unit_uid, name)
    if not found:
        raise InvalidInput({"branch": f"这个单位没有名为“{name}”的支部，请检查写法。"})
    return str(found.uid)


def _named(reads: Reads, args: Any) -> list[str] | None:
    return people_named(reads, args.cadre) if args.cadre else None


def _half(args: Any, year: int) -> int:
    """The half asked for, else the one whose reports are due: the first until July, the second from August on."""
    if args.half:
        return int(args.half)
    day = today()
    return 1 if (day.year, day.month) < (year, 8) else 2


def _plain(row: Row) -> Row:
    return {key: value for key, value in row.items() if not key.endswith("_uid")}


def _line(row: Row) -> str:
    beside = f"（服务记录现为{row['log_times']}次、{format_hours(row['log_minutes'])}小时）" if row["stale"] else ""
    return (
        f"{row['name']}　{row['staff_no']}　{row['unit']}　{row['branch']}　{_STATE[row['state']]}　"
        f"{row['times']}次　{format_hours(row['minutes'])}小时{beside}"
    )
