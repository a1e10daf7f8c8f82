"""From combined profiles to a community's document: members, tariffs, fees, edge servers."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pydantic import ValidationError

from oracle.community.errors import CommunityError
from oracle.community.intake.combine import Combined, Metered
from oracle.community.intake.facts import Fact, Facts
from oracle.community.intake.sheet import Note
from oracle.community.load import one_line
from oracle.community.model import Community, Member
from oracle.community.prices import PriceSeries

HOURS_OF_YEAR = 8760
LEAST_DAYS = 28
"""Less than this says nothing of a year's use."""


@dataclass(frozen=True)
class Wishes:
    """What the user wants of the community; what is left out comes from the template.

    `prices` replace the energy part of the tariff `retail`; `margin` is added to each.
    """

    template: Community
    template_name: str
    name: str
    timezone: str
    currency: str | None = None
    retail: str | None = None
    zone: str | None = None
    feed_in: float | None = None
    location: tuple[float, float] | None = None
    prices: PriceSeries | None = None
    margin: float = 0.0
    profiles: str = "profiles.csv"


@dataclass(frozen=True)
class Composed:
    """A community file's content in the order in which it is written, and its price series."""

    document: dict[str, Any]
    series: dict[str, PriceSeries] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


def compose(combined: Combined, wishes: Wishes, facts: Facts) -> Composed:
    """The document of the community. Raises CommunityError where a member's facts do not fit."""
    template = wishes.template
    retail = wishes.retail or next(iter(template.retail))
    if retail not in template.retail:
        raise CommunityError(
            None,
            "--retail",
            retail,
            f"one of {', '.join(template.retail)} ({wishes.template_name})",
        )
    known = {m.source for m in combined.members} | {m.name for m in combined.members}
    for fact in facts.rows:
        if fact.meter not in known:
            raise CommunityError(
                facts.file, f"line {fact.line}", fact.meter, "no file has a meter of this name"
            )
    zone = wishes.zone or template.zones[0]
    members = [_member(m, combined, wishes, facts, zone, retail) for m in combined.members]
    _unique(members, facts)
    zones = list(dict.fromkeys(member["zone"] for member in members))
    notes = [
        Note("tariffs", f"prices, fees and market from {wishes.template_name}: edit them"),
        Note("members", f"{len(members)} members: {_counted(members)}"),
    ]
    used = list(dict.fromkeys(member["retail"] for member in members))
    tariffs: dict[str, Any] = {}
    series: dict[str, PriceSeries] = {}
    for name in used:
        if name not in template.retail:
            raise CommunityError(facts.file, "retail", name, f"one of {', '.join(template.retail)}")
        tariffs[name], files = _tariff(template, name, wishes if name == retail else None)
        series |= files
    document: dict[str, Any] = {
        "name": wishes.name,
        "currency": wishes.currency or template.currency,
        "timezone": wishes.timezone,
        "step": combined.step,
        "profiles": wishes.profiles,
        "gaps": "estimate" if combined.gaps else "error",
    }
    day = _first_day(combined, wishes)
    if day is not None:
        document["default_start"] = day
    holidays = _holidays(combined, wishes)
    if holidays:
        document["holidays"] = holidays
    if wishes.location is not None:
        latitude, longitude = wishes.location
        document["location"] = {"latitude": latitude, "longitude": longitude}
    document["retail"] = tariffs
    for table in ("market", "orders"):
        values = getattr(template, table).model_dump(exclude_unset=True)
        if values:
            document[table] = values
    document["fee"] = _fees(template, zones)
    document["member"] = members
    servers = [m["name"] for m in members[: 3 if len(members) > 2 else 1]]
    document["edge_server"] = [
        {"name": f"server {i + 1}", "run_by": name} for i, name in enumerate(servers)
    ]
    notes.append(Note("edge servers", f"run by {', '.join(servers)}"))
    return Composed(document, series, tuple(notes))


def _member(
    metered: Metered, combined: Combined, wishes: Wishes, facts: Facts, zone: str, retail: str
) -> dict[str, Any]:
    makes = metered.given is not None
    fact = facts.of(metered.source, metered.name)
    given = {} if fact is None else fact.fields
    member: dict[str, Any] = {
        "name": metered.name,
        "role": "prosumer" if makes else "consumer",
        "zone": zone,
        "retail": retail,
    }
    if makes:
        member["feed_in"] = _feed_in(wishes)
    member["rated_kw"] = _rated_kw(metered)
    if metered.meter != "load_generation":
        member["meter"] = metered.meter
    elif metered.taken is not None:
        days = len(metered.taken) * combined.step / 86_400
        if days >= LEAST_DAYS:
            member["annual_kwh"] = float(round(float(np.nanmean(metered.taken)) * HOURS_OF_YEAR))
    member |= given
    try:
        Member.model_validate(member)
    except ValidationError as error:
        raise _at_fact(one_line(error, None), fact, facts) from None
    return member


def _at_fact(error: CommunityError, fact: Fact | None, facts: Facts) -> CommunityError:
    if fact is None:
        return error
    return CommunityError(
        facts.file, f"line {fact.line}, column {error.field}", error.value, error.allowed
    )


def _feed_in(wishes: Wishes) -> float:
    if wishes.feed_in is not None:
        return wishes.feed_in
    return next((m.feed_in for m in wishes.template.members if m.may_sell), 0.0)


def _rated_kw(metered: Metered) -> float:
    most = max(
        float(np.nanmax(values)) for values in (metered.taken, metered.given) if values is not None
    )
    return max(1.0, math.ceil(most * 2) / 2)


def _unique(members: list[dict[str, Any]], facts: Facts) -> None:
    seen: set[str] = set()
    for member in members:
        if member["name"] in seen:
            raise CommunityError(facts.file, "name", member["name"], "every name only once")
        seen.add(member["name"])


def _counted(members: list[dict[str, Any]]) -> str:
    roles = [member["role"] for member in members]
    return ", ".join(f"{role} {roles.count(role)}" for role in dict.fromkeys(roles))


def _tariff(
    template: Community, name: str, wishes: Wishes | None
) -> tuple[dict[str, Any], dict[str, PriceSeries]]:
    retail = template.retail[name]
    tariff: dict[str, Any] = {}
    files: dict[str, PriceSeries] = {}
    for part in ("energy", "network", "levy"):
        rate = getattr(retail, part)
        if part == "energy" and wishes is not None and wishes.prices is not None:
            files["prices.csv"] = wishes.prices
            tariff[part] = {"series": "prices.csv", "add": wishes.margin}
        elif isinstance(rate, tuple):
            tariff[part] = [w.model_dump(by_alias=True, exclude_defaults=True) for w in rate]
        elif isinstance(rate, float | int):
            tariff[part] = rate
        else:
            file = f"{name}-{part}.csv".replace(" ", "_")
            files[file] = rate.prices
            tariff[part] = {"series": file, "add": rate.add}
    tariff["vat"] = retail.vat
    tariff["standing_charge"] = retail.standing_charge
    return tariff, files


def _fees(template: Community, zones: list[str]) -> list[dict[str, Any]]:
    """The template's for the same zones, else its first within a zone, and its first across."""
    within = next((f for f in template.fees if f.source == f.target), None)
    across = next((f for f in template.fees if f.source != f.target), None)
    fees = []
    for source in zones:
        for target in zones:
            fee = template.fee_of.get((source, target), within if source == target else across)
            if fee is not None:
                fees.append(
                    {"from": source, "to": target, "network": fee.network, "levy": fee.levy}
                )
    return fees


def _holidays(combined: Combined, wishes: Wishes) -> list[dt.date]:
    """The template's, where it is of the same place and they fall into the profiles' years."""
    if wishes.template.timezone != wishes.timezone:
        return []
    first, last = (
        dt.datetime.fromtimestamp(at, tz=dt.UTC).year for at in (combined.start, combined.end)
    )
    return [day for day in wishes.template.holidays if first <= day.year <= last]


def _first_day(combined: Combined, wishes: Wishes) -> dt.date | None:
    """A whole local day that all methods can forecast: one with a week before it, if there is."""
    zone = Community.model_construct(timezone=wishes.timezone).tz
    first = dt.datetime.fromtimestamp(combined.start, tz=zone)
    day = first.date() + dt.timedelta(days=first.time() != dt.time())
    for candidate in (day + dt.timedelta(days=7), day + dt.timedelta(days=1), day):
        after = dt.datetime.combine(candidate + dt.timedelta(days=1), dt.time(), tzinfo=zone)
        if after.timestamp() <= combined.end:
            return candidate
    return None
