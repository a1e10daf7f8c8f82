"""A round of the contest on a market of the chain's tests, step by step."""

from __future__ import annotations

from market_lab import ADMIN, BUYER, MEMBERS, METER, NORTH, SCHEDULE, SERVERS, SOUTH, STRANGER, Lab

from oracle.chain.rewards import Rewards
from oracle.units import WAD

LEVY = WAD // 2


def prepare(lab: Lab, rewards: Rewards, bonds: int) -> None:
    """Everybody may sell and is marked; a levy is there; the first `bonds` servers have a bond."""
    when = SCHEDULE.start - 2000
    marks = [
        lab.call(ADMIN, "empower", m.address, bytes([n]) * 32, min(n, 1), True, True, 10_000)
        for n, m in enumerate(MEMBERS)
    ]
    addresses = [member.address for member in MEMBERS]
    lab.at(when, *marks, rewards.set_renewable(ADMIN, addresses))
    coins = bonds * rewards.bond() + LEVY
    lab.at(when + 10, lab.call(BUYER, "buyToken", coins, value=2 * coins))
    lab.at(when + 20, lab.call(BUYER, "withdraw", coins))
    paid = [lab.call(BUYER, "transfer", rewards.address, LEVY, contract="Elecoin")]
    for server in SERVERS[:bonds]:
        paid += rewards.add_bond(BUYER, server.address, rewards.bond())
    lab.at(when + 30, *paid)


def meter(lab: Lab, rewards: Rewards, round_: int, generated: dict[str, int]) -> None:
    """Readings of every period of a round, all energy in its first; booked when they are final."""
    first = round_ * SCHEDULE.round_periods
    for period in range(first, first + SCHEDULE.round_periods):
        readings = [
            lab.call(METER, name, address, period, register)
            for address, wh in generated.items()
            for name, register in (("generation", wh), ("consumption", 0))
        ]
        lab.at(SCHEDULE.end_of(period), *readings)
    accounts = [m.address for m in MEMBERS]
    lab.at(SCHEDULE.reading_deadline(period), rewards.book(STRANGER, accounts, period))


def close(lab: Lab, rewards: Rewards) -> None:
    """The servers commit for round 0, and its entries are closed."""
    lab.at(
        SCHEDULE.reading_deadline(1) + 10,
        *(rewards.commit(server, i, 0) for i, server in enumerate(SERVERS)),
    )
    lab.at(SCHEDULE.closing_time(1), rewards.close_entries(STRANGER, 0))


def drawn(lab: Lab, rewards: Rewards, generated: dict[str, int]) -> None:
    """Round 0 until both zones have their winner; nobody collects."""
    prepare(lab, rewards, bonds=3)
    meter(lab, rewards, 0, generated)
    close(lab, rewards)
    lab.client.request("evm_mine")
    for i, server in enumerate(SERVERS):
        lab.mine(lab.sender.send([rewards.reveal(server, i, 0)]))
    for zone in (NORTH, SOUTH):
        index, _ = rewards.winning(0, zone)
        lab.mine(lab.sender.send([rewards.draw(STRANGER, 0, zone, index)]))
