"""What one event, or one contract of supply, is as a record of the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from oracle.app.day.evidence import feed_name
from oracle.chain.market import Event, Market
from oracle.community.model import Community, Member
from oracle.community.tariff import feed_in, grid_price
from oracle.rounds.readings import Quality
from oracle.rounds.report import Feed, posted_value
from oracle.service.store.records import (
    ElecoinMoveRecord,
    PostingRecord,
    ReadingRecord,
    SupplyPriceRecord,
    SupplyRecord,
    TradeRecord,
)
from oracle.units import exact, ticks_to_wei


def supply_record(address: str, meter: str, member: Member) -> SupplyRecord:
    return SupplyRecord(
        address=address,
        meter=meter,
        tariff=member.retail,
        feed_in=feed_in(member),
        own_use_known=member.meter == "load_generation",
    )


def supply_price(
    community: Community, member: Member, period: int, start: int
) -> SupplyPriceRecord:
    """What her tariff asks in a period that starts at these metered UTC seconds."""
    price = grid_price(community, member, start)
    return SupplyPriceRecord(
        tariff=member.retail,
        period=period,
        starts_at=start,
        energy=price.energy,
        network=price.network,
        levy=price.levy,
        vat=price.vat,
        standing=exact(community.retail[member.retail].standing_charge),
    )


def reading_record(a: dict[str, Any]) -> ReadingRecord:
    return ReadingRecord(
        address=a["account"],
        period=a["period"],
        generation_wh=a["generation"],
        consumption_wh=a["consumption"],
        generated_wh=a["generatedWh"],
        consumed_wh=a["consumedWh"],
        estimated=a["quality"] == Quality.ESTIMATED,
    )


def trade_record(event: Event) -> TradeRecord:
    a = event.arguments
    return TradeRecord(
        period=a["period"],
        transaction="0x" + event.log.transaction.hex(),
        log_index=event.log.index,
        seller=a["retailer"],
        buyer=a["buyer"],
        energy_wh=a["energyWh"],
        price_wei=a["price"],
        cost_wei=a["cost"],
        network_wei=a["network"],
        levy_wei=a["levy"],
    )


def move_record(event: Event, at: int) -> ElecoinMoveRecord:
    """Elecoins bought or redeemed; `at` in metered UTC seconds."""
    a, bought = event.arguments, event.name == "TokensBought"
    return ElecoinMoveRecord(
        transaction="0x" + event.log.transaction.hex(),
        log_index=event.log.index,
        address=a["account"],
        kind="bought" if bought else "redeemed",
        at=at,
        amount_wei=a["amount"],
        value_wei=a["paid"] if bought else a["value"],
    )


def posting_record(event: Event, market: Market, servers: Sequence[str]) -> PostingRecord:
    """A posting; `servers` are the signers of its set. Asks the chain when, and who led."""
    a, schedule = event.arguments, market.schedule
    feed = Feed(a["feed"])
    value = posted_value(feed, a["value"])
    periods = 1 if feed is Feed.ELECTRICITY else schedule.epoch_periods
    first = a["epoch"] * periods
    return PostingRecord(
        feed=feed_name(feed),
        epoch=a["epoch"],
        digest="0x" + a["digest"].hex(),
        value=a["value"],
        price_wei=ticks_to_wei(value.price_ticks),
        block=event.log.block,
        posted_at=market.client.block(event.log.block).timestamp,
        valid_from=schedule.start_of(first),
        valid_until=schedule.start_of(first + periods),
        transaction="0x" + event.log.transaction.hex(),
        leader=market.leader_of(schedule.round_of(first)),
        signers=tuple(s for i, s in enumerate(servers) if a["signers"] >> i & 1),
    )
