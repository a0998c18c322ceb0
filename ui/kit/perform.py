"""The one way a page writes: run an op in a step of its own, say what happened, refresh who depends on it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from core.base.errors import InvalidInput, Problem, Refused
from core.store import Outcome, UndoResult, backup
from ui.context import Context
from ui.kit.operator_name import ask_once
from ui.kit.undo_question import redo_question, undo_question

BEFORE_UNDO = "撤销前备份"  # what the strip shows meanwhile


class ShowsErrors(Protocol):
    """A form: it marks its fields with the sentences of `InvalidInput`."""

    def show_errors(self, fields: Mapping[str, str]) -> None: ...


def perform(
    ctx: Context,
    label: str | Callable[[Any], str],
    op: Callable[..., Any],
    *args: Any,
    form: ShowsErrors | None = None,
    parent: QWidget | None = None,
    done: str | Callable[[Any], str] = "",
    refused: Callable[[Problem, QWidget | None], object] | None = None,
    **options: Any,
) -> Outcome | None:
    """Run `op(tx, *args, **options)` as the undoable step `label`; None if it did not happen (it was said why).

    Where an op may do less than was asked, `label` is made from its value: the history tells what was written.
    `form` gets the sentences of InvalidInput; `done` is what the status bar says (a text, or made from the value);
    `refused` says a refusal where the eye is, instead of in a window of its own.
    """
    ask_once(ctx, parent)
    try:
        with ctx.store.transact("" if callable(label) else label) as tx:
            value = op(tx, *args, **options)
            if callable(label):
                tx.label = label(value)
    except InvalidInput as error:
        if form is not None:
            form.show_errors(error.fields)
        else:
            (refused or ctx.messages.problem)(error, parent)
        return None
    except Problem as error:
        (refused or ctx.messages.problem)(error, parent)
        return None
    except Exception as error:  # noqa: BLE001 - the last door before a person
        ctx.messages.bug(error, parent)
        return None
    outcome = replace(tx.outcome, value=value)
    said = done(value) if callable(done) else done
    if outcome.step is None:
        ctx.messages.say(said or f"{tx.label}：没有需要改动的内容。", "info")
        return outcome
    say_done(ctx, said or f"已{tx.label}。", outcome.step)
    ctx.refresher.announce(outcome.tables)
    return outcome


def say_done(ctx: Context, text: str, step: int, *, partial: bool = False, seconds: int = 10) -> None:
    """Say what a step did, with 撤销 beside it (`partial`: of what is untouched since); the step is of the page in view."""
    ctx.steps_here[step] = ctx.page_title
    ctx.messages.say(text, "ok", "撤销", lambda: undo(ctx, step, partial), seconds)


def undo(
    ctx: Context,
    step: int | None = None,
    partial: bool = False,
    parent: QWidget | None = None,
    then: Callable[[UndoResult], object] | None = None,
    refused: Callable[[Refused], object] | None = None,
    *,
    ask: bool = True,
) -> None:
    """Take back `step` (None: the newest) and say what came of it; an import or a merge once its backup is made.

    `partial` leaves rows touched since, and lists them. `then` and `refused` hear the result, unless `parent` is gone.
    `ask` first where it is much, or not of this page: see `undo_question`.
    """
    store = ctx.store
    candidate = store.undo_candidate() if step is None else None
    seq = candidate.seq if candidate is not None else step  # what is meant now, not what is newest after the backup
    if ask and seq is not None and (question := undo_question(ctx, seq, named=step is not None)):
        again = functools.partial(undo, ctx, seq, partial, parent, then, refused, ask=False)
        ctx.messages.ask(*question, "撤销", again, parent)
        return

    def act(_made: object = None) -> None:
        gone = parent is not None and not isValid(parent)
        _travel(
            ctx,
            lambda: store.undo(seq, partial=partial),
            ("重做", lambda: redo(ctx)),
            None if gone else parent,
            None if gone else then,
            None if gone else refused,
        )

    if any(task.label == BEFORE_UNDO for task in ctx.tasks.running):
        ctx.messages.say("正在撤销前备份，备份好就撤销，请稍候。", "info")
    elif seq is None or not backup.due_before_undo(store, seq):
        act()
    else:
        ctx.tasks.run(BEFORE_UNDO, lambda own, progress: backup.before_undo(own, seq, progress), act, apart=True)


def redo(ctx: Context, parent: QWidget | None = None, *, ask: bool = True) -> None:
    """Do again what was last undone; `ask` as `undo` does."""
    candidate = ctx.store.redo_candidate()
    if ask and candidate is not None and (question := redo_question(ctx, candidate)):
        ctx.messages.ask(*question, "重做", functools.partial(_redo_if_still, ctx, candidate.seq, parent), parent)
        return
    _travel(ctx, ctx.store.redo, ("撤销", lambda: undo(ctx)), parent)


def _redo_if_still(ctx: Context, seq: int, parent: QWidget | None) -> None:
    """What was asked about, not what somebody else has undone meanwhile."""
    candidate = ctx.store.redo_candidate()
    redo(ctx, parent, ask=candidate is not None and candidate.seq != seq)


def _travel(
    ctx: Context,
    move: Callable[[], UndoResult],
    back: tuple[str, Callable[[], object]],
    parent: QWidget | None,
    then: Callable[[UndoResult], object] | None = None,
    refused: Callable[[Refused], object] | None = None,
) -> None:
    try:
        result = move()
    except Problem as error:
        if refused is not None and isinstance(error, Refused):
            refused(error)
        else:
            ctx.messages.problem(error, parent)
        return
    except Exception as error:  # noqa: BLE001 - the last door before a person
        ctx.messages.bug(error, parent)
        return
    ctx.steps_here[result.step] = ctx.page_title
    text = f"已{result.label}。"
    if result.kept:
        text += f"其中 {len(result.kept)} 条后来又改过，保持不变，可在“历史”中查看。"
    ctx.messages.say(text, "info", *back)
    ctx.refresher.announce(result.tables)
    if then is not None:
        then(result)
