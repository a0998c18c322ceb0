"""Who may do what: three roles, and the acts that are not open to all of them. One table, read by ops and window."""

from __future__ import annotations

from enum import StrEnum

from core.base.errors import Refused


class Role(StrEnum):
    """What an operator is here for; each includes the one before."""

    ENTRY = "ENTRY"  # records, imports, prints
    REVIEW = "REVIEW"
    ADMIN = "ADMIN"  # also whoever opens with the ledger's own passphrase


class Right(StrEnum):
    """An act that not everybody may do."""

    CONFIRM = "CONFIRM"
    EVALUATE = "EVALUATE"
    EXCHANGE = "EXCHANGE"
    SETTLE = "SETTLE"
    SETTINGS = "SETTINGS"
    OPERATORS = "OPERATORS"
    CHECKOUT = "CHECKOUT"
    RESTORE = "RESTORE"
    RESCUE = "RESCUE"
    CLOSE_YEAR = "CLOSE_YEAR"


ROLE_LABEL = {Role.ENTRY: "录入", Role.REVIEW: "审核", Role.ADMIN: "管理"}
_RANK = tuple(Role)
_OF = {
    Right.CONFIRM: (Role.REVIEW, "确认、退回和作废服务记录"),
    Right.EVALUATE: (Role.REVIEW, "填写考核评价"),
    Right.EXCHANGE: (Role.REVIEW, "合并和发出数据包"),
    Right.SETTLE: (Role.REVIEW, "裁定待定事项"),
    Right.SETTINGS: (Role.ADMIN, "修改设置和选项"),
    Right.OPERATORS: (Role.ADMIN, "管理经办人和口令"),
    Right.CHECKOUT: (Role.ADMIN, "带出数据"),
    Right.RESTORE: (Role.ADMIN, "恢复备份"),
    Right.RESCUE: (Role.ADMIN, "存下台账里全部读得出的内容"),
    Right.CLOSE_YEAR: (Role.ADMIN, "年度结转"),
}
_WHO = {Role.REVIEW: "审核人员和管理人员", Role.ADMIN: "管理人员"}


def covers(role: str, other: str) -> bool:
    """Whether `role` may do whatever `other` may."""
    return _RANK.index(Role(role)) >= _RANK.index(Role(other))


def why_not(role: str, right: Right) -> str:
    """'' if `role` may do it, else why not and the way out (for tips and refusals)."""
    needed, act = _OF[right]
    if covers(role, needed):
        return ""
    return f"{_says(needed, act)}{_WAY}"


def require(role: str, right: Right) -> None:
    """Refused if `role` may not do it."""
    needed, act = _OF[right]
    if not covers(role, needed):
        raise Refused(_says(needed, act), _WAY)


def acts_of(role: str) -> str:
    """What a role may do, in words."""
    more = [act for needed, act in _OF.values() if needed == Role.REVIEW and covers(role, needed)]
    if role == Role.ADMIN:
        return "全部操作"
    return "、".join(["登记、导入、打印", *more])


_WAY = "请让他们办理，或换人登录（台账 → 换人）。"


def _says(needed: Role, act: str) -> str:
    return f"只有{_WHO[needed]}能{act}。"
