"""Grid prices and the market's words of all members over many periods, as arrays.

Exact: each distinct retail price is computed once, by `tariff`, and so is its integer word at each
distinct elecoin price.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property

import numpy as np

from oracle.community.mechanisms.periods import Floats, Ints, Members, Words
from oracle.community.model import Community, Member
from oracle.community.problem import declaration, floor_ticks
from oracle.community.tariff import GridPrice, cheapest_fee, expected_price
from oracle.units import TICKS_PER_ELE, exact, ticks_to_wei


def members_of(community: Community, fixed_price: float) -> Members:
    """The members, their zones and fees. Static shares follow yearly use, or all are equal."""
    people = community.members
    zones = {name: z for z, name in enumerate(community.zones)}
    fee = np.full((len(zones), len(zones)), np.nan)
    for (source, target), entry in community.fee_of.items():
        fee[zones[source], zones[target]] = entry.network + entry.levy
    use = np.array([m.annual_kwh for m in people])
    use = use if (use > 0).all() else np.ones(len(people))
    return Members(
        names=tuple(m.name for m in people),
        feed_in=np.array([m.feed_in for m in people]),
        ask=np.array([max(0.0, m.feed_in) for m in people]),
        may_sell=np.array([m.may_sell for m in people]),
        zone=np.array([zones[m.zone] for m in people], dtype=np.int64),
        order=np.array(sorted(range(len(people)), key=lambda i: people[i].name), dtype=np.int64),
        key=use / use.sum(),
        fee=fee,
        fixed_price=fixed_price,
        tolerance_bps=community.market.tolerance_bps,
    )


class Tariffs:
    """What the grid charges each member in each period: a table of distinct prices, and where.

    Past the end of a price series it is what the members' batteries expect. `index` [T, N] points
    into the distinct (price, cheapest fee) pairs.
    """

    def __init__(self, community: Community, starts: Ints) -> None:
        self.community = community
        self._known: dict[tuple[GridPrice, Fraction | None], int] = {}
        self._pairs: list[tuple[GridPrice, Fraction | None]] = []
        self.index = np.zeros((len(starts), len(community.members)), dtype=np.int64)
        kinds: dict[tuple[str, Fraction | None], Ints] = {}
        for i, member in enumerate(community.members):
            fee = cheapest_fee(community, member)
            kind = (member.retail, fee)
            if kind not in kinds:
                kinds[kind] = np.array(
                    [self._place(member, int(at), fee) for at in starts], dtype=np.int64
                )
            self.index[:, i] = kinds[kind]

    def _place(self, member: Member, start: int, fee: Fraction | None) -> int:
        price = expected_price(self.community, member, start)
        if (price, fee) not in self._known:
            self._known[price, fee] = len(self._pairs)
            self._pairs.append((price, fee))
        return self._known[price, fee]

    @cached_property
    def _retail(self) -> Floats:
        return np.array([float(price.all_in) for price, _ in self._pairs])

    def retail(self, rows: slice) -> Floats:
        """The all-in price per kWh of some periods [T, N], in currency."""
        return self._retail[self.index[rows]]

    def value(self, rows: slice) -> Floats:
        """The same less the cheapest fee, at least 0; 0 where nobody may sell to her."""
        values = [
            0.0 if fee is None else max(0.0, float(price.all_in - fee))
            for price, fee in self._pairs
        ]
        return np.array(values)[self.index[rows]]

    def words(self, elecoin: Ints, rows: slice) -> Words:
        """The words of some periods at their elecoin prices [T], in ticks: as `declaration` has
        them, rounded down by integers."""
        index = self.index[rows]
        value, limit = np.empty_like(index), np.empty_like(index)
        for ticks in np.unique(elecoin):
            same = elecoin == ticks
            here, place = np.unique(index[same], return_inverse=True)
            place = place.reshape(-1, index.shape[1])
            for words, prices in ((value, self._scaled[0]), (limit, self._scaled[1])):
                at = [prices[i][0] // (prices[i][1] * int(ticks)) for i in here]
                words[same] = np.array(at, dtype=np.int64)[place]
        return Words(self._floor, elecoin, self._asks, value, limit)

    @cached_property
    def _scaled(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """By pair numerator and denominator of value and retail price, times 1e12."""
        nothing = Fraction(0)
        retail = [max(nothing, price.all_in) for price, _ in self._pairs]
        value = [
            nothing if fee is None else max(nothing, price.all_in - fee)
            for price, fee in self._pairs
        ]
        scale = TICKS_PER_ELE**2
        scaled = [
            [(p.numerator * scale, p.denominator) for p in prices] for prices in (value, retail)
        ]
        return scaled[0], scaled[1]

    @cached_property
    def _asks(self) -> Ints:
        community = self.community
        said = [declaration(community, m, 0, 1, ticks_to_wei(1)) for m in community.members]
        return np.array([d.price_ticks for d in said], dtype=np.int64)

    @cached_property
    def _floor(self) -> int:
        return int(floor_ticks(self.community))


def lowest_elecoin_ticks(community: Community) -> int:
    """The elecoin price that stands until an epoch is priced."""
    return int(exact(community.market.lowest_price) * TICKS_PER_ELE)
