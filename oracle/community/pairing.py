"""Who trades with whom, once a period is metered. Integers only; every tie has an order.

Both sides' tradeable energy is rationed in proportion to the shorter side, to the Wh, and paired:
the same zone first, then the least fee, then the address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from oracle.community.model import Community
from oracle.units import (
    TICK,
    currency_to_wei_up,
    div_wad_up,
    energy_fee_wei_up,
    energy_price_wei,
)

BPS = 10_000


@dataclass(frozen=True)
class Position:
    """One account in one period: what it declared and what its meter showed, signed net Wh."""

    account: str
    zone: str
    declared_net_wh: int
    metered_net_wh: int
    price_ticks: int
    limit_ticks: int


@dataclass(frozen=True)
class ZoneFee:
    """A zone pair's fees in ELE wei per kWh, each rounded up from currency."""

    network_wei: int
    levy_wei: int

    @property
    def total_wei(self) -> int:
        return self.network_wei + self.levy_wei


@dataclass(frozen=True)
class Trade:
    """Energy from a seller to a buyer; in ELE wei what the seller gets, and the two fees."""

    seller: str
    buyer: str
    energy_wh: int
    energy_wei: int
    network_wei: int
    levy_wei: int

    @property
    def buyer_pays_wei(self) -> int:
        return self.energy_wei + self.network_wei + self.levy_wei


Fees = Mapping[tuple[str, str], ZoneFee]


def zone_fees(community: Community, elecoin_price_wei: int) -> dict[tuple[str, str], ZoneFee]:
    """The community's fees by (seller's zone, buyer's zone) at an epoch's elecoin price."""
    return {
        pair: ZoneFee(
            network_wei=div_wad_up(currency_to_wei_up(fee.network), elecoin_price_wei),
            levy_wei=div_wad_up(currency_to_wei_up(fee.levy), elecoin_price_wei),
        )
        for pair, fee in community.fee_of.items()
    }


def tradeable_wh(declared_net_wh: int, metered_net_wh: int, tolerance_bps: int) -> int:
    """min(|metered|, (1 + tolerance)|declared|), rounded down; 0 where the signs differ."""
    if declared_net_wh * metered_net_wh <= 0:
        return 0
    return min(abs(metered_net_wh), abs(declared_net_wh) * (BPS + tolerance_bps) // BPS)


def eligible_wh(position: Position, price_ticks: int, tolerance_bps: int) -> int:
    """What the account may trade at the posted price: > 0 sells, < 0 buys, in Wh."""
    energy = tradeable_wh(position.declared_net_wh, position.metered_net_wh, tolerance_bps)
    if position.metered_net_wh > 0:
        return energy if position.price_ticks <= price_ticks else 0
    return -energy if position.price_ticks >= price_ticks else 0


def ration(amounts: Mapping[str, int], total: int) -> dict[str, int]:
    """`total` shared in proportion to `amounts` (at least `total` together), to the unit.

    Largest remainder; ties go to the lower account.
    """
    whole = sum(amounts.values())
    if total >= whole:
        return dict(amounts)
    shares = {a: amount * total // whole for a, amount in amounts.items()}
    left = total - sum(shares.values())
    order = sorted(amounts, key=lambda a: (-(amounts[a] * total % whole), a))
    for account in order[:left]:
        shares[account] += 1
    return shares


def pair(
    positions: Sequence[Position],
    price_ticks: int,
    fees: Fees,
    tolerance_bps: int,
) -> list[Trade]:
    """The period's trades at its posted price: at most C + P − 1, each within the buyer's limit.

    `fees` is keyed by (seller's zone, buyer's zone); a pair that is missing may not trade. Only
    accounts with somebody to trade with take part in the rationing.
    """
    left = {p.account: eligible_wh(p, price_ticks, tolerance_bps) for p in positions}
    links = _links(positions, left, price_ticks, fees)
    selling = {seller: left[seller] for link in links for seller in link.sellers}
    buying = {buyer: -left[buyer] for link in links for buyer in link.buyers}
    total = min(sum(selling.values()), sum(buying.values()))
    selling, buying = ration(selling, total), ration(buying, total)
    trades: list[Trade] = []
    for _, group in groupby(links, key=lambda link: link.rank):
        # Zone pairs of one rank are one market: addresses alone order it.
        by_seller: dict[str, list[tuple[str, ZoneFee]]] = {}
        for link in group:
            offers = [(buyer, link.fee) for buyer in link.buyers]
            for seller in link.sellers:
                by_seller.setdefault(seller, []).extend(offers)
        for seller, offers in sorted(by_seller.items()):
            for buyer, fee in sorted(offers, key=itemgetter(0)):
                if selling[seller] == 0:
                    break
                energy = min(selling[seller], buying[buyer])
                if energy > 0:
                    selling[seller] -= energy
                    buying[buyer] -= energy
                    trades.append(make_trade(seller, buyer, energy, price_ticks, fee))
    return trades


@dataclass(frozen=True)
class _Link:
    """A zone pair with sellers, and the buyers whose limit allows its fee."""

    rank: tuple[bool, int]
    fee: ZoneFee
    sellers: tuple[str, ...]
    buyers: tuple[str, ...]


def _links(
    positions: Sequence[Position], open_wh: Mapping[str, int], price_ticks: int, fees: Fees
) -> list[_Link]:
    sellers: dict[str, list[str]] = {}
    buyers: dict[str, list[Position]] = {}
    for position in positions:
        if open_wh[position.account] > 0:
            sellers.setdefault(position.zone, []).append(position.account)
        elif open_wh[position.account] < 0:
            buyers.setdefault(position.zone, []).append(position)
    links = []
    for (source, target), fee in fees.items():
        price = price_ticks * TICK + fee.total_wei
        able = tuple(b.account for b in buyers.get(target, ()) if price <= b.limit_ticks * TICK)
        if able and source in sellers:
            rank = (source != target, fee.total_wei)
            links.append(_Link(rank, fee, tuple(sellers[source]), able))
    return sorted(links, key=lambda link: link.rank)


def make_trade(seller: str, buyer: str, energy_wh: int, price_ticks: int, fee: ZoneFee) -> Trade:
    """A trade with its amounts: the energy's price is exact, each fee rounded up."""
    return Trade(
        seller=seller,
        buyer=buyer,
        energy_wh=energy_wh,
        energy_wei=energy_price_wei(price_ticks, energy_wh),
        network_wei=energy_fee_wei_up(fee.network_wei, energy_wh),
        levy_wei=energy_fee_wei_up(fee.levy_wei, energy_wh),
    )
