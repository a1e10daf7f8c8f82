"""Carrying readings to the chain: signed one by one, in batches, or under one attestation."""

from __future__ import annotations

from collections.abc import Sequence

from oracle.chain.market import Market
from oracle.chain.signer import Signer
from oracle.chain.transactions import Transaction
from oracle.rounds.ports import Signature
from oracle.rounds.readings import Reading, attestation_digest, root_digest


def sign_reading(market: Market, meter: Signer, reading: Reading) -> Signature:
    """The meter's signature (EIP-712, EIP-2098)."""
    return meter.sign_digest(reading.digest(market.deployment.chain_id, market.address))


def relay_readings(
    market: Market, relayer: Signer, signed: Sequence[tuple[Reading, Signature]], *, gas: int
) -> Transaction:
    """One transaction for many signed readings; what the chain refuses blocks nothing."""
    return market.transaction(
        relayer,
        "relayReadings",
        [reading.account for reading, _ in signed],
        [reading.pack() for reading, _ in signed],
        [signature for _, signature in signed],
        gas=gas,
    )


def attest_readings(
    market: Market,
    relayer: Signer,
    attestor: Signer,
    period: int,
    words: Sequence[int],
    *,
    first_group: int = 0,
    gas: int = 12_000_000,
) -> Transaction:
    """Dense words under the attestor's signature, carried by anybody."""
    digest = attestation_digest(
        market.deployment.chain_id, market.address, period, first_group, words
    )
    signature = b"".join(attestor.sign_digest(digest))
    return market.transaction(
        relayer, "attestReadings", period, first_group, list(words), signature, gas=gas
    )


def attest_root(
    market: Market, relayer: Signer, attestor: Signer, period: int, root: bytes
) -> Transaction:
    """A root of readings under the attestor's signature, carried by anybody."""
    digest = root_digest(market.deployment.chain_id, market.address, period, root)
    signature = b"".join(attestor.sign_digest(digest))
    return market.transaction(relayer, "attestRoot", period, root, signature)
