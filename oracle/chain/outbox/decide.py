"""What to do about an entry, from what the chain says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from oracle.chain.outbox.entry import Entry, Inclusion, State
from oracle.chain.outbox.fees import FeePolicy, Fees


@dataclass(frozen=True)
class Facts:
    """The chain at one head.

    `settled`: the newest block that counts as final (by depth, or by the node's own tag).
    `mined_nonce`, `settled_nonce`: how many transactions of the sender are in blocks, up to the
    head and up to the settled one. `inclusions`: those attempts that are in blocks of the present
    chain, by hash; read after the nonces, so that a block that comes between hides nothing.
    """

    head: int
    settled: int
    base_fee: int
    mined_nonce: int
    settled_nonce: int
    inclusions: Mapping[bytes, Inclusion]


@dataclass(frozen=True)
class Wait:
    """Nothing to do at this head."""


@dataclass(frozen=True)
class Send:
    """Send the last attempt, again or for the first time."""


@dataclass(frozen=True)
class Raise:
    """Sign and send with higher fees."""

    fees: Fees


@dataclass(frozen=True)
class Move:
    """Note the state that the chain shows."""

    state: State
    inclusion: Inclusion | None = None


Action = Wait | Send | Raise | Move


def decide(entry: Entry, facts: Facts, policy: FeePolicy) -> Action:
    """The next step of one entry. Every attempt counts: a replaced one may be the one mined."""
    if entry.ended:
        return Wait()
    inclusion = next(
        (facts.inclusions[a.hash] for a in entry.attempts if a.hash in facts.inclusions), None
    )
    if inclusion is not None:
        if entry.state is State.MINED and entry.inclusion == inclusion:
            done = inclusion.block <= facts.settled
            return Move(State.FINAL, inclusion) if done else Wait()
        return Move(State.MINED, inclusion)
    if entry.nonce < facts.settled_nonce:
        return Move(State.LOST)
    if entry.state is State.MINED:
        return Move(State.BROADCAST)
    if entry.nonce < facts.mined_nonce:
        # Another transaction has the nonce, in a block that may still be taken back.
        return Wait()
    last = entry.attempts[-1]
    if entry.state is State.BUILT or last.sent_at is None:
        return Send()
    if facts.head - last.sent_at < policy.patience:
        return Wait()
    fees = policy.raised(last.fees, facts.base_fee)
    return Send() if fees is None else Raise(fees)
