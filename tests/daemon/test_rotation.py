"""The set of servers is replaced while rounds go on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from community_of_servers import DEPTH, Servers
from market_lab import ADMIN, MEMBERS, SCHEDULE, SERVERS, Lab, key

from oracle import UserError
from oracle.app.daemon.durable import Durable
from oracle.app.deploying.servers import new_set, quiet
from oracle.rounds.report import Feed
from oracle.service.store.database import Database

NEW = key("server that comes later")
A, B, C, D = ("0x" + digits * 20 for digits in ("11", "22", "33", "44"))


def test_a_set_is_checked_before_anything_is_sent() -> None:
    present = [(A, B), (B, C), (C, D)]
    assert new_set(present, [f"{D}:{A}"], [B]) == [(A, B), (C, D), (D, A)]
    for add, remove, said in (
        ([], [], "nothing would change"),
        ([], [D], "is no edge server"),
        ([], [A], "2 servers would remain"),
        ([f"{A}:{D}"], [B], "is an edge server already"),
        ([D], [B], "must be SIGNER:OPERATOR"),
        (["x:y"], [B], "must be SIGNER:OPERATOR"),
    ):
        with pytest.raises(UserError, match=said):
            new_set(present, add, remove)


@pytest.fixture
def fourth() -> Iterator[None]:
    """From its use on, the third place is another server's."""
    former = SERVERS[2]
    yield
    SERVERS[2] = former


def rotated(lab: Lab, when: int) -> None:
    operators = [member.address for member in MEMBERS]
    pairs = [
        (server.address, operator)
        for server, operator in zip([*SERVERS[:2], NEW], operators, strict=True)
    ]
    lab.at(when, lab.call(ADMIN, "setEdgeServers", pairs))


@pytest.mark.node
@pytest.mark.usefixtures("fourth")
def test_rounds_go_on_and_the_old_sets_reports_die_with_it(
    servers: Servers, tmp_path: Path
) -> None:
    lab, market = servers.lab, servers.lab.market
    deadline = SCHEDULE.declaration_deadline(0)
    assert quiet(market, lab.client.block(), 1.0)
    servers.declare(0)
    assert not quiet(market, lab.client.block(), 4.0), "the window is about to open"
    servers.mine(deadline, DEPTH + 1)
    servers.cut = {(i, j) for i in range(3) for j in range(3)}
    servers.tick()
    assert not quiet(market, lab.client.block(), 1.0), "signed, not posted"
    servers.cut = set()
    # Against the command's advice: in the middle of a round.
    rotated(lab, servers.now + 1)
    servers.now += 1
    servers.live(60)
    assert servers.postings() == [], "what the old set signed is dead"
    assert all(store.signed(Feed.ELECTRICITY, 0).report.signer_set == 1 for store in servers.stores)
    said = {note.text for _, note in servers.notes}
    assert "the set of servers was replaced: its reports died with it" in said

    # Who left signs nothing; who came signs with the others, and one of the old may be down.
    servers.declare(1)
    left = servers.running.pop(2)
    SERVERS[2] = NEW
    database = Database(tmp_path / "new.sqlite", durable=True)
    database.upgrade()
    servers.stores.append(servers.stores[2])
    servers.stores[2] = Durable(database, market.domain, NEW.address)
    servers.start(2)
    servers.stop(0)
    servers.mine(SCHEDULE.declaration_deadline(1), DEPTH + 1)
    left.tick()
    servers.live(60)
    assert servers.postings() == [("electricity", 1)]
    assert servers.stores[3].signed(Feed.ELECTRICITY, 1) is None
    assert servers.stores[2].signed(Feed.ELECTRICITY, 1).report.signer_set == 2
    assert quiet(market, lab.client.block(), 1.0), "posted, though the window is open"
    database.dispose()
