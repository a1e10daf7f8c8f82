"""Follows what prices rest on into the store: declared words, floors, proofs, refutations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache

from oracle.app.day.kept import Kept, kept_log, log_of
from oracle.app.verify.postings import floor_ticks
from oracle.chain.client import Receipt
from oracle.chain.market import Event, Market
from oracle.rounds.agree import quorum
from oracle.rounds.report import Feed
from oracle.service.store.market_records import DeclarationRecord, FloorRecord, ProofRecord, Tier
from oracle.service.store.records import Feed as FeedName
from oracle.service.store.store import Store

TIERS: dict[int, Tier] = {1: "inline", 2: "constant", 3: "optimistic", 4: "consent"}
"""By the contract's `Status`."""
UNCERTIFIED = 2**96 - 1
STANDING = frozenset({"Posted", "LeafDemanded", "LeafRevealed", "Voided"})
"""What decides whether a posting can be read."""
Arguments = Mapping[str, object]


def feed_name(feed: int) -> FeedName:
    return "electricity" if feed == Feed.ELECTRICITY else "elecoin"


class Evidence:
    """One deployment's declarations and proofs, as their events come, in order."""

    def __init__(self, market: Market, store: Store) -> None:
        self.market, self.store = market, store
        self._declared: Counter[tuple[FeedName, int]] = Counter()
        self._constants: list[Event] = []
        self._done = -1
        self._order = lru_cache(self._order_of)

    def learn(self, events: Sequence[Event]) -> None:
        """What later events need of these, which are in the store."""
        for event in events:
            a = event.arguments
            if event.name == "ConstantsScheduled":
                self._constants.append(event)
            elif event.name == "TargetDeclared":
                self._declared["electricity", a["period"]] += 1
            elif event.name == "NeedDeclared":
                self._declared["elecoin", a["epoch"]] += 1
            self._done = event.log.block

    def learned(self, first: int) -> Kept:
        """What later events may need, where periods before `first` are over."""
        return {
            "declared": [
                [feed, epoch, count]
                for (feed, epoch), count in self._declared.items()
                if feed == "elecoin" or epoch >= first
            ],
            "constants": [kept_log(event.log) for event in self._constants],
            "done": self._done,
        }

    def recall(self, kept: Kept) -> None:
        decoded = (self.market.decode(log_of(log)) for log in kept["constants"])
        self._constants = [event for event in decoded if event is not None]
        self._declared = Counter({(feed, epoch): n for feed, epoch, n in kept["declared"]})
        self._done = kept["done"]

    def follow(self, events: Sequence[Event]) -> None:
        """Before the postings themselves are recorded: who hears of one finds its proof.

        `events` are those of whole blocks. After a failure the same may come again.
        """
        events = [event for event in events if event.log.block > self._done]
        declarations: list[DeclarationRecord] = []
        floors: dict[int, FloorRecord] = {}
        standing: list[Event] = []
        constants, counts = list(self._constants), self._declared.copy()
        for event in events:
            a = event.arguments
            if event.name == "ConstantsScheduled":
                constants.append(event)
            elif event.name == "TargetDeclared":
                period = a["period"]
                declarations.append(_declaration(counts, "electricity", period, a, a["word"]))
                if period not in floors:
                    # A change takes longer than an epoch to come, so this one holds for the period.
                    ticks = floor_ticks(self.market, constants, period)
                    floors[period] = FloorRecord(period, ticks)
            elif event.name == "NeedDeclared":
                declarations.append(_declaration(counts, "elecoin", a["epoch"], a, a["needWei"]))
            elif event.name in STANDING:
                standing.append(event)
        self.store.record_declarations(declarations)
        self.store.record_floors(floors.values())
        self._record_proofs(standing)
        self._constants, self._declared = constants, counts
        self._done = max((event.log.block for event in events), default=self._done)

    def needed(self, epoch: int) -> bool:
        """Whether anybody declared that she needs elecoins in the epoch."""
        return self._declared["elecoin", epoch] > 0

    def _record_proofs(self, events: Sequence[Event]) -> None:
        """What was posted, demanded, shown and refuted, in order: a refuted price may be posted
        again."""
        posted = [event.log.transaction for event in events if event.name == "Posted"]
        receipts = iter(self.market.client.receipts(posted) if posted else ())
        for event in events:
            a = event.arguments
            if event.name == "Posted":
                receipt = next(receipts)
                assert receipt is not None
                self.store.record_proof(self._proof(event, receipt))
                continue
            proof = self.store.proof(feed_name(a["feed"]), a["epoch"])
            if proof is None:
                continue
            if event.name == "Voided":
                proof = replace(proof, voided=True)
            else:
                shown = set(proof.demanded) - {a["index"]}
                wanted = {a["index"]} if event.name == "LeafDemanded" else set()
                proof = replace(proof, demanded=tuple(sorted(shown | wanted)))
            self.store.record_proof(proof, changed=True)

    def _proof(self, event: Event, receipt: Receipt) -> ProofRecord:
        a, feed, schedule = (
            event.arguments,
            feed_name(event.arguments["feed"]),
            self.market.schedule,
        )
        electricity, tier = feed == "electricity", TIERS[a["status"]]
        first = a["epoch"] if electricity else a["epoch"] * schedule.epoch_periods
        order = self._order(schedule.round_of(first), a["signerSet"])
        until = None
        if tier == "optimistic":
            posted_at = self.market.client.block(event.log.block).timestamp
            until = posted_at + self._challenge_window
        computed = a["bound"] != UNCERTIFIED and (electricity or tier != "optimistic")
        return ProofRecord(
            feed=feed,
            epoch=a["epoch"],
            tier=tier,
            bound_wei=a["bound"] if computed else None,
            commitment="0x" + a["commitment"].hex(),
            input_block=a["inputBlock"],
            servers=order,
            poster=receipt.sender,
            gas_used=receipt.gas_used,
            quorum=quorum(len(order)),
            challengeable_until=until,
        )

    def _order_of(self, round_: int, signer_set: int) -> tuple[str, ...]:
        return tuple(self.market.order_of(round_))

    @cached_property
    def _challenge_window(self) -> int:
        return self.market.oracle_terms().challenge_window


def _declaration(
    counts: Counter[tuple[FeedName, int]], feed: FeedName, epoch: int, a: Arguments, value: int
) -> DeclarationRecord:
    """The next of an epoch's, which is counted."""
    position = counts[feed, epoch]
    counts[feed, epoch] += 1
    return DeclarationRecord(feed, epoch, position, str(a["account"]), value)
