"""The rule of `storage` for many batteries at once: what they plan, and what then happens.

Shapes: B batteries, T periods, L the intervals of a day that a plan looks ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oracle.community.mechanisms.periods import Floats
from oracle.community.model import Storage
from oracle.community.storage import MILLIWATT


@dataclass(frozen=True)
class Batteries:
    """Their sizes [B], and the length of an interval in seconds."""

    capacity: Floats
    power: Floats
    one_way: Floats
    initial: Floats
    step: int

    @classmethod
    def of(cls, storages: Sequence[Storage], step: int) -> Batteries:
        """The arrays of these batteries."""
        return cls(
            capacity=np.array([s.capacity_kwh for s in storages]),
            power=np.array([s.power_kw for s in storages]),
            one_way=np.sqrt([s.efficiency for s in storages]),
            initial=np.array([s.initial_kwh for s in storages]),
            step=step,
        )

    def plan(self, stored: Floats, net: Floats, reserved: Floats) -> Floats:
        """The power decided in kW [..., B], > 0 charges: see `storage.plan_kw`.

        stored: kWh; net: the forecast surplus of this interval in kW; reserved: `reserved_kw`.
        """
        charge = np.minimum(net, self._charge_limit(stored))
        content = np.maximum(stored, 0.0) * self.one_way * 3600 / self.step
        spare = np.maximum(content - reserved, 0.0)
        discharge = np.minimum(np.minimum(-net, self.power), spare)
        return np.where(net > 0, _milliwatts_down(charge), -_milliwatts_down(discharge))

    def operate(
        self, stored: Floats, planned: Floats, load: Floats, generation: Floats
    ) -> tuple[Floats, Floats]:
        """What the plan becomes: (power in kW, > 0 charges; stored kWh after the interval)."""
        hours, net = self.step / 3600, generation - load
        limit = np.minimum(self._charge_limit(stored), np.maximum(net, 0.0))
        charge = _milliwatts_down(np.minimum(planned, limit))
        content = np.maximum(stored, 0.0) * self.one_way * 3600 / self.step
        limit = np.minimum(np.minimum(self.power, content), np.maximum(-net, 0.0))
        discharge = _milliwatts_down(np.minimum(-planned, limit))
        charged = np.minimum(self.capacity, stored + charge * self.one_way * hours)
        discharged = np.maximum(0.0, stored - discharge / self.one_way * hours)
        charging = planned > 0
        return np.where(charging, charge, -discharge), np.where(charging, charged, discharged)

    def _charge_limit(self, stored: Floats) -> Floats:
        room = np.maximum(self.capacity - stored, 0.0) / self.one_way
        return np.minimum(self.power, room * 3600 / self.step)


def _milliwatts_down(kw: Floats) -> Floats:
    # As in `storage`: the small term undoes the last bit of a division.
    return np.where(kw > 0, np.floor(kw / MILLIWATT + 1e-6) * MILLIWATT, 0.0)


def reserved_kw(net: Floats, retail: Floats, power: float) -> Floats:
    """What a battery keeps for dearer intervals before the next surplus, as one interval's power.

    net, retail [..., L]: forecasts from this interval on, of one battery; result [...].
    """
    surplus = net[..., 1:] > 0
    before = ~np.logical_or.accumulate(surplus, axis=-1)
    dearer = before & (retail[..., 1:] > retail[..., :1])
    wanted = np.minimum(-net[..., 1:], power)
    return np.asarray(np.where(dearer, wanted, 0.0).sum(axis=-1))
