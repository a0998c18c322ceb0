"""The worst ledger a print room can meet: every text as long as it may be, each ending in a tag of its own."""

from __future__ import annotations

import itertools
import random
import re
import unicodedata

from core.archive.closing import close_year
from core.org.settings import set_settings
from core.service_log.sheets import make_sheet
from core.store import Store, Tx
from tests.factory import visits
from tests.reports.community import community
from tests.reports.exchange_rows import copies, merged

LATIN = "Supercalifragilisticexpialidocious" + "Antidisestablishmentarianism"[:26]  # 60 letters that no space breaks
RARE = "𬭎𫖯𣲗䶮"
_DIGITS = "〇一二三四五六七八九"
TAG = re.compile(f"末[{_DIGITS}]{{4}}")

NAME, TITLE, ADDRESS, REMARK = 25, 50, 120, 800
_LENGTHS = {
    "cadre": {
        "name": NAME, "title": TITLE, "education": 30, "phone": 40, "district": 20, "street": 20, "community": TITLE,
        "address": ADDRESS, "estate": 30, "building": 20, "entrance": 20, "room": 20, "skills": 60, "hobbies": 60,
        "willingness": 60, "free_time": 60, "note": REMARK,
    },
    "unit": {"name": TITLE, "note": REMARK},
    "branch": {"name": TITLE, "note": REMARK},
    "community": {"district": 20, "street": 20, "name": TITLE, "note": REMARK},
    "estate": {"name": TITLE},
    "building": {"name": 20},
    "grid": {"name": TITLE, "note": REMARK},
    "grid_worker": {"name": NAME, "phone": 40, "duty": 30},
    "volunteer": {"name": NAME, "phone": 40, "employer": TITLE, "address": ADDRESS},
    "squad": {"name": TITLE, "note": REMARK},
    "checkin": {"place": TITLE, "handler": NAME, "our_contact": NAME, "letter_no": 40, "note": REMARK},
    "building_lead": {"note": REMARK},
    "visit": {"place": TITLE, "content": REMARK, "confirmed_by": NAME, "note": REMARK},
    "peer": {"name": TITLE, "holder": NAME, "holder_phone": 40, "note": REMARK},
    "packet": {"personal": ADDRESS, "operator": NAME, "file_name": ADDRESS},
    "conflict": {"text": ADDRESS, "their_by": NAME, "our_by": NAME, "settled_by": NAME},
}  # fmt: skip
_ENDED = {"ended_on": "2020-09-01", "end_reason": "迁居"}
_EVALUATION = {
    "main_work": REMARK, "self_summary": REMARK, "next_plan": REMARK, "community_remark": REMARK, "community_rater": NAME,
    "branch_remark": REMARK, "branch_rater": NAME, "note": REMARK, "unit_remark": REMARK,
}  # fmt: skip
_HALF = {"main_work": REMARK, "review": REMARK, "plan": REMARK, "occasion": TITLE, "signed_by": NAME}


class Words:
    """Texts of a given length: Chinese of all kinds, a Latin word of 60 letters, digits, characters beyond the BMP."""

    def __init__(self, seed: int = 8) -> None:
        self._random = random.Random(seed)
        self._count = itertools.count(1)
        block = map(chr, range(0x4E00, 0x9FA5))
        self._han = [char for char in block if char.encode("gb2312", "ignore")]

    def of(self, length: int) -> str:
        """A text of so many characters; the last five are its tag."""
        tag = "末" + "".join(_DIGITS[int(digit)] for digit in f"{next(self._count):04d}")
        marks = f"学院党委（{RARE[self._random.randrange(4)]}、2020年第3期）"
        if length >= ADDRESS:
            marks += LATIN + "，13800138000。"
        start = marks if length >= 2 * len(marks) else RARE[0]
        han = "".join(self._random.choices(self._han, k=length - len(start) - len(tag)))
        middle = len(han) // 2
        return han[:middle] + start + han[middle:] + tag


def worst_ledger() -> tuple[Store, list[str]]:
    """A small ledger, every text of it at its longest, with one closed year and every kind of paper; uids of its people."""
    store, uids, cadres = community(6)
    visits(store, 12)
    copies(store, [uids["网格1"], uids["网格2"]])
    merged(store)
    words = Words()
    with store.transact("最长的内容") as tx:
        for table, lengths in _LENGTHS.items():
            for row in tx.rows(f"SELECT * FROM {table}"):
                tx.update(table, row["uid"], {key: words.of(length) for key, length in lengths.items()})
        tx.update("checkin", str(tx.value("SELECT uid FROM checkin WHERE cadre_uid = ?", (cadres[4],))), _ENDED)
        for uid in cadres:
            _papers_of(tx, words, uid)
        exempt = str(tx.value("SELECT uid FROM evaluation WHERE cadre_uid = ?", (cadres[1],)))
        tx.update("evaluation", exempt, {"exempt_reason": words.of(ADDRESS)})
        _of_the_year(tx, words, uids)
        set_settings(tx, {key: words.of(NAME) for key in ("org_name", "issuer")})
        here = words.of(TITLE)
        for (uid,) in tx.tuples("SELECT uid FROM visit"):
            tx.update("visit", uid, {"community": here})
        make_sheet(tx, here, 2020)
    with store.transact("结账") as tx:
        close_year(tx, 2020)
    with store.transact("更正") as tx:
        for (uid,) in tx.tuples("SELECT uid FROM visit WHERE state = 'CONFIRMED' LIMIT 2"):
            tx.update("visit", uid, {"minutes": 45, "start_at": "", "end_at": ""})
    return store, cadres


def _papers_of(tx: Tx, words: Words, uid: str) -> None:
    def texts(lengths: dict[str, int]) -> dict[str, str]:
        return {key: words.of(length) for key, length in lengths.items()}

    tx.insert("evaluation", {"cadre_uid": uid, "year": 2020, **texts(_EVALUATION)})
    tx.insert("half_year_report", {"cadre_uid": uid, "year": 2020, "half": 2, **texts(_HALF)})
    tx.insert(
        "commendation",
        {"cadre_uid": uid, "year": 2020, "given_on": "2020-10-01", **texts({"title": TITLE, "given_by": TITLE})},
    )
    tx.insert("feedback", {"cadre_uid": uid, "given_on": "2020-10-02", **texts({"given_by": NAME, "content": REMARK})})


def _of_the_year(tx: Tx, words: Words, uids: dict[str, str]) -> None:
    task = tx.insert(
        "submission_task", {"year": 2020, "name": words.of(TITLE), "level": "UNIT", "due_on": "2020-09-01"}
    )
    for (unit,) in tx.tuples("SELECT uid FROM unit"):
        row = {"task_uid": task, "unit_uid": unit, "sent_on": "2020-08-20", "version": 1}
        tx.insert("submission", {**row, "sender": words.of(NAME), "note": words.of(REMARK)})
        tx.insert("contact", {"unit_uid": unit, "role": words.of(12), "name": words.of(NAME), "phone": words.of(40)})


def plain(text: str) -> str:
    """A text as it is compared: without spaces, line ends and what has no ink."""
    return "".join(char for char in unicodedata.normalize("NFC", text) if not char.isspace() and char.isprintable())
