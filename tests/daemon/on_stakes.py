"""A market whose servers post on stakes, of which two collude and one watches."""

from __future__ import annotations

from dataclasses import replace

from community_of_servers import Servers
from market_lab import SCHEDULE, SERVERS

from oracle.chain.market import ORACLE
from oracle.chain.transactions import Transaction
from oracle.rounds.agree import vote
from oracle.rounds.certificate import certificate
from oracle.rounds.certify import ClearingTotals, clearing_contribution, clearing_totals
from oracle.rounds.merkle_sum import MerkleSumTree
from oracle.rounds.observe import Observation
from oracle.rounds.oracle_terms import MINIMUM_BOND
from oracle.rounds.posting import calldata, signed_root
from oracle.rounds.price import price
from oracle.rounds.report import Feed, Report
from oracle.rounds.words import PostedValue
from oracle.units import WAD

DEADLINE = SCHEDULE.declaration_deadline(0)
WATCHING, LIARS = 0, SERVERS[1:]


def bonded(servers: Servers) -> Observation:
    """Stakes are there, the liars' servers do not run, and electricity:0 may be priced."""
    for i in (1, 2):
        servers.stop(i)
    market = servers.lab.market
    servers.lab.at(
        DEADLINE - 60,
        *(market.transaction(s, "bond", value=MINIMUM_BOND, contract=ORACLE) for s in LIARS),
    )
    servers.declare()
    servers.mine(DEADLINE)
    return market.observe(Feed.ELECTRICITY, 0, servers.lab.client.block().number - 1)


def false_report(seen: Observation) -> tuple[Report, bytes]:
    """A price that its tree proves, and a tree whose first leaf is made up."""
    priced = price(seen)
    assert priced is not None
    ticks = priced.report.posted.price_ticks + 10_000
    parts = [clearing_contribution(t, seen.floor_ticks, ticks) for t in seen.targets]
    rest = clearing_totals(seen.targets[1:], seen.floor_ticks, ticks)
    parts[0] = ClearingTotals(
        demand=max(0, rest.supply - rest.demand),
        slopes=1 << 90,
        supply=max(0, rest.demand - rest.supply),
    )
    tree = MerkleSumTree.of(seen.declared, [part.as_words() for part in parts])
    proof = replace(certificate(seen, priced.report.posted, inline_gas_limit=0), tree=tree)
    root = signed_root(proof, Feed.ELECTRICITY, seen.commitment)
    value = PostedValue(ticks, WAD, WAD).pack()
    return replace(priced.report, value=value, root=root), calldata(proof, Feed.ELECTRICITY)


def posted(servers: Servers, report: Report, proof: bytes, when: int) -> Transaction:
    market = servers.lab.market
    votes = [vote(report, market.domain, liar).signature for liar in LIARS]
    transaction = market.post(LIARS[0], report, votes, proof)
    servers.lab.at(when, transaction)
    servers.now = when
    return transaction


def reward_of(servers: Servers, i: int) -> int:
    (reward,) = servers.lab.market.read("rewardOf", SERVERS[i].address, contract=ORACLE)
    return int(reward)
