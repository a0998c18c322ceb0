"""归档: one folder of a closed year with every form as PDF/A, the frozen tables, 归档文件目录.xlsx and 校验清单. DA/T 22

Made in a folder named .part, which is taken up again if it was interrupted and nothing was written in the ledger since;
renamed when all is there. A folder that is there already is never touched.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from core.archive.checking import note_list
from core.archive.closing import closed_figures
from core.archive.filing import (
    CATALOGUE,
    CHECKSUMS,
    Item,
    Wanted,
    number_items,
    record_items,
    sha256_of,
    terms,
    write_checksums,
)
from core.archive.model import ARCHIVE_ITEM, TERM_LABEL
from core.base.clock import today
from core.base.disk import fault, file_name, in_words, put_in_place
from core.base.errors import InvalidInput, Refused
from core.base.fields import Field
from core.base.rights import Right
from core.evaluation.closed import closed
from core.org.matching import resolve_unit
from core.org.settings import all_settings
from core.sheet.writing import write_sheet
from core.store import Reads, Row, Store
from reports.catalogue import report
from reports.kit.batch import Job, PrintProblem, write_files
from reports.kit.fonts import pen_box
from reports.spec import Asked

PERSONAL = ("evaluation", "handbook")
LISTS = ("closed_list", "closed_units", "corrections")
STATE = "归档进度.json"
FOLDER_KEY = "archive.folder."  # + year, of store.local: where the folder was put

Progress = Callable[[int, int], None]
_BOXED = "有字体里没有的字，已印成方框，请手写补上"
_SHOWN_NAMES = 5
_SHOWN = ("item_no", "title", "file_name", "pages", "retention", "made_on", "sha256", "note")


@dataclass(slots=True)
class Archived:
    """What was filed."""

    folder: Path
    files: list[Path] = field(default_factory=list)
    pages: int = 0
    problems: list[PrintProblem] = field(default_factory=list)
    lacking: str = ""  # what is not in the folder and should be, as words; '' if it is whole
    step: int | None = None

    @property
    def words(self) -> str:
        """What was done, in one sentence that begins with what is lacking."""
        done = f"已归档 {len(self.files)} 个文件、{self.pages} 页，在 {self.folder}。"
        return f"归档不全，{self.lacking}。{done}" if self.lacking else done


def archive(
    store: Store,
    year: int,
    out: Path,
    *,
    unit: str = "",
    forms: Sequence[str] = PERSONAL,
    progress: Progress | None = None,
) -> Archived:
    """File a closed year (or one unit of it) into a new folder in `out`; who cannot be printed is named, never left out silently."""
    store.require(Right.CLOSE_YEAR)
    unit_uid, unit_name = _unit(store, unit)
    if closed(store, year) is None:
        raise Refused(f"{year}年还没有结账，不能归档。", f"请先结账：在“归档”里按“结账”，或用命令 close-year {year}。")
    folder = out / file_name("_".join(filter(None, (f"{year}年度归档", unit_name))))
    if folder.exists():
        raise Refused(f"“{folder}”已经有了，归档不会覆盖它。", "请换一个文件夹，或先把它移走、改名。")
    done = Archived(folder)
    people = _people(store, year, unit_uid, done)
    items = number_items(store, year, _wanted(year, people, forms, whole=not unit_uid))
    part = _part(store, folder, year, items)
    rows = _write_all(store, year, unit_uid, part, items, done, progress)
    if not rows:
        raise Refused(f"{year}年没有可以归档的表册。", "请检查年度和单位。")
    done.lacking = _lacking(items, rows, done)
    done.problems += _remarks(store, year, items, rows)
    _catalogue(store, year, part, rows, done.lacking)
    (part / STATE).unlink()
    sums = write_checksums(part)
    for row in rows:
        row["sha256"] = sums[row["file_name"]]
    said = f"归档：{year}年度{unit_name}，{len(rows)}件{'（不全）' if done.lacking else ''}"
    with store.transact(said) as tx:
        record_items(tx, year, rows)
        note_list(tx, year, folder.name, sums)
        _rename(part, folder)  # last: a disk that fails leaves the ledger as it was
    remember_folder(store, year, folder)
    done.step = tx.outcome.step
    done.files = [folder / name for name in (*(row["file_name"] for row in rows), CATALOGUE, CHECKSUMS)]
    return done


def archive_job(store: Store, order: dict[str, Any], progress: Callable[..., None]) -> dict[str, Any]:
    """`archive` for the child process: the answer as JSON."""
    done = archive(store, int(order["year"]), Path(order["out"]), unit=str(order.get("unit") or ""), progress=progress)
    return {
        "folder": str(done.folder),
        "files": len(done.files),
        "pages": done.pages,
        "words": done.words,
        "lacking": done.lacking,
        "problems": [str(one) for one in done.problems],
        "step": done.step,
    }


def remember_folder(store: Store, year: int, folder: Path) -> None:
    """Where the folder of a year is on this machine."""
    store.local.put(f"{FOLDER_KEY}{year}", str(folder.resolve()))  # a command names it as seen from where it was given


def folder_of(store: Store, year: int) -> Path | None:
    """Where the folder of a year was put on this machine; None if it is not known or gone."""
    text = store.local.get(f"{FOLDER_KEY}{year}")
    return Path(text) if text and Path(text).is_dir() else None


def catalogue_fields(*more: Field) -> list[Field]:
    """Columns of a 归档文件目录."""
    return [Field("fond", "全宗号", width=10), *more, *(ARCHIVE_ITEM.field(key) for key in _SHOWN)]


def _unit(store: Store, unit: str) -> tuple[str, str]:
    if not unit:
        return "", ""
    by_uid = store.one("SELECT uid, name FROM unit WHERE uid = ?", (unit,))
    if by_uid is not None:
        return by_uid["uid"], by_uid["name"]
    found = resolve_unit(store, unit)
    uid = found.uid if found else ""
    if not uid:
        raise InvalidInput({"unit": f"没有名为“{unit}”的单位，请核对写法。"})
    return uid, str(store.value("SELECT name FROM unit WHERE uid = ?", (uid,)))


def _people(reads: Reads, year: int, unit_uid: str, done: Archived) -> list[Row]:
    """Who was in the year's lists (of the unit) when it was closed, in their order, whatever was corrected since."""
    frozen = closed_figures(reads, year)
    unit = frozen.get(("UNIT", unit_uid))
    mine = {
        uid: one
        for (kind, uid), one in frozen.items()
        if kind == "CADRE" and (not unit_uid or (unit is not None and one.figures["unit"] == unit.name))
    }
    sql = "SELECT uid, name, staff_no FROM cadre WHERE uid IN (SELECT value FROM json_each(?))"
    there = {row["uid"]: row for row in reads.rows(sql, (json.dumps(list(mine)),))}
    done.problems += [
        PrintProblem(one.name, "结账以后已不在名册里，没有表可以归档。请在“历史”里查看是哪一步去掉的。")
        for uid, one in mine.items()
        if uid not in there
    ]
    return [there[uid] for uid in mine if uid in there]


def _wanted(year: int, people: Sequence[Row], forms: Sequence[str], *, whole: bool) -> Iterator[Wanted]:
    """The forms of the people, form by form; then the tables of the whole school."""
    for form in forms:
        name = report(form).title
        for row in people:
            title = f"{year}年度{name} {row['name']}"
            yield Wanted(form, name, title, row["uid"], row["name"], row["staff_no"])
    for form in LISTS if whole else ():
        name = report(form).title
        yield Wanted(form, name, f"{year}年{name}")


def _part(store: Store, folder: Path, year: int, items: Sequence[Item]) -> Path:
    """The folder in the making: the interrupted one if it is of the same ledger at the same step, else a new one."""
    part = folder.with_name(f"{folder.name}.part")
    state = {"step": store.value("SELECT max(seq) FROM history"), "year": year, "items": len(items)}
    noted = json.dumps(state).encode()
    try:
        if part.exists():
            if not (part / STATE).is_file():
                raise Refused(f"“{part}”不是本程序没做完的归档。", "请把它移走，或换一个文件夹。")
            if (part / STATE).read_bytes() == noted:
                return part
            shutil.rmtree(part)
        part.mkdir(parents=True)
        (part / STATE).write_bytes(noted)
    except OSError as error:
        raise fault(error, part, "归档没有做完：", "再归档一次，会接着做。") from error
    return part


def _write_all(
    store: Store,
    year: int,
    unit_uid: str,
    part: Path,
    items: Sequence[Item],
    done: Archived,
    progress: Progress | None,
) -> list[Row]:
    settings = all_settings(store)
    author = settings.get("org_name", "") + settings.get("issuer", "")
    rows = []
    for number, (item, job) in enumerate(_jobs(store, year, unit_uid, part, items), 1):
        path = part / item.file_name
        pages = _pages(path) if path.exists() else 0
        if job is not None:
            named = replace(job, file_name=path.name, title=item.wanted.title)
            made = write_files([named], path.parent, author=author, sync=True)
            pages = made.pages
            done.problems += [replace(one, label=_named(item)) for one in made.problems]
        elif not pages and item.wanted.cadre_uid:
            done.problems.append(PrintProblem(_named(item), "没有可以打印的内容。"))
        if progress:
            progress(number, len(items))
        if pages:
            done.pages += pages
            rows.append(
                {
                    "item_no": item.item_no,
                    "title": item.wanted.title,
                    "form": item.wanted.form,
                    "cadre_uid": item.wanted.cadre_uid,
                    "file_name": item.file_name,
                    "pages": pages,
                    "retention": item.retention,
                    "note": _BOXED if _has_boxes(path) else "",
                }
            )
    return rows


def _jobs(
    store: Store, year: int, unit_uid: str, part: Path, items: Sequence[Item]
) -> Iterator[tuple[Item, Job | None]]:
    """Each item with the job that prints it; None where its file is there already (or there is nothing to print)."""
    for form in dict.fromkeys(item.wanted.form for item in items):
        mine = [item for item in items if item.wanted.form == form]
        left = [item for item in mine if not (part / item.file_name).exists()]
        yield from ((item, None) for item in mine if item not in left)
        if not left:
            continue
        # by person, not by place: whom the form passes over would give his number to the next
        waiting = {item.wanted.cadre_uid or "": item for item in left}
        asked = Asked(year, unit_uid=unit_uid, uids=tuple(uid for uid in waiting if uid))
        for job in report(form).jobs(store, asked):
            if item := waiting.pop(job.uid, None):
                yield item, job
        yield from (
            (item, None) for uid, item in waiting.items() if uid
        )  # a table may have nothing in it, a person not


def _remarks(reads: Reads, year: int, items: Sequence[Item], rows: Sequence[Row]) -> Iterator[PrintProblem]:
    """What is filed and yet should be looked at: texts that say other figures than the table beside them."""
    filed = {row["item_no"] for row in rows}
    for form in dict.fromkeys(item.wanted.form for item in items):
        mine = {item.wanted.cadre_uid: item for item in items if item.wanted.form == form and item.item_no in filed}
        asked = Asked(year, uids=tuple(uid for uid in mine if uid))
        for gap in report(form).remarked(reads, asked) if asked.uids else ():
            yield PrintProblem(_named(mine[gap.uid]), gap.remark, blocking=False)


def _named(item: Item) -> str:
    """How a problem names an item: 2020年度考核评价表 张三（0001）."""
    return item.wanted.title + (f"（{item.wanted.staff_no}）" if item.wanted.staff_no else "")


def _has_boxes(path: Path) -> bool:
    """Whether some character of the file is a box for the pen: seen in the file, which may be of an interrupted run."""
    return pen_box().name.encode("ascii") in path.read_bytes()


def _lacking(items: Sequence[Item], rows: Sequence[Row], done: Archived) -> str:
    """'缺3件：考核评价表2件（张三、李四）、纪实手册全部1件', and who is no longer in the roster; '' if nothing is lacking."""
    filed = {row["item_no"] for row in rows}
    failed = {one.label for one in done.problems if one.blocking}
    gone = [item for item in items if item.item_no not in filed and _named(item) in failed]
    parts = []
    for form in dict.fromkeys(item.wanted.name for item in gone):
        mine = [item.wanted.person for item in gone if item.wanted.name == form]
        if len(mine) == sum(item.wanted.name == form for item in items):
            parts.append(f"{form}全部{len(mine)}件")
        else:
            parts.append(f"{form}{len(mine)}件（{'、'.join(mine[:_SHOWN_NAMES])}{'等' * (len(mine) > _SHOWN_NAMES)}）")
    said = [f"缺{len(gone)}件：{'、'.join(parts)}"] if gone else []
    known = {_named(item) for item in items}
    if away := sum(one.blocking and one.label not in known for one in done.problems):
        said.append(f"{away}人结账以后已不在名册里，没有表")
    return "；".join(said)


def _pages(path: Path) -> int:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        return len(document)


def _catalogue(store: Store, year: int, part: Path, rows: Sequence[Row], lacking: str) -> None:
    by = terms(store)
    made_on = today().isoformat()
    lines = [
        {**row, "fond": by.fond, "made_on": made_on, "sha256": sha256_of(part / row["file_name"])}
        for row in sorted(rows, key=lambda row: row["item_no"])
    ]
    org = all_settings(store).get("org_name", "")
    held = "、".join(sorted({TERM_LABEL[row["retention"]] for row in rows}))
    note = f"共{len(rows)}件，{sum(row['pages'] for row in rows)}页；类别代码{by.archive_class}，保管期限{held}。"
    title = f"{org}{year}年度归档文件目录{f'（不全，{lacking}）' if lacking else ''}"
    write_sheet(catalogue_fields(), lines, part / CATALOGUE, title, note, "归档文件目录")


def _rename(part: Path, folder: Path) -> None:
    with in_words(folder, "归档没有做完：", "再归档一次，会接着做。"):
        put_in_place(part, folder)
