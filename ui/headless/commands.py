"""The table of commands. Names and options follow the command-line design; they stay."""

from __future__ import annotations

import argparse
from typing import Any

from ui.headless.parser import Parser


def build_parser() -> Parser:
    """The whole command line."""
    from ui.headless.archive import add_archive
    from ui.headless.cadres import add_cadres
    from ui.headless.evaluation import add_evaluation
    from ui.headless.fonts import add_fonts
    from ui.headless.overview import add_overview
    from ui.headless.packet_commands import add_packets
    from ui.headless.reporting import add_reporting
    from ui.headless.school import add_school

    common = _common()
    # options of its own: set_defaults changes them, and a command must not put None over a --data that stands before it
    parser = Parser(prog="xcjs", description="下沉纪实：不带命令时打开窗口。", parents=[_common()])
    parser.set_defaults(run=None, parser=parser, data=None, passphrase_file=None, operator="", json=False)
    commands = parser.add_subparsers(title="命令", metavar="命令", parser_class=Parser)

    def add(name: str, text: str, run: Any, *, ledger: bool = True, under: Any = commands) -> Parser:
        one: Parser = under.add_parser(name, help=text, description=text, parents=[common])
        one.set_defaults(run=run, needs_ledger=ledger, parser=one)
        return one

    def group(name: str, text: str) -> Any:
        one = commands.add_parser(name, help=text, description=text)
        one.set_defaults(run=None, parser=one)
        return one.add_subparsers(title="对象", metavar="对象", parser_class=Parser)

    _care(add, group)
    _history(add)
    _sheets(add, group)
    add_cadres(add, group)
    _log(add, group)
    add_evaluation(add)
    add_overview(add, group)
    add_reporting(add, group)
    add_archive(add, group)
    _community(add)
    add_packets(add, group)
    _paper(add)
    add_fonts(add, group)
    _operators(add, group)
    add_school(add)
    return parser


def _common() -> Parser:
    parser = Parser.__new__(Parser)
    argparse.ArgumentParser.__init__(parser, add_help=False, allow_abbrev=False)
    suppress = argparse.SUPPRESS
    parser.add_argument("--data", default=suppress, metavar="文件夹", help="台账所在文件夹（默认：本用户的数据文件夹）")
    parser.add_argument(
        "--passphrase-file", default=suppress, metavar="文件", help="口令文件（或用环境变量 XCJS_PASSPHRASE）"
    )
    parser.add_argument(
        "--operator", default=suppress, metavar="姓名", help="经办人，记入历史；有自己口令的经办人用他的口令打开"
    )
    parser.add_argument("--json", action="store_true", default=suppress, help="以一个 JSON 对象回答")
    return parser


def _care(add: Any, group: Any) -> None:
    from ui.headless import backups, care, selfcheck

    init = add("init", "新建台账", care.init, ledger=False)
    init.add_argument("--org", required=True, metavar="校名")
    init.add_argument("--year", type=int, metavar="年度")
    init.add_argument("--community", metavar="联系社区", help="学校组织派遣报到的社区，方案 三(三)")
    init.add_argument("--street", metavar="街道", help="联系社区所在街道")
    init.add_argument("--district", metavar="区", help="联系社区所在区")
    init.add_argument("--recovery-out", metavar="文件", help="把恢复码写进这个文件")
    copy = add("backup", "备份成一个文件；列出或检查备份", backups.back_up)
    copy.add_argument("--to", metavar="文件夹")
    copy.add_argument("--list", action="store_true", help="列出这个台账的备份")
    copy.add_argument("--check", metavar="备份文件", help="检查一份备份是否完好、能否打开")
    restore = add("restore", "从备份恢复", backups.restore, ledger=False)
    restore.add_argument("file", nargs="?", metavar="备份文件")
    restore.add_argument("--dry-run", action="store_true", help="只看备份里有什么、会少哪些步骤，不恢复")
    restore.add_argument("--code", default="", metavar="恢复码", help="备份的恢复码（口令已换过时）")
    restore.add_argument("--confirm", action="store_true", help="恢复出来的台账就是要的那一份，自动备份继续")
    restore.add_argument("--back", action="store_true", help="换回恢复前的台账")
    rescue = add("rescue", "台账损坏时，把读得出的内容存成 Excel（台账不动）", backups.rescue, ledger=False)
    rescue.add_argument("--out", required=True, metavar="X.xlsx")
    guide = add("guide", "写出给办公室的安装说明（PDF）", care.guide, ledger=False)
    guide.add_argument("--out", required=True, metavar="X.pdf")
    one = add("check", "检查台账是否完好", care.check_ledger)
    one.add_argument("--recompute", action="store_true", help="先重新计算：单位、支部、网格和计入时长都按记录重算")
    change = add("change", "更换口令", care.change_passphrase, under=group("passphrase", "口令"))
    change.add_argument("--new-passphrase-file", required=True, metavar="文件")
    recover = add("recover", "用恢复码打开并换上新口令", care.recover, ledger=False)
    recover.add_argument(
        "--code-file", default="", metavar="文件", help="写有恢复码的文件，例如建台账时 --recovery-out 写出的"
    )
    recover.add_argument(
        "--code", default="", metavar="恢复码", help="恢复码；写 - 就从标准输入读（写在命令里别人看得见）"
    )
    recover.add_argument("--new-passphrase-file", required=True, metavar="文件")
    check = add("self-check", "自检：试建台账、导入、登记、打印、开关窗口", selfcheck.run, ledger=False)
    check.add_argument("--full", action="store_true", help="再走一遍全程：导入、登记、后台打印、带出合并、恢复")
    check.add_argument("--out", metavar="文件夹", help="把自检打印的文件留在这里")


def _history(add: Any) -> None:
    from ui.headless import care, history

    listed = add("history", "列出做过的每一步，或一个人、一步的每项改动", history.history)
    listed.add_argument("--limit", type=int, default=50, metavar="条数")
    listed.add_argument("--cadre", default="", metavar="工号", help="只列这个人（连同他的报到、服务等）的改动")
    listed.add_argument("--step", type=int, metavar="步骤号", help="这一步改了哪些内容")
    undo = add("undo", "撤销一步（默认最近一步）", care.undo)
    undo.add_argument("--step", type=int, metavar="步骤号")
    undo.add_argument("--partial", action="store_true", help="后来改过的留着并列出，其余撤回")
    add("redo", "重做刚撤销的一步", care.redo)
    back = add("put-back", "把一步改过的内容改回原样（后来的值留在历史里）", history.put_back)
    back.add_argument("--step", type=int, required=True, metavar="步骤号")
    back.add_argument("--cadre", default="", metavar="工号", help="只改回这个人的")
    back.add_argument("--field", default="", metavar="字段", help="只改回这一项，例如 手机")


def _sheets(add: Any, group: Any) -> None:
    from ui.headless import kinds, places, sheets

    imports = group("import", "导入表格、网格和平面图")
    for kind, run in sheets.IMPORTS.items():
        label = kinds.KINDS[kind].label
        files = "GeoJSON，或 Excel、CSV" if kind in ("grids", "buildings") else "Excel、CSV，可多个文件或文件夹"
        one = add(kind, f"导入{label}（{files}）", run, under=imports)
        one.add_argument("files", nargs="+", metavar="文件")
        one.add_argument("--sheet", metavar="工作表")
        one.add_argument("--map", action="append", metavar="列名=字段", help="指定一列是什么，可重复")
        one.add_argument("--answer", action="append", metavar="问题=选项", help="回答列出的问题，可重复")
        one.add_argument("--skip-bad", action="store_true", help="跳过有错的部分，其余写入")
        one.add_argument("--dry-run", action="store_true", help="只检查，不写入")
        one.add_argument("--report", metavar="X.xlsx", help="把原表连同错误说明写到这个文件")
        if kind in ("roster", "visits"):
            one.add_argument("--unit", metavar="单位")
        if kind == "roster":
            one.add_argument("--same-person", choices=("new", "merge", "skip"), default="", help="疑似同一人如何处理")
    ground = add("map", "放入平面图（PNG、JPG 或 PDF 的一页）", places.import_map, under=imports)
    ground.add_argument("file", metavar="图片")
    ground.add_argument("--page", type=int, default=1, metavar="页码", help="PDF 的第几页")
    ground.add_argument("--dry-run", action="store_true", help="只检查，不写入")
    listed = add("list", "列出一类记录", sheets.list_kind)
    exported = add("export", "导出成 Excel（网格、楼栋也可 GeoJSON），可再导入", sheets.export_kind)
    for one, known in ((listed, kinds.KINDS), (exported, sheets.EXPORTS)):
        # every kind is taken, so that one that cannot be exported is told why
        one.add_argument("kind", choices=kinds.KINDS, metavar="类别", help=f"可以是：{kinds.kinds_text(tuple(known))}")
        one.add_argument("--year", type=int, metavar="年度")
        one.add_argument("--unit", metavar="单位")
        one.add_argument("--grid", metavar="网格")
        one.add_argument("--where", action="append", metavar="字段=值")
        one.add_argument("--search", default="", metavar="文字")
        one.add_argument("--all", action="store_true", help="连同已归档、已结束、已作废的")
    listed.add_argument("--limit", type=int, metavar="条数")
    listed.add_argument("--reveal", action="store_true", help="手机和身份证号不隐去（记入查看记录）")
    exported.add_argument("--out", required=True, metavar="X.xlsx", help="X.xlsx，或网格、楼栋的 X.geojson")
    exported.add_argument("--split", choices=("unit", "branch", "grid"), help="每单位、每支部或每网格一份")
    exported.add_argument("--lonlat", action="store_true", help="GeoJSON 用经纬度（要先有控制点）")
    template = add("template", "空白模板，带下拉选项，发给各单位填", sheets.template)
    template.add_argument(
        "kind", choices=tuple(sheets.IMPORTS), metavar="类别", help=f"可以是：{kinds.kinds_text(tuple(sheets.IMPORTS))}"
    )
    template.add_argument("--out", required=True, metavar="X.xlsx")


def _community(add: Any) -> None:
    from ui.headless import checkins, places

    fit = add("fit", "设平面图的控制点，让图上坐标能换算成经纬度", places.fit)
    fit.add_argument(
        "--point", action="append", required=True, metavar="x,y,经度,纬度", help="至少三个，可在后面再加一个名称"
    )
    fit.add_argument("--datum", default="WGS84", metavar="坐标系", help="WGS84、GCJ02（高德、腾讯）或 BD09（百度）")
    fit.add_argument("--dry-run", action="store_true", help="只算偏差，不写入")
    assign = add("assign", "编入网格：按工号，或按住址自动编入", places.assign)
    assign.add_argument("--cadre", nargs="+", action="extend", default=[], metavar="工号")
    assign.add_argument("--grid", metavar="网格")
    assign.add_argument("--building", metavar="楼栋", help="连小区一起写，例如 东苑3栋")
    assign.add_argument("--entrance", default="", metavar="单元")
    assign.add_argument("--on", default="", metavar="日期", help="从哪天起编入（移出时是最后一天）")
    assign.add_argument("--leave", action="store_true", help="移出网格")
    assign.add_argument("--auto", action="store_true", help="按住址自动编入：有把握的写入，其余列出原因")
    assign.add_argument("--again", action="store_true", help="自动编入时连同已经编入的人")
    assign.add_argument("--unit", metavar="单位", help="自动编入只看这个单位")
    assign.add_argument("--dry-run", action="store_true", help="自动编入只列出结果，不写入")
    squads = add("squads", "112小分队自动编组：还没有小分队的网格各编一个", places.squads)
    squads.add_argument("--on", default="", metavar="日期", help="组建日期，默认今天")
    squads.add_argument("--dry-run", action="store_true", help="只列出方案，不写入")
    checkin = add("checkin", "登记报到、单位报到、注销和回执", checkins.checkin)
    checkin.add_argument(
        "values",
        nargs="*",
        metavar="字段=值",
        help="例如 staff_no=0000019 checked_on=2020-08-08；第一个词也可以是 unit（单位报到，unit=学校 是学校自己）、"
        "end（注销）、reopen（取消注销）、receipt（回执）、remove（删除），后面写记录号或用 --cadre",
    )
    checkin.add_argument("--cadre", nargs="+", action="extend", default=[], metavar="工号")
    checkin.add_argument("--unit", metavar="单位", help="这个单位全体在职党员干部一起登记")
    checkin.add_argument("--branch", default="", metavar="支部")
    checkin.add_argument("--moved", action="store_true", help="原来的同类报到按迁居注销")
    checkin.add_argument("--track", default="HOME", metavar="类别", help="注销等用 --cadre 时：ASSIGNED 或 HOME")
    checkin.add_argument("--on", default="", metavar="日期", help="注销或回执的日期，默认今天")
    checkin.add_argument("--reason", default="", metavar="原因", help="注销原因：调离、退休、迁居等")
    status = add("status", "报到情况、报送情况、各网格对比", checkins.status)
    status.add_argument(
        "what", choices=("checkins", "submissions", "grids"), metavar="类别", help="checkins、submissions 或 grids"
    )
    status.add_argument("--unit", metavar="单位")
    status.add_argument("--year", type=int, metavar="年度")
    status.add_argument("--track", default="HOME", metavar="类别", help="ASSIGNED（组织派遣）或 HOME（个人，默认）")
    status.add_argument("--as-of", default="", metavar="日期", help="默认今天")


def _operators(add: Any, group: Any) -> None:
    from ui.headless import operators

    under = group("operator", "经办人：各有口令和权限")
    made = add("add", "新增经办人", operators.add, under=under)
    changed = add("role", "改经办人的权限", operators.role, under=under)
    left = add("leave", "经办人离岗，他的口令从此打不开", operators.leave, under=under)
    secret = add("passphrase", "重设经办人的口令", operators.passphrase, under=under)
    for one in (made, changed, left, secret):
        one.add_argument("name", metavar="姓名")
    for one in (made, changed):
        one.add_argument("--role", required=True, metavar="权限", help="ENTRY（录入）、REVIEW（审核）或 ADMIN（管理）")
    for one in (made, secret):
        one.add_argument("--new-passphrase-file", required=True, metavar="文件")
    made.add_argument("--note", default="", metavar="备注")
    add("list", "列出经办人", operators.listed, under=under).add_argument(
        "--all", action="store_true", help="连同已离岗的"
    )
    add("looks", "谁查看过隐去的手机和身份证号", operators.looked, under=under).add_argument(
        "--limit", type=int, default=200, metavar="条数"
    )


def _log(add: Any, group: Any) -> None:
    from ui.headless import evaluation, log

    quota = add("quota", "对照年度最低要求，或按目前进度预计谁达不到", evaluation.quota)
    quota.add_argument("--forecast", action="store_true", help="按目前进度预计谁年末达不到，附各支部的提醒")
    quota.add_argument("--year", type=int, metavar="年度")
    quota.add_argument("--unit", metavar="单位")
    add("visit", "登记一次服务", log.record_visit, under=group("record", "登记")).add_argument(
        "values", nargs="+", metavar="字段=值", help="时长写 hours=3、minutes=180，或 minutes=2小时30分"
    )
    sheet = add("sheet", "生成待确认清单并编号", log.make_sheet)
    sheet.add_argument("--community", required=True, metavar="社区")
    sheet.add_argument("--year", type=int, metavar="年度")
    confirm = add("confirm", "按待确认清单的序号确认", log.confirm)
    confirm.add_argument("--sheet", required=True, metavar="编号")
    confirm.add_argument("--rows", required=True, metavar="1-12,15")
    confirm.add_argument("--signer", metavar="签名人")
    confirm.add_argument("--method", default="社区党组织", metavar="确认方式")
    confirm.add_argument("--on", default="", metavar="日期")
    confirm.add_argument("--take-back", action="store_true", help="勾错了：把这些序号收回到待确认")
    for name, text, run in (("return", "退回修改", log.return_visit), ("void", "作废", log.void_visit)):
        one = add(name, text, run)
        one.add_argument("uids", nargs="+", metavar="记录号")
        one.add_argument("--reason", required=True, metavar="原因")


def _paper(add: Any) -> None:
    from ui.headless import paper

    out = add("print", "打印成 PDF", paper.print_form)
    out.add_argument("form", metavar="表格", help="handbook、evaluation 等，写错时列出全部")
    out.add_argument("--year", type=int, metavar="年度")
    out.add_argument("--unit", metavar="单位")
    out.add_argument("--grid", metavar="网格")
    out.add_argument("--community", metavar="社区", help="住在或报到在这个社区的人")
    out.add_argument("--cadre", action="append", default=[], metavar="工号")
    out.add_argument("--sheet", default="", metavar="待确认清单编号")
    out.add_argument(
        "--which", default="", metavar="带出的数据", help="交接单、收发台账：设备号或名称；合并报告：如 笔记本1第3包"
    )
    out.add_argument("--blank", action="store_true", help="空白表（只填个人信息）")
    out.add_argument("--skip-empty", action="store_true", help="手册省略没有内容的部分（空白手册总是全印）")
    out.add_argument("--issued", default="", metavar="日期", help="手册封面的制发日期，不写就同截至日期")
    out.add_argument("--extra", type=int, default=0, metavar="页数", help="手册另加空白记录页")
    out.add_argument("--stroke", action="store_true", help="按姓氏笔画排列")
    out.add_argument("--public", action="store_true", help="张贴用：隐去手机号等个人信息")
    out.add_argument(
        "--by",
        default="",
        metavar="方式",
        help="报到情况表：unit、branch；网格图：people、hours、leads、below；半年报告：1、2",
    )
    out.add_argument("--paper", default="", metavar="纸张", help="网格图：A4、A3")
    out.add_argument("--merged", action="store_true", help="合并成一个文件，每份至多200人")
    out.add_argument("--split-unit", action="store_true", help="每单位一份")
    out.add_argument("--duplex", action="store_true", help="双面打印：每人补成偶数页")
    out.add_argument("--pages", default="", metavar="3,5-6", help="只重印这些页")
    out.add_argument("--as-of", default="", metavar="日期", help="只计到这一天的服务")
    out.add_argument("--out", required=True, metavar="文件夹")
    demo = add("demo", "用示例数据建台账，打印全部表格", paper.demo, ledger=False)
    demo.add_argument("--out", required=True, metavar="文件夹")
    demo.add_argument(
        "--years", default="", metavar="年度", help="例如 2020-2022：几年的台账，人员有进有出，前几年已结账"
    )
