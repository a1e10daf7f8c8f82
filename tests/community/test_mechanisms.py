"""What holds of every mechanism, and each one against its formula or an independent method."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from books import periods_of
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from oracle.community.mechanisms import MECHANISMS, Mechanism, Periods
from oracle.community.mechanisms.auction import Book
from oracle.community.mechanisms.equilibrium import UNPRICED, equilibrium, price_ticks
from oracle.community.mechanisms.pay_as_clear import clearing_price
from oracle.community.mechanisms.pool import bounds
from oracle.community.mechanisms.settlement import ration, settle
from oracle.community.mechanisms.supply_demand import sdr_price
from oracle.community.pairing import Position, ZoneFee, pair
from oracle.community.pairing import ration as ration_one
from oracle.rounds.finish_clearing import finish_clearing, market
from oracle.rounds.words import Target
from oracle.units import TICK, WAD, WH_PER_KWH

RULES = {mechanism.name: mechanism for mechanism in MECHANISMS}
SEEDS = st.integers(0, 2**32 - 1)
FEW = settings(max_examples=25, derandomize=True, deadline=None)


def by_name() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("mechanism", MECHANISMS, ids=list(RULES))


@by_name()
@FEW
@given(seed=SEEDS, zones=st.integers(1, 3))
def test_energy_and_money_balance_and_nobody_does_worse_than_the_grid(
    mechanism: Mechanism, seed: int, zones: int
) -> None:
    periods = periods_of(np.random.default_rng(seed), zones=zones)
    flows = mechanism.flows(periods)
    assert np.allclose(flows.bought.sum(axis=1), flows.sold.sum(axis=1), atol=1e-9)
    assert (flows.bought >= 0).all()
    assert (flows.sold >= 0).all()
    assert (flows.bought <= periods.wanted() + 1e-9).all()
    assert (flows.sold <= periods.offered() + 1e-9).all()
    assert np.abs(flows.paid.sum(axis=1)).max() < 1e-12
    assert (flows.fees >= 0).all()
    assert (flows.fees[flows.bought == 0] == 0).all()
    instead = flows.bought * periods.retail - flows.sold * periods.members.feed_in
    assert (flows.paid + flows.fees <= instead / WH_PER_KWH + 1e-9).all()
    traded = flows.sold.sum(axis=1) > 0
    assert (np.isnan(flows.price) == ~traded).all()


@by_name()
@FEW
@given(seed=SEEDS)
def test_periods_stand_alone(mechanism: Mechanism, seed: int) -> None:
    """What a worker makes of its part is what one makes of the whole."""
    periods = periods_of(np.random.default_rng(seed), periods=5)
    whole, part = mechanism.flows(periods), mechanism.flows(periods.rows(slice(2, 4)))
    for name in ("bought", "sold", "paid", "fees"):
        assert np.allclose(getattr(whole, name)[2:4], getattr(part, name), atol=1e-12)


@by_name()
@FEW
@given(seed=SEEDS)
def test_two_equal_members_get_equal(mechanism: Mechanism, seed: int) -> None:
    """To the Wh that rationing must give to somebody, and its price."""
    periods = periods_of(np.random.default_rng(seed), zones=1)
    for name in ("generated", "consumed", "declared", "retail", "value"):
        getattr(periods, name)[:, 1] = getattr(periods, name)[:, 0]
    for group in (periods.members.ask, periods.members.feed_in, periods.members.may_sell):
        group[1] = group[0]
    periods.words.ask[1] = periods.words.ask[0]
    for words in (periods.words.value, periods.words.limit):
        words[:, 1] = words[:, 0]
    flows = mechanism.flows(periods)
    assert np.abs(flows.bought[:, 0] - flows.bought[:, 1]).max() <= 1
    assert np.abs(flows.sold[:, 0] - flows.sold[:, 1]).max() <= 1
    assert np.abs(flows.paid[:, 0] - flows.paid[:, 1]).max() <= 0.4 / WH_PER_KWH


@FEW
@given(seed=SEEDS, zones=st.integers(1, 4))
def test_our_trades_and_prices_are_those_of_the_integer_rules(seed: int, zones: int) -> None:
    """Against `pairing.pair` and the oracle's finish, zones that may not trade included."""
    periods = periods_of(np.random.default_rng(seed), members=9, periods=16, zones=zones)
    words, members = periods.words, periods.members
    prices = price_ticks(periods.declared, words.ask, words.value, words.floor)
    flows = equilibrium(periods)
    for t in range(len(periods)):
        price = [
            int((words.ask if net > 0 else words.value[t])[i]) if net else 0
            for i, net in enumerate(periods.declared[t])
        ]
        limit = words.limit[t]
        said = periods.declared[t].tolist()
        targets = [Target(t, n, p, int(m)) for n, p, m in zip(said, price, limit, strict=True)]
        integers = market(targets, words.floor)
        if integers is None:
            assert prices[t] == UNPRICED
            assert not flows.sold[t].any()
            continue
        assert prices[t] == finish_clearing(integers, words.floor).price_ticks
        elecoin = int(words.elecoin[t])
        fees = {
            (str(s), str(b)): ZoneFee(-(-round(fee * 1e6) * TICK * 10**6 // elecoin), 0)
            for (s, b), fee in np.ndenumerate(members.fee)
            if not np.isnan(fee)
        }
        positions = [
            Position(name, str(members.zone[i]), said[i], int(periods.net[t, i]), price[i],
                     int(limit[i]))
            for i, name in enumerate(members.names)
        ]  # fmt: skip
        trades = pair(positions, int(prices[t]), fees, members.tolerance_bps)
        for i, name in enumerate(members.names):
            bought = [trade for trade in trades if trade.buyer == name]
            assert flows.bought[t, i] == sum(trade.energy_wh for trade in bought)
            assert flows.sold[t, i] == sum(x.energy_wh for x in trades if x.seller == name)
            fee_wei = sum(trade.network_wei for trade in bought)
            # The chain rounds both fees of a trade up to 1e9 wei.
            rounding = 1e-12 + 2e-9 * len(bought) * elecoin / 1e6
            assert flows.fees[t, i] == pytest.approx(fee_wei / WAD * elecoin / 1e6, abs=rounding)


@FEW
@given(st.lists(st.integers(0, 40), min_size=1, max_size=7), st.integers(0, 120), st.randoms())
def test_rationing_on_arrays_is_rationing(amounts: list[int], total: int, rnd: object) -> None:
    names = [f"m{i}" for i in range(len(amounts))]
    found = ration(np.array([amounts, amounts]), np.array([total, 0]), np.arange(len(amounts)))
    assert found[0].tolist() == list(
        ration_one(dict(zip(names, amounts, strict=True)), total).values()
    )
    assert not found[1].any()


def welfare(periods: Periods, t: int) -> tuple[float, float]:
    """(most surplus, its volume) of one period's orders without zones, by linear programming."""
    book = Book.of(periods)
    sellers, buyers = np.flatnonzero(book.sell[t]), np.flatnonzero(book.buy[t])
    if not (sellers.size and buyers.size):
        return 0.0, 0.0
    surplus = periods.value[t, buyers][None, :] - periods.members.ask[sellers][:, None]
    # A trade without surplus counts as a trade: the auction's volume is the largest.
    cost = -(surplus + 1e-7).ravel()
    s, b = len(sellers), len(buyers)
    limits = np.vstack([np.kron(np.eye(s), np.ones(b)), np.kron(np.ones(s), np.eye(b))])
    most = np.concatenate([book.sell[t, sellers], book.buy[t, buyers]])
    found = linprog(cost, A_ub=limits, b_ub=most, method="highs")
    assert found.success
    return float(surplus.ravel() @ found.x), float(found.x.sum())


@settings(max_examples=15, derandomize=True, deadline=None)
@given(seed=SEEDS)
def test_the_auctions_trade_the_welfare_optimum(seed: int) -> None:
    periods = periods_of(np.random.default_rng(seed), members=7, periods=3, zones=1, fees=False)
    price, volume = clearing_price(Book.of(periods))
    clear, bid = RULES["pay_as_clear"].flows(periods), RULES["pay_as_bid"].flows(periods)
    for t in range(len(periods)):
        surplus, most = welfare(periods, t)
        assert volume[t] == pytest.approx(most, abs=1e-6)
        for flows in (clear, bid):
            assert flows.sold[t].sum() == pytest.approx(most, abs=1e-6)
            gained = flows.bought[t] @ periods.value[t] - flows.sold[t] @ periods.members.ask
            assert gained == pytest.approx(surplus, abs=1e-4)
        if volume[t] == 0:
            assert np.isnan(price[t])
            continue
        # The price supports it: who is better than it trades all she may.
        book = Book.of(periods)
        better = periods.members.ask < price[t] - 1e-12
        assert (clear.sold[t][better] == book.sell[t][better]).all()
        better = periods.value[t] > price[t] + 1e-12
        assert (clear.bought[t][better] == book.buy[t][better]).all()


def test_an_auction_by_hand() -> None:
    """Asks 100 Wh at 0.05 and 100 at 0.08, bids 150 at 0.30 and 100 at 0.20: 0.20 clears."""
    periods = periods_of(np.random.default_rng(1), members=4, periods=1, zones=1, fees=False)
    members = replace(
        periods.members, ask=np.array([0.05, 0.08, 0.0, 0.0]), may_sell=np.ones(4, dtype=bool)
    )
    net = np.array([[100, 100, -150, -100]])
    value = np.array([[0.3, 0.3, 0.30, 0.20]])
    periods = replace(
        periods, members=members, generated=np.maximum(net, 0), consumed=np.maximum(-net, 0),
        declared=net, value=value, retail=value,
    )  # fmt: skip
    clear, bid = RULES["pay_as_clear"].flows(periods), RULES["pay_as_bid"].flows(periods)
    assert clear.price.tolist() == [0.20]
    assert clear.bought.tolist() == bid.bought.tolist() == [[0, 0, 150, 50]]
    assert clear.paid[0] == pytest.approx([-0.02, -0.02, 0.03, 0.01])
    # 100 Wh at (0.05 + 0.30)/2, 50 at (0.08 + 0.30)/2, 50 at (0.08 + 0.20)/2.
    assert bid.paid[0] == pytest.approx([-0.0175, -0.0095 - 0.007, 0.0175 + 0.0095, 0.007])


def alike(surplus: list[int], deficit: list[int], low: float, high: float) -> Periods:
    """Sellers and buyers who all have the same two tariffs, without fees."""
    size = len(surplus) + len(deficit)
    periods = periods_of(np.random.default_rng(0), members=size, periods=1, zones=1, fees=False)
    net = np.array([surplus + [-d for d in deficit]])
    members = replace(
        periods.members, ask=np.full(size, low), feed_in=np.full(size, low),
        may_sell=np.ones(size, dtype=bool),
    )  # fmt: skip
    return replace(
        periods, members=members, generated=np.maximum(net, 0), consumed=np.maximum(-net, 0),
        declared=net, retail=np.full((1, size), high), value=np.full((1, size), high),
    )  # fmt: skip


@pytest.mark.parametrize(("surplus", "deficit"), [(1000, 1000), (1000, 4000), (4000, 1000)])
def test_mid_market_is_the_published_rule(surplus: int, deficit: int) -> None:
    """Long et al. 2017: P_mid is the mean; the longer side's price is a mean with the grid's."""
    low, high = 0.08, 0.32
    periods = alike([surplus], [deficit], low, high)
    flows = RULES["mid_market"].flows(periods)
    mid = (low + high) / 2
    assert flows.price.tolist() == [mid]
    assert bounds(periods) == ([low], [high])
    buying = (flows.paid[0, 1] * 1000 + (deficit - flows.bought[0, 1]) * high) / deficit
    selling = (-flows.paid[0, 0] * 1000 + (surplus - flows.sold[0, 0]) * low) / surplus
    if surplus <= deficit:
        assert selling == pytest.approx(mid)
        assert buying == pytest.approx((surplus * mid + (deficit - surplus) * high) / deficit)
    else:
        assert buying == pytest.approx(mid)
        assert selling == pytest.approx((deficit * mid + (surplus - deficit) * low) / surplus)


@given(low=st.floats(0.0, 0.3), spread=st.floats(1e-3, 0.5), ratio=st.floats(0.0, 3.0))
@FEW
def test_the_ratios_price_falls_from_one_bound_to_the_other(
    low: float, spread: float, ratio: float
) -> None:
    high = low + spread
    at = [float(sdr_price(*(np.array([x]) for x in (low, high, r)))[0]) for r in (0, ratio, 1, 9)]
    assert at[0] == pytest.approx(high)
    assert at[2] == at[3] == pytest.approx(low)
    assert low - 1e-12 <= at[1] <= high + 1e-12
    if 0 < ratio < 1 and low > 0:
        # Published form, and their buying price: the mean with the grid's, weighted by the ratio.
        assert 1 / at[1] == pytest.approx(ratio / low + (1 - ratio) / high)


def test_the_ratios_buyers_pay_the_published_price() -> None:
    """Liu et al. 2017: P_buy = P_sell SDR + λ_buy (1 − SDR) of all that is bought."""
    periods = alike([300, 100], [600, 400], 0.08, 0.32)
    flows = RULES["supply_demand"].flows(periods)
    ratio = 400 / 1000
    selling = 0.08 * 0.32 / ((0.32 - 0.08) * ratio + 0.08)
    assert flows.price == pytest.approx([selling])
    whole = flows.paid[0, 2:].sum() * 1000 + (1000 - flows.bought.sum()) * 0.32
    assert whole / 1000 == pytest.approx(selling * ratio + 0.32 * (1 - ratio))


def test_the_keys_share_as_they_say() -> None:
    """A static key leaves what a member cannot use; a proportional one follows the deficits."""
    periods = alike([900], [100, 800], 0.08, 0.32)
    static = RULES["static_key"].flows(periods)
    assert static.bought.tolist() == [[0, 100, 300]]
    assert static.sold.tolist() == [[400, 0, 0]]
    assert static.price.tolist() == [0.17]
    short = alike([450], [100, 800], 0.08, 0.32)
    assert RULES["proportional_key"].flows(short).bought.tolist() == [[0, 50, 400]]


def test_a_fee_too_high_for_the_price_makes_no_trade() -> None:
    """A buyer in another zone pays price and fee, or stays with the grid."""
    periods = alike([500], [500], 0.08, 0.32)
    members = replace(
        periods.members, zone=np.array([0, 1]),
        fee=np.array([[0.0, 0.1], [np.nan, 0.0]]), fixed_price=0.21,
    )  # fmt: skip
    far = replace(periods, members=members)
    assert RULES["mid_market"].flows(far).fees.tolist() == [[0.0, 0.05]]
    done = settle(members, far.offered(), far.wanted(), np.array([[0.2, 0.09]]))
    assert not done.bought.any()
    assert done.fees.sum() == 0


def test_the_grid_alone_trades_nothing() -> None:
    flows = RULES["grid"].flows(periods_of(np.random.default_rng(3)))
    assert not flows.bought.any()
    assert not flows.paid.any()
    assert np.isnan(flows.price).all()
