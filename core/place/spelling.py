"""How communities are written: 经院, 经院社区 and 经院社区居委会 are one; so are 江夏 and 江夏区."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from core.store import Reads

_OFFICES = re.compile(r"(居民委员会|村民委员会|居委会|村委会|党群服务中心|党总支|党委|社区)$")

_NEAR = 0.5  # of the signs, from which a name is offered as perhaps meant


def bare_community(text: str) -> str:
    """经院社区居委会 as 经院."""
    from core.sheet.cells import squeeze  # not with the module: the first window imports it

    bare = squeeze(text)
    while (shorter := _OFFICES.sub("", bare)) != bare and shorter:
        bare = shorter
    return bare


def agree(one: str, other: str) -> bool:
    """Whether two writings of a 区 or 街道 can mean the same: 江夏, 江夏区 and 武汉市江夏区 do."""
    return one.startswith(other) or other.startswith(one) or one.endswith(other) or other.endswith(one)


def community_parts(text: str) -> tuple[str, str, str]:
    """区, 街道 and 社区 of 洪山区关山街道康园社区 in one cell; ('', '', text) if it is only a name."""
    from core.sheet.address import split_address

    told = split_address(text)
    if told.community and not told.rest:
        return told.district, told.street, told.community
    return "", "", text


class Spellings:
    """The communities of a ledger and their other names, read once: what a text means."""

    def __init__(self, reads: Reads) -> None:
        rows = reads.tuples("SELECT name, district, street FROM community")
        self._names = {name for name, _, _ in rows}
        self._means: dict[str, set[str]] = {}
        self._at: dict[str, list[tuple[str, str]]] = {}
        for name, district, street in rows:
            self._means.setdefault(bare_community(name), set()).add(name)
            self._at.setdefault(name, []).append((district, street))
        sql = "SELECT a.alias, c.name FROM name_alias a JOIN community c ON c.uid = a.target_uid WHERE a.kind = 'community'"
        for alias, name in reads.tuples(sql):
            self._means.setdefault(bare_community(alias), set()).add(name)

    def knows(self, text: str) -> bool:
        """Whether a community is meant for certain."""
        return self.spelled(text) in self._names

    def spelled(self, text: str, district: str = "", street: str = "") -> str:
        """The name in the ledger of the community that a text means; the text itself if none is, or several could be.

        A 区 or 街道 that is told must agree with where the community lies.
        """
        text = "".join(text.split())
        if not text or text in self._names:
            return text
        found = [
            name
            for name in self._means.get(bare_community(text), ())
            if any(agree(one, district) and agree(other, street) for one, other in self._at[name])
        ]
        return found[0] if len(found) == 1 else text

    def near(self, text: str, most: int = 3) -> list[str]:
        """Communities whose name is like a text that means none: one is part of the other, or most signs are the same."""
        bare = bare_community(text)
        shared = {
            name: SequenceMatcher(None, bare, bare_community(name)).ratio()
            + (bare in name or bare_community(name) in bare)
            for name in self._names
        }
        likely = sorted((name for name in shared if shared[name] >= _NEAR), key=lambda name: (-shared[name], name))
        return likely[:most]


def community_spelled(reads: Reads, text: str, district: str = "", street: str = "") -> str:
    """What `Spellings` makes of one text; a name that stands so in the ledger costs one look."""
    text = "".join(text.split())
    if not text or reads.value("SELECT 1 FROM community WHERE name = ? LIMIT 1", (text,)):
        return text
    return Spellings(reads).spelled(text, district, street)
