"""`oracle bond`, `unbond` and `withdraw`: through the outbox of a server that runs, or does not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from community_of_servers import DEPTH, PASSWORD, Servers
from market_lab import SCHEDULE, SERVERS
from on_stakes import DEADLINE, WATCHING, bonded, false_report, posted

from oracle import UserError
from oracle.chain.market import ORACLE
from oracle.cli.edge_server import oracle
from oracle.rounds.oracle_terms import MINIMUM_BOND
from oracle.units import WAD

pytestmark = pytest.mark.node

OURS = SERVERS[WATCHING]


@pytest.fixture
def config(servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PASSWORD_OF_A_SERVER", PASSWORD)
    return servers.config(tmp_path, WATCHING)


def said(config: Path, *words: str, code: int = 0) -> str:
    """What a command prints. Raises what it refuses with."""
    line = [*words, "--config", str(config)]
    result = CliRunner().invoke(oracle, line, standalone_mode=False, catch_exceptions=False)
    assert result.return_value == code
    return result.output


def stake(servers: Servers) -> tuple[int, int, int]:
    (held,) = servers.lab.market.read("bondOf", OURS.address, contract=ORACLE)
    return tuple(held)


@contextmanager
def blocks(servers: Servers) -> Iterator[None]:
    """The chain goes on by itself, from where what is final has blocks of this test.

    Anvil may have forgotten the state of older ones.
    """
    servers.lab.client.request("anvil_mine", hex(DEPTH))
    over = threading.Event()

    def go_on() -> None:
        while not over.wait(0.05):
            servers.lab.client.request("evm_mine")

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_a_running_server_sends_it_beside_its_postings(servers: Servers, config: Path) -> None:
    servers.declare()
    servers.mine(DEADLINE, DEPTH + 1)
    servers.tick()
    assert "bond: 1.5 coins to the stake, nonce" in said(config, "bond", "1.5")
    assert "one is on its way already" in said(config, "bond", "1.5")
    servers.live(60)
    assert stake(servers)[0] == 3 * WAD // 2
    assert servers.postings() == [("electricity", 0)]
    assert servers.stores[WATCHING].open_entries(OURS.address) == []
    # Once it is final, the same words ask for more.
    said(config, "bond", "0.000000000000000001")
    servers.live(20)
    assert stake(servers)[0] == 3 * WAD // 2 + 1


def test_a_dry_run_sends_nothing_that_waits(servers: Servers, config: Path) -> None:
    servers.declare()
    servers.start(WATCHING, dry_run=True)
    said(config, "bond", "1")
    servers.live(20)
    assert stake(servers)[0] == 0
    servers.start(WATCHING)
    servers.live(20)
    assert stake(servers)[0] == WAD


def test_a_stake_leaves_when_its_delay_is_over(servers: Servers, config: Path) -> None:
    servers.stop(WATCHING)
    config.write_text("poll_seconds = 0.05\n" + config.read_text())
    with blocks(servers):
        assert said(config, "bond", "2", "--here").endswith("bond: final\n")
        told = said(config, "unbond", "1.25", "--here")
    terms = servers.lab.market.oracle_terms()
    assert f"{terms.unbond_delay} s after" in told
    assert "Below 1 coins" in told
    staked, leaving, leaves_at = stake(servers)
    assert (staked, leaving) == (3 * WAD // 4, 5 * WAD // 4)
    told = said(config, "withdraw")
    assert "1.25 coins of the stake leave at" in told
    assert "nothing to withdraw" in told
    servers.mine(leaves_at)
    before = servers.lab.client.balance(OURS.address)
    with blocks(servers):
        assert said(config, "withdraw", "--here").endswith("withdrawBond: final\n")
    assert stake(servers)[:2] == (3 * WAD // 4, 0)
    assert servers.lab.client.balance(OURS.address) == pytest.approx(
        before + 5 * WAD // 4, rel=1e-5
    )


def test_who_refuted_a_price_gets_her_reward(servers: Servers, config: Path) -> None:
    report, proof = false_report(bonded(servers))
    posted(servers, report, proof, DEADLINE + 1)
    servers.live(20)
    before = servers.lab.client.balance(OURS.address)
    assert "withdrawReward: 1 coins for challenges" in said(config, "withdraw")
    servers.live(20)
    after = servers.lab.client.balance(OURS.address)
    assert after == pytest.approx(before + MINIMUM_BOND, rel=1e-5)
    assert "nothing to withdraw" in said(config, "withdraw")


def test_what_cannot_be_done_is_a_line_and_nothing_is_stored(
    servers: Servers, config: Path
) -> None:
    for words, why in (
        (("bond", "much"), "AMOUNT: much: must be coins, such as 1.5"),
        (("bond", "0"), "must be coins above 0"),
        (("bond", "NaN"), "must be coins above 0"),
        (("bond", "1e-19"), "a coin has 18 decimals"),
        (("bond", "5000"), r"AMOUNT: 5000: the key has \d+(\.\d+)? coins"),
        (("unbond", "1"), "AMOUNT: 1: the stake is 0 coins"),
    ):
        with pytest.raises(UserError, match=why):
            said(config, *words)
    servers.stores[WATCHING].set_restored(True)
    with pytest.raises(UserError, match="does not know of all that its key sent"):
        said(config, "bond", "1")
    assert servers.stores[WATCHING].next_nonce(OURS.address) == 0


def test_a_key_that_another_program_used_is_left_alone(servers: Servers, config: Path) -> None:
    market = servers.lab.market
    bond = market.transaction(OURS, "bond", value=WAD, contract=ORACLE)
    servers.lab.at(SCHEDULE.declaration_deadline(0) - 60, bond)
    with pytest.raises(UserError, match="does not know of all that its key sent"):
        said(config, "unbond", "1")
