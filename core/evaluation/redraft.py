"""重新生成: a text drafted from the log, changed by hand, while the log moved on. Drafted parts are drafted anew, typed parts stay.

Each record keeps the text as it was drafted (`drafted_text`): what differs from it was typed. A record from before that was
kept is known by its first words only: paragraphs that begin like a draft are taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from core.evaluation.drafting import TRACKS

_PIECE = re.compile(r"[^，；：。\n]*[，；：。\n]|[^，；：。\n]+")
_SENTENCE = re.compile(r"[^。；\n]+[。；]?")
_DAYS = re.compile(r"（[\d月日、等]*）")
_END = re.compile(r"[，；：。\n]+$")
_TOLD = re.compile(rf"({'|'.join(TRACKS.values())})(\d+)次、([\d.]+)小时")
_NONE = ("0", "0")


@dataclass(frozen=True, slots=True)
class Drift:
    """A text that the log has left behind."""

    text: str  # as it stands
    anew: str  # with its drafted parts drafted anew; the same as `text` where only typed words are wrong
    told: str  # '业余时间参加社区服务7次、17小时', as the text says; '' where only details differ
    now: str  # as the log says

    @property
    def sentence(self) -> str:
        """What is wrong, and the way out."""
        apart = f"写的是{self.told}，服务记录现在是{self.now}" if self.told else "与服务记录现在的内容不一致"
        if self.anew == self.text:
            return f"手写的文字{apart}，请核对后改正。"
        return f"按以前的服务记录生成，{apart}；可以“重新生成”，手写的部分保留。"


def drift(base: str, text: str, fresh: str) -> Drift | None:
    """How a text (drafted as `base`, '' if unknown) differs from what the log says now; None where it agrees."""
    anew = redrafted(base or drafted_part(text), text, fresh)
    told, now = figures_apart(text, fresh)
    return Drift(text, anew, told, now) if told or anew != text else None


def figures_apart(text: str, fresh: str) -> tuple[str, str]:
    """Times and hours that a text tells otherwise than the draft `fresh`, and what they are there; '' where they agree."""
    now = _figures(fresh)
    wrong = {track: told for track, told in _figures(text).items() if told != now.get(track, _NONE)}
    told = "、".join(_words(track, figures) for track, figures in wrong.items())
    return told, "、".join(_words(track, now.get(track, _NONE)) for track in wrong)


def redrafted(base: str, text: str, fresh: str) -> str:
    """`text` with what stands in it of the draft `base` replaced by the draft `fresh`; what was typed or taken out stays so."""
    if not base:
        return text
    old, now = _pieces(base), _pieces(text)
    anew, more = _aligned(old, _pieces(fresh))
    found = list(more.get(-1, ()))
    for what, first, last, begin, end in SequenceMatcher(None, old, now, autojunk=False).get_opcodes():
        if what != "equal":
            found += now[begin:end]
        for at in range(first, last):
            found += [anew[at]] if what == "equal" and at in anew else []
            found += more.get(at, ())
    return "".join(found).strip("\n") if keeps_draft(base, text) else text


def keeps_draft(base: str, text: str) -> bool:
    """Whether anything of a draft still stands in a text."""
    return bool(set(filter(str.strip, _pieces(base))) & set(_pieces(text)))


def drafted_part(text: str) -> str:
    """The paragraphs of a text that begin as a draft of the log does."""
    return "\n".join(line for line in text.split("\n") if line.startswith(tuple(TRACKS.values())))


def changes(was: str, now: str) -> list[tuple[str, str]]:
    """What a redraft changes, sentence by sentence: ('' kept | '-' taken out | '+' put in, sentence)."""
    old, new = (_SENTENCE.findall(text) for text in (was, now))
    found = []
    for _what, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same = old[first:last] == new[begin:end]
        found += [("" if same else "-", one) for one in old[first:last]]
        found += [] if same else [("+", one) for one in new[begin:end]]
    return found


def _pieces(text: str) -> list[str]:
    return _PIECE.findall(text)


def _aligned(old: Sequence[str], fresh: Sequence[str]) -> tuple[dict[int, str], dict[int, list[str]]]:
    """For each piece of the old draft the one that says the same now, and which pieces are new after it (-1: at the front)."""
    anew: dict[int, str] = {}
    more: dict[int, list[str]] = {}
    was, now = ([_key(one) for one in pieces] for pieces in (old, fresh))
    for what, first, last, begin, end in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if what == "equal":
            anew |= dict(zip(range(first, last), fresh[begin:end], strict=True))
        else:
            more.setdefault(last - 1, []).extend(fresh[begin:end])
    return anew, more


def _key(piece: str) -> str:
    """A piece without its figures, days and stop: what it speaks of."""
    return re.sub(r"[\d.]+", "#", _END.sub("", _DAYS.sub("", piece)))


def _figures(text: str) -> dict[str, tuple[str, str]]:
    return {track: (times, hours) for track, times, hours in _TOLD.findall(text)}


def _words(track: str, figures: tuple[str, str]) -> str:
    return f"{track}{figures[0]}次、{figures[1]}小时"
