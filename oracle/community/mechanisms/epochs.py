"""Elecoin prices of a whole run: `needs.expected_needs` on arrays, then the Stackelberg game.

Epochs go in order, because an outlook is worth what the last price makes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from oracle.community.mechanisms.equilibrium import UNPRICED, price_ticks
from oracle.community.mechanisms.households import wh_toward_zero
from oracle.community.mechanisms.periods import Floats, Ints
from oracle.community.mechanisms.tariffs import Tariffs, lowest_elecoin_ticks
from oracle.community.model import Community
from oracle.community.needs import PRUDENCE, exposure
from oracle.community.problem import elecoin_problem, revenue_factor
from oracle.community.profiles import Profiles
from oracle.community.tariff import cheapest_fee
from oracle.games.stackelberg import solve as solve_stackelberg
from oracle.units import TICKS_PER_ELE, WAD, WH_PER_KWH, Wei, exact, price_to_ticks_up


@dataclass(frozen=True)
class Epochs:
    """The elecoin price by period [T] in 1e-6; by epoch the ELE that each member wants [E, N]."""

    elecoin: Ints
    wanted: Floats


def price_epochs(
    community: Community,
    tariffs: Tariffs,
    standard: Profiles,
    expected: Ints,
    told: Callable[[int], None] = lambda done: None,
) -> Epochs:
    """The prices of all epochs of a run; `told` hears how many periods are priced.

    `standard`: the standard profiles of the run's periods; `expected` [T, N]: the net Wh that the
    members expect at their epochs' deadlines.
    """
    size, periods = community.epoch_periods, len(expected)
    usual = wh_toward_zero(standard.generation_kw - standard.load_kw, community.step)
    fees = [cheapest_fee(community, member) for member in community.members]
    fee = np.array([np.nan if f is None else float(f) for f in fees])
    ticks = lowest_elecoin_ticks(community)
    elecoin, wanted = np.empty(periods, dtype=np.int64), []
    for at in range(0, periods, size):
        rows = slice(at, min(at + size, periods))
        needs = _needs(community, tariffs, rows, usual[rows], expected[rows], fee, ticks)
        ticks = _posted(community, needs, ticks)
        elecoin[rows] = ticks
        wanted.append(_wanted(community, needs, ticks))
        told(rows.stop)
    return Epochs(elecoin, np.array(wanted))


def _needs(
    community: Community, tariffs: Tariffs, rows: slice, usual: Ints, expected: Ints, fee: Floats,
    ticks: int,
) -> Floats:  # fmt: skip
    """What each member declares to need, in ELE [N]; see `needs.expected_needs`."""
    words = tariffs.words(np.full(len(usual), ticks, dtype=np.int64), rows)
    price = price_ticks(usual, words.ask, words.value, words.floor)
    at = price[:, None]
    offered = np.where((usual > 0) & (words.ask <= at), usual, 0).sum(axis=1)
    asked = np.where((usual < 0) & (words.value >= at), -usual, 0).sum(axis=1)
    met = np.divide(offered, asked, out=np.zeros(len(at)), where=(asked > 0) & (price != UNPRICED))
    met = np.minimum(met, 1.0)[:, None]
    elecoin = ticks / TICKS_PER_ELE
    gain = tariffs.retail(rows) - fee - at / TICKS_PER_ELE * elecoin
    bought = np.where((gain > 0) & (expected < 0), -expected / WH_PER_KWH * met, 0.0)
    need = (bought * (at / TICKS_PER_ELE + np.nan_to_num(fee) / elecoin)).sum(axis=0)
    saving = (bought * np.where(bought > 0, gain, 0.0)).sum(axis=0)
    # The exposure is a line in the need.
    nothing = exposure(community.market, exact(0))
    each = float(exposure(community.market, exact(1)) - nothing)
    return np.where(saving > PRUDENCE * (need * each + float(nothing)), need, 0.0)


def _posted(community: Community, needs: Floats, last: int) -> int:
    """The epoch's price; the last one where nobody declared a need."""
    in_wei = [Wei(int(need * WAD)) for need in needs]
    problem = elecoin_problem(community.market, in_wei, community.market.unit_power_price)
    if problem is None:
        return last
    return int(price_to_ticks_up(float(solve_stackelberg(problem).price)))


def _wanted(community: Community, needs: Floats, ticks: int) -> Floats:
    """x* = clip(θ/p − θ/p̄ + m, 0, θ) [N]; 0 for who declared no need."""
    theta = float(revenue_factor(community.market))
    target = float(exact(community.market.target_price))
    counted = np.minimum(needs, theta / (2 * target))
    wanted = np.clip(theta * TICKS_PER_ELE / ticks - theta / target + counted, 0.0, theta)
    return np.where(needs > 0, wanted, 0.0)
