"""The report of a run: one JSON object, from the chain and its events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from oracle.app.day.accounting import Books, indicators, statements
from oracle.app.day.contest_report import bonds_of_operators, contests_report
from oracle.app.day.plan import Participant, Roster
from oracle.chain.market import MARKET, Market, Standing
from oracle.community.bill import Statement, corrected, worse_off
from oracle.community.errors import utc_text
from oracle.community.model import Community, Member
from oracle.units import WAD, ticks_to_float, wei_to_float


@dataclass(frozen=True)
class RunFacts:
    """What a run is, besides what the chain tells."""

    community: Community
    roster: Roster
    profile_start: int
    periods: int
    rounds: int
    epochs: int
    seed: int | None
    market: str
    seconds: float
    gas: Mapping[str, list[int]]
    forecast: Mapping[str, Any]


@dataclass(frozen=True)
class Holdings:
    """Balances at the end, in wei."""

    elecoin: int
    deposit: int
    wattcoin: int


def build_report(facts: RunFacts, market: Market, books: Books) -> dict[str, Any]:
    """The report, with the keys that `docs/run.md` lists."""
    prices = [market.elecoin_price(epoch)[0] for epoch in range(facts.epochs)]
    holdings = read_holdings(market, facts.roster)
    bonds = bonds_of_operators(market, facts.roster)
    held = {
        address: own.elecoin + own.deposit + bonds[address] for address, own in holdings.items()
    }
    bills = statements(facts.community, facts.roster, books, held)
    standings = dict(
        zip(facts.roster.addresses, market.standings(facts.roster.addresses), strict=True)
    )
    names = {participant.address: participant.name for participant in facts.roster.members}
    members = {
        member.name: _member_report(
            facts.community,
            member,
            participant,
            books,
            bills[member.name],
            holdings[participant.address],
            standings[participant.address],
        )
        for member, participant in zip(facts.community.members, facts.roster.members, strict=True)
    }
    postings = [books.electricity.get(period) for period in range(facts.periods)]
    found = indicators(facts.community, books)
    return {
        "market": facts.market,
        "periods": facts.periods,
        "rounds": facts.rounds,
        "energy_traded_wh": books.energy_traded_wh,
        "elecoin_price": [wei_to_float(price) for price in prices],
        "electricity_price": [
            None if value is None else ticks_to_float(value.price_ticks) for value in postings
        ],
        "matching_probability": [
            None if value is None else value.matching_wad / WAD for value in postings
        ],
        "leaders": [names[market.leader_of(round_)] for round_ in range(facts.rounds)],
        "contests": contests_report(
            market, names, facts.community.zones, facts.periods // market.schedule.round_periods
        ),
        "members": members,
        "community": {
            "self_sufficiency": found.self_sufficiency,
            "self_consumption": found.self_consumption,
            "peak_import_w": found.peak_import_w,
            "peak_export_w": found.peak_export_w,
            "worse_off": worse_off(bills),
        },
        "forecast": dict(facts.forecast),
        "transactions": sum(map(len, facts.gas.values())),
        "gas": {name: gas_summary(used) for name, used in sorted(facts.gas.items())},
        "seconds": round(facts.seconds, 3),
        "contracts": dict(market.deployment.contracts),
        "chain_id": market.deployment.chain_id,
        "seed": facts.seed,
    }


def gas_summary(used: list[int]) -> dict[str, int]:
    return {"count": len(used), "median": round(median(used)), "total": sum(used)}


def read_holdings(market: Market, roster: Roster) -> dict[str, Holdings]:
    """Everybody's balances, in one batch."""
    calls: list[tuple[str, str, tuple[Any, ...]]] = []
    for address in roster.addresses:
        calls += [
            ("Elecoin", "balanceOf", (address,)),
            (MARKET, "account", (address,)),
            ("Wattcoin", "balanceOf", (address,)),
        ]
    answers = iter(market.read_many(calls))
    return {
        address: Holdings(next(answers)[0], next(answers)[0][0], next(answers)[0])
        for address in roster.addresses
    }


def _member_report(
    community: Community,
    member: Member,
    participant: Participant,
    books: Books,
    bill: Statement,
    holdings: Holdings,
    standing: Standing,
) -> dict[str, Any]:
    own = books.members[participant.address]
    entries = own.entries.values()
    known = member.meter == "load_generation"
    return {
        "address": participant.address,
        "role": member.role,
        "bought_wh": sum(entry.bought_wh for entry in entries),
        "sold_wh": sum(entry.sold_wh for entry in entries),
        "generated_wh": sum(entry.generated_wh for entry in entries) if known else None,
        "consumed_wh": sum(entry.consumed_wh for entry in entries) if known else None,
        "imported_wh": sum(entry.imported_wh for entry in entries),
        "exported_wh": sum(entry.exported_wh for entry in entries),
        "forecast_mae_wh": own.forecast_mae_wh,
        "elecoin_balance_wei": holdings.elecoin,
        "deposit_wei": holdings.deposit,
        "wattcoin_balance_wei": holdings.wattcoin,
        "reputation": standing.reputation / WAD,
        "bill": bill.bill.as_floats(),
        "bill_ele_wei": bill.bill_ele_wei,
        "grid_only": float(bill.grid_only),
        "with_market": float(bill.with_market),
        "saving": float(bill.saving),
        "corrections": [
            {
                "starts_at": utc_text(change.correction.start),
                "booked_at": utc_text(change.correction.booked_at),
                "generated_wh": change.correction.generated_wh,
                "consumed_wh": change.correction.consumed_wh,
                "imported_wh": change.imported_wh,
                "exported_wh": change.exported_wh,
                "reason": change.correction.reason,
                "amount": float(amounts.total),
            }
            for change, amounts in corrected(community, member, entries, own.corrections)
        ],
    }
