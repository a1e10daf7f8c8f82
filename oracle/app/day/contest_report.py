"""What the report says of the contests: each zone's draw of each round, with its odds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from oracle.app.day.plan import Roster
from oracle.chain.market import Market
from oracle.chain.rewards import Rewards, Stage
from oracle.rounds.tickets import odds


def contests_report(
    market: Market, names: Mapping[str, str], zones: Sequence[str], rounds: int
) -> list[dict[str, Any]]:
    """One object for each zone that was drawn, in order of rounds and zones.

    `names` are the members' by address, `zones` those of the community in their order.
    """
    rewards = Rewards(market)
    found = []
    for round_ in range(rounds):
        contest = rewards.contest(round_)
        if contest.stage is not Stage.DRAWN:
            continue
        for number, zone in enumerate(zones):
            pool = rewards.pool(round_, number)
            if pool.winner is None:
                continue
            entries = rewards.entries(round_, number)
            chances = odds([entry.tickets for entry in entries])
            found.append(
                {
                    "round": round_,
                    "zone": zone,
                    "prize_wei": contest.prize,
                    "tickets_wh": pool.tickets,
                    "odds": {
                        names[entry.owner]: float(chance)
                        for entry, chance in zip(entries, chances, strict=True)
                    },
                    "winner": names[pool.winner],
                }
            )
    return found


def bonds_of_operators(market: Market, roster: Roster) -> Counter[str]:
    """ELE (wei) by operator that her servers can take out again."""
    rewards = Rewards(market)
    held: Counter[str] = Counter()
    for server in roster.servers:
        held[server.operator] += rewards.bond_of(server.signer.address)
    return held
