"""重新生成 of 主要服务情况, from the page 考核评价 and from 打印中心: what would change is shown first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from core.evaluation.model import EVALUATION, named
from core.evaluation.ops import redraft_main_work, stale_main_work
from core.evaluation.redraft import changes
from core.roster.queries import cadre_page
from core.store import Reads
from ui.context import Context
from ui.kit.perform import perform
from ui.kit.redraft import RedraftDialog

Lines = list[tuple[str, str]]
LABEL = EVALUATION.field("main_work").label


def ask_redraft(ctx: Context, parent: QWidget, cadre_uids: Sequence[str]) -> None:
    """Show what 重新生成 changes of these people's texts (read on the worker), then do it; typed parts stay."""
    year = ctx.year
    ctx.tasks.run(
        f"比较{LABEL}",
        lambda store, _tell: redraft_lines(store, cadre_uids, year),
        lambda found: _ask(ctx, parent, *found),
        owner=parent,
        quiet=True,
    )


def redraft_lines(reads: Reads, cadre_uids: Sequence[str], year: int) -> tuple[list[str], Lines]:
    """Whose text can be drafted anew, and the changes of each under the name."""
    apart = {uid: one for uid, one in stale_main_work(reads, cadre_uids, year).items() if one.anew != one.text}
    lines: Lines = []
    for row in cadre_page(reads, list(apart)):
        one = apart[row["uid"]]
        lines += [(f"【{named(row['name'], row['staff_no'])}】", ""), *changes(one.text, one.anew)]
    return list(apart), lines


def _ask(ctx: Context, parent: QWidget, uids: list[str], lines: Lines) -> None:
    if not uids:
        ctx.messages.say(f"{LABEL}都与服务记录一致，不用重新生成；手写的文字请自己改。", "info")
        return
    title, year = f"重新生成{LABEL}：{len(uids)}人", ctx.year
    dialog = RedraftDialog(title, lines, parent, verb="重新生成", warning="手写的部分保留。")
    dialog.accepted.connect(lambda: perform(ctx, title, redraft_main_work, uids, year, parent=parent))
    dialog.open()
