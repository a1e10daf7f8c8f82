"""The certificate that goes with a report: what the chain needs to check that a price is optimal.

Tier 1, inline, carries the declarations themselves. Tier 2 needs nothing but the totals that the
market keeps. Tier 3 commits to a Merkle-sum tree over the declarations and can be challenged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from oracle.rounds.certify import (
    CertificateError,
    ClearingTotals,
    NeedTotals,
    check_clearing,
    check_elecoin,
    check_interior,
    clearing_contribution,
    follower_contribution,
)
from oracle.rounds.merkle_sum import MerkleSumTree
from oracle.rounds.observe import Observation
from oracle.rounds.report import Feed
from oracle.rounds.words import PostedValue

CLEARING_GAS = (5_100, 950)
"""Gas of an inline clearing certificate beyond the plain posting: fixed, and for each target."""
ELECOIN_GAS = (8_000, 1_800)
"""The same for Stackelberg and each need: default terms, needs so small that each makes a piece."""
INLINE_GAS = 500_000
"""What a posting may spend on its proof; beyond it the certificate is optimistic."""
MOST_NEEDS = 2**16 - 1
"""The order of an inline Stackelberg certificate counts in two bytes."""


class Tier(IntEnum):
    """How a price is proved."""

    INLINE = 1
    INTERIOR = 2
    OPTIMISTIC = 3


@dataclass(frozen=True)
class Certificate:
    """Calldata-ready. `declared` is packed as the contracts' `Declarations` says.

    `declared` is empty except in tier 1, `order` except for an inline elecoin price, `tree` is
    None except in tier 3. `gap_wei` is the bound that the chain finds: on |p − p*| in wei of ELE
    per kWh for electricity, on the leader's utility in currency wei for the elecoin price; 0 for an
    elecoin price in tier 3, where none is computed.
    """

    tier: Tier
    gap_wei: int
    declared: bytes = b""
    order: bytes = b""
    tree: MerkleSumTree | None = None


def _account(account: str) -> bytes:
    return bytes.fromhex(account.removeprefix("0x")).rjust(20, b"\0")


def pack_targets(declared: Sequence[tuple[str, int]]) -> bytes:
    """35 bytes each: account, bits 120-143 of the word, bits 0-95; the period is the epoch."""
    return b"".join(
        _account(account)
        + (word >> 120).to_bytes(3, "big")
        + (word & (1 << 96) - 1).to_bytes(12, "big")
        for account, word in declared
    )


def pack_needs(declared: Sequence[tuple[str, int]]) -> bytes:
    """36 bytes each: account, wei."""
    return b"".join(_account(account) + need.to_bytes(16, "big") for account, need in declared)


def need_order(needs_wei: Sequence[int]) -> list[int]:
    """The indexes of the needs above 0 from the least to the greatest."""
    return sorted((i for i, need in enumerate(needs_wei) if need > 0), key=needs_wei.__getitem__)


def pack_order(order: Sequence[int]) -> bytes:
    """Two bytes an index."""
    return b"".join(index.to_bytes(2, "big") for index in order)


def inline_gas(feed: Feed, count: int) -> int:
    """About what the inline proof of `count` declarations adds to a posting, at most."""
    fixed, each = CLEARING_GAS if feed is Feed.ELECTRICITY else ELECOIN_GAS
    return fixed + each * count


def certificate(
    observation: Observation,
    value: PostedValue,
    *,
    totals_kept: bool = False,
    inline_gas_limit: int = INLINE_GAS,
) -> Certificate:
    """The cheapest certificate of a posted value, checked as the chain will check it.

    `totals_kept` says whether the market keeps the totals of an epoch's needs (tier 2). Raises
    CertificateError if the value is not the equilibrium of what was declared, ObservationError if
    the declarations are not those committed.
    """
    observation.check()
    inline = inline_gas(observation.feed, len(observation.declared)) <= inline_gas_limit
    if observation.feed is Feed.ELECTRICITY:
        return _clearing(observation, value, inline)
    return _elecoin(observation, value, inline, totals_kept)


def _clearing(observation: Observation, value: PostedValue, inline: bool) -> Certificate:
    targets, floor, ticks = observation.targets, observation.floor_ticks, value.price_ticks
    parts = [clearing_contribution(target, floor, ticks) for target in targets]
    gap = check_clearing(ClearingTotals.sum_of(parts), floor, value)
    if inline:
        return Certificate(Tier.INLINE, gap, declared=pack_targets(observation.declared))
    sums = [part.as_words() for part in parts]
    tree = MerkleSumTree.above(observation.commitments[1:], sums)
    return Certificate(Tier.OPTIMISTIC, gap, tree=tree)


def _elecoin(
    observation: Observation, value: PostedValue, inline: bool, totals_kept: bool
) -> Certificate:
    needs, terms, ticks = observation.needs_wei, observation.terms, value.price_ticks
    order = need_order(needs)
    gap = check_elecoin(needs, order, terms, ticks)
    if totals_kept:
        try:
            interior = check_interior(NeedTotals.of(needs, terms), terms, ticks)
        except CertificateError:
            pass
        else:
            return Certificate(Tier.INTERIOR, interior)
    if inline and len(needs) <= MOST_NEEDS:
        packed = pack_needs(observation.declared)
        return Certificate(Tier.INLINE, gap, declared=packed, order=pack_order(order))
    sums = [follower_contribution(need, terms, ticks).as_words() for need in needs]
    tree = MerkleSumTree.above(observation.commitments[1:], sums)
    return Certificate(Tier.OPTIMISTIC, 0, tree=tree)
