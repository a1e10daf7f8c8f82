"""From a community file to a deployment: who takes part, with which keys, under which terms."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from eth_utils.crypto import keccak

from oracle.chain.deploy import Plan
from oracle.chain.market import Market
from oracle.chain.orders import OrderTerms, give_order
from oracle.chain.rewards import Rewards
from oracle.chain.signer import Signer
from oracle.chain.transactions import Transaction
from oracle.community.model import Community
from oracle.community.orders import OrderBounds, order_bounds
from oracle.community.problem import revenue_factor
from oracle.devnet.accounts import development_key
from oracle.rounds.clock import Schedule, ring_length
from oracle.rounds.finish_stackelberg import ElecoinTerms
from oracle.units import (
    TICKS_PER_ELE,
    WAD,
    ceil_div,
    currency_to_wei_down,
    exact,
    floor_div,
    price_to_ticks_up,
)

GENERATION_REGISTER, CONSUMPTION_REGISTER = 1, 2
DAY = 86_400
SALT_BYTES = 32
FUNDS = 10_000 * WAD
"""Coins of each development account: 10 000 units of the community's currency."""


@dataclass(frozen=True)
class Participant:
    """A member, her key and her meter's. The salt hides her name on chain."""

    name: str
    signer: Signer
    meter: Signer
    salt: bytes

    @property
    def address(self) -> str:
        return self.signer.address

    @property
    def name_hash(self) -> bytes:
        return keccak(self.salt + self.name.encode())


@dataclass(frozen=True)
class Server:
    """An edge server, its key and the address of the member who runs it."""

    name: str
    signer: Signer
    operator: str


@dataclass(frozen=True)
class Parties:
    """Whom a deployment names, by address; `servers` are (signer, operator)."""

    administrator: str
    network: str
    servers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Roster:
    """Everybody who signs anything. One agent acts for all members, each of whom allowed it."""

    members: tuple[Participant, ...]
    agent: Signer
    servers: tuple[Server, ...]
    administrator: Signer
    network: Signer

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(member.address for member in self.members)

    @property
    def parties(self) -> Parties:
        servers = tuple((server.signer.address, server.operator) for server in self.servers)
        return Parties(self.administrator.address, self.network.address, servers)

    def all_signers(self) -> list[Signer]:
        keys = [self.administrator, self.network, self.agent]
        keys += [server.signer for server in self.servers]
        for member in self.members:
            keys += [member.signer, member.meter]
        return keys


def development_roster(
    community: Community, seed: int, salts: Sequence[bytes] | None = None
) -> Roster:
    """The community with development keys: the same seed gives the same addresses.

    Keys come from a member's place in the file, so no address tells a name. `salts`, 32 bytes for
    each member in the file's order, hide the names in the hashes on chain. Without them they come
    from the seed: whoever knows it can try names.
    """

    def signer(what: str) -> Signer:
        return Signer(development_key(seed, what))

    members = tuple(
        Participant(
            member.name,
            signer=signer(f"member {place}"),
            meter=signer(f"meter {place}"),
            salt=_salt_of(seed, member.name) if salts is None else salts[place],
        )
        for place, member in enumerate(community.members)
    )
    run_by = {member.name: member.address for member in members}
    servers = tuple(
        Server(s.name, signer(f"server {s.name}"), run_by[s.run_by]) for s in community.edge_servers
    )
    return Roster(
        members,
        signer("community agent"),
        servers,
        development_administrator(seed),
        signer("network"),
    )


def development_administrator(seed: int) -> Signer:
    """The administrator's development key."""
    return Signer(development_key(seed, "administrator"))


def random_salts(community: Community) -> list[bytes]:
    """Salts that nobody can guess, from the system's own randomness."""
    return [secrets.token_bytes(SALT_BYTES) for _ in community.members]


def _salt_of(seed: int, name: str) -> bytes:
    return hashlib.sha256(f"wattmarket salt {seed} {name}".encode()).digest()


def schedule(
    community: Community,
    start: int,
    period_seconds: int,
    meter_delay: int = 0,
    least_lead: int = 1,
) -> Schedule:
    """The clock: the community's leads and windows, scaled when a period is not `step` long.

    Readings come `meter_delay` periods after their period's end: the grace is so much longer, and
    with it the ring. Windows keep their lengths and move.
    """
    market = community.market

    def scaled(seconds: int, least: int) -> int:
        return max(least, seconds * period_seconds // community.step)

    lead = scaled(market.declaration_lead, least_lead)
    grace = meter_delay * period_seconds + scaled(market.reading_grace, 1)
    trade = scaled(market.trade_window, 1)
    rating = scaled(market.rating_window, 0)
    return Schedule(
        start=start,
        period=period_seconds,
        step=community.step,
        declaration_lead=lead,
        reading_grace=grace,
        trade_window=trade,
        rating_window=rating,
        elecoin_lead=scaled(market.elecoin_lead, least_lead),
        epoch_periods=community.epoch_periods,
        round_periods=community.round_periods,
        ring_length=ring_length(period_seconds, lead, grace, trade, rating),
    )


def elecoin_terms(community: Community) -> ElecoinTerms:
    market = community.market
    return ElecoinTerms(
        redemption=currency_to_wei_down(market.redemption),
        target=currency_to_wei_down(market.target_price),
        least=currency_to_wei_down(market.lowest_price),
        most=currency_to_wei_down(market.price_max),
        theta=floor_div(revenue_factor(market) * WAD),
    )


def deployment_plan(
    community: Community, parties: Parties, clock: Schedule, depth: int = 0
) -> Plan:
    """What is deployed for this community."""
    market = community.market
    return Plan(
        administrator=parties.administrator,
        total_elecoins=currency_to_wei_down(market.total_elecoins),
        unit_power_price=currency_to_wei_down(market.unit_power_price),
        servers=parties.servers,
        schedule=clock,
        terms=elecoin_terms(community),
        feed_in_ticks=floor_div(community.floor_feed_in * TICKS_PER_ELE),
        tolerance_bps=market.tolerance_bps,
        quality_threshold=market.quality_threshold,
        network_account=parties.network,
        tau=currency_to_wei_down(market.tau),
        initial_reputation=currency_to_wei_down(market.initial_reputation),
        reward_bond=currency_to_wei_down(market.reward_bond),
        reward_activation_wh=ceil_div(exact(market.reward_activation) * 1000),
        depth=depth,
    )


def renewable_accounts(community: Community, roster: Roster) -> list[str]:
    """Whose generation earns tickets: renewable plants that may sell."""
    return [
        participant.address
        for member, participant in zip(community.members, roster.members, strict=True)
        if member.may_sell and member.renewable
    ]


def zone_fees(community: Community, administrator: Signer, market: Market) -> list[Transaction]:
    """Network fee and levy of each pair of zones that may trade."""
    zone = {name: number for number, name in enumerate(community.zones)}
    return [
        market.transaction(
            administrator,
            "setFee",
            zone[fee.source],
            zone[fee.target],
            price_to_ticks_up(exact(fee.network)),
            price_to_ticks_up(exact(fee.levy)),
            True,
        )
        for fee in community.fees
    ]


def registration(community: Community, roster: Roster, market: Market) -> list[Transaction]:
    """The administrator's first transactions: zone fees, members, meters, renewable plants."""
    administrator = roster.administrator
    zone = {name: number for number, name in enumerate(community.zones)}
    sent = zone_fees(community, administrator, market)
    for member, participant in zip(community.members, roster.members, strict=True):
        rated_watts = ceil_div(exact(member.rated_kw) * 1000)
        sent.append(
            market.transaction(
                administrator,
                "empower",
                participant.address,
                participant.name_hash,
                zone[member.zone],
                member.may_sell,
                True,
                rated_watts,
            )
        )
        registers = CONSUMPTION_REGISTER
        if member.role != "consumer" or member.pv or member.storage:
            registers |= GENERATION_REGISTER
        sent.append(
            market.transaction(
                administrator,
                "installMeter",
                participant.address,
                participant.meter.address,
                0,
                0,
                registers,
            )
        )
    renewable = renewable_accounts(community, roster)
    if renewable:
        sent.append(Rewards(market).set_renewable(administrator, renewable))
    return sent


def standing_orders(
    community: Community, roster: Roster, market: Market, periods: int
) -> list[Transaction]:
    """Every member's order, signed by her and sent by the agent, until `periods` are closed."""
    clock = market.schedule
    until = clock.closing_time(periods - 1) + clock.period
    return [
        give_order(
            market,
            participant.signer,
            roster.agent,
            OrderTerms(roster.agent.address, bounds.max_price, bounds.daily_budget, until),
            nonce=0,
            deadline=until,
        )
        for participant, bounds in zip(roster.members, bounds_of(community, clock), strict=True)
    ]


def bounds_of(community: Community, clock: Schedule) -> list[OrderBounds]:
    """Each member's bounds, in the order of registration."""
    # The budget is a day's of chain time, in which other periods may be traded late.
    periods_a_day = -(-DAY // clock.period) + 1
    return [order_bounds(community, member, periods_a_day) for member in community.members]
