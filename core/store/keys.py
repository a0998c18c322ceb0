"""The key envelope: a random database key, wrapped by the passphrase and by a printed recovery code.

Beside these two stand the wraps of operators ("operators", by login id) and of Windows accounts ("windows", by account
id). An id is a keyed hash of the name: the file names nobody. Changing a passphrase rewraps the key; the database is not
touched. The envelope guards itself with a checksum, and is kept twice, so that one flipped byte is noticed and healed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import unicodedata
from collections.abc import Mapping
from typing import Any

from core.base.errors import MachineFault, Refused

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 O 1 I: it is read aloud and typed
_AAD = b"xcjs-key-1"
STRONG = {"iterations": 3, "lanes": 4, "memory_kib": 64 * 1024}
WRONG_PASSPHRASE = "口令不对。请检查大小写和中英文输入状态后重试；忘记口令时可用恢复码打开。"
WRONG_OPERATOR = "姓名或口令不对。请检查大小写和中英文输入状态后重试；忘记口令时请让管理人员重设。"


def new_key() -> bytes:
    """A random 32-byte database key."""
    return secrets.token_bytes(32)


def new_recovery_code() -> str:
    """30 characters in six groups, about 150 bits."""
    text = "".join(secrets.choice(_ALPHABET) for _ in range(30))
    return "-".join(text[i : i + 5] for i in range(0, 30, 5))


def _normal_code(code: str) -> str:
    return "".join(ch for ch in code.upper().replace("O", "0").replace("I", "1") if ch.isalnum())


def _derive(secret: str, salt: bytes, cost: Mapping[str, int]) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    kdf = Argon2id(
        salt=salt, length=32, iterations=cost["iterations"], lanes=cost["lanes"], memory_cost=cost["memory_kib"]
    )
    return kdf.derive(secret.encode("utf-8"))


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _wrap(key: bytes, secret: str, cost: Mapping[str, int]) -> dict[str, Any]:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    box = AESGCM(_derive(secret, salt, cost)).encrypt(nonce, key, _AAD)
    return {"kdf": "argon2id", "cost": dict(cost), "salt": _b64(salt), "nonce": _b64(nonce), "box": _b64(box)}


def _unwrap(wrap: Mapping[str, Any], secret: str) -> bytes | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    plain = base64.b64decode
    derived = _derive(secret, plain(wrap["salt"]), wrap["cost"])
    try:
        return AESGCM(derived).decrypt(plain(wrap["nonce"]), plain(wrap["box"]), _AAD)
    except InvalidTag:
        return None


def make_envelope(key: bytes, passphrase: str, recovery_code: str, cost: Mapping[str, int] = STRONG) -> dict[str, Any]:
    """The envelope of a new ledger."""
    return {
        "passphrase": _wrap(key, passphrase, cost),
        "recovery": _wrap(key, _normal_code(recovery_code), cost),
    }


def open_with_passphrase(envelope: Mapping[str, Any], passphrase: str) -> bytes:
    """The database key; Refused if the passphrase is wrong."""
    key = _unwrap(envelope["passphrase"], passphrase)
    if key is None:
        raise Refused(WRONG_PASSPHRASE)
    return key


def open_with_recovery(envelope: Mapping[str, Any], code: str) -> bytes:
    """The database key; Refused if the recovery code is wrong."""
    key = _unwrap(envelope["recovery"], _normal_code(code))
    if key is None:
        raise Refused("恢复码不对。", "恢复码共 30 个字母和数字，请对照打印件逐组核对后重试。")
    return key


def change_passphrase(envelope: Mapping[str, Any], key: bytes, passphrase: str) -> dict[str, Any]:
    """The same envelope under another passphrase."""
    return {**envelope, "passphrase": _wrap(key, passphrase, envelope["passphrase"]["cost"])}


def change_recovery(envelope: Mapping[str, Any], key: bytes, code: str) -> dict[str, Any]:
    """The same envelope under another recovery code; the old code opens nothing any more."""
    return {**envelope, "recovery": _wrap(key, _normal_code(code), envelope["recovery"]["cost"])}


# -- operators: each has a wrap of his own ------------------------------------------------------------------------------


def login_id(envelope: Mapping[str, Any], name: str) -> str:
    """Under what the wrap of a name stands: the same for one name in one ledger; '' if the ledger has no such wraps."""
    salt = envelope.get("salt", "")
    plain = plain_name(name).encode("utf-8")
    return hmac.new(base64.b64decode(salt), plain, hashlib.sha256).hexdigest()[:32] if salt else ""


def plain_name(name: str) -> str:
    """A name as it is told apart in signing in: without blanks, in one width and case."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def logins(envelope: Mapping[str, Any]) -> frozenset[str]:
    """The login ids that have a passphrase."""
    return frozenset(envelope.get("operators", {}))


def knows(envelope: Mapping[str, Any], name: str) -> bool:
    """Whether the name opens by a passphrase of its own."""
    return bool(name) and login_id(envelope, name) in logins(envelope)


def open_as_operator(envelope: Mapping[str, Any], name: str, passphrase: str) -> bytes:
    """The database key; Refused if the passphrase is not that of the name."""
    wrap = envelope.get("operators", {}).get(login_id(envelope, name))
    key = None if wrap is None else _unwrap(wrap, passphrase)
    if key is None:
        raise Refused(WRONG_OPERATOR)
    return key


def set_operator(envelope: Mapping[str, Any], key: bytes, name: str, passphrase: str) -> tuple[dict[str, Any], str]:
    """The envelope with this passphrase for a name (new or another), and the name's login id."""
    salted = {"salt": _b64(secrets.token_bytes(16)), **envelope}
    login = login_id(salted, name)
    wraps = {**envelope.get("operators", {}), login: _wrap(key, passphrase, envelope["passphrase"]["cost"])}
    return {**salted, "operators": wraps}, login


def remove_operator(envelope: Mapping[str, Any], login: str) -> dict[str, Any]:
    """The envelope without the wraps of a login: his passphrase and his Windows accounts open nothing any more."""
    wraps = {one: wrap for one, wrap in envelope.get("operators", {}).items() if one != login}
    boxes = {one: box for one, box in envelope.get("windows", {}).items() if box["login"] != login}
    return {**envelope, "operators": wraps, "windows": boxes}


def set_account(envelope: Mapping[str, Any], account: str, login: str, box: bytes) -> dict[str, Any]:
    """The envelope with the key as the system protects it for an account, which then stands for a login ('' = master)."""
    salted = {"salt": _b64(secrets.token_bytes(16)), **envelope}
    made = {"login": login, "box": _b64(box)}
    return {**salted, "windows": {**envelope.get("windows", {}), login_id(salted, account): made}}


def remove_account(envelope: Mapping[str, Any], account: str) -> dict[str, Any]:
    """The envelope without an account's box."""
    mine = login_id(envelope, account)
    return {**envelope, "windows": {one: box for one, box in envelope.get("windows", {}).items() if one != mine}}


def account_box(envelope: Mapping[str, Any], account: str) -> tuple[bytes, str] | None:
    """What is kept for an account, and the login it stands for; None if it has nothing."""
    found = envelope.get("windows", {}).get(login_id(envelope, account))
    return (base64.b64decode(found["box"]), str(found["login"])) if found else None


def dump(envelope: Mapping[str, Any]) -> bytes:
    """Two equal lines, each a checksum and the envelope."""
    body = json.dumps(envelope, sort_keys=True, separators=(",", ":"))
    line = f"{hashlib.sha256(body.encode('ascii')).hexdigest()} {body}\n"
    return (line * 2).encode("ascii")


def load(data: bytes) -> tuple[dict[str, Any], bool]:
    """The envelope and whether a copy was damaged; MachineFault if no copy is sound."""
    sound, damaged = None, False
    for line in data.split(b"\n")[:2]:
        digest, _, body = line.partition(b" ")
        if hashlib.sha256(body).hexdigest().encode("ascii") == digest:
            sound = body
        else:
            damaged = True
    if sound is None:
        raise MachineFault("密钥文件已损坏，打不开台账。", "请从最近的备份恢复，备份文件里带有密钥。")
    return json.loads(sound), damaged
