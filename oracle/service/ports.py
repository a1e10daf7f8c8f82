"""What the service asks of the market beyond its store: the chain, joining, whether it runs.

Each is optional: what nobody answers is null in the API, or refused. Calls come from worker
threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from oracle import UserError


class JoinError(UserError):
    """Nobody joined: one line that says why, for the visitor."""


@dataclass(frozen=True, slots=True)
class Joined:
    """What made her a member: hashes of transactions (0x-hex, mined), and her meter's address.

    `meter` is None where she has none.
    """

    account: str
    transactions: tuple[str, ...] = ()
    meter: str | None = None


class JoinPort(Protocol):
    """Makes a visitor of a development market a member of it."""

    def join(self, account: str, name: str | None) -> Joined:
        """Send her test ether, register her under a salted hash of the name, give her a meter.

        `account` has its EIP-55 checksum; `name` fits `NameChange`, None for no name. Returns when
        the chain has it. The service does not call it twice at once for one account and, once it
        returned, never again for that account of that deployment; after a failure or a crash it
        may call again, so it must look first at what is done already. It writes the `MemberRecord`,
        with the salt. Raises JoinError where it cannot: no deployment yet, no answer of the chain.
        """
        ...


@dataclass(frozen=True, slots=True)
class Rights:
    """An account's entry in the market: what it may do, what it holds, its name's hash.

    `zone`: the chain's number; deposit_wei: elecoins; `meter`: None where none is installed.
    """

    account: str
    zone: int
    generation: bool
    trading: bool
    name_hash: str
    deposit_wei: int
    rated_watts: int
    meter: str | None

    @property
    def any(self) -> bool:
        return self.generation or self.trading


class MarketPort(Protocol):
    """The market's contracts, of the deployment that the store shows."""

    def administrator(self) -> str | None:
        """Who holds the office now; None where the chain or the deployment cannot be read."""
        ...

    def rights(self, account: str) -> Rights | None:
        """Of an account; without any for a stranger. None where it cannot be read."""
        ...

    def members(self, offset: int, limit: int) -> Sequence[Rights] | None:
        """A page of all that were ever registered, in that order. None where it cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class Running:
    """Whether periods go on by themselves, and how many seconds of wall time one takes."""

    live: bool
    seconds_per_period: float | None = None


class RunningPort(Protocol):
    """Whoever drives the market."""

    def running(self) -> Running:
        """As it is now."""
        ...


@dataclass(frozen=True, slots=True)
class NodeStatus:
    """A node as it answered just now; None for what it did not tell."""

    url: str
    reachable: bool
    head: int | None = None
    chain_time: int | None = None
    peers: int | None = None


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """An edge server of the market's set; None for what nobody here can know.

    `rank`: its turn in the round that the chain is in, 0 leads; `status`: "ready", or what its own
    probe finds wrong.
    """

    signer: str
    operator: str
    name: str | None = None
    rank: int | None = None
    reachable: bool | None = None
    status: str | None = None


class OperationsPort(Protocol):
    """What runs the market: nodes and edge servers. Asked for anew each time."""

    def nodes(self) -> Sequence[NodeStatus]:
        """In the order in which they were named."""
        ...

    def servers(self) -> Sequence[ServerStatus] | None:
        """The set as the chain has it; None where it cannot be read."""
        ...


StatementFormat = Literal["html", "csv", "periods"]
Language = Literal["en", "de"]


@dataclass(frozen=True, slots=True)
class StatementFile:
    """A member's statement of a month as a file to keep: its name, its kind, its bytes."""

    name: str
    media_type: str
    content: bytes


class StatementPort(Protocol):
    """Makes statements of the deployment that the store shows."""

    def months(self, account: str) -> tuple[str, ...]:
        """The local months (YYYY-MM) in which a member can have one."""
        ...

    def statement(
        self, account: str, month: str, form: StatementFormat, language: Language
    ) -> StatementFile:
        """Hers of one of her `months`: a page, its lines or its periods as a sheet."""
        ...


@dataclass(frozen=True)
class Ports:
    """What an application connects; None for what it has not."""

    market: MarketPort | None = None
    join: JoinPort | None = None
    running: RunningPort | None = None
    operations: OperationsPort | None = None
    statements: StatementPort | None = None
