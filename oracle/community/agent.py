"""The members' agents: what they declare for a period, and what their meters then show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oracle.community import storage as battery
from oracle.community.forecast import Forecast, Method, declaration_cutoff
from oracle.community.forecaster import Forecaster
from oracle.community.model import Community, Member
from oracle.community.profiles import Profiles
from oracle.community.tariff import expected_price
from oracle.units import MilliwattSeconds, kw_to_wh, kw_to_wh_toward_zero

DAY = 86_400


@dataclass(frozen=True)
class Targets:
    """What the members expect of one period: signed net Wh (+ surplus), storage kW (+ charges)."""

    start: int
    net_wh: tuple[int, ...]
    storage_kw: tuple[float, ...]
    load_kw: NDArray[np.float64]
    generation_kw: NDArray[np.float64]


@dataclass(frozen=True)
class Readings:
    """What the meters show of one period, in Wh, and their registers at its end.

    `estimated`: the profile had a gap there, which was filled.
    """

    start: int
    generated_wh: tuple[int, ...]
    consumed_wh: tuple[int, ...]
    generation_register: tuple[int, ...]
    consumption_register: tuple[int, ...]
    estimated: tuple[bool, ...]

    @property
    def net_wh(self) -> tuple[int, ...]:
        return tuple(g - c for g, c in zip(self.generated_wh, self.consumed_wh, strict=True))


class Households:
    """All members behind their meters, period by period.

    `declare(start)` may be called once per period, in order, with metering of earlier periods done
    up to its cut-off; `meter(start)` follows the profiles and the storage decisions, in order.
    """

    def __init__(
        self, community: Community, profiles: Profiles, method: Method = "persistence"
    ) -> None:
        self.community = community
        self.profiles = profiles
        self.forecaster = Forecaster(community, profiles, method, horizon=DAY // community.step)
        size = len(community.members)
        self._targets: dict[int, Targets] = {}
        self._stored = [m.storage.initial_kwh if m.storage else 0.0 for m in community.members]
        self._metered_until: int | None = None
        self._prices: dict[tuple[str, int, int], NDArray[np.float64]] = {}
        self._history: dict[int, list[float]] = {}
        self._rest = [[MilliwattSeconds(0)] * size, [MilliwattSeconds(0)] * size]
        self._registers = [[0] * size, [0] * size]

    @property
    def stored_kwh(self) -> tuple[float, ...]:
        """Content of each member's battery after the last metered period."""
        return tuple(self._stored)

    def declare(self, start: int, cutoff: int | None = None) -> Targets:
        """Targets for the period that starts at `start`, from what is known at `cutoff`."""
        known = declaration_cutoff(self.community, start) if cutoff is None else cutoff
        ahead = self._ahead(start, known)
        now = ahead[0]
        plans = [0.0] * len(self.community.members)
        for i, member in enumerate(self.community.members):
            if member.storage is not None:
                stored = self._expected_content(i, start, known)
                plans[i] = self._plan(i, start, stored, ahead)
        step = self.community.step
        net = [
            kw_to_wh_toward_zero(
                float(now.generation_kw[i]) - float(now.load_kw[i]) - plans[i], step
            )
            for i in range(len(plans))
        ]
        targets = Targets(start, tuple(net), tuple(plans), now.load_kw, now.generation_kw)
        self._targets[start] = targets
        return targets

    def expected_net_wh(self, start: int, periods: int, cutoff: int) -> list[list[int]]:
        """Forecast net Wh [periods][N], storage at work, seen from `cutoff`; declares nothing."""
        step, size = self.community.step, len(self.community.members)
        ahead = self._ahead(start, cutoff, periods)
        net = [
            [float(f.generation_kw[i]) - float(f.load_kw[i]) for i in range(size)]
            for f in ahead[:periods]
        ]
        for i, member in enumerate(self.community.members):
            if member.storage is None:
                continue
            stored = self._expected_content(i, start, cutoff)
            for k in range(periods):
                load, generation = float(ahead[k].load_kw[i]), float(ahead[k].generation_kw[i])
                plan = self._plan(i, start + k * step, stored, ahead[k:])
                power, stored = battery.operate(
                    member.storage, stored, plan, load, generation, step
                )
                net[k][i] -= power
        return [[kw_to_wh_toward_zero(value, step) for value in row] for row in net]

    def _ahead(self, start: int, cutoff: int, periods: int = 1) -> list[Forecast]:
        """Forecasts for `periods` periods, and for the day after each if there are batteries."""
        step = self.community.step
        if any(member.storage is not None for member in self.community.members):
            periods += DAY // step - 1
        return [self.forecaster.at(start + k * step, cutoff) for k in range(periods)]

    def _plan(self, index: int, start: int, stored: float, ahead: list[Forecast]) -> float:
        member, step = self.community.members[index], self.community.step
        assert member.storage is not None
        ahead = ahead[: DAY // step]
        return battery.plan_kw(
            member.storage,
            stored,
            np.array([f.load_kw[index] for f in ahead]),
            np.array([f.generation_kw[index] for f in ahead]),
            self._retail(member, start, len(ahead)),
            step,
        )

    def _retail(self, member: Member, start: int, periods: int) -> NDArray[np.float64]:
        """The all-in price [periods] from `start`; kept, as members share tariffs."""
        key = (member.retail, start, periods)
        if key not in self._prices:
            step = self.community.step
            starts = range(start, start + periods * step, step)
            values = [float(expected_price(self.community, member, at).all_in) for at in starts]
            self._prices[key] = np.array(values)
        return self._prices[key]

    def _expected_content(self, index: int, start: int, cutoff: int) -> float:
        """The battery's content at `start`: its last known one, then the plans made since."""
        member, step = self.community.members[index], self.community.step
        assert member.storage is not None
        known = [end for end in self._history if end <= cutoff]
        stored = self._history[max(known)][index] if known else member.storage.initial_kwh
        for earlier in sorted(self._targets):
            if (known and earlier < max(known)) or earlier >= start:
                continue
            plan = self._targets[earlier]
            _, stored = battery.operate(
                member.storage,
                stored,
                plan.storage_kw[index],
                float(plan.load_kw[index]),
                float(plan.generation_kw[index]),
                step,
            )
        return stored

    def meter(self, start: int) -> Readings:
        """The period's readings. A period that was not declared leaves the batteries idle."""
        if self._metered_until is not None and start != self._metered_until:
            raise ValueError(f"metering is at {self._metered_until}, not {start}")
        step = self.community.step
        row = self.profiles.window(start, 1)
        targets = self._targets.get(start)
        generated, consumed = [], []
        for i, member in enumerate(self.community.members):
            load, generation = float(row.load_kw[0, i]), float(row.generation_kw[0, i])
            power = 0.0
            if member.storage is not None and targets is not None:
                power, self._stored[i] = battery.operate(
                    member.storage, self._stored[i], targets.storage_kw[i], load, generation, step
                )
            consumption, production = battery.metered_kw(load, generation, power)
            wh, self._rest[0][i] = kw_to_wh(production, step, self._rest[0][i])
            generated.append(int(wh))
            wh, self._rest[1][i] = kw_to_wh(consumption, step, self._rest[1][i])
            consumed.append(int(wh))
            self._registers[0][i] += generated[-1]
            self._registers[1][i] += consumed[-1]
        self._metered_until = start + step
        self._history[start + step] = list(self._stored)
        for old in sorted(self._history)[: -DAY // step]:
            del self._history[old]
        for old in [s for s in self._targets if s < start - DAY]:
            del self._targets[old]
        for key in [key for key in self._prices if key[1] < start]:
            del self._prices[key]
        return Readings(
            start,
            tuple(generated),
            tuple(consumed),
            tuple(self._registers[0]),
            tuple(self._registers[1]),
            tuple(map(bool, row.estimated[0])),
        )
