"""Follows the chain's events into the books and the store, block by block."""

from __future__ import annotations

from functools import lru_cache
from statistics import median
from typing import Any

from oracle.app.day.accounting import BookKeeper, Books
from oracle.app.day.booking import correction_record
from oracle.app.day.draws import Draws
from oracle.app.day.evidence import Evidence, feed_name
from oracle.app.day.plan import Roster
from oracle.chain.market import Event, Market
from oracle.community.bill import PeriodEntry, period_bill
from oracle.community.model import Community, Member
from oracle.community.tariff import feed_in, grid_price
from oracle.rounds.readings import Quality
from oracle.rounds.report import Feed, posted_value
from oracle.service.records import (
    BillLine,
    CorrectionRecord,
    ElecoinMoveRecord,
    GasRecord,
    MemberPeriodRecord,
    MemberRecord,
    PeriodRecord,
    PostingRecord,
    ReadingRecord,
    ReputationRecord,
    SupplyPriceRecord,
    SupplyRecord,
    TradeRecord,
)
from oracle.service.store import Store
from oracle.units import WAD, exact, ticks_to_wei

ELE_LINES = ("energy", "network", "levy")
GRID_LINES = ("grid_import", "feed_in", "grid_network", "grid_levy", "vat", "standing_charge")


class Recorder:
    """One deployment's events, read once each, in order, from blocks `depth` below the head."""

    def __init__(
        self,
        community: Community,
        roster: Roster,
        market: Market,
        store: Store,
        profile_start: int,
        *,
        depth: int = 0,
    ) -> None:
        self.community, self.roster, self.market, self.store = community, roster, market, store
        self._depth = depth
        self._elecoin_price = lru_cache(lambda epoch: market.elecoin_price(epoch)[0])
        self._keeper = BookKeeper(
            roster,
            market,
            profile_start,
            community.step,
            self._elecoin_price,
            lru_cache(lambda number: market.client.block(number).timestamp),
        )
        self._evidence = Evidence(market, store)
        self._draws = Draws(market, store, community.zones)
        self._next_block = market.deployment.block
        self._member = dict(zip(roster.addresses, community.members, strict=True))
        self._digests: dict[int, str] = {}
        self._traded: dict[int, int] = {}
        self._counted = (-1, -1)
        self._tariffs = {member.retail: member for member in community.members}
        store.record_members(
            MemberRecord(
                address=who.address,
                role=member.role,
                zone=member.zone,
                name_hash="0x" + who.name_hash.hex(),
                name=who.name,
                salt="0x" + who.salt.hex(),
            )
            for who, member in zip(roster.members, community.members, strict=True)
        )
        store.record_supplies(
            _supply(who.address, who.meter.address, member)
            for who, member in zip(roster.members, community.members, strict=True)
        )

    @property
    def books(self) -> Books:
        return self._keeper.books

    def admit(self, record: MemberRecord, meter: str, terms: Member) -> None:
        """Who joined after the start: `terms` are her supplier's, as a member of the file's."""
        self._member[record.address] = terms
        self.store.record_members([record])
        self.store.record_supplies([_supply(record.address, meter, terms)])

    def follow(self) -> None:
        """Reads what is new on the chain; after a failure the same again, counted once."""
        head = self.market.client.block().number - self._depth
        if head < self._next_block:
            return
        events = self.market.events(self._next_block, head)
        closed: list[MemberPeriodRecord] = []
        trades: list[TradeRecord] = []
        readings: list[ReadingRecord] = []
        corrections: list[CorrectionRecord] = []
        moves: list[ElecoinMoveRecord] = []
        self._evidence.follow(events)
        for event in events:
            if (place := (event.log.block, event.log.index)) > self._counted:
                self._keeper.add(event)
                self._count_energy(event)
                self._counted = place
            if event.name == "Posted":
                self._record_posting(event)
            elif event.name == "Voided" and event.arguments["feed"] == Feed.ELECTRICITY:
                self._digests.pop(event.arguments["epoch"], None)
            elif event.name == "Traded":
                trades.append(self._trade(event))
            elif event.name == "Empowered":
                self._record_registration(event.arguments)
            elif event.name == "Closed":
                closed.append(self._member_period(event.arguments))
            elif event.name == "RoundSettled":
                self._record_reputation(event.arguments)
            elif event.name == "MeterReading":
                readings.append(_reading(event.arguments))
            elif event.name == "Corrected":
                corrections.append(self._correction(event))
            elif event.name in ("TokensBought", "Redeemed"):
                moves.append(self._move(event))
        self.store.record_readings(readings)
        self.store.record_corrections(corrections)
        self.store.record_elecoin_moves(moves)
        self.store.record_trades(trades)
        self.store.record_member_periods(closed)
        self._draws.follow(self._next_block, head)
        self._next_block = head + 1

    def record_period(self, period: int) -> None:
        """A closed period: its prices, its energy and who led it."""
        self.follow()
        schedule = self.market.schedule
        value = self.books.electricity.get(period)
        epoch, round_ = schedule.epoch_of(period), schedule.round_of(period)
        price, carried = self.market.elecoin_price(epoch)
        self.store.record_period(
            PeriodRecord(
                period=period,
                starts_at=schedule.start_of(period),
                ends_at=schedule.end_of(period),
                state="closed",
                round=round_,
                elecoin_epoch=epoch,
                price_wei=None if value is None else ticks_to_wei(value.price_ticks),
                matching_probability=None if value is None else value.matching_wad,
                served_fraction=None if value is None else value.served_wad,
                elecoin_price_wei=price,
                elecoin_carried=carried,
                energy_traded_wh=self._traded.pop(period, 0),
                leader=self.market.leader_of(round_),
                digest=self._digests.pop(period, None),
            )
        )
        self._record_supply_prices(period)

    def _record_supply_prices(self, period: int) -> None:
        self.store.record_supply_prices(
            self._supply_price(tariff, period) for tariff in self._tariffs
        )

    def _supply_price(self, tariff: str, period: int) -> SupplyPriceRecord:
        start = self._keeper.start_of(period)
        price = grid_price(self.community, self._tariffs[tariff], start)
        return SupplyPriceRecord(
            tariff=tariff,
            period=period,
            starts_at=start,
            energy=price.energy,
            network=price.network,
            levy=price.levy,
            vat=price.vat,
            standing=exact(self.community.retail[tariff].standing_charge),
        )

    def record_gas(self, gas: dict[str, list[int]]) -> None:
        self.store.record_gas(
            GasRecord(name, len(used), round(median(used)), sum(used)) for name, used in gas.items()
        )

    def _record_registration(self, a: dict[str, Any]) -> None:
        """Whom somebody else registered: what the chain says of her, and no name."""
        zones, number = self.community.zones, a["zone"]
        if a["account"] in self._member or self.store.member(a["account"]) is not None:
            return
        self.store.record_members(
            [
                MemberRecord(
                    address=a["account"],
                    role="prosumer" if a["generationRight"] else "consumer",
                    zone=zones[number] if number < len(zones) else str(number),
                    name_hash="0x" + a["nameHash"].hex(),
                )
            ]
        )

    def _record_posting(self, event: Event) -> None:
        a, schedule = event.arguments, self.market.schedule
        feed = Feed(a["feed"])
        value = posted_value(feed, a["value"])
        digest = "0x" + a["digest"].hex()
        if feed is Feed.ELECTRICITY:
            self._digests[a["epoch"]] = digest
            # Beside a price that holds from now on stands what the grid asks.
            self._record_supply_prices(a["epoch"])
            first, count = a["epoch"], 1
        else:
            first, count = a["epoch"] * schedule.epoch_periods, schedule.epoch_periods
        servers = [server.signer.address for server in self.roster.servers]
        self.store.record_posting(
            PostingRecord(
                feed=feed_name(feed),
                epoch=a["epoch"],
                digest=digest,
                value=a["value"],
                price_wei=ticks_to_wei(value.price_ticks),
                block=event.log.block,
                posted_at=self.market.client.block(event.log.block).timestamp,
                valid_from=schedule.start_of(first),
                valid_until=schedule.start_of(first + count),
                transaction="0x" + event.log.transaction.hex(),
                leader=self.market.leader_of(schedule.round_of(first)),
                signers=tuple(s for i, s in enumerate(servers) if a["signers"] >> i & 1),
            )
        )

    def _count_energy(self, event: Event) -> None:
        if event.name in ("Traded", "PoolSettled"):
            period = event.arguments["period"]
            self._traded[period] = self._traded.get(period, 0) + event.arguments["energyWh"]

    def _trade(self, event: Event) -> TradeRecord:
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

    def _correction(self, event: Event) -> CorrectionRecord:
        return correction_record(event, self._keeper.metered_time(event.log.block))

    def _move(self, event: Event) -> ElecoinMoveRecord:
        a, bought = event.arguments, event.name == "TokensBought"
        return ElecoinMoveRecord(
            transaction="0x" + event.log.transaction.hex(),
            log_index=event.log.index,
            address=a["account"],
            kind="bought" if bought else "redeemed",
            at=self._keeper.metered_time(event.log.block),
            amount_wei=a["amount"],
            value_wei=a["paid"] if bought else a["value"],
        )

    def _member_period(self, a: dict[str, Any]) -> MemberPeriodRecord:
        own = self.books.members[a["account"]]
        return MemberPeriodRecord(
            address=a["account"],
            period=a["period"],
            generated_wh=a["generated"],
            consumed_wh=a["consumed"],
            bought_wh=a["bought"],
            sold_wh=a["sold"],
            imported_wh=a["imported"],
            exported_wh=a["exported"],
            declared_wh=own.targets.get(a["period"]),
            lines=self._lines(a["account"], own.entries[a["period"]]),
        )

    def _lines(self, account: str, entry: PeriodEntry) -> tuple[BillLine, ...]:
        """None for whom somebody else registered: nobody knows her supplier's terms."""
        if account not in self._member:
            return ()
        bill = period_bill(self.community, self._member[account], entry)
        amounts = (entry.energy_wei, entry.network_wei, entry.levy_wei)
        elecoin = [
            BillLine(name, "ELE", amount) for name, amount in zip(ELE_LINES, amounts, strict=True)
        ]
        currency = self.community.currency
        grid = [BillLine(name, currency, round(getattr(bill, name) * WAD)) for name in GRID_LINES]
        return (*elecoin, *grid)

    def _record_reputation(self, a: dict[str, Any]) -> None:
        leader = self.market.leader_of(a["round"])
        self.store.record_reputation(
            [
                ReputationRecord(
                    round=a["round"],
                    address=a["account"],
                    value=a["reputation"],
                    leader=a["account"] == leader,
                )
            ]
        )


def _supply(address: str, meter: str, member: Member) -> SupplyRecord:
    return SupplyRecord(
        address=address,
        meter=meter,
        tariff=member.retail,
        feed_in=feed_in(member),
        own_use_known=member.meter == "load_generation",
    )


def _reading(a: dict[str, Any]) -> ReadingRecord:
    return ReadingRecord(
        address=a["account"],
        period=a["period"],
        generation_wh=a["generation"],
        consumption_wh=a["consumption"],
        generated_wh=a["generatedWh"],
        consumed_wh=a["consumedWh"],
        estimated=a["quality"] == Quality.ESTIMATED,
    )
