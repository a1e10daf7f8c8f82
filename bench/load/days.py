"""A day of a community by `DayPool`: one period settled, a day's amounts, its postings, its leaves.

A pool takes as many seats as its posting's gas allows, so a large community has several; they are
posted side by side. Seats are written into the pools' storage, all else is the contracts' own.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eth_abi.abi import encode

from bench.load.crowd import ADMIN, FLOOR_TICKS, SERVERS, Crowd, market_of, member, targets
from bench.load.rounds import Steps
from oracle.chain.day_pool import DAY_POOL, DayPool, deploy_day_pool
from oracle.chain.market import Market
from oracle.rounds.day_pool import day_amounts, levels, siblings
from oracle.rounds.hashing import keccak
from oracle.rounds.pool import Pooled, settle
from oracle.units import WAD

MEMBERS = (1_000, 10_000, 100_000)
PERIODS = 96
MOST_SEATS = 3_000
"""Of one posting under EIP-7825, which gives a transaction 2^24 gas; on a private chain the limits
are the block's gas and the 128 kB that a node lets a transaction have: 16,000 seats."""
LOCK_WEI = 10**6 * WAD
SHARE = 4
"""Of a day's periods so many are settled; the others would be the same work."""
LEAVES = 200
FEES = {(0, 0): (2 * 10**16, 8 * 10**15)}
_SEATS, _ACCOUNTS = 2, 3
"""Where the contract's storage begins: before them EIP712 keeps two strings."""
_DAY = 86_400


def seat_pool(crowd: Crowd, accounts: Sequence[str]) -> Market:
    """A new pool in which these accounts have a seat each with a lock that covers any day."""
    deployment = crowd.market.deployment
    bare = {name: at for name, at in deployment.contracts.items() if name != DAY_POOL}
    crowd.deployment = deployment.__class__(**{**vars(deployment), "contracts": bare})
    crowd.deployment = deploy_day_pool(
        crowd.client, crowd.sender, crowd.deployment, ADMIN, crowd.mine
    )
    pool = crowd.deployment.address(DAY_POOL)
    first = int.from_bytes(keccak(_ACCOUNTS.to_bytes(32, "big")), "big")
    words = [(_ACCOUNTS, len(accounts))]
    for place, account in enumerate(accounts):
        slot = keccak(encode(["address", "uint256"], [account, _SEATS]))
        words.append((int.from_bytes(slot, "big"), LOCK_WEI << 72 | place + 1))
        words.append((first + place, int(account, 16)))
    crowd.client.batch(
        [
            ("anvil_setStorageAt", [pool, f"0x{slot:064x}", f"0x{value:064x}"])
            for slot, value in words
        ]
    )
    place_ = crowd.market
    seat = place_.read("seatOf", accounts[-1], contract=DAY_POOL)[0]
    assert (seat[0], seat[3]) == (len(accounts), LOCK_WEI)
    assert int(place_.read("seatAt", len(accounts) - 1, contract=DAY_POOL)[0], 16) == int(
        accounts[-1], 16
    )
    return place_


def one_day(crowd: Crowd, count: int) -> dict[str, Any]:
    """Settles periods of `count` members, sums up the day, posts it in every pool, applies some."""
    step = Steps()
    # The fee accounts have the last two seats of the first pool.
    said = targets(count - 2)
    addresses = [member(i) for i in range(count)]
    network, levy = addresses[-2:]
    pooled = [
        Pooled(who, 0, t.net_wh, t.limit_ticks) for who, t in zip(addresses, said, strict=False)
    ]
    settled = [
        step("settling", lambda: settle(pooled, FLOOR_TICKS + 30_000, FEES)) for _ in range(SHARE)
    ]
    periods = [(FLOOR_TICKS + 30_000, one.lines) for one in settled]
    amounts = step("summing", lambda: day_amounts(periods, addresses, network, levy))
    assert sum(amounts) == 0
    pools = [
        (addresses[i : i + MOST_SEATS], balanced(amounts[i : i + MOST_SEATS]))
        for i in range(0, count, MOST_SEATS)
    ]
    places = [DayPool(seat_pool(crowd, accounts)) for accounts, _ in pools]
    day = places[0].today()
    crowd.mine(when=(day + 1) * _DAY)

    def sign_and_post() -> list[int]:
        sent = []
        for pool, (_, part) in zip(places, pools, strict=True):
            signatures = [pool.sign(server, day, part) for server in SERVERS[:2]]
            sent.append(pool.post(SERVERS[0], day, part, signatures))
        return [receipt.gas_used for receipt in crowd.send(*sent)]

    gas = step("posting", sign_and_post)
    accounts, part = pools[0]

    def leaves() -> list[Any]:
        tree = levels(0, part)
        return [
            places[0].market.transaction(
                SERVERS[0], "applyLeaf", accounts[i], part[i], siblings(tree, i), contract=DAY_POOL
            )
            for i in range(min(LEAVES, len(accounts)))
        ]

    proved = step("proving leaves", leaves)
    applied = step("applying leaves", lambda: crowd.send(*proved))
    return {
        "members": count,
        "pools": len(pools),
        "seats": len(accounts),
        "periods_settled": SHARE,
        "leaves": len(applied),
        "leaf_gas": sum(receipt.gas_used for receipt in applied) // len(applied),
        "post_gas": gas,
        "wall": step.wall,
        "cpu": step.cpu,
    }


def balanced(amounts: list[int]) -> list[int]:
    """A pool's amounts sum to 0: what flows between pools is the last seat's, which clears it."""
    return [*amounts[:-1], amounts[-1] - sum(amounts)]


def measure(sizes: tuple[int, ...] = MEMBERS) -> list[dict[str, Any]]:
    found = []
    for count in sizes:
        with (
            tempfile.TemporaryDirectory(prefix="wattmarket-load-") as name,
            market_of(Path(name)) as crowd,
        ):
            found.append(one_day(crowd, count))
        print(json.dumps(found[-1]), file=sys.stderr, flush=True)
    return found


if __name__ == "__main__":
    measure(tuple(map(int, sys.argv[1:])) or MEMBERS)
