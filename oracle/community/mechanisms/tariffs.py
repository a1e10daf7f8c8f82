"""Grid prices and the market's words of all members over many periods, as arrays.

Exact: each distinct retail price is computed once, by `tariff`, and so is its integer word at each
distinct elecoin price.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np

from oracle.community.mechanisms.periods import Floats, Ints, Members, Words
from oracle.community.model import Community, Member
from oracle.community.problem import declaration, floor_ticks
from oracle.community.tariff import GridPrice, cheapest_fee, grid_price
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

    `index` [T, N] points into the distinct (price, cheapest fee) pairs.
    """

    def __init__(self, community: Community, starts: Ints) -> None:
        self.community = community
        self._known: dict[tuple[GridPrice, Fraction | None], int] = {}
        self._pairs: list[tuple[Member, int, GridPrice, Fraction | None]] = []
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
        price = grid_price(self.community, member, start)
        if (price, fee) not in self._known:
            self._known[price, fee] = len(self._pairs)
            self._pairs.append((member, start, price, fee))
        return self._known[price, fee]

    def _values(self, of: Callable[[GridPrice, Fraction | None], float]) -> Floats:
        return np.array([of(price, fee) for _, _, price, fee in self._pairs])[self.index]

    def retail(self) -> Floats:
        """The all-in price per kWh [T, N], in currency."""
        return self._values(lambda price, fee: float(price.all_in))

    def value(self) -> Floats:
        """The same less the cheapest fee, at least 0; 0 where nobody may sell to her."""
        return self._values(
            lambda price, fee: 0.0 if fee is None else max(0.0, float(price.all_in - fee))
        )

    def words(self, elecoin: Ints) -> Words:
        """The words at the epochs' elecoin prices [T], in ticks."""
        community = self.community
        value, limit = np.empty_like(self.index), np.empty_like(self.index)
        for ticks in np.unique(elecoin):
            rows = elecoin == ticks
            here, place = np.unique(self.index[rows], return_inverse=True)
            said = [
                declaration(community, member, start, -1, ticks_to_wei(int(ticks)))
                for member, start, _, _ in (self._pairs[int(i)] for i in here)
            ]
            place = place.reshape(-1, self.index.shape[1])
            value[rows] = np.array([d.price_ticks for d in said], dtype=np.int64)[place]
            limit[rows] = np.array([d.limit_ticks for d in said], dtype=np.int64)[place]
        asks = [declaration(community, m, 0, 1, ticks_to_wei(1)) for m in community.members]
        return Words(
            floor=int(floor_ticks(community)),
            elecoin=elecoin,
            ask=np.array([d.price_ticks for d in asks], dtype=np.int64),
            value=value,
            limit=limit,
        )


def lowest_elecoin_ticks(community: Community) -> int:
    """The elecoin price that stands until an epoch is priced."""
    return int(exact(community.market.lowest_price) * TICKS_PER_ELE)
