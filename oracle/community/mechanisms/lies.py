"""What an honest member could gain by misdeclaring, everybody else and all meters being true.

A lie scales the declared energy, or the declared price, by a half or by one and a half. It is
played again with all the mechanism's rules, period by period; only periods in which she declares
anything can change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from oracle.community.mechanisms.periods import Floats, Flows, Periods
from oracle.units import NEVER_SELLS, TICKS_PER_ELE, WH_PER_KWH


@dataclass(frozen=True)
class Lie:
    """What a member declares, in percent of what she believes."""

    net: int = 100
    price: int = 100

    @property
    def text(self) -> str:
        parts = (("energy", self.net), ("price", self.price))
        return ", ".join(f"{what} × {percent / 100:g}" for what, percent in parts if percent != 100)


LIES = (Lie(net=50), Lie(net=150), Lie(price=50), Lie(price=150))


@dataclass(frozen=True)
class Gain:
    """The best of the lies tried: whose (column), which, and what it brings in currency, at least
    0; `cost`: what her true declaration costs her over the same periods."""

    member: int
    lie: Lie | None
    gain: float
    cost: float


def told(periods: Periods, who: int, lie: Lie) -> Periods:
    """The periods as they are if this member lies. Her grid price stays true: it is her limit."""
    members, words = periods.members, periods.words
    if lie.net != 100:
        declared = periods.declared.copy()
        said = np.abs(declared[:, who]) * lie.net // 100
        declared[:, who] = said * np.sign(declared[:, who])
        periods = replace(periods, declared=declared)
    if lie.price != 100:
        ask, asks = members.ask.copy(), words.ask.copy()
        value, values = periods.value.copy(), words.value.copy()
        ask[who] *= lie.price / 100
        value[:, who] *= lie.price / 100
        values[:, who] = values[:, who] * lie.price // 100
        if asks[who] != NEVER_SELLS:
            asks[who] = asks[who] * lie.price // 100
        periods = replace(
            periods,
            members=replace(members, ask=ask),
            value=value,
            words=replace(words, ask=asks, value=values),
        )
    return periods


def cost(periods: Periods, flows: Flows, who: int, redemption: float | None) -> Floats:
    """What a member's trades cost her more than the grid would, by period [T], in currency.

    With `redemption` (c) she is paid in elecoins, which are worth c to her and cost the price.
    """
    money = flows.paid[:, who] + flows.fees[:, who]
    if redemption is not None:
        worth = redemption * TICKS_PER_ELE / periods.words.elecoin
        money = np.where(money < 0, money * worth, money)
    instead = flows.bought[:, who] * periods.retail[:, who]
    instead = instead - flows.sold[:, who] * periods.members.feed_in[who]
    return np.asarray(money - instead / WH_PER_KWH)


def best_lie(
    periods: Periods,
    mechanism: Callable[[Periods], Flows],
    liars: Sequence[int],
    *,
    redemption: float | None = None,
    lies: Sequence[Lie] = LIES,
) -> Gain:
    """Of these liars (columns) and lies the one that brings most."""
    truth = mechanism(periods)
    best = Gain(liars[0], None, 0.0, 0.0)
    for who in liars:
        rows = np.flatnonzero(periods.declared[:, who])
        if not rows.size:
            continue
        some = periods.rows(rows)
        true_cost = float(cost(periods, truth, who, redemption)[rows].sum())
        for lie in lies:
            said = told(some, who, lie)
            gain = true_cost - float(cost(some, mechanism(said), who, redemption).sum())
            if gain > best.gain:
                best = Gain(who, lie, gain, true_cost)
    return best
