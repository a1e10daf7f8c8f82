"""The problem of stackelberg: what it takes, in which units, within which limits."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from oracle.games._base import Problem, Table, check_length, check_order
from oracle.games._fields import (
    FloatArray,
    NonNegative,
    NonNegatives,
    Numbers,
    Positive,
    Positives,
    Share,
    Words,
    about,
    invalid,
)


class Mining(Table):
    """The leader's mining reward ``(R_f + r s) β exp(−λ l s)``; in currency."""

    fixed_reward: NonNegative = about("R_f, paid for each block", "currency")
    reward_factor: NonNegative = about(
        "r, paid for each transaction in the block", "currency per transaction"
    )
    block_size: NonNegative = about("s", "transactions")
    hash_share: Share = about("β, the leader's share of the hashing power", "–")
    propagation_factor: NonNegative = about(
        "λ, how fast a block's chance falls with its size", "per transaction"
    )
    puzzle_difficulty: NonNegative = about("l", "–")

    @property
    def reward(self) -> float:
        delay = self.propagation_factor * self.puzzle_difficulty * self.block_size
        paid = self.fixed_reward + self.reward_factor * self.block_size
        return float(paid * self.hash_share * np.exp(-delay))


class StackelbergProblem(Problem):
    """N prosumers and their edge server.

    willingness w [N]; revenue_factor θ; payment_factor η; conversion_factor k; electricity_price Q
    (ELE/kWh); server_consumption e_c; price_bounds [2] (currency per ELE); demand_bounds [2], or
    demand_min and demand_max [N] (ELE); pricing; optionally the mining table.
    """

    game: ClassVar[str] = "stackelberg"

    willingness: Positives = about("w, how much each prosumer values energy", "–", "[N]")
    revenue_factor: Positive = about("θ", "currency")
    payment_factor: Positive = about("η, weight of the payment", "–")
    conversion_factor: NonNegative = about(
        "k; k/Q is what one elecoin costs the server", "currency/kWh"
    )
    electricity_price: Positive = about("Q", "ELE/kWh")
    server_consumption: NonNegative = about("e_c, what the server itself consumes", "kWh")
    price_bounds: Annotated[FloatArray, Numbers(1, ge=0, length=2)] = about(
        "lowest and highest price", "currency/ELE", "[2]"
    )
    demand_bounds: Annotated[FloatArray, Numbers(1, ge=0, length=2)] | None = about(
        "least and largest demand, for all prosumers alike", "ELE", "[2]", default=None
    )
    demand_min: NonNegatives | None = about(
        "least demand of each prosumer, with demand_max instead of demand_bounds",
        "ELE",
        "[N]",
        default=None,
    )
    demand_max: NonNegatives | None = about(
        "largest demand of each prosumer", "ELE", "[N]", default=None
    )
    pricing: Literal["uniform", "discriminated"] = about(
        "one price for all, or one for each prosumer", default="uniform"
    )
    mining: Mining | None = about("the leader's mining reward", default=None)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        check_order("price_bounds", *self.price_bounds)
        own = self.demand_min is not None or self.demand_max is not None
        if own == (self.demand_bounds is not None):
            said = Words("given with demand_min or demand_max" if own else "missing")
            raise invalid("demand_bounds", said, "either it, or demand_min and demand_max")
        if self.demand_bounds is not None:
            check_order("demand_bounds", *self.demand_bounds)
            return self
        for name in ("demand_min", "demand_max"):
            if getattr(self, name) is None:
                raise invalid(name, Words("missing"), "demand_min and demand_max together")
            check_length(name, getattr(self, name), "willingness", len(self.willingness))
        for i in np.flatnonzero(self.lowest > self.highest)[:1]:
            raise invalid(f"demand_min[{i}]", float(self.lowest[i]), "at most demand_max there")
        return self

    @property
    def lowest(self) -> FloatArray:
        """Least demand of each prosumer [N]."""
        if self.demand_min is not None:
            return self.demand_min
        assert self.demand_bounds is not None
        return np.full(len(self.willingness), self.demand_bounds[0])

    @property
    def highest(self) -> FloatArray:
        """Largest demand of each prosumer [N]."""
        if self.demand_max is not None:
            return self.demand_max
        assert self.demand_bounds is not None
        return np.full(len(self.willingness), self.demand_bounds[1])

    @property
    def unit_cost(self) -> float:
        """What an elecoin costs the leader: k/Q."""
        return self.conversion_factor / self.electricity_price
