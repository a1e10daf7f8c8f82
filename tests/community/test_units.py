"""The rounding functions against exact rational arithmetic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle import units

AMOUNTS = st.integers(0, 10**30)
PRICES = st.integers(1, 10**24)


def test_a_float_counts_as_it_was_written() -> None:
    assert units.exact(0.1) == Fraction(1, 10)
    assert units.exact("0.30") == Fraction(3, 10)
    assert units.price_to_ticks_up(0.3) == units.price_to_ticks_down(0.3) == 300_000
    assert units.currency_to_wei_up(1.02) == 1_020_000_000_000_000_000
    with pytest.raises(ValueError, match="not a finite"):
        units.exact(float("nan"))


@given(st.floats(0, 1e6))
def test_ticks_bracket_the_price(price: float) -> None:
    down, up = units.price_to_ticks_down(price), units.price_to_ticks_up(price)
    assert Fraction(down, 10**6) <= units.exact(price) <= Fraction(up, 10**6)
    assert up - down <= 1


@given(AMOUNTS, PRICES)
def test_wad_arithmetic_brackets_the_exact_value(amount: int, price: int) -> None:
    product = Fraction(amount) * price / units.WAD
    assert 0 <= units.mul_wad_up(amount, price) - product < 1
    assert 0 <= product - units.mul_wad_down(amount, price) < 1
    assert 0 <= units.div_wad_up(amount, price) - Fraction(amount) * units.WAD / price < 1


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**31 - 1))
def test_energy_at_a_tick_price_needs_no_rounding(ticks: int, wh: int) -> None:
    exact = Fraction(units.ticks_to_wei(ticks)) * wh / 1000
    assert units.energy_price_wei(ticks, wh) == exact
    fee = units.energy_fee_wei_up(ticks + 1, wh)
    assert 0 <= fee - Fraction(ticks + 1) * wh / 1000 < 10**9
    assert fee % 10**9 == 0


def test_currency_on_the_chain_grid() -> None:
    assert units.currency_to_ticks_exact(0.078) == 78_000
    with pytest.raises(ValueError, match="multiple"):
        units.currency_to_ticks_exact(0.0000001)


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=60), st.sampled_from([900, 1800, 3600]))
def test_registers_never_drift(milliwatts: list[int], step: int) -> None:
    kw = [m / 1e6 for m in milliwatts]
    registers = units.registers_wh(np.array(kw), step)
    rest = units.MilliwattSeconds(0)
    total = 0
    for t, power in enumerate(kw):
        wh, rest = units.kw_to_wh(power, step, rest)
        total += wh
        assert wh == registers[t + 1] - registers[t]
    assert total == sum(milliwatts) * step // 3_600_000
    assert registers[0] == 0


@given(st.integers(-(10**7), 10**7), st.sampled_from([900, 1800, 3600]))
def test_a_forecast_rounds_toward_zero(milliwatts: int, step: int) -> None:
    wh = units.kw_to_wh_toward_zero(milliwatts / 1e6, step)
    exact = Fraction(milliwatts * step, 3_600_000)
    assert abs(wh) <= abs(exact) < abs(wh) + 1
    assert wh * milliwatts >= 0
