"""Verbs that write: communities."""

from __future__ import annotations

from core.base.errors import InvalidInput
from core.store import Tx


def ensure_community(tx: Tx, district: str, street: str, name: str) -> str:
    """The uid of a community, made if it is new. Given by name alone it is the only one called so."""
    district, street, name = district.strip(), street.strip(), name.strip()
    if not name:
        raise InvalidInput({"community": "请填写社区名称。"})
    sql = "SELECT uid FROM community WHERE name = ? AND (? = '' OR district = ?) AND (? = '' OR street = ?) LIMIT 2"
    found = tx.tuples(sql, (name, district, district, street, street))
    if len(found) == 1:
        return str(found[0][0])
    if found and not (district and street):
        raise InvalidInput({"community": f"有几个社区都叫“{name}”，请同时写明区和街道。"})
    return tx.insert("community", {"district": district, "street": street, "name": name})
