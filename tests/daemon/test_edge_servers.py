"""A round by three edge servers, with crashes, silence, lies and reorganisations."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from community_of_servers import Servers
from market_lab import SCHEDULE, SERVERS, Lab

from oracle.app.daemon.durable import MOST_REPORTS
from oracle.chain.market import Market
from oracle.rounds.duty import duty
from oracle.rounds.peer_messages import PeerMessageError, share, to_json
from oracle.rounds.report import Feed, Report
from tests.backends import Places

pytestmark = pytest.mark.node

DEADLINE = SCHEDULE.declaration_deadline(0)
STEPS = (
    "priced", "claimed", "signed", "kept", "told", "built", "enqueued", "sent", "broadcast",
    "mined", "final",
)  # fmt: skip


def begin(servers: Servers) -> None:
    """The deadline has just passed, and the input block is deep enough."""
    servers.declare()
    servers.mine(DEADLINE, 4)


def test_a_round_is_posted_once(servers: Servers) -> None:
    begin(servers)
    servers.live(60)
    assert servers.postings() == [("electricity", 0)]
    assert servers.alarms == []


def test_nothing_is_signed_before_the_input_block_is_deep(servers: Servers) -> None:
    servers.declare()
    servers.mine(DEADLINE, 2)
    servers.tick()
    assert all(store.signed(Feed.ELECTRICITY, 0) is None for store in servers.stores)
    servers.mine(DEADLINE + 2)
    servers.tick()
    assert all(store.signed(Feed.ELECTRICITY, 0) is not None for store in servers.stores)


def kill_and_go_on(servers: Servers, victims: list[int], step: str) -> None:
    begin(servers)
    servers.crash_at = dict.fromkeys(victims, step)
    servers.live(12)
    for i in range(3):
        if i not in servers.running:
            servers.start(i)
    servers.live(80)
    assert servers.postings() == [("electricity", 0)]
    assert servers.alarms == []
    assert len({store.signed(Feed.ELECTRICITY, 0).digest for store in servers.stores}) == 1


def test_with_stores_on_postgresql_it_is_the_same(lab: Lab, places: Places, tmp_path: Path) -> None:
    urls = [places.empty("postgresql") for _ in range(3)]
    with Servers.of(lab, tmp_path, urls) as servers:
        kill_and_go_on(servers, [0, 1, 2], "built")
        assert {store.database.engine.dialect.name for store in servers.stores} == {"postgresql"}


@pytest.mark.chaos
@pytest.mark.parametrize("step", STEPS)
def test_all_killed_at_any_step_the_posting_is_made_once(servers: Servers, step: str) -> None:
    kill_and_go_on(servers, [0, 1, 2], step)


def test_a_server_that_is_down_or_unheard_is_not_needed(servers: Servers) -> None:
    servers.stop(1)
    begin(servers)
    servers.live(60)
    assert servers.postings() == [("electricity", 0)]


def test_with_two_down_nothing_is_posted_and_one_back_is_enough(servers: Servers) -> None:
    servers.stop(0)
    servers.stop(1)
    begin(servers)
    servers.live(40)
    assert servers.postings() == []
    servers.start(0)
    servers.live(80)
    assert servers.postings() == [("electricity", 0)]


def test_who_signed_before_a_reorganisation_leaves_the_epoch_out(servers: Servers) -> None:
    begin(servers)
    servers.cut = {(i, j) for i in range(3) for j in range(3)}
    servers.tick()
    signed = [store.signed(Feed.ELECTRICITY, 0) for store in servers.stores]
    # Deeper than the depth: another block stands where the input block was.
    servers.lab.client.request("anvil_reorg", 5, [])
    servers.cut = set()
    servers.now = servers.lab.client.block().timestamp
    servers.mine(max(servers.now + 1, DEADLINE + 4), 6)
    servers.live(40)
    assert servers.postings() == []
    assert [store.signed(Feed.ELECTRICITY, 0) for store in servers.stores] == signed


def test_two_reports_of_one_signer_are_kept_and_raise_an_alarm(servers: Servers) -> None:
    begin(servers)
    servers.tick()
    ours = servers.stores[0].signed(Feed.ELECTRICITY, 0)
    assert ours is not None
    domain, liar = servers.lab.market.domain, SERVERS[2]
    other = replace(ours.report, value=ours.report.value + 1)
    lie = share(
        other, liar.sign_digest(other.digest(domain)), domain, liar, SERVERS[0].address,
        SCHEDULE.start_of(0),
    )  # fmt: skip
    servers.running[0].hear(to_json(lie, domain))
    assert servers.stores[0].equivocations() == 1
    assert [note.text for note in servers.alarms] == [
        f"{liar.address} signed two reports for electricity:0: both are kept"
    ]
    servers.live(60)
    assert servers.postings() == [("electricity", 0)]


def test_a_member_of_the_set_cannot_fill_the_store(servers: Servers) -> None:
    begin(servers)
    servers.tick()
    ours = servers.stores[0].signed(Feed.ELECTRICITY, 0)
    assert ours is not None
    domain, liar = servers.lab.market.domain, SERVERS[2]

    def tell(report: Report) -> None:
        signature = liar.sign_digest(report.digest(domain))
        receiver, expires = SERVERS[0].address, 2**40
        servers.running[0].hear(
            to_json(share(report, signature, domain, liar, receiver, expires), domain)
        )

    for more in range(1, 9):
        tell(replace(ours.report, value=ours.report.value + more))
    heard = servers.stores[0].heard(Feed.ELECTRICITY, 0)
    assert sum(one.sender == liar.address for one in heard) == MOST_REPORTS
    for epoch in (1 + 86_400 // SCHEDULE.period, 2**24 - 1):
        with pytest.raises(PeerMessageError, match="not open"):
            tell(replace(ours.report, epoch=epoch))
        assert servers.stores[0].heard(Feed.ELECTRICITY, epoch) == []


def test_a_block_without_the_market_is_a_quiet_one(servers: Servers) -> None:
    """As the input blocks of the first epochs are, when they are older than the deployment."""
    begin(servers)
    server, deployment = servers.running[0], servers.lab.deployment
    nowhere = deployment.contracts | {"ElectricityTrading": "0x" + "0d" * 20}
    server.market = Market(servers.lab.client, replace(deployment, contracts=nowhere))
    server._work(duty(SCHEDULE, Feed.ELECTRICITY, 0), servers.lab.client.block())
    assert [note.text for i, note in servers.notes if i == 0] == ["quiet"]


def test_a_paused_server_signs_nothing(servers: Servers) -> None:
    servers.stores[0].pause(True)
    begin(servers)
    servers.live(40)
    assert servers.stores[0].signed(Feed.ELECTRICITY, 0) is None
    assert servers.postings() == [("electricity", 0)]
    assert servers.stores[0].paused()


def test_a_dry_run_signs_nothing(servers: Servers) -> None:
    servers.stop(0)
    servers.start(0, dry_run=True)
    begin(servers)
    servers.live(20)
    assert servers.stores[0].signed(Feed.ELECTRICITY, 0) is None
    assert any("dry run: would sign" in note.text for i, note in servers.notes if i == 0)
