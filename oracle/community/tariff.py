"""What a kWh from the grid costs a member at a time, and what the grid pays for a surplus."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from oracle.community.errors import CommunityError, utc_text
from oracle.community.model import Community, Member, periods_of_day
from oracle.community.retail import Rate, Retail, Series, minute_table
from oracle.units import exact


@dataclass(frozen=True, eq=False)
class GridPrice:
    """A retail price in currency per kWh by line, each net of VAT, exact. `vat` is a share.

    One object per retail tariff and minute of the week, compared by identity.
    """

    energy: Fraction
    network: Fraction
    levy: Fraction
    vat: Fraction

    @cached_property
    def net_of_vat(self) -> Fraction:
        return self.energy + self.network + self.levy

    @cached_property
    def all_in(self) -> Fraction:
        """(energy + network + levy)(1 + VAT)."""
        return self.net_of_vat * (1 + self.vat)


def rate_at(rate: Rate, weekday: int, minute: int, start: int, step: int) -> Fraction:
    """A rate at a local weekday (Monday is 0) and minute of the day.

    A series counts with its mean over the `step` seconds from `start` (UTC seconds) on; raises
    CommunityError where it has no price for them.
    """
    if isinstance(rate, Series):
        assert rate.prices is not None
        if not rate.prices.covers(start, step):
            first, last = utc_text(rate.prices.start), utc_text(rate.prices.end)
            raise CommunityError(
                rate.file, f"price at {utc_text(start)}", "missing", f"{first} to {last} is there"
            )
        return rate.prices.at(start, step) + exact(rate.add)
    return exact(float(minute_table(rate)[weekday, minute]) if isinstance(rate, tuple) else rate)


@lru_cache(maxsize=65_536)
def _price_at(retail: Retail, weekday: int, minute: int, start: int, step: int) -> GridPrice:
    return GridPrice(
        energy=rate_at(retail.energy, weekday, minute, start, step),
        network=rate_at(retail.network, weekday, minute, start, step),
        levy=rate_at(retail.levy, weekday, minute, start, step),
        vat=exact(retail.vat),
    )


@lru_cache(maxsize=4096)
def _local(zone: str, start: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(start, tz=ZoneInfo(zone))


def grid_price(community: Community, member: Member, start: int) -> GridPrice:
    """The member's retail price for the period that starts at these UTC seconds.

    The window that holds at the period's start holds for all of it; of a series it is the mean.
    Raises CommunityError where a series has no price for the period.
    """
    retail = community.retail[member.retail]
    local = _local(community.timezone, start)
    # Without a series, all periods at one time of the week share one object.
    when = (start, community.step) if retail.series else (0, 0)
    return _price_at(retail, local.weekday(), local.hour * 60 + local.minute, *when)


def expected_price(community: Community, member: Member, start: int) -> GridPrice:
    """The same for planning: past the end of a series, the price of its last day stands."""
    at = start
    for series in community.retail[member.retail].series:
        assert series.prices is not None
        at = min(at, series.prices.latest(start, community.step))
    return grid_price(community, member, at)


def check_prices(community: Community, start: int, periods: int) -> None:
    """Raises CommunityError where a member's price series lacks a price for these periods."""
    for member in community.members:
        if community.retail[member.retail].series:
            grid_price(community, member, start)
            grid_price(community, member, start + (periods - 1) * community.step)


def prices_end(community: Community) -> int | None:
    """UTC seconds up to which every price is known; None where none comes from a file."""
    series = [
        part for member in community.members for part in community.retail[member.retail].series
    ]
    return min((part.prices.end for part in series if part.prices is not None), default=None)


def highest_price(retail: Retail) -> Fraction:
    """No hour of the week costs more than this, in currency per kWh, VAT included."""
    parts = (retail.energy, retail.network, retail.levy)
    return sum((_highest(rate) for rate in parts), Fraction(0)) * (1 + exact(retail.vat))


def _highest(rate: Rate) -> Fraction:
    if isinstance(rate, Series):
        assert rate.prices is not None
        return rate.prices.highest + exact(rate.add)
    return exact(max(window.price for window in rate) if isinstance(rate, tuple) else rate)


@lru_cache(maxsize=4096)
def _exact(value: float) -> Fraction:
    return exact(value)


def feed_in(member: Member) -> Fraction:
    """What the grid pays per kWh of surplus (negative: what it charges), in currency."""
    return _exact(member.feed_in)


@lru_cache(maxsize=4096)
def _standing_share(charge: float, periods: int) -> Fraction:
    return exact(charge) / periods


def standing_charge(community: Community, member: Member, start: int) -> Fraction:
    """The period's share of the day's standing charge, net of VAT.

    A local day is shared evenly among its periods, 92 and 100 at the clock changes, so a day's
    shares always add up to exactly one charge.
    """
    day = _local(community.timezone, start).date()
    periods = periods_of_day(community.timezone, community.step, day)
    return _standing_share(community.retail[member.retail].standing_charge, periods)


def community_fee(community: Community, seller_zone: str, buyer_zone: str) -> Fraction | None:
    """Local network fee plus levy in currency per kWh; None where the pair may not trade."""
    fee = community.fee_of.get((seller_zone, buyer_zone))
    return None if fee is None else _exact(fee.network) + _exact(fee.levy)


def cheapest_fee(community: Community, buyer: Member) -> Fraction | None:
    """The least fee at which anybody may sell to the buyer, in currency per kWh.

    Only zones count in which another member may sell; None where there is none.
    """
    fees = (
        community_fee(community, zone, buyer.zone)
        for zone, sellers in community.sellers_by_zone.items()
        if sellers > (buyer.may_sell and zone == buyer.zone)
    )
    return min((fee for fee in fees if fee is not None), default=None)
