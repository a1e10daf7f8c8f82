"""The pool's integers: by hand, by property, and beside the contract's library."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from eth_utils.crypto import keccak

from oracle.community.pairing import Position, ZoneFee, pair
from oracle.rounds.pool import (
    CREDIT,
    Pooled,
    PoolLine,
    Settlement,
    packed_declarations,
    pool_lock_wei,
    pooled,
    read_line,
    settle,
    shares,
)
from oracle.rounds.words import Target
from oracle.units import TICK, energy_price_wei

FORGE_TEST = Path(__file__).resolve().parents[1] / "contracts" / "PoolSettlement.t.sol"


def draw(*numbers: int) -> int:
    return int.from_bytes(keccak(b"".join(n.to_bytes(32, "big") for n in numbers)), "big")


@dataclass(frozen=True)
class Instance:
    ticks: int
    members: tuple[Pooled, ...]
    fees: dict[tuple[int, int], tuple[int, int]]


def zone(i: int) -> int:
    return 65_535 if i == 2 else i * 7


def energy(kind: int, w: int) -> int:
    if kind == 0:
        return 1 + w % 3
    if kind == 1:
        return 1 + w % 10_000
    return 1 + w % (2**32 - 1) if kind == 2 else 2**32 - 1


def instance(seed: int) -> Instance:
    """A pool as `PoolInstances.sol` makes it from the same seed."""
    members = []
    for i in range(draw(seed, 0) % 13):
        w = draw(seed, 1 + i)
        sign = -1 if (w >> 8) % 2 else 1
        members.append(
            Pooled(
                account=f"{i}",
                zone=zone(w % 3),
                open_wh=sign * energy((w >> 16) % 4, (w >> 32) % 2**32),
                limit_ticks=2**32 - 1 if (w >> 64) % 4 == 0 else (w >> 96) % 600_000,
            )
        )
    fees = {}
    for i in range(9):
        w = draw(seed, 101 + i)
        if w % 4 == 0:
            continue
        network, levy = 10**16, 10**16
        if (w >> 8) % 3:
            network = 2**72 if (w >> 16) % 16 == 0 else (w >> 32) % (5 * 10**16)
            levy = (w >> 96) % (2 * 10**16)
        fees[zone(i // 3), zone(i % 3)] = (network, levy)
    return Instance(draw(seed, 100) % 400_000, tuple(members), fees)


def settled(seed: int) -> tuple[Instance, Settlement]:
    x = instance(seed)
    return x, settle(x.members, x.ticks, x.fees)


def outcome_words(x: Instance, found: Settlement) -> Iterator[tuple[int, ...]]:
    by_account = {line.account: line for line in found.lines}
    for member in x.members:
        line = by_account.get(member.account)
        if line is None:
            yield 0, 0, 0
        else:
            yield abs(line.energy_wh), line.network_wei // CREDIT, line.levy_wei // CREDIT


def test_the_contracts_library_agrees_to_the_last_digit() -> None:
    text = FORGE_TEST.read_text(encoding="utf-8")
    count = re.search(r"INSTANCES = (\d+);", text)
    expected = re.search(r"0x[0-9a-f]{64}", text)
    assert count
    assert expected
    running = bytes(32)
    traded = 0
    for seed in range(int(count[1])):
        x, found = settled(seed)
        traded += found.energy_wh > 0
        running = keccak(running + found.energy_wh.to_bytes(32, "big"))
        for words in outcome_words(x, found):
            running = keccak(running + b"".join(w.to_bytes(32, "big") for w in words))
    assert "0x" + running.hex() == expected[0]
    # The instances are about something: many trade, in several pairs.
    assert traded > int(count[1]) // 2


def test_shares_sum_and_stay_within_a_wh_of_proportion() -> None:
    rng = np.random.default_rng(5)
    for _ in range(500):
        parts = [int(p) for p in rng.integers(0, 50, size=rng.integers(1, 9))]
        whole = sum(parts)
        if whole == 0:
            continue
        amount = int(rng.integers(0, whole + 1))
        given = shares(amount, parts)
        assert sum(given) == amount
        for part, share in zip(parts, given, strict=True):
            assert share <= part
            assert abs(share * whole - amount * part) < whole


def test_in_one_zone_the_order_moves_nobody_by_more_than_a_wh() -> None:
    members = [Pooled("a", 0, 7, 0), Pooled("b", 0, 5, 0), Pooled("c", 0, 3, 0)]
    buyers = [Pooled("x", 0, -4, 10**6), Pooled("y", 0, -3, 10**6)]
    seen: dict[str, set[int]] = {}
    for order in permutations(members + buyers):
        found = settle(order, 200_000, {(0, 0): (0, 0)})
        for line in found.lines:
            seen.setdefault(line.account, set()).add(line.energy_wh)
    assert all(max(values) - min(values) <= 1 for values in seen.values())
    assert {min(seen["x"]), min(seen["y"])} == {-4, -3}


def test_settled_totals_and_lines() -> None:
    members = [
        Pooled("s", 1, 100, 0),
        Pooled("near", 1, -30, 300_000),
        Pooled("far", 2, -90, 300_000),
        Pooled("poor", 2, -5, 200_000),
    ]
    found = settle(members, 200_000, {(1, 1): (10**16, 0), (1, 2): (10**16 + 1, 7 * 10**15)})
    assert (found.energy_wh, found.surplus_wh, found.need_wh) == (100, 100, 125)
    assert [(line.account, line.energy_wh) for line in found.lines] == [
        ("s", 100),
        ("near", -30),
        ("far", -70),
    ]
    far = found.lines[2]
    # 70 Wh at 0.01 ELE/kWh and a hair more: the next 1e9 wei; the levy is exact.
    assert far.network_wei == 70 * 10**13 + CREDIT
    assert far.network_wei + far.levy_wei == 70 * (10**13 + 7 * 10**12) + CREDIT
    assert far.levy_wei == 70 * 7 * 10**12


@pytest.mark.parametrize(
    ("net", "metered", "price", "open_wh"),
    [
        (100, 200, 150, 110),
        (100, 105, 150, 105),
        (100, 105, 201, None),
        (100, -5, 150, None),
        (100, 0, 150, None),
        (-100, -200, 200, -110),
        (-100, -7, 250, -7),
        (-100, -7, 199, None),
        (-100, 7, 250, None),
        (0, 7, 0, None),
    ],
)
def test_who_takes_part(net: int, metered: int, price: int, open_wh: int | None) -> None:
    target = Target(3, net, price, 300, zone=4, pooled=True)
    found = pooled("a", target, metered, 200, 1000)
    assert found == (None if open_wh is None else Pooled("a", 4, open_wh, 300))


def test_nobody_pays_more_than_was_locked() -> None:
    for seed in range(400):
        x, found = settled(seed)
        limits = {m.account: m for m in x.members}
        paid = 0
        for line in found.lines:
            member = limits[line.account]
            if line.energy_wh > 0:
                paid += energy_price_wei(x.ticks, line.energy_wh)
                continue
            cost = energy_price_wei(x.ticks, -line.energy_wh)
            total = cost + line.network_wei + line.levy_wei
            target = Target(0, member.open_wh, 0, member.limit_ticks)
            assert (
                total <= -line.energy_wh * member.limit_ticks * CREDIT <= pool_lock_wei(target, 0)
            )
            paid -= cost
        assert paid == 0


def test_a_tick_is_a_thousand_credits() -> None:
    assert CREDIT * 1000 == TICK


def test_in_one_zone_pool_and_pairs_agree_to_a_wh_and_its_price() -> None:
    """A member's energy is the same to a Wh, her money to that Wh's price and named rounding."""
    rng = np.random.default_rng(7)
    ticks, fee = 200_000, ZoneFee(10**16 + 1, 3 * 10**15 + 7)
    for _ in range(200):
        nets = [int(n) for n in rng.integers(-900, 900, size=rng.integers(2, 9)) if n]
        words = [Target(0, net, ticks, 300_000, 1, True) for net in nets]
        declared = [(f"{i}", word) for i, word in enumerate(words)]
        positions = [Position(a, "z", w.net_wh, w.net_wh, ticks, 300_000) for a, w in declared]
        trades = pair(positions, ticks, {("z", "z"): fee}, 1000)
        members = [pooled(a, w, w.net_wh, ticks, 1000) for a, w in declared]
        found = settle([m for m in members if m], ticks, {(1, 1): (fee.network_wei, fee.levy_wei)})
        assert found.energy_wh == sum(t.energy_wh for t in trades)
        lines = {line.account: line for line in found.lines}
        for account, _ in declared:
            line = lines.get(account, PoolLine(account, 0))
            bought = [t for t in trades if t.buyer == account]
            sold = sum(t.energy_wh for t in trades if t.seller == account)
            assert abs(line.energy_wh - sold + sum(t.energy_wh for t in bought)) <= 1
            fees = sum(t.network_wei + t.levy_wei for t in bought)
            a_wh = fee.total_wei // 1000 + 1
            slack = a_wh + CREDIT * (1 + 2 * len(bought))
            assert abs(line.network_wei + line.levy_wei - fees) <= slack


def test_a_line_is_read_back_from_its_word() -> None:
    word = 1 << 192 | 2 << 160 | 500 << 128 | 7 << 64 | 3
    assert read_line(word, "abc") == PoolLine("c", -500, 7 * CREDIT, 3 * CREDIT)
    assert read_line(1 << 160 | 12 << 128, "abc") == PoolLine("b", 12)


def test_declarations_are_packed_as_the_contract_reads_them() -> None:
    word = Target(3, -5, 1, 2, zone=4, pooled=True).pack()
    packed = packed_declarations([("0x" + "ab" * 20, word), ("0x" + "01" * 20, 1)])
    assert len(packed) == 76
    assert packed[:20] == bytes.fromhex("ab" * 20)
    assert int.from_bytes(packed[20:38], "big") == word
    assert packed[-1] == 1
