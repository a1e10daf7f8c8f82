"""Development keys: derived from a seed and a name, so worthless by design.

They are refused on any chain that is not a development chain.
"""

from __future__ import annotations

from eth_utils.crypto import keccak

from oracle import UserError

CHAIN_ID = 30573
"""Our own development chain."""

DEVELOPMENT_CHAINS = frozenset({CHAIN_ID, 1337, 31337})
"""Ours, and the ids that Ganache, Geth's developer mode, Anvil and Hardhat use."""


class DevelopmentKeysRefused(UserError):
    """A chain on which keys that anyone can derive must not hold anything."""


def require_development_chain(chain_id: int) -> None:
    if chain_id not in DEVELOPMENT_CHAINS:
        allowed = ", ".join(map(str, sorted(DEVELOPMENT_CHAINS)))
        raise DevelopmentKeysRefused(
            f"chain id {chain_id}: development keys are refused there; allowed: {allowed}"
        )


def development_key(seed: int, name: str) -> bytes:
    """A private key for `name`."""
    return keccak(text=f"wattmarket development key {seed} {name}")
