"""One-cell addresses into 区 / 街道 / 社区 / 小区 / 楼栋 / 单元 / 室."""

from __future__ import annotations

import re
from typing import NamedTuple

from core.sheet.cells import squeeze

_HAN_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_NUMBER = r"[零〇一二两三四五六七八九十百]{1,4}"
_HAN_ONLY = re.compile(_HAN_NUMBER)
_LEADING_ZEROS = re.compile(r"^0+(?=\d)")
_NUMBER = rf"(?:\d{{1,4}}[A-Za-z]?|[A-Za-z]\d{{0,3}}|{_HAN_NUMBER})"
_PROVINCE = re.compile(
    r"(?:[\u4e00-\u9fff]{2,3}(?:省|自治区)|湖北|内蒙古自治区|广西壮族自治区|宁夏回族自治区|新疆维吾尔自治区)"
)
_CITY = re.compile(r"[\u4e00-\u9fff]{2,6}?(?:市|自治州|地区|盟)(?!场)")
_REGION = re.compile(f"(?:{_PROVINCE.pattern})?(?:{_CITY.pattern})?")
_DISTRICT = re.compile(
    r"(?:[\u4e00-\u9fff]{1,7}?(?:新技术开发区|开发区|高新区|新区|风景区|自治县)|[\u4e00-\u9fff]{1,4}?(?:(?<!社)区|县)(?!域))"
)
_STREET = re.compile(r"[\u4e00-\u9fff]{2,10}?(?:街道办事处|街道办|街道|办事处|镇|乡|街(?![口坊]|道))")
_COMMUNITY = re.compile(r"[\u4e00-\u9fff\d]{2,12}?(?:社区居委会|社区|居委会|村委会|村)(?!路|街)")
# Every pattern above needs one of these: without one there is nothing to cut off in front.
_NO_REGION = re.compile("(?!湖北)[^省区市州盟县街处镇乡会村]*")
_STREET_NUMBER = re.compile(r"^.*\d+号")
# 21号楼3单元1201, 24＃2单元1502室, 八栋2单元1802, 6栋
_BUILDING = re.compile(
    rf"第?(?P<building>{_NUMBER})(?:号楼|号栋|栋楼?|幢|座|#楼?|楼)"
    rf"(?:[-,，、]?(?P<entrance>{_NUMBER})单元|[-—](?P<entrance2>\d{{1,2}})(?=[-—]))?"
    rf"(?:\d{{1,2}}[楼层])?[-—,，、]?(?P<room>\d{{2,5}}[A-Za-z]?)?(?:室|号房?|房)?"
)
_BUILDING_NAME = re.compile(rf"第?({_NUMBER})(?:\.0)?(?:号楼|号栋|栋楼?|幢|座|#楼?|楼|号)?")
# 22-2-802, 3-1201
_DASHED = re.compile(
    r"(?P<building>\d{1,3})[-—－](?:(?P<entrance>\d{1,2})[-—－])?(?P<room>\d{3,4}[A-Za-z]?)(?:室|号|房)?"
)


class Address(NamedTuple):
    """Parts of an address; '' for what it does not say. `rest` is what follows 区, 街道 and 社区, as written."""

    district: str = ""
    street: str = ""
    community: str = ""
    estate: str = ""
    building: str = ""  # '21栋'
    entrance: str = ""  # '3单元'
    room: str = ""  # '1201'
    rest: str = ""


def split_address(text: str) -> Address:
    """The parts of an address, where they can be told for sure."""
    rest = squeeze(text).replace("＃", "#").replace("（", "(").replace("）", ")").replace("－", "-")
    if _NO_REGION.fullmatch(rest):
        return Address(**_inside(rest), rest=rest)
    for pattern in (_PROVINCE, _CITY):
        found = pattern.match(rest)
        if found and len(rest) > found.end():
            rest = rest[found.end() :]
    parts: dict[str, str] = {}
    for key, pattern in (("district", _DISTRICT), ("street", _STREET), ("community", _COMMUNITY)):
        found = pattern.match(rest)
        if found and not _is_estate(found[0]):
            parts[key] = found[0]
            rest = rest[found.end() :].lstrip("-,，、/ ")
    parts |= _inside(rest)
    return Address(**parts, rest=rest)


def whole_address(district: str, street: str, community: str, written: str) -> str:
    """区, 街道, 社区 and the address as written, each said once; as it stands where it names the community itself."""
    if community and community in written:
        return written
    region, rest, head = "", written.strip(), ""
    found = _REGION.match(rest)
    if found and district and rest.startswith(district, found.end()):
        region, rest = found[0], rest[found.end() :]
    for part in (district, street, community):
        head = part if head and part.startswith(head) else head + part
        before, there, after = rest.partition(part) if part else (rest, "", "")
        if there and before in district:  # 江夏藏龙岛街道 for 江夏区藏龙岛街道
            rest = after
    rest = rest.strip()
    return f"{region}{head} {rest}" if head and rest else region + head + rest


def _is_estate(text: str) -> bool:
    """东湖小区 and 金地格林小镇 end like 区 and 镇 and are neither."""
    return text == "社区" or text.endswith(("小区", "校区", "园区", "家属区", "宿舍区", "生活区", "片区", "小镇"))


def _inside(rest: str) -> dict[str, str]:
    """小区, 楼栋, 单元 and 室 of what is left."""
    found = _DASHED.search(rest) or _BUILDING.search(rest)
    if not found:
        return {}
    groups = found.groupdict()
    entrance = groups["entrance"] or groups.get("entrance2") or ""
    # 藏龙大道6号 before the building is a street number, no estate.
    estate = _STREET_NUMBER.sub("", rest[: found.start()]).strip("-,，、/() ")
    parts = {"building": f"{_digits(groups['building'])}栋", "room": groups["room"] or ""}
    if entrance:
        parts["entrance"] = f"{_digits(entrance)}单元"
    if estate and len(estate) <= 20:
        parts["estate"] = estate
    return parts


def _digits(number: str) -> str:
    """'八' -> '8', '二十一' -> '21'; other text as it is, without leading zeros."""
    if not _HAN_ONLY.fullmatch(number):
        return _LEADING_ZEROS.sub("", number).upper()
    if "十" not in number and "百" not in number:
        return "".join(str(_HAN_DIGITS[char]) for char in number)
    total, digit = 0, 0
    for char in number:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _HAN_DIGITS[char]
    return str(total + digit)


def building_name(text: str) -> str:
    """'21号楼', '21＃', '二十一栋' as '21栋'; other text as it stands."""
    cleaned = squeeze(text).replace("＃", "#")
    found = _BUILDING_NAME.fullmatch(cleaned)
    return f"{_digits(found[1])}栋" if found else text
