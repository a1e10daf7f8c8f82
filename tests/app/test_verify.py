"""What `verify` finds: prices that every server agreed on and that are wrong all the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from eth_utils.crypto import keccak

from oracle.app.verify.postings import Posting, floor_ticks, read_history, verify
from oracle.chain.market import ORACLE
from oracle.chain.transactions import TransactionFailed
from oracle.rounds.agree import vote
from oracle.rounds.certificate import pack_targets
from oracle.rounds.certify import ClearingTotals, clearing_contribution, clearing_totals
from oracle.rounds.merkle_sum import MerkleSumTree
from oracle.rounds.observe import Observation
from oracle.rounds.oracle_terms import MINIMUM_BOND
from oracle.rounds.price import price
from oracle.rounds.report import Feed
from oracle.rounds.words import PostedValue
from oracle.units import TICK, WAD
from tests.app.test_servers_down_or_lying import day_with, honest, lying

pytestmark = pytest.mark.node


def test_a_price_that_all_servers_falsified_is_refused_by_the_chain(tmp_path: Path) -> None:
    with (
        day_with(tmp_path, *[lying(50_000)] * 3) as day,
        pytest.raises(TransactionFailed, match="post: NotClearing"),
    ):
        day.run()


def test_a_false_price_posted_on_stakes_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All servers sign a tree whose first leaf makes the price look right; nobody challenges."""
    # As in a market too large for inline proofs; in a small one the chain refuses the posting.
    monkeypatch.setattr("oracle.rounds.oracle_terms.INLINE_MEMBERS", 0)
    with day_with(tmp_path, honest, honest, honest) as day:
        market, servers = day.market, [server.signer for server in day.roster.servers]
        for phase in day.phases():
            if phase.action == "price electricity":
                break
            day.perform(phase)
        day.pace.perform(
            phase.when - 30,
            [market.transaction(s, "bond", value=MINIMUM_BOND, contract=ORACLE) for s in servers],
        )
        seen = market.observe(Feed.ELECTRICITY, 0, day.pace.input_block(phase.when).number)
        priced = price(seen)
        assert priced is not None
        ticks = priced.report.posted.price_ticks + 10_000
        tree = _false_tree(seen, ticks)
        words = tree.root.encoded() + tree.count.to_bytes(32, "big")
        value = PostedValue(ticks, WAD, WAD).pack()
        report = replace(priced.report, value=value, root=keccak(words))
        votes = [vote(report, market.domain, server).signature for server in servers[:2]]
        day.pace.perform(phase.when, [market.post(servers[0], report, votes, b"\3" + words)])
        assert market.electricity_posting(0) is None
        verdict = verify(market, read_history(market), Posting(Feed.ELECTRICITY, 0))
        assert verdict.posted == ticks != verdict.recomputed
        assert any("value" in difference for difference in verdict.differences)

        tip = (report.as_tuple(), (tree.root.as_tuple(), tree.count), pack_targets(seen.declared))
        refute = market.transaction(servers[2], "refuteClearing", *tip, contract=ORACLE)
        day.pace.perform(phase.when + 5, [refute])
        (reward,) = market.read("rewardOf", servers[2].address, contract=ORACLE)
        assert reward == MINIMUM_BOND
        verdict = verify(market, read_history(market), Posting(Feed.ELECTRICITY, 0))
        assert verdict.posted is None
        assert "voided by a challenge" in verdict.differences[0]


def _false_tree(seen: Observation, ticks: int) -> MerkleSumTree:
    parts = [clearing_contribution(t, seen.floor_ticks, ticks) for t in seen.targets]
    rest = clearing_totals(seen.targets[1:], seen.floor_ticks, ticks)
    demand = max(0, rest.supply - rest.demand)
    supply = max(0, rest.demand - rest.supply)
    parts[0] = ClearingTotals(demand=demand, slopes=1 << 90, supply=supply)
    return MerkleSumTree.of(seen.declared, [part.as_words() for part in parts])


def test_a_price_that_was_kept_back_is_found(tmp_path: Path) -> None:
    with day_with(tmp_path, honest, honest, honest) as day:
        silent = [phase for phase in day.phases() if phase.action != "price electricity"]
        for phase in silent:
            day.perform(phase)
        verdict = verify(day.market, read_history(day.market), Posting(Feed.ELECTRICITY, 0))
        assert verdict.posted is None
        assert "not posted" in verdict.differences[0]


def test_the_floor_follows_every_change_of_the_constants(tmp_path: Path) -> None:
    """Changes made while one waits replace it; those made after it took hold follow it."""
    with day_with(tmp_path, honest, honest, honest) as day:
        market, pace, schedule = day.market, day.pace, day.market.schedule
        administrator = day.roster.administrator
        made = [(2, 60_000), (3, 90_000), (schedule.epoch_periods + 12, 70_000)]
        for period, feed_in in made:
            change = market.transaction(administrator, "setConstants", feed_in, 1000, 50)
            pace.perform(schedule.start_of(period), [change])
        history = read_history(market)
        last = schedule.epoch_periods + 12
        for period in range(last, last + 2 * schedule.epoch_periods):
            (contract,) = market.read("floorPrice", period)
            assert floor_ticks(market, history.constants, period) * TICK == contract
