"""Which column fills which field: by the person's word, by memory, by head, by content."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from core.base.errors import InvalidInput
from core.base.fields import EntitySpec
from core.sheet.cells import cell_text, filled, norm_head
from core.sheet.content import RULES, SAMPLE, Profile, fits, place_by_content
from core.sheet.contract import Column, ColumnMap, RawSheet
from core.sheet.heads import Head, find_head, layout_of
from core.sheet.vocabulary import IGNORED_HEADS, NUMBER_OR_KEY, Match, is_nameless, placenames, vocabulary

IGNORE_WORDS = frozenset(("", "-", "忽略", "不导入", "ignore", "none"))


def map_columns(
    raw: RawSheet,
    spec: EntitySpec,
    remembered: Mapping[str, Mapping[str, str]] | None = None,
    given: Mapping[str, str] | None = None,
    lists: Mapping[str, Collection[str]] | None = None,
) -> ColumnMap | None:
    """The head and the meaning of each column; None: not a data sheet (a 说明 sheet, a cover, a form).

    `remembered` is what `to_remember` gave, by layout; `given` maps heads (or 第3列, or C) to field keys or labels,
    '' for a column to leave out; `lists` are the editable lists, by code_list.
    """
    head = find_head(raw, spec)
    if head is None:
        return None
    mapper = _Mapper(raw, spec, head)
    layout = layout_of(head)
    mapper.take_given(given or {})
    mapper.take_remembered((remembered or {}).get(layout, {}))
    mapper.ignore_numbers()
    mapper.take_heads()
    mapper.take_content(lists or {})
    columns = mapper.columns()
    placed = sum(one.key is not None for one in columns)
    if not head.named and placed < min(2, len(mapper.profiles)) and not given:
        return None
    return ColumnMap(head.rows, head.first_row, columns, head.title, layout, tuple(sorted(mapper.ambiguous)))


def to_remember(columns: ColumnMap) -> dict[str, str]:
    """The mapping in the form that `remembered` takes back: '3:特长' -> 'skills', '' for a column left out."""
    return {_identity(one.index, one.head): one.key or "" for one in columns.columns if one not in columns.unplaced}


def unused_given(maps: Iterable[ColumnMap], given: Mapping[str, str]) -> tuple[str, ...]:
    """Names in `given` that no sheet has as a column."""
    heads = {
        index_or_head for one in maps for column in one.columns for index_or_head in _names(column.index, column.head)
    }
    return tuple(name for name in given if norm_head(name) not in heads)


def _identity(index: int, head: str) -> str:
    return f"{index}:{norm_head(head)}"


def _letters(index: int) -> str:
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


def _names(index: int, head: str) -> set[str]:
    """All names a person may call the column by, normalised."""
    names = {norm_head(_letters(index)), f"第{index + 1}列"}
    if head:
        names |= {norm_head(head), norm_head(re.sub(r"[（(].*?[）)]", "", head)), norm_head(head.rpartition("/")[2])}
    return names


class _Mapper:
    """One sheet's columns on their way to fields; each step only touches what earlier steps left."""

    def __init__(self, raw: RawSheet, spec: EntitySpec, head: Head) -> None:
        self.spec, self.head = spec, head
        self.words = vocabulary(spec)
        body = raw.rows[head.first_row - 1 :]
        width = max(len(head.labels), max((len(row) for row in body[:200]), default=0))
        self.heads = [*head.labels, *[""] * (width - len(head.labels))]
        self.samples = {index: filled(body, index, SAMPLE) for index in range(width)}
        self.profiles = {index: Profile(cells) for index, cells in self.samples.items() if cells}
        self.result: dict[int, tuple[str | None, str]] = {}
        self.ambiguous: set[str] = set()

    def _key_of(self, word: str) -> str | None:
        """A field key from a key or a label as typed; None to ignore the column."""
        if word.strip().lower() in IGNORE_WORDS:
            return None
        if word in self.spec.keys:
            return word
        match = self.words.exact(word)
        if match is None:
            fields = "、".join(f"{one.key}（{one.label}）" for one in self.spec.fields)
            raise InvalidInput({"map": f"没有名为“{word}”的字段，可以用的是：{fields}。"})
        return match.key

    def take_given(self, given: Mapping[str, str]) -> None:
        wanted = {norm_head(name): self._key_of(word) for name, word in given.items()}
        for index, head in enumerate(self.heads):
            own = norm_head(head)
            # The full head first: with 现居住地/区 and 区 both there, "区" means the second.
            name = own if own in wanted else next((one for one in sorted(_names(index, head)) if one in wanted), None)
            if name is not None and (own == name or name not in map(norm_head, self.heads)):
                key = wanted[name]
                self.result[index] = (key, "given" if key else "ignored")

    def take_remembered(self, memory: Mapping[str, str]) -> None:
        taken = self._taken()
        for index, head in enumerate(self.heads):
            key = memory.get(_identity(index, head))
            if index in self.result or key is None or (key and (key not in self.spec.keys or key in taken)):
                continue
            if is_nameless(head) and not self._still_fits(key, index):
                continue  # 列1 … 列9 is the layout of many sheets, in many orders
            self.result[index] = (key or None, "remembered" if key else "ignored")

    def _still_fits(self, key: str, index: int) -> bool:
        profile = self.profiles.get(index)
        return bool(key) and profile is not None and (self._fits(key, profile) or 0.0) >= 0.5

    def ignore_numbers(self) -> None:
        """序号, empty columns and our own 错误说明 fill nothing and need no acknowledgement."""
        for index, head in enumerate(self.heads):
            if index in self.result:
                continue
            norm = norm_head(head)
            profile = self.profiles.get(index)
            if profile is None:
                # Kept as a column if its head names a field: an empty cell is not the same as no column.
                if not self.words.match(head):
                    self.result[index] = (None, "ignored")
            elif norm in IGNORED_HEADS or norm.rpartition("/")[2] in IGNORED_HEADS:
                known = self.words.exact(head)
                if norm not in NUMBER_OR_KEY or known is None or profile.is_running_number:
                    self.result[index] = (None, "ignored")
            elif is_nameless(head) and profile.is_running_number:
                self.result[index] = (None, "ignored")

    def take_heads(self) -> None:
        claims: dict[str, list[tuple[int, Match]]] = {}
        for index, head in enumerate(self.heads):
            if index in self.result or (is_nameless(head) and self.words.exact(head) is None):
                continue  # x and y are heads where a field is called so
            match = self.words.match(head)
            if match and self._believable(match, index):
                claims.setdefault(match.key, []).append((index, match))
        for key, claimants in claims.items():
            if key not in self._taken():
                self._settle(key, claimants)

    def _believable(self, match: Match, index: int) -> bool:
        """A head that only contains the word must be borne out by its cells."""
        profile = self.profiles.get(index)
        if match.score >= 86 or profile is None:
            return True
        share = self._fits(match.key, profile)
        return share is None or share >= 0.5

    def _settle(self, key: str, claimants: Sequence[tuple[int, Match]]) -> None:
        best = max(match.score for _, match in claimants)
        first = [(index, match) for index, match in claimants if match.score == best]
        if len(first) == 1 and not (best < 100 and len(claimants) > 1 and self._misfit(key, first[0][0])):
            self.result[first[0][0]] = (key, first[0][1].how)
            return
        pool = claimants if best < 100 else first
        having = [(index, match) for index, match in pool if index in self.profiles] or list(pool)
        fitting = [(index, match) for index, match in having if not self._misfit(key, index)]
        if len(having) > 1 and len(fitting) == 1 and self._fits(key, self.profiles[fitting[0][0]]) is not None:
            having = fitting
        if len(having) == 1 or self._same_cells([index for index, _ in having]):
            self.result[having[0][0]] = (key, having[0][1].how)
            for index, _ in having[1:]:
                self.result[index] = (None, "ignored")
            return
        self.ambiguous.add(key)
        for index, _ in having:
            self.result[index] = (None, "ambiguous")

    def _fits(self, key: str, profile: Profile) -> float | None:
        return None if key in placenames(self.spec) else fits(key, profile)

    def _misfit(self, key: str, index: int) -> bool:
        share = self._fits(key, self.profiles[index]) if index in self.profiles else None
        return share is not None and share < 0.4

    def _same_cells(self, columns: Sequence[int]) -> bool:
        texts = [[cell_text(cell) for cell in self.samples[index]] for index in columns]
        return all(one == texts[0] for one in texts[1:])

    def take_content(self, lists: Mapping[str, Collection[str]]) -> None:
        """Columns whose heads say nothing, by their cells; a known-by-sight phone also under an unknown head."""
        taken = self._taken() | self.ambiguous
        open_columns = {index: one for index, one in self.profiles.items() if index not in self.result}
        nameless = {index: one for index, one in open_columns.items() if is_nameless(self.heads[index])}
        for index, key in place_by_content(nameless, self.spec, taken, lists).items():
            self.result[index] = (key, "content")
            taken.add(key)
        for rule in RULES:
            if rule.strong and rule.key in self.spec.keys and rule.key not in taken:
                fitting = [
                    index for index, one in open_columns.items() if index not in self.result and rule.score(one) >= 0.95
                ]
                fitting = [index for index in fitting if self.words.is_own(self.heads[index])]
                if len(fitting) == 1:
                    self.result[fitting[0]] = (rule.key, "content")

    def _taken(self) -> set[str]:
        return {key for key, _ in self.result.values() if key}

    def columns(self) -> tuple[Column, ...]:
        made = []
        for index, head in enumerate(self.heads):
            key, how = self.result.get(index, (None, "unplaced" if index in self.profiles else "ignored"))
            samples = tuple(cell_text(cell) for cell in self.samples[index][:3])
            made.append(Column(index, head or (f"第{index + 1}列" if how != "ignored" else ""), key, how, samples))
        return tuple(made)
