"""A change applied: members, roofs, batteries and tariffs in the community and its profiles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oracle.community.errors import CommunityError
from oracle.community.model import Community, Fee, Member, Photovoltaics, Storage
from oracle.community.planning.change import Change
from oracle.community.profiles import Profiles
from oracle.community.retail import Rate, Retail, Series, Window
from oracle.community.tariff import community_fee

Floats = NDArray[np.float64]

COMMUNITY_BATTERY = "community battery"
EFFICIENCY = 0.9
HOURS_OF_CONTENT = 2.0
"""A battery without a power of its own empties in that many hours."""
GRID = 6
"""Decimals of the prices that the chain holds."""


@dataclass(frozen=True)
class Planned:
    """A scenario's community; `battery` belongs to its last member, if there is one."""

    community: Community
    profiles: Profiles
    battery: Storage | None = None


def apply(community: Community, profiles: Profiles, change: Change, *, seed: int = 0) -> Planned:
    """The community as the change has it; `seed` draws the added homes' days.

    Raises CommunityError where a named member does not exist, or nothing tells what a roof yields.
    """
    made = Planned(_tariffs(community, change), profiles)
    if change.members:
        made = _with_homes(made, change, seed)
    if change.roofs:
        made = _with_roofs(made, change)
    return _with_battery(made, change) if change.battery else made


def changed(community: Community, **fields: Any) -> Community:
    """The same community with other fields, and nothing remembered of the old ones."""
    made = community.model_copy(update=fields)
    for name in set(made.__dict__) - set(Community.model_fields):
        del made.__dict__[name]
    return made


def yield_per_kw(community: Community, profiles: Profiles) -> Floats:
    """What a kW of modules generated in each interval [T], as the community's own roofs did.

    Raises CommunityError where no member with `pv` generated anything.
    """
    peak = np.array([sum(pv.peak_kw for pv in m.pv) for m in community.members])
    whole = np.array([m.meter == "load_generation" for m in community.members])
    generated = profiles.generation_kw.sum(axis=0) > 0
    used = (peak > 0) & generated & whole
    if not used.any():
        raise CommunityError(
            None, "roofs", "unknown yield", "needs a member with `pv` and metered generation"
        )
    made: Floats = profiles.generation_kw[:, used].sum(axis=1) / peak[used].sum()
    return made


# --- tariffs ----------------------------------------------------------------------------------


def _tariffs(community: Community, change: Change) -> Community:
    fields: dict[str, Any] = {}
    if change.energy_price is not None or change.price_factor != 1:
        fields["retail"] = {
            name: retail.model_copy(update={"energy": _energy(retail, change)})
            for name, retail in community.retail.items()
        }
    if change.feed_in is not None:
        fields["members"] = tuple(
            m.model_copy(update={"feed_in": change.feed_in}) if m.role != "consumer" else m
            for m in community.members
        )
    if change.fee_factor != 1:
        fields["fees"] = tuple(_fee(fee, change.fee_factor) for fee in community.fees)
    return changed(community, **fields) if fields else community


def _energy(retail: Retail, change: Change) -> Rate:
    if change.energy_price is not None:
        return change.energy_price * change.price_factor
    if isinstance(retail.energy, tuple):
        return tuple(_window(window, change.price_factor) for window in retail.energy)
    if isinstance(retail.energy, Series):
        raise CommunityError(
            None, "price_factor", change.price_factor, "not for a series of prices; sweep add-ons"
        )
    return retail.energy * change.price_factor


def _window(window: Window, factor: float) -> Window:
    return window.model_copy(update={"price": window.price * factor})


def _fee(fee: Fee, factor: float) -> Fee:
    parts = {"network": fee.network * factor, "levy": fee.levy * factor}
    return fee.model_copy(update={name: round(value, GRID) for name, value in parts.items()})


# --- homes ------------------------------------------------------------------------------------


def _with_homes(made: Planned, change: Change, seed: int) -> Planned:
    """Each home lives the days of one that is there, in another order; it has no roof."""
    community, profiles = made.community, made.profiles
    used = profiles.load_kw.sum(axis=0) > 0
    homes = [
        i for i, m in enumerate(community.members) if used[i] and m.standard_profile[0] == "h"
    ] or list(np.flatnonzero(used))
    if not homes:
        raise CommunityError(None, "members", change.members, "needs a member with a load")
    names = {m.name for m in community.members}
    members, columns = list(community.members), []
    for number in range(change.members):
        rng = np.random.default_rng([seed, number])
        donor = int(homes[int(rng.integers(len(homes)))])
        model = community.members[donor]
        scale = change.member_kwh / model.annual_kwh if model.annual_kwh else 1.0
        columns.append(_shuffled(community, profiles, donor, rng) * scale)
        members.append(
            model.model_copy(
                update={
                    "name": _free(f"home {number + 1}", names),
                    "role": "consumer", "supported": False, "storage": None, "pv": (),
                    "annual_kwh": change.member_kwh if model.annual_kwh else 0.0,
                }
            )
        )  # fmt: skip
    return Planned(
        changed(community, members=tuple(members)),
        with_columns(profiles, np.array(columns).T, np.zeros((len(profiles), len(columns)))),
    )


def _shuffled(
    community: Community, profiles: Profiles, column: int, rng: np.random.Generator
) -> Floats:
    """A member's load with each day swapped for another of its kind (workdays, days off)."""
    load = profiles.load_kw[:, column]
    local = [dt.datetime.fromtimestamp(int(at), tz=community.tz) for at in profiles.start]
    day = np.array([at.toordinal() for at in local])
    rows = {int(d): np.flatnonzero(day == d) for d in np.unique(day)}
    off = {
        d: dt.date.fromordinal(d).weekday() >= 5
        or dt.date.fromordinal(d) in community.holidays
        for d in rows
    }  # fmt: skip
    result = load.copy()
    for d, own in rows.items():
        like = [e for e, other in rows.items() if off[e] == off[d] and len(other) == len(own)]
        result[own] = load[rows[like[int(rng.integers(len(like)))]]]
    return result


# --- roofs ------------------------------------------------------------------------------------


def _with_roofs(made: Planned, change: Change) -> Planned:
    community, profiles = made.community, made.profiles
    gained = yield_per_kw(community, profiles)
    members, generation = list(community.members), profiles.generation_kw.copy()
    for index in _hosts(community, change):
        member = members[index]
        roof = (Photovoltaics(peak_kw=change.roof_kw),) if community.location else ()
        update: dict[str, Any] = {"pv": (*member.pv, *roof)}
        if member.role == "consumer":
            # Her own feed-in was for nothing; the floor of the price must not fall to it.
            update |= {"role": "prosumer", "feed_in": _floor(community, member)}
        update["rated_kw"] = max(member.rated_kw, sum(pv.peak_kw for pv in update["pv"]))
        members[index] = member.model_copy(update=update)
        generation[:, index] += change.roof_kw * gained
    return Planned(
        changed(community, members=tuple(members)), replace(profiles, generation_kw=generation)
    )


def _hosts(community: Community, change: Change) -> list[int]:
    """Whose roofs: those named, in turn; else who has the least kW, the first in the file of them,
    and last those whose generation may not be sold."""
    if change.pv_at:
        named = [member_of(community, "pv_at", name) for name in change.pv_at]
        return [named[k % len(named)] for k in range(change.roofs)]
    peak = [sum(pv.peak_kw for pv in m.pv) for m in community.members]
    order = range(len(peak))
    hosts = []
    for _ in range(change.roofs):
        index = min(order, key=lambda i: (community.members[i].supported, peak[i], i))
        peak[index] += change.roof_kw
        hosts.append(index)
    return hosts


# --- batteries --------------------------------------------------------------------------------


def _with_battery(made: Planned, change: Change) -> Planned:
    community = made.community
    power = change.battery_kw or change.battery / HOURS_OF_CONTENT
    storage = Storage(capacity_kwh=change.battery, power_kw=power, efficiency=EFFICIENCY)
    if change.battery_at is not None:
        index = member_of(community, "battery_at", change.battery_at)
        members = list(community.members)
        own = members[index].storage
        members[index] = members[index].model_copy(update={"storage": _joined(own, storage)})
        return replace(made, community=changed(community, members=tuple(members)))
    zones = [m.zone for m in community.members for _ in m.pv] or list(community.zones)
    tariffs = [m.retail for m in community.members]
    zone = max(community.zones, key=zones.count)
    owner = Member(
        name=_free(COMMUNITY_BATTERY, {m.name for m in community.members}),
        role="prosumer",
        zone=zone,
        retail=max(dict.fromkeys(tariffs), key=tariffs.count),
        feed_in=_reserve(community, zone),
        renewable=False,
        rated_kw=power,
    )
    nothing = np.zeros((len(made.profiles), 1))
    return Planned(
        changed(community, members=(*community.members, owner)),
        with_columns(made.profiles, nothing, nothing),
        storage,
    )


def _reserve(community: Community, zone: str) -> float:
    """The least that the battery takes for a kWh: what it paid at the floor, fee and losses."""
    fees = [
        float(fee)
        for source in community.sellers_by_zone
        if (fee := community_fee(community, source, zone)) is not None
    ]
    return round((_floor(community) + max(fees, default=0.0)) / EFFICIENCY, GRID)


def _joined(own: Storage | None, new: Storage) -> Storage:
    if own is None:
        return new
    return own.model_copy(
        update={
            "capacity_kwh": own.capacity_kwh + new.capacity_kwh,
            "power_kw": own.power_kw + new.power_kw,
        }
    )


# --- small helps ------------------------------------------------------------------------------


def with_columns(profiles: Profiles, load_kw: Floats, generation_kw: Floats) -> Profiles:
    """The profiles with more members behind those that there are."""
    more = np.zeros(load_kw.shape, dtype=bool)
    return replace(
        profiles,
        load_kw=np.hstack([profiles.load_kw, load_kw]),
        generation_kw=np.hstack([profiles.generation_kw, generation_kw]),
        estimated=np.hstack([profiles.estimated, more]),
    )


def member_of(community: Community, field: str, name: str) -> int:
    """A member's place. Raises CommunityError where nobody has that name."""
    names: Sequence[str] = [m.name for m in community.members]
    if name not in names:
        raise CommunityError(None, field, name, f"one of {', '.join(names[:12])}")
    return names.index(name)


def _floor(community: Community, member: Member | None = None) -> float:
    floor = float(community.floor_feed_in)
    return floor if member is None else max(member.feed_in, floor)


def _free(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted} {number}", number + 1
    taken.add(name)
    return name
