"""The same days under several rules: who sells what to whom at which price. Arrays, pure.

A mechanism is a function of `Periods` that returns `Flows`; docs/compare.md has the formulas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np

from oracle.community.mechanisms.equilibrium import equilibrium
from oracle.community.mechanisms.grid import grid
from oracle.community.mechanisms.mid_market import mid_market
from oracle.community.mechanisms.pay_as_bid import pay_as_bid
from oracle.community.mechanisms.pay_as_clear import pay_as_clear
from oracle.community.mechanisms.periods import Floats, Flows, Members, Periods, Words
from oracle.community.mechanisms.sharing import proportional_key, static_key
from oracle.community.mechanisms.supply_demand import supply_demand

__all__ = ["MECHANISMS", "Flows", "Mechanism", "Members", "Periods", "Words"]


@dataclass(frozen=True)
class Mechanism:
    """A rule by its names, long and short; `declares`: it uses what members declare, so that a lie
    may pay."""

    name: str
    title: str
    short: str
    rule: Callable[[Periods], Flows]
    declares: bool = False

    def flows(self, periods: Periods) -> Flows:
        """The rule's flows; periods without a surplus or without a deficit are not looked at."""
        both = np.asarray(periods.offered().any(axis=1) & periods.wanted().any(axis=1))
        found = self.rule(periods.rows(both))
        shape = (len(periods), *periods.generated.shape[1:])

        def whole(part: Floats, empty: float, shape: tuple[int, ...]) -> Floats:
            filled = np.full(shape, empty)
            filled[both] = part
            return filled

        return Flows(
            whole(found.price, np.nan, shape[:1]),
            *(whole(getattr(found, f.name), 0.0, shape) for f in fields(Flows)[1:]),
        )


MECHANISMS = (
    Mechanism("equilibrium", "our equilibrium", "ours", equilibrium, declares=True),
    Mechanism("mid_market", "mid-market rate", "mid", mid_market),
    Mechanism("supply_demand", "supply-demand ratio", "SDR", supply_demand),
    Mechanism("pay_as_clear", "pay-as-clear auction", "clear", pay_as_clear, declares=True),
    Mechanism("pay_as_bid", "pay-as-bid auction", "bid", pay_as_bid, declares=True),
    Mechanism("static_key", "static sharing key", "static", static_key),
    Mechanism("proportional_key", "proportional sharing key", "prop.", proportional_key),
    Mechanism("grid", "the grid alone", "grid", grid),
)
