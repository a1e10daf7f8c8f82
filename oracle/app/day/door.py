"""How a visitor of a live market on a development chain becomes a member of it.

The service asks from threads of its own, the run answers between its phases: one thread alone signs
and sends.
"""

from __future__ import annotations

import math
import queue
import secrets
from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NoAnswer
from dataclasses import dataclass, field

from eth_utils.crypto import keccak

from oracle.app.day.guests import Guest, Guests
from oracle.app.day.pace import Pace
from oracle.app.day.plan import (
    CONSUMPTION_REGISTER,
    GENERATION_REGISTER,
    SALT_BYTES,
    Roster,
)
from oracle.app.day.recorder import Recorder
from oracle.chain.client import ChainError
from oracle.chain.rewards import Rewards
from oracle.chain.signer import Signer
from oracle.chain.transactions import Transaction, TransactionFailed
from oracle.community.guest import GuestHousehold, guest_household
from oracle.devnet.accounts import require_development_chain
from oracle.service.ports import Joined, JoinError, Running
from oracle.service.store.records import MemberRecord
from oracle.units import WAD

GUEST_FUNDS = 20 * WAD
"""Test ether that each guest gets: elecoins for some weeks of a household's trades."""
MOST_GUESTS = 40
"""So that a period's prices still carry a proof in the posting itself."""
JOIN_SECONDS = 60.0
"""For so long the service waits for the run."""
NOT_YET = "the market's first day is not over yet: try again in a minute"
ENDED = "the market has ended: start another run"


@dataclass(frozen=True)
class _Visit:
    account: str
    name: str | None
    joined: Future[Joined]


class Door:
    """The service's `JoinPort` and `RunningPort`, shut until `open`."""

    def __init__(self, patience: float = JOIN_SECONDS) -> None:
        self._patience = patience
        self._visits: queue.SimpleQueue[_Visit] = queue.SimpleQueue()
        self._host: Host | None = None
        self._seconds: float | None = None
        self._closed = NOT_YET

    def join(self, account: str, name: str | None) -> Joined:
        """Waits until the run has let her in. Raises JoinError, one line."""
        if self._host is None:
            raise JoinError(self._closed)
        visit = _Visit(account, name, Future())
        self._visits.put(visit)
        try:
            return visit.joined.result(self._patience)
        except NoAnswer:
            # Not begun: nobody will. Begun: she is told when she asks again.
            visit.joined.cancel()
            raise JoinError("the market does not answer: try again in a minute") from None

    @property
    def waiting(self) -> int:
        """About how many wait outside."""
        return self._visits.qsize()

    def running(self) -> Running:
        return Running(self._host is not None, self._seconds)

    def open(self, host: Host, seconds_per_period: float) -> None:
        self._host, self._seconds = host, seconds_per_period

    def shut(self) -> None:
        """Nobody comes in any more."""
        self._host, self._closed = None, ENDED
        self.attend()

    def attend(self) -> None:
        """Lets in who waits; called by the thread that drives the market."""
        while True:
            try:
                visit = self._visits.get_nowait()
            except queue.Empty:
                return
            if not visit.joined.set_running_or_notify_cancel():
                continue
            try:
                if self._host is None:
                    raise JoinError(self._closed)
                joined = self._host.admit(visit.account, visit.name)
            except (JoinError, ChainError, TransactionFailed) as error:
                visit.joined.set_exception(JoinError(str(error)))
            except BaseException:
                visit.joined.set_exception(JoinError("the market could not let her in"))
                raise
            else:
                visit.joined.set_result(joined)


@dataclass
class Host:
    """Registers visitors by the administrator's key, on a development chain alone."""

    guests: Guests
    roster: Roster
    recorder: Recorder
    pace: Pace
    _secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def admit(self, account: str, name: str | None) -> Joined:
        """Test ether, rights, a meter and a household for her; what is there already stays.

        Raises JoinError where she is one of the community's own, or where there is no room.
        """
        market = self.recorder.market
        require_development_chain(market.deployment.chain_id)
        if account in {signer.address for signer in self.roster.all_signers()}:
            raise JoinError(f"{account}: is one of the community's own accounts")
        if account not in self.guests.zones and len(self.guests) >= MOST_GUESTS:
            raise JoinError(f"the market has its {MOST_GUESTS} guests: no room for another")
        community, profiles = self.recorder.community, self.guests.profiles
        household = guest_household(community, profiles, bytes.fromhex(account[2:]))
        meter = Signer(keccak(self._secret + bytes.fromhex(account[2:])))
        salt = secrets.token_bytes(SALT_BYTES)
        name_hash = keccak(salt + (name or "").encode())
        sent = self._steps(account, name_hash, household, meter.address)
        receipts = self.pace.perform(0, sent)
        if account not in self.guests.zones:
            block = market.client.block(receipts[-1].block) if receipts else market.client.block()
            first = market.schedule.period_at(block.timestamp)
            self.guests.add(Guest(account, meter, household, first))
        terms = household.member
        record = MemberRecord(
            address=account,
            role=terms.role,
            zone=terms.zone,
            name_hash="0x" + name_hash.hex(),
            name=name,
            salt="0x" + salt.hex(),
        )
        self.recorder.admit(record, meter.address, terms)
        return Joined(
            account, tuple("0x" + receipt.hash.hex() for receipt in receipts), meter.address
        )

    def _steps(
        self, account: str, name_hash: bytes, household: GuestHousehold, meter: str
    ) -> Sequence[Transaction]:
        """What is not done yet, all by one key, so in this order."""
        market, administrator = self.recorder.market, self.roster.administrator
        member = household.member
        zone = list(self.recorder.community.zones).index(member.zone)
        (installed,) = market.read("meterOf", account)
        steps = []
        if market.client.balance(account) < GUEST_FUNDS // 2:
            steps.append(
                Transaction(administrator, account, b"", "test ether", GUEST_FUNDS, gas=100_000)
            )
        # Again for whom another registered, so that zone and rating are her household's.
        steps.append(
            market.transaction(
                administrator,
                "empower",
                account,
                name_hash,
                zone,
                member.may_sell,
                True,
                math.ceil(member.rated_kw * 1000),
            )
        )
        if installed.lower() != meter.lower():
            registers = GENERATION_REGISTER | CONSUMPTION_REGISTER
            steps += [
                market.transaction(administrator, "installMeter", account, meter, 0, 0, registers),
                Rewards(market).set_renewable(administrator, [account]),
            ]
        return steps
