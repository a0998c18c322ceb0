"""The half years and year's ends of the sample years: reports to the branch, forms, commendations, closing and rolling over."""

from __future__ import annotations

from core.store import Tx
from ui.headless.demo_evaluation import commend, evaluate, hear_community, said
from ui.headless.demo_years import LAST_DAY, Office

_SIGNED_BY = "支部书记"


def half_year(office: Office, year: int, half: int, day: str) -> None:
    """半年报告 of everybody there on a day (ISO), six of seven given to the branch. 方案 三(三)"""
    from core.reporting.half_year import draft, mark_reported

    with office.on(day, "起草半年报告") as tx:
        made = draft(tx, office.there(day), year, half).made
        mark_reported(tx, [uid for at, uid in enumerate(made) if at % 7], day, "支部主题党日", _SIGNED_BY)


def year_end(office: Office, year: int) -> None:
    """December and the closing; of the last year only what is done by the end of November."""
    from core.archive.closing import close_year, roll_over
    from core.reporting.yearly import draft_report

    if year == office.last:
        with office.on(f"{year}-{LAST_DAY}", "录入考核评价") as tx:
            evaluate(tx, year)
            hear_community(tx, year)
        return
    half_year(office, year, 2, f"{year}-12-22")
    with office.on(f"{year}-12-24", "录入考核评价") as tx:
        _evaluate_all(tx, year)
        commend(tx, year)
        hear_community(tx, year)
    with office.on(f"{year}-12-28", "起草年度报告") as tx:
        draft_report(tx, year)
        _receive(tx, year)
    with office.on(f"{year + 1}-01-08", f"{year}年结账") as tx:
        close_year(tx, year)
        roll_over(tx, year)
    from ui.headless.demo_changes import fill_places

    with office.on(f"{year + 1}-01-11", "调整楼栋长") as tx:
        fill_places(tx, f"{year + 1}-01-11")


def _evaluate_all(tx: Tx, year: int) -> None:
    """Everybody's form; one in twenty-five has not come back, two people are exempt."""
    from core.evaluation.ops import draft_main_work, exempt, mark_way, save_many
    from core.evaluation.queries import evaluation_rows

    printed, out, back = f"{year}-12-07", f"{year}-12-08", f"{year}-12-18"
    uids = [row["cadre_uid"] for row in evaluation_rows(tx, year)]
    exempt(tx, uids[10:11], year, "长期病假", "李部长", printed)
    exempt(tx, uids[40:41], year, "援派挂职", "李部长", printed)
    draft_main_work(tx, uids, year)
    for step, day in (("printed", printed), ("out", out)):
        mark_way(tx, uids, year, step, day)
    came_back = [uid for at, uid in enumerate(uids) if at % 25 != 7]
    mark_way(tx, came_back, year, "back", back)
    save_many(tx, year, {uid: said(at, out, back) for at, uid in enumerate(came_back)})


def _receive(tx: Tx, year: int) -> None:
    """What units were to send: all but the last one have."""
    from core.submission.ops import receive
    from core.submission.queries import task_rows

    units = [row[0] for row in tx.tuples("SELECT uid FROM unit WHERE archived_on = '' ORDER BY position, name")]
    for task in task_rows(tx, year):
        if task["level"] == "UNIT" and not task["sent"]:
            for at, uid in enumerate(units[:-1]):
                facts = {"sent_on": f"{year}-12-{20 + at % 8}", "form": "电子", "sender": "党务秘书"}
                receive(tx, task["uid"], uid, None, facts)
