"""A thousand random acts on the sample: the areas sum as before, no gap, no overlap, and what is read again is the same."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest
from shapely.geometry import LinearRing, Polygon

from core.base.errors import Refused
from core.place.geometry import Partition
from core.place.outlines import Point
from tests.core.test_geometry import assert_whole, sample


def _between(dice: random.Random, ring: list[Point]) -> Point:
    at, share = dice.randrange(len(ring)), dice.uniform(0.2, 0.8)
    (x0, y0), (x1, y1) = ring[at - 1], ring[at]
    return x0 + (x1 - x0) * share, y0 + (y1 - y0) * share


def _any_ring(dice: random.Random, shapes: Partition) -> list[Point]:
    return shapes.rings[dice.choice(list(shapes.rings))]


def _move(dice: random.Random, shapes: Partition) -> None:
    x, y = dice.choice(_any_ring(dice, shapes))
    shapes.move_vertex((x, y), (x + dice.uniform(-150, 150), y + dice.uniform(-150, 150)))


def _add(dice: random.Random, shapes: Partition) -> None:
    shapes.add_vertex(_between(dice, _any_ring(dice, shapes)))


def _remove(dice: random.Random, shapes: Partition) -> None:
    shapes.remove_vertex(dice.choice(_any_ring(dice, shapes)))


def _split(dice: random.Random, shapes: Partition) -> None:
    uid = dice.choice(list(shapes.rings))
    one, other = _between(dice, shapes.rings[uid]), _between(dice, shapes.rings[uid])
    over = (one[0] - other[0]) * 0.02, (one[1] - other[1]) * 0.02
    line = [(one[0] + over[0], one[1] + over[1]), (other[0] - over[0], other[1] - over[1])]
    if len(shapes.rings) < 30:
        shapes.split(uid, f"n{dice.random()}", line)


def _merge(dice: random.Random, shapes: Partition) -> None:
    if len(shapes.rings) > 10:
        shapes.merge(*dice.sample(list(shapes.rings), 2))


def _draw(dice: random.Random, shapes: Partition) -> None:
    x, y, reach = dice.uniform(-200, 3200), dice.uniform(-200, 2200), dice.uniform(50, 400)
    ring = [(x + reach * dice.uniform(0.6, 1) * dx, y + reach * dice.uniform(0.6, 1) * dy) for dx, dy in _AROUND]
    shapes.draw(dice.choice([f"d{dice.random()}", dice.choice(list(shapes.rings))]), ring)


def _erase(dice: random.Random, shapes: Partition) -> None:
    if len(shapes.rings) > 14:
        shapes.erase(dice.choice(list(shapes.rings)))


def _move_outer(dice: random.Random, shapes: Partition) -> None:
    x, y = dice.choice(_any_ring(dice, shapes))
    reach = dice.choice([5, 150])
    shapes.move_vertex((x, y), (x + dice.uniform(-reach, reach), y + dice.uniform(-reach, reach)), outer=True)


_AROUND = ((1, 0), (0.7, 0.7), (0, 1), (-0.7, 0.7), (-1, 0), (0, -1))
ACTS: list[Callable[[random.Random, Partition], None]] = [
    *[_move] * 4,
    *[_add] * 2,
    _remove,
    *[_split] * 2,
    *[_merge] * 3,
]
LOOSE = [*ACTS, _draw, _draw, _erase, _move_outer]


def test_a_thousand_random_acts_leave_no_gap_and_no_overlap() -> None:
    dice, shapes = random.Random(20200803), sample()
    total, done = shapes.area(), 0
    for number in range(1000):
        before = {uid: list(ring) for uid, ring in shapes.rings.items()}
        try:
            dice.choice(ACTS)(dice, shapes)
            done += 1
        except Refused:
            assert shapes.rings == before
        assert shapes.area() == pytest.approx(total, rel=1e-9)
        if number % 50 == 0:
            assert_whole(shapes, total)
    assert done > 400
    assert_whole(shapes, total)


def test_what_an_act_leaves_is_read_again_as_it_is() -> None:
    """Drawing, erasing and moving the outer border too: no overlap ever, and the ledger reads what the screen showed."""
    dice, shapes = random.Random(7), sample()
    for number in range(300):
        act, total = dice.choice(LOOSE), shapes.area()
        try:
            act(dice, shapes)
        except Refused:
            continue
        if act in ACTS:
            assert shapes.area() == pytest.approx(total, rel=1e-9)
        again = Partition(json.loads(json.dumps(shapes.rings)))
        assert again.rings == shapes.rings
        shapes = again
        if number % 20 == 0:
            assert shapes.overlaps() == []
            assert all(Polygon(ring).is_valid and LinearRing(ring).is_ccw for ring in shapes.rings.values())
