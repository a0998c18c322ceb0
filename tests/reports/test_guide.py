"""安装说明: what stands in it, the help's chapters in their places, every line within the page, PDF/A like the forms."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from core.base.errors import MachineFault
from core.base.paths import asset
from reports import guide
from tests.reports import pdfa_check
from tests.reports.samples import page_texts


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("guide") / "安装说明.pdf"
    assert guide.write_guide(out) == len(pypdfium2.PdfDocument(out))
    return out


def test_every_subject_the_office_asks_for_is_there(paper: Path) -> None:
    text = "".join(page_texts(paper))
    for subject in (
        "一、安装",
        "二、第一次打开",
        "三、恢复码",
        "四、备份",
        "五、换一台电脑",
        "六、打印",
        "七、出了问题怎么办",
    ):
        assert subject in text
    assert "**" not in text and "@include" not in text and "|" not in text
    assert pdfa_check.findings(paper) == []


def test_the_help_is_taken_over_not_copied(paper: Path) -> None:
    text = guide.guide_text()
    lines = [line for line in guide.help_part("60_备份与口令.md") if line]
    assert lines and all(line in text for line in lines)
    own = asset("guide", "安装说明.md").read_text(encoding="utf-8")
    assert not [line for line in lines if line in own]
    first = guide.help_part("10_开始使用.md", "第一次打开")
    assert any("恢复码" in line for line in first) and not any("每年至少" in line for line in first)
    with pytest.raises(KeyError):
        guide.help_part("10_开始使用.md", "没有这一节")


def test_what_the_guide_quotes_is_what_the_program_says() -> None:
    root = Path(guide.__file__).parents[1]
    said = "".join(
        file.read_text(encoding="utf-8") for room in ("core", "ui", "reports") for file in (root / room).rglob("*.py")
    )
    text = asset("guide", "安装说明.md").read_text(encoding="utf-8")
    for words in (
        "忘记口令，用恢复码打开", "换一个恢复码", "第二备份位置", "立即备份", "另存…", "电脑坏了或换了电脑？从备份文件恢复…",
        "存为PDF", "正被别的程序打开", "只读文件", "已经在另一个窗口里打开", "后台程序没有启动", "没有接受这份文件",
        "恢复最近一份完好的备份", "复制详情", "self-check",
    ):  # fmt: skip
        assert words in text and words in said, words


def test_bold_words_and_lists_are_set_for_paper() -> None:
    text = "# 题\n**升级**：关闭。**卸载**：只删\n1. 点 **打印** 再 **存**\n- 一\n| 甲 | 乙 |\n| --- | --- |\n| 1 | 2 |\n```\nx  y\n```"
    assert list(guide._blocks(text)) == [
        ("title", ["题"]),
        ("text", ["升级：关闭。卸载：只删"]),
        ("item", ["1.", "点“打印”再“存”"]),
        ("item", ["-", "一"]),
        ("table", ["| 甲 | 乙 |", "| --- | --- |", "| 1 | 2 |"]),
        ("code", ["x  y"]),
    ]


def test_nothing_leaves_the_page(paper: Path) -> None:
    with pypdfium2.PdfDocument(paper) as document:
        for page in document:
            text = page.get_textpage()
            boxes = [text.get_charbox(at) for at in range(text.count_chars())]
            shown = [box for box in boxes if box[2] > box[0]]
            assert min(box[0] for box in shown) > 60 and max(box[2] for box in shown) < 595 - 60
            assert min(box[1] for box in shown) > 30


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(MachineFault, match="是一个文件夹"):
        guide.write_guide(tmp_path)
