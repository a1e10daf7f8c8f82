"""Follows the chain's events into the books and the store, block by block."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from statistics import median
from typing import Any

from oracle.app.cursor_table import CursorTable
from oracle.app.day.accounting import BookKeeper, Books
from oracle.app.day.booking import correction_record
from oracle.app.day.draws import Draws, zone_name
from oracle.app.day.evidence import Evidence
from oracle.app.day.kept import Kept
from oracle.app.day.plan import Roster
from oracle.app.day.rows import (
    move_record,
    posting_record,
    reading_record,
    supply_price,
    trade_record,
)
from oracle.app.day.terms import SupplyTerms
from oracle.chain.client import Log, RpcError
from oracle.chain.event_cursor import Position
from oracle.chain.interface import explain_revert
from oracle.chain.market import Event, Market
from oracle.chain.rewards import REWARDS
from oracle.community.bill import PeriodEntry, period_bill
from oracle.community.model import Community, Member
from oracle.rounds.report import Feed
from oracle.rounds.words import PostedValue
from oracle.service.store.records import (
    BillLine,
    CorrectionRecord,
    ElecoinMoveRecord,
    GasRecord,
    MemberPeriodRecord,
    MemberRecord,
    PeriodRecord,
    ReadingRecord,
    ReputationRecord,
    TradeRecord,
)
from oracle.service.store.store import Store
from oracle.units import WAD, ticks_to_wei

ELE_LINES = ("energy", "network", "levy")
GRID_LINES = ("grid_import", "feed_in", "grid_network", "grid_levy", "vat", "standing_charge")


MARKET_EVENTS = "market"
"""The name of the cursor on a deployment's events."""


class Recorder:
    """One deployment's events, read once each, in order, from blocks `depth` below the head.

    A run names its `roster`. Without one, accounts are known by their registration alone, nobody
    makes statements of the books, which forget what is recorded, and events come by `learn` and
    `take`. Without a `community`, bills have no lines of the grid; `unknown` hears whose have none.
    """

    def __init__(
        self,
        community: Community | None,
        roster: Roster | None,
        market: Market,
        store: Store,
        profile_start: int,
        *,
        depth: int = 0,
        unknown: Callable[[str], None] = lambda account: None,
    ) -> None:
        self._community, self._roster, self.market, self.store = community, roster, market, store
        self._depth = depth
        self._elecoin_price = lru_cache(lambda epoch: self._charged(epoch)[0] or 0)
        self._keeper = BookKeeper(
            roster,
            market,
            profile_start,
            market.schedule.step if community is None else community.step,
            self._elecoin_price,
            lru_cache(lambda number: market.client.block(number).timestamp),
        )
        self._evidence = Evidence(market, store)
        self._next_block = market.deployment.block
        instance = store.instance()
        assert instance is not None
        self._cursors = CursorTable(store.database, instance.instance_id)
        # By the chain's numbers; those of the file, or that the store was told of.
        named = instance.deployment.get("zones", ()) if community is None else community.zones
        self._zones = tuple(named)
        self._draws = Draws(market, store, self._zones)
        self._terms = SupplyTerms(community, store, market, None if roster else unknown)
        self._digests: dict[int, str] = {}
        self._traded: dict[int, int] = {}
        self._servers: dict[int, list[str]] = {}
        self._counted = (-1, -1)
        members = () if community is None else community.members
        self._tariffs = {member.retail: member for member in members}
        if roster is not None:
            self._record_roster(roster, members)

    def _record_roster(self, roster: Roster, members: Sequence[Member]) -> None:
        self.store.record_members(
            MemberRecord(
                address=who.address,
                role=member.role,
                zone=member.zone,
                name_hash="0x" + who.name_hash.hex(),
                name=who.name,
                salt="0x" + who.salt.hex(),
            )
            for who, member in zip(roster.members, members, strict=True)
        )
        self._terms.admit(
            *(
                (who.address, who.meter.address, member)
                for who, member in zip(roster.members, members, strict=True)
            )
        )

    @property
    def community(self) -> Community:
        assert self._community is not None
        return self._community

    @property
    def roster(self) -> Roster:
        assert self._roster is not None
        return self._roster

    @property
    def books(self) -> Books:
        return self._keeper.books

    @property
    def places(self) -> list[str]:
        """The contracts whose events are told."""
        market = self.market
        own = [market.address, market.oracle, market.ledger, market.elecoin, market.wattcoin]
        return [*own, market.deployment.address(REWARDS)]

    def admit(self, record: MemberRecord, meter: str, terms: Member) -> None:
        """Who joined after the start: `terms` are her supplier's, as a member of the file's."""
        self.store.record_members([record])
        self._terms.admit((record.address, meter, terms))

    def follow(self) -> None:
        """Reads what is new on the chain; after a failure the same again, counted once."""
        client = self.market.client
        block = client.block()
        head = block.number - self._depth
        if head < self._next_block:
            return
        self.take(client.logs(self.places, [], self._next_block, head))
        self._next_block = head + 1
        # Whoever goes on with this store starts from here.
        hash_ = (client.block(head) if self._depth else block).hash
        self._cursors.put(MARKET_EVENTS, Position(head, ((head, hash_),)))

    def learn(self, logs: Sequence[Log]) -> None:
        """What later events need of these, which are in the store: nothing is written."""
        events = self._decoded(logs)
        self._note(events)
        self._evidence.learn(events)
        self._draws.learn(logs)
        self._forget(events)

    def learned(self, first: int) -> Kept:
        """For `recall`: what later events need of all that was read, where the periods before
        `first` are recorded. Not of a run, whose statements need its books."""
        assert self._roster is None
        return {
            "keeper": self._keeper.learned(first),
            "evidence": self._evidence.learned(first),
            "draws": self._draws.learned(),
            "counted": self._counted,
            "digests": [[p, digest] for p, digest in self._digests.items() if p >= first],
            "traded": [[p, wh] for p, wh in self._traded.items() if p >= first],
            "servers": [[version, signers] for version, signers in self._servers.items()],
        }

    def recall(self, kept: Kept) -> None:
        """Into a new recorder, which goes on with the next block."""
        self._keeper.recall(kept["keeper"])
        self._evidence.recall(kept["evidence"])
        self._draws.recall(kept["draws"])
        block, index = kept["counted"]
        self._counted = block, index
        self._digests, self._traded = dict(kept["digests"]), dict(kept["traded"])
        self._servers = dict(kept["servers"])

    def take(self, logs: Sequence[Log]) -> None:
        """Events of whole blocks into the store; after a failure the same may come again."""
        events = self._decoded(logs)
        closed: list[MemberPeriodRecord] = []
        trades: list[TradeRecord] = []
        readings: list[ReadingRecord] = []
        corrections: list[CorrectionRecord] = []
        moves: list[ElecoinMoveRecord] = []
        self._evidence.follow(events)
        self._note(events)
        for event in events:
            if event.name == "Posted":
                self._record_posting(event)
            elif event.name == "Traded":
                trades.append(trade_record(event))
            elif event.name == "Empowered":
                self._record_registration(event.arguments)
            elif event.name == "Closed":
                closed.append(self._member_period(event.arguments))
            elif event.name == "RoundSettled":
                self._record_reputation(event.arguments)
            elif event.name == "MeterReading":
                readings.append(reading_record(event.arguments))
            elif event.name == "Corrected":
                corrections.append(self._correction(event))
            elif event.name in ("TokensBought", "Redeemed"):
                moves.append(move_record(event, self._keeper.metered_time(event.log.block)))
        self.store.record_readings(readings)
        self.store.record_corrections(corrections)
        self.store.record_elecoin_moves(moves)
        self.store.record_trades(trades)
        self.store.record_member_periods(closed)
        self._draws.follow(logs)
        self._forget(events)

    def _decoded(self, logs: Sequence[Log]) -> list[Event]:
        found = (self.market.decode(log) for log in logs)
        return [event for event in found if event is not None]

    def _note(self, events: Sequence[Event]) -> None:
        """What later events need of these; of each once."""
        for event in events:
            if (place := (event.log.block, event.log.index)) <= self._counted:
                continue
            self._keeper.add(event)
            a = event.arguments
            if event.name in ("Traded", "PoolSettled"):
                self._traded[a["period"]] = self._traded.get(a["period"], 0) + a["energyWh"]
            elif event.name == "Posted" and a["feed"] == Feed.ELECTRICITY:
                self._digests[a["epoch"]] = "0x" + a["digest"].hex()
            elif event.name == "Voided" and a["feed"] == Feed.ELECTRICITY:
                self._digests.pop(a["epoch"], None)
            elif event.name == "EdgeServersSet":
                self._servers[a["version"]] = [signer for signer, _ in a["servers"]]
            self._counted = place

    def _forget(self, events: Sequence[Event]) -> None:
        if self._roster is None:
            for event in events:
                if event.name == "Closed":
                    self._keeper.forget(event.arguments["account"], event.arguments["period"])

    def record_closed(self, timestamp: int, first: int) -> int:
        """Records the periods from `first` on that were over for good at this chain time, once all
        events until then were taken. Returns the next one."""
        while self.market.schedule.closing_time(first) <= timestamp:
            self._record_period(first)
            first += 1
        return first

    def record_period(self, period: int) -> None:
        """A closed period: its prices, its energy and who led it."""
        self.follow()
        self._record_period(period)

    def _record_period(self, period: int) -> None:
        schedule = self.market.schedule
        value = self._read_price(period)
        epoch, round_ = schedule.epoch_of(period), schedule.round_of(period)
        price, carried = self._charged(epoch)
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

    def _read_price(self, period: int) -> PostedValue | None:
        """None too where it was posted on stakes and never could be read."""
        proof = self.store.proof("electricity", period)
        closed = self.market.schedule.closing_time(period)
        unread = proof is not None and not proof.is_readable(closed)
        return None if unread else self.books.electricity.get(period)

    def _charged(self, epoch: int) -> tuple[int | None, bool]:
        """The epoch's elecoin price in wei, and whether an earlier one stands in for it; None where
        there is none, so that nothing could be traded."""
        try:
            return self.market.elecoin_price(epoch)
        except RpcError as error:
            if not explain_revert(error.data).startswith("StalePrice"):
                raise
        # The chain does not say why: its ring of postings may have come round. By its own rule, one
        # epoch in which elecoins were needed may have missed its price.
        missed = 0
        for used in range(epoch, -1, -1):
            if used in self.books.elecoin:
                return ticks_to_wei(self.books.elecoin[used].price_ticks), used != epoch
            missed += self._evidence.needed(used)
            if missed > 1:
                return None, False
        return self.market.deployment.terms.least, True

    def _record_supply_prices(self, period: int) -> None:
        start = self._keeper.start_of(period)
        self.store.record_supply_prices(
            supply_price(self.community, member, period, start) for member in self._tariffs.values()
        )

    def record_gas(self, gas: dict[str, list[int]]) -> None:
        self.store.record_gas(
            GasRecord(name, len(used), round(median(used)), sum(used)) for name, used in gas.items()
        )

    def _record_registration(self, a: dict[str, Any]) -> None:
        """Whom somebody else registered: what the chain says of her, and no name."""
        if a["account"] in self._terms:
            return
        known, zone = self.store.member(a["account"]), zone_name(self._zones, a["zone"])
        if known is not None and known.zone == zone:
            return
        found = MemberRecord(
            address=a["account"],
            role="prosumer" if a["generationRight"] else "consumer",
            zone=zone,
            name_hash="0x" + a["nameHash"].hex(),
        )
        # A name that the store has stays.
        self.store.record_members([found if known is None else replace(known, zone=zone)])

    def _record_posting(self, event: Event) -> None:
        if event.arguments["feed"] == Feed.ELECTRICITY:
            # Beside a price that holds from now on stands what the grid asks.
            self._record_supply_prices(event.arguments["epoch"])
        servers = self._servers[event.arguments["signerSet"]]
        self.store.record_posting(posting_record(event, self.market, servers))

    def _correction(self, event: Event) -> CorrectionRecord:
        return correction_record(event, self._keeper.metered_time(event.log.block))

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
        """Those of the grid are left out where nobody knows her supplier's terms."""
        amounts = (entry.energy_wei, entry.network_wei, entry.levy_wei)
        elecoin = [
            BillLine(name, "ELE", amount) for name, amount in zip(ELE_LINES, amounts, strict=True)
        ]
        member = self._terms.of(account)
        if member is None:
            return tuple(elecoin)
        bill, currency = period_bill(self.community, member, entry), self.community.currency
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
