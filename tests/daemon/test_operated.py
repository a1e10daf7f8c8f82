"""What an operator does while rounds go on: another set of servers, a lost one from its backup."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from market_lab import ADMIN, MEMBERS, SERVERS, key
from processes import PASSWORD, ROOT, Network, network

from oracle.app.daemon.keystore import write_keystore
from oracle.devnet.ports import free_port
from oracle.rounds.report import Feed
from oracle.units import WAD

pytestmark = [pytest.mark.node, pytest.mark.chaos, pytest.mark.timeout(900)]

NEW = key("server that comes later")


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Network]:
    """Three servers, and the keys and the place of a fourth."""
    with network(tmp_path) as made:
        SERVERS.append(NEW)
        made.ports.append(free_port())
        made.lab.client.request("anvil_setBalance", NEW.address, hex(10 * WAD))
        try:
            yield made
        finally:
            SERVERS.remove(NEW)


def command(*words: str | Path, status: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "oracle.cli", *map(str, words)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def priced(market: Network) -> int:
    """Declares for the next period that can be; returns when it has begun, priced once."""
    period = market.next_period()
    market.declare(period)
    market.wait_until(market.clock.start_of(period))
    said = "".join(market.said(i) for i in market.running)
    assert market.postings().count((int(Feed.ELECTRICITY), period)) == 1, said
    return period


def test_the_set_changes_and_a_lost_server_comes_back(market: Network) -> None:
    folder = market.folder
    write_keystore(folder / "admin.json", ADMIN.key, PASSWORD, iterations=2)
    for i in range(4):
        market.start(i)
    market.ready(0, 1, 2, 3)
    password = folder / "server-0" / "password"
    command("backup", "--config", market.config(0), "--to", folder / "server-0.backup")
    priced(market)

    chain = ("--deployment", folder / "deployment.toml", "--node", market.lab.client.url)
    office = ("--keystore", folder / "admin.json", "--password-file", password)
    joins = f"{NEW.address}:{MEMBERS[2].address}"
    said = command(
        "servers", "rotate", *chain, *office, "--remove", SERVERS[2].address, "--add", joins
    )
    assert said.splitlines()[1].startswith("set 2: ")
    assert NEW.address in command("servers", "show", *chain)
    # Who left ends; one of the two that stay is lost, and two of the new set are enough.
    assert market.stop(2) == 0
    market.kill(0)
    priced(market)

    # It comes back from a backup that knows nothing of what it signed and sent since.
    shutil.rmtree(folder / "server-0")
    secret = folder / "password"
    secret.touch(0o600)
    secret.write_text(PASSWORD)
    command(
        "restore", folder / "server-0.backup", "--folder", folder / "server-0",
        "--password-file", secret,
    )  # fmt: skip
    sent = market.lab.client.nonce(SERVERS[0].address)
    log = (folder / "server-0.log").open("ab")
    market.running[0] = subprocess.Popen(
        [sys.executable, "-m", "oracle.cli", "oracle", "start", "--config",
         folder / "server-0" / "oracle.toml"],
        cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
    )  # fmt: skip
    market.ready(0)
    assert "the store is a restored one" in market.said(0)
    market.kill(1)
    priced(market)
    client = market.lab.client
    assert client.mined_nonce(SERVERS[0].address) >= sent, "no nonce was lost"
    for i in (0, 3):
        assert "signed two reports" not in market.said(i)
