"""What both forms say of a person and of the year's service: plain data, filled by `collect`."""

from __future__ import annotations

from dataclasses import dataclass

from reports.kit.text import hours_cn


@dataclass(frozen=True, slots=True)
class PersonData:
    """A cadre as printed. Dates are ISO ('YYYY-MM' or 'YYYY-MM-DD'); everything else as it should read."""

    uid: str
    name: str
    staff_no: str = ""
    sex: str = ""  # 男 / 女
    nation: str = ""
    birth_on: str = ""
    party_status: str = ""
    joined_on: str = ""
    education: str = ""  # 学历 and 学位, as 研究生、博士
    title: str = ""  # 职务、职称
    phone: str = ""
    unit: str = ""
    branch: str = ""
    address: str = ""  # 区 街道 社区 小区 楼栋 单元 室, joined
    skills: str = ""
    hobbies: str = ""
    willingness: str = ""
    free_time: str = ""

    @property
    def identity(self) -> tuple[str, str]:
        """Name, and 工号　单位: the line that heads every further page."""
        number = f"工号 {self.staff_no}" if self.staff_no else ""
        return self.name, "　".join(part for part in (number, self.unit) if part)

    @property
    def whose(self) -> str:
        """How messages name this person: same names are normal, so with 工号 or unit."""
        return f"{self.name}（{self.staff_no or self.unit}）"


@dataclass(frozen=True, slots=True)
class ServiceTotals:
    """The year's confirmed service, both tracks apart (三(三): never mixed), and what still waits."""

    own_count: int = 0
    own_minutes: int = 0
    dispatched_count: int = 0
    dispatched_minutes: int = 0
    waiting_count: int = 0
    waiting_minutes: int = 0
    quota_count: int = 0  # the year's minimum, 0 = none set
    quota_minutes: int = 0
    verdict: str = ""  # 已达标 / 未达标（差2次、3.5小时） / 不纳入考核（原因）

    @property
    def quota(self) -> str:
        """The minimum in words: 5次且20小时."""
        parts = []
        if self.quota_count:
            parts.append(f"{self.quota_count}次")
        if self.quota_minutes:
            parts.append(f"{hours_cn(self.quota_minutes)}小时")
        return "且".join(parts)

    def waiting(self, template: str) -> str:
        """The sentence about records still to be confirmed, or ''."""
        if not self.waiting_count:
            return ""
        return template.format(count=self.waiting_count, hours=hours_cn(self.waiting_minutes))
