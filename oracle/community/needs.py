"""What members expect to spend in an epoch, from the community file and their own forecasts.

The outlook clears the standard profiles of all members, so it needs nobody's readings and nobody's
future: at what price would a clear day trade, and which share of a deficit would find a seller. A
member multiplies her own forecast deficits with it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from oracle.community.model import Community, Market
from oracle.community.problem import (
    PeriodPrice,
    declaration,
    floor_ticks,
    period_problem,
    revenue_factor,
    solve_period,
)
from oracle.community.profiles import Profiles
from oracle.community.tariff import cheapest_fee, grid_price
from oracle.units import (
    TICKS_PER_ELE,
    WAD,
    WH_PER_KWH,
    Wei,
    exact,
    floor_div,
    kw_to_wh_toward_zero,
    wei_to_fraction,
)

PRUDENCE = 4
"""A need is declared only if it promises this many times what it could cost."""


@dataclass(frozen=True)
class Outlook:
    """What a period promises: its price (None: unpriced) and the share of deficits that is met."""

    price: PeriodPrice | None
    met_share: Fraction


def outlook(
    community: Community, standard: Profiles, start: int, elecoin_price_wei: int
) -> Outlook:
    """The market of one period if everybody followed her standard profile under a clear sky."""
    row = standard.window(start, 1)
    declared = []
    for i, member in enumerate(community.members):
        net = float(row.generation_kw[0, i] - row.load_kw[0, i])
        wh = kw_to_wh_toward_zero(net, community.step)
        declared.append(declaration(community, member, start, wh, elecoin_price_wei))
    price = solve_period(period_problem(declared, floor_ticks(community)))
    if price is None:
        return Outlook(None, Fraction(0))
    offered = sum(d.net_wh for d in declared if d.net_wh > 0 and d.price_ticks <= price.price_ticks)
    asked = sum(-d.net_wh for d in declared if d.net_wh < 0 and d.price_ticks >= price.price_ticks)
    return Outlook(price, min(Fraction(1), Fraction(offered, asked)) if asked else Fraction(0))


def exposure(market: Market, need: Fraction) -> Fraction:
    """At most what a declared need (ELE) costs, in currency, if nothing is traded at all.

    The elecoins wanted at price p are m + θ(1/p − 1/p̄), and each costs p − c. The first part is
    bounded by m(p_max − c); the second is largest at p = sqrt(c p̄), where it is θ(1 − sqrt(c/p̄))².
    """
    redemption, target = exact(market.redemption), exact(market.target_price)
    idle = (1 - math.sqrt(redemption / target)) ** 2
    return need * (exact(market.price_max) - redemption) + revenue_factor(market) * exact(idle)


def epoch_cutoff(community: Community, epoch_start: int) -> int:
    """The deadline for an epoch's needs: `elecoin_lead` before its first declaration deadline."""
    market = community.market
    return epoch_start - market.declaration_lead - market.elecoin_lead


def expected_needs(
    community: Community,
    standard: Profiles,
    epoch_start: int,
    expected_net_wh: Sequence[Sequence[int]],
    elecoin_price_wei: int,
) -> tuple[Wei, ...]:
    """The ELE wei that each member expects to spend in an epoch.

    `expected_net_wh` [periods][N] are the members' forecasts, made at `epoch_cutoff`
    (`Households.expected_net_wh`). Expected deficits times the share that the outlook says will
    be met, times its price and her cheapest fee. `elecoin_price_wei` is the last known price.
    """
    needs = [Fraction(0)] * len(community.members)
    savings = [Fraction(0)] * len(community.members)
    fees = [cheapest_fee(community, member) for member in community.members]
    elecoin_price = wei_to_fraction(elecoin_price_wei)
    for k, net_wh in enumerate(expected_net_wh):
        start = epoch_start + k * community.step
        view = outlook(community, standard, start, elecoin_price_wei)
        if view.price is None or view.met_share == 0:
            continue
        price = Fraction(view.price.price_ticks, TICKS_PER_ELE)
        for i, (member, fee) in enumerate(zip(community.members, fees, strict=True)):
            if fee is None or net_wh[i] >= 0:
                continue
            bought = Fraction(-net_wh[i], WH_PER_KWH) * view.met_share
            retail = grid_price(community, member, start).all_in
            gain = retail - fee - price * elecoin_price
            if gain > 0:
                needs[i] += bought * (price + fee / elecoin_price)
                savings[i] += bought * gain
    return tuple(
        Wei(floor_div(need * WAD))
        if saving > PRUDENCE * exposure(community.market, need)
        else Wei(0)
        for need, saving in zip(needs, savings, strict=True)
    )
