"""A period's book: what was declared for it, as supply and demand that meet at the price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from oracle.rounds.finish_clearing import SLOPE_BITS, Market, market, slope_down
from oracle.rounds.words import Target
from oracle.service.store.market_records import DeclarationRecord
from oracle.units import NEVER_SELLS

Side = Literal["buy", "sell"]
Point = tuple[int, int]
"""Wh in units of 2^-40, and ticks of ELE per kWh."""


@dataclass(frozen=True)
class Bid:
    """What one account declared; `served_wh` is what the price gives her, None without a price.

    limit_ticks: a buyer's value of a kWh before fees, the least that a seller takes; None where
    her energy may not be sold.
    """

    account: str
    side: Side
    energy_wh: int
    limit_ticks: int | None
    served_wh: int | None


@dataclass(frozen=True)
class Book:
    """Bids in the order of the chain; `supply` from the cheapest on, `demand` from the highest."""

    bids: tuple[Bid, ...]
    supply: tuple[Point, ...]
    demand: tuple[Point, ...]
    cleared: int | None


def book(declared: Sequence[DeclarationRecord], floor_ticks: int, price_ticks: int | None) -> Book:
    """The book of a period's words at its least price and, where there is one, its price."""
    targets = [Target.unpack(record.value) for record in declared]
    game = market(targets, floor_ticks)
    served = None if game is None or price_ticks is None else _Served(game, price_ticks)
    bids = [
        _bid(record.address, target, floor_ticks, served)
        for record, target in zip(declared, targets, strict=True)
        if target.net_wh != 0
    ]
    sellers = sorted((bid.limit_ticks, bid.energy_wh) for bid in bids if _offers(bid))
    return Book(
        bids=tuple(bids),
        supply=_steps(sellers),
        demand=() if game is None else _lines(game),
        cleared=None if served is None else served.demand,
    )


def _offers(bid: Bid) -> bool:
    return bid.side == "sell" and bid.limit_ticks is not None


def _steps(sellers: Sequence[tuple[int | None, int]]) -> tuple[Point, ...]:
    """Both ends of each step."""
    points: list[Point] = []
    total = 0
    for ticks, energy in sellers:
        assert ticks is not None
        points.append((total, ticks))
        total += energy << SLOPE_BITS
        points.append((total, ticks))
    return tuple(points)


def _lines(game: Market) -> tuple[Point, ...]:
    """Demand is a line between any two values that buyers declared, and down to the floor."""
    kinks = {value for value, _ in game.buyers} | {game.floor_ticks}
    return tuple((game.demand(ticks), ticks) for ticks in sorted(kinks, reverse=True))


class _Served:
    """What a price gives to whom, in Wh 2^-40: demand in full, offers as they are needed."""

    def __init__(self, game: Market, ticks: int) -> None:
        self.ticks = ticks
        self.demand = game.demand(ticks)
        supply = game.supply(ticks)
        below = sum(offer for cost, offer in game.sellers if cost < ticks)
        # Above the floor the sellers whose cost is the price share what is left for them.
        jump = supply - below if ticks > game.floor_ticks else 0
        if jump:
            self.share = Fraction(1)
            self.marginal = min(Fraction(1), max(Fraction(0), Fraction(self.demand - below, jump)))
        else:
            self.share = min(Fraction(1), Fraction(self.demand, supply)) if supply else Fraction(0)
            self.marginal = self.share

    def offer(self, energy_wh: int, cost: int) -> int:
        """Wh of an offer, rounded down."""
        if cost > self.ticks:
            return 0
        return int(energy_wh * (self.marginal if cost == self.ticks else self.share))


def _bid(account: str, target: Target, floor: int, served: _Served | None) -> Bid:
    value = target.price_ticks
    if target.net_wh > 0:
        limit = None if value == NEVER_SELLS else value
        given = (
            0 if limit is None else None if served is None else served.offer(target.net_wh, value)
        )
        return Bid(account, "sell", target.net_wh, limit, given)
    taken = None
    if served is not None:
        above = value > max(floor, served.ticks)
        slope = slope_down(-target.net_wh, value - floor) if above else 0
        taken = slope * (value - served.ticks) >> SLOPE_BITS if above else 0
    return Bid(account, "buy", -target.net_wh, value, taken)
