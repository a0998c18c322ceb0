"""Every command line that README and the help write runs as it is written."""

from __future__ import annotations

import itertools
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.base.paths import asset
from core.ledger import create_ledger, open_ledger
from main import main
from ui.headless.commands import build_parser
from ui.headless.demo import PASSPHRASE, make_demo, samples

README = Path(__file__).resolve().parents[2] / "README.md"
RUN_ELSEWHERE = {"demo", "self-check"}
"""Seconds each, and run whole by test_headless_paper and test_selfcheck: here only their writing is read."""

WORDS = {
    "名称": "测试学院", "区": "江夏区", "街道": "藏龙岛街道", "字": "𫚉",
    "姓名": "王芳", "年": "2020", "单位": "会计学院党委", "支部": "财务管理系支部", "网格": "第3网格",
    "社区": "经院社区", "词": "张", "号": "12", "步骤号": "12", "工号": "0000019", "工号…": "0000019 0000020",
    "清单号": "2020-001", "签字人": "李社工", "方式": "社区党组织", "日期": "2020-08-08", "记录号…": "WAITING",
    "记录号": "ISSUED", "原因": "误登", "批准人": "陈书记", "报给谁": "省委教育工委", "设备": "笔记本1", "种类": "roster",
    "编号": "CONFLICT", "点1": "0,0,114.43,30.44", "点2": "3000,0,114.46,30.44",
    "点3": "0,2000,114.43,30.46", "平面图": "平面图.png", "文件": "文件.txt", "文件…": "名册.xlsx",
    "目录": "目录", "文件夹": "文件夹", "归档文件夹": "归档/2020年度归档_会计学院党委", "开启码": "CODE", "恢复码": "RECOVERY",
    "字段=值": "name=张三", "字段=值…": "name=张三",
}  # fmt: skip
"""What stands for a word of the table, wherever it stands; capitals are looked up in the ledger."""

VISIT = (
    "staff_no=0000019 served_on=2020-10-11 minutes=120 late_reason=补记 category=一般志愿服务 content=清扫 place=东苑"
)
SPECIAL = {
    "import visits": {"文件…": "服务记录.xlsx"},
    "import checkins": {"文件…": "报到.xlsx"},
    "import volunteers": {"文件…": "志愿者.xlsx"},
    "import assignments": {"文件…": "编入网格.xlsx"},
    "import leads": {"文件…": "楼栋长.xlsx"},
    "record visit": {"字段=值…": VISIT},
    "checkin": {"字段=值…": "staff_no=0000008 checked_on=2020-08-08"},
    "evaluate": {"字段=值…": "社区评价等次=优秀"},
    "export grids": {"种类": "grids"},
    "list": {"字段=值": "sex=男"},
    "export 种类 --out 文件.xlsx --split grid": {"种类": "assignments"},
    "assign": {"网格": "第1网格"},
    "print": {"单位": "经济与贸易学院党委"},
    "settings": {"字段=值…": "linked_community=藏龙社区 year=2021"},
    "feedback": {"字段=值…": "staff_no=0000019 content=热心负责 given_by=陈书记"},
    "cadre add": {"字段=值…": "staff_no=0099999 name=新人 unit=会计学院党委"},
    "cadre edit": {"字段=值…": "phone=13800000000"},
    "put-back": {"号": "18"},
    "packet checkout": {"设备": "笔记本8"},
    "packet back": {"设备": "笔记本9"},
    "packet open": {"文件": "COPY"},
    "packet merge": {"文件…": "PACKET"},
    "packet settle": {"字段=值": "title=系主任"},
    "archive scans": {"文件夹": "扫描件"},
    "archive check": {"文件夹": "归档/2020年度归档_会计学院党委"},
    "restore": {"文件": "BACKUP"},
}  # fmt: skip
"""What stands for it in the commands that begin so."""

FITTED = ["fit", "--point", "0,0,114.43,30.44", "--point", "3000,0,114.46,30.44", "--point", "0,2000,114.43,30.46"]
BEFORE = {
    "redo": [["undo"]],
    "cadre restore": [["cadre", "archive", "0000019", "--on", "2020-08-08", "--reason", "调离"]],
    "font remove": [["font", "add", "生僻字.ttf"]],
    "confirm": [["sheet", "--community", "经院社区"]],
    "archive 2020": [["close-year", "2020"]],
    "points": [["points", "--on"]],
    "export grids --out 网格.geojson --lonlat": [FITTED],
    "export grids --out 文件.geojson --lonlat": [FITTED],
    "export buildings --out 文件.geojson --lonlat": [FITTED],
    "recover": [["init", "--org", "测试学院", "--recovery-out", "恢复码.txt"]],
    "list roster --operator": [["operator", "add", "王芳", "--role", "ENTRY", "--new-passphrase-file", "王芳.txt"]],
    "restore --confirm": [["restore", "BACKUP"]],
    "restore --back": [["restore", "BACKUP"]],
    "archive check": [["close-year", "2020"], ["archive", "2020", "--unit", "会计学院党委", "--out", "归档"]],
    "archive scans": [["close-year", "2020"], ["archive", "2020", "--unit", "会计学院党委", "--out", "归档"]],
    "close-year 2020 --corrections": [["close-year", "2020"]],
    "operator role": [["operator", "add", "王芳", "--role", "ENTRY", "--new-passphrase-file", "文件.txt"]],
    "operator passphrase": [["operator", "add", "王芳", "--role", "ENTRY", "--new-passphrase-file", "文件.txt"]],
    "operator leave": [["operator", "add", "王芳", "--role", "ENTRY", "--new-passphrase-file", "文件.txt"]],
}
"""What somebody has done before he writes this."""

IN_A_COPY = ("packet make", "packet swap")
"""What is done on the laptop that was given a copy."""
NEW = ("init", "recover", "packet open")
"""What needs a folder of its own: a new one, or one whose recovery code is known."""


def written_in_readme() -> list[str]:
    """The command lines of README's table, as they are written."""
    table = README.read_text(encoding="utf-8").split("## 命令行", 1)[1].split("\n返回值", 1)[0]
    first_cells = [row.strip("|").split(" | ")[0] for row in table.splitlines() if row.startswith("| `")]
    return [text.replace("\\|", "|") for cell in first_cells for text in re.findall(r"`([^`]+)`", cell)]


def written_in_help() -> list[str]:
    """The command lines of the help's chapter."""
    return re.findall(r"^xcjs (.+)$", asset("help", "80_命令行.md").read_text(encoding="utf-8"), re.MULTILINE)


def readings(written: str) -> Iterator[tuple[str, ...]]:
    """Each way a line of the table can be typed: with no option and with every option, and each alternative."""
    for text in (re.sub(r"\[[^]]*\]", "", written), re.sub(r"[][]", "", written)):
        yield from itertools.product(*(word.split("|") for word in text.split()))


Desk = tuple[Path, dict[str, str]]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A folder with a worked ledger and a file of each sort, and what stands for the words in capitals."""
    room = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XCJS_PASSPHRASE", PASSPHRASE)
        patch.setenv("XCJS_TODAY", "2026-11-24")
        patch.setitem(create_ledger.__kwdefaults__, "cost", {"iterations": 1, "lanes": 1, "memory_kib": 64})
        patch.chdir(room)
        make_demo(room / "台账").close()
        for kind, name in (
            ("roster", "名册"), ("visits", "服务记录"), ("checkins", "报到"), ("volunteers", "志愿者"),
            ("assignments", "编入网格"), ("leads", "楼栋长"),
        ):  # fmt: skip
            assert main(["export", kind, "--out", f"{name}.xlsx", "--data", "台账"]) == 0
        for start, name in (("07_", "网格.geojson"), ("08_", "楼栋.xlsx"), ("09_", "平面图.png")):
            shutil.copy(samples(start)[0], room / name)
        for name, text in (
            ("文件.txt", "口令一二三四五六"),
            ("王芳.txt", "王芳的口令一二三"),
            ("新.txt", "新的口令一二三四五"),
        ):
            (room / name).write_text(text, encoding="utf-8")
        (room / "名单.txt").write_text("0000019\n0000020\n", encoding="utf-8")
        assert main(["issue", "--to", "省委教育工委", "--data", "台账"]) == 0
        shutil.copy(asset("fonts", "FandolFang-Regular.ttf"), room / "生僻字.ttf")
        (room / "文件夹").mkdir()
        (room / "扫描件").mkdir()
        shutil.copy(samples("09_")[0], room / "扫描件" / "1.png")
        yield room, looked_up(room)


def looked_up(room: Path) -> dict[str, str]:
    """The numbers and files that only the ledger knows."""
    from core.exchange.checkout import check_out
    from core.exchange.model import CheckoutAsk
    from core.store import backup

    store = open_ledger(room / "台账", PASSPHRASE, operator="测试")
    given = check_out(store, CheckoutAsk("笔记本9"), room)
    values = {
        "WAITING": "SELECT min(uid) FROM visit WHERE state = 'WAITING'",
        "ISSUED": "SELECT min(uid) FROM issued_table",
        "CONFLICT": "SELECT min(number) FROM conflict WHERE state = 'OPEN'",
    }
    found = {name: str(store.value(sql)) for name, sql in values.items()}
    found |= {"COPY": given.file, "CODE": given.code, "BACKUP": str(backup.make(store, backup.BY_HAND))}
    store.close()
    assert main(["packet", "open", given.file, "--code", given.code, "--data", "副本"]) == 0
    assert main(["record", "visit", *VISIT.split(), "--data", "副本"]) == 0
    assert main(["packet", "make", "--out", "数据包", "--data", "副本"]) == 0
    return found | {"PACKET": str(next((room / "数据包").iterdir()))}


def lines() -> list[tuple[str, ...]]:
    """All readings of all lines written anywhere."""
    found = [words for written in written_in_readme() for words in readings(written)]
    found += [tuple(shlex.split(written)) for written in written_in_help()]
    return list(dict.fromkeys(found))


def as_typed(words: tuple[str, ...], known: dict[str, str]) -> list[str]:
    """The arguments somebody would type; fails for a word that nothing here stands for."""
    line = " ".join(words)
    special = {
        key: value for start, values in SPECIAL.items() if line.startswith(start) for key, value in values.items()
    }
    typed: list[str] = []
    for word in words:
        name, equals, value = word.rpartition("=") if word not in special | WORDS else ("", "", word)
        text = special.get(value, WORDS.get(value, value))
        typed += [f"{name}{equals}{known.get(part, part)}" for part in text.split()]
    return typed


@pytest.fixture
def typed_by_hand(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[tuple[str, ...]], tuple[int, str]]:
    """Runs one line as it is typed in a folder of its own; gives the exit code and what was said."""
    room, known = desk
    here = shutil.copytree(room, tmp_path / "desk")
    monkeypatch.setenv("XCJS_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("XCJS_TODAY", "2026-11-24")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    monkeypatch.setitem(create_ledger.__kwdefaults__, "cost", {"iterations": 1, "lanes": 1, "memory_kib": 64})
    monkeypatch.chdir(here)

    def run(words: tuple[str, ...]) -> tuple[int, str]:
        line = " ".join(as_typed(words, known))
        data = "副本" if line.startswith(IN_A_COPY) else "新台账" if line.startswith(NEW) else "台账"
        for step in (step for start, steps in BEFORE.items() if line.startswith(start) for step in steps):
            assert main([known.get(word, word) for word in step] + ["--data", data]) in (0, 1), step
        capsys.readouterr()
        code = main([*as_typed(words, known), "--data", data])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


@pytest.mark.parametrize("words", lines(), ids=" ".join)
def test_it_runs_as_it_is_written(
    words: tuple[str, ...], typed_by_hand: Callable[[tuple[str, ...]], tuple[int, str]]
) -> None:
    if words[0] in RUN_ELSEWHERE:
        build_parser().parse_args(as_typed(words, {}))
        return
    code, said = typed_by_hand(words)
    assert code in (0, 1), said
