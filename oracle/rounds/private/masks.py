"""Numbers that mean nothing alone and whose sum is exact.

Numbers are fixed point, modulo 2¹⁹². Each pair of a side shares a secret by Diffie-Hellman; from it
and from everything that was asked so far both derive the same mask, which one adds and the other
takes away (pairwise masks of Bonawitz et al., "Practical secure aggregation for privacy-preserving
machine learning", CCS 2017, §4, without their recovery of dropped users). A number under a mask
that one does not know is uniform; in the sum over the side all masks cancel.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import shake_256
from math import isfinite

from coincurve import PrivateKey

BITS = 192
MODULUS = 1 << BITS
SCALE = 1 << 64
LARGEST = float(1 << 96)
"""Magnitudes must be below: the sum over a thousand agents still fits."""
_TAG = b"wattmarket mask 1\x00"


def fixed(value: float) -> int:
    """In units of 2⁻⁶⁴, modulo 2¹⁹². Raises ValueError beyond the largest."""
    if not (isfinite(value) and abs(value) < LARGEST):
        raise ValueError(f"{value}: magnitudes must be below 2^96")
    return round(value * SCALE) % MODULUS


def number(total: int) -> float:
    """The number that a sum stands for."""
    total %= MODULUS
    signed = total - MODULUS if total >= MODULUS // 2 else total
    return signed / SCALE


def secrets_with(key: bytes, others: Iterable[bytes]) -> dict[bytes, bytes]:
    """The secret shared with each of the others, by their public keys (33 bytes).

    Raises ValueError for one that is no point of the curve.
    """
    own = PrivateKey(key)
    return {other: own.ecdh(other) for other in others}


def mask(own: bytes, secrets: Mapping[bytes, bytes], transcript: bytes, field: str) -> int:
    """What `own` (a public key) adds to this field of her answer, modulo 2¹⁹²."""
    total = 0
    for other, secret in secrets.items():
        stream = shake_256(_TAG + secret + transcript + field.encode())
        part = int.from_bytes(stream.digest(BITS // 8), "big")
        total += part if own < other else -part
    return total % MODULUS


def to_text(value: int) -> str:
    return f"0x{value:048x}"
