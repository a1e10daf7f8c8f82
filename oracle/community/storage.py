"""A battery behind the meter: what the member's agent decides in advance, and what then happens.

The rule is transparent and needs no solver. A kWh kept for own use saves the full retail price
(times the efficiency), more than the market can pay for it, so:

* a forecast surplus charges, as far as power and room go;
* a forecast deficit is met from the battery, except for what the battery will be asked for at a
  dearer retail price before the next forecast surplus refills it.

What happens follows the decision, clipped to the battery's limits and to the surplus or deficit
that there really is: the battery never charges from the grid and never discharges into it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from oracle.community.model import Storage

MILLIWATT = 1e-6
"""Powers are whole milliwatts, the resolution of the meter (kW)."""


def _to_milliwatt_down(kw: float) -> float:
    # The small term undoes the last bit of a division, never a whole milliwatt.
    return math.floor(kw / MILLIWATT + 1e-6) * MILLIWATT if kw > 0 else 0.0


def charge_limit_kw(storage: Storage, stored_kwh: float, step_seconds: int) -> float:
    """The most it can take in over one interval, in kW before losses."""
    room = max(0.0, storage.capacity_kwh - stored_kwh) / math.sqrt(storage.efficiency)
    return min(storage.power_kw, room * 3600 / step_seconds)


def discharge_limit_kw(storage: Storage, stored_kwh: float, step_seconds: int) -> float:
    """The most it can deliver over one interval, in kW after losses."""
    content = max(0.0, stored_kwh) * math.sqrt(storage.efficiency)
    return min(storage.power_kw, content * 3600 / step_seconds)


def plan_kw(
    storage: Storage,
    stored_kwh: float,
    load_kw: NDArray[np.float64],
    generation_kw: NDArray[np.float64],
    retail: NDArray[np.float64],
    step_seconds: int,
) -> float:
    """The power decided for the first of the forecast intervals: > 0 charges, < 0 discharges, kW.

    `load_kw`, `generation_kw` and `retail` (currency per kWh) [K] are forecasts for this interval
    and those after it; K = 1 decides without looking ahead.
    """
    net = generation_kw - load_kw
    if net[0] > 0:
        return _to_milliwatt_down(
            min(float(net[0]), charge_limit_kw(storage, stored_kwh, step_seconds))
        )
    refill = np.flatnonzero(net[1:] > 0)
    until = int(refill[0]) + 1 if refill.size else len(net)
    dearer = retail[1:until] > retail[0]
    wanted = np.minimum(-net[1:until][dearer], storage.power_kw)
    reserved_kw = float(wanted.sum())  # one interval's power that holds as much energy
    content = max(0.0, stored_kwh) * math.sqrt(storage.efficiency) * 3600 / step_seconds
    spare = max(0.0, content - reserved_kw)
    return -_to_milliwatt_down(min(-float(net[0]), storage.power_kw, spare))


def operate(
    storage: Storage,
    stored_kwh: float,
    planned_kw: float,
    load_kw: float,
    generation_kw: float,
    step_seconds: int,
) -> tuple[float, float]:
    """What the plan becomes: (power in kW, > 0 charges; stored kWh after the interval)."""
    hours, one_way = step_seconds / 3600, math.sqrt(storage.efficiency)
    net = generation_kw - load_kw
    if planned_kw > 0:
        limit = charge_limit_kw(storage, stored_kwh, step_seconds)
        power = _to_milliwatt_down(min(planned_kw, limit, max(0.0, net)))
        return power, min(storage.capacity_kwh, stored_kwh + power * one_way * hours)
    limit = discharge_limit_kw(storage, stored_kwh, step_seconds)
    power = _to_milliwatt_down(min(-planned_kw, limit, max(0.0, -net)))
    return -power, max(0.0, stored_kwh - power / one_way * hours)


def metered_kw(load_kw: float, generation_kw: float, storage_kw: float) -> tuple[float, float]:
    """(consumption, generation) in kW as the meter sees them, the battery standing behind it.

    What charges never leaves the house and lowers the generation reading; what discharges lowers
    the consumption reading. Nothing is counted twice and both stay at least 0.
    """
    if storage_kw >= 0:
        return load_kw, max(0.0, generation_kw - storage_kw)
    return max(0.0, load_kw + storage_kw), generation_kw
