"""What a query needs: both Store and Tx offer it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

Row = dict[str, Any]
Params = Sequence[Any]


class Reads(Protocol):
    """Plain reads. `rows` gives dicts, `tuples` bare tuples (lists and reports), `one` a row or None."""

    def rows(self, sql: str, params: Params = ()) -> list[Row]: ...

    def tuples(self, sql: str, params: Params = ()) -> list[tuple[Any, ...]]: ...

    def one(self, sql: str, params: Params = ()) -> Row | None: ...

    def value(self, sql: str, params: Params = ()) -> Any: ...


class Reader:
    """The reads over one connection."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def rows(self, sql: str, params: Params = ()) -> list[Row]:
        """All rows as dicts."""
        cursor = self._connection.execute(sql, tuple(params))
        if cursor.description is None:
            return []
        names = [one[0] for one in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def tuples(self, sql: str, params: Params = ()) -> list[tuple[Any, ...]]:
        """All rows as tuples."""
        return self._connection.execute(sql, tuple(params)).fetchall()  # type: ignore[no-any-return]

    def one(self, sql: str, params: Params = ()) -> Row | None:
        """The first row, or None."""
        cursor = self._connection.execute(sql, tuple(params))
        row = cursor.fetchone()
        return None if row is None else dict(zip([one[0] for one in cursor.description], row, strict=True))

    def value(self, sql: str, params: Params = ()) -> Any:
        """The first column of the first row, or None."""
        row = self._connection.execute(sql, tuple(params)).fetchone()
        return None if row is None else row[0]
