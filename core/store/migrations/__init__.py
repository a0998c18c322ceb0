"""Hand-written STRICT DDL, one module a migration, applied by sqlite-utils. Migrations only append columns and tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.base.errors import MachineFault, Refused
from core.store import driver
from core.store.migrations import (
    m0001_ground,
    m0002_community,
    m0003_exchange,
    m0004_year_end,
    m0005_dated_membership,
    m0007_category_readiness,
    m0008_drafted_from,
)

STEPS: tuple[tuple[str, str], ...] = (
    ("m0001_ground", m0001_ground.DDL),
    ("m0002_community", m0002_community.DDL),
    ("m0003_exchange", m0003_exchange.DDL),
    ("m0004_year_end", m0004_year_end.DDL),
    ("m0005_dated_membership", m0005_dated_membership.DDL),
    ("m0007_category_readiness", m0007_category_readiness.DDL),
    ("m0008_drafted_from", m0008_drafted_from.DDL),
)


def migrate(connection: Any, before: Callable[[], object] = lambda: None, upto: int | None = None) -> None:
    """Bring a file to this program's schema; `before` is called once if an old file is about to change.

    Raises Refused for a ledger made by a newer program, MachineFault if what it holds does not fit a constraint.
    """
    steps = STEPS[:upto]
    version = version_of(connection)
    if version >= len(steps):
        return
    if version:
        before()
    module = driver.sqlite_utils()
    migrations = module.Migrations("ledger")
    for number, (name, ddl) in enumerate(steps, start=1):
        migrations(name=name)(_step(number, ddl))
    try:
        migrations.apply(module.Database(connection))
    except driver.IntegrityError as error:
        name = STEPS[version_of(connection)][0]
        raise MachineFault(
            f"台账里有内容不合新版本的规定，没有升级（{name}：{error}）；台账没有改动，也没有损坏。",
            "请仍用原来的版本打开，按“检查台账”列出的问题改正后再升级；升级前的备份在备份文件夹里。",
        ) from error


def version_of(connection: Any) -> int:
    """The number of migrations a file has seen; Refused if a newer program made it."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(STEPS):
        raise Refused("这个台账是用更新版本的程序建立的，本程序不能打开。", "请安装最新版本后再打开；台账没有改动。")
    return version


def refuse_other_versions(connection: Any) -> None:
    """Refused for an older file too: one that may only be read cannot be brought up to date."""
    if version_of(connection) < len(STEPS):
        raise Refused("这个台账是旧版本的程序留下的，不能只读打开。", "请先从备份恢复，再由本程序升级。")


def _step(number: int, ddl: str) -> Callable[[Any], None]:
    def apply(db: Any) -> None:
        # not db.executescript: it looks for the end of a statement after each character, which takes longer than all the rest
        db.conn.execute(f"{ddl}\nPRAGMA user_version = {number};")

    return apply
