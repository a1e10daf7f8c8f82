"""The contest on a real chain: the mirror names the contract's numbers; a round goes its way."""

from __future__ import annotations

import pytest
from contests import LEVY, close, meter, prepare
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from market_lab import (
    BUYER,
    MEMBERS,
    NORTH,
    SCHEDULE,
    SELLER,
    SERVERS,
    SOUTH,
    STRANGER,
    THIRD,
    Lab,
)

from oracle.chain.rewards import Rewards, Stage
from oracle.rounds.tickets import commitment, drawn_number, odds, running_sums, seed, winner_index

pytestmark = pytest.mark.node

ON_CHAIN = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def rewards(lab: Lab) -> Rewards:
    return Rewards(lab.market)


def test_a_round_is_drawn_as_the_mirror_says(lab: Lab, rewards: Rewards) -> None:
    prepare(lab, rewards, bonds=3)
    generated = {SELLER.address: 700, BUYER.address: 900, THIRD.address: 1100}
    meter(lab, rewards, 0, generated)
    close(lab, rewards)
    contest = rewards.contest(0)
    assert contest.stage is Stage.REVEALING
    assert contest.active_zones == 2
    assert contest.prize == LEVY // 2
    assert 2 * contest.prize * 2 <= rewards.bond()
    lab.client.request("evm_mine")
    # The order of the reveals does not matter.
    for i in (2, 0, 1):
        lab.mine(lab.sender.send([rewards.reveal(SERVERS[i], i, 0)]))
    assert rewards.contest(0).stage is Stage.DRAWN
    after = lab.client.block(contest.closed_block + 1)
    assert rewards.block_hash(0) == after.hash
    secrets = [rewards.secret(server, 0) for server in SERVERS]
    assert rewards.seed(0) == seed(0, after.hash, secrets)
    owners = {NORTH: [SELLER], SOUTH: [BUYER, THIRD]}
    for zone in (NORTH, SOUTH):
        entries = rewards.entries(0, zone)
        assert [entry.owner for entry in entries] == [m.address for m in owners[zone]]
        sums = [entry.tickets for entry in entries]
        assert sums == running_sums([generated[m.address] for m in owners[zone]])
        assert sum(odds(sums)) == 1
        number = drawn_number(rewards.seed(0), zone, sums[-1])
        index = winner_index(sums, number)
        assert rewards.winning(0, zone) == (index, number)
        for wrong in range(len(sums) + 1):
            if wrong != index:
                transaction = rewards.draw(STRANGER, 0, zone, wrong)
                reason = lab.refused(lab.client.block().timestamp + 5, transaction)
                assert reason == f"WrongIndex(index: {wrong}, number: {number})"
        lab.at(lab.client.block().timestamp + 5, rewards.draw(STRANGER, 0, zone, index))
        winner = rewards.pool(0, zone).winner
        assert winner == entries[index].owner
        before = lab.market.read("balanceOf", winner, contract="Elecoin")[0]
        lab.at(lab.client.block().timestamp + 5, rewards.claim(STRANGER, 0, zone))
        assert lab.market.read("balanceOf", winner, contract="Elecoin")[0] - before == LEVY // 2
        assert rewards.pool(0, zone).paid


def test_a_withheld_secret_costs_its_bond(lab: Lab, rewards: Rewards) -> None:
    prepare(lab, rewards, bonds=3)
    meter(lab, rewards, 0, {m.address: 600 for m in MEMBERS})
    close(lab, rewards)
    lab.client.request("evm_mine")
    for i in (0, 1):
        lab.mine(lab.sender.send([rewards.reveal(SERVERS[i], i, 0)]))
    lab.client.request("anvil_mine", hex(200))
    early = rewards.reveal(SERVERS[2], 2, 0)
    assert lab.refused(lab.client.block().timestamp + 5, early).startswith("OutsideBlocks(")
    lab.at(lab.client.block().timestamp + 5, rewards.roll_over(STRANGER, 0))
    assert rewards.contest(0).stage is Stage.ROLLED_OVER
    assert rewards.fund() == LEVY + rewards.bond()
    assert [rewards.bond_of(s.address) for s in SERVERS] == [rewards.bond()] * 2 + [0]


@ON_CHAIN
@given(
    round_=st.integers(0, 2**64),
    index=st.integers(0, 22),
    secret=st.binary(min_size=32, max_size=32),
)
def test_the_commitment_is_the_contracts(lab: Lab, round_: int, index: int, secret: bytes) -> None:
    rewards = Rewards(lab.market)
    (made,) = lab.market.read("commitmentOf", round_, index, secret, contract="TullockRewards")
    assert made == commitment(rewards.address, round_, index, secret)


def test_who_is_no_server_is_told_so(lab: Lab, rewards: Rewards) -> None:
    reason = lab.refused(SCHEDULE.start, rewards.commit(STRANGER, 0, 0))
    assert reason == f"NotAServer(caller: {STRANGER.address})"
