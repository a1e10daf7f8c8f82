"""Who trades with whom, once a period is metered. Integers only; every tie has an order.

Both sides' tradeable energy is rationed in proportion to the shorter side, to the Wh, and paired:
the same zone first, then the least fee, then the address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
    open_wh = {p.account: eligible_wh(p, price_ticks, tolerance_bps) for p in positions}
    sellers = [p for p in positions if open_wh[p.account] > 0]
    buyers = [p for p in positions if open_wh[p.account] < 0]
    pairs = [
        (s.zone != b.zone, fees[s.zone, b.zone].total_wei, s.account, b.account)
        for s in sellers
        for b in buyers
        if (s.zone, b.zone) in fees
        and price_ticks * TICK + fees[s.zone, b.zone].total_wei <= b.limit_ticks * TICK
    ]
    selling = {seller: open_wh[seller] for _, _, seller, _ in pairs}
    buying = {buyer: -open_wh[buyer] for _, _, _, buyer in pairs}
    total = min(sum(selling.values()), sum(buying.values()))
    selling, buying = ration(selling, total), ration(buying, total)
    zone = {p.account: p.zone for p in positions}
    trades = []
    for _, _, seller, buyer in sorted(pairs):
        energy = min(selling[seller], buying[buyer])
        if energy == 0:
            continue
        selling[seller] -= energy
        buying[buyer] -= energy
        trades.append(
            make_trade(seller, buyer, energy, price_ticks, fees[zone[seller], zone[buyer]])
        )
    return trades


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
