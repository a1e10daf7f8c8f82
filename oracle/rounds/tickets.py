"""The Tullock contest's lottery: the mirror of the contracts' library `Tickets`.

Entries of a zone come with running sums of tickets (Wh); a number below the last sum is drawn from
the seed; the winner is the entry whose tickets hold it, so entry j wins with probability exactly
h_j / Σh (seed 000, 3.2).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from oracle.rounds.ports import ReportSigner

FIRST_REVEAL, LAST_REVEAL = 2, 200
"""Secrets are revealed from this many blocks after the closing of entries to that many."""


class TicketsError(ValueError):
    """Running sums that no contest has, or a number that none of its entries holds."""


def secret(signer: ReportSigner, chain_id: int, rewards: str, round_: int) -> bytes:
    """A server's secret of a round (32 bytes), from its key alone: nothing has to be kept.

    The hash of its deterministic signature (RFC 6979) of a digest that is signed for nothing else.
    """
    what = encode(
        ["string", "uint256", "address", "uint256"],
        ["wattmarket TullockRewards secret", chain_id, rewards, round_],
    )
    return keccak(b"".join(signer.sign_digest(keccak(what))))


def commitment(rewards: str, round_: int, index: int, secret_: bytes) -> bytes:
    """What server `index` publishes before entries close (32 bytes)."""
    kinds = ["address", "uint256", "uint256", "bytes32"]
    return keccak(encode(kinds, [rewards, round_, index, secret_]))


def seed(round_: int, block_hash: bytes, secrets: Sequence[bytes]) -> bytes:
    """The seed of a round: the hash of block B + 1 and all secrets in the order of the servers."""
    return keccak(encode(["uint256", "bytes32", "bytes32[]"], [round_, block_hash, list(secrets)]))


def drawn_number(seed_: bytes, zone: int, tickets: int) -> int:
    """The number drawn of a zone's tickets, in [0, tickets).

    The remainder of a 256-bit hash: each number's probability is 1 / tickets within 2^-256.
    Raises TicketsError where there are no tickets.
    """
    if tickets < 1:
        raise TicketsError(f"tickets: {tickets}: at least 1")
    hashed = keccak(encode(["bytes32", "uint256"], [seed_, zone]))
    return int.from_bytes(hashed, "big") % tickets


def running_sums(tickets: Sequence[int]) -> list[int]:
    """cum[i] = h_0 + … + h_i. Raises TicketsError where an entry has no ticket."""
    total = 0
    sums = []
    for i, own in enumerate(tickets):
        if own < 1:
            raise TicketsError(f"tickets[{i}]: {own}: at least 1")
        total += own
        sums.append(total)
    return sums


def winner_index(sums: Sequence[int], number: int) -> int:
    """The entry with cum[i − 1] ≤ number < cum[i]. Raises TicketsError where there is none."""
    if not sums or not 0 <= number < sums[-1]:
        raise TicketsError(f"number: {number}: must be from 0 to below the tickets")
    return bisect_right(sums, number)


def odds(sums: Sequence[int]) -> tuple[Fraction, ...]:
    """Each entry's probability to win, exactly: h_j / Σh."""
    total = sums[-1] if sums else 1
    return tuple(
        Fraction(upper - lower, total) for lower, upper in zip([0, *sums], sums, strict=False)
    )
