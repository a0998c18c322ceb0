"""重新生成: drafted parts follow the log, typed parts stay, and a text that disagrees is found."""

from __future__ import annotations

from core.evaluation.redraft import changes, drafted_part, drift, redrafted

BASE = (
    "业余时间参加社区服务7次、17小时：宣传政策5次、12小时（3月2日、5月6日等），发放资料；民主议事2次、5小时（6月1日），恳谈会。\n"
    "组织派遣到联系社区服务1次、2小时：宣传政策1次、2小时（11月5日），值守。"
)
FRESH = (
    "业余时间参加社区服务9次、22小时：宣传政策6次、15小时（3月2日、5月6日等），发放资料；民主议事2次、5小时（6月1日），恳谈会；"
    "联系服务群众1次、2小时（12月1日），走访。\n"
    "组织派遣到联系社区服务1次、2小时：宣传政策1次、2小时（11月5日），值守。"
)


def test_an_untouched_draft_is_drafted_anew_and_one_that_agrees_is_left() -> None:
    assert drift(BASE, BASE, BASE) is None
    found = drift(BASE, BASE, FRESH)
    assert found is not None and found.anew == FRESH
    assert (found.told, found.now) == ("业余时间参加社区服务7次、17小时", "业余时间参加社区服务9次、22小时")
    assert "重新生成" in found.sentence


def test_what_was_typed_stays_wherever_it_stands() -> None:
    typed = {
        "behind": BASE + "\n另外担任楼栋长，联系住户32户。",
        "before": "本人全年表现积极。\n" + BASE,
        "inside": BASE.replace("发放资料；", "发放资料并逐户讲解；"),
        "between": BASE.replace("恳谈会。\n", "恳谈会。还牵头调解纠纷2起。\n"),
    }
    for text in typed.values():
        found = drift(BASE, text, FRESH)
        assert found is not None
        assert "9次、22小时" in found.anew and "6次、15小时" in found.anew and "7次、17小时" not in found.anew
        assert "联系服务群众1次、2小时（12月1日）" in found.anew
        assert drift(FRESH, found.anew, FRESH) is None  # once is enough
    anew = {name: redrafted(BASE, text, FRESH) for name, text in typed.items()}
    assert anew["behind"] == FRESH + "\n另外担任楼栋长，联系住户32户。"
    assert anew["before"] == "本人全年表现积极。\n" + FRESH
    assert "发放资料并逐户讲解；" in anew["inside"] and "还牵头调解纠纷2起。" in anew["between"]


def test_what_was_taken_out_stays_out_and_a_text_all_typed_is_never_replaced() -> None:
    cut = BASE.replace("民主议事2次、5小时（6月1日），恳谈会。", "")
    assert "民主议事" not in redrafted(BASE, cut, FRESH)
    own = "全年到社区服务，表现积极。"
    assert redrafted(BASE, own, FRESH) == own and drift(BASE, own, FRESH) is None and drift("", own, FRESH) is None
    told = drift("", "本人业余时间参加社区服务7次、17小时，表现积极。", FRESH)
    assert told is not None and told.anew == told.text and "手写的文字" in told.sentence


def test_a_text_from_before_the_draft_was_kept_is_known_by_how_it_begins() -> None:
    text = BASE + "\n另外担任楼栋长。"
    assert drafted_part(text) == BASE
    found = drift("", text, FRESH)
    assert found is not None and found.anew == FRESH + "\n另外担任楼栋长。"


def test_service_that_is_gone_leaves_no_paragraph() -> None:
    own, duty = FRESH.split("\n")
    assert redrafted(FRESH, FRESH, own).strip() == own
    found = drift(FRESH, FRESH, duty)
    assert found is not None and found.now.endswith("业余时间参加社区服务0次、0小时") and found.anew.strip() == duty


def test_the_changes_are_told_sentence_by_sentence() -> None:
    assert changes("甲。乙。", "甲。丙。") == [("", "甲。"), ("-", "乙。"), ("+", "丙。")]
