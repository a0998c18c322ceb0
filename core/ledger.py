"""Ways to a ready ledger: the store, with what is derived above it wired in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from core import holdings
from core.base.clock import today
from core.base.dates import format_date
from core.base.errors import Refused
from core.exchange.guard import guard_part
from core.must_hold import MUST_HOLD
from core.operators import sign_in, unlock
from core.roster.membership import follow_memberships
from core.seed import Place, seed
from core.service_log.grid_links import follow_assignments
from core.service_log.model import SIGNED_FOR
from core.service_log.stamps import follow_visits
from core.service_log.tally import derive_tally, recount_if_outdated
from core.store import Reads, Signed, Store, Wiring, files, keys, restoring, tries

WIRING = Wiring(
    derive=(derive_tally,),
    follow=(
        ("membership", follow_memberships),
        ("grid_assignment", follow_assignments),
        ("visit", follow_visits),
    ),
    guards=(guard_part,),
    signed={"visit": Signed("state", "CONFIRMED", SIGNED_FOR)},  # 方案 三(六)
    rules=(*MUST_HOLD, *holdings.MUST_HOLD),
)


def create_ledger(
    folder: Path,
    passphrase: str,
    *,
    org_name: str,
    year: int | None = None,
    operator: str = "",
    linked: Place | None = None,
    cost: Mapping[str, int] = keys.STRONG,
) -> tuple[Store, str]:
    """A new ledger with the policy's defaults; returns it and the recovery code (shown only now).

    `linked`: 区, 街道 and 社区 of the 联系社区; None = that of the school in 方案, none for another school.
    """
    store, code = Store.create(folder, passphrase, wiring=WIRING, operator=operator, cost=cost)
    _ready(store, org_name, year, linked)
    return store, code


def open_ledger(
    folder: Path,
    passphrase: str | None = None,
    *,
    recovery_code: str | None = None,
    key: bytes | None = None,
    operator: str = "",
    login: str | None = None,
    read_only: bool = False,
) -> Store:
    """Open an existing ledger; errors as Store.open. An operator's name with his own passphrase signs him in.

    `login`: who has been let in with this `key`; a key alone signs nobody in. A worker's is the window's `twin`.
    """
    restoring.finish(folder)
    files.check_place(folder)
    if key is None and recovery_code is not None:
        with tries.counted(folder):
            key, login = keys.open_with_recovery(files.read_envelope(folder), recovery_code), ""
    elif key is None:
        key, login = unlock(folder, passphrase or "", operator)
    store = Store.open(folder, key=key, operator=operator, wiring=WIRING, read_only=read_only)
    recount_if_outdated(store)
    if login is not None:
        try:
            sign_in(store, login)
        except Refused:
            store.close()
            raise
    return store


def clock_note(reads: Reads) -> str:
    """A sentence where the computer's day lies before that of the last step; '' if it does not.

    Work goes on: steps follow one another by number. But days that are proposed, and 补录, go by the clock.
    """
    at = str(reads.value("SELECT max(at) FROM history") or "")[:10]
    if at <= today().isoformat():
        return ""
    return (
        f"这台电脑的日期是{format_date(today())}，比台账里最后一步（{format_date(at)}）还早，"
        "请先核对电脑的日期和时间，再登记。"
    )


def memory_ledger(org_name: str = "湖北经济学院", year: int = 2020) -> Store:
    """A seeded ledger in memory (tests)."""
    store = Store.in_memory(wiring=WIRING)
    _ready(store, org_name, year)
    return store


def _ready(store: Store, org_name: str, year: int | None, linked: Place | None = None) -> None:
    with store.transact("建立台账", lasting=True) as tx:
        seed(tx, org_name, year or today().year, linked)
