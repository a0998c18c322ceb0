"""What an import did, as people read it."""

from __future__ import annotations

from core.store import Row


def import_lines(body: Row, *, blocked: bool, dry: bool) -> list[str]:
    """What an import did, for people."""
    verb = "检查结果" if dry or blocked else "已导入"
    lines = [f"{verb}：新增{body['new']}，更新{body['updated']}，不变{body['unchanged']}，跳过{body['skipped']}。"]
    lines += ["错误 " + _where(one) + one["message"] for one in body["errors"]]
    lines += ["请回答 " + _where(one) + one["message"] + _choices(one) for one in body["asked"] if not one["written"]]
    lines += [f"没有对上的列：{one['sheet']}“{one['column']}”（用 --map 指定，或忽略）" for one in body["unmapped"]]
    lines += [
        f"名册里有、这次表里没有：{'　'.join(str(value) for key, value in one.items() if key != 'uid')}"
        for one in body["missing"]
    ]
    if blocked and not dry:
        lines.append("有错误，什么都没有写入。请改正后再导入，或加 --skip-bad 跳过有错的部分。")
    return lines


def _where(one: Row) -> str:
    row = f"第{one['row']}行" if one.get("row") else ""
    column = f"“{one['column']}”" if one.get("column") else ""
    return f"{one['file']} {one['sheet']} {row}{column} "


def _choices(one: Row) -> str:
    choices = "，".join(f"{key}={label}" for key, label in one["options"].items())
    return f"（--answer {one['id']}=选项；{choices}）"
