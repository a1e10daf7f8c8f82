"""From one market to the next: members, renewable plants and meters, read from the old one.

Every step asks first what is there already, so all of it may be done again at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eth_utils.address import to_checksum_address

from oracle.chain.interface import interface
from oracle.chain.market import Market
from oracle.chain.rewards import Rewards
from oracle.chain.signer import Signer
from oracle.chain.succession import successor_of
from oracle.chain.transactions import Transaction

GENERATION_RIGHT, TRADING_RIGHT = 2, 4
REWARDS = "TullockRewards"
PAGE = 500
NO_METER = "0x" + "0" * 40


@dataclass(frozen=True)
class Member:
    """What the administrator registered. `next`: the first period that its meter did not report."""

    address: str
    name_hash: bytes
    zone: int
    rights: int
    rated_power: int
    meter: str
    generation: int
    consumption: int
    next: int
    installed: int

    @property
    def has_meter(self) -> bool:
        return self.meter != NO_METER


def members_of(market: Market) -> list[Member]:
    """Those who may trade, in order of registration."""
    (count,) = market.read("accountCount")
    addresses = [
        str(to_checksum_address(address))
        for offset in range(0, count, PAGE)
        for address in market.read("accounts", offset, PAGE)[0]
    ]
    asked = ("account", "nameHashOf", "meterOf", "registers")
    answers = market.read_many(
        [("ElectricityTrading", name, (who,)) for who in addresses for name in asked]
    )
    found = []
    for place, who in enumerate(addresses):
        (account,), (name_hash,), (meter,), (read,) = answers[4 * place : 4 * place + 4]
        _, rated_power, _, _, _, _, zone, rights = account
        generation, consumption, generation_next, consumption_next, installed, *_ = read
        nexts = [n for bit, n in ((1, generation_next), (2, consumption_next)) if installed & bit]
        meter_reads = (meter, generation, consumption, min(nexts, default=0), installed)
        found.append(Member(who, name_hash, zone, rights, rated_power, *meter_reads))
    return [member for member in found if member.rights & TRADING_RIGHT]


def registrations(old: Market, new: Market, administrator: Signer) -> list[Transaction]:
    """Members of the old market who are not in the new one, and marks of renewable plants."""
    there = {member.address for member in members_of(new)}
    sent = [
        new.transaction(
            administrator, "empower", m.address, m.name_hash, m.zone,
            bool(m.rights & GENERATION_RIGHT), True, m.rated_power,
        )
        for m in members_of(old)
        if m.address not in there
    ]  # fmt: skip
    lacking = sorted(_renewable(old) - _renewable(new))
    if lacking:
        sent.append(Rewards(new).set_renewable(administrator, lacking))
    return sent


def _renewable(market: Market) -> set[str]:
    event = interface(REWARDS).events["RenewableSet"]
    last = market.client.block().number
    place, topics = market.deployment.address(REWARDS), ["0x" + event.topic.hex()]
    logs = market.client.logs(place, topics, market.deployment.block, last)
    marks = [event.decode(log) for log in logs]
    return {who for who, on in {m["account"]: m["renewable"] for m in marks}.items() if on}


@dataclass(frozen=True)
class Meters:
    """What can be installed now; who waits for the reading of her last period; whose is missing."""

    install: Sequence[Transaction]
    waiting: Sequence[str]
    missing: Sequence[str]


def meters(old: Market, new: Market, administrator: Signer, now: int) -> Meters:
    """The new market counts from where the old one's last period ended, so the meter's stand at
    that moment must be known: it is, once that period was read.
    """
    named = successor_of(old.client, old.address)
    if named is None or named.market.lower() != new.address.lower():
        return Meters([], [m.address for m in members_of(old) if m.has_meter], [])
    there = {m.address for m in members_of(new) if m.has_meter}
    install: list[Transaction] = []
    waiting: list[str] = []
    missing: list[str] = []
    for m in members_of(old):
        if not m.has_meter or m.address in there:
            continue
        if now < new.schedule.start or m.next < named.from_period:
            late = now >= old.schedule.reading_deadline(named.from_period - 1)
            (missing if late else waiting).append(m.address)
            continue
        stand = (m.generation, m.consumption, m.installed)
        install.append(new.transaction(administrator, "installMeter", m.address, m.meter, *stand))
    return Meters(install, waiting, missing)
