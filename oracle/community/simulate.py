"""A market day without a chain: forecast, declare, clear, meter, pair, bill. Pure.

The same rules as on chain, with the price taken from the float solution (rounded up to the tick)
in place of the oracles' integer finish. For studies and tests; the product's day is on a chain.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from oracle.community.agent import Households, Readings
from oracle.community.bill import (
    Account,
    ElecoinPurchase,
    PeriodEntry,
    Statement,
    period_entries,
    statement,
    worse_off,
)
from oracle.community.forecast import Method
from oracle.community.indicators import Indicators, community_indicators
from oracle.community.model import Community
from oracle.community.needs import epoch_cutoff, expected_needs
from oracle.community.pairing import Position, Trade, pair, zone_fees
from oracle.community.problem import (
    Declaration,
    PeriodPrice,
    declaration,
    elecoin_problem,
    elecoins_wanted,
    floor_ticks,
    lowest_price_wei,
    period_problem,
    solve_period,
)
from oracle.community.profiles import Profiles
from oracle.games.stackelberg import solve as solve_stackelberg
from oracle.units import Wei, mul_wad_up, price_to_ticks_up, ticks_to_wei


@dataclass(frozen=True)
class Period:
    """One period as it went."""

    start: int
    declarations: tuple[Declaration, ...]
    price: PeriodPrice | None
    elecoin_price_wei: Wei
    readings: Readings
    trades: tuple[Trade, ...]
    entries: dict[str, PeriodEntry]


@dataclass(frozen=True)
class Epoch:
    """One elecoin epoch: the declared needs and the posted price; `flagged`: the last one stood."""

    start: int
    needs_wei: tuple[Wei, ...]
    price_wei: Wei
    flagged: bool


@dataclass(frozen=True)
class MarketRun:
    """A simulated run, with each member's statement, and what her battery holds at the end."""

    periods: tuple[Period, ...]
    epochs: tuple[Epoch, ...]
    statements: dict[str, Statement]
    indicators: Indicators
    stored_kwh: dict[str, float]

    @property
    def energy_traded_wh(self) -> int:
        return sum(t.energy_wh for p in self.periods for t in p.trades)

    @property
    def worse_off(self) -> list[str]:
        return worse_off(self.statements)


@dataclass
class _Purse:
    """A member's elecoins while the run goes on."""

    held_wei: int = 0
    purchases: list[ElecoinPurchase] = field(default_factory=list)

    def buy(self, amount_wei: int, price_wei: int) -> None:
        if amount_wei > 0:
            self.held_wei += amount_wei
            self.purchases.append(ElecoinPurchase(amount_wei, mul_wad_up(amount_wei, price_wei)))


def simulate(
    community: Community,
    profiles: Profiles,
    start: int,
    periods: int,
    method: Method = "persistence",
) -> MarketRun:
    """Run the market for `periods` periods from `start` (UTC seconds).

    Raises ValueError where the profiles do not cover it.
    """
    profiles.window(start, periods)
    households = Households(community, profiles, method)
    purses = {member.name: _Purse() for member in community.members}
    elecoin_price, mean_price = (
        lowest_price_wei(community.market),
        community.market.unit_power_price,
    )
    done: list[Period] = []
    epochs: list[Epoch] = []
    for index in range(periods):
        now = start + index * community.step
        if index % community.epoch_periods == 0:
            count = min(community.epoch_periods, periods - index)
            epoch = _open_epoch(community, households, now, count, elecoin_price, mean_price)
            epochs.append(epoch)
            elecoin_price = epoch.price_wei
            for purse, need in zip(purses.values(), epoch.needs_wei, strict=True):
                wanted = elecoins_wanted(community.market, need, elecoin_price)
                purse.buy(wanted - purse.held_wei, elecoin_price)
        done.append(_run_period(community, households, now, elecoin_price))
        for trade in done[-1].trades:
            buyer = purses[trade.buyer]
            buyer.buy(trade.buyer_pays_wei - buyer.held_wei, elecoin_price)
            buyer.held_wei -= trade.buyer_pays_wei
            purses[trade.seller].held_wei += trade.energy_wei
    statements = {
        member.name: statement(
            community,
            member,
            [period.entries[member.name] for period in done],
            Account(
                purchases=tuple(purses[member.name].purchases),
                held_at_end_wei=purses[member.name].held_wei,
            ),
        )
        for member in community.members
    }
    entries = [entry for period in done for entry in period.entries.values()]
    return MarketRun(
        tuple(done),
        tuple(epochs),
        statements,
        community_indicators(entries, community.step, own_use_known=community.own_use_known),
        dict(zip(purses, households.stored_kwh, strict=True)),
    )


def _open_epoch(
    community: Community,
    households: Households,
    start: int,
    periods: int,
    last_price: Wei,
    mean_price: float,
) -> Epoch:
    expected = households.expected_net_wh(start, periods, epoch_cutoff(community, start))
    needs = expected_needs(community, households.forecaster.standard, start, expected, last_price)
    problem = elecoin_problem(community.market, needs, mean_price)
    if problem is None:
        return Epoch(start, needs, last_price, flagged=True)
    price = ticks_to_wei(price_to_ticks_up(float(solve_stackelberg(problem).price)))
    return Epoch(start, needs, price, flagged=False)


def _run_period(
    community: Community, households: Households, start: int, elecoin_price: Wei
) -> Period:
    targets = households.declare(start)
    declared = tuple(
        declaration(community, member, start, net, elecoin_price)
        for member, net in zip(community.members, targets.net_wh, strict=True)
    )
    price = solve_period(period_problem(declared, floor_ticks(community)))
    readings = households.meter(start)
    trades: list[Trade] = []
    if price is not None:
        positions = [
            Position(
                account=d.account,
                zone=member.zone,
                declared_net_wh=d.net_wh,
                metered_net_wh=net,
                price_ticks=d.price_ticks,
                limit_ticks=d.limit_ticks,
            )
            for d, member, net in zip(declared, community.members, readings.net_wh, strict=True)
        ]
        trades = pair(
            positions,
            price.price_ticks,
            zone_fees(community, elecoin_price),
            community.market.tolerance_bps,
        )
    names = [member.name for member in community.members]
    entries = period_entries(
        names, start, readings.generated_wh, readings.consumed_wh, trades, elecoin_price
    )
    return Period(start, declared, price, elecoin_price, readings, tuple(trades), entries)
