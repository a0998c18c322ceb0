"""The table of the packet commands."""

from __future__ import annotations

from typing import Any

from ui.headless import packets


def add_packets(add: Any, group: Any) -> None:
    """packet checkout, open, make, merge, conflicts, settle, list, back, swap."""
    under = group("packet", "带出、数据包和合并")
    _copies(add, under)
    made = add("make", "生成数据包：在带出的数据里是上报，在办公室是回包", packets.make, under=under)
    made.add_argument("--to", default="", metavar="设备或单位", help="回包给谁")
    made.add_argument("--out", required=True, metavar="文件或文件夹")
    merged = add("merge", "合并数据包（文件或文件夹）", packets.merge_in, under=under)
    merged.add_argument("files", nargs="+", metavar="文件")
    merged.add_argument("--dry-run", action="store_true", help="只预览，不写入")
    waits = add("conflicts", "列出待定事项", packets.conflicts, under=under)
    waits.add_argument("--all", action="store_true", help="连同已处理的")
    waits.add_argument("--parallel", action="store_true", help="连同两边改了不同项的")
    settled = add("settle", "处理一条待定事项", packets.settle_one, under=under)
    settled.add_argument("id", nargs="?", default="", metavar="编号")
    settled.add_argument("--take", nargs="+", metavar="哪边", help="ours（这边）、theirs（对方）或 字段=值")
    settled.add_argument("--same-person", choices=("yes", "no"), metavar="yes|no", help="是不是同一人")
    settled.add_argument("--rule", choices=("accept", "drop"), metavar="accept|drop", help="都保留，或去掉对方的")
    settled.add_argument("--parallel", action="store_true", help="全部采用并行修改")
    swapped = add("swap", "通过共享文件夹与办公室电脑交换", packets.swapped, under=under)
    swapped.add_argument("--folder", required=True, metavar="文件夹")


def _copies(add: Any, under: Any) -> None:
    out = add("checkout", "带出一份给笔记本、二级单位或办公室电脑", packets.checkout, under=under)
    out.add_argument("--to", required=True, metavar="设备或单位")
    out.add_argument(
        "--kind", default="", metavar="类别", help="LAPTOP（笔记本）、UNIT（二级单位）或 DESK（办公室电脑）"
    )
    out.add_argument("--unit", nargs="+", action="extend", default=[], metavar="单位", help="只带这些单位")
    out.add_argument("--grid", nargs="+", action="extend", default=[], metavar="网格", help="只带这些网格")
    out.add_argument("--phones", action="store_true", help="带手机号码（默认不带；身份证号都不带）")
    out.add_argument("--photos", action="store_true", help="带照片")
    out.add_argument("--holder", default="", metavar="领用人")
    out.add_argument("--due", default="", metavar="日期", help="应交回日期")
    out.add_argument("--note", default="", metavar="备注")
    out.add_argument("--out", required=True, metavar="文件或文件夹")
    opened = add("open", "在另一台电脑上打开带出的数据", packets.open_out, ledger=False, under=under)
    opened.add_argument("file", metavar="文件")
    opened.add_argument("--code", default="", metavar="开启码")
    opened.add_argument("--code-file", metavar="文件")
    add("list", "带出台账和数据包", packets.listed, under=under)
    back = add("back", "登记收回或遗失", packets.back, under=under)
    back.add_argument("name", metavar="设备或单位")
    back.add_argument("--on", default="", metavar="日期")
    back.add_argument("--lost", action="store_true", help="报告遗失")
