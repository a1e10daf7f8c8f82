"""From an observation to the report: the same bytes wherever and however it is computed."""

from __future__ import annotations

import importlib
import importlib.util
import os
import platform
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from oracle.games import clearing
from oracle.rounds.observe import ObservationError
from oracle.rounds.oracle_terms import default_supply
from oracle.rounds.price import price
from oracle.rounds.report import Feed
from oracle.rounds.words import ElecoinValue, PostedValue, Target
from oracle.units import NEVER_SELLS, TICK, TICKS_PER_ELE, WAD

PROGRAM = Path(__file__).with_name("pricing.py")


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pricing", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


pricing = _load()


def _kernels() -> list[dict[str, str]]:
    """Kernels of OpenBLAS and of numpy that this processor can run, the plainest last."""
    umath = importlib.import_module("numpy._core._multiarray_umath")
    features: dict[str, bool] = umath.__cpu_features__
    optional = " ".join(name for name in umath.__cpu_dispatch__ if features[name])
    plain = {"NPY_DISABLE_CPU_FEATURES": optional}
    if platform.machine() not in ("x86_64", "AMD64"):
        return [{}, plain]
    haswell = [{"OPENBLAS_CORETYPE": "Haswell"}] if features.get("AVX2") else []
    return [
        *haswell,
        {"OPENBLAS_CORETYPE": "Nehalem"},
        {"OPENBLAS_CORETYPE": "Prescott", "OPENBLAS_NUM_THREADS": "1"},
        {"OPENBLAS_CORETYPE": "Prescott"} | plain,
    ]


def _run(settings: dict[str, str]) -> tuple[str, list[str]]:
    """A sum as that kernel rounds it, and the digests of the reports."""
    environment = {k: v for k, v in os.environ.items() if k not in settings}
    done = subprocess.run(
        [sys.executable, str(PROGRAM)],
        env=environment | settings,
        cwd=PROGRAM.parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    total, *digests = done.stdout.splitlines()
    return total, digests


def test_every_cpu_kernel_gives_the_same_report() -> None:
    here = [price(observed) for observed in pricing.observations()]
    expected = [one.report.digest(pricing.DOMAIN).hex() for one in here if one is not None]
    assert len(expected) == 9
    totals = set()
    for settings in _kernels():
        total, digests = _run(settings)
        totals.add(total)
        assert digests == expected, settings
    # The kernels are others indeed: one sum came out with other last bits.
    assert len(totals) > 1 or platform.machine() not in ("x86_64", "AMD64")


def test_a_float_a_few_ulp_away_gives_the_same_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another CPU's rounding does to the solver, and far worse, leaves the bytes alone."""
    observed = pricing.electricity(3, 700)
    expected = price(observed)
    assert expected is not None
    solve = clearing.solve
    seen = set()
    for move in (
        lambda p: np.nextafter(p, np.inf),
        lambda p: np.nextafter(np.nextafter(p, 0.0), 0.0),
        lambda p: p * (1 + 1e-12),
        lambda p: p + 0.003,
        lambda p: 0.0,
        lambda p: 1e9,
        lambda p: -1.0,
        lambda p: np.nan,
        lambda p: np.inf,
    ):

        def moved(problem: clearing.ClearingProblem) -> clearing.ClearingSolution:
            solution = solve(problem)
            return replace(solution, price=float(move(solution.price)))  # noqa: B023

        monkeypatch.setattr(clearing, "solve", moved)
        priced = price(observed)
        assert priced is not None
        assert priced.float_price is not None
        seen.add(priced.float_price)
        assert priced.report == expected.report
    # A report that carried the float, or its 1e18 fixed point, would have differed each time.
    assert len({round(number * WAD) for number in seen if np.isfinite(number)}) == 7


def test_a_posting_names_what_was_observed() -> None:
    observed = pricing.electricity(1, 8)
    priced = price(observed)
    assert priced is not None
    report = priced.report
    assert (report.feed, report.epoch) == (Feed.ELECTRICITY, 1)
    assert report.input_block == observed.input_block
    assert report.input_block_hash == observed.input_block_hash
    assert report.commitment == observed.commitment
    assert report.signer_set == observed.signer_set
    assert priced.diagnostics is not None
    assert priced.diagnostics.converged
    assert priced.float_price is not None
    equilibrium = observed.floor_ticks + priced.float_price * TICKS_PER_ELE
    assert abs(report.posted.price_ticks - equilibrium) <= 1


def test_the_order_of_declarations_changes_the_commitment_and_not_the_price() -> None:
    observed = pricing.electricity(2, 40)
    turned = observed.declared[::-1]
    other = replace(observed, declared=turned, commitment=pricing.commitment(turned))
    first, second = price(observed), price(other)
    assert first is not None
    assert second is not None
    assert first.report.commitment != second.report.commitment
    assert first.report.value == second.report.value


@pytest.mark.parametrize("what", ["left out", "added", "changed", "reordered", "another account"])
def test_declarations_that_are_not_those_committed_are_refused(what: str) -> None:
    observed = pricing.electricity(1, 8)
    entries = observed.declared
    first = entries[0]
    forged = {
        "left out": entries[1:],
        "added": (*entries, (pricing.account(90), Target(1, 5, 0, 0).pack())),
        "changed": ((first[0], first[1] ^ 1), *entries[1:]),
        "reordered": entries[::-1],
        "another account": ((pricing.account(91), first[1]), *entries[1:]),
    }[what]
    with pytest.raises(ObservationError, match="electricity:1: declarations give"):
        price(replace(observed, declared=forged))


def test_nobody_sells_is_a_rule_and_no_game() -> None:
    words = [Target(0, -100, 300_000, 0).pack(), Target(0, 50, NEVER_SELLS, 0).pack()]
    priced = price(pricing.observation(Feed.ELECTRICITY, 0, words, 84_000))
    assert priced is not None
    assert priced.report.posted == PostedValue(300_000, WAD, WAD)
    assert priced.float_price is None
    assert priced.diagnostics is None


@pytest.mark.parametrize(
    "targets",
    [
        [],
        [Target(0, 0, 0, 0)],
        [Target(0, 100, 0, 0)],
        [Target(0, -100, 84_000, 0), Target(0, 100, 0, 0)],
    ],
)
def test_nothing_to_price_is_no_posting(targets: list[Target]) -> None:
    words = [target.pack() for target in targets]
    assert price(pricing.observation(Feed.ELECTRICITY, 0, words, 84_000)) is None


@pytest.mark.parametrize("needs", [[], [0], [0, 0]])
def test_no_need_is_no_posting(needs: list[int]) -> None:
    assert price(pricing.observation(Feed.ELECOIN, 0, needs)) is None


def test_the_elecoin_price_carries_the_change_of_the_cap() -> None:
    seen = pricing.elecoin(1, 8)
    supply = default_supply(1_000_000 * WAD)
    priced = price(replace(seen, supply=supply))
    assert priced is not None
    posted = priced.report.posted
    assert isinstance(posted, ElecoinValue)
    wei = posted.price_ticks * TICK
    assert posted.supply_change == supply.change_towards_zero(wei, seen.terms.target)
    assert priced.report.value >> 160 == 0
    assert priced.float_price is not None
    assert abs(priced.report.posted.price_ticks - priced.float_price * TICKS_PER_ELE) <= 1


def test_no_word_that_the_chain_accepts_stops_the_pricing() -> None:
    """One member's absurd declaration must not leave everybody without a price."""
    rng = np.random.default_rng(9)
    prices = [0, 1, 2, 100, 10**6, 2**31, 2**32 - 2, 2**32 - 1]
    energies = [1, 2, 1000, 2**31 - 1, -1, -2, -1000, -(2**31)]
    priced = 0
    for _ in range(400):
        words = [
            Target(0, int(rng.choice(energies)), int(rng.choice(prices)), 0).pack()
            for _ in range(rng.integers(1, 8))
        ]
        floor = int(rng.choice([0, 1, 50_000, 2**31, 2**32 - 2]))
        found = price(pricing.observation(Feed.ELECTRICITY, 0, words, floor))
        priced += found is not None
        if found is not None:
            assert floor <= found.report.posted.price_ticks <= 2**32 - 1
    assert priced > 200
    for needs in ([1], [2**128 - 1], [1, 2**128 - 1, WAD]):
        assert price(pricing.observation(Feed.ELECOIN, 0, needs)) is not None
