"""One price for all, exactly: the root of one linear piece, and the rules at floor and cap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oracle.games._fields import FloatArray
from oracle.games._root import bracket
from oracle.games.clearing.curves import Buyers, Excess, Owed, Sellers

_EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Outcome:
    """Price, matching probability, served fraction, offers [P] and the price paid per kWh."""

    price: float
    matched: float
    served: float
    shared: FloatArray
    paid: float
    evaluations: int


def clear(buyers: Buyers, sellers: Sellers, low: float, high: float) -> Outcome:
    demand_low = buyers.total(low)
    supply_low = sellers.sides(low)
    if demand_low <= supply_low[1] + slack(demand_low, supply_low[1]):
        return _at_floor(sellers, low, demand_low)
    demand_high = buyers.total(high)
    after = sellers.sides(high)[1]
    if demand_high > after + slack(demand_high, after):
        offered = sellers.at(high) + sellers.jumps(high)
        return Outcome(high, 1.0, after / demand_high, offered, high, 2)

    # Beyond the last kink nothing changes, so a far upper bound need not be searched.
    top = max(buyers.last_kink(), sellers.last_kink())
    end = min(high, top) if top > low else high
    return crossing(buyers, sellers, low, end, demand_low, supply_low[1])


def crossing(
    buyers: Buyers, sellers: Sellers, low: float, end: float, demand: float, supply: float
) -> Outcome:
    """The least price in (low, end] at which demand is at most supply; after `low` it exceeds
    it: there they are `demand` and `supply`."""
    excess, unseen = Excess(buyers, sellers), slack(demand, 0.0)
    piece = bracket(excess, low, end, unseen, after_low=demand - supply)
    evaluations = piece.evaluations + 3
    if piece.right_value >= -unseen and (lacking := excess.sides(piece.right)[0]) >= 0:
        return jumped(sellers, piece.right, piece.right, lacking, evaluations + 1)
    width = piece.right - piece.left
    steepness = (piece.left_value - piece.right_value) / width
    price = piece.left + piece.left_value / steepness
    # The bracket's sums are partly interpolated; one step with the sum itself removes that.
    price = float(np.clip(price, piece.left, piece.right))
    price += excess.sides(price)[0] / steepness
    price = float(np.clip(price, piece.left, piece.right))
    return Outcome(price, 1.0, 1.0, sellers.at(price), price, evaluations + 2)


def _at_floor(sellers: Sellers, price: float, demand: float) -> Outcome:
    """The floor's matching probability: p_e Σs(p_e) = p Σy(p), p_e = pμ."""
    before, after = sellers.sides(price)
    if price == 0:
        matched = min(demand / after, 1.0) if after > 0 else 1.0
        return Outcome(price, matched, 1.0, sellers.at(0.0) + sellers.jumps(0.0), 0.0, 2)
    if demand >= before - slack(demand, before):
        return jumped(sellers, price, price, demand - before, 2)
    if demand == 0:
        return Outcome(price, 0.0, 1.0, sellers.at(0.0) + sellers.jumps(0.0), 0.0, 2)
    paid_in = price * demand
    piece = bracket(Owed(sellers, paid_in), 0.0, price, _EPS * paid_in, after_low=paid_in)
    if piece.right_value >= 0:
        paid = piece.right
        return jumped(sellers, price, paid, piece.right_value / paid, piece.evaluations)
    # One piece: with supply s0 + β d at left + d, (left + d)(s0 + β d) = paid_in.
    start = sellers.sides(piece.left)[1]
    end = sellers.sides(piece.right)[0]
    slope = (end - start) / (piece.right - piece.left)
    linear = start + slope * piece.left
    short = paid_in - piece.left * start
    paid = piece.left + 2 * short / (linear + np.sqrt(linear**2 + 4 * slope * short))
    paid = float(np.clip(paid, piece.left, piece.right))
    return Outcome(price, paid / price, 1.0, sellers.at(paid), paid, piece.evaluations + 2)


def jumped(
    sellers: Sellers, price: float, paid: float, lacking: float, evaluations: int
) -> Outcome:
    """Where supply jumps: what is lacking is shared in proportion to free capacity."""
    jumps = sellers.jumps(paid)
    free = float(jumps.sum())
    part = min(max(lacking / free, 0.0), 1.0) if free > 0 else 0.0
    matched = 1.0 if paid == price else paid / price
    return Outcome(price, matched, 1.0, sellers.at(paid) + part * jumps, paid, evaluations)


def slack(demand: float, supply: float) -> float:
    """What rounding makes of two equal sums."""
    return 32 * _EPS * (demand + supply)
