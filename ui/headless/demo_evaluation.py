"""The sample ledger's year's end: two units whose forms have come back, one whose forms are out, an exemption."""

from __future__ import annotations

from core.store import Row, Tx

_PRINTED, _OUT, _BACK = "11-16", "11-17", "11-20"  # 月-日 of the year spoken of
_GRADES = ("合格", "优秀", "合格", "合格", "优秀", "基本合格", "合格")
_ROLES = ("社区“两委”成员", "社区工作人员", "社区网格员")
_REMARKS = ("服务主动，群众反映好。", "无", "能按时参加值守和走访。")
_SUMMARY = "一年来按要求到社区报到，利用业余时间参加走访、值守和环境整治，与居民的联系比过去密切。"
_HONOURS = (
    ("党员干部下沉社区先进个人", "校党委", "鄂经院党发〔{}〕30号"),
    ("优秀志愿者", "经院社区居委会", ""),
)
_PLAN = "多参加能发挥专业特长的服务，按月到社区。"


def evaluate(tx: Tx, year: int) -> None:
    """Forms of three units on their way, most of the first two keyed."""
    from core.evaluation.ops import draft_main_work, exempt, mark_way, save_evaluation
    from core.evaluation.queries import evaluation_rows

    by_unit: dict[str, list[Row]] = {}
    for row in evaluation_rows(tx, year):
        by_unit.setdefault(row["unit_uid"], []).append(row)
    for at, rows in enumerate(list(by_unit.values())[:3]):
        uids = [row["cadre_uid"] for row in rows]
        if not at:
            exempt(tx, uids[-1:], year, "长期病假", "李部长", f"{year}-{_PRINTED}")
        draft_main_work(tx, uids, year)
        mark_way(tx, uids, year, "printed", f"{year}-{_PRINTED}")
        mark_way(tx, uids, year, "out", f"{year}-{_OUT}")
        if at < 2:
            mark_way(tx, uids[: -1 - at], year, "back", f"{year}-{_BACK}")
            for number, uid in enumerate(uids[: -2 - at]):
                save_evaluation(tx, uid, year, said(number, f"{year}-{_OUT}", f"{year}-{_BACK}"))


def commend(tx: Tx, year: int) -> None:
    """Two people of the first units, by the school and by the community."""
    from core.evaluation.queries import evaluation_rows
    from core.reporting.commendations import save_commendation

    rows = [row for row in evaluation_rows(tx, year) if row["community_rating"] == "优秀"]
    for row, (title, by, letter) in zip(rows, _HONOURS, strict=False):
        facts = {
            "title": title,
            "given_by": by,
            "given_on": f"{year}-{_BACK}",
            "letter_no": letter.format(year),
            "year": year,
        }
        save_commendation(tx, None, {"cadre_uid": row["cadre_uid"], **facts})


def hear_community(tx: Tx, year: int) -> None:
    """What the community said of two people during the year. 方案 三(六)"""
    from core.roster.feedback import save_feedback

    texts = (("10-12", "每次都提前联系，入户走访很细致。"), (_BACK, "防汛值守随叫随到，居民反映好。"))
    people = tx.tuples("SELECT DISTINCT cadre_uid FROM grid_assignment WHERE until_on = '' ORDER BY cadre_uid LIMIT 2")
    for (cadre_uid,), (day, content) in zip(people, texts, strict=False):
        facts = {"given_on": f"{year}-{day}", "given_by": "陈书记", "content": content}
        save_feedback(tx, None, {"cadre_uid": cadre_uid, **facts})


def said(number: int, out_on: str, back_on: str) -> dict[str, str]:
    """What stands on the form of the `number`-th person, given out and back on days (ISO)."""
    return {
        "self_summary": _SUMMARY,
        "next_plan": _PLAN,
        "community_rating": _GRADES[number % 7],
        "community_remark": _REMARKS[number % 3],
        "community_rater": "陈社工",
        "community_rater_role": _ROLES[number % 3],
        "community_rated_on": out_on,
        "branch_rating": _GRADES[(number + 3) % 7],
        "branch_remark": _REMARKS[(number + 1) % 3],
        "branch_rater": "支部书记",
        "branch_rated_on": back_on,
    }
