"""Rows to the clipboard so that Excel takes them as they are: text stays text (工号 keeps its zeros)."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from ui.kit.columns import Column


def to_clipboard(columns: Sequence[Column], lines: Iterable[Sequence[str]]) -> int:
    """Put head and lines on the clipboard as a table and as tab-separated text; returns the number of lines."""
    kept = [tuple(_flat(text) for text in line) for line in lines]
    head = [column.label for column in columns]
    data = QMimeData()
    data.setText("\n".join("\t".join(line) for line in [head, *kept]))
    data.setHtml(_table(columns, head, kept))
    QGuiApplication.clipboard().setMimeData(data)
    return len(kept)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _table(columns: Sequence[Column], head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    # mso-number-format "\@" makes Excel keep a cell as text; number columns stay numbers.
    styles = ["" if column.right else " style=\"mso-number-format:'\\@'\"" for column in columns]
    rows = ["<tr>" + "".join(f"<th>{html.escape(text)}</th>" for text in head) + "</tr>"]
    for line in lines:
        cells = zip(styles, line, strict=True)
        rows.append("<tr>" + "".join(f"<td{style}>{html.escape(text)}</td>" for style, text in cells) + "</tr>")
    return f'<meta charset="utf-8"><table>{"".join(rows)}</table>'
