"""Follows the contests' events into the store: tickets, odds, seeds, winners, round by round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from oracle.app.day.kept import Kept, kept_log, log_of
from oracle.chain.client import Log
from oracle.chain.interface import interface
from oracle.chain.market import Event, Market
from oracle.chain.rewards import REWARDS, Rewards, Stage
from oracle.service.store.market_records import ContestRecord, ContestState, TicketRecord
from oracle.service.store.store import Store

CLOSED, SEEDED, DRAWN = "EntriesClosed", "Seeded", "Drawn"
CLAIMED, ROLLED_OVER = "Claimed", "RolledOver"
TOLD = (CLOSED, SEEDED, DRAWN, CLAIMED, ROLLED_OVER)
OVER: frozenset[ContestState] = frozenset({"empty", "below_minimum", "rolled_over", "paid"})


def zone_name(zones: Sequence[str], number: int) -> str:
    """A zone's name, or its number where nobody named it."""
    return zones[number] if number < len(zones) else str(number)


class Draws:
    """One deployment's contests; `zones` by number.

    What is booked for a round that is not over is left out: it would tell anybody what a member's
    meter showed of late.
    """

    def __init__(self, market: Market, store: Store, zones: Sequence[str]) -> None:
        self._market, self._store, self._zones = market, store, tuple(zones)
        rewards = Rewards(market)
        self._place, self._least = rewards.address, rewards.activation()
        self._entries: dict[tuple[int, int], list[tuple[str, int]]] = defaultdict(list)
        self._events: dict[int, list[Event]] = defaultdict(list)
        self._touched: set[int] = set()
        self._done = -1

    def learn(self, logs: Sequence[Log]) -> None:
        """What later events need of these, which are in the store."""
        self._book(logs)
        self._touched.clear()

    def learned(self) -> Kept:
        """What later events may need: of rounds that are not over."""
        open_ = [
            round_ for round_ in {*self._events, *(r for r, _ in self._entries)}
            if not all(self._contest_state(round_, zone) in OVER for zone in self._numbers(round_))
        ]  # fmt: skip
        return {
            "entries": [
                [round_, zone, *entry]
                for (round_, zone), held in self._entries.items()
                for entry in held
                if round_ in open_
            ],
            "events": [kept_log(event.log) for r in open_ for event in self._events[r]],
            "done": self._done,
        }

    def recall(self, kept: Kept) -> None:
        for round_, zone, *entry in kept["entries"]:
            self._entries[round_, zone].append(tuple(entry))
        self.learn([log_of(log) for log in kept["events"]])
        self._done = kept["done"]

    def follow(self, logs: Sequence[Log]) -> None:
        """Events of whole blocks, in order. After a failure the same may come again."""
        self._book(logs)
        for round_ in sorted(self._touched):
            self._record(round_)
            self._touched.discard(round_)

    def _book(self, logs: Sequence[Log]) -> None:
        view, place = interface(REWARDS), self._place.lower()
        for log in logs:
            if log.block <= self._done or log.address.lower() != place:
                continue
            decoded = view.decode_log(log)
            if decoded is None:
                continue
            name, a = decoded
            if name == "Entered":
                self._entries[a["round"], a["zone"]].append((a["account"], a["energyWh"]))
                self._touched.add(a["round"])
            elif name in TOLD:
                self._events[a["round"]].append(Event(name, a, log))
                self._touched.add(a["round"])
        self._done = max((self._done, *(log.block for log in logs)))

    def _record(self, round_: int) -> None:
        contests: list[ContestRecord] = []
        tickets: list[TicketRecord] = []
        for number in self._numbers(round_):
            zone = zone_name(self._zones, number)
            held = self._entries[round_, number]
            contests.append(self._contest(round_, number, zone, sum(wh for _, wh in held)))
            tickets += [TicketRecord(round_, zone, i, *entry) for i, entry in enumerate(held)]
        self._store.record_contests(contests, tickets)

    def _numbers(self, round_: int) -> list[int]:
        """The zones of a round. Without their names, they are known by their first tickets."""
        seen = {number for (when, number), held in self._entries.items() if when == round_ and held}
        return sorted(seen | set(range(len(self._zones))))

    def _contest_state(self, round_: int, number: int) -> ContestState:
        return self._state(round_, number, sum(wh for _, wh in self._entries[round_, number]))

    def _contest(self, round_: int, number: int, zone: str, total: int) -> ContestRecord:
        closed, seeded = self._find(round_, CLOSED), self._find(round_, SEEDED)
        drawn = self._find(round_, DRAWN, number)
        told = [e for e in self._events[round_] if e.arguments.get("zone", number) == number]
        hashes = dict.fromkeys("0x" + event.log.transaction.hex() for event in told)
        return ContestRecord(
            round=round_,
            zone=zone,
            number=number,
            state=self._state(round_, number, total),
            prize_wei=None if closed is None else closed.arguments["prize"],
            least_wh=self._least,
            seed=None if seeded is None else "0x" + seeded.arguments["seed"].hex(),
            block_hash=None if seeded is None else "0x" + seeded.arguments["blockHash"].hex(),
            winner=None if drawn is None else drawn.arguments["winner"],
            entry=None if drawn is None else drawn.arguments["index"],
            transactions=tuple(hashes),
        )

    def _state(self, round_: int, number: int, total: int) -> ContestState:
        closed = self._find(round_, CLOSED)
        if closed is None:
            return "open"
        if closed.arguments["stage"] == Stage.EMPTY:
            return "empty"
        if total <= self._least:
            return "below_minimum"
        if self._find(round_, ROLLED_OVER):
            return "rolled_over"
        if self._find(round_, CLAIMED, number):
            return "paid"
        return "drawn" if self._find(round_, DRAWN, number) else "revealing"

    def _find(self, round_: int, name: str, zone: int | None = None) -> Event | None:
        for event in self._events[round_]:
            if event.name == name and zone in (None, event.arguments.get("zone")):
                return event
        return None
