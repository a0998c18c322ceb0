"""The plain entities of this room: the rules and the stars."""

from __future__ import annotations

from core.points import ops
from core.points.model import POINT_RULE, STAR_LEVEL
from core.points.queries import rule_rows, star_rows
from core.sheet.plain import PlainEntity

POINT_RULES = PlainEntity(POINT_RULE, rule_rows, ops.save_rule, ops.remove_rule, ops.rule_faults)
STAR_LEVELS = PlainEntity(STAR_LEVEL, star_rows, ops.save_star, ops.remove_star, ops.star_faults)
PLAIN: dict[str, PlainEntity] = {one.spec.kind: one for one in (POINT_RULES, STAR_LEVELS)}
