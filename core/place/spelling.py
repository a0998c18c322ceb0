"""How communities are written: 经院, 经院社区 and 经院社区居委会 are one; so are 江夏 and 江夏区."""

from __future__ import annotations

import re

from core.store import Reads

_OFFICES = re.compile(r"(居民委员会|村民委员会|居委会|村委会|党群服务中心|党总支|党委|社区)$")


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


def community_spelled(reads: Reads, text: str) -> str:
    """The name in the ledger of the community that a text means; the text itself if none is, or several could be."""
    text = "".join(text.split())
    if not text or reads.value("SELECT 1 FROM community WHERE name = ? LIMIT 1", (text,)):
        return text
    bare = bare_community(text)
    sql = (
        "SELECT name, name FROM community UNION SELECT a.alias, c.name FROM name_alias a "
        "JOIN community c ON c.uid = a.target_uid WHERE a.kind = 'community'"
    )
    found = {name for alias, name in reads.tuples(sql) if bare_community(alias) == bare}
    return found.pop() if len(found) == 1 else text
