"""backup, restore, rescue: made, listed, checked; looked at, put in place, confirmed or taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.base.errors import InvalidInput, MachineFault, Problem, Refused
from core.base.rights import Right
from core.ledger import open_ledger
from core.operators import unlock
from core.store import Store, backup, backup_file, files, restoring
from ui.headless import folder_of
from ui.headless.answer import LISTED, Answer, progress
from ui.headless.passphrases import passphrase_of
from ui.shell.backup_words import holds, loses, moment, named, opens_by, size_of, step_line


def back_up(store: Store, args: Any) -> Answer:
    """A backup now; or what there is; or whether one is sound."""
    if args.check:
        return _check(store, Path(args.check), args)
    if args.list:
        return _list(store)
    to = Path(args.to) if args.to else None
    file = backup.make(store, backup.BY_HAND, to, progress("备份"))
    return Answer({"file": str(file), "ok": True, "findings": []}, [f"已备份到 {file}"])


def restore(args: Any) -> Answer:
    """Look at a backup, put it in place, or answer what the last restore asked."""
    folder = folder_of(args)
    if sum(map(bool, (args.file, args.confirm, args.back))) != 1:
        raise InvalidInput({"": "请写一个备份文件，或 --confirm（就用恢复出来的台账），或 --back（换回恢复前的）。"})
    if args.confirm:
        restoring.confirm(folder)
        return Answer({"file": str(folder), "ok": True, "findings": []}, ["已确认，自动备份继续。"])
    file = Path(args.file or "")
    present = _present(args, folder)
    try:
        if present is not None:
            present.require(Right.RESTORE)
        if args.back:
            return _back(folder, present)
        backup_file.parts(file)  # no backup at all: said before any question of keys
        key = _key_of(file, args, present)
        if args.dry_run:
            return _preview(file, key, present)
        if present is not None:
            backup.before(present, "恢复前")
    finally:
        if present is not None:
            present.close()
    return _put_in_place(file, folder, key)


def rescue(args: Any) -> Answer:
    """Everything that can still be read of a damaged ledger, as a workbook; the ledger itself stays as it is."""
    from core.salvage import save_readable

    store = open_ledger(folder_of(args), passphrase_of(args), operator=args.operator or "", read_only=True)
    try:
        saved = save_readable(store, Path(args.out), progress("读出"))
    finally:
        store.close()
    holes = sum(one.holes for one in saved)
    body = {
        "file": str(args.out),
        "ok": not holes,
        "findings": [one.sentence for one in saved if one.holes],
        "rows": {one.table: one.rows for one in saved},
    }
    return Answer(body, [f"已存到 {args.out}", *(one.sentence for one in saved)], LISTED if holes else 0)


def _list(store: Store) -> Answer:
    found = backup.listed(store.folder) if store.folder is not None else []
    rows = [
        {
            "file": str(one),
            "made_at": str(backup.made_at(one) or "").replace(" ", "T"),
            "reason": backup.reason_of(one),
            "size": one.stat().st_size,
        }
        for one in found
    ]
    lines = [f"{named(one)}  {size_of(one)}  {one.name}" for one in found]
    paused = store.folder is not None and files.paused(store.folder)
    if paused:
        lines.append("台账是从备份恢复的，还没有确认，自动备份暂停：restore --confirm 或 restore --back。")
    return Answer({"rows": rows, "paused": paused}, lines or ["还没有备份。"])


def _check(store: Store, file: Path, args: Any) -> Answer:
    backup_file.check(file, progress("检查"))
    try:
        found = restoring.preview(file, store.key)
    except Refused:  # of another ledger, or of a newer program: its own passphrase tells
        found = restoring.preview(file, restoring.unlock(file, passphrase_of(args), operator=args.operator))
    body = {"file": str(file), "ok": True, "findings": [], **_told(found)}
    return Answer(body, [f"{file.name} 完好，可以恢复。", holds(found)])


def _present(args: Any, folder: Path) -> Store | None:
    """The ledger that is there, if it opens. A damaged one is restored all the same, a locked one only looked past."""
    restoring.finish(folder)
    if not files.is_ledger(folder):
        return None
    secret, name = passphrase_of(args), args.operator or "命令行"
    try:
        key, login = unlock(folder, secret, name)
    except MachineFault:  # its key file is spoilt
        return None
    except Refused:
        if args.dry_run:
            return None
        raise
    try:
        return open_ledger(folder, key=key, operator=name, login=login)
    except Problem as error:
        if login and isinstance(error, Refused):  # whoever has left, or a list that does not know him
            raise
        return None


def _key_of(file: Path, args: Any, present: Store | None) -> bytes | None:
    """The backup's key: by its recovery code, by the passphrase given, or the present ledger's; None if unknown."""
    if args.code:
        return restoring.unlock(file, recovery_code=args.code)
    try:
        return restoring.unlock(file, passphrase_of(args), operator=args.operator)
    except Refused:
        return present.key if present is not None else None


def _preview(file: Path, key: bytes | None, present: Store | None) -> Answer:
    if key is None:
        raise Refused(
            "这份备份要用它自己的口令或恢复码才能查看。",
            "请用 --passphrase-file 给出当时的口令，或 --code 给出恢复码。",
        )
    found = restoring.preview(file, key, present)
    lines = [f"备份：{named(file)}，{size_of(file)}", holds(found)]
    if present is not None:
        lines.append(loses(found))
        lines += [f"  {one.seq}  {step_line(one)}" for one in found.lost]
        if not found.same_secrets:
            lines.append(opens_by(found))
    return Answer({"file": str(file), "ok": True, "findings": [], **_told(found)}, lines)


def _told(found: restoring.Preview) -> dict[str, Any]:
    return {
        "made_at": found.made_at,
        "reason": found.reason,
        "people": found.people,
        "visits": found.visits,
        "steps": found.steps,
        "last": found.last.label if found.last else "",
        "last_at": found.last.at if found.last else "",
        "lost": [{"step": one.seq, "at": one.at, "operator": one.operator, "label": one.label} for one in found.lost],
        "gained": found.gained,
        "same_ledger": found.same_ledger,
        "same_secrets": found.same_secrets,
    }


def _put_in_place(file: Path, folder: Path, key: bytes | None) -> Answer:
    from ui.one_window import lock_folder

    lock = lock_folder(folder)
    try:
        aside = restoring.restore(file, folder, key, progress("恢复"))
    finally:
        lock.unlock()
    lines = [f"已从备份恢复到 {folder}"]
    if aside:
        lines.append(f"原来的台账没有删除，移到了 {aside}")
    lines += [note] if (note := restoring.secrets_note(folder)) else []
    lines.append(
        "确认以前自动备份暂停：restore --confirm 就用这一份" + ("，restore --back 换回原来的。" if aside else "。")
    )
    return Answer({"file": str(folder), "ok": True, "findings": [], "aside": str(aside or "")}, lines)


def _back(folder: Path, present: Store | None) -> Answer:
    from ui.one_window import lock_folder

    if present is not None:
        present.close()
    found = restoring.pending(folder)
    lock = lock_folder(folder)
    try:
        aside = restoring.back(folder)
    finally:
        lock.unlock()
    at = f"（{moment(found.at)} 恢复的）" if found and found.at else ""
    lines = [f"已换回恢复前的台账。恢复出来的那一份{at}移到了 {aside}"]
    return Answer({"file": str(folder), "ok": True, "findings": [], "aside": str(aside)}, lines)
