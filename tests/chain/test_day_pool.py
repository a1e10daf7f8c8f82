"""The pool for thousands on a real chain: deployed beside a market, two days posted and applied."""

from __future__ import annotations

from dataclasses import replace

import pytest
from market_lab import (
    ADMIN,
    BUYER,
    NETWORK,
    SELLER,
    SERVERS,
    STRANGER,
    T0,
    TERMS,
    THIRD,
    Lab,
)

from oracle.chain.day_pool import DAY_POOL, DayPool, deploy_day_pool
from oracle.chain.deployment import Deployment, DeploymentError
from oracle.rounds.day_pool import day_amounts, root
from oracle.rounds.pool import CREDIT, Pooled, settle
from oracle.units import WAD

pytestmark = pytest.mark.node

DAY = 86_400
TODAY = T0 // DAY
FEES = {(0, 1): (10**16, 10**15)}
SEATED = [SELLER, BUYER, THIRD, NETWORK, ADMIN]
"""The last two have the seats of network fee and levy."""
PAID_IN = {BUYER: 2 * WAD, THIRD: WAD}


def amounts_of(days_energy: list[tuple[int, int]]) -> list[int]:
    """What a day of periods comes to: (price in ticks, Wh that the seller has) each."""
    periods = []
    for ticks, surplus in days_energy:
        members = [
            Pooled(SELLER.address, 0, surplus, 0),
            Pooled(BUYER.address, 1, -700, 10**7),
            Pooled(THIRD.address, 1, -1300, 10**7),
        ]
        periods.append((ticks, settle(members, ticks, FEES).lines))
    addresses = [seat.address for seat in SEATED]
    return day_amounts(periods, addresses, NETWORK.address, ADMIN.address)


@pytest.fixture
def pool(lab: Lab) -> DayPool:
    """A day pool beside the lab's market, with five seats; two buyers have paid in."""
    lab.deployment = deploy_day_pool(lab.client, lab.sender, lab.deployment, ADMIN, lab.mine)
    found = DayPool(lab.market)
    buys = [
        lab.call(who, "buyToken", paid, value=paid * TERMS.most // WAD)
        for who, paid in PAID_IN.items()
    ]
    lab.at(T0 - 2000, *buys)
    lab.at(T0 - 1990, *(lab.call(who, "withdraw", paid) for who, paid in PAID_IN.items()))
    for second, seat in enumerate(SEATED):
        lab.at(T0 - 1900 + second, *found.take_seat(seat, PAID_IN.get(seat, 0)))
    return found


def test_a_deployment_names_its_one_day_pool(lab: Lab, pool: DayPool) -> None:
    deployment = lab.deployment
    assert Deployment.from_toml(deployment.to_toml()) == deployment
    deployment.check(lab.client)
    with pytest.raises(DeploymentError, match=rf"^contracts\.{DAY_POOL}: {pool.address}: there is"):
        deploy_day_pool(lab.client, lab.sender, deployment, ADMIN, lab.mine)
    wrong = {**deployment.contracts, DAY_POOL: deployment.address("Elecoin")}
    with pytest.raises(DeploymentError, match=rf"contracts\.{DAY_POOL}: other code"):
        replace(deployment, contracts=wrong).check(lab.client)


def test_two_days_are_posted_as_roots_and_their_leaves_applied(lab: Lab, pool: DayPool) -> None:
    assert pool.today() == TODAY
    assert [seat.place for seat in pool.seats()] == list(range(5))
    days = [
        amounts_of([(200_000, 1500), (150_000, 400)]),
        amounts_of([(310_000, 5000), (200_000, 0)]),
    ]
    assert all(sum(amounts) == 0 < amounts[0] for amounts in days)
    for number, amounts in enumerate(days):
        when = (TODAY + number + 1) * DAY
        signatures = [pool.sign(server, TODAY + number, amounts) for server in SERVERS[::2]]
        forged = [*amounts[:3], amounts[3] + 1, amounts[4] - 1]
        refused = lab.refused(when, pool.post(STRANGER, TODAY + number, forged, signatures))
        assert refused.startswith("UnknownSigner(")
        post = pool.post(STRANGER, TODAY + number, amounts, signatures)
        if number:
            # Who owes must have had her earlier leaves applied.
            refused = lab.refused(when + 10, post)
            assert refused == f"LeavesOpen(account: {BUYER.address}, applied: 0, roots: 1)"
            lab.at(when + 20, *pool.open_leaves(STRANGER))
        lab.at(when + 30, post)
        stored = lab.market.read("rootAt", number, contract=DAY_POOL)[0]
        assert stored == (root(number, amounts), TODAY + number, 5)
        assert pool.amounts(number) == amounts
    lab.at((TODAY + 2) * DAY + 60, *pool.open_leaves(STRANGER))
    assert pool.open_leaves(STRANGER) == []
    for place, (seat, key) in enumerate(zip(pool.seats(), SEATED, strict=True)):
        moved = sum(amounts[place] for amounts in days) * CREDIT
        assert (seat.account, seat.applied) == (key.address, 2)
        assert seat.balance == PAID_IN.get(key, 0) + moved

    # The seller takes out what she earned, once no root of that day can come.
    earned = pool.seats()[0].balance
    lab.at((TODAY + 2) * DAY + 70, lab.call(SELLER, "leave", earned, contract=DAY_POOL))
    lab.at((TODAY + 5) * DAY, lab.call(SELLER, "payOut", contract=DAY_POOL))
    wallet = lab.market.read("balanceOf", SELLER.address, contract="Elecoin")
    assert wallet == (earned,)


def test_leaves_of_several_days_wait_for_anyone(lab: Lab, pool: DayPool) -> None:
    """Who owes nothing may stay behind; seats beyond the amounts have a leaf of nothing."""
    lab.at(T0 - 990, *pool.take_seat(STRANGER, 0))
    for number, amounts in enumerate([[7, -7, 0], [9, 0, -9]]):
        if number:
            # Only who owes: the third seat.
            lab.at((TODAY + 1) * DAY + 60, pool.open_leaves(STRANGER)[2])
        signatures = [pool.sign(server, TODAY + number, amounts) for server in SERVERS[:2]]
        post = pool.post(STRANGER, TODAY + number, amounts, signatures)
        lab.at((TODAY + number + 1) * DAY, post)
    leaves = pool.open_leaves(STRANGER)
    assert len(leaves) == 5 + 6
    lab.at((TODAY + 2) * DAY + 60, *leaves)
    balances = [seat.balance for seat in pool.seats()]
    assert balances == [16 * CREDIT, 2 * WAD - 7 * CREDIT, WAD - 9 * CREDIT, 0, 0, 0]
