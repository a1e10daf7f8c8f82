"""The market on a network of three Geth nodes: what the commands do there, brownie among them."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from oracle.chain.client import Client
from oracle.chain.deployment import Deployment
from oracle.chain.market import Market
from oracle.cli import main
from oracle.devnet import background
from oracle.devnet.geth import faucet_key, files
from oracle.rounds.report import Feed
from tests.app.conftest import atoll, command

pytestmark = [pytest.mark.node, pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parents[2]
BROWNIE = (ROOT / ".venv-brownie" / "bin" / "python", ROOT / "packaging" / "brownie_run.py")


def spoken(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main([str(word) for word in arguments]) == 0
    return capsys.readouterr().out


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A run's folder with a network in it; nothing of that is left at the end."""
    run = tmp_path_factory.mktemp("run")
    place = run / "devnet"
    assert main(["devnet", "up", "--node", "geth", "--nodes", "3", "--folder", str(place)]) == 0
    facts = files.load(place)
    holder = background.holder(place)
    assert holder is not None
    nodes = children(holder)
    assert len(nodes) == 3
    try:
        yield run
    finally:
        assert main(["devnet", "down", "--folder", str(place)]) == 0
    assert not place.exists()
    assert not Path(facts.nodes[0].socket).parent.exists()
    assert not any(map(alive, (holder, *nodes)))


def children(process: int) -> list[int]:
    pids = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(pid) for pid in pids]


def alive(process: int) -> bool:
    """Whether it runs: one that ended and was not waited for does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@dataclass
class Finished:
    """The runs that shared the network: their folders; brownie's deployment."""

    default: Path
    atoll: Path
    brownie: dict[str, Any]


@pytest.fixture(scope="module")
def finished(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The default community, two traders at noon and brownie, programs that run side by side."""
    other = tmp_path_factory.mktemp("atoll")
    (other / "run").mkdir()
    (other / "run" / "devnet").symlink_to(folder / "devnet")
    runs = {
        folder: command(
            "run", "--node", "geth", "--periods", 4, "--folder", folder,
            "--report", folder / "report.json",
        ),
        other / "run": command(
            "run", atoll(other), "--node", "geth", "--periods", 2, "--seed", 1, "--forecast",
            "perfect", "--folder", other / "run", "--report", other / "run" / "report.json",
        ),
    }  # fmt: skip
    environment = dict(
        os.environ,
        PYTHONPATH=str(ROOT),
        WATTMARKET_DEVNET=str(folder / "devnet"),
        WATTMARKET_DEPLOYMENT=str(folder / "brownie.toml"),
        WATTMARKET_DEPTH="3",
    )
    line = [*map(str, BROWNIE), "run", "deploy", "--network", "wattmarket-geth"]
    with contextlib.ExitStack() as stack:
        programs = {}
        # The node gives each its coins from one account: one after the other.
        for place, words in runs.items():
            programs[place / "said"] = stack.enter_context(said(words, place / "said", environment))
            await_deployed(programs[place / "said"], place)
        output = folder / "brownie.said"
        programs[output] = stack.enter_context(said(line, output, environment))
        for output, program in programs.items():
            assert program.wait() == 0, output.read_text()
    return Finished(folder, other / "run", tomllib.loads((folder / "brownie.toml").read_text()))


@contextlib.contextmanager
def said(
    line: list[str], output: Path, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    with output.open("wb") as log:
        program = subprocess.Popen(
            line, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        yield program
    finally:
        program.terminate()
        program.wait()


def await_deployed(program: subprocess.Popen[bytes], folder: Path) -> None:
    while not (folder / "deployment.toml").exists():
        assert program.poll() is None, (folder / "said").read_text()
        time.sleep(0.2)


def test_every_node_is_at_the_head_with_two_peers_and_a_signer_of_its_own(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.loads(spoken(capsys, "devnet", "status", "--json", "--folder", folder / "devnet"))
    assert [one["peers"] for one in found] == [2, 2, 2]
    heads = [one["head"]["number"] for one in found]
    assert min(heads) >= 3
    assert max(heads) - min(heads) <= 2
    signers = {one["signer"].lower() for one in found}
    assert len(signers) == 3
    assert {one["sealed_by"] for one in found} <= signers
    table = spoken(capsys, "devnet", "status", "--folder", folder / "devnet").splitlines()
    assert len(table) == 4
    assert all(one["signer"] in row for one, row in zip(found, table[1:], strict=True))
    # Whoever reaches a node can spend what its sealer has: that is next to nothing.
    client = Client(found[0]["url"])
    assert all(client.balance(one["signer"]) < 10**12 for one in found)
    assert client.request("eth_accounts")[0].lower() == address_of(faucet_key())


def address_of(key: bytes) -> str:
    from oracle.chain.signer import Signer

    return Signer(key).address.lower()


def test_a_second_network_in_the_folder_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["devnet", "up", "--folder", str(folder / "devnet")]) == 2
    assert "a chain is up there" in capsys.readouterr().err


def test_the_default_day_runs_and_every_node_verifies_it(
    finished: Finished, capsys: pytest.CaptureFixture[str]
) -> None:
    report = json.loads((finished.default / "report.json").read_text())
    assert report["periods"] == 4
    assert all(price is not None for price in report["electricity_price"])
    served = background.served(finished.default / "devnet")
    assert served is not None
    for url in served.urls:
        Deployment.load(finished.default / "deployment.toml").check(Client(url))
    last = ("--node", served.urls[2], "--folder", finished.default)
    assert "4 of 4 equal" in spoken(capsys, "verify", "--all", *last)


def test_what_is_traded_on_geth_is_metered_paid_and_verified(
    finished: Finished, capsys: pytest.CaptureFixture[str]
) -> None:
    report = json.loads((finished.atoll / "report.json").read_text())
    assert report["energy_traded_wh"] > 900
    roof, inn = report["members"]["roof"], report["members"]["inn"]
    assert roof["sold_wh"] == inn["bought_wh"] == report["energy_traded_wh"]
    served = background.served(finished.atoll / "devnet")
    assert served is not None
    url = served.urls[1]
    assert "3 of 3 equal" in spoken(
        capsys, "verify", "--all", "--node", url, "--folder", finished.atoll
    )
    # Servers read a block that had others on it: no posting is younger than the depth.
    client = Client(url)
    deployment = Deployment.load(finished.atoll / "deployment.toml")
    assert deployment.depth == served.depth == 3
    clock = deployment.schedule
    posted = [
        event
        for event in Market(client, deployment).events(0, client.block().number)
        if event.name == "Posted" and event.arguments["feed"] == Feed.ELECTRICITY
    ]
    assert len(posted) == 2
    for event in posted:
        deadline = clock.declaration_deadline(event.arguments["epoch"])
        seen = client.block(event.log.block - 3)
        assert client.block(event.log.block).timestamp < clock.start_of(event.arguments["epoch"])
        assert seen.timestamp >= deadline - 1


def test_brownie_deploys_on_the_same_network(finished: Finished) -> None:
    deployment = Deployment.load(finished.default / "brownie.toml")
    served = background.served(finished.default / "devnet")
    assert served is not None
    deployment.check(Client(served.urls[1]))
    ours = Deployment.load(finished.default / "deployment.toml")
    assert deployment.genesis == ours.genesis
    assert deployment.depth == 3
    assert deployment.contracts["Elecoin"] != ours.contracts["Elecoin"]


def test_brownie_says_when_no_network_is_up(tmp_path: Path) -> None:
    line = [sys.executable, str(BROWNIE[1]), "run", "deploy", "--network", "wattmarket-geth"]
    done = subprocess.run(
        line, env=dict(os.environ, WATTMARKET_DEVNET=str(tmp_path)), capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr == (
        "brownie: wattmarket-geth: no network is up; `wattmarket devnet up` starts it\n"
    )
