"""A community's day on a chain: every phase of every period, in the order of the clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field

from oracle.app.day.agents import Agents
from oracle.app.day.contest import DayContest, booking_periods
from oracle.app.day.pace import Pace
from oracle.app.day.plan import Server
from oracle.chain.client import ChainError, Receipt
from oracle.chain.interface import explain_revert
from oracle.chain.market import Market
from oracle.chain.orders import failures
from oracle.chain.transactions import Transaction
from oracle.rounds.agree import Vote, agree, quorum, vote
from oracle.rounds.observe import ObservationError
from oracle.rounds.posting import calldata
from oracle.rounds.price import Priced, price
from oracle.rounds.report import Feed

BATCHED = ("declare targets", "trade")
"""What the agent does for many members at once: an item that fails blocks no other."""
PRICED = {"price elecoin": Feed.ELECOIN, "price electricity": Feed.ELECTRICITY}


@dataclass(frozen=True)
class Phase:
    """Something that happens at a chain time. `index` is a period, an epoch or a round."""

    when: int
    rank: int
    action: str
    index: int


@dataclass(frozen=True)
class Posted:
    """A posting as the quorum made it, with the first server's certificate."""

    feed: Feed
    epoch: int
    priced: Priced
    signers: tuple[str, ...]
    poster: str


@dataclass
class Tally:
    """What was sent: gas of every transaction by function, in order."""

    gas: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, transactions: Sequence[Transaction], receipts: Sequence[Receipt]) -> None:
        for transaction, receipt in zip(transactions, receipts, strict=True):
            self.gas[transaction.label].append(receipt.gas_used)

    @property
    def transactions(self) -> int:
        return sum(map(len, self.gas.values()))


class MarketDay:
    """Runs the periods from `first` to before `periods` of a deployed and registered community.

    `servers` are the edge servers' own views of the chain, one each, in order of registration.
    `margin`: seconds before a deadline at which members declare. `meter_delay`: periods after a
    period's end at which its readings come; the deployment's reading grace must allow it.
    `on_metered` hears of each period as it ends, `on_period` as it is closed.
    """

    def __init__(
        self,
        agents: Agents,
        servers: Sequence[Market],
        pace: Pace,
        periods: int,
        *,
        first: int = 0,
        margin: int,
        meter_delay: int = 0,
        tally: Tally,
        on_period: Callable[[int], None] = lambda period: None,
        on_metered: Callable[[int], None] = lambda period: None,
    ) -> None:
        self.agents, self.servers, self.pace = agents, servers, pace
        self.market, self.roster = agents.market, agents.roster
        self.schedule, self.first, self.periods = agents.market.schedule, first, periods
        self.margin = margin
        self.meter_delay = meter_delay
        self.tally, self.on_period, self.on_metered = tally, on_period, on_metered
        self.contest = DayContest(
            agents.community, agents.roster, agents.market, pace, agents.guests
        )
        self.postings: list[Posted] = []
        self.troubles: list[str] = []

    @property
    def epochs(self) -> int:
        """Elecoin epochs that the periods touch."""
        return -(-self.periods // self.schedule.epoch_periods)

    @property
    def rounds(self) -> int:
        """Reputation rounds that the periods touch."""
        return -(-self.periods // self.schedule.round_periods)

    def run(self) -> None:
        """All phases in order. Raises TransactionFailed where the chain refuses one."""
        for phase in self.phases():
            self.perform(phase)

    def phases(self) -> list[Phase]:
        """Every phase of the run by time; at one time readings before trades, settling last."""
        return sorted(self._phases(), key=lambda phase: (phase.when, phase.rank, phase.index))

    def _phases(self) -> Iterator[Phase]:
        s, margin = self.schedule, self.margin
        for epoch in range(-(-self.first // s.epoch_periods), self.epochs):
            yield Phase(s.need_deadline(epoch) - margin, 0, "declare needs", epoch)
            yield Phase(s.need_deadline(epoch), 1, "price elecoin", epoch)
            yield Phase(s.start_of(epoch * s.epoch_periods), 2, "buy", epoch)
        for t in range(self.first, self.periods):
            # Members pay, their agent declares and trades: keys of two, so one after the other.
            yield Phase(s.declaration_deadline(t) - margin, 3, "cover", t)
            yield Phase(s.declaration_deadline(t) - margin, 4, "declare targets", t)
            yield Phase(s.declaration_deadline(t), 5, "price electricity", t)
            yield Phase(s.end_of(t), 6, "meter", t)
            yield Phase(s.end_of(t + self.meter_delay), 6, "read", t)
            yield Phase(s.reading_deadline(t), 7, "fund", t)
            yield Phase(s.reading_deadline(t), 8, "trade", t)
            yield Phase(s.pool_opening(t), 9, "settle the pool", t)
            yield Phase(s.trading_end(t), 10, "rate", t)
            yield Phase(s.closing_time(t), 11, "close", t)
        # A round that an earlier run began and did not end is settled by this one.
        rounds = range(self.first // s.round_periods, self.periods // s.round_periods)
        for round_ in rounds:
            yield Phase(s.settlement_opening(round_), 12, "settle", round_)

        yield from self._contest_phases(rounds)

    def _contest_phases(self, rounds: range) -> Iterator[Phase]:
        """What the contests of whole rounds need, after what else happens at the same time."""
        s = self.schedule
        if rounds:
            yield Phase(s.start_of(self.first), 13, "pay bonds", s.epoch_of(self.first))
        for period in booking_periods(s, rounds.stop * s.round_periods):
            if period >= self.first:
                yield Phase(s.reading_deadline(period), 14, "book", period)
        for round_ in rounds:
            last = (round_ + 1) * s.round_periods - 1
            yield Phase(s.reading_deadline(last), 15, "commit", round_)
            yield Phase(s.closing_time(last), 16, "hold contest", round_)

    def perform(self, phase: Phase) -> None:
        """One phase: its transactions, mined at its time; then whoever wants to hears of it."""
        self._perform(phase)
        if phase.action == "meter":
            self.on_metered(phase.index)
        elif phase.action == "close":
            self.on_period(phase.index)

    def _perform(self, phase: Phase) -> None:
        if phase.action == "hold contest":
            for transaction, receipt in self.contest.hold(phase.index, phase.when):
                self.tally.add([transaction], [receipt])
            return
        agents = self.agents
        actions: dict[str, Callable[[int], list[Transaction]]] = {
            "declare needs": agents.declare_needs,
            "buy": agents.buy_wanted,
            "cover": lambda period: agents.cover(period, phase.when),
            "declare targets": agents.declare_targets,
            "meter": agents.meter,
            "read": agents.report_readings,
            "fund": lambda period: agents.fund(period, phase.when),
            "trade": agents.trades,
            "settle the pool": agents.settle_pool,
            "rate": agents.ratings,
            "close": agents.close,
            "settle": agents.settle,
            "pay bonds": self.contest.bonds,
            "book": self.contest.book,
            "commit": self.contest.commit,
        }
        when = phase.when
        if phase.action in PRICED:
            when, transactions = self._price(PRICED[phase.action], phase.index, when)
        else:
            transactions = actions[phase.action](phase.index)
        receipts = self.pace.perform(when, transactions)
        self.tally.add(transactions, receipts)
        if phase.action == "read":
            self._note_refusals(receipts)
        elif phase.action in BATCHED:
            for failure in failures(self.market, receipts):
                self.troubles.append(f"{failure.member}: {phase.action}: {failure.reason}")

    def _note_refusals(self, receipts: Sequence[Receipt]) -> None:
        """What a batch of readings left out: it goes on without, so somebody must say it."""
        for block in sorted({receipt.block for receipt in receipts}):
            for event in self.market.events(block, block):
                if event.name == "ReadingRefused":
                    reason = explain_revert(event.arguments["reason"])
                    self.troubles.append(f"{event.arguments['account']}: reading: {reason}")

    def _price(self, feed: Feed, epoch: int, deadline: int) -> tuple[int, list[Transaction]]:
        """Each server reads, solves, finishes and signs by itself; the first in order posts.

        Up to f servers may be down, or see something else: in order, who signed what was agreed on
        posts when its turn comes. Raises Disagreement if more are.
        """
        block = self.pace.input_block(deadline)
        priced: list[Priced] = []
        votes: list[Vote] = []
        quiet = 0
        for view, server in zip(self.servers, self.roster.servers, strict=True):
            try:
                found = price(view.observe(feed, epoch, block.number))
            except (ChainError, ObservationError) as error:
                self.troubles.append(f"{server.name}: {feed.label}:{epoch}: {error}")
                continue
            if found is None:
                quiet += 1
            else:
                priced.append(found)
                votes.append(vote(found.report, self.market.domain, server.signer))
        needed = quorum(len(self.roster.servers))
        if quiet >= needed:
            return deadline, []
        agreement = agree(votes, needed)
        ready = {cast.signer for cast in votes if cast.report == agreement.report}
        turns, poster = self._in_turn(feed, epoch, ready)
        signers = tuple(cast.signer for cast in agreement.votes)
        standing = next(one for one in priced if one.report == agreement.report)
        self.postings.append(Posted(feed, epoch, standing, signers, poster.name))
        proof = calldata(standing.certificate, feed)
        post = self.market.post(poster.signer, agreement.report, agreement.signatures, proof)
        return deadline + turns * self.market.oracle_terms().turn_seconds, [post]

    def _in_turn(self, feed: Feed, epoch: int, ready: Set[str]) -> tuple[int, Server]:
        """How many turns pass until a server can post, and which: the first in order of those."""
        period = epoch if feed is Feed.ELECTRICITY else epoch * self.schedule.epoch_periods
        order = self.market.order_of(self.schedule.round_of(period))
        turns, first = next((i, signer) for i, signer in enumerate(order) if signer in ready)
        return turns, next(s for s in self.roster.servers if s.signer.address == first)
