"""What an `EntityView` is told of the entity it shows: rows, form, how a record ends; and what it hands to paper and workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QWidget

from core.base.dates import format_date
from core.base.fields import Field
from core.sheet.plain import PlainEntity
from core.store import Row, Tx
from ui.kit.columns import Tone


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands on screen, for a workbook or paper: fields in the order of the columns, all rows in their order."""

    title: str
    fields: Sequence[Field]
    rows: Sequence[Row]
    scope: str  # 统计口径 without the count
    noun: str


@dataclass(frozen=True, slots=True)
class Ending:
    """How a record ends on a day: 离任, 退出, 移出, 撤销. `op(tx, uid, last day)`; the entity's `validity` names the fields."""

    verb: str
    op: Callable[[Tx, str, str], object]
    help: str = "最后一天。"

    def too_early(self, plan: EntityPlan, rows: Sequence[Row], day: str) -> str:
        """What is wrong with a last day: an op takes away what would end before it began, a clerk has mistyped the year."""
        validity = plan.entity.validity
        assert validity is not None
        begins = validity.begins
        began = max((row for row in rows if row[begins]), key=lambda row: str(row[begins]), default=None)
        if began is None or day >= began[begins]:
            return ""
        whose = f"{plan.named(began)}的" if len(rows) > 1 else ""
        start, last = (plan.entity.spec.field(key) for key in (begins, validity.ends))
        return f"{last.label}早于{whose}{start.label}{format_date(began[begins])}，请核对。"


def _as_it_is(row: Row) -> Mapping[str, Any]:
    return row


@dataclass(frozen=True, slots=True)
class EntityPlan:
    """One entity as a view shows it. Form fields are those of the spec that can be edited, unless `form` says others."""

    entity: PlainEntity
    noun: str = "条"
    named: Callable[[Row], str] = lambda row: str(row.get("name") or "")
    form: Callable[[bool], Sequence[Field]] | None = None  # asked with True for a new record
    values: Callable[[Row], Mapping[str, Any]] = _as_it_is  # what the form shows of a row
    editors: Callable[[], Mapping[str, QWidget]] | None = None  # own widgets by field key
    preset: Callable[[], Mapping[str, Any]] | None = None  # values a new record begins with
    ending: Ending | None = None
    tones: Mapping[str, Tone] | None = None
    sums: Callable[[Sequence[Row]], str] | None = None  # for the foot, after the count
    intro: str = ""  # a sentence over the form
    empty: str = "这里还没有内容。"
    add_text: str = ""  # of the command, where 新增… is not what people say
    frozen: int = 1
