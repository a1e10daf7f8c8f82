"""From a community to the two games: one period's declarations, one epoch's needs.

Energies are integers in Wh and prices integers in ticks before they become a problem, exactly as
the members commit them on chain, so an oracle that reads them there builds the same problem.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from oracle.community.model import Community, Market, Member
from oracle.community.tariff import cheapest_fee, feed_in, grid_price
from oracle.games.clearing import ClearingProblem, ClearingSolution
from oracle.games.clearing import solve as solve_clearing
from oracle.games.stackelberg import StackelbergProblem
from oracle.units import (
    NEVER_SELLS,
    WAD,
    WH_PER_KWH,
    Ticks,
    Wei,
    currency_to_wei_down,
    exact,
    floor_div,
    price_to_ticks_down,
    price_to_ticks_up,
    ticks_to_float,
    wei_to_fraction,
)

Rule = Literal["solve", "upper_bound", "unpriced"]


@dataclass(frozen=True)
class Declaration:
    """What a member commits for one period, in integers.

    `net_wh` > 0 is a surplus, < 0 a deficit. `price_ticks`: the least a seller takes (NEVER_SELLS
    where it may not be sold), or a buyer's reservation price v. `limit_ticks`: a buyer's grid
    price, which price + fee must not exceed.
    """

    account: str
    net_wh: int
    price_ticks: Ticks
    limit_ticks: Ticks


@dataclass(frozen=True)
class PeriodProblem:
    """One period's clearing in the premium over the floor, and whose place in it is whose.

    `rule` says how the price comes about: by solving; at the upper bound with μ = 1, because there
    is demand and nobody sells; or not at all, because nobody would pay more than the floor.
    """

    rule: Rule
    problem: ClearingProblem | None
    consumers: tuple[str, ...]
    prosumers: tuple[str, ...]
    floor_ticks: Ticks
    upper_ticks: Ticks


@dataclass(frozen=True)
class PeriodPrice:
    """A period's price in ticks per kWh, the matching probability μ and the served share."""

    price_ticks: Ticks
    matching_probability: float
    served_fraction: float


def floor_ticks(community: Community) -> Ticks:
    """f = φ / c in ticks, rounded up: what an unsold kWh is worth, in elecoins."""
    return price_to_ticks_up(community.floor_feed_in / exact(community.market.redemption))


def declaration(
    community: Community,
    member: Member,
    start: int,
    net_wh: int,
    elecoin_price_wei: int,
    *,
    account: str | None = None,
) -> Declaration:
    """The member's integer words for the period that starts at these UTC seconds.

    A seller's price is max(0, feed-in) / c, rounded up. A buyer's v is her retail price less the
    cheapest fee at which she may buy, and her limit the retail price, both divided by the posted
    elecoin price and rounded down; with nobody to buy from, v is 0 and she stays out.
    """
    who = member.name if account is None else account
    if net_wh > 0:
        redemption = exact(community.market.redemption)
        price = price_to_ticks_up(max(Fraction(0), feed_in(member)) / redemption)
        return Declaration(who, net_wh, price if member.may_sell else NEVER_SELLS, Ticks(0))
    if net_wh == 0:
        return Declaration(who, 0, Ticks(0), Ticks(0))
    elecoin_price = wei_to_fraction(elecoin_price_wei)
    retail = grid_price(community, member, start).all_in
    fee = cheapest_fee(community, member)
    value = Fraction(0) if fee is None else max(Fraction(0), retail - fee)
    return Declaration(
        who,
        net_wh,
        price_to_ticks_down(value / elecoin_price),
        price_to_ticks_down(max(Fraction(0), retail) / elecoin_price),
    )


def period_problem(declarations: Sequence[Declaration], floor: Ticks) -> PeriodProblem:
    """The clearing problem of one period, in the order of the declarations.

    Consumers: target and capacity the deficit d in kWh, curvature (v - f) / 2d, so she wants d at
    the floor and nothing at v. Prosumers: capacity the surplus, linear cost her price less f.
    """
    buyers = [d for d in declarations if d.net_wh < 0 and d.price_ticks > floor]
    sellers = [d for d in declarations if d.net_wh > 0 and d.price_ticks != NEVER_SELLS]
    upper = Ticks(max((d.price_ticks for d in buyers), default=floor))
    rule: Rule = "solve" if buyers and sellers else "upper_bound" if buyers else "unpriced"
    problem = None
    if rule == "solve":
        need = [-d.net_wh / WH_PER_KWH for d in buyers]
        premium = [ticks_to_float(d.price_ticks - floor) for d in buyers]
        problem = ClearingProblem.from_document(
            {
                "consumers": {
                    "target": need,
                    "curvature": [v / (2 * d) for v, d in zip(premium, need, strict=True)],
                    "capacity": need,
                },
                "prosumers": {
                    "target": [0.0] * len(sellers),
                    "curvature": [1.0] * len(sellers),
                    "capacity": [d.net_wh / WH_PER_KWH for d in sellers],
                    "cost_linear": [ticks_to_float(max(0, d.price_ticks - floor)) for d in sellers],
                    "cost_quadratic": [0.0] * len(sellers),
                },
                "price_bounds": (0.0, ticks_to_float(upper - floor)),
            }
        )
    return PeriodProblem(
        rule=rule,
        problem=problem,
        consumers=tuple(d.account for d in buyers),
        prosumers=tuple(d.account for d in sellers),
        floor_ticks=floor,
        upper_ticks=upper,
    )


def solve_period(period: PeriodProblem) -> PeriodPrice | None:
    """The period's price from the float solution, on the tick grid, rounded up.

    None where the period is unpriced. The oracles post the exact-integer finish of the same
    problem instead, which can differ from this by the last tick.
    """
    if period.rule == "unpriced":
        return None
    if period.problem is None:
        return PeriodPrice(period.upper_ticks, 1.0, 1.0)
    solution: ClearingSolution = solve_clearing(period.problem)
    # A solution on the grid may lie an ulp above it: that ulp must not cost a whole tick.
    premium = price_to_ticks_up(exact(float(solution.price)) - Fraction(1, 10**12))
    price = min(max(period.floor_ticks, Ticks(period.floor_ticks + premium)), period.upper_ticks)
    return PeriodPrice(
        Ticks(price), float(solution.matching_probability), float(solution.served_fraction)
    )


# --- the elecoin price ------------------------------------------------------------------------


def revenue_factor(market: Market) -> Fraction:
    """θ = m̄₀ p̄² / (p̄ − c): at the typical mean need the price is the target p̄."""
    target = exact(market.target_price)
    return exact(market.typical_need) * target**2 / (target - exact(market.redemption))


def counted_need(market: Market, need_wei: int) -> Fraction:
    """A declared need in ELE, counted up to θ / 2p̄."""
    cap = revenue_factor(market) / (2 * exact(market.target_price))
    return min(wei_to_fraction(need_wei), cap)


def elecoin_problem(
    market: Market, needs_wei: Sequence[int], mean_price: float
) -> StackelbergProblem | None:
    """One epoch's elecoin game from the members' declared needs; None where nobody declared one.

    `mean_price` (Q, ELE/kWh) cancels in the price; it is the mean over the last epoch's length of
    priced periods, at first the market's `unit_power_price`.
    """
    theta = revenue_factor(market)
    centre = theta / exact(market.target_price)
    needs = [min(wei_to_fraction(need), centre / 2) for need in needs_wei if need > 0]
    if not needs:
        return None
    power_price = exact(mean_price)
    return StackelbergProblem.from_document(
        {
            "willingness": [float(power_price / (centre - need)) for need in needs],
            "revenue_factor": float(theta),
            "payment_factor": 1.0,
            "conversion_factor": float(exact(market.redemption) * power_price),
            "electricity_price": mean_price,
            "server_consumption": 0.0,
            "price_bounds": (market.lowest_price, market.price_max),
            "demand_bounds": (0.0, float(theta)),
        }
    )


def elecoins_wanted(market: Market, need_wei: int, price_wei: int) -> Wei:
    """x* = clip(θ/p − θ/p̄ + m, 0, θ): the elecoins that a member with need m wants at price p.

    In ELE wei, rounded down; 0 for a member who declared no need.
    """
    if need_wei <= 0:
        return Wei(0)
    theta = revenue_factor(market)
    wanted = theta * WAD / price_wei - theta / exact(market.target_price)
    wanted += counted_need(market, need_wei)
    return Wei(floor_div(min(max(wanted, Fraction(0)), theta) * WAD))


def lowest_price_wei(market: Market) -> Wei:
    """The elecoin price that stands where no epoch was ever priced: the lower bound."""
    return currency_to_wei_down(market.lowest_price)
