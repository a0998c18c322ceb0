"""What is asked before an undo or redo that takes much, or that is not of the page in view."""

from __future__ import annotations

from core.base.dates import format_stamp
from core.store.history import Step
from ui.context import Context

MANY = 20  # records: more are asked about even right after they were written


def undo_question(ctx: Context, seq: int, *, named: bool = False) -> tuple[str, str] | None:
    """(question, what it takes back) before the step `seq` is undone; None where it may go at once.

    `named`: the step stands beside the button that was pressed, so only its size counts.
    """
    step = next(iter(ctx.store.steps(1, where="seq = ?", params=(seq,))), None)
    if step is None or not (_much(ctx, step) or (not named and _elsewhere(ctx, step))):
        return None
    return f"要撤销“{step.label}”吗？", f"{_made(ctx, step)}撤销会收回：{_summary(ctx, seq) or '这一步'}。"


def redo_question(ctx: Context, step: Step) -> tuple[str, str] | None:
    """The same before `step`, an undo, is itself taken back."""
    if not (_much(ctx, step) or _elsewhere(ctx, step)):
        return None
    again = step.undoes if step.undoes is not None else step.seq
    label = step.label.removeprefix("撤销：")
    return f"要重做“{label}”吗？", f"{_made(ctx, step)}重做会再次：{_summary(ctx, again) or '写入这一步'}。"


def _summary(ctx: Context, seq: int) -> str:
    from core.step_summary import step_summary  # not with the module: the first window imports it

    return step_summary(ctx.store, seq)


def _much(ctx: Context, step: Step) -> bool:
    from core.step_summary import step_records

    return step.count > MANY and step_records(ctx.store, step.seq) > MANY


def _elsewhere(ctx: Context, step: Step) -> bool:
    return ctx.steps_here.get(step.seq) != ctx.page_title or step.operator != ctx.store.operator


def _made(ctx: Context, step: Step) -> str:
    """'这一步由张老师在2020年11月24日 09:31做，做在“导入”页。'"""
    page = ctx.steps_here.get(step.seq)
    where = "不是这个窗口这次打开后做的" if page is None else f"做在“{page}”页"
    return f"这一步由{step.operator or '未填姓名的经办人'}在{format_stamp(step.at)}做，{where}。"
