"""Keccak-256 by a C library alone: a round of thousands hashes each declaration several times."""

from __future__ import annotations

from sha3 import keccak_256


def keccak(data: bytes) -> bytes:
    """The 32 bytes of Keccak-256, as the chain computes it (not NIST's SHA-3)."""
    digest: bytes = keccak_256(data).digest()
    return digest
