"""What can go wrong, sorted by whose turn it is to act.

Every message is a whole Chinese sentence that names the thing and the way out.
"""

from __future__ import annotations

from collections.abc import Mapping


class Problem(Exception):
    """Base of everything the program says to a person; `hint` is the way out."""

    exit_code = 2

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.text}{self.hint}"


class InvalidInput(Problem):
    """What was typed cannot be accepted: `fields` maps field keys to sentences."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("".join(fields.values()))
        self.fields = dict(fields)


class Refused(Problem):
    """A rule of the work forbids it."""


class Stale(Problem):
    """Somebody else changed the same thing meanwhile."""


class MachineFault(Problem):
    """Disk, file, key or damage: nothing that was saved is lost."""

    exit_code = 3
