"""One edge server's work at one head of the chain: price, claim, sign, tell, gather, post.

Every step can be the last before the process ends: what was done is read back from store and chain.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from oracle.app.daemon.office import Office
from oracle.app.daemon.recovery import Recovery
from oracle.app.daemon.standing import ALARMS, DONE, SAID, Note, Standing
from oracle.chain.client import Block, ChainError, Client
from oracle.chain.market import ORACLE, Market, NotDeployed
from oracle.chain.outbox.entry import Call
from oracle.chain.outbox.sender import OutboxSender, WouldRevert
from oracle.chain.signer import Signer
from oracle.rounds.agree import Vote, quorum
from oracle.rounds.duty import Duty, duties, place_of
from oracle.rounds.duty import duty as duty_of
from oracle.rounds.observe import ObservationError
from oracle.rounds.peer_messages import (
    Expected,
    PeerMessageError,
    SignatureShare,
    read,
    share,
    to_json,
)
from oracle.rounds.posting import calldata
from oracle.rounds.price import Priced, price
from oracle.rounds.report import Feed, Report
from oracle.rounds.signing import Signed, SigningStore
from oracle.service.errors import StoreError

TRANSIENT = (ChainError, StoreError)
"""What `tick` may raise and the next may not: no node answers, or the store cannot be written."""
POST_GAS = 1_500_000
VOIDED = 6
"""The contract's `Status.Voided`: a posting that was refuted may be posted again."""
MOST_AHEAD = 86_400
"""Chain seconds before an epoch opens; what a liar says of later ones would only fill the store."""


def _nothing(*_: object) -> None:
    return None


def _nobody(_: Duty) -> Sequence[bytes]:
    return ()


def _untimed(_: Duty) -> AbstractContextManager[object]:
    return nullcontext()


@dataclass
class EdgeServer:
    """`market` reads what sets a price, `client` everything else; all of one tick at one head.

    `tell` hands a share to its receiver; `ask` gets the peers' shares of a duty, unchecked.
    `checkpoint` is called with the name of every step that was just taken; `note` with what
    happened; pricing a duty runs within `timed`; `watch` looks at what others posted. `hear` and
    `answer` may be called from other threads.
    """

    market: Market
    client: Client
    signer: Signer
    store: SigningStore
    outbox: OutboxSender
    tell: Callable[[SignatureShare], None]
    ask: Callable[[Duty], Sequence[bytes]] = _nobody
    watch: Callable[[Block], None] = _nothing
    dry_run: bool = False
    recovery: Recovery | None = None
    checkpoint: Callable[[str], None] = _nothing
    note: Callable[[Note], None] = _nothing
    timed: Callable[[Duty], AbstractContextManager[object]] = _untimed
    _priced: dict[str, Priced] = field(default_factory=dict)
    _standing: dict[str, Standing] = field(default_factory=dict)
    _told: set[tuple[str, str]] = field(default_factory=set)
    _asked: dict[str, int] = field(default_factory=dict)
    _said: set[tuple[str, str]] = field(default_factory=set)
    _under_way: dict[str, Duty] = field(default_factory=dict)
    _servers: list[str] = field(default_factory=list)
    _expected: Expected | None = None
    _office: Office | None = None

    def tick(self) -> list[Duty]:
        """Everything that can be done at the present head; the duties that are open now.

        Raises one of TRANSIENT where no node answers or the store fails; call it again.
        """
        head = self.look()
        open_now = [
            duty
            for duty in duties(self.market.schedule, head.timestamp)
            if self._office is None
            or self._office.is_ours(duty, self.market.schedule.epoch_periods)
        ]
        if self.recovery is not None and not self.recovery.ready(head, open_now):
            return open_now
        if not self.store.paused():
            for duty in open_now:
                self._under_way[duty.name] = duty
                self._work(duty, head)
            self._look_back(head)
        try:
            if not self.store.paused():
                self.watch(head)
        finally:
            if not self.dry_run:
                self.outbox.step()
        return open_now

    def look(self) -> Block:
        """The head; from then on peers are listened to."""
        head = self.client.block()
        before, self._office = self._office, Office.of(self.market, head.hash)
        self._servers = list(self._office.servers)
        self._expected = Expected(
            self.market.domain, self.signer.address, frozenset(self._servers), head.timestamp
        )
        for text in self._office.news_since(before, self.signer.address):
            self.note(Note("market", text))
        return head

    @property
    def chain_time(self) -> int:
        """At the last look; 0 before."""
        return 0 if self._expected is None else self._expected.now

    @property
    def servers(self) -> frozenset[str]:
        """The signers of the set at the last look."""
        return frozenset() if self._expected is None else self._expected.signers

    def _work(self, duty: Duty, head: Block) -> None:
        try:
            self._move(duty, self._advance(duty, head))
        except ObservationError as error:
            self._say(duty, Standing.SKIPPED, str(error))
        except NotDeployed:
            # The first epochs' input blocks may be older than the market: nobody declared there.
            self._move(duty, Standing.QUIET)

    def _look_back(self, head: Block) -> None:
        """Windows that closed since the last look: what did not come to a posting is said."""
        for name, duty in list(self._under_way.items()):
            if head.timestamp < duty.closes:
                continue
            if self._standing.get(name) not in DONE:
                self._move(duty, self._outcome(duty, head))
            del self._under_way[name]

    def _outcome(self, duty: Duty, head: Block) -> Standing:
        """Where a duty has come to whose window is closed."""
        try:
            posted = self._posted(duty, head)
            if posted is not None:
                return posted
            known = duty.name in self._priced or self.store.signed(duty.feed, duty.epoch)
            if known:
                return Standing.MISSED
            input_block = self._input_block(duty, head)
            priced = input_block and self._price(duty, input_block)
        except ObservationError:
            return Standing.MISSED
        except NotDeployed:
            return Standing.QUIET
        return Standing.MISSED if priced else Standing.QUIET

    def _advance(self, duty: Duty, head: Block) -> Standing:
        standing = self._posted(duty, head)
        if standing is not None:
            return standing
        signed = self.store.signed(duty.feed, duty.epoch)
        if self.signer.address not in self._servers and not self.dry_run:
            return Standing.OUTSIDE
        if signed is None and self.recovery is not None and self.recovery.unsure(duty):
            return Standing.UNSURE
        if signed is None or signed.signature is None:
            input_block = self._input_block(duty, head)
            if input_block is None:
                return Standing.WAITING
            priced = self._price(duty, input_block)
            if priced is None:
                return Standing.QUIET
            signed = self._sign(duty, priced)
            if signed is None:
                return Standing.SIGNED if self.dry_run else Standing.SKIPPED
        if self._office is not None and signed.report.signer_set != self._office.version:
            return Standing.REPLACED
        if not self._still_there(signed):
            return Standing.SKIPPED
        self._tell_all(duty, signed)
        votes = self._votes(duty, signed)
        if len(votes) < quorum(len(self._servers)):
            if self._asked.get(duty.name) != head.number:
                self._asked[duty.name] = head.number
                for body in self.ask(duty):
                    with contextlib.suppress(PeerMessageError):
                        self.hear(body)
            return Standing.SIGNED
        return self._post(duty, head, signed, votes)

    def hear(self, body: bytes) -> None:
        """A peer's message: checked and kept. Raises PeerMessageError where it is dropped."""
        expected = self._expected
        if expected is None:
            raise PeerMessageError("not started")
        message = read(body, expected)
        window = duty_of(self.market.schedule, message.report.feed, message.report.epoch)
        # Its sender may have seen a much newer block than our last look did.
        if not window.opens - MOST_AHEAD <= expected.now < window.closes:
            raise PeerMessageError("not open", message.name)
        known = self.store.equivocations()
        if not self.store.hear(message, message.report.digest(expected.domain)):
            return
        self.checkpoint("heard")
        if self.store.equivocations() > known:
            text = f"{message.sender} signed two reports for {message.name}: both are kept"
            self.note(Note(message.name, text, alarm=True))

    def answer(self, feed: Feed, epoch: int, receiver: str) -> list[bytes]:
        """Our share of a duty for another server of the set; nothing for anybody else."""
        expected, signed = self._expected, self.store.signed(feed, epoch)
        if expected is None or signed is None or signed.signature is None:
            return []
        if receiver not in expected.signers or receiver == self.signer.address:
            return []
        closes = duty_of(self.market.schedule, feed, epoch).closes
        message = share(
            signed.report, signed.signature, expected.domain, self.signer, receiver, closes
        )
        return [to_json(message, expected.domain)]

    def kept(self, feed: Feed, epoch: int, sender: str) -> list[bytes]:
        """What this server heard from another of the set, for one who lost her store."""
        expected = self._expected
        if expected is None or sender not in expected.signers:
            return []
        heard = self.store.heard(feed, epoch)
        return [to_json(one, expected.domain) for one in heard if one.sender == sender]

    # --- the chain's side -------------------------------------------------------------------

    def _posted(self, duty: Duty, head: Block) -> Standing | None:
        """What stands on chain for this duty, compared with what was signed here."""
        posting, proof, _ = self.market.read(
            "challenged", int(duty.feed), duty.epoch, contract=ORACLE, block=head.hash
        )
        if posting[0] != duty.epoch + 1 or posting[-1] == VOIDED:
            return None
        ours = self._own_digest(duty, head)
        if ours is None:
            return Standing.UNCHECKED
        return Standing.POSTED if bytes(proof[0]) == ours[:20] else Standing.CONTRADICTED

    def _own_digest(self, duty: Duty, head: Block) -> bytes | None:
        """Of what was signed here; else of what would have been, to check what others posted."""
        signed = self.store.signed(duty.feed, duty.epoch)
        if signed is not None:
            return signed.digest
        if duty.name not in self._priced:
            input_block = self._input_block(duty, head)
            if input_block is None or self._price(duty, input_block) is None:
                return None
        return self._priced[duty.name].report.digest(self.market.domain)

    def _input_block(self, duty: Duty, head: Block) -> Block | None:
        """The last block before the window opens, once it is as deep as the deployment wants."""
        number = head.number - self.market.deployment.depth
        block = self.client.block(max(0, number))
        if block.timestamp < duty.opens:
            following = self.client.block(block.number + 1) if number < head.number else None
            done = following is not None and following.timestamp >= duty.opens
            return block if done else None
        while block.timestamp >= duty.opens:
            block = self.client.block(block.number - 1)
        return block

    def _still_there(self, signed: Signed) -> bool:
        """Is the input block that was signed still the chain's?"""
        report = signed.report
        try:
            return self.client.block(report.input_block).hash == report.input_block_hash
        except ChainError:
            return False

    # --- our own price ----------------------------------------------------------------------

    def _price(self, duty: Duty, input_block: Block) -> Priced | None:
        with self.timed(duty):
            observation = self.market.observe(duty.feed, duty.epoch, input_block.number)
            priced = price(observation)
        if priced is not None:
            self._priced[duty.name] = priced
            self.checkpoint("priced")
        return priced

    def _sign(self, duty: Duty, priced: Priced) -> Signed | None:
        """Claims the pair for this digest, then signs. None if another digest was claimed."""
        report = priced.report
        digest = report.digest(self.market.domain)
        if self.dry_run:
            self._say(duty, Standing.SIGNED, f"dry run: would sign {digest.hex()}")
            return None
        standing = self.store.claim(report, digest)
        self.checkpoint("claimed")
        if standing.digest != digest:
            return None
        signature = self.signer.sign_digest(digest)
        self.checkpoint("signed")
        self.store.keep_signature(report, signature)
        self.checkpoint("kept")
        return Signed(report, digest, signature)

    # --- the peers --------------------------------------------------------------------------

    def _tell_all(self, duty: Duty, signed: Signed) -> None:
        assert signed.signature is not None
        for receiver in self._servers:
            if receiver == self.signer.address or (duty.name, receiver) in self._told:
                continue
            message = share(
                signed.report, signed.signature, self.market.domain, self.signer, receiver,
                duty.closes,
            )  # fmt: skip
            self.tell(message)
            self._told.add((duty.name, receiver))
        self.checkpoint("told")

    def _votes(self, duty: Duty, signed: Signed) -> list[Vote]:
        """Ours and the peers' for the very same report; what differs is said, never adopted."""
        assert signed.signature is not None
        votes = {self.signer.address: Vote(self.signer.address, signed.report, signed.signature)}
        members = set(self._servers)
        for heard in self.store.heard(duty.feed, duty.epoch):
            if heard.sender not in members:
                continue
            if heard.report == signed.report:
                votes.setdefault(heard.sender, Vote(heard.sender, heard.report, heard.signature))
            else:
                differing = _differences(heard.report, signed.report)
                self._say(duty, None, f"{heard.sender} signed another report: {differing}")
        return list(votes.values())

    # --- posting ----------------------------------------------------------------------------

    def _post(self, duty: Duty, head: Block, signed: Signed, votes: Sequence[Vote]) -> Standing:
        place = place_of(self.market.order_of(duty.round, head.hash), self.signer.address)
        turn_seconds = self.market.oracle_terms(head.hash).turn_seconds
        if place is None or head.timestamp < duty.turn_opens(place, turn_seconds):
            return Standing.SIGNED
        priced = self._priced.get(duty.name) or self._priced_again(duty, signed)
        if priced is None or priced.report != signed.report:
            return Standing.SKIPPED
        needed = quorum(len(self._servers))
        signatures = [vote.signature for vote in votes[:needed]]
        proof = calldata(priced.certificate, duty.feed)
        transaction = self.market.post(self.signer, signed.report, signatures, proof)
        assert transaction.to is not None
        call = Call(f"post:{duty.name}", transaction.to, transaction.data, gas=POST_GAS)
        try:
            self.outbox.enqueue(call)
        except WouldRevert as error:
            # Somebody else may have been a block faster: the next tick sees it.
            self._say(duty, None, str(error), alarm="AlreadyPosted" in str(error))
            return Standing.SIGNED
        self.checkpoint("enqueued")
        return Standing.POSTING

    def _priced_again(self, duty: Duty, signed: Signed) -> Priced | None:
        """After a restart: the certificate is not stored, because it follows from the chain."""
        return self._price(duty, self.client.block(signed.report.input_block))

    # --- what is said -----------------------------------------------------------------------

    def _move(self, duty: Duty, standing: Standing) -> None:
        if self._standing.get(duty.name) is standing:
            return
        self._standing[duty.name] = standing
        said = SAID.get(standing, str(standing))
        self.note(Note(duty.name, said, standing in ALARMS, standing))

    def _say(
        self, duty: Duty, standing: Standing | None, text: str, *, alarm: bool = False
    ) -> None:
        if standing is not None:
            self._standing[duty.name] = standing
        # Once, not at every look.
        if (duty.name, text) in self._said:
            return
        self._said.add((duty.name, text))
        self.note(Note(duty.name, text, alarm, standing))


def _differences(theirs: Report, ours: Report) -> str:
    names = (
        name for name in Report.__dataclass_fields__ if getattr(theirs, name) != getattr(ours, name)
    )
    return ", ".join(names)
