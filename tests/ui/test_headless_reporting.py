"""report and results on the command line: drafted, changed, marked, written as Excel, PDF and Word."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document

from core.ledger import create_ledger
from tests.factory import people, visits
from tests.reports import pdfa_check
from tests.reports.samples import page_texts
from tests.ui.command_room import CommandLine


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("台账") / "台账"
    cost = {"iterations": 1, "lanes": 1, "memory_kib": 64}
    store, _ = create_ledger(folder, "口令一二三四五", org_name="湖北经济学院", year=2020, cost=cost)
    people(store, 12)
    visits(store, 90)
    store.close()
    return folder


@pytest.fixture
def run(ledger: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("XCJS_PASSPHRASE", "口令一二三四五")
    monkeypatch.setenv("XCJS_TODAY", "2020-12-20")

    return CommandLine(ledger, capsys)


def test_half_year_reports_are_drafted_changed_marked_and_listed(run) -> None:  # type: ignore[no-untyped-def]
    code, body = run("report", "draft", "half", "--half", "1")
    assert code == 0 and body["new"] == 10  # the two retired owe none
    code, body = run(
        "report", "half", "--half", "1", "--cadre", "0001", "--on", "2020-07-05", "--signer", "周书记", "review=差距"
    )
    assert code == 0 and body["step"]
    _, body = run("report", "half", "--half", "1", "--missing")
    assert sum(one["reported"] for one in body["branches"]) == 1 and len(body["rows"]) == 9
    _, body = run("list", "half_reports", "--where", "staff_no=0001")
    (row,) = body["rows"]
    assert (row["review"], row["reported_on"], row["signed_by"]) == ("差距", "2020-07-05", "周书记")
    assert run("report", "half", "--half", "2", "--cadre", "0001", "plan=无")[0] == 2
    assert run("report", "draft", "half")[0] == 0  # the half that is reported on that day


def test_a_yearly_report_goes_out_as_word_and_pdf(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert run("report", "draft", "year", "--school")[1]["changed"] == 6
    word, pdf = tmp_path / "年报.docx", tmp_path / "年报.pdf"
    assert run("report", "yearly", "--school", "--out", str(word), "practice=各党支部结对一个网格。")[0] == 0
    assert run("report", "yearly", "--school", "--format", "pdf", "--out", str(pdf))[0] == 0
    made = Document(str(word))
    texts = [one.text for one in made.paragraphs]
    assert "四、主要做法" in texts and "各党支部结对一个网格。" in texts and len(made.tables) == 2
    assert len(made.inline_shapes) == 2  # the charts
    assert next(one.text for one in made.paragraphs if one.style.name == "Heading 1") == "一、工作概况"
    section = made.sections[0]
    assert [round(getattr(section, f"{side}_margin").mm) for side in ("top", "bottom", "left", "right")] == [
        37,
        35,
        28,
        26,
    ]
    assert pdfa_check.findings(pdf) == [] and "各党支部结对一个网格。" in "".join(page_texts(pdf))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["年报.docx", "年报.pdf"]
    assert run("report", "draft", "year", "--school")[1] == {"changed": 0, "edited": 1, "step": None}
    # a name alone empties no section, and a file is what its name says
    sections = run("report", "yearly", "--school")[1]["sections"]
    assert run("report", "yearly", "--school", "practice")[0] == 2
    assert run("report", "yearly", "--school")[1]["sections"] == sections
    assert run("report", "yearly", "--school", "--out", str(tmp_path / "又.pdf"))[0] == 0
    assert pdfa_check.findings(tmp_path / "又.pdf") == []
    assert run("report", "yearly", "--school", "--format", "pdf", "--out", str(tmp_path / "又.docx"))[0] == 2
    assert run("report", "yearly")[0] == 0 and run("report", "yearly", "--school", "nothing=无")[0] == 2


def test_a_list_becomes_excel_and_a_page_each(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    names, out, notes = tmp_path / "名单.txt", tmp_path / "结果.xlsx", tmp_path / "材料"
    names.write_text("0003\n0001\n查无此人\n", encoding="gb18030")
    code, body = run("results", str(names), "--years", "2020-2021", "--out", str(out), "--notes", str(notes))
    assert code == 1 and [row["staff_no"] for row in body["rows"]] == ["0003", "0003", "0001", "0001"]
    assert "查无此人" in body["problems"][0] and out.exists() and len(list(notes.iterdir())) == 2
    text = "\n".join(one.text for one in Document(str(notes / "现实表现材料_张伟（0001）.docx")).paragraphs)
    assert "张伟同志下沉社区现实表现材料" in text and "2020年：业余时间服务" in text
    assert run("results", "查无此人")[0] == 2 and run("results", "0001", "--years", "去年")[0] == 2


def test_a_branch_gets_its_sentences(run) -> None:  # type: ignore[no-untyped-def]
    code, body = run("report", "branch", "--unit", "机关党委", "--branch", "教工第一党支部")
    assert code == 0 and any("达标率" in one for one in body["sentences"])
    assert run("report", "branch", "--unit", "机关党委", "--branch", "没有的支部")[0] == 2
