"""The books of a run, from the chain's events alone: energy, money, bills, reputation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import astuple, dataclass, field
from statistics import fmean
from typing import Any

from oracle.app.day.booking import metered_time
from oracle.app.day.kept import Kept
from oracle.app.day.plan import Roster
from oracle.chain.market import Event, Market
from oracle.community.bill import (
    Account,
    ElecoinPurchase,
    PeriodEntry,
    Statement,
    statement,
)
from oracle.community.correction import Correction
from oracle.community.indicators import Indicators, community_indicators
from oracle.community.model import Community
from oracle.rounds.pool import read_line
from oracle.rounds.report import Feed
from oracle.rounds.words import ElecoinValue, PostedValue, Target
from oracle.units import WH_PER_KWH


@dataclass
class MemberBooks:
    """One member's events of a run."""

    entries: dict[int, PeriodEntry] = field(default_factory=dict)
    purchases: list[ElecoinPurchase] = field(default_factory=list)
    redemption_paid_wei: int = 0
    targets: dict[int, int] = field(default_factory=dict)
    corrections: list[Correction] = field(default_factory=list)

    @property
    def forecast_mae_wh(self) -> float:
        """Mean of |metered − declared| net over the declared periods that were closed."""
        errors = [
            abs(entry.generated_wh - entry.consumed_wh - self.targets[period])
            for period, entry in self.entries.items()
            if period in self.targets
        ]
        return fmean(errors) if errors else 0.0


@dataclass
class Books:
    """Everything that the events tell; of `members` by address, whoever they are."""

    members: dict[str, MemberBooks]
    electricity: dict[int, PostedValue] = field(default_factory=dict)
    elecoin: dict[int, ElecoinValue] = field(default_factory=dict)
    energy_traded_wh: int = 0


@dataclass
class _Flows:
    """A member's trades of a period."""

    bought_wh: int = 0
    sold_wh: int = 0
    energy_wei: int = 0
    network_wei: int = 0
    levy_wei: int = 0


class BooksError(RuntimeError):
    """The chain's events contradict each other: never, unless the contracts are wrong."""


class BookKeeper:
    """Keeps books from a deployment's events, as they come, in order.

    `elecoin_price` gives what an epoch was charged at, in wei; `block_time` a block's chain time.
    """

    def __init__(
        self,
        roster: Roster | None,
        market: Market,
        profile_start: int,
        step: int,
        elecoin_price: Callable[[int], int],
        block_time: Callable[[int], int],
    ) -> None:
        # In the order of the file; who was registered later follows as her first event comes.
        known = {address: MemberBooks() for address in (roster.addresses if roster else ())}
        self.books = Books(defaultdict(MemberBooks, known))
        self._schedule = market.schedule
        self._profile_start, self._step = profile_start, step
        self._elecoin_price, self._block_time = elecoin_price, block_time
        self._flows: dict[tuple[str, int], _Flows] = defaultdict(_Flows)
        self._declarers: dict[int, list[str]] = defaultdict(list)

    def add(self, event: Event) -> None:
        """Raises BooksError where a closed period's energy differs from its trades."""
        a, books = event.arguments, self.books
        if event.name == "Traded":
            _book_trade(self._flows, a)
            books.energy_traded_wh += a["energyWh"]
        elif event.name == "PoolSettled":
            _book_pool(self._flows, a, self._declarers.pop(a["period"]))
            books.energy_traded_wh += a["energyWh"]
        elif event.name == "Closed":
            self._close(a)
        elif event.name == "TargetDeclared":
            self._declarers[a["period"]].append(a["account"])
            books.members[a["account"]].targets[a["period"]] = Target.unpack(a["word"]).net_wh
        elif event.name == "TokensBought":
            books.members[a["account"]].purchases.append(ElecoinPurchase(a["amount"], a["paid"]))
        elif event.name == "Redeemed":
            books.members[a["account"]].redemption_paid_wei += a["value"]
        elif event.name == "Posted":
            if a["feed"] == Feed.ELECTRICITY:
                books.electricity[a["epoch"]] = PostedValue.unpack(a["value"])
            else:
                books.elecoin[a["epoch"]] = ElecoinValue.unpack(a["value"])
        elif event.name == "Voided":
            prices = books.electricity if a["feed"] == Feed.ELECTRICITY else books.elecoin
            prices.pop(a["epoch"], None)
        elif event.name == "Corrected":
            books.members[a["account"]].corrections.append(
                Correction(
                    start=self.start_of(a["period"]),
                    booked_at=self.metered_time(event.log.block),
                    generated_wh=a["generatedWh"],
                    consumed_wh=a["consumedWh"],
                    reason=a["reason"],
                )
            )

    def learned(self, first: int) -> Kept:
        """What later events may need, where periods before `first` are recorded and nobody makes
        statements of the books."""
        books = self.books
        return {
            "flows": [[*key, *astuple(flow)] for key, flow in self._flows.items()],
            "declarers": [[period, accounts] for period, accounts in self._declarers.items()],
            "targets": [
                [account, period, wh]
                for account, own in books.members.items()
                for period, wh in own.targets.items()
            ],
            "electricity": [
                [p, value.pack()] for p, value in books.electricity.items() if p >= first
            ],
            "elecoin": [[epoch, value.pack()] for epoch, value in books.elecoin.items()],
        }

    def recall(self, kept: Kept) -> None:
        """Into new books."""
        books = self.books
        for account, period, *flow in kept["flows"]:
            self._flows[account, period] = _Flows(*flow)
        for period, accounts in kept["declarers"]:
            self._declarers[period] = accounts
        for account, period, wh in kept["targets"]:
            books.members[account].targets[period] = wh
        for period, word in kept["electricity"]:
            books.electricity[period] = PostedValue.unpack(word)
        for epoch, word in kept["elecoin"]:
            books.elecoin[epoch] = ElecoinValue.unpack(word)

    def forget(self, account: str, period: int) -> None:
        """Of a period that is closed and recorded, where nobody makes statements of the books."""
        own = self.books.members[account]
        own.entries.pop(period, None)
        own.targets.pop(period, None)

    def metered_time(self, block: int) -> int:
        """The time of a block in metered UTC seconds: chain time, stretched to the profiles'."""
        return metered_time(self._schedule, {0: self._profile_start}, self._block_time(block))

    def start_of(self, period: int) -> int:
        return self._profile_start + period * self._step

    def _close(self, a: dict[str, Any]) -> None:
        period, who = a["period"], a["account"]
        # First what may fail: the chain is asked.
        price = self._elecoin_price(self._schedule.epoch_of(period))
        self._declarers.pop(period, None)
        flow = self._flows.pop((who, period), _Flows())
        self.books.members[who].entries[period] = _entry(a, flow, self.start_of(period), price)


def _book_trade(flows: dict[tuple[str, int], _Flows], a: dict[str, int]) -> None:
    buyer = flows[str(a["buyer"]), a["period"]]
    buyer.bought_wh += a["energyWh"]
    buyer.energy_wei += a["cost"]
    buyer.network_wei += a["network"]
    buyer.levy_wei += a["levy"]
    retailer = flows[str(a["retailer"]), a["period"]]
    retailer.sold_wh += a["energyWh"]
    retailer.energy_wei -= a["cost"]


def _book_pool(
    flows: dict[tuple[str, int], _Flows], a: dict[str, Any], declarers: list[str]
) -> None:
    """Raises BooksError where a pool's lines do not balance to the Wh."""
    balance = 0
    for line in (read_line(word, declarers) for word in a["lines"]):
        flow = flows[line.account, a["period"]]
        flow.sold_wh += max(0, line.energy_wh)
        flow.bought_wh += max(0, -line.energy_wh)
        flow.energy_wei -= line.energy_wh * a["price"] // WH_PER_KWH
        flow.network_wei += line.network_wei
        flow.levy_wei += line.levy_wei
        balance += line.energy_wh
    if balance != 0:
        raise BooksError(f"period {a['period']}: the pool sold {balance:+} Wh more than it bought")


def _entry(a: dict[str, int], flow: _Flows, start: int, elecoin_price: int) -> PeriodEntry:
    if (a["bought"], a["sold"]) != (flow.bought_wh, flow.sold_wh):
        raise BooksError(f"period {a['period']} of {a['account']}: closing and trades differ")
    entry = PeriodEntry(
        start=start,
        generated_wh=a["generated"],
        consumed_wh=a["consumed"],
        bought_wh=flow.bought_wh,
        sold_wh=flow.sold_wh,
        energy_wei=flow.energy_wei,
        network_wei=flow.network_wei,
        levy_wei=flow.levy_wei,
        elecoin_price_wei=elecoin_price,
    )
    if (entry.imported_wh, entry.exported_wh) != (a["imported"], a["exported"]):
        raise BooksError(f"period {a['period']} of {a['account']}: the grid's energy differs")
    return entry


def statements(
    community: Community, roster: Roster, books: Books, held: dict[str, int]
) -> dict[str, Statement]:
    """Each member's statement by name. `held` are the elecoins (wei) at the end by address."""
    made = {}
    for member, participant in zip(community.members, roster.members, strict=True):
        own = books.members[participant.address]
        account = Account(
            purchases=tuple(own.purchases),
            redemption_paid_wei=own.redemption_paid_wei,
            held_at_end_wei=held[participant.address],
        )
        made[member.name] = statement(
            community, member, own.entries.values(), account, own.corrections
        )
    return made


def indicators(community: Community, books: Books) -> Indicators:
    entries = [entry for own in books.members.values() for entry in own.entries.values()]
    return community_indicators(entries, community.step, own_use_known=community.own_use_known)
