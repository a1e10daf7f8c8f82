"""What a kWh from the grid costs a member at a time, and what the grid pays for a surplus."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from oracle.community.model import Community, Member
from oracle.community.retail import Rate, Retail, minute_table
from oracle.units import exact


@dataclass(frozen=True)
class GridPrice:
    """A retail price in currency per kWh by line, each net of VAT, exact. `vat` is a share."""

    energy: Fraction
    network: Fraction
    levy: Fraction
    vat: Fraction

    @property
    def all_in(self) -> Fraction:
        """(energy + network + levy)(1 + VAT)."""
        return (self.energy + self.network + self.levy) * (1 + self.vat)


def rate_at(rate: Rate, weekday: int, minute: int) -> Fraction:
    """A rate at a local weekday (Monday is 0) and minute of the day."""
    return exact(float(minute_table(rate)[weekday, minute]) if isinstance(rate, tuple) else rate)


@lru_cache(maxsize=4096)
def _price_at(retail: Retail, weekday: int, minute: int) -> GridPrice:
    return GridPrice(
        energy=rate_at(retail.energy, weekday, minute),
        network=rate_at(retail.network, weekday, minute),
        levy=rate_at(retail.levy, weekday, minute),
        vat=exact(retail.vat),
    )


@lru_cache(maxsize=4096)
def _local(zone: str, start: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(start, tz=ZoneInfo(zone))


def grid_price(community: Community, member: Member, start: int) -> GridPrice:
    """The member's retail price for the period that starts at these UTC seconds.

    The window that holds at the period's start holds for all of it.
    """
    local = _local(community.timezone, start)
    return _price_at(
        community.retail[member.retail], local.weekday(), local.hour * 60 + local.minute
    )


def feed_in(member: Member) -> Fraction:
    """What the grid pays per kWh of surplus (negative: what it charges), in currency."""
    return exact(member.feed_in)


def standing_charge(community: Community, member: Member, start: int) -> Fraction:
    """The period's share of the day's standing charge, net of VAT.

    A local day is shared evenly among its periods, 92 and 100 at the clock changes, so a day's
    shares always add up to exactly one charge.
    """
    day = _local(community.timezone, start).date()
    return exact(community.retail[member.retail].standing_charge) / community.periods_of_day(day)


def community_fee(community: Community, seller_zone: str, buyer_zone: str) -> Fraction | None:
    """Local network fee plus levy in currency per kWh; None where the pair may not trade."""
    fee = community.fee_of.get((seller_zone, buyer_zone))
    return None if fee is None else exact(fee.network) + exact(fee.levy)


def cheapest_fee(community: Community, buyer: Member) -> Fraction | None:
    """The least fee at which anybody may sell to the buyer, in currency per kWh.

    Only zones count in which another member may sell; None where there is none.
    """
    zones = {m.zone for m in community.members if m.may_sell and m.name != buyer.name}
    fees = (community_fee(community, zone, buyer.zone) for zone in zones)
    return min((fee for fee in fees if fee is not None), default=None)
