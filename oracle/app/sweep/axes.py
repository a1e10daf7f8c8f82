"""Which fields of a scenario are swept, over which values."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from oracle import UserError
from oracle.community.planning.change import sweep_values

MOST_POINTS = 1_000_000


@dataclass(frozen=True)
class Axis:
    """A field by its dotted path (`mining.fixed_reward`, `price_bounds.1`) and its values."""

    field: str
    values: tuple[float | int, ...]

    def put(self, document: dict[str, Any], value: float | int) -> None:
        """Writes the value at the field. Raises UserError where the scenario has no such field."""
        *way, last = self.field.split(".")
        place: Any = document
        for name in way:
            place = self._at(place, name)
        self._at(place, last)
        if isinstance(place, list):
            place[int(last)] = value
        else:
            place[last] = value

    def _at(self, place: Any, name: str) -> Any:
        if isinstance(place, dict) and name in place:
            return place[name]
        if isinstance(place, list) and name.isdecimal() and int(name) < len(place):
            return place[int(name)]
        known = place if isinstance(place, dict) else range(len(place)) if _is_list(place) else ()
        names = ", ".join(str(one) for one in list(known)[:20]) or "nothing below a single value"
        raise UserError(f"--sweep: {self.field}: no {name!r} in the scenario; it has {names}")


def _is_list(place: Any) -> bool:
    return isinstance(place, list)


def parse_axis(text: str) -> Axis:
    """`FIELD=a,b,c` or `FIELD=first:last:step`, the last included. Raises UserError."""
    field, equals, values = text.partition("=")
    if not equals or not field.strip():
        raise UserError(f"--sweep: {text!r}: FIELD=VALUES")
    found = sweep_values(text, values)
    # A whole number stays one: steps and runs are counted, and a float would be refused.
    whole = all(value.is_integer() for value in found) and "." not in values
    return Axis(field.strip(), tuple(int(v) if whole else v for v in found))


def points(
    document: dict[str, Any], axes: Sequence[Axis]
) -> list[tuple[tuple[float | int, ...], dict[str, Any]]]:
    """Every combination's values, in the order of the axes, and its scenario.

    Raises UserError for a field that is not there or is swept twice, or too many combinations.
    """
    names = [axis.field for axis in axes]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UserError(f"--sweep: {twice}: swept twice")
    count = math.prod(len(axis.values) for axis in axes)
    if count > MOST_POINTS:
        raise UserError(f"--sweep: {count} combinations: at most {MOST_POINTS}")
    made = []
    for values in product(*(axis.values for axis in axes)):
        changed = copy.deepcopy(document)
        for axis, value in zip(axes, values, strict=True):
            axis.put(changed, value)
        made.append((values, changed))
    return made
