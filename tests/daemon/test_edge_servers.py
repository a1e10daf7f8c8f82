"""A round by three edge servers, with crashes, silence, lies and reorganisations."""

from __future__ import annotations

import pytest
from community_of_servers import Servers
from market_lab import SCHEDULE, SERVERS

from oracle.rounds.report import Feed

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


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("who", ["leader", "all"])
def test_killed_at_any_step_the_posting_is_made_once(servers: Servers, step: str, who: str) -> None:
    begin(servers)
    leader = [key.address for key in SERVERS].index(servers.lab.market.order_of(0)[0])
    victims = [leader] if who == "leader" else [0, 1, 2]
    servers.crash_at = dict.fromkeys(victims, step)
    servers.live(12)
    for i in range(3):
        if i not in servers.running:
            servers.start(i)
    servers.live(80)
    assert servers.postings() == [("electricity", 0)]
    assert servers.alarms == []
    assert len({store.signed(Feed.ELECTRICITY, 0).digest for store in servers.stores}) == 1
