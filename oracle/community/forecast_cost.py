"""What forecast errors cost each member: her day with the forecast less her day with a perfect one.

Both are pure market days (`simulate`) over the same profiles, tariffs and rules; only what agents
expect differs. So the difference is of errors alone: no draw of a contest and no bond is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import sqrt

from oracle.community.forecast import Method
from oracle.community.model import Community, Member
from oracle.community.profiles import Profiles
from oracle.community.simulate import MarketRun, simulate
from oracle.community.tariff import grid_price
from oracle.units import exact


def forecast_costs(
    community: Community,
    profiles: Profiles,
    start: int,
    periods: int,
    methods: Sequence[Method],
) -> dict[Method, dict[str, Fraction]]:
    """By method and member, in currency; negative where errors happened to pay.

    What a battery holds more at the end of the one day than of the other is worth the mean price
    of a kWh from the grid over these periods, after the losses of discharging it.
    """
    least = outlays(community, simulate(community, profiles, start, periods, "perfect"))
    costs: dict[Method, dict[str, Fraction]] = {}
    for method in methods:
        made = least
        if method != "perfect":
            made = outlays(community, simulate(community, profiles, start, periods, method))
        costs[method] = {name: made[name] - least[name] for name in made}
    return costs


def outlays(community: Community, run: MarketRun) -> dict[str, Fraction]:
    """The money that left each member, less what her battery still holds is worth to her."""
    return {member.name: _outlay(community, member, run) for member in community.members}


def _outlay(community: Community, member: Member, run: MarketRun) -> Fraction:
    paid = run.statements[member.name].with_market
    stored = run.stored_kwh[member.name]
    if member.storage is None or stored == 0:
        return paid
    prices = [grid_price(community, member, period.start).all_in for period in run.periods]
    price = sum(prices, Fraction(0)) / len(prices)
    return paid - exact(stored * sqrt(member.storage.efficiency)) * price
