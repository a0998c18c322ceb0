"""Titles, captions, notes and 填写说明 of the forms: data with a version, so that the school's own wording goes in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

from core.base.errors import MachineFault
from core.base.paths import asset


@lru_cache(maxsize=1)
def _shipped() -> dict[str, dict[str, str]]:
    path = asset("templates", "forms.json")
    try:
        loaded: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MachineFault("表样文字“forms.json”缺失或已损坏，无法打印。", "请重新安装本程序。") from error
    return loaded


def form_texts(form: str, overrides: Mapping[str, str] | None = None) -> dict[str, str]:
    """The texts of a form by key, the store's own wording laid over the shipped one. Lists are lines."""
    return {**_shipped()[form], **(overrides or {})}
