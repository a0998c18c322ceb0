"""Operators: who works with this ledger, as what, and how each opens it by a passphrase of his own.

The list is in the ledger (table `operator`, undoable), the wraps of the key are in the envelope beside it. The list
decides: a wrap whose operator is gone or has left opens nothing, so that a step half done or taken back does no harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.base.clock import today
from core.base.disk import fault
from core.base.errors import InvalidInput, MachineFault, Refused, Stale
from core.base.fields import EntitySpec, Field, Kind
from core.base.rights import ROLE_LABEL, Right, Role
from core.store import Reads, Row, Store, Tx, files, keys, restoring, tries, windows_account

OPERATOR = EntitySpec(
    "operators",
    "经办人",
    "operator",
    (
        Field("name", "姓名", required=True, width=12),
        Field("role", "权限", Kind.CHOICE, required=True, choices=tuple(ROLE_LABEL.items()), width=8),
        Field("left_on", "离岗日期", Kind.DATE, editable=False, width=12),
        Field("note", "备注", width=20),
    ),
    natural_key=("name",),
)
MASTER = "管理员"  # whose name stands on a step if the ledger has operators and was opened by its own passphrase
SHORTEST, LONGEST_NAME = 8, 30


# -- the list --------------------------------------------------------------------------------------------------------


def operators(reads: Reads, *, left: bool = False) -> list[Row]:
    """Those who work here, by role and name; with `left` also those who have left, after the others."""
    sql = (
        "SELECT uid, name, role, login_id, left_on, note FROM operator WHERE left_on = '' OR ? "
        "ORDER BY left_on <> '', role = 'ENTRY', role = 'REVIEW', name"
    )
    return reads.rows(sql, (int(left),))


def operator(reads: Reads, name: str) -> Row:
    """The operator of that name; InvalidInput if there is none."""
    row = reads.one("SELECT * FROM operator WHERE name = ?", (name.strip(),))
    if row is None:
        known = "、".join(one["name"] for one in operators(reads)) or "（还没有经办人）"
        raise InvalidInput({"name": f"没有名叫“{name}”的经办人。现有：{known}。"})
    return row


def add_operator(tx: Tx, store: Store, values: Mapping[str, Any], passphrase: str) -> str:
    """A new operator with his passphrase, or one who had left and is back; returns the uid."""
    tx.require(Right.OPERATORS)
    name, role = str(values.get("name") or "").strip(), _role(values.get("role"))
    if not name or len(name) > LONGEST_NAME:
        raise InvalidInput({"name": f"请填写经办人的姓名，不超过{LONGEST_NAME}个字。"})
    _tell_apart(tx, name)
    there = tx.one("SELECT uid, left_on FROM operator WHERE name = ?", (name,))
    if there is not None and not there["left_on"]:
        raise InvalidInput({"name": f"经办人{name}已经在名单里；同名的人请在姓名后加单位区分。"})
    row = {"name": name, "role": role, "left_on": "", "note": str(values.get("note") or "").strip()}
    row["login_id"] = _set_passphrase(store, name, passphrase)
    if there is None:
        return tx.insert("operator", row)
    tx.update("operator", there["uid"], row)
    return str(there["uid"])


def change_operator(tx: Tx, uid: str, changes: Mapping[str, Any]) -> None:
    """Another role or note; the last one with 管理 keeps it."""
    tx.require(Right.OPERATORS)
    row = _row(tx, uid)
    given = {key: str(value or "").strip() for key, value in changes.items() if key in ("role", "note")}
    if "role" in given:
        given["role"] = _role(given["role"])
        if given["role"] != Role.ADMIN:
            _keep_one_admin(tx, row, "改成别的权限")
    different = {key: value for key, value in given.items() if value != row[key]}
    if different:
        tx.update("operator", uid, different)


def leave_operator(tx: Tx, store: Store, uid: str, on: str = "") -> None:
    """He works here no longer: his passphrase opens nothing any more. What he did keeps his name."""
    tx.require(Right.OPERATORS)
    row = _row(tx, uid)
    if row["left_on"]:
        raise Refused(f"{row['name']}已经离岗。")
    _keep_one_admin(tx, row, "离岗")
    tx.update("operator", uid, {"left_on": on or today().isoformat()})
    folder = _folder(store)
    _write(folder, keys.remove_operator(files.read_envelope(folder), row["login_id"]))


def set_passphrase(tx: Tx, store: Store, uid: str, passphrase: str) -> None:
    """Another passphrase for an operator: his own by himself, anybody's by who manages operators."""
    row = _row(tx, uid)
    if row["login_id"] != store.login or not store.login:
        tx.require(Right.OPERATORS)
    if row["left_on"]:
        raise Refused(f"{row['name']}已经离岗。", "要让他回来，请重新新增同名的经办人。")
    login = _set_passphrase(store, row["name"], passphrase)
    if login != row["login_id"]:
        tx.update("operator", uid, {"login_id": login})


def change_own_passphrase(store: Store, old: str, new: str) -> None:
    """A new passphrase for who is signed in; Refused if the old one is wrong."""
    _long_enough(new)
    unlock(_folder(store), old, store.operator if store.login else "")
    replace_own_passphrase(store, new)


def replace_own_passphrase(store: Store, new: str) -> None:
    """A new passphrase for who is signed in: an operator's own, or the ledger's."""
    _long_enough(new)
    if store.login:
        _set_passphrase(store, store.operator, new)
    else:
        folder = _folder(store)
        _write(folder, keys.change_passphrase(files.read_envelope(folder), store.key, new))


def without_passphrase(store: Store) -> frozenset[str]:
    """Uids of operators who cannot open: a step that removed them was taken back."""
    known = keys.logins(files.read_envelope(store.folder)) if store.folder is not None else frozenset()
    return frozenset(row["uid"] for row in operators(store) if row["login_id"] not in known)


# -- opening ----------------------------------------------------------------------------------------------------------


def unlock(folder: Path, passphrase: str, name: str = "", *, known_only: bool = False) -> tuple[bytes, str]:
    """The database key and the login that opened ('' = the ledger's own passphrase). Refused if wrong; slowed.

    A name without a passphrase of its own is only a name on the steps, unless `known_only`.
    """
    envelope = files.read_envelope(folder)
    try:
        with tries.counted(folder):
            if keys.knows(envelope, name) or (known_only and name.strip()):
                return keys.open_as_operator(envelope, name, passphrase), keys.login_id(envelope, name)
            return keys.open_with_passphrase(envelope, passphrase), ""
    except Refused as error:
        if note := restoring.secrets_note(folder):
            raise Refused(error.text, f"{error.hint}{note}") from error
        raise


def sign_in(store: Store, login: str) -> None:
    """From now on the steps carry this operator's name and are held to his role. Refused if he is not on the list."""
    if login:
        row = store.one("SELECT name, role, left_on FROM operator WHERE login_id = ?", (login,))
        if row is None or row["left_on"]:
            raise Refused("这位经办人已经不在名单里，不能打开。", "请让管理人员在“设置 → 经办人”里恢复。")
        store.operator, store.role, store.login = row["name"], row["role"], login
        return
    named = store.one("SELECT name FROM operator WHERE name = ?", (store.operator,))
    if named is not None:
        raise Refused(f"{named['name']}有自己的口令，不能用台账的总口令代他登录。", "请输入他自己的口令，或不写姓名。")
    if not store.operator and operators(store):
        store.operator = MASTER
    store.role, store.login = Role.ADMIN, ""


def still_signed_in(store: Store) -> bool:
    """Follow the list after it was changed or taken back: his role is what it says now; False if he is gone from it."""
    if not store.login:
        return True
    row = store.one("SELECT role, left_on FROM operator WHERE login_id = ?", (store.login,))
    if row is None or row["left_on"]:
        return False
    store.role = row["role"]
    return True


def sign_in_again(store: Store, passphrase: str, name: str = "") -> None:
    """Take over an open ledger (after a lock, or from a colleague); Refused as in opening."""
    key, login = unlock(_folder(store), passphrase, name, known_only=True)
    if key != store.key:
        raise Refused("口令是另一份台账的，打不开现在这份。", "请退出程序后重新打开。")
    before = store.operator
    if not login and store.login:
        store.operator = ""
    try:
        sign_in(store, login)
    except Refused:
        store.operator = before
        raise


def account_offers(folder: Path) -> bool:
    """Whether the Windows account that is signed in opens this ledger."""
    account = windows_account.account()
    return bool(account) and keys.account_box(files.read_envelope(folder), account) is not None


def unlock_by_account(folder: Path) -> tuple[bytes, str]:
    """The key by the Windows account, and the login it stands for; Refused if Windows does not give it."""
    found = keys.account_box(files.read_envelope(folder), windows_account.account())
    key = windows_account.unprotect(found[0]) if found else None
    if found is None or key is None:
        raise Refused("这个 Windows 账户打不开台账。", "请输入口令；打开后可在“设置 → 口令”里重新设定。")
    return key, found[1]


def remember_account(store: Store) -> None:
    """From now on this Windows account opens the ledger as who is signed in, without a passphrase."""
    folder, box = _folder(store), windows_account.protect(store.key)
    if box is None:
        raise MachineFault("Windows 没有接受，仍用口令打开。", "这台电脑可能不支持账户保护。")
    _write(folder, keys.set_account(files.read_envelope(folder), windows_account.account(), store.login, box))


def forget_account(store: Store) -> None:
    """This Windows account opens the ledger no longer."""
    folder = _folder(store)
    _write(folder, keys.remove_account(files.read_envelope(folder), windows_account.account()))


# -- inside -----------------------------------------------------------------------------------------------------------


def _role(value: object) -> str:
    labels = {label: code for code, label in ROLE_LABEL.items()}
    text = str(value or "")
    if text not in ROLE_LABEL and text not in labels:
        raise InvalidInput(
            {"role": f"权限请写 {'、'.join(f'{code}（{label}）' for code, label in ROLE_LABEL.items())}。"}
        )
    return str(labels.get(text, text))


def _tell_apart(reads: Reads, name: str) -> None:
    """Blanks, width and case do not tell names apart at the door: a second wrap would take the place of the first."""
    plain = keys.plain_name(name)
    if plain == MASTER:
        raise InvalidInput({"name": f"用台账的总口令登录的人记作“{MASTER}”，请填写本人的姓名。"})
    for other in operators(reads, left=True):
        if other["name"] != name and keys.plain_name(other["name"]) == plain:
            text = f"名单里已有“{other['name']}”，只差空格、全半角或大小写，登录时分不开。"
            raise InvalidInput({"name": f"{text}是同一人请照原样写，不是请在姓名后加单位区分。"})


def _row(reads: Reads, uid: str) -> Row:
    row = reads.one("SELECT * FROM operator WHERE uid = ?", (uid,))
    if row is None:
        raise Stale("这位经办人已不在名单里，可能刚被撤销。", "请刷新后再试。")
    return row


def _keep_one_admin(reads: Reads, row: Row, what: str) -> None:
    others = "SELECT 1 FROM operator WHERE role = 'ADMIN' AND left_on = '' AND uid <> ?"
    if row["role"] == Role.ADMIN and not row["left_on"] and reads.value(others, (row["uid"],)) is None:
        raise Refused(f"{row['name']}是最后一位有管理权限的经办人，不能{what}。", "请先给另一位经办人管理权限。")


def _long_enough(passphrase: str) -> None:
    if len(passphrase) < SHORTEST:
        raise InvalidInput({"passphrase": f"口令至少要有{SHORTEST}个字符。"})


def _set_passphrase(store: Store, name: str, passphrase: str) -> str:
    folder = _folder(store)
    _long_enough(passphrase)
    envelope, login = keys.set_operator(files.read_envelope(folder), store.key, name, passphrase)
    _write(folder, envelope)
    return login


def _folder(store: Store) -> Path:
    if store.folder is None:
        raise Refused("示例台账在内存中，没有口令。", "请先建立台账。")
    return store.folder


def _write(folder: Path, envelope: Mapping[str, Any]) -> None:
    try:
        files.write_envelope(folder, envelope)
    except OSError as error:
        raise fault(error, folder / files.ENVELOPE, "口令没有改变：") from error
