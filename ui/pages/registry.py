"""Every page of the window, in the order of the sidebar, and every provider of the search box. Explicit: no scanning."""

from __future__ import annotations

from core.store.tables import NAMES
from ui.context import Context
from ui.kit.page import Page, PageSpec
from ui.kit.search import Provider
from ui.pages.map_search import place_hits
from ui.pages.roster_search import people_hits


def _overview(ctx: Context) -> Page:
    from ui.pages.overview import OverviewPage

    return OverviewPage(ctx)


def _field(ctx: Context) -> Page:
    from ui.pages.field import FieldPage

    return FieldPage(ctx)


def _roster(ctx: Context) -> Page:
    from ui.pages.roster import RosterPage

    return RosterPage(ctx)


def _map(ctx: Context) -> Page:
    from ui.pages.map import MapPage

    return MapPage(ctx)


def _checkin(ctx: Context) -> Page:
    from ui.pages.checkin import CheckinPage

    return CheckinPage(ctx)


def _places(ctx: Context) -> Page:
    from ui.pages.places import PlacesPage

    return PlacesPage(ctx)


def _print(ctx: Context) -> Page:
    from ui.pages.print_centre import PrintPage

    return PrintPage(ctx)


def _visits(ctx: Context) -> Page:
    from ui.pages.visits import VisitsPage

    return VisitsPage(ctx)


def _archive(ctx: Context) -> Page:
    from ui.pages.archive import ArchivePage

    return ArchivePage(ctx)


def _exchange(ctx: Context) -> Page:
    from ui.pages.exchange import exchange_page

    return exchange_page(ctx)


def _history(ctx: Context) -> Page:
    from ui.pages.history import HistoryPage

    return HistoryPage(ctx)


def _evaluation(ctx: Context) -> Page:
    from ui.pages.evaluation import EvaluationPage

    return EvaluationPage(ctx)


def _import(ctx: Context) -> Page:
    from ui.pages.import_page import ImportPage

    return ImportPage(ctx)


def _reporting(ctx: Context) -> Page:
    from ui.pages.reporting import ReportingPage

    return ReportingPage(ctx)


def _statistics(ctx: Context) -> Page:
    from ui.pages.statistics import StatisticsPage

    return StatisticsPage(ctx)


def _settings(ctx: Context) -> Page:
    from ui.pages.settings import SettingsPage

    return SettingsPage(ctx)


_ROSTER_TABLES = frozenset(
    {
        "cadre",
        "membership",
        "unit",
        "branch",
        "attachment",
        "commendation",
        "feedback",
        "visit",
        "evaluation",
        "service_quota",
        "setting",
        "checkin",
        "grid_assignment",
        "building_lead",
        "squad",
        "squad_member",
    }
)
_VISIT_TABLES = frozenset(
    {
        "visit", "cadre", "unit", "branch", "community", "grid", "confirm_sheet", "confirm_row", "code_list", "setting",
        "service_quota", "evaluation",
    }
)  # fmt: skip

_MAP_TABLES = frozenset(
    {
        "community", "grid", "estate", "building", "entrance", "grid_worker", "map_plan", "control_point", "attachment",
        "grid_assignment", "building_lead", "squad", "squad_member", "cadre", "unit", "visit", "checkin",
        "service_quota", "setting",
    }
)  # fmt: skip

_CHECKIN_TABLES = frozenset(
    {
        "checkin", "cadre", "membership", "unit", "branch", "contact", "community", "grid", "grid_assignment",
        "submission_task", "submission", "code_list", "setting",
    }
)  # fmt: skip

_IMPORT_TABLES = frozenset(
    {
        "cadre", "visit", "unit", "branch", "checkin", "community", "grid", "estate", "building", "entrance",
        "grid_worker", "volunteer", "grid_assignment", "building_lead", "squad", "squad_member", "submission_task",
        "submission", "evaluation",
    }
)  # fmt: skip

_PLACE_TABLES = frozenset(
    {
        "community", "estate", "grid", "building", "entrance", "grid_worker", "volunteer", "building_lead", "squad",
        "squad_member", "grid_assignment", "cadre", "unit", "branch", "code_list",
    }
)  # fmt: skip

_REPORTING_TABLES = frozenset(
    {
        "half_year_report", "yearly_report", "visit", "cadre", "membership", "unit", "branch", "checkin", "evaluation",
        "submission_task", "submission", "grid_assignment", "building_lead", "service_quota", "setting", "commendation",
    }
)  # fmt: skip

_STATISTICS_TABLES = frozenset(
    {"visit", "cadre", "membership", "unit", "branch", "grid", "code_list", "setting", "service_quota", "issued_table"}
)

_PRINT_TABLES = _ROSTER_TABLES | {
    "form_text", "confirm_sheet", "confirm_row", "peer", "packet", "conflict", "half_year_report", "yearly_report", "checkin",
    "grid_assignment", "building_lead", "squad_member",
}  # fmt: skip

_SETTINGS_TABLES = frozenset({"setting", "service_quota", "code_list", "community", "form_text", "operator"})

PAGES: tuple[PageSpec, ...] = (
    PageSpec("overview", "工作台", "home", "日常", _overview, NAMES),  # it shows the last steps, whatever they wrote
    PageSpec("field", "外勤登记", "edit", "日常", _field, NAMES, in_office=False),
    PageSpec("roster", "名册", "people", "日常", _roster, _ROSTER_TABLES),
    PageSpec("map", "网格地图", "map", "日常", _map, _MAP_TABLES),
    PageSpec("places", "社区网格", "grid", "日常", _places, _PLACE_TABLES),
    PageSpec("checkin", "报到", "checkin", "日常", _checkin, _CHECKIN_TABLES),
    PageSpec("visits", "服务纪实", "log", "纪实", _visits, _VISIT_TABLES | {"closed_year"}),
    PageSpec("import", "导入", "import", "纪实", _import, _IMPORT_TABLES),
    PageSpec("evaluation", "考核评价", "evaluate", "汇总", _evaluation, _ROSTER_TABLES | {"code_list"}),
    PageSpec("reporting", "双报告", "post", "汇总", _reporting, _REPORTING_TABLES, in_copy=False),
    PageSpec("statistics", "统计", "stats", "汇总", _statistics, _STATISTICS_TABLES, in_copy=False),
    PageSpec("print", "打印中心", "print", "汇总", _print, _PRINT_TABLES),
    PageSpec(
        "archive", "归档", "folder", "汇总", _archive, NAMES
    ),  # what waits and what was corrected may be any record
    PageSpec("exchange", "数据交换", "exchange", "系统", _exchange, NAMES),  # a decision may be about any record
    PageSpec("history", "历史", "history", "系统", _history, NAMES),
    PageSpec("settings", "设置", "settings", "系统", _settings, _SETTINGS_TABLES),
)
PROVIDERS: tuple[Provider, ...] = (people_hits, place_hits)
