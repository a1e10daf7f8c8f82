"""What everybody may see of the market, as frozen records: words, proofs of prices, draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from oracle.service.store.records import Feed

Tier = Literal["inline", "constant", "optimistic", "consent"]
ContestState = Literal[
    "open", "revealing", "drawn", "paid", "empty", "rolled_over", "below_minimum"
]


@dataclass(frozen=True)
class DeclarationRecord:
    """What an account declared: a packed target (electricity), or wei of ELE (elecoin).

    `position`: its place among an epoch's declarations, in the order of the chain.
    """

    feed: Feed
    epoch: int
    position: int
    address: str
    value: int


@dataclass(frozen=True)
class FloorRecord:
    """The least price of a period, in ticks of ELE per kWh."""

    period: int
    ticks: int


@dataclass(frozen=True)
class Challenge:
    """A posting on stakes: refutable until these chain seconds, and as long as a part of its proof
    is demanded and not yet shown."""

    until: int
    demanded: bool = False

    def is_open(self, time: int | None) -> bool:
        """As the contract decides whether a posting can be read; not known (None) is not over."""
        return self.demanded or time is None or time < self.until


@dataclass(frozen=True)
class ProofRecord:
    """What stands behind a posting.

    bound_wei: electricity: ELE per kWh, elecoin: the leader's utility in currency, None where
    nothing was computed; servers: the signers in the order in which they may post; poster: who sent
    it; challengeable_until: chain seconds, None where it stood at once; voided: a challenge held;
    demanded: indices of leaves that somebody demanded and nobody has shown yet.
    """

    feed: Feed
    epoch: int
    tier: Tier
    bound_wei: int | None
    commitment: str
    input_block: int
    servers: tuple[str, ...]
    poster: str
    gas_used: int
    quorum: int
    challengeable_until: int | None = None
    voided: bool = False
    demanded: tuple[int, ...] = ()

    @property
    def challenge(self) -> Challenge | None:
        """None where it stood at once."""
        until = self.challengeable_until
        return None if until is None else Challenge(until, bool(self.demanded))

    def is_readable(self, time: int | None) -> bool:
        """Whether a contract would read the price at a chain time."""
        return not self.voided and (self.challenge is None or not self.challenge.is_open(time))


@dataclass(frozen=True)
class TicketRecord:
    """An entry in a contest: one ticket a Wh. `position`: its index on chain."""

    round: int
    zone: str
    position: int
    address: str
    energy_wh: int


@dataclass(frozen=True)
class ContestRecord:
    """A zone's contest of a round; `number` is the zone's.

    prize_wei: ELE, None while entries are open; least_wh: a zone with no more has no draw; entry:
    index of the winning ticket's holder; transactions: those of closing, seed, draw and payment.
    """

    round: int
    zone: str
    number: int
    state: ContestState
    prize_wei: int | None
    least_wh: int
    seed: str | None = None
    block_hash: str | None = None
    winner: str | None = None
    entry: int | None = None
    transactions: tuple[str, ...] = ()


@dataclass(frozen=True)
class StandingRecord:
    """An account's last reputation (1e18), the first round that settled for it, and its age.

    `age`: rounds that settled since it last led.
    """

    address: str
    value: int
    since_round: int
    age: int
