"""The battery: limits, losses, and the rule that decides in advance."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.community.model import Storage
from oracle.community.storage import metered_kw, operate, plan_kw

STEP = 900
KW = st.integers(0, 8_000_000).map(lambda milliwatts: milliwatts / 1e6)
BATTERY = Storage(capacity_kwh=5, power_kw=2, efficiency=0.81, initial_kwh=1)


def first_plan(
    stored: float, load: list[float], generation: list[float], retail: list[float]
) -> float:
    arrays = (np.array(load), np.array(generation), np.array(retail))
    return plan_kw(BATTERY, stored, *arrays, STEP)


def test_a_surplus_charges_up_to_power_and_room() -> None:
    assert first_plan(1, [1], [2.5], [0.3]) == pytest.approx(1.5)
    assert first_plan(1, [0], [6], [0.3]) == pytest.approx(2)
    # 0.09 kWh of room take 0.1 kWh of charge: 0.4 kW over a quarter of an hour.
    assert first_plan(4.91, [0], [6], [0.3]) == pytest.approx(0.4)
    assert first_plan(5, [0], [6], [0.3]) == 0


def test_a_deficit_is_met_while_there_is_content() -> None:
    assert first_plan(1, [1.5], [0], [0.3]) == pytest.approx(-1.5)
    assert first_plan(5, [6], [0], [0.3]) == pytest.approx(-2)
    # 0.1 kWh of content deliver 0.09: 0.36 kW over a quarter of an hour.
    assert first_plan(0.1, [6], [0], [0.3]) == pytest.approx(-0.36)
    assert first_plan(0, [6], [0], [0.3]) == 0


def test_dearer_hours_are_kept_for() -> None:
    # 1 kWh delivers 0.9: two dear quarters of 1 kW need 0.5 of it, 0.4 is spare: 1.6 kW now.
    cheap_now = [0.2, 0.2, 0.3, 0.3]
    assert first_plan(1, [2, 0, 1, 1], [0] * 4, cheap_now) == pytest.approx(-1.6)
    assert first_plan(0.5, [2, 0, 1, 1], [0] * 4, cheap_now) == 0
    # A surplus in between refills it, and at one price nothing is kept.
    assert first_plan(0.5, [2, 0, 1, 1], [0, 3, 0, 0], cheap_now) == pytest.approx(-1.8)
    assert first_plan(0.5, [2, 0, 1, 1], [0] * 4, [0.2] * 4) == pytest.approx(-1.8)


@given(
    stored=st.floats(0, 5),
    plan=st.floats(-3, 3),
    load=KW,
    generation=KW,
)
def test_what_happens_stays_within_every_limit(
    stored: float, plan: float, load: float, generation: float
) -> None:
    power, after = operate(BATTERY, stored, plan, load, generation, STEP)
    assert 0 <= after <= BATTERY.capacity_kwh
    assert abs(power) <= BATTERY.power_kw + 1e-9
    assert abs(power) <= abs(plan) + 1e-6
    net = generation - load
    # Never from the grid, never into it.
    assert max(power, 0) <= max(net, 0) + 1e-9
    assert max(-power, 0) <= max(-net, 0) + 1e-9
    # The content changes by the power less the losses of one way.
    one_way = math.sqrt(BATTERY.efficiency)
    flow = power * one_way if power > 0 else power / one_way
    assert after - stored == pytest.approx(flow * 0.25, abs=1e-6)
    consumption, production = metered_kw(load, generation, power)
    assert production - consumption == pytest.approx(net - power, abs=1e-9)
    assert 0 <= consumption <= load
    assert 0 <= production <= generation
