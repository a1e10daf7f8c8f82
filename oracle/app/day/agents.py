"""What the members' agents, their meters and the edge servers send, phase by phase.

The community's agent plans for each household from the chain and that household alone. It acts
under the members' standing orders, for many in one transaction where the contract allows; a
member's own key only buys elecoins.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from oracle.app.day.guests import DECLARED, Guests
from oracle.app.day.plan import Roster, bounds_of
from oracle.chain.market import LEDGER, MARKET, ORDERS, Market, Purchase
from oracle.chain.orders import Deal, budgets_left, buy, declare_targets
from oracle.chain.readings import relay_readings, sign_reading
from oracle.chain.transactions import Transaction
from oracle.community.agent import Households
from oracle.community.model import Community
from oracle.community.needs import epoch_cutoff, expected_needs
from oracle.community.pairing import Position, Trade, ZoneFee, pair
from oracle.community.problem import declaration
from oracle.rounds.finish_stackelberg import demand_down
from oracle.rounds.ports import Signature
from oracle.rounds.readings import Quality, Reading
from oracle.rounds.words import Target
from oracle.units import TICK, Wei, mul_wad_up

COMPLETE, SPANNING = 8, 16
UNDER_DELIVERY = 1
"""Reason code of a refusal: far less was delivered than declared."""
BEST_QUALITY = 100
BATCH = 50
"""Accounts closed or settled in one transaction."""
BATCH_GAS = 12_000_000


@dataclass(frozen=True)
class SlotView:
    """A member's slot of a period, as the chain holds it."""

    net_wh: int
    price_ticks: int
    limit_ticks: int
    generated_wh: int
    consumed_wh: int
    flags: int

    @property
    def metered(self) -> bool:
        return self.flags & (DECLARED | COMPLETE | SPANNING) == DECLARED | COMPLETE

    @property
    def metered_net_wh(self) -> int:
        return self.generated_wh - self.consumed_wh if self.metered else 0


@dataclass(frozen=True)
class _Purchases:
    """A period's trades by buyer, and what they cost per kWh."""

    by_buyer: dict[str, list[Trade]]
    price_ticks: int
    fees: dict[tuple[str, str], ZoneFee]


class Agents:
    """Everybody's transactions for each phase. `profile_start` maps a period to profile time."""

    def __init__(
        self,
        community: Community,
        roster: Roster,
        households: Households,
        market: Market,
        profile_start: int,
        periods: int,
        guests: Guests | None = None,
    ) -> None:
        self.community, self.roster = community, roster
        self.guests = guests or Guests(community, households.profiles, market, roster.agent.address)
        self.households, self.market = households, market
        self.profile_start, self.periods = profile_start, periods
        self._bounds = bounds_of(community, market.schedule)
        self._zones = {name: number for number, name in enumerate(community.zones)}
        self._needs: dict[str, int] = {}
        self._signed: dict[int, list[tuple[Reading, Signature]]] = {}
        self._planned: dict[int, _Purchases] = {}

    def start_of(self, period: int) -> int:
        return self.profile_start + period * self.community.step

    @property
    def zone_of(self) -> dict[str, str]:
        """The zone of every account, members first, by address."""
        zones = (member.zone for member in self.community.members)
        return dict(zip(self.roster.addresses, zones, strict=True)) | self.guests.zones

    def _act(self, member: str, function: str, *args: Any) -> Transaction:
        """What the agent does for a member under her order."""
        return self.market.transaction(self.roster.agent, function, member, *args, contract=ORDERS)

    # --- before a period --------------------------------------------------------------------

    def declare_needs(self, epoch: int) -> list[Transaction]:
        first = epoch * self.community.epoch_periods
        count = min(self.community.epoch_periods, self.periods - first)
        start, households = self.start_of(first), self.households
        expected = households.expected_net_wh(start, count, epoch_cutoff(self.community, start))
        needs = expected_needs(
            self.community,
            households.forecaster.standard,
            start,
            expected,
            self._last_price(epoch),
        )
        self._needs = dict(zip(self.roster.addresses, needs, strict=True))
        return [
            self._act(member.address, "declareNeed", epoch, self._needs[member.address])
            for member in self.roster.members
            if self._needs[member.address] > 0
        ]

    def _last_price(self, epoch: int) -> Wei:
        if epoch == 0:
            return Wei(self.market.deployment.terms.least)
        return Wei(self.market.elecoin_price(epoch - 1)[0])

    def buy_wanted(self, epoch: int) -> list[Transaction]:
        """At an epoch's start: the elecoins that each wants at its price, less what she holds."""
        price, _ = self.market.elecoin_price(epoch)
        terms = self.market.deployment.terms
        wanted = {a: demand_down(terms, need, price) for a, need in self._needs.items()}
        held = self._deposits()
        return self._purchase({a: wanted[a] - held[a] for a in wanted}, price)

    def _purchase(self, lacking: dict[str, int], price: int) -> list[Transaction]:
        return [
            self.market.transaction(
                member.signer,
                "buyToken",
                lacking[member.address],
                value=mul_wad_up(lacking[member.address], price),
            )
            for member in self.roster.members
            if lacking.get(member.address, 0) > 0
        ]

    def _deposits(self) -> dict[str, int]:
        answers = self.market.read_many(
            [(MARKET, "account", (address,)) for address in self.roster.addresses]
        )
        return {a: answer[0][0] for a, answer in zip(self.roster.addresses, answers, strict=True)}

    def cover(self, period: int, now: int) -> list[Transaction]:
        """What must be in deposits before targets are declared: trades by pairs are paid later."""
        return []

    def declare_targets(self, period: int) -> list[Transaction]:
        targets = [*zip(self.roster.addresses, self.targets(period), strict=True)]
        targets += self.guest_targets(period)
        words = [(account, target.pack()) for account, target in targets]
        return declare_targets(self.market, self.roster.agent, words)

    def guest_targets(self, period: int) -> list[tuple[str, Target]]:
        """Of guests whose orders allow it."""
        allowed = self.guests.allowances()
        if not allowed:
            return []
        price, _ = self.market.elecoin_price(self.market.schedule.epoch_of(period))
        return self.guests.targets(period, self.start_of(period), price, allowed)

    def targets(self, period: int) -> list[Target]:
        """What each member declares for a period. Asked once: households plan as they declare."""
        price, _ = self.market.elecoin_price(self.market.schedule.epoch_of(period))
        planned = self.households.declare(self.start_of(period))
        targets = []
        for member, bounds, net in zip(
            self.community.members, self._bounds, planned.net_wh, strict=True
        ):
            words = declaration(self.community, member, self.start_of(period), net, price)
            limit = min(words.limit_ticks, bounds.max_ticks)
            # Her value falls as much as her limit: the game counts what she can really buy.
            value = max(0, words.price_ticks - (words.limit_ticks - limit))
            targets.append(Target(period, words.net_wh, value, limit, self._zones[member.zone]))
        return targets

    # --- after a period ---------------------------------------------------------------------

    def meter(self, period: int) -> list[Transaction]:
        """The households' own meters, at the period's end: they sign, and nothing is sent yet.

        Who measures validated readings brings them later; a household sees her meter at once, and
        plans and forecasts with it.
        """
        readings = self.households.meter(self.start_of(period))
        signed = []
        for i, participant in enumerate(self.roster.members):
            reading = Reading(
                participant.address,
                period,
                readings.generation_register[i] if self._generates(i) else 0,
                readings.consumption_register[i],
                Quality.ESTIMATED if readings.estimated[i] else Quality.MEASURED,
            )
            signed.append((reading, sign_reading(self.market, participant.meter, reading)))
        self._signed[period] = signed + self.guests.readings(period, self.start_of(period))
        return []

    def report_readings(self, period: int) -> list[Transaction]:
        """The first edge server carries what the meters signed, in batches."""
        signed = self._signed.pop(period)
        relayer = self.roster.servers[0].signer
        return [
            relay_readings(self.market, relayer, signed[i : i + BATCH], gas=BATCH_GAS)
            for i in range(0, len(signed), BATCH)
        ]

    def _generates(self, index: int) -> bool:
        member = self.community.members[index]
        return member.role != "consumer" or bool(member.pv) or member.storage is not None

    def slots(self, period: int) -> dict[str, SlotView]:
        addresses = list(self.zone_of)
        answers = self.market.read_many(
            [(MARKET, "slot", (address, period)) for address in addresses]
        )
        views = {}
        for address, (slot,) in zip(addresses, answers, strict=True):
            _, net, price, limit, generated, consumed, _, _, flags = slot
            views[address] = SlotView(net, price, limit, generated, consumed, flags)
        return views

    def fund(self, period: int, now: int) -> list[Transaction]:
        """Once a period is metered: who buys from whom, and the elecoins that they lack for it.

        Guests are paired like members. The share of a guest without an order is left to her: her
        sellers still have it when she comes, until the trading window ends.
        """
        posting = self.market.electricity_posting(period)
        if posting is None:
            return []
        slots = self.slots(period)
        price_ticks, fees = posting[0], self._fees(period)
        positions = [
            Position(
                account=address,
                zone=zone,
                declared_net_wh=slots[address].net_wh,
                metered_net_wh=slots[address].metered_net_wh,
                price_ticks=slots[address].price_ticks,
                limit_ticks=slots[address].limit_ticks,
            )
            for address, zone in self.zone_of.items()
        ]
        paired = pair(positions, price_ticks, fees, self.community.market.tolerance_bps)
        by_buyer: dict[str, list[Trade]] = defaultdict(list)
        for trade in paired:
            by_buyer[trade.buyer].append(trade)
        if not by_buyer:
            return []
        self._planned[period] = _Purchases(self._within_budgets(by_buyer), price_ticks, fees)
        return self._purchase_lacking(self._planned[period].by_buyer, now)

    def _within_budgets(self, by_buyer: dict[str, list[Trade]]) -> dict[str, list[Trade]]:
        """The trades, in their order, that each buyer's order still pays today."""
        guests = self.guests.zones
        left = budgets_left(self.market, [buyer for buyer in by_buyer if buyer not in guests])
        # Members buy the elecoins that they lack; for a guest nobody but herself can.
        left |= dict.fromkeys(guests, 0)
        left |= {guest: own.left_wei for guest, own in self.guests.allowances().items()}
        kept: dict[str, list[Trade]] = defaultdict(list)
        for buyer, trades in by_buyer.items():
            for trade in trades:
                if trade.buyer_pays_wei <= left[buyer]:
                    left[buyer] -= trade.buyer_pays_wei
                    kept[buyer].append(trade)
        return dict(kept)

    def _purchase_lacking(self, by_buyer: dict[str, list[Trade]], now: int) -> list[Transaction]:
        schedule = self.market.schedule
        price, _ = self.market.elecoin_price(schedule.epoch_of(schedule.period_at(now)))
        held = self._deposits()
        lacking = {
            buyer: sum(trade.buyer_pays_wei for trade in trades) - held[buyer]
            for buyer, trades in by_buyer.items()
            if buyer in held
        }
        return self._purchase(lacking, price)

    def trades(self, period: int) -> list[Transaction]:
        """The purchases of a period, each at the price that was planned with."""
        planned = self._planned.pop(period, None)
        if planned is None:
            return []
        zone = self.zone_of
        deadline = self.market.schedule.trading_end(period)
        deals = []
        for buyer in zone:
            for trade in planned.by_buyer.get(buyer, ()):
                fee = planned.fees[zone[trade.seller], zone[buyer]].total_wei
                price = planned.price_ticks * TICK + fee
                wh = trade.energy_wh
                deals.append(Deal(buyer, trade.seller, period, wh, wh, price, deadline))
        return buy(self.market, self.roster.agent, deals)

    def settle_pool(self, period: int) -> list[Transaction]:
        """Nobody declared into the pool."""
        return []

    def _fees(self, period: int) -> dict[tuple[str, str], ZoneFee]:
        pairs = list(self.community.fee_of)
        answers = self.market.read_many(
            [
                (MARKET, "feeOf", (self._zones[source], self._zones[target], period))
                for source, target in pairs
            ]
        )
        return {
            pair_: ZoneFee(network, levy)
            for pair_, (network, levy) in zip(pairs, answers, strict=True)
        }

    def ratings(self, period: int) -> list[Transaction]:
        """Each buyer rates what she bought by how much of its target her retailer delivered."""
        bought: dict[str, list[Purchase]] = defaultdict(list)
        for purchase in self.market.purchases(period):
            bought[purchase.buyer].append(purchase)
        if not bought:
            return []
        slots = self.slots(period)
        threshold = self.community.market.quality_threshold
        sent = []
        for member in (*self.roster.addresses, *self.guests.allowances()):
            rated = []
            for purchase in bought[member]:
                quality = delivered_quality(slots[purchase.retailer])
                reason = UNDER_DELIVERY if quality < threshold else 0
                rated.append((purchase.retailer, purchase.energy_wh, quality, reason))
            if rated:
                sent.append(self._act(member, "rate", period, rated))
        return sent

    def close(self, period: int) -> list[Transaction]:
        server = self.roster.servers[0].signer
        return [
            self.market.transaction(server, "close", batch, period, gas=BATCH_GAS)
            for batch in self._batches()
        ]

    def settle(self, round_: int) -> list[Transaction]:
        """The operators first: the next round can only be settled once they are."""
        server = self.roster.servers[0].signer
        return [
            self.market.transaction(
                server, "settleRound", round_, batch, gas=BATCH_GAS, contract=LEDGER
            )
            for batch in self._batches()
        ]

    def _batches(self) -> list[list[str]]:
        operators = dict.fromkeys(server.operator for server in self.roster.servers)
        addresses = list(dict.fromkeys([*operators, *self.zone_of]))
        return [addresses[i : i + BATCH] for i in range(0, len(addresses), BATCH)]


def delivered_quality(slot: SlotView) -> int:
    """Quality of experience, 0-100: the share of its declared surplus that a seller delivered."""
    if slot.net_wh <= 0 or slot.metered_net_wh <= 0:
        return 0
    return min(BEST_QUALITY, BEST_QUALITY * slot.metered_net_wh // slot.net_wh)
