"""Anvil as a child: nothing of it stays, and what it dumped serves again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from market_lab import ADMIN, BUYER, METER, SERVERS, T0, THIRD, Lab, plan, register

from oracle import UserError
from oracle.chain.client import Client
from oracle.chain.deploy import deploy
from oracle.chain.market import Market
from oracle.chain.transactions import Sender, Transaction
from oracle.devnet import anvil
from oracle.devnet.accounts import (
    CHAIN_ID,
    DevelopmentKeysRefused,
    development_key,
    require_development_chain,
)
from oracle.devnet.ports import HOST, PortTaken, free_port
from oracle.rounds.report import Feed
from oracle.units import WAD

pytestmark = pytest.mark.node

PARENT = """
import sys, time
from pathlib import Path
from oracle.devnet import anvil
chain = anvil.start(Path(sys.argv[1]))
print(chain.process.pid, chain.url, flush=True)
time.sleep(60)
"""


def soon(reached: Callable[[], bool], seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while not reached() and time.monotonic() < deadline:
        time.sleep(0.02)
    return reached()


def alive(pid: int) -> bool:
    """Whether a process runs: one that ended and was not yet waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((HOST, port)) == 0


def test_our_chain_id_a_funded_account_and_no_other(tmp_path: Path) -> None:
    with anvil.running(tmp_path, balances={BUYER.address: 7}, timestamp=T0) as chain:
        client = Client(chain.url)
        assert client.chain_id() == CHAIN_ID
        assert client.balance(BUYER.address) == 7
        # The accounts whose keys everybody knows hold nothing.
        assert client.request("eth_accounts") == []
        assert client.balance("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266") == 0
        assert client.block().timestamp == T0


def test_it_mines_only_when_told_and_at_the_time_told(tmp_path: Path) -> None:
    with anvil.running(tmp_path, timestamp=T0) as chain:
        client = Client(chain.url)
        time.sleep(1.2)
        assert client.block().number == 0
        client.batch([("evm_setNextBlockTimestamp", [hex(T0 + 500)]), ("evm_mine", [])])
        assert (client.block().number, client.block().timestamp) == (1, T0 + 500)


def test_with_a_clock_of_its_own_it_mines_and_has_an_account_to_fund_from(tmp_path: Path) -> None:
    with anvil.running(tmp_path, block_seconds=1) as chain:
        client = Client(chain.url)
        assert soon(lambda: client.block().number >= 2)
        (account,) = client.request("eth_accounts")
        assert client.balance(account) >= 1000 * WAD
        assert abs(client.block().timestamp - time.time()) < 5


def test_blocks_keep_the_order_in_which_they_were_sent(tmp_path: Path) -> None:
    keys = [BUYER, THIRD, ADMIN]
    funds = {key.address: WAD for key in keys}
    with anvil.running(tmp_path, balances=funds) as chain:
        client = Client(chain.url)
        sender = Sender(client, CHAIN_ID)
        order = [keys[n % 3] for n in (2, 0, 1, 1, 0, 2, 0)]
        sent = sender.send([Transaction(k, ADMIN.address, b"", "pay", gas=21_000) for k in order])
        client.request("evm_mine")
        block = client.request("eth_getBlockByNumber", "latest", False)
        assert block["transactions"] == ["0x" + one.hash.hex() for one in sent]


def test_a_page_of_another_origin_gets_no_leave(tmp_path: Path) -> None:
    with anvil.running(tmp_path) as chain:
        answer = httpx.options(
            chain.url,
            headers={
                "Origin": "http://evil.example",
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "content-type",
            },
        )
        assert "access-control-allow-origin" not in answer.headers


def test_no_process_and_no_port_after_it_ends(tmp_path: Path) -> None:
    with anvil.running(tmp_path) as chain:
        pid, port = chain.process.pid, chain.port
        assert alive(pid)
        assert listening(port)
    assert not alive(pid)
    assert not listening(port)
    chain.stop()  # once more does no harm


def test_no_process_after_an_error_in_between(tmp_path: Path) -> None:
    class Oops(Exception):
        pass

    with pytest.raises(Oops), anvil.running(tmp_path) as chain:
        raise Oops
    assert not alive(chain.process.pid)


def test_funding_that_fails_leaves_no_process(tmp_path: Path) -> None:
    port = free_port()
    with pytest.raises(UserError, match="anvil_setBalance"):
        anvil.start(tmp_path, balances={"no address": 1}, port=port)
    assert not listening(port)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_process_after_its_parent_was_killed(tmp_path: Path, number: signal.Signals) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert parent.stdout is not None
    with parent:
        pid, url = parent.stdout.readline().split()
        child = int(pid)
        assert alive(child)
        assert Client(url).chain_id() == CHAIN_ID
        os.kill(parent.pid, number)
    assert soon(lambda: not alive(child))
    # It ended in order, so the chain can be resumed.
    assert soon(lambda: (tmp_path / anvil.STATE).is_file())


def test_a_taken_port_is_one_line_with_port_and_flag(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind((HOST, 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(PortTaken) as taken:
            anvil.start(tmp_path, port=port, flag="--chain-port")
    assert str(taken.value).startswith(f"--chain-port: port {port} is taken")
    assert "\n" not in str(taken.value)


@pytest.mark.parametrize("port", [0, -1, 65_536, 10**9])
def test_a_number_that_is_no_port_is_one_line(port: int) -> None:
    with pytest.raises(UserError, match=rf"^--port: {port}: must be from 1 to 65535$"):
        free_port(port)


def test_a_free_port_is_free_and_kept() -> None:
    port = free_port()
    assert free_port(port) == port


def test_a_missing_binary_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(anvil, "_NATIVE", Path("nowhere/anvil"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(anvil.AnvilError) as missing:
        anvil.start(tmp_path)
    assert "anvil is not installed" in str(missing.value)
    assert "\n" not in str(missing.value)


def test_a_binary_that_ends_at_once_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(anvil, "GAS_LIMIT", "plenty")
    with pytest.raises(anvil.AnvilError) as ended:
        anvil.start(tmp_path)
    assert str(ended.value).startswith("anvil ended at once: error: invalid value 'plenty'")
    assert "\n" not in str(ended.value)


def test_a_binary_that_cannot_be_run_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "anvil"
    broken.write_text("not a program")
    broken.chmod(0o755)
    monkeypatch.setattr(anvil, "find_anvil", lambda: broken)
    with pytest.raises(anvil.AnvilError) as refused:
        anvil.start(tmp_path)
    assert str(broken) in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("state", [None, "{", "[1, 2]"])
def test_a_state_that_cannot_be_resumed_is_one_line(tmp_path: Path, state: str | None) -> None:
    if state is not None:
        (tmp_path / anvil.STATE).write_text(state)
    with pytest.raises(anvil.AnvilError) as refused:
        anvil.start(tmp_path, resume=True)
    assert "\n" not in str(refused.value)
    assert "no message" not in str(refused.value)


def test_a_resumed_chain_serves_old_logs_calldata_and_views(tmp_path: Path) -> None:
    funds = {key.address: 10 * WAD for key in (ADMIN, BUYER, METER, *SERVERS)}
    with anvil.running(tmp_path, balances=funds, timestamp=T0 - 7200) as chain:
        client = Client(chain.url)
        first = Lab(client, Sender(client, CHAIN_ID), None)  # type: ignore[arg-type]
        deployment = deploy(client, first.sender, plan(), ADMIN, first.mine)
        lab = Lab(client, first.sender, deployment)
        register(lab)
        call = lab.call(BUYER, "declareNeed", 0, 3 * WAD)
        (receipt,) = lab.at(T0 - 2000, call)
        seen = lab.market.observe(Feed.ELECOIN, 0, receipt.block)
        events = lab.market.events(0, receipt.block)
        blocks = [client.block(n) for n in range(receipt.block + 1)]
    assert (tmp_path / anvil.STATE).is_file()

    with anvil.running(tmp_path, resume=True) as again:
        client = Client(again.url)
        deployment.check(client)
        market = Market(client, deployment)
        assert [client.block(n) for n in range(len(blocks))] == blocks
        assert market.events(0, receipt.block) == events
        assert len(events) > 10
        assert client.receipts([receipt.hash]) == [receipt]
        raw = client.request("eth_getTransactionByHash", "0x" + receipt.hash.hex())
        assert raw["input"] == "0x" + call.data.hex()
        assert market.observe(Feed.ELECOIN, 0, receipt.block) == seen
        # It goes on from there.
        lab = Lab(client, Sender(client, CHAIN_ID), deployment)
        lab.at(T0 - 1500, lab.call(BUYER, "declareTarget", 0))


def test_development_keys_differ_and_are_refused_on_other_chains() -> None:
    keys = {development_key(seed, name) for seed in range(3) for name in ("a", "b", "0 a")}
    assert len(keys) == 9
    assert all(len(key) == 32 for key in keys)
    require_development_chain(CHAIN_ID)
    for chain_id in (1, 10, 100, 137, 11_155_111):
        with pytest.raises(DevelopmentKeysRefused, match=rf"^chain id {chain_id}: .*allowed: "):
            require_development_chain(chain_id)
