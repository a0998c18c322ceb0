"""The operators of a page, each under the tag it belongs to: content of the structure, or an artifact."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from reports.kit.fonts import Typeface, typeface
from reports.kit.tags import ARTIFACT, FURNITURE, Place, Tag, text_kind, text_string


class TaggedContent:
    """What is drawn, in order. Text goes under `leaf`, else under a paragraph of its own; lines under `lines_under`."""

    def __init__(self, into: Tag) -> None:
        self.operators: list[str] = []
        self.place = Place()
        self.into = into  # holds what is set next
        self.owners: list[Tag] = []  # of each piece of marked content
        self.leaf: Tag | None = None  # the cell, heading … being set
        self.lines_under = ARTIFACT
        self._marked: Tag | None = None

    def under(self, tag: Tag) -> None:
        """What is drawn next belongs to `tag`."""
        if tag is self._marked:
            return
        if self._marked is not None:
            self.operators.append("EMC")
        self._marked = tag
        if tag.opening:
            self.operators.append(tag.opening)
        else:
            self.operators.append(f"/{tag.kind}<</MCID {len(self.owners)}>>BDC")
            tag.hold(self.place, len(self.owners))
            self.owners.append(tag)

    def paragraph(self, face: Typeface, size: float, *, same: bool) -> Tag:
        """A new paragraph, or with `same` the one set last."""
        return (self.into.last_text if same else None) or self.into.add(text_kind(face, size, self.into))

    def figure_tag(self, place: str, alt: str) -> Tag:
        """The tag of a picture; one inside another, or among what returns on each page, has none of its own."""
        leaf = self.leaf
        return (
            leaf if leaf and (leaf.opening or leaf.kind == "Figure") else (leaf or self.into).add("Figure", place, alt)
        )

    @contextmanager
    def furniture(self) -> Iterator[None]:
        """What is drawn inside returns on each page and is no part of the text: feet, repeated heads."""
        with self.all_under(FURNITURE):
            yield

    @contextmanager
    def all_under(self, tag: Tag) -> Iterator[None]:
        """Text and lines drawn inside belong to that tag."""
        before = self.leaf, self.lines_under
        self.leaf = self.lines_under = tag
        try:
            yield
        finally:
            self.leaf, self.lines_under = before

    @contextmanager
    def reads(self, text: str) -> Iterator[None]:
        """The lines drawn inside stand for this text: a ticked box, a character no font has."""
        tag = self.leaf or self.paragraph(typeface("body"), 9.0, same=True)
        before, self.lines_under = self.lines_under, tag
        self.under(tag)
        self.operators.append(f"/Span<</ActualText{text_string(text)}>>BDC")
        try:
            yield
        finally:
            self.operators.append("EMC")
            self.lines_under = before

    def finish(self) -> None:
        """Nothing is drawn on this page afterwards."""
        if self._marked is not None:
            self.operators.append("EMC")
            self._marked = None
