"""A period and an epoch as observations, and a program that prints what they are priced at.

Run by itself it prints a sum of squares in hex, which shows the kernel's rounding, and then a
line a posting: the report's digest.
"""

from __future__ import annotations

import sys
from fractions import Fraction

import numpy as np

from oracle.rounds.finish_stackelberg import ElecoinTerms
from oracle.rounds.observe import Observation
from oracle.rounds.price import price
from oracle.rounds.report import Domain, Feed
from oracle.rounds.words import Target, commitment
from oracle.units import NEVER_SELLS, WAD

DOMAIN = Domain(30573, "0x" + "0c" * 20)
TERMS = ElecoinTerms(
    redemption=97 * WAD // 100,
    target=102 * WAD // 100,
    least=97 * WAD // 100,
    most=105 * WAD // 100,
    theta=int(4 * WAD * Fraction("1.02") ** 2 / Fraction("0.05")),
)


def account(number: int) -> str:
    return f"0x{number + 1:040x}"


def observation(feed: Feed, epoch: int, values: list[int], floor_ticks: int = 0) -> Observation:
    declared = tuple((account(i), value) for i, value in enumerate(values))
    return Observation(
        feed=feed,
        epoch=epoch,
        input_block=41 + epoch,
        input_block_hash=bytes([epoch % 256]) * 32,
        commitment=commitment(declared),
        signer_set=1,
        declared=declared,
        floor_ticks=floor_ticks,
        terms=TERMS,
        power_price=0.3,
    )


def electricity(seed: int, members: int) -> Observation:
    rng = np.random.default_rng(seed)
    floor = 84_537
    words = []
    for i in range(members):
        energy = int(rng.integers(1, 2500))
        if i % 3:
            value = floor + int(rng.integers(1, 240_000))
            words.append(Target(seed, -energy, value, value + 28_000).pack())
        else:
            cost = NEVER_SELLS if i % 21 == 9 else int(rng.integers(0, 180_000))
            words.append(Target(seed, energy, cost, 0).pack())
    return observation(Feed.ELECTRICITY, seed, words, floor)


def elecoin(seed: int, members: int) -> Observation:
    rng = np.random.default_rng(seed)
    needs = [int(WAD * n) for n in rng.lognormal(1.0, 1.0, size=members)]
    return observation(Feed.ELECOIN, seed, needs)


def observations() -> list[Observation]:
    found = [electricity(seed, members) for seed, members in enumerate((2, 8, 40, 700, 3000))]
    return found + [elecoin(seed, members) for seed, members in enumerate((1, 8, 40, 700))]


if __name__ == "__main__":
    numbers = np.random.default_rng(0).normal(size=10_007)
    sys.stdout.write(f"{float(numbers @ numbers).hex()}\n")
    for observed in observations():
        priced = price(observed)
        assert priced is not None
        assert priced.diagnostics is not None
        sys.stdout.write(f"{priced.report.digest(DOMAIN).hex()}\n")
