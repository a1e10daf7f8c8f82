"""The largest gain from misdeclaring: one member lies, everybody else and all meters are true.

A day of a community is observed once: forecasts, needs, readings. Then it is played again for each
member and each lie with the rules of the chain: exact-integer prices, tolerance, pairing, bills.
Energies and money are integers and fractions throughout, so the result is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from oracle.app.day.plan import elecoin_terms
from oracle.community import Community, Profiles
from oracle.community.agent import Households
from oracle.community.bill import Account, ElecoinPurchase, PeriodEntry, period_entries, statement
from oracle.community.forecast import Method
from oracle.community.needs import epoch_cutoff, expected_needs
from oracle.community.pairing import Position, Trade, ZoneFee, pair, zone_fees
from oracle.community.problem import Declaration, declaration, floor_ticks
from oracle.rounds.finish_clearing import finish_clearing, market
from oracle.rounds.finish_stackelberg import demand_down, finish_elecoin
from oracle.rounds.words import Target
from oracle.units import NEVER_SELLS, TICK, kw_to_wh_toward_zero, mul_wad_up

FACTORS = (50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150)


@dataclass(frozen=True)
class Lie:
    """What a member declares, in percent of what she believes."""

    net: int = 100
    price: int = 100
    need: int = 100

    @property
    def lever(self) -> str:
        named = [name for name in ("net", "price", "need") if getattr(self, name) != 100]
        return " and ".join(named) or "none"


TRUTH = Lie()


@dataclass
class Day:
    """One community for some periods: net Wh declared truly, readings, needs by epoch."""

    community: Community
    start: int
    targets: tuple[tuple[int, ...], ...]
    readings: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    needs: tuple[tuple[int, ...], ...]
    _declared: dict[tuple[int, int], tuple[Declaration, ...]] = field(default_factory=dict)
    _fees: dict[int, dict[tuple[str, str], ZoneFee]] = field(default_factory=dict)

    def declared(self, period: int, elecoin_price: int) -> tuple[Declaration, ...]:
        """Everybody's true words for a period."""
        key = (period, elecoin_price)
        if key not in self._declared:
            start = self.start + period * self.community.step
            self._declared[key] = tuple(
                declaration(self.community, member, start, net, elecoin_price)
                for member, net in zip(self.community.members, self.targets[period], strict=True)
            )
        return self._declared[key]

    def fees(self, elecoin_price: int) -> dict[tuple[str, str], ZoneFee]:
        if elecoin_price not in self._fees:
            self._fees[elecoin_price] = zone_fees(self.community, elecoin_price)
        return self._fees[elecoin_price]


@dataclass(frozen=True)
class Outcome:
    """A day as it went: by member the money that left her, and what her reputation earned; by
    period the trades and the price of an elecoin."""

    cost: tuple[Fraction, ...]
    reputation: tuple[Fraction, ...]
    trades: tuple[tuple[Trade, ...], ...]
    elecoin_prices: tuple[int, ...]

    @property
    def traded_wh(self) -> int:
        return sum(trade.energy_wh for trades in self.trades for trade in trades)


def observe(
    community: Community,
    profiles: Profiles,
    start: int,
    periods: int,
    method: Method = "persistence",
) -> Day:
    """The day as the members' own agents see it. Raises ValueError where profiles end before."""
    profiles.window(start, periods)
    households = Households(community, profiles, method)
    terms = elecoin_terms(community)
    standard, step, price = households.forecaster.standard, community.step, terms.least
    targets, readings, needs = [], [], []
    for t in range(periods):
        now = start + t * step
        if t % community.epoch_periods == 0:
            count = min(community.epoch_periods, periods - t)
            expected = households.expected_net_wh(now, count, epoch_cutoff(community, now))
            needs.append(expected_needs(community, standard, now, expected, price))
            posted = finish_elecoin(terms, needs[-1])
            price = price if posted is None else posted.price_ticks * TICK
        targets.append(households.declare(now).net_wh)
        read = households.meter(now)
        readings.append((read.generated_wh, read.consumed_wh))
    return Day(community, start, tuple(targets), tuple(readings), tuple(needs))


def play(day: Day, liars: Collection[int] = (), lie: Lie = TRUTH) -> Outcome:
    """The day's costs and reputation if these members declare `lie` and nobody else does.

    Their purchases follow what they truly need; what they declared of it only moves the price.
    """
    community = day.community
    terms, price = elecoin_terms(community), elecoin_terms(community).least
    members = community.members
    held = [0] * len(members)
    bought: list[list[ElecoinPurchase]] = [[] for _ in members]
    entries: list[list[PeriodEntry]] = [[] for _ in members]
    declared: list[tuple[Declaration, ...]] = []
    place = {member.name: i for i, member in enumerate(members)}
    all_trades: list[tuple[Trade, ...]] = []
    prices: list[int] = []

    def buy(who: int, lacking: int) -> None:
        if lacking > 0:
            held[who] += lacking
            bought[who].append(ElecoinPurchase(lacking, mul_wad_up(lacking, price)))

    for t in range(len(day.targets)):
        epoch, first = divmod(t, community.epoch_periods)
        if first == 0:
            true = day.needs[epoch]
            said = [n * lie.need // 100 if i in liars else n for i, n in enumerate(true)]
            posted = finish_elecoin(terms, said)
            price = price if posted is None else posted.price_ticks * TICK
            for i, need in enumerate(true):
                buy(i, demand_down(terms, need, price) - held[i])
        words = list(day.declared(t, price))
        for liar in liars:
            words[liar] = told(
                words[liar], lie, community, liar, day.start + t * community.step, price
            )
        declared.append(tuple(words))
        trades = _trades(day, t, words, price)
        all_trades.append(tuple(trades))
        prices.append(price)
        for trade in trades:
            buyer = place[trade.buyer]
            buy(buyer, trade.buyer_pays_wei - held[buyer])
            held[buyer] -= trade.buyer_pays_wei
            held[place[trade.seller]] += trade.energy_wei
        generated, consumed = day.readings[t]
        made = period_entries(
            list(place), day.start + t * community.step, generated, consumed, trades, price
        )
        for name, entry in made.items():
            entries[place[name]].append(entry)
    return Outcome(
        cost=tuple(
            statement(
                community,
                member,
                entries[i],
                Account(purchases=tuple(bought[i]), held_at_end_wei=held[i]),
            ).with_market
            for i, member in enumerate(members)
        ),
        reputation=tuple(_reputation(day, i, declared) for i in range(len(members))),
        trades=tuple(all_trades),
        elecoin_prices=tuple(prices),
    )


def told(
    true: Declaration, lie: Lie, community: Community, who: int, start: int, elecoin_price: int
) -> Declaration:
    """Her words with the net and the price scaled; the limit, what the grid would charge, is true.

    Rounded towards zero, as a target is.
    """
    if lie.net == lie.price == 100:
        return true
    net = abs(true.net_wh) * lie.net // 100
    net = net if true.net_wh > 0 else -net
    words = true
    if net == 0 and true.net_wh != 0:
        words = declaration(community, community.members[who], start, 0, elecoin_price)
    price = words.price_ticks
    if price != NEVER_SELLS:
        price = type(price)(price * lie.price // 100)
    return replace(words, net_wh=net, price_ticks=price)


def _trades(day: Day, t: int, words: Sequence[Declaration], elecoin_price: int) -> list[Trade]:
    community = day.community
    targets = [Target(t, d.net_wh, d.price_ticks, d.limit_ticks) for d in words]
    floor = floor_ticks(community)
    period = market(targets, floor)
    if period is None:
        return []
    posted = finish_clearing(period, floor)
    generated, consumed = day.readings[t]
    positions = [
        Position(d.account, member.zone, d.net_wh, g - c, d.price_ticks, d.limit_ticks)
        for d, member, g, c in zip(words, community.members, generated, consumed, strict=True)
    ]
    fees, tolerance = day.fees(elecoin_price), community.market.tolerance_bps
    return pair(positions, posted.price_ticks, fees, tolerance)


def _reputation(day: Day, who: int, declared: Sequence[Sequence[Declaration]]) -> Fraction:
    """What the periods add to her reputation, (1 − |deviation| / rated Wh) / T_C each; uncapped."""
    community = day.community
    rated = kw_to_wh_toward_zero(community.members[who].rated_kw, community.step)
    earned = Fraction(0)
    for (generated, consumed), words in zip(day.readings, declared, strict=True):
        target, actual = words[who].net_wh, generated[who] - consumed[who]
        if target != 0 or actual != 0:
            earned += 1 - Fraction(abs(actual - target), rated)
    return earned / community.round_periods


def lies(factors: Iterable[int] = FACTORS, *, needs: bool = True) -> list[Lie]:
    """Each lever by itself (`needs` or not), and net and price together at the ends."""
    alone = [f for f in factors if f != 100]
    ends = (min(alone), max(alone))
    return [
        *(Lie(net=f) for f in alone),
        *(Lie(price=f) for f in alone),
        *(Lie(need=f) for f in alone if needs),
        *(Lie(net=a, price=b) for a in ends for b in ends),
    ]


def gains(day: Day, told_by: Sequence[Lie] | None = None) -> list[dict[str, Any]]:
    """For each member her bill, and by lever her best lie: gain, others' loss, reputation lost."""
    truth = play(day)
    return [
        {
            "member": member.name,
            "role": member.role,
            "bill": round(float(truth.cost[i]), 6),
            "reputation": round(float(truth.reputation[i]), 6),
            "best": best_lies(day, truth, [i], lies() if told_by is None else told_by),
        }
        for i, member in enumerate(day.community.members)
    ]


def coalitions(day: Day) -> list[dict[str, Any]]:
    """The same for all members of a role who tell one lie together; their bills are summed."""
    truth, members = play(day), day.community.members
    rows = []
    for role in dict.fromkeys(member.role for member in members):
        who = [i for i, member in enumerate(members) if member.role == role]
        rows.append(
            {
                "role": role,
                "members": len(who),
                "bill": round(float(sum(truth.cost[i] for i in who)), 6),
                "best": best_lies(day, truth, who, lies()),
            }
        )
    return rows


def best_lies(
    day: Day, truth: Outcome, liars: Collection[int], tried: Iterable[Lie]
) -> dict[str, dict[str, Any]]:
    """By lever the lie that brings these members most together."""
    best: dict[str, tuple[Fraction, dict[str, Any]]] = {}
    bill = sum((truth.cost[i] for i in liars), Fraction(0))
    for lie in tried:
        found = play(day, liars, lie)
        gain = bill - sum((found.cost[i] for i in liars), Fraction(0))
        if lie.lever in best and gain <= best[lie.lever][0]:
            continue
        others = sum(found.cost, Fraction(0)) - sum(truth.cost, Fraction(0)) + gain
        lost = sum((truth.reputation[i] - found.reputation[i] for i in liars), Fraction(0))
        best[lie.lever] = (
            gain,
            {
                "gain": round(float(gain), 6),
                "percent": _percent(gain, bill),
                "net": lie.net,
                "price": lie.price,
                "need": lie.need,
                "others_lose": round(float(others), 6),
                "reputation_lost": round(float(lost), 6),
                "traded_wh": found.traded_wh - truth.traded_wh,
            },
        )
    return {lever: entry for lever, (_, entry) in best.items()}


def _percent(gain: Fraction, bill: Fraction) -> float | None:
    return round(float(100 * gain / abs(bill)), 4) if bill else None
