"""The year's end: what is frozen, what is filed, and under which terms; fields written once. 方案 三(七), DA/T 22"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.base.fields import EntitySpec, Field, Kind
from core.evaluation.closed import FIGURE_LABEL, Figures, figure_text
from core.service_log.counting import RULE
from core.service_log.quota import ASSESSED

SCOPE = (
    f"次数和时长只计已确认的记录，{RULE}；派遣时间单列，不计入最低要求；"
    "人员和单位按年末所在，“在本单位时服务”按服务当日所在单位。"
) + ASSESSED
TERM = (("Y", "永久"), ("D30", "30年"), ("D10", "10年"))
TERM_LABEL = dict(TERM)
SUBJECT = (("SCHOOL", "全校"), ("UNIT", "二级单位党组织"), ("BRANCH", "党支部"), ("GRID", "网格"), ("CADRE", "个人"))
SUBJECT_LABEL = dict(SUBJECT)


def _code(text: str) -> str:
    return "" if text.isascii() and text.isalnum() else f"“{text}”只能用字母和数字，例如 DQ13。"


ARCHIVE_SETTINGS = (
    Field("archive_fond", "全宗号", width=12, help="学校档案馆给定，印在归档文件目录上"),
    Field("archive_class", "类别代码", required=True, width=10, check=_code, help="DA/T 10：DQ13 组织工作"),
    Field("archive_term", "个人表册保管期限", Kind.CHOICE, required=True, choices=TERM),
    Field("archive_term_lists", "汇总表保管期限", Kind.CHOICE, required=True, choices=TERM),
)
"""What archiving goes by: editable."""
ARCHIVE_DEFAULTS = {
    "archive_fond": "",
    "archive_class": "DQ13",
    "archive_term": "D30",
    "archive_term_lists": "D30",
}

CLOSED_YEAR = EntitySpec(
    kind="closed_years",
    label="结账",
    table="closed_year",
    fields=(
        Field("closed_on", "结账日期", Kind.DATE),
        Field("closed_by", "经办人"),
        Field("closed_at", "结账时间"),
        Field("note", "说明", Kind.MEMO),
    ),
)
YEAR_FIGURE = EntitySpec(
    kind="year_figures",
    label="结账数据",
    table="year_figure",
    fields=(
        Field("year", "年度", Kind.INT),
        Field("kind", "层级", Kind.CHOICE, choices=SUBJECT),
        Field("subject_uid", "对象"),
        Field("name", "名称", personal=True),
        Field("figures", "各项数据", Kind.MEMO, personal=True),
    ),
)
ARCHIVE_ITEM = EntitySpec(
    kind="archive_items",
    label="归档文件",
    table="archive_item",
    fields=(
        Field("year", "年度", Kind.INT, width=7),
        Field("item_no", "件号", width=24),
        Field("title", "题名", width=40, personal=True),
        Field("form", "表格", width=16),
        Field("file_name", "文件名", width=60, personal=True),
        Field("pages", "页数", Kind.INT, width=7),
        Field("retention", "保管期限", Kind.CHOICE, choices=TERM, width=10),
        Field("scanned", "扫描件", Kind.INT, width=8),
        Field("made_on", "归档日期", Kind.DATE, width=12),
        Field("note", "备注", Kind.MEMO, width=40),
        Field("sha256", "SHA-256", width=66),
    ),
)
ARCHIVE_LIST = EntitySpec(
    kind="archive_lists",
    label="校验清单",
    table="archive_list",
    fields=(
        Field("year", "年度", Kind.INT, width=7),
        Field("folder", "归档文件夹", width=30),
        Field("files", "文件数", Kind.INT, width=8),
        Field("made_on", "归档日期", Kind.DATE, width=12),
    ),
)


@dataclass(frozen=True, slots=True)
class Frozen:
    """One subject of a closed year, with the figures it had."""

    kind: str
    subject_uid: str
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Correction:
    """结账后更正: one figure that is no longer what was frozen, and what lies behind it."""

    kind: str
    subject_uid: str
    name: str
    key: str
    was: Any
    now: Any
    records: tuple[str, ...] = ()  # uids of the visits changed since
    steps: tuple[int, ...] = ()  # the steps of the history that did it

    @property
    def label(self) -> str:
        """What the figure is called."""
        return FIGURE_LABEL.get(self.key, self.key)

    @property
    def text(self) -> str:
        """'张伟 业余时长：结账时12小时，现在14小时'."""
        was, now = figure_text(self.key, self.was), figure_text(self.key, self.now)
        return f"{self.name} {self.label}：结账时{was}，现在{now}"


@dataclass(frozen=True, slots=True)
class OpenItem:
    """Something the year still waits for before it is closed; `page` and `filter` show it."""

    key: str
    label: str
    count: int
    page: str = ""
    filter: tuple[tuple[str, Any], ...] = ()
    unit: str = "项"

    @property
    def text(self) -> str:
        """'待确认的服务记录还有12条'."""
        return f"{self.label}还有{self.count}{self.unit}"
