"""Ten thousand games: fractions, Python's mirror and the contracts' libraries agree on each.

The libraries run on Anvil behind a contract that does nothing but call them.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from certificate_cases import (
    TICK,
    WAD,
    ClearingCase,
    StackelbergCase,
    best_of_wide,
    best_tick,
    clearing_cases,
    real_supremum,
    solve_clearing,
    stackelberg_cases,
)
from eth_abi import decode, encode
from eth_utils.crypto import keccak

from oracle.chain.client import Client
from oracle.devnet import anvil
from oracle.rounds.certificate import need_order, pack_needs, pack_order, pack_targets
from oracle.rounds.certify import (
    CertificateError,
    NeedTotals,
    check_clearing,
    check_elecoin,
    check_interior,
    clearing_contribution,
    clearing_totals,
    follower_contribution,
)
from oracle.rounds.finish_stackelberg import ElecoinTerms, finish_elecoin
from oracle.rounds.merkle_sum import MerkleSumTree
from oracle.rounds.words import PostedValue, Target, commitment

pytestmark = pytest.mark.node

ROOT = Path(__file__).resolve().parents[2]
HARNESS = "0x" + "ce" * 20
PERIOD = 12345
CALLS = 400
GAS = 2**40

TERMS = "(uint256,uint256,uint256,uint256,uint256)"
CLEARING = "clearing(bytes,uint256,uint256,uint256,bytes32)"
STACKELBERG = f"stackelberg(bytes,bytes,{TERMS},uint256,bytes32)"
TARGET_ROOT = "targetRoot(bytes,uint256,uint256,uint256)"
NEED_ROOT = f"needRoot(bytes,{TERMS},uint256)"
INTERIOR = f"interior(uint256,{TERMS},uint256)"


class Libraries:
    """The libraries on a chain: calls in batches, each giving a number or an error's name."""

    ERRORS = (
        "MalformedDeclarations(uint256,uint256)",
        "WrongDeclarations(bytes32,bytes32)",
        "NothingDemanded(uint256)",
        "BelowFloor(uint256,uint256)",
        "NotClearing(uint256,int256,int256)",
        "WrongMatching(uint256,uint256)",
        "WrongServed(uint256,uint256)",
        "NothingNeeded()",
        "WrongOrderLength(uint256,uint256)",
        "NotAFollower(uint256)",
        "NotSorted(uint256)",
        "PriceOutOfRange(uint256,uint256,uint256)",
        "NotBest(uint256,uint256)",
        "BoundBinds(uint256,uint256)",
    )

    def __init__(self, client: Client) -> None:
        self.client = client
        self.names = {
            int.from_bytes(keccak(text=error)[:4], "big"): error.split("(")[0]
            for error in self.ERRORS
        }

    def call(self, calls: Sequence[bytes]) -> list[int | str]:
        words = self.words(calls)
        return [self.names[word & 2**32 - 1] if word >> 255 else word for word in words]

    def words(self, calls: Sequence[bytes]) -> list[int]:
        answers: list[int] = []
        for start in range(0, len(calls), CALLS):
            data = keccak(text="batch(bytes[])")[:4]
            data += encode(["bytes[]"], [calls[start : start + CALLS]])
            request = {"to": HARNESS, "data": "0x" + data.hex(), "gas": hex(GAS)}
            given = self.client.request("eth_call", request, "latest")
            (results,) = decode(["uint256[]"], bytes.fromhex(given[2:]))
            answers += results
        return answers


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Libraries]:
    source = "tests/contracts/utils/CertificateHarness.sol"
    forge = ROOT / ".tools" / "bin" / "forge"
    subprocess.run([forge, "build", source], cwd=ROOT, check=True, capture_output=True)
    built = ROOT / ".build" / "forge" / "CertificateHarness.sol" / "CertificateHarness.json"
    code = json.loads(built.read_text())["deployedBytecode"]["object"]
    with anvil.running(tmp_path_factory.mktemp("anvil")) as chain:
        client = Client(chain.url)
        client.request("anvil_setCode", HARNESS, code)
        yield Libraries(client)


def call(signature: str, *arguments: Any) -> bytes:
    """Static words, tuples of them, and bytes; much faster than a general encoder."""
    flat: list[Any] = []
    for argument in arguments:
        flat += argument if isinstance(argument, tuple) else [argument]
    kinds = signature.split("(", 1)[1].replace("(", "").replace(")", "").split(",")
    head, tail = b"", b""
    for kind, argument in zip(kinds, flat, strict=True):
        if kind == "bytes":
            head += (32 * len(flat) + len(tail)).to_bytes(32, "big")
            padding = bytes(-len(argument) % 32)
            tail += len(argument).to_bytes(32, "big") + argument + padding
        else:
            head += argument if isinstance(argument, bytes) else argument.to_bytes(32, "big")
    return keccak(text=signature)[:4] + head + tail


def members(words: Sequence[int]) -> list[tuple[str, int]]:
    return [("0x" + keccak(text=f"member {i}")[:20].hex(), word) for i, word in enumerate(words)]


def clearing_call(case: ClearingCase, declared: list[tuple[str, int]], value: PostedValue) -> bytes:
    packed, committed = pack_targets(declared), commitment(declared)
    return call(CLEARING, packed, PERIOD, case.floor, value.pack(), committed)


def mirrored(check: Any, *arguments: Any) -> int | None:
    """What Python's mirror finds; None where it refuses."""
    try:
        return check(*arguments)
    except CertificateError:
        return None


def test_clearing_accepts_the_equilibrium_of_fractions_and_nothing_else(
    libraries: Libraries,
) -> None:
    rng = np.random.default_rng(50)
    calls: list[bytes] = []
    expected: list[int | set[str]] = []
    at_floor = unpriced = jumps = 0
    for i, case in enumerate(clearing_cases(rng, 5000)):
        targets = [
            Target(PERIOD, net, price, price, zone=int(rng.integers(2**16)), pooled=bool(i % 2))
            for net, price in case.members
        ]
        declared = members([target.pack() for target in targets])
        answer = solve_clearing(case)
        if answer is None:
            unpriced += 1
            value = PostedValue(case.floor, WAD, WAD)
            calls.append(clearing_call(case, declared, value))
            expected.append({"NothingDemanded"})
            continue
        at_floor += answer.ticks == case.floor
        jumps += answer.ticks != case.floor and answer.gap_wei == 0
        value = PostedValue(answer.ticks, answer.matching_wad, WAD)
        totals = clearing_totals(targets, case.floor, answer.ticks)
        assert check_clearing(totals, case.floor, value) == answer.gap_wei < TICK
        calls.append(clearing_call(case, declared, value))
        expected.append(answer.gap_wei)

        matching = answer.matching_wad
        wrongs = [
            (PostedValue(ticks, WAD, WAD), {"NotClearing", "BelowFloor"})
            for ticks in (answer.ticks - 1, answer.ticks + 1)
            if 0 <= ticks < 2**32
        ]
        wrongs.append((PostedValue(answer.ticks, abs(matching - 1), WAD), {"WrongMatching"}))
        wrongs.append((PostedValue(answer.ticks, matching, WAD - 1), {"WrongServed"}))
        for wrong, errors in wrongs:
            at = clearing_totals(targets, case.floor, wrong.price_ticks)
            assert mirrored(check_clearing, at, case.floor, wrong) is None
            calls.append(clearing_call(case, declared, wrong))
            expected.append(errors)
        tampered = bytearray(pack_targets(declared))
        tampered[int(rng.integers(len(tampered)))] ^= 1 << int(rng.integers(8))
        arguments = (PERIOD, case.floor, value.pack(), commitment(declared))
        calls.append(call(CLEARING, bytes(tampered), *arguments))
        expected.append({"WrongDeclarations"})
    compare(libraries.call(calls), expected)
    assert min(at_floor, unpriced, jumps) > 100


def stackelberg_call(
    case: StackelbergCase, ticks: int, order: Sequence[int] | None = None
) -> bytes:
    declared = members(case.needs)
    packed = pack_order(need_order(case.needs) if order is None else order)
    return call(STACKELBERG, pack_needs(declared), packed, case.terms, ticks, commitment(declared))


def test_stackelberg_accepts_the_best_tick_of_all_and_nothing_else(libraries: Libraries) -> None:
    rng = np.random.default_rng(51)
    calls: list[bytes] = []
    expected: list[int | set[str]] = []
    two_peaks = ties = 0
    for case in stackelberg_cases(rng, 4000):
        terms, order = ElecoinTerms(*case.terms), need_order(case.needs)
        if not order:
            calls.append(stackelberg_call(case, case.ticks[0]))
            expected.append({"NothingNeeded"})
            continue
        best, peaks = best_tick(case)
        assert best == best_of_wide(case)
        two_peaks += peaks > 1
        top = case.scaled_utility(best)
        ties += any(case.scaled_utility(t) * best == top * t for t in case.ticks if t > best)
        gap = check_elecoin(case.needs, order, terms, best)
        if rng.random() < 0.2:
            lacking = real_supremum(case) - Fraction(top, best)
            assert 0 <= lacking <= gap * WAD
        calls.append(stackelberg_call(case, best))
        expected.append(gap)
        for wrong in {best - 1, best + 1, int(rng.choice(case.ticks))} - {best}:
            assert mirrored(check_elecoin, case.needs, order, terms, wrong) is None
            calls.append(stackelberg_call(case, wrong))
            expected.append({"NotBest", "PriceOutOfRange"})
        packed = bytearray(pack_needs(members(case.needs)))
        packed[int(rng.integers(len(packed)))] ^= 1 << int(rng.integers(8))
        frozen = commitment(members(case.needs))
        calls.append(call(STACKELBERG, bytes(packed), pack_order(order), case.terms, best, frozen))
        expected.append({"WrongDeclarations"})
        calls.append(stackelberg_call(case, best, order[:-1]))
        expected.append({"WrongOrderLength"})
        calls.append(stackelberg_call(case, best, [*order[:-1], order[0] if order[1:] else 999]))
        expected.append({"NotAFollower"})
        if case.offsets and len(set(case.offsets)) > 1:
            calls.append(stackelberg_call(case, best, order[::-1]))
            expected.append({"NotSorted"})
    compare(libraries.call(calls), expected)
    assert two_peaks > 100
    assert ties > 50


def test_interior_accepts_the_best_tick_where_no_bound_binds(libraries: Libraries) -> None:
    """Wide ranges around the defaults: too many ticks to try, so the peaks are, by fractions."""
    rng = np.random.default_rng(52)
    calls: list[bytes] = []
    expected: list[int | set[str]] = []
    accepted = 0
    for _ in range(1000):
        typical = int(10 ** rng.uniform(12, 24))
        theta = int(Fraction(typical) * Fraction("1.02") ** 2 / Fraction("0.05"))
        low, high = 970_000, int(rng.integers(970_001, 1_200_000))
        terms = ElecoinTerms(97 * 10**16, 102 * 10**16, low * TICK, high * TICK, theta)
        scale = float(rng.choice([0.1, 1, 3]))
        needs = [int(typical * scale * (0.6 + rng.random())) for _ in range(rng.integers(1, 30))]
        posted = finish_elecoin(terms, needs)
        assert posted is not None
        best, totals = posted.price_ticks, NeedTotals.of(needs, terms)
        case = StackelbergCase(*terms.as_tuple(), tuple(needs))
        assert best == best_of_wide(case)
        inline = check_elecoin(needs, need_order(needs), terms, best)
        calls.append(stackelberg_call(case, best))
        expected.append(inline)
        calls.append(call(INTERIOR, totals.pack(), terms.as_tuple(), best))
        gap = mirrored(check_interior, totals, terms, best)
        expected.append({"BoundBinds"} if gap is None else gap)
        if gap is not None:
            accepted += 1
            assert gap == inline
            for wrong in (best - 1, best + 1):
                calls.append(call(INTERIOR, totals.pack(), terms.as_tuple(), wrong))
                expected.append({"NotBest", "PriceOutOfRange"})
    compare(libraries.call(calls), expected)
    assert 100 < accepted < 900


def test_trees_have_the_contracts_root(libraries: Libraries) -> None:
    rng = np.random.default_rng(53)
    calls: list[bytes] = []
    expected: list[int] = []
    for case in clearing_cases(rng, 150):
        targets = [Target(PERIOD, net, price, price) for net, price in case.members]
        declared = members([target.pack() for target in targets])
        ticks = int(rng.integers(case.floor, 2**32))
        parts = [clearing_contribution(target, case.floor, ticks) for target in targets]
        tree = MerkleSumTree.of(declared, [part.as_words() for part in parts])
        calls.append(call(TARGET_ROOT, pack_targets(declared), PERIOD, case.floor, ticks))
        expected.append(int.from_bytes(keccak(tree.root.encoded()), "big"))
        total = clearing_totals(targets, case.floor, ticks)
        assert (tree.root.first, tree.root.second) == total.as_words()
    for follower in stackelberg_cases(rng, 150):
        terms, needs = ElecoinTerms(*follower.terms), members(follower.needs)
        ticks = int(rng.choice(follower.ticks))
        sums = [follower_contribution(need, terms, ticks).as_words() for _, need in needs]
        calls.append(call(NEED_ROOT, pack_needs(needs), follower.terms, ticks))
        root = MerkleSumTree.of(needs, sums).root
        expected.append(int.from_bytes(keccak(root.encoded()), "big"))
    # A hash may have the bit that marks an error: only the words themselves are compared.
    assert libraries.words(calls) == expected


def compare(given: list[int | str], expected: list[int | set[str]]) -> None:
    assert len(given) == len(expected)
    for i, (got, wanted) in enumerate(zip(given, expected, strict=True)):
        assert got in wanted if isinstance(wanted, set) else got == wanted, (i, got, wanted)
