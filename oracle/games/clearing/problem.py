"""The problem of clearing: what it takes, in which units, within which limits."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import model_validator

from oracle.games._base import Problem, Table, check_length, check_order
from oracle.games._fields import (
    LARGEST,
    FloatArray,
    NonNegatives,
    Numbers,
    Positives,
    Words,
    about,
    invalid,
)


class Consumers(Table):
    """Consumers' target y# and capacity κ [C] in kWh, curvature h [C] in utility per kWh²."""

    target: NonNegatives = about("y#, what one would use at a price of 0", "kWh", "[agents]")
    curvature: Positives = about(
        "h, how fast utility falls away from the target", "ELE/kWh²", "[agents]"
    )
    capacity: NonNegatives = about(
        "κ, the most that one can use, or for prosumers generate", "kWh", "[agents]"
    )

    @model_validator(mode="after")
    def _equally_long(self) -> Self:
        for name in type(self).model_fields:
            check_length(name, getattr(self, name), "target", len(self.target))
        return self


class Prosumers(Consumers):
    """Prosumers' own use as for consumers, and their cost ``a g + ½ b g²`` of generating g kWh."""

    cost_linear: NonNegatives = about(
        "a of the cost a g + ½ b g² of generating g", "ELE/kWh", "[agents]"
    )
    cost_quadratic: NonNegatives = about("b of that cost", "ELE/kWh²", "[agents]")


class ClearingProblem(Problem):
    """A period's consumers and prosumers.

    Either price_bounds [2] of the one price per kWh, or preferences [C][P], the bonus per kWh that
    a consumer gives to each prosumer's energy; then each has her own price.
    """

    game: ClassVar[str] = "clearing"

    consumers: Consumers = about("the C consumers, column by column")
    prosumers: Prosumers = about("the P prosumers, column by column")
    price_bounds: Annotated[FloatArray, Numbers(1, ge=0, length=2)] | None = about(
        "floor and cap of the one price; absent with preferences", "ELE/kWh", "[2]", default=None
    )
    preferences: Annotated[FloatArray, Numbers(2)] | None = about(
        "each consumer's bonus for each prosumer's energy; each prosumer then has her own price",
        "ELE/kWh",
        "[C][P]",
        default=None,
    )
    method: Literal["exact", "admm"] = about(
        "exact, or by messages that keep agents' data private",
        default="exact",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.preferences is None:
            if self.price_bounds is None:
                raise invalid(
                    "price_bounds", Words("missing"), "floor and cap, without preferences"
                )
            check_order("price_bounds", *self.price_bounds)
            return self
        if self.price_bounds is not None:
            raise invalid("price_bounds", self.price_bounds, "none, with preferences")
        check_length("preferences", self.preferences, "consumers", len(self.consumers.target))
        for row in self.preferences:
            check_length("preferences[0]", row, "prosumers", len(self.prosumers.target))
        return self

    @property
    def bounds(self) -> tuple[float, float]:
        """Floor and cap; without any where there are preferences."""
        if self.price_bounds is None:
            return 0.0, LARGEST
        return float(self.price_bounds[0]), float(self.price_bounds[1])
