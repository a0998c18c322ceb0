"""The key envelope: a random database key, wrapped by the passphrase and by a printed recovery code.

Changing the passphrase rewraps the key; the database is not touched. The envelope guards itself with a checksum,
and is kept twice, so that one flipped byte is noticed and healed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from core.base.errors import MachineFault, Refused

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 O 1 I: it is read aloud and typed
_AAD = b"xcjs-key-1"
STRONG = {"iterations": 3, "lanes": 4, "memory_kib": 64 * 1024}
WRONG_PASSPHRASE = "口令不对。请检查大小写和中英文输入状态后重试；忘记口令时可用恢复码打开。"


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
