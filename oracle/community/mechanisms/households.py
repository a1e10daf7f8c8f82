"""All members behind their meters over a whole run: `agent.Households` on arrays.

Batteries go in order of time; everything else is one expression over all periods.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from oracle.community.mechanisms.batteries import Batteries, reserved_kw
from oracle.community.mechanisms.forecasts import ForecastRows
from oracle.community.mechanisms.periods import Floats, Ints
from oracle.community.model import Community
from oracle.community.needs import epoch_cutoff
from oracle.community.profiles import Profiles
from oracle.units import MILLIWATT_SECONDS_PER_WH, kw_to_milliwatts, registers_wh

DAY = 86_400
ROWS = 2048
"""Periods whose look-ahead is held in memory at once."""


@dataclass(frozen=True)
class Behaviour:
    """What was declared and metered in Wh [T, N], and what was expected at each epoch's deadline
    [T, N]."""

    declared: Ints
    generated: Ints
    consumed: Ints
    expected: Ints


def late_periods(community: Community) -> int:
    """Periods between the last reading that is known at an epoch's deadline and its start."""
    market = community.market
    return -(-(market.declaration_lead + market.elecoin_lead) // community.step)


class _Run:
    def __init__(
        self, community: Community, profiles: Profiles, forecasts: ForecastRows, first: int,
        periods: int, retail: Floats,
    ) -> None:  # fmt: skip
        self.community, self.forecasts = community, forecasts
        self.first, self.periods = first, periods
        self.starts = profiles.start[first : first + periods]
        self.step, self.ahead = community.step, DAY // community.step
        self.who = np.array(
            [i for i, m in enumerate(community.members) if m.storage is not None], dtype=np.int64
        )
        storages = [m.storage for m in community.members if m.storage is not None]
        self.batteries = Batteries.of(storages, self.step)
        self.retail = retail[:, self.who]
        now = np.arange(first, first + periods)
        lead = community.market.declaration_lead
        self.rows = forecasts.rows(now, self.starts - lead)
        self.load = profiles.load_kw[first : first + periods]
        self.generation = profiles.generation_kw[first : first + periods]

    def reserved(self, first: Ints, cutoff: Ints, count: int) -> Floats:
        """`reserved_kw` [R, count, B] of the intervals from `first` [R] on (counted from the run's
        start), all seen from one cut-off a row."""
        kept = np.empty((len(first), count, len(self.who)))
        net = (self.forecasts.generation_kw - self.forecasts.load_kw)[:, self.who]
        span = np.arange(count + self.ahead - 1)
        for at in range(0, len(first), ROWS // count + 1):
            part = slice(at, at + ROWS // count + 1)
            interval = first[part, None] + span
            rows = self.forecasts.rows(self.first + interval, cutoff[part, None])
            for b, power in enumerate(self.batteries.power):
                kept[part, :, b] = reserved_kw(
                    sliding_window_view(net[rows, b], self.ahead, axis=1),
                    sliding_window_view(self.retail[interval, b], self.ahead, axis=1),
                    float(power),
                )
        return kept

    def storage(self, told: Callable[[int], None]) -> tuple[Floats, Floats, Floats]:
        """(planned kW, power kW, content kWh at the start) of every period [T, B]."""
        shape = (self.periods, len(self.who))
        planned, power, content = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        if not len(self.who):
            return planned, power, content
        lead = self.community.market.declaration_lead
        late = -(-lead // self.step)
        steps = np.arange(self.periods)
        reserved = self.reserved(steps, self.starts - lead, 1)[:, 0]
        net, seen = self._seen(self.rows)
        load, generation = self.load[:, self.who], self.generation[:, self.who]
        stored = self.batteries.initial
        for t in range(self.periods):
            content[t] = stored
            expected = content[max(0, t - late)]
            for s in range(max(0, t - late), t):
                _, expected = self.batteries.operate(expected, planned[s], *seen(s))
            planned[t] = self.batteries.plan(expected, net[t], reserved[t])
            power[t], stored = self.batteries.operate(stored, planned[t], load[t], generation[t])
            told(t)
        return planned, power, content

    def _seen(self, rows: Ints) -> tuple[Floats, Callable[[int], tuple[Floats, Floats]]]:
        """The forecast surplus of rows, and load and generation by place, of the batteries."""
        load = self.forecasts.load_kw[rows][..., self.who]
        generation = self.forecasts.generation_kw[rows][..., self.who]
        return generation - load, lambda at: (load[at], generation[at])

    def expected(self, planned: Floats, content: Floats) -> Ints:
        """The net Wh [T, N] of each period as expected at its epoch's deadline."""
        size = self.community.epoch_periods
        first = np.arange(0, self.periods, size)
        cutoff = np.array([epoch_cutoff(self.community, int(at)) for at in self.starts[first]])
        interval = first[:, None] + np.arange(size)
        rows = self.forecasts.rows(self.first + interval, cutoff[:, None])
        load, generation = self.forecasts.load_kw[rows], self.forecasts.generation_kw[rows]
        net = generation - load
        if len(self.who):
            late = late_periods(self.community)
            known = np.maximum(first - late, 0)
            stored = content[known]
            _, seen = self._seen(self.rows)
            for back in range(late):
                at = known + back
                before = at < first
                at = np.minimum(at, self.periods - 1)
                _, moved = self.batteries.operate(stored, planned[at], *seen(at))
                stored = np.where(before[:, None], moved, stored)
            reserved = self.reserved(first, cutoff, size)
            for k in range(size):
                here = net[:, k][:, self.who]
                plan = self.batteries.plan(stored, here, reserved[:, k])
                power, stored = self.batteries.operate(
                    stored, plan, load[:, k][:, self.who], generation[:, k][:, self.who]
                )
                net[:, k, self.who] = here - power
        return wh_toward_zero(net.reshape(-1, net.shape[2])[: self.periods], self.step)


def behave(
    community: Community,
    profiles: Profiles,
    forecasts: ForecastRows,
    start: int,
    periods: int,
    retail: Floats,
    told: Callable[[int], None] = lambda t: None,
) -> Behaviour:
    """The members' declarations and readings of `periods` periods from `start`.

    `retail` [T + a day + an epoch, N] is the price their batteries plan with; the profiles must
    cover the run.
    """
    first = profiles.position(start)
    assert first is not None
    run = _Run(community, profiles, forecasts, first, periods, retail)
    planned, power, content = run.storage(told)
    net = forecasts.generation_kw[run.rows] - forecasts.load_kw[run.rows]
    net[:, run.who] -= planned
    consumed, generated = run.load.copy(), run.generation.copy()
    consumed[:, run.who] = np.maximum(consumed[:, run.who] + np.minimum(power, 0.0), 0.0)
    generated[:, run.who] = np.maximum(generated[:, run.who] - np.maximum(power, 0.0), 0.0)
    return Behaviour(
        declared=wh_toward_zero(net, community.step),
        generated=np.diff(registers_wh(generated, community.step), axis=0),
        consumed=np.diff(registers_wh(consumed, community.step), axis=0),
        expected=run.expected(planned, content),
    )


def wh_toward_zero(kw: Floats, step: int) -> Ints:
    """`units.kw_to_wh_toward_zero` of an array."""
    energy = kw_to_milliwatts(kw) * step
    return np.asarray(np.sign(energy) * (np.abs(energy) // MILLIWATT_SECONDS_PER_WH))
