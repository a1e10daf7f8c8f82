"""`wattmarket run --node URL`: a market on a chain whose clock is its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oracle import UserError
from oracle.app.day.options import RunOptions, check
from oracle.app.day.pace import ChainPace
from oracle.app.day.run import run
from oracle.chain.client import ChainError, Client
from oracle.chain.deployment import Deployment
from oracle.chain.market import Market
from oracle.chain.transactions import Sender
from oracle.cli import main
from oracle.devnet import anvil
from oracle.devnet.ports import free_port
from tests.app.conftest import atoll

pytestmark = pytest.mark.node

PERIOD = 20
"""Seconds: whoever acts has windows of a third of that, on a machine that does much else."""


@pytest.fixture
def community(tmp_path: Path) -> Path:
    return atoll(tmp_path)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "anvil"
    folder.mkdir()
    with anvil.running(folder, block_seconds=1) as chain:
        yield chain.url


def perform(community: Path, url: str, seconds: int, folder: Path) -> dict[str, Any]:
    """The report of two periods on the chain at `url`."""
    options = RunOptions(
        community=community,
        node=url,
        period_seconds=seconds,
        periods=2,
        forecast="perfect",
        folder=folder,
    )
    return run(check(options), lambda done, total, what: None, lambda outcome, address: None).report


def test_two_periods_by_the_chains_own_clock(
    url: str, community: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    report = perform(community, url, PERIOD, folder)
    assert report["periods"] == 2
    assert report["energy_traded_wh"] > 900
    # More is wanted than the roof gives: the price is above its feed-in.
    assert all(0.0825 < price < 0.3 for price in report["electricity_price"])
    assert len(report["elecoin_price"]) == 1
    roof, inn = report["members"]["roof"], report["members"]["inn"]
    assert roof["sold_wh"] == inn["bought_wh"] == report["energy_traded_wh"]
    for member in (roof, inn):
        assert (
            member["generated_wh"] + member["bought_wh"] + member["imported_wh"]
            == member["consumed_wh"] + member["sold_wh"] + member["exported_wh"]
        )
        assert member["saving"] >= 0

    # What the chain says: each thing happened within its window.
    client = Client(url)
    deployment = Deployment.load(folder / "deployment.toml")
    deployment.check(client)
    market, clock = Market(client, deployment), deployment.schedule
    assert clock.period == PERIOD
    events = market.events(0, client.block().number)
    blocks = {event.log.block for event in events}
    when = {number: client.block(number).timestamp for number in blocks}
    traded = [event for event in events if event.name == "Traded"]
    assert [event.arguments["period"] for event in traded] == [0, 1]
    for event in traded:
        period, at = event.arguments["period"], when[event.log.block]
        assert clock.reading_deadline(period) <= at < clock.trading_end(period)
    declared = [event for event in events if event.name == "TargetDeclared"]
    assert len(declared) == 4
    for event in declared:
        deadline = clock.declaration_deadline(event.arguments["period"])
        assert when[event.log.block] < deadline

    assert main(["verify", "--all", "--node", url, "--folder", str(folder)]) == 0
    assert "3 of 3 equal" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (10, "--period-seconds: 10: schedule.declaration_lead: 3: at least 4 s (0 + 4 blocks)"),
        (900, "--period-seconds: 900: schedule.declaration_lead: 300: at most 200 s (200 blocks)"),
    ],
)
def test_periods_that_do_not_fit_the_blocks_are_one_line_and_cost_nothing(
    url: str, community: Path, tmp_path: Path, seconds: int, said: str
) -> None:
    with pytest.raises(UserError) as refused:
        perform(community, url, seconds, tmp_path / "run")
    assert str(refused.value) == said
    client = Client(url)
    blocks = [
        client.request("eth_getBlockByNumber", hex(n), False)
        for n in range(client.block().number + 1)
    ]
    assert not any(block["transactions"] for block in blocks)


def test_a_node_that_is_not_there_is_one_line(community: Path, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(UserError, match=f"^{re.escape(url)}: no node answers there$"):
        perform(community, url, PERIOD, tmp_path / "run")


def test_a_chain_that_stands_still_is_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "anvil"
    folder.mkdir()
    with anvil.running(folder) as chain:
        client = Client(chain.url)
        slept: list[float] = []
        pace = ChainPace(client, Sender(client, client.chain_id()), sleep=slept.append, patience=3)
        with pytest.raises(ChainError, match=r"^http://.*: no new block for 3 s$"):
            pace.input_block(client.block().timestamp + 1000)
        assert 3 <= sum(slept) < 4
