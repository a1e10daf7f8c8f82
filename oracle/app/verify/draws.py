"""Recomputing a contest's draw from chain data alone: events and one block header.

The secrets and the hash of block B + 1 give the seed again, the entries' Wh the running sums, and
both the winners. What the contract stored is not asked.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from oracle import UserError
from oracle.chain.interface import interface
from oracle.chain.market import Event, Market
from oracle.chain.rewards import REWARDS, Rewards, Stage
from oracle.rounds.agree import quorum
from oracle.rounds.tickets import (
    FIRST_REVEAL,
    LAST_REVEAL,
    TicketsError,
    commitment,
    drawn_number,
    running_sums,
    seed,
    winner_index,
)


@dataclass(frozen=True)
class Draw:
    """A round's contest."""

    round: int

    def __str__(self) -> str:
        return f"rewards:{self.round}"


@dataclass(frozen=True)
class ZoneDraw:
    """A zone's draw: its tickets (Wh), the number of the seed, who holds it, and who was drawn."""

    zone: int
    tickets: int
    number: int
    winner: str
    drawn: str | None


@dataclass(frozen=True)
class DrawVerdict:
    """What recomputing gave. `zones` are the active ones; none without a draw."""

    posting: Draw
    stage: Stage
    seed: bytes | None
    zones: tuple[ZoneDraw, ...]
    differences: tuple[str, ...]

    @property
    def equal(self) -> bool:
        return not self.differences


@dataclass
class Contests:
    """The rewards' events by round and name, and the edge servers' sets by the block they began."""

    events: dict[int, dict[str, list[Event]]]
    activation: int
    sets: list[tuple[int, int]] = field(default_factory=list)
    """(first block, how many servers), in order."""

    @property
    def closed(self) -> list[Draw]:
        """The rounds whose entries are closed, in order."""
        return [Draw(round_) for round_ in sorted(self.events) if self.of(round_, "EntriesClosed")]

    def of(self, round_: int, name: str) -> list[Event]:
        return self.events.get(round_, {}).get(name, [])


def read_contests(market: Market, servers: dict[int, tuple[int, list[str]]]) -> Contests:
    """All contests of a deployment. `servers`: by version, the first block and the signers."""
    rewards, view = Rewards(market), interface(REWARDS)
    head = market.client.block().number
    events: dict[int, dict[str, list[Event]]] = defaultdict(lambda: defaultdict(list))
    for log in market.client.logs(rewards.address, [], market.deployment.block, head):
        decoded = view.decode_log(log)
        if decoded is not None and "round" in decoded[1]:
            event = Event(decoded[0], decoded[1], log)
            events[event.arguments["round"]][event.name].append(event)
    sets = sorted((block, len(signers)) for block, signers in servers.values())
    return Contests(events, rewards.activation(), sets)


def verify_draw(market: Market, contests: Contests, draw: Draw) -> DrawVerdict:
    """One round's draw. Raises UserError where its entries are not closed."""
    closings = contests.of(draw.round, "EntriesClosed")
    if not closings:
        raise UserError(f"{draw}: its entries are not closed")
    closing = closings[0]
    found: list[str] = []
    tickets = _tickets(contests, draw, found)
    active = {zone: rows for zone, rows in tickets.items() if sum(rows[1]) > contests.activation}
    if closing.arguments["activeZones"] != len(active):
        found.append(f"active zones: {closing.arguments['activeZones']}, by tickets {len(active)}")
    secrets = _secrets(market, contests, draw, closing.log.block, found)
    stage = _stage(contests, draw, len(active), secrets)
    _check_stage(contests, draw, stage, found)
    zones: tuple[ZoneDraw, ...] = ()
    seed_ = None
    if stage is Stage.DRAWN:
        header = market.client.block(closing.log.block + 1)
        seed_ = seed(draw.round, header.hash, [s for s in secrets.values() if s is not None])
        _check_seed(contests, draw, header.hash, seed_, found)
        zones = tuple(
            _zone(contests, draw, zone, rows, seed_, closing.arguments["prize"], found)
            for zone, rows in sorted(active.items())
        )
    return DrawVerdict(draw, stage, seed_, zones, tuple(found))


_Rows = tuple[list[str], list[int]]
"""A zone's entries: their owners, and their tickets."""


def _tickets(contests: Contests, draw: Draw, found: list[str]) -> dict[int, _Rows]:
    """The entries by zone; the running sums of the chain must be theirs."""
    zones: dict[int, _Rows] = defaultdict(lambda: ([], []))
    for event in contests.of(draw.round, "Entered"):
        a = event.arguments
        owners, tickets = zones[a["zone"]]
        if a["index"] != len(owners):
            found.append(f"zone {a['zone']}: entry {a['index']} is the {len(owners)}th")
        owners.append(a["account"])
        tickets.append(a["energyWh"])
        if a["tickets"] != sum(tickets):
            found.append(f"zone {a['zone']}: sum {a['tickets']}, by its entries {sum(tickets)}")
    return zones


def _secrets(
    market: Market, contests: Contests, draw: Draw, closed: int, found: list[str]
) -> dict[int, bytes | None]:
    """The servers' secrets by index, in order; None where one was withheld."""
    address = market.deployment.address(REWARDS)
    given = {e.arguments["server"]: e for e in contests.of(draw.round, "Revealed")}
    secrets: dict[int, bytes | None] = {}
    ordered = sorted(contests.of(draw.round, "Committed"), key=lambda e: e.arguments["index"])
    for committed in ordered:
        server, index = committed.arguments["server"], committed.arguments["index"]
        secrets[index] = None
        if server not in given:
            continue
        revealed = given.pop(server)
        secrets[index] = secret = revealed.arguments["secret"]
        if commitment(address, draw.round, index, secret) != committed.arguments["commitment"]:
            found.append(f"secret of {server}: it is not what was committed")
        if not closed + FIRST_REVEAL <= revealed.log.block <= closed + LAST_REVEAL:
            found.append(f"secret of {server}: revealed in block {revealed.log.block}")
    found += [f"secret of {server}: without a commitment" for server in given]
    return secrets


def _stage(contests: Contests, draw: Draw, active: int, secrets: dict[int, bytes | None]) -> Stage:
    """Where the contest should stand, by its commitments, secrets and tickets."""
    closing = contests.of(draw.round, "EntriesClosed")[0]
    commits = contests.of(draw.round, "Committed")
    servers = [count for block, count in contests.sets if commits and block <= commits[0].log.block]
    needed = quorum(servers[-1]) if servers else 1
    if active == 0 or closing.arguments["prize"] == 0 or len(commits) < needed:
        return Stage.EMPTY
    if None not in secrets.values():
        return Stage.DRAWN
    return Stage.ROLLED_OVER if contests.of(draw.round, "RolledOver") else Stage.REVEALING


def _check_stage(contests: Contests, draw: Draw, stage: Stage, found: list[str]) -> None:
    """What the chain did must be what the stage allows."""
    said = Stage(contests.of(draw.round, "EntriesClosed")[0].arguments["stage"])
    expected = Stage.EMPTY if stage is Stage.EMPTY else Stage.REVEALING
    if said is not expected:
        found.append(f"entries closed as {said.name.lower()}, due: {expected.name.lower()}")
    for name, at in (
        ("Seeded", Stage.DRAWN),
        ("Drawn", Stage.DRAWN),
        ("Claimed", Stage.DRAWN),
        ("RolledOver", Stage.ROLLED_OVER),
    ):
        if contests.of(draw.round, name) and stage is not at:
            found.append(f"{name}: the contest is {stage.name.lower()}")


def _check_seed(
    contests: Contests, draw: Draw, block_hash: bytes, seed_: bytes, found: list[str]
) -> None:
    seeded = contests.of(draw.round, "Seeded")
    if not seeded:
        found.append("seed: all secrets are there, and none was stored")
        return
    a = seeded[0].arguments
    if a["blockHash"] != block_hash:
        found.append(f"block hash: 0x{a['blockHash'].hex()}, the chain has 0x{block_hash.hex()}")
    if a["seed"] != seed_:
        found.append(f"seed: 0x{a['seed'].hex()}, recomputed 0x{seed_.hex()}")


def _zone(
    contests: Contests,
    draw: Draw,
    zone: int,
    rows: _Rows,
    seed_: bytes,
    prize: int,
    found: list[str],
) -> ZoneDraw:
    owners, own = rows
    try:
        sums = running_sums(own)
    except TicketsError as error:
        raise UserError(f"{draw}: zone {zone}: {error}") from error
    number = drawn_number(seed_, zone, sums[-1])
    index = winner_index(sums, number)
    drawn = _of_zone(contests, draw, "Drawn", zone)
    claimed = _of_zone(contests, draw, "Claimed", zone)
    if drawn is not None:
        a = drawn.arguments
        if (a["winner"], a["index"]) != (owners[index], index):
            found.append(
                f"zone {zone}: entry {a['index']} of {a['winner']} was drawn, "
                f"number {number} is held by entry {index} of {owners[index]}"
            )
    if claimed is not None:
        a = claimed.arguments
        if (a["winner"], a["prize"]) != (owners[index], prize):
            found.append(
                f"zone {zone}: {a['prize']} wei paid to {a['winner']}, "
                f"due: {prize} wei to {owners[index]}"
            )
    winner = None if drawn is None else str(drawn.arguments["winner"])
    return ZoneDraw(zone, sums[-1], number, owners[index], winner)


def _of_zone(contests: Contests, draw: Draw, name: str, zone: int) -> Event | None:
    events = [e for e in contests.of(draw.round, name) if e.arguments["zone"] == zone]
    return events[0] if events else None
