"""Who trades with whom: integer identities on random periods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.community import Community
from oracle.community.pairing import (
    Position,
    ZoneFee,
    eligible_wh,
    make_trade,
    pair,
    ration,
    tradeable_wh,
    zone_fees,
)
from oracle.units import NEVER_SELLS, TICK, WAD, currency_to_wei_up

ZONES = ("n", "s", "w")
PRICE = 150_000
TOLERANCE = 1000


def position(
    account: str, zone: str, declared: int, metered: int, price: int, limit: int = 0
) -> Position:
    return Position(account, zone, declared, metered, price, limit)


@st.composite
def periods(draw: st.DrawFn) -> tuple[list[Position], dict[tuple[str, str], ZoneFee]]:
    count = draw(st.integers(1, 12))
    net = st.integers(-3000, 3000)
    positions = [
        position(
            f"0x{i:02d}",
            draw(st.sampled_from(ZONES)),
            draw(net),
            draw(net),
            draw(st.sampled_from([PRICE - 1, PRICE, PRICE + 50_000, NEVER_SELLS])),
            draw(st.integers(PRICE, PRICE + 80_000)),
        )
        for i in range(count)
    ]
    fee = st.builds(ZoneFee, st.integers(0, 40_000 * TICK), st.integers(0, 20_000 * TICK))
    pairs = [(a, b) for a in ZONES for b in ZONES]
    kept = draw(st.lists(st.sampled_from(pairs), unique=True))
    return draw(st.permutations(positions)), {p: draw(fee) for p in kept}


@settings(max_examples=300, deadline=None)
@given(periods())
def test_every_trade_is_allowed_and_nobody_is_over(
    period: tuple[list[Position], dict[tuple[str, str], ZoneFee]],
) -> None:
    positions, fees = period
    trades = pair(positions, PRICE, fees, TOLERANCE)
    by_name = {p.account: p for p in positions}
    sold: Counter[str] = Counter()
    bought: Counter[str] = Counter()
    for trade in trades:
        seller, buyer = by_name[trade.seller], by_name[trade.buyer]
        fee = fees[seller.zone, buyer.zone]  # a missing pair may not trade: a KeyError here
        assert trade.energy_wh > 0
        assert seller.price_ticks <= PRICE <= buyer.price_ticks
        assert PRICE * TICK + fee.total_wei <= buyer.limit_ticks * TICK
        roundings = 2 * 10**9
        # What is paid is the price exactly and each fee rounded up, never by 1e9 wei.
        exact = Fraction(trade.energy_wh, 1000) * (PRICE * TICK + fee.total_wei)
        assert 0 <= trade.buyer_pays_wei - exact < roundings
        # Within the limit her grid price sets, to the roundings.
        limit = Fraction(trade.energy_wh * buyer.limit_ticks * TICK, 1000)
        assert trade.buyer_pays_wei <= limit + roundings
        sold[trade.seller] += trade.energy_wh
        bought[trade.buyer] += trade.energy_wh
    assert sum(sold.values()) == sum(bought.values())
    for p in positions:
        limit = tradeable_wh(p.declared_net_wh, p.metered_net_wh, TOLERANCE)
        assert sold[p.account] <= (limit if p.metered_net_wh > 0 else 0)
        assert bought[p.account] <= (limit if p.metered_net_wh < 0 else 0)
    assert len({(t.seller, t.buyer) for t in trades}) == len(trades)
    assert len(trades) <= max(0, len(sold) + len(bought) - 1)
    # The order in which the positions come changes nothing.
    assert pair(sorted(positions, key=lambda p: p.account), PRICE, fees, TOLERANCE) == trades


def pair_plainly(
    positions: list[Position], fees: dict[tuple[str, str], ZoneFee]
) -> list[tuple[str, str, int]]:
    """The rule word for word: every admissible pair, sorted."""
    left = {p.account: eligible_wh(p, PRICE, TOLERANCE) for p in positions}
    pairs = [
        (s.zone != b.zone, fees[s.zone, b.zone].total_wei, s.account, b.account)
        for s in positions
        for b in positions
        if left[s.account] > 0 > left[b.account]
        and (s.zone, b.zone) in fees
        and PRICE * TICK + fees[s.zone, b.zone].total_wei <= b.limit_ticks * TICK
    ]
    selling = {seller: left[seller] for _, _, seller, _ in pairs}
    buying = {buyer: -left[buyer] for _, _, _, buyer in pairs}
    total = min(sum(selling.values()), sum(buying.values()))
    selling, buying = ration(selling, total), ration(buying, total)
    trades = []
    for _, _, seller, buyer in sorted(pairs):
        energy = min(selling[seller], buying[buyer])
        if energy:
            selling[seller] -= energy
            buying[buyer] -= energy
            trades.append((seller, buyer, energy))
    return trades


@settings(max_examples=300, deadline=None)
@given(periods())
def test_the_pairing_is_the_rule_word_for_word(
    period: tuple[list[Position], dict[tuple[str, str], ZoneFee]],
) -> None:
    positions, fees = period
    # Few different fees, so that zone pairs of one rank occur.
    fees = {p: ZoneFee(f.network_wei // (30_000 * TICK), 0) for p, f in fees.items()}
    trades = pair(positions, PRICE, fees, TOLERANCE)
    assert [(t.seller, t.buyer, t.energy_wh) for t in trades] == pair_plainly(positions, fees)


@settings(max_examples=200, deadline=None)
@given(periods())
def test_without_borders_the_shorter_side_is_served_in_full(
    period: tuple[list[Position], dict[tuple[str, str], ZoneFee]],
) -> None:
    positions, _ = period
    fees = {(a, b): ZoneFee(0, 0) for a in ZONES for b in ZONES}
    trades = pair(positions, PRICE, fees, TOLERANCE)
    open_wh = [eligible_wh(p, PRICE, TOLERANCE) for p in positions]
    supply = sum(e for e in open_wh if e > 0)
    demand = -sum(e for e in open_wh if e < 0)
    assert sum(t.energy_wh for t in trades) == min(supply, demand)
    # Each side's rationing is in proportion to the unit.
    for sign, total in ((1, supply), (-1, demand)):
        for p, energy in zip(positions, open_wh, strict=True):
            if energy * sign > 0:
                traded = sum(
                    t.energy_wh for t in trades if p.account in (t.seller if sign > 0 else t.buyer,)
                )
                assert abs(traded - Fraction(abs(energy) * min(supply, demand), total)) < 1


def test_tradeable_energy() -> None:
    assert tradeable_wh(1000, 900, TOLERANCE) == 900
    assert tradeable_wh(1000, 1200, TOLERANCE) == 1100
    assert tradeable_wh(-15, -100, TOLERANCE) == 16  # 16.5 rounded down
    assert tradeable_wh(1000, -900, TOLERANCE) == 0
    assert tradeable_wh(0, 900, TOLERANCE) == 0
    assert tradeable_wh(1000, 0, TOLERANCE) == 0


def test_largest_remainder_and_its_ties() -> None:
    assert ration({"a": 10, "b": 10, "c": 10}, 20) == {"a": 7, "b": 7, "c": 6}
    assert ration({"c": 1, "b": 1, "a": 1}, 1) == {"a": 1, "b": 0, "c": 0}
    assert ration({"a": 100, "b": 1}, 99) == {"a": 98, "b": 1}  # 98.02 and 0.98
    assert ration({"a": 3, "b": 4}, 7) == {"a": 3, "b": 4}
    assert ration({}, 0) == {}


def test_same_zone_first_then_fee_then_address() -> None:
    fees = {
        ("n", "n"): ZoneFee(30_000 * TICK, 0),
        ("s", "n"): ZoneFee(10_000 * TICK, 0),
        ("w", "n"): ZoneFee(20_000 * TICK, 0),
    }
    sellers = [
        position("a", "w", 100, 100, PRICE),
        position("b", "s", 100, 100, PRICE),
        position("c", "n", 100, 100, PRICE),
        position("d", "s", 100, 100, PRICE),
    ]
    buyer = position("z", "n", -400, -400, PRICE, PRICE + 30_000)
    trades = pair([*sellers, buyer], PRICE, fees, TOLERANCE)
    assert [t.seller for t in trades] == ["c", "b", "d", "a"]
    # At a limit below the own zone's fee, the dearer seller is left out.
    poorer = position("z", "n", -400, -400, PRICE, PRICE + 29_999)
    trades = pair([*sellers, poorer], PRICE, fees, TOLERANCE)
    assert [t.seller for t in trades] == ["b", "d", "a"]


def test_fees_are_charged_at_the_epochs_elecoin_price(
    make_community: Callable[..., Community],
) -> None:
    price = currency_to_wei_up(1.03)
    fees = zone_fees(make_community(), price)
    fee = fees["b", "a"]
    assert ("a", "b") not in fees
    exact = Fraction(5, 100) / Fraction(103, 100) * WAD
    assert 0 <= fee.network_wei - exact < 1
    trade = make_trade("s", "b", 1, 100_000, fee)
    assert trade.energy_wei == 10**14
    assert trade.network_wei == -(-fee.network_wei // TICK) * 10**9


def test_an_unsupported_price_is_no_seller() -> None:
    assert eligible_wh(position("a", "n", 500, 500, NEVER_SELLS), NEVER_SELLS - 1, TOLERANCE) == 0
    assert eligible_wh(position("a", "n", 500, 500, PRICE), PRICE, TOLERANCE) == 500
    assert eligible_wh(position("a", "n", 500, 500, PRICE + 1), PRICE, TOLERANCE) == 0
    assert eligible_wh(position("a", "n", -500, -500, PRICE), PRICE, TOLERANCE) == -500
    assert eligible_wh(position("a", "n", -500, -500, PRICE - 1), PRICE, TOLERANCE) == 0


@pytest.mark.parametrize("tolerance", [0, 1, 10_000])
def test_any_tolerance(tolerance: int) -> None:
    assert tradeable_wh(10_000, 10**6, tolerance) == 10_000 + tolerance
