"""Masks hide each number, cancel in the sum, and only where all were asked the same."""

from __future__ import annotations

import numpy as np
import pytest
from coincurve import PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from oracle.rounds.private.masks import LARGEST, MODULUS, fixed, mask, number, secrets_with

KEYS = [PrivateKey(bytes([n + 1]) * 32) for n in range(4)]
PUBLIC = [key.public_key.format() for key in KEYS]
SHARED = [
    secrets_with(key.secret, [p for p in PUBLIC if p != own])
    for key, own in zip(KEYS, PUBLIC, strict=True)
]


def masked(values: list[float], transcripts: list[bytes], field: str = "quantity") -> list[int]:
    return [
        (fixed(value) + mask(own, shared, seen, field)) % MODULUS
        for value, own, shared, seen in zip(values, PUBLIC, SHARED, transcripts, strict=True)
    ]


@given(st.lists(st.floats(-1e9, 1e9), min_size=4, max_size=4), st.binary(min_size=1, max_size=32))
def test_sums_are_exact(values: list[float], transcript: bytes) -> None:
    total = number(sum(masked(values, [transcript] * 4)))
    assert total == pytest.approx(sum(values), rel=1e-15, abs=1e-6)
    assert total == number(sum(map(fixed, values)))


def test_who_was_asked_something_else_makes_the_sum_worthless() -> None:
    """A service that asks one agent another price than the others learns nothing of it."""
    sums = [
        abs(number(sum(masked([1.0, 2.0, 3.0, 4.0], [b"a%d" % n, *[b"b%d" % n] * 3]))))
        for n in range(50)
    ]
    assert min(sums) > 1e20


def test_masked_numbers_are_uniform_and_never_repeat() -> None:
    """Of the same number again and again; chi-square over the highest byte and over low ones."""
    seen = [masked([1.25] * 4, [n.to_bytes(2, "big")] * 4)[0] for n in range(5_000)]
    assert len(set(seen)) == len(seen)
    for shift in (184, 64, 0):
        counts = np.bincount([(value >> shift) & 0xFF for value in seen], minlength=256)
        expected = len(seen) / 256
        # 255 degrees of freedom: mean 255, deviation 22.6; five of them.
        assert abs(float(((counts - expected) ** 2 / expected).sum()) - 255) < 113


def test_fields_and_transcripts_have_masks_of_their_own() -> None:
    masks = {
        mask(PUBLIC[0], SHARED[0], transcript, field)
        for transcript in (b"1", b"2")
        for field in ("quantity", "moved")
    }
    assert len(masks) == 4


@pytest.mark.parametrize("value", [LARGEST, -LARGEST, float("nan"), float("inf")])
def test_what_does_not_fit_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="magnitudes"):
        fixed(value)


def test_no_point_of_the_curve_is_no_key() -> None:
    with pytest.raises(ValueError, match="public key"):
        secrets_with(KEYS[0].secret, [b"\x02" + b"\xff" * 32])
