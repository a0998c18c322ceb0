"""Codes of national standards that several entities share."""

from __future__ import annotations

SEX = (("1", "男"), ("2", "女"), ("0", "未知"), ("9", "未说明"))  # GB/T 2261.1
