"""The database key under the protection of the Windows account (DPAPI, user scope): no passphrase is asked then.

Two functions and a name; on other systems `account` is '' and the choice is not shown.
"""

from __future__ import annotations

import os
import sys
from typing import Any

_SAYS = "下沉纪实"
_NEVER_ASK = 0x1  # CRYPTPROTECT_UI_FORBIDDEN


def account() -> str:
    """The signed-in Windows account as DOMAIN\\user; '' where there is none."""
    if sys.platform != "win32":
        return ""
    return f"{os.environ.get('USERDOMAIN', '')}\\{os.environ.get('USERNAME', '')}"


def protect(data: bytes) -> bytes | None:
    """What only this Windows account can turn back; None if the system cannot do it."""
    return _crypt("CryptProtectData", data, _SAYS)


def unprotect(box: bytes) -> bytes | None:
    """The data again; None for another account, another computer, or no Windows."""
    return _crypt("CryptUnprotectData", box, None)


def _crypt(name: str, data: bytes, says: str | None) -> bytes | None:
    if sys.platform != "win32":
        return None
    import ctypes
    from ctypes import wintypes

    class Blob(ctypes.Structure):
        _fields_ = [("size", wintypes.DWORD), ("data", ctypes.POINTER(ctypes.c_char))]

    given, made = ctypes.create_string_buffer(data, len(data)), Blob()
    source = Blob(len(data), ctypes.cast(given, ctypes.POINTER(ctypes.c_char)))
    crypt: Any = getattr(ctypes.windll.crypt32, name)
    if not crypt(ctypes.byref(source), says, None, None, None, _NEVER_ASK, ctypes.byref(made)):
        return None
    try:
        return ctypes.string_at(made.data, made.size)
    finally:
        ctypes.windll.kernel32.LocalFree(made.data)
