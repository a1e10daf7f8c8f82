"""The watcher: what is posted on stakes is compared with our own answer; what is wrong is refuted.

A posting on stakes is only as safe as somebody who looks within its window. The events come by a
cursor, so that nothing posted while this server was down is missed; the refutation goes through the
outbox under the posting's own name, so that it is sent once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from oracle.app.daemon.staked import POSTED, Staked, StakedPosting, Verdict
from oracle.app.daemon.standing import Note
from oracle.chain.client import Block, Client
from oracle.chain.event_cursor import CursorMoved, EventCursor
from oracle.chain.interface import interface
from oracle.chain.market import ORACLE, Market
from oracle.chain.outbox.entry import Call
from oracle.chain.outbox.sender import OutboxSender, WouldRevert
from oracle.chain.posted import posted_in
from oracle.rounds.observe import Observation, ObservationError
from oracle.rounds.opening import opening, tree_of
from oracle.rounds.refute import Refutation, SignedTree, refute
from oracle.rounds.report import Report

FIXED_GAS, DECLARATION_GAS = 500_000, 4_000
"""At most what a refutation takes: fixed, and for each declaration."""
_FASTER = "NotChallengeable"
DEMANDED, VOIDED = 5, 6
"""Of the contract's `Status`: a leaf is demanded, so nobody reads it; refuted."""


def _nothing(*_: object) -> None:
    return None


@dataclass
class Watcher:
    """`market` reads what sets a price (several nodes agreeing); `client` everything else.

    `challenge` off: what is wrong raises an alarm and nothing is sent; `answer` off: demands for
    leaves of right postings are not answered.
    """

    market: Market
    client: Client
    staked: Staked
    outbox: OutboxSender
    challenge: bool = True
    answer: bool = True
    checkpoint: Callable[[str], None] = _nothing
    note: Callable[[Note], None] = _nothing
    judged: Callable[[Verdict], None] = _nothing
    _cursor: EventCursor[Connection] = field(init=False)
    _said: set[tuple[str, str]] = field(default_factory=set)
    _window: int | None = None

    def __post_init__(self) -> None:
        deployment = self.market.deployment
        self._cursor = EventCursor(
            self.client, self.staked, self.staked, f"stakes:{self.staked.signer}",
            [self.market.oracle], ["0x" + POSTED.topic.hex()], deployment.block, deployment.depth,
            trouble=lambda text: self.note(Note("", text, alarm=True)),
        )  # fmt: skip

    def tick(self, head: Block) -> None:
        """Everything that can be done at this head. Raises ChainError where no node answers."""
        try:
            self._cursor.follow()
        except CursorMoved:
            text = "another process works with this key and store: stop one of them"
            self.note(Note("", text, alarm=True))
            return
        for posting in self.staked.pending():
            self._look_at(posting, head)

    def _look_at(self, posting: StakedPosting, head: Block) -> None:
        held, proof, _ = self.market.read(
            "challenged", int(posting.feed), posting.epoch, contract=ORACLE, block=head.hash
        )
        here = held[0] == posting.epoch + 1 and bytes(proof[0]) == posting.digest[:20]
        if not here or held[-1] == VOIDED:
            # Another one in its place is possible only after it was voided.
            unsaid = posting.verdict is Verdict.OPEN
            text = "what was posted on stakes is void: nobody reads it"
            self._judge(posting, Verdict.VOIDED, text, alarm=unsaid)
            return
        over = head.timestamp >= held[4] + self._challenge_window()
        closed = held[-1] != DEMANDED and over
        if posting.verdict is Verdict.RIGHT:
            if held[-1] == DEMANDED and self.answer:
                self._defend(posting, head)
            elif closed:
                self._judge(posting, Verdict.ACCEPTED, "stood its window on stakes")
            return
        sent = posting.verdict is Verdict.SENT and self.outbox.store.find(_key(posting))
        if not sent:
            self._compare(posting, head, closed)
        elif closed:
            text = "was refuted too late: it is wrong and stands"
            self._judge(posting, Verdict.STANDS, text, alarm=True)

    def _compare(self, posting: StakedPosting, head: Block, closed: bool) -> None:
        observation = self._observe(posting, head)
        found = posted_in(self.client, posting.transaction, self.market.domain, posting.digest)
        if found is None:
            self._say(posting, "its report is nowhere on the chain: cannot be checked", alarm=True)
            if closed:
                self._judge(posting, Verdict.STANDS, "stands unchecked", alarm=True)
            return
        report, _, certificate = found
        if observation is None or observation.commitment != report.commitment:
            if closed:
                self._judge(posting, Verdict.STANDS, "stands unchecked", alarm=True)
            return  # what was declared is not yet deep enough
        refutation = refute(report, certificate, observation)
        if refutation is None:
            self._judge(posting, Verdict.RIGHT, "posted on stakes: the price is right")
        elif closed:
            text = f"is wrong ({refutation.why}), was found too late, and stands"
            self._judge(posting, Verdict.STANDS, text, alarm=True)
        elif self.challenge:
            gas = FIXED_GAS + DECLARATION_GAS * len(observation.declared)
            self._send(posting, refutation, gas)
        else:
            text = f"posted on stakes is wrong: {refutation.why}; nothing is sent from here"
            self._say(posting, text, alarm=True)

    def _defend(self, posting: StakedPosting, head: Block) -> None:
        """Reveals every leaf that was demanded of a right posting, or its signers lose all."""
        found = posted_in(self.client, posting.transaction, self.market.domain, posting.digest)
        observation = self._observe(posting, head)
        if found is None or observation is None:
            return
        report, _, certificate = found
        tree = tree_of(report, observation)
        if tree is None:
            self._say(posting, "a leaf of a tree that is not ours is demanded", alarm=True)
            return
        signed = SignedTree.unpack(certificate).as_tuple()
        for index in self._demanded(posting, report, head):
            arguments = report.as_tuple(), signed, index, opening(tree, observation, index)
            data = interface(ORACLE).encode("revealLeaf", *arguments)
            key = f"reveal:{posting.name}:{posting.digest.hex()[:16]}:{index}"
            try:
                self.outbox.enqueue(Call(key, self.market.oracle, data, gas=FIXED_GAS))
            except WouldRevert as error:
                self._say(posting, f"leaf {index}: revealing it fails now: {error}", alarm=False)
            else:
                self.checkpoint("revealing")
                self._say(posting, f"leaf {index} is demanded: revealed", alarm=False)

    def _demanded(self, posting: StakedPosting, report: Report, head: Block) -> list[int]:
        """Leaves that nobody revealed yet, and can still be."""
        event = interface(ORACLE).events["LeafDemanded"]
        topics = [f"0x{word:064x}" for word in (int(posting.feed), posting.epoch)]
        logs = self.client.logs(
            self.market.oracle, ["0x" + event.topic.hex(), *topics], posting.block, head.number
        )
        indexes = sorted({event.decode(log)["index"] for log in logs})
        calls = [(ORACLE, "demandOf", (report.as_tuple(), index)) for index in indexes]
        answers = self.market.read_many(calls, head.hash)
        return [
            index
            for index, (_, deadline) in zip(indexes, answers, strict=True)
            if deadline > head.timestamp
        ]

    def _observe(self, posting: StakedPosting, head: Block) -> Observation | None:
        """The declarations, which are frozen: as deep as every price is read."""
        number = max(0, head.number - self.market.deployment.depth)
        try:
            observation = self.market.observe(posting.feed, posting.epoch, number)
            observation.check()
        except ObservationError:
            return None
        return observation

    def _send(self, posting: StakedPosting, refutation: Refutation, gas: int) -> None:
        data = interface(ORACLE).encode(refutation.function, *refutation.arguments)
        try:
            self.outbox.enqueue(Call(_key(posting), self.market.oracle, data, gas=gas))
        except WouldRevert as error:
            # Somebody else may have been faster: the next look sees it.
            self._say(posting, f"refuting it fails now: {error}", alarm=_FASTER not in str(error))
            return
        self.checkpoint("refuting")
        text = f"posted on stakes is wrong: {refutation.why}; its refutation is sent"
        self._judge(posting, Verdict.SENT, text, alarm=True)

    def _challenge_window(self) -> int:
        if self._window is None:
            self._window = self.market.oracle_terms().challenge_window
        return self._window

    def _judge(
        self, posting: StakedPosting, verdict: Verdict, text: str, *, alarm: bool = False
    ) -> None:
        # Said twice rather than never, should this be the last step.
        self.note(Note(posting.name, text, alarm))
        self.judged(verdict)
        self.staked.judge(posting, verdict)
        self.checkpoint("judged")

    def _say(self, posting: StakedPosting, text: str, *, alarm: bool) -> None:
        """Once."""
        if (posting.name, text) not in self._said:
            self._said.add((posting.name, text))
            self.note(Note(posting.name, text, alarm))


def _key(posting: StakedPosting) -> str:
    return f"refute:{posting.name}:{posting.digest.hex()[:16]}"
