"""The service beside a market that no run made: its office, its servers, and who asks to join."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from community_of_servers import Servers
from eth_account import Account
from market_lab import ADMIN, MEMBERS, SCHEDULE, SERVERS, STRANGER, Lab
from test_edge_servers import begin

from oracle import UserError
from oracle.app.serving.command import serve
from oracle.app.serving.instance import show_deployment
from oracle.app.serving.market import ChainMarket
from oracle.app.serving.operations import Operations, probes_of
from oracle.chain.deployment import DeploymentError
from oracle.chain.signer import Signer
from oracle.service.http.auth import access_message, action_message, authorization, signable
from oracle.service.peer.api import PeerPort, peer_app
from oracle.service.peer.server import PeerServer
from oracle.service.store.store import open_store
from tests.handlers import Handler, serving

pytestmark = pytest.mark.node

NEWCOMER = Signer(secrets.token_bytes(32))
LATER = SCHEDULE.start + SCHEDULE.period


@dataclass
class Site:
    """A running `wattmarket serve`, and its market's chain."""

    http: httpx.Client
    lab: Lab
    folder: Path

    def __post_init__(self) -> None:
        self.market = self.http.get("/api/market").json()

    def read(self, path: str, signer: Signer) -> httpx.Response:
        fields = {"account": signer.address, "expires": int(time.time()) + 600}
        signature = self._signed(signer, access_message(**self._instance(), **fields))
        header = authorization(fields["account"], fields["expires"], signature)
        return self.http.get(path, headers={"Authorization": header})

    def act(self, path: str, signer: Signer, wish: object) -> httpx.Response:
        body = json.dumps(wish).encode()
        fields = {
            "account": signer.address,
            "expires": int(time.time()) + 300,
            "nonce": "0x" + secrets.token_hex(32),
        }
        typed = action_message(**self._instance(), **fields, method="POST", path=path, body=body)
        header = authorization(
            fields["account"], fields["expires"], self._signed(signer, typed), fields["nonce"]
        )
        headers = {"Authorization": header, "Content-Type": "application/json"}
        return self.http.post(path, content=body, headers=headers)

    def _instance(self) -> dict[str, Any]:
        return {name: self.market[name] for name in ("instance_id", "chain_id")}

    @staticmethod
    def _signed(signer: Signer, typed: Any) -> str:
        return "0x" + Account.from_key(signer.key).sign_message(signable(typed)).signature.hex()


@contextmanager
def served(lab: Lab, folder: Path, **options: Any) -> Iterator[Site]:
    """`wattmarket serve` in a thread."""
    (folder / "deployment.toml").write_text(lab.deployment.to_toml())
    over, said, failed = threading.Event(), [], []

    def run() -> None:
        try:
            serve(
                f"sqlite:///{folder / 'store.sqlite'}", folder / "token", lab.client.url, None, (),
                deployment=folder / "deployment.toml", over=over, echo=said.append, **options,
            )  # fmt: skip
        except UserError as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        while not said:
            if failed:
                raise failed[0]
            time.sleep(0.02)
        url = said[0].split(" at ")[1].split(";")[0]
        with httpx.Client(base_url=url, timeout=60) as http:
            yield Site(http, lab, folder)
    finally:
        over.set()
        thread.join(60)


@pytest.fixture
def site(lab: Lab, tmp_path: Path) -> Iterator[Site]:
    with served(lab, tmp_path) as running:
        yield running


def test_a_market_that_no_run_made_is_shown_under_one_id(lab: Lab, tmp_path: Path) -> None:
    told = []
    for _ in range(2):
        with served(lab, tmp_path) as site:
            told.append(site.market)
    assert told[0] == told[1]
    assert told[0]["contracts"] == lab.deployment.contracts
    assert told[0]["administrator"] == ADMIN.address
    assert (told[0]["join"], told[0]["rpc"], told[0]["live"]) == ("request", True, None)
    other = tmp_path / "other"
    other.mkdir()
    file = lab.deployment.to_toml().replace(lab.deployment.genesis, "0x" + "00" * 32)
    (other / "deployment.toml").write_text(file)
    with pytest.raises(DeploymentError, match="genesis"):
        serve(
            f"sqlite:///{other}/s", other / "token", lab.client.url, None, (),
            deployment=other / "deployment.toml",
        )  # fmt: skip


def test_she_asks_the_administrator_approves_and_her_wallet_makes_the_member(site: Site) -> None:
    """All of it: signatures, the store and the market's own contracts."""
    market, path = site.lab.market, f"/api/requests/{NEWCOMER.address}"
    assert site.act("/api/join", NEWCOMER, {"name": "Mei"}).json()["state"] == "requested"
    assert site.read("/api/requests", NEWCOMER).status_code == 403
    assert site.act(path, NEWCOMER, {"decision": "approve"}).status_code == 403
    (request,) = site.read("/api/requests", ADMIN).json()["items"]
    assert site.act(path, ADMIN, {"decision": "approve"}).json()["state"] == "approved"
    state = f"/api/join/{NEWCOMER.address}"
    assert site.http.get(state).json()["state"] == "requested"
    name_hash = bytes.fromhex(request["name_hash"][2:])
    site.lab.at(
        LATER,
        market.transaction(ADMIN, "empower", NEWCOMER.address, name_hash, 0, True, True, 3000),
    )
    assert site.http.get(state).json()["state"] == "joined"
    own = site.read(f"/api/members/{NEWCOMER.address}", NEWCOMER).json()
    assert (own["name"], own["role"]) == ("Mei", "prosumer")
    members = site.read("/api/operator/members", ADMIN).json()["items"]
    assert [item["account"] for item in members] == [
        *(member.address for member in MEMBERS), NEWCOMER.address,
    ]  # fmt: skip
    site.lab.at(LATER + 10, market.transaction(ADMIN, "revoke", NEWCOMER.address))
    assert site.http.get(state).json()["state"] == "refused"


def test_with_the_office_goes_the_operator(site: Site) -> None:
    assert site.read("/api/operator/health", ADMIN).status_code == 200
    assert site.read("/api/operator/health", STRANGER).status_code == 403
    market = site.lab.market
    site.lab.at(LATER, market.transaction(ADMIN, "transferOwnership", STRANGER.address))
    site.lab.at(LATER + 10, market.transaction(STRANGER, "acceptOwnership"))
    deadline = time.monotonic() + 20
    while site.read("/api/operator/health", ADMIN).status_code != 403:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert site.read("/api/operator/health", STRANGER).status_code == 200


def test_edge_servers_are_what_their_probes_say(lab: Lab, tmp_path: Path) -> None:
    wrong: dict[str, str] = {}
    daemon = PeerServer("127.0.0.1", 0)
    nothing = PeerPort(lambda _: None, lambda *_: [], dict, lambda: wrong, lambda: b"")
    daemon.start(peer_app(nothing))
    try:
        up, down = SERVERS[0].address, SERVERS[1].address
        probes = probes_of([f"{up}={daemon.url}/", f"{down}=http://127.0.0.1:9"])
        nodes = [lab.client.url, "http://ada:secret@127.0.0.1:9/key/8d1f?token=abc"]
        with open_store(tmp_path / "s") as store:
            operations = Operations(nodes, store, probes)
            assert operations.servers() is None  # no deployment yet
            (tmp_path / "d.toml").write_text(lab.deployment.to_toml())
            show_deployment(store, tmp_path / "d.toml", lab.client.url, None)
            well = {server.signer: server for server in operations.servers() or ()}
            wrong["rpc"] = "no node is well"
            ill = {server.signer: server for server in operations.servers() or ()}
            seen, lost = operations.nodes()
    finally:
        daemon.stop()
    assert (well[up].reachable, well[up].status) == (True, "ready")
    assert ill[up].reachable is True
    assert ill[up].status != "ready"
    assert (well[down].reachable, well[down].status) == (False, None)
    assert well[SERVERS[2].address].reachable is None
    assert sorted(server.rank for server in well.values()) == [0, 1, 2]
    assert (seen.reachable, seen.head) == (True, lab.client.block().number)
    assert (lost.reachable, lost.head, lost.url) == (False, None, "http://127.0.0.1:9")


def test_what_edge_servers_post_is_told_to_who_streams(servers: Servers, tmp_path: Path) -> None:
    """By nobody but the chain; a service that starts again has it all, and tells it once."""
    kinds: list[str] = []
    with served(servers.lab, tmp_path) as site:
        with site.http.stream("GET", "/api/events", timeout=60) as stream:
            begin(servers)
            servers.live(60)
            for line in stream.iter_lines():
                if line.startswith("event:"):
                    kinds.append(line.split()[1])
                    if "posting" in kinds:
                        break
        told = shown(site)
        assert told["/api/prices"]["items"][0]["epoch"] == 0
        bids = told["/api/rounds/0/book"]["bids"]
        assert [bid["energy_wh"] for bid in bids] == [2000, 900, 700]
        assert told["/api/postings/electricity/0"]["poster"] in {s.address for s in SERVERS}
        assert {m["address"] for m in told["/api/members"]["items"]} == {
            member.address for member in MEMBERS
        }
    with served(servers.lab, tmp_path) as site:
        assert shown(site) == told
        over = SCHEDULE.closing_time(0)
        servers.mine(over, servers.lab.deployment.depth + 1)
        deadline = time.monotonic() + 30
        while not (rounds := site.http.get("/api/rounds").json()["items"]):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert [(item["period"], item["state"]) for item in rounds] == [(0, "closed")]


def shown(site: Site) -> dict[str, Any]:
    paths = ("/api/prices", "/api/rounds/0/book", "/api/postings/electricity/0", "/api/members")
    found = {path: site.http.get(path).json() for path in paths}
    found["/api/prices"] = found["/api/prices"]["history"]  # the rest tells the chain's time
    return found


class Hanging(Handler):
    def do_POST(self) -> None:
        self.released.wait(30)


def test_a_node_that_hangs_holds_up_nobody_for_long(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "d.toml").write_text(lab.deployment.to_toml())
    with open_store(tmp_path / "s") as store, serving(Hanging) as url:
        show_deployment(store, tmp_path / "d.toml", None, None)
        market = ChainMarket(url, store, patience=1)
        began = time.monotonic()
        with ThreadPoolExecutor(16) as pool:
            found = list(pool.map(market.rights, [NEWCOMER.address] * 16))
        assert found == [None] * 16
        # One after the other they would need 16 s.
        assert time.monotonic() - began < 8
        well = ChainMarket(lab.client.url, store)
        assert well.rights(NEWCOMER.address).any is False
        assert well.rights(MEMBERS[0].address).generation is True


@pytest.mark.parametrize(
    "pair", ["", "0x12=http://a:1", "=http://a:1", "x", f"{ADMIN.address}=a:1"]
)
def test_where_an_edge_server_answers_is_one_line(pair: str) -> None:
    with pytest.raises(UserError, match=r"^--edge-server: .*allowed: 0x…=http://HOST:PORT$"):
        probes_of([pair])
