"""A price on stakes that may still be refuted is nobody's price, wherever prices are told."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from test_serve import Stream

from oracle.service.live import Head, LastHead
from oracle.service.serve import Server
from oracle.service.settings import ServiceSettings
from oracle.service.store.market_records import ProofRecord
from oracle.service.store.store import Store

LAST = 11
UNTIL = 900 * LAST + 300


@pytest.fixture
def staked(market: Store, world: SimpleNamespace) -> ProofRecord:
    """The newest of the market's postings is on stakes, and may be refuted into its period."""
    proof = ProofRecord(
        feed="electricity", epoch=LAST, tier="optimistic", bound_wei=None,
        commitment="0x" + "cc" * 32, input_block=29, servers=(world.ADA.address,),
        poster=world.ADA.address, gas_used=1, quorum=1, challengeable_until=UNTIL,
    )  # fmt: skip
    market.record_proof(proof)
    return proof


@pytest.fixture
def at(market: Store, settings: ServiceSettings, world: SimpleNamespace) -> Any:
    """What is answered at a chain time; None: the chain cannot be read."""

    def ask(time: int | None, path: str) -> Any:
        head = None if time is None else Head(1, time)
        return world.asked(market, settings, head=head).get(path)

    return ask


def told(prices: Any) -> tuple[Any, ...]:
    """Epoch and state of the price, and of those that wait."""
    newest = prices["electricity"]
    waiting = [(one["epoch"], one["state"]) for one in prices["challengeable"]]
    return newest["epoch"], newest["state"], waiting


def test_it_is_the_price_when_its_window_is_over_and_not_before(
    at: Any, staked: ProofRecord
) -> None:
    start = 900 * LAST
    for time, expected in (
        (start - 1, (LAST - 1, "current", [(LAST, "challengeable")])),
        (start, (LAST - 1, "stale", [(LAST, "challengeable")])),
        (UNTIL - 1, (LAST - 1, "stale", [(LAST, "challengeable")])),
        (UNTIL, (LAST, "current", [])),
        (start + 900, (LAST, "stale", [])),
        # Not known to be over: the chain's time is at least that of the newest posting.
        (None, (LAST - 1, "unknown", [(LAST, "unknown")])),
    ):
        assert told(at(time, "/api/prices").json()) == expected, time
    waiting = at(start, "/api/prices").json()["challengeable"][0]
    assert (waiting["challengeable_until"], waiting["demanded"]) == (UNTIL, False)
    newest = at(start, "/api/prices").json()["history"]["items"][0]
    assert (newest["epoch"], newest["challengeable_until"]) == (LAST, UNTIL)


def test_while_a_leaf_is_demanded_no_time_makes_it_a_price(
    market: Store, at: Any, staked: ProofRecord
) -> None:
    before = market.last_change()
    market.record_proof(replace(staked, demanded=(0, 7)), changed=True)
    assert [(c.kind, c.number) for c in market.changes_after(before)] == [("posting", LAST)]
    assert told(at(UNTIL, "/api/prices").json())[2] == [(LAST, "challengeable")]
    assert at(UNTIL, "/api/prices").json()["challengeable"][0]["demanded"]
    assert market.proof("electricity", LAST) == replace(staked, demanded=(0, 7))
    market.record_proof(staked, changed=True)
    assert told(at(UNTIL, "/api/prices").json())[:2] == (LAST, "current")


def test_nor_is_it_shown_or_counted_as_one(at: Any, staked: ProofRecord) -> None:
    for time, epoch in ((UNTIL - 1, LAST - 1), (UNTIL, LAST)):
        price = f"{(2 * 10**17 + epoch * 10**12) / 1e18:.6f}"
        assert f"<dd>{price}</dd>" in at(time, "/status").text
        line = f'wattmarket_price{{feed="electricity"}} {0.2 + epoch / 1e6:.6g}'
        assert line in at(time, "/metrics").text


def test_a_stream_tells_until_when(
    market: Store, settings: ServiceSettings, world: SimpleNamespace, staked: ProofRecord
) -> None:
    with Server(settings, market, live=LastHead(world.HEAD)) as server:
        stream = Stream(server.port)
        market.record_proof(replace(staked, demanded=(3,)), changed=True)
        stream.wait(lambda: bool(stream.events("posting")))
        stream.close()
    (said,) = stream.events("posting")
    assert (said["epoch"], said["challengeable_until"], said["demanded"]) == (LAST, UNTIL, True)
