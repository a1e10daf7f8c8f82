"""Visitors who joined a live market: their accounts, simulated meters and standing orders.

A guest acts by her own wallet. The run holds her meter's key, reads her household as it reads the
members', and declares and trades for her only under an order that she gave its agent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from eth_utils.address import to_checksum_address

from oracle.chain.market import MARKET, ORDERS, Market
from oracle.chain.readings import sign_reading
from oracle.chain.signer import Signer
from oracle.community.guest import GuestHousehold
from oracle.community.model import Community
from oracle.community.problem import declaration
from oracle.community.profiles import Profiles
from oracle.rounds.ports import Signature
from oracle.rounds.readings import Quality, Reading
from oracle.rounds.words import Target
from oracle.units import TICK


@dataclass(frozen=True)
class Guest:
    """A visitor's account. Her meter reads from `first_period` on."""

    address: str
    meter: Signer
    household: GuestHousehold
    first_period: int


@dataclass(frozen=True)
class Allowance:
    """What a guest's order still lets the run's agent do: ELE wei per kWh, and ELE wei today."""

    max_price: int
    left_wei: int


class Guests:
    """All who joined since the market goes on by itself; `agent` is the community's, by address."""

    def __init__(
        self, community: Community, profiles: Profiles, market: Market, agent: str
    ) -> None:
        self.community, self.profiles = community, profiles
        self.market, self.agent = market, agent
        self._zones = {name: number for number, name in enumerate(community.zones)}
        self._guests: dict[str, Guest] = {}

    def __len__(self) -> int:
        return len(self._guests)

    def add(self, guest: Guest) -> None:
        self._guests[guest.address] = guest

    @property
    def zones(self) -> dict[str, str]:
        """Each guest's zone by address, in the order in which they came."""
        return {address: guest.household.member.zone for address, guest in self._guests.items()}

    def readings(self, period: int, start: int) -> list[tuple[Reading, Signature]]:
        """What their meters sign at the end of the period that starts at these profile seconds."""
        signed = []
        for guest in self._guests.values():
            if period < guest.first_period:
                continue
            shown = guest.household.meter(self.profiles, start)
            reading = Reading(
                guest.address,
                period,
                shown.generation_register,
                shown.consumption_register,
                Quality.ESTIMATED if shown.estimated else Quality.MEASURED,
            )
            signed.append((reading, sign_reading(self.market, guest.meter, reading)))
        return signed

    def allowances(self) -> dict[str, Allowance]:
        """Of those who gave the community's agent an order that stands; deposits bound them too."""
        addresses = list(self._guests)
        if not addresses:
            return {}
        answers = self.market.read_many(
            [(ORDERS, "orderOf", (address,)) for address in addresses]
            + [(ORDERS, "budgetLeft", (address,)) for address in addresses]
            + [(MARKET, "account", (address,)) for address in addresses]
        )
        count = len(addresses)
        found = {}
        for i, address in enumerate(addresses):
            agent, max_price, *_ = answers[i][0]
            left, deposit = int(answers[count + i][0]), int(answers[2 * count + i][0][0])
            if to_checksum_address(agent) == self.agent and left > 0:
                found[address] = Allowance(int(max_price), min(left, deposit))
        return found

    def targets(
        self, period: int, start: int, elecoin_price: int, allowed: Mapping[str, Allowance]
    ) -> list[tuple[str, Target]]:
        """What the agent declares for whom it may and who did not do so herself."""
        open_ = [address for address in allowed if not self._declared(address, period)]
        words = []
        for address in open_:
            household = self._guests[address].household
            net = household.expected_net_wh(self.profiles, start)
            terms = household.member if net > 0 else household.buyer
            found = declaration(self.community, terms, start, net, elecoin_price)
            limit = min(found.limit_ticks, allowed[address].max_price // TICK)
            value = found.price_ticks
            if net < 0:
                # Her value falls as much as her limit, as members' does.
                value = type(value)(max(0, value - (found.limit_ticks - limit)))
            zone = self._zones[household.member.zone]
            words.append((address, Target(period, found.net_wh, value, limit, zone)))
        return words

    def _declared(self, address: str, period: int) -> bool:
        return int(self.market.read("slot", address, period)[0][-1]) & DECLARED != 0


DECLARED = 4
"""The flag of a slot with a target."""
