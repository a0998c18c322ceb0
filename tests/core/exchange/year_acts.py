"""Random acts of the year's end through the ops: evaluations, both reports, commendations, points."""

from __future__ import annotations

import random
from collections.abc import Callable

from core.base.errors import Problem
from core.evaluation import ops as evaluation
from core.evaluation.keying import key_second
from core.points import ops as points
from core.reporting import half_year
from core.reporting.commendations import remove_commendation, save_commendation
from core.reporting.yearly import draft_report, edit_section, redraft_section
from core.store import Tx

Chance = random.Random
Act = Callable[[Tx, Chance], object]
DAYS = tuple(f"2020-11-{day:02d}" for day in range(18, 24))
WORDS = ("甲", "乙", "丙", "丁", "戊", "己")
GRADES = ("优秀", "合格", "基本合格")
SIDES = ("community", "branch")


def some(tx: Tx, r: Chance, table: str, where: str = "1") -> str:
    """The uid of a random row; Problem-free acts skip when there is none."""
    rows = tx.tuples(f"SELECT uid FROM {table} WHERE {where} ORDER BY uid")
    if not rows:
        raise Problem("没有可动的记录。")
    return str(r.choice(rows)[0])


def _evaluate(tx: Tx, r: Chance) -> object:
    side = r.choice(SIDES)
    values = r.choice(
        [
            {f"{side}_rating": r.choice(GRADES), f"{side}_rater": r.choice(WORDS), f"{side}_rated_on": r.choice(DAYS)},
            {f"{side}_remark": r.choice((*WORDS, "无", ""))},
            {"overall_rating": r.choice(GRADES)},
            {"self_summary": r.choice(WORDS), "next_plan": r.choice(WORDS)},
            {"unit_remark": r.choice(WORDS), "unit_reviewed_on": r.choice(DAYS)},
            {"note": r.choice(WORDS)},
        ]
    )
    return evaluation.save_evaluation(tx, some(tx, r, "cadre"), 2020, values)


def _second(tx: Tx, r: Chance) -> object:
    row = tx.one("SELECT * FROM evaluation WHERE uid = ?", (some(tx, r, "evaluation", "keyed_on <> ''"),)) or {}
    return key_second(tx, 2020, [{"cadre_uid": row["cadre_uid"], "branch_rating": row["branch_rating"]}])


def _exempt(tx: Tx, r: Chance) -> object:
    return evaluation.exempt(tx, [some(tx, r, "cadre")], 2020, r.choice(("产假", "长期病假", "")), r.choice(WORDS))


def _way(tx: Tx, r: Chance) -> object:
    step, whom = r.choice(("printed", "out", "back")), [some(tx, r, "cadre"), some(tx, r, "cadre")]
    if r.random() < 0.2:
        return evaluation.take_back_way(tx, whom, 2020, step)
    return evaluation.mark_way(tx, whom, 2020, step, r.choice(DAYS))


def _half(tx: Tx, r: Chance) -> object:
    if r.random() < 0.4:
        return half_year.draft(tx, [some(tx, r, "cadre"), some(tx, r, "cadre")], 2020, 2)
    uid = some(tx, r, "half_year_report")
    acts: list[Callable[[], object]] = [
        lambda: half_year.edit(tx, uid, {r.choice(("main_work", "review", "plan")): r.choice(WORDS)}),
        lambda: half_year.take_figures(tx, uid),
        lambda: half_year.mark_reported(tx, [uid], r.choice(DAYS), "主题党日", r.choice(WORDS)),
        lambda: half_year.unmark_reported(tx, [uid]),
        lambda: half_year.remove(tx, uid),
    ]
    return r.choice(acts)()


def _yearly(tx: Tx, r: Chance) -> object:
    if r.random() < 0.3:
        return draft_report(tx, 2020, r.choice(("", some(tx, r, "unit"))))
    uid = some(tx, r, "yearly_report")
    if r.random() < 0.7:
        return edit_section(tx, uid, {r.choice(("title", "text")): r.choice(WORDS)})
    row = tx.one("SELECT unit_uid, section FROM yearly_report WHERE uid = ?", (uid,)) or {}
    return redraft_section(tx, 2020, row["unit_uid"] or "", row["section"])


def _commend(tx: Tx, r: Chance) -> object:
    values = {"title": f"先进{r.choice(WORDS)}", "given_by": r.choice(WORDS), "given_on": r.choice(DAYS)}
    if r.random() < 0.5:
        return save_commendation(tx, None, {**values, "cadre_uid": some(tx, r, "cadre"), "year": 2020})
    changes = r.choice([values, {"letter_no": r.choice(WORDS)}, {"note": r.choice(WORDS)}])
    return save_commendation(tx, some(tx, r, "commendation"), changes)


def _rule(tx: Tx, r: Chance) -> object:
    values = r.choice(
        [
            {"measure": "HOURS", "points": r.randrange(1, 4)},
            {"measure": "RATING", "rating": r.choice(GRADES), "points": r.randrange(5, 9)},
            {"most": r.choice(("", "40"))},
            {"name": f"规则{r.choice(WORDS)}"},
            {"active": r.randrange(2), "position": r.randrange(5)},
        ]
    )
    if r.random() < 0.4:
        return points.save_rule(tx, None, {"name": f"规则{r.choice(WORDS)}", "measure": "TIMES", "points": 1, **values})
    return points.save_rule(tx, some(tx, r, "point_rule"), values)


def _star(tx: Tx, r: Chance) -> object:
    uid = None if r.random() < 0.5 else some(tx, r, "star_level")
    return points.save_star(tx, uid, {"name": f"{r.choice(WORDS)}星", "points": r.randrange(20, 24)})


YEAR_ACTS: tuple[tuple[int, Act], ...] = (
    (4, _evaluate),
    (2, _second),
    (1, _exempt),
    (1, _way),
    (1, lambda tx, r: evaluation.draft_main_work(tx, [some(tx, r, "cadre")], 2020)),
    (1, lambda tx, r: evaluation.remove_evaluation(tx, some(tx, r, "evaluation"))),
    (4, _half),
    (3, _yearly),
    (3, _commend),
    (1, lambda tx, r: remove_commendation(tx, some(tx, r, "commendation"))),
    (2, _rule),
    (1, lambda tx, r: points.remove_rule(tx, some(tx, r, "point_rule"))),
    (1, _star),
    (1, lambda tx, r: points.remove_star(tx, some(tx, r, "star_level"))),
    (1, lambda tx, r: points.switch(tx, r.random() < 0.5)),
)
