"""Private clearings over HTTP: what the service accepts, refuses, and comes to."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from coincurve import PrivateKey
from eth_account import Account
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from oracle.app.private.agent import Agent, AgentError, Outcome
from oracle.app.private.roster import RosterError
from oracle.games.clearing import ClearingProblem, Consumers, Prosumers, solve
from oracle.rounds.private.messages import Join, Reply, begin, follow
from oracle.service.http.auth import action_message, authorization, signable
from oracle.service.live import LastHead
from oracle.service.serve import Server
from oracle.service.settings import ServiceSettings
from oracle.service.store.records import MemberRecord
from oracle.service.store.store import open_store

MEMBERS = [Account.from_key(bytes([n + 40]) * 32) for n in range(6)]
LOW, HIGH = 0.05, 6.0
SESSIONS = "/api/admm/sessions"
JSON_BODY = {"Content-Type": "application/json"}


def consumer(rng: np.random.Generator) -> Consumers:
    return Consumers(
        target=[rng.uniform(2, 4)], curvature=[rng.uniform(0.3, 2)], capacity=[rng.uniform(5, 9)]
    )


def prosumer(rng: np.random.Generator) -> Prosumers:
    return Prosumers(
        target=[rng.uniform(0, 0.5)], curvature=[rng.uniform(0.3, 2)],
        capacity=[rng.uniform(5, 9)], cost_linear=[rng.uniform(0, 1)],
        cost_quadratic=[rng.uniform(0.3, 2)],
    )  # fmt: skip


class World:
    """A service, its operator, and agents in threads."""

    def __init__(self, server: Server, token: str) -> None:
        self.server, self.operator = server, {"Authorization": f"Bearer {token}"}
        self.client = httpx.Client(base_url=server.url, timeout=30)
        self.instance = self.client.get("/api/health").json()
        self.fuzzed = ""

    def open(self, **changes: Any) -> str:
        terms = {"price_bounds": [LOW, HIGH], "agents": 6, "answer_seconds": 10.0} | changes
        answer = self.client.post(SESSIONS, json=terms, headers=self.operator)
        assert answer.status_code == 201, answer.text
        return f"{SESSIONS}/{answer.json()['id']}"

    def session(self, path: str) -> Any:
        return self.server.app.state.context.sessions.get(path.rsplit("/", 1)[1])

    def join(self, path: str, account: Any, side: str, key: PrivateKey) -> httpx.Response:
        body = Join(side=side, key="0x" + key.public_key.format().hex()).body()
        return self.signed(f"{path}/agents", account, body)

    def signed(self, path: str, account: Any, body: bytes) -> httpx.Response:
        nonce, expires = "0x" + secrets.token_hex(32), int(time.time()) + 100
        typed = action_message(
            instance_id=self.instance["instance_id"], chain_id=self.instance["chain_id"],
            account=account.address, method="POST", path=path, body=body, expires=expires,
            nonce=nonce,
        )  # fmt: skip
        signature = "0x" + account.sign_message(signable(typed)).signature.hex()
        header = authorization(account.address, expires, signature, nonce)
        headers = JSON_BODY | {"Authorization": header}
        return self.client.post(path, content=body, headers=headers)

    def agents(self, path: str, tables: list[Consumers], **options: Any) -> list[Any]:
        """Outcomes, or what was raised, in the order of the tables."""
        found: list[Any] = [None] * len(tables)

        def run(i: int) -> None:
            side = "sell" if isinstance(tables[i], Prosumers) else "buy"
            try:
                url = self.server.url + path
                found[i] = Agent(url, bytes(MEMBERS[i].key), side, tables[i], **options).run()
            except (AgentError, RosterError) as error:
                found[i] = error

        threads = [threading.Thread(target=run, args=(i,)) for i in range(len(tables))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return found


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory, world: Any) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("private")
    settings = ServiceSettings(folder / "token", signature_rate=1e6, signature_burst=10**6)
    with open_store(folder / "store.db") as store:
        store.save_instance(world.INSTANCE)
        store.record_members(
            [
                MemberRecord(m.address, "consumer", "north", "0x" + "22" * 32, None, None)
                for m in MEMBERS
            ]
        )
        with Server(settings, store, live=LastHead(world.HEAD)) as server:
            yield World(server, settings.token_path.read_text().strip())


def centralised(tables: list[Consumers]) -> Any:
    def joined(kind: type[Consumers]) -> dict[str, list[float]]:
        rows = [table for table in tables if type(table) is kind]
        return {name: [float(getattr(r, name)[0]) for r in rows] for name in kind.model_fields}

    return solve(
        ClearingProblem(
            consumers=joined(Consumers), prosumers=joined(Prosumers), price_bounds=[LOW, HIGH]
        )
    )


def test_the_same_answer_as_with_all_data_in_one_place(private: World) -> None:
    rng = np.random.default_rng(1)
    tables = [*(consumer(rng) for _ in range(3)), *(prosumer(rng) for _ in range(3))]
    path = private.open()
    found = private.agents(path, tables)
    assert all(isinstance(one, Outcome) and not one.trouble for one in found), found
    exact = centralised(tables)
    assert [one.price for one in found] == pytest.approx([exact.price] * 6, abs=1e-9)
    quantities = [*exact.consumption, *exact.shared]
    assert [one.quantity for one in found] == pytest.approx(quantities, abs=1e-8)
    said = private.client.get(path).json()
    assert (said["state"], said["price"]) == ("settled", found[0].price)
    assert said["questions"] < 300


def test_without_whoever_falls_silent(private: World) -> None:
    rng = np.random.default_rng(3)
    tables = [consumer(rng), consumer(rng), prosumer(rng), prosumer(rng)]
    path = private.open(agents=5, least=2, answer_seconds=1.0)
    assert private.join(path, MEMBERS[5], "sell", PrivateKey()).status_code == 204
    found = private.agents(path, tables, least=2)
    exact = centralised(tables)
    assert [one.price for one in found] == pytest.approx([exact.price] * 4, abs=1e-9)
    said = private.client.get(path).json()
    assert (said["silent"], said["attempt"]) == ([MEMBERS[5].address.lower()], 1)


def test_an_agent_that_begins_only_once(private: World) -> None:
    rng = np.random.default_rng(3)
    path = private.open(agents=3, least=1, answer_seconds=1.0)
    private.join(path, MEMBERS[5], "sell", PrivateKey())
    once = private.agents(path, [consumer(rng), prosumer(rng)], least=1, attempts=1)
    assert all("began anew" in str(one) for one in once), once
    private.session(path).stop()


def test_too_few_are_no_clearing(private: World) -> None:
    rng = np.random.default_rng(5)
    path = private.open(join_seconds=0.5)
    found = private.agents(path, [consumer(rng)])
    assert "0 sellers: 3 of each are needed" in str(found[0])
    path = private.open(agents=2, least=1)
    left = private.agents(path, [consumer(rng), prosumer(rng)])
    assert all("only 1 on this side" in str(one) for one in left), left
    private.session(path).stop()


def test_strangers_among_the_others(private: World) -> None:
    rng = np.random.default_rng(6)
    tables = [consumer(rng), consumer(rng), prosumer(rng), prosumer(rng)]
    path = private.open(agents=4, least=2)
    known = [member.address for member in MEMBERS[:3]]
    found = private.agents(path, tables, least=2, among=known)
    assert all("not among the members that this agent knows" in str(one) for one in found), found
    private.session(path).stop()


class ByHand:
    """A clearing whose first question is open to buyers, with keys in our hands."""

    def __init__(self, private: World) -> None:
        self.private, self.path = private, private.open(agents=3, least=1)
        self.keys = [PrivateKey(), PrivateKey(), PrivateKey()]
        for member, side, key in zip(MEMBERS, ("buy", "sell", "buy"), self.keys, strict=False):
            assert private.join(self.path, member, side, key).status_code == 204
        name, roster, first = self.path.rsplit("/", 1)[1], self.text(0), self.text(1)
        self.seen = "0x" + follow(begin(name, roster), first).hex()

    def text(self, number: int) -> str:
        return self.private.client.get(f"{self.path}/questions/0/{number}?wait=10").text

    def reply(self, who: int = 0, **changes: Any) -> Reply:
        values = {"quantity": "0x" + "0" * 47 + "1", "flexible": "0x" + "0" * 48}
        fields = {"account": MEMBERS[who].address.lower(), "attempt": 0, "number": 1,
                  "seen": self.seen, "values": values}  # fmt: skip
        return Reply(**(fields | changes)).signed(self.keys[who].secret)

    def post(self, reply: Reply) -> httpx.Response:
        text = reply.model_dump_json()
        return self.private.client.post(f"{self.path}/answers", content=text, headers=JSON_BODY)


@pytest.fixture
def by_hand(private: World) -> Iterator[ByHand]:
    made = ByHand(private)
    yield made
    private.session(made.path).stop()


NOTHING = {"quantity": "0x" + "0" * 48, "flexible": "0x" + "0" * 48}


def test_answers_that_are_refused(by_hand: ByHand) -> None:
    good = by_hand.reply()
    for reply, status, words in [
        (good.model_copy(update={"values": NOTHING}), 401, "signature"),
        (good.model_copy(update={"signature": "0x" + "00" * 8}), 401, "signature"),
        (by_hand.reply(seen="0x" + "ab" * 32), 409, "seen"),
        (by_hand.reply(number=2), 409, "not open"),
        (by_hand.reply(attempt=1), 409, "not open"),
        (by_hand.reply(values={"quantity": NOTHING["quantity"]}), 422, "values"),
        (by_hand.reply(values={"quantity": "0x" + "0" * 48, "a": "0x" + "0" * 48}), 422, "values"),
        (by_hand.reply(who=1), 403, "not asked"),
        (by_hand.reply(account=MEMBERS[4].address.lower()), 403, "not asked"),
    ]:
        answer = by_hand.post(reply)
        assert (answer.status_code, words in answer.text) == (status, True), answer.text
    assert [by_hand.post(good).status_code for _ in range(2)] == [204, 204]
    again = by_hand.post(by_hand.reply(values=NOTHING))
    assert (again.status_code, "otherwise" in again.text) == (409, True)


def test_who_may_open_and_join(private: World, by_hand: ByHand, world: Any) -> None:
    terms = json.dumps({"price_bounds": [LOW, HIGH], "agents": 2}).encode()
    assert private.client.post(SESSIONS, content=terms, headers=JSON_BODY).status_code == 401
    assert private.signed(SESSIONS, MEMBERS[0], terms).status_code == 403
    path, key = private.open(), PrivateKey()
    assert private.join(path, world.EVE, "buy", key).status_code == 403
    assert private.join(path, MEMBERS[0], "buy", key).status_code == 204
    assert private.join(path, MEMBERS[0], "sell", PrivateKey()).status_code == 409
    assert private.join(path, MEMBERS[1], "buy", key).json()["field"] == "key"
    assert private.join(by_hand.path, MEMBERS[3], "buy", PrivateKey()).status_code == 409
    spaced = b'{"key": "0x%s", "side": "buy"}' % PrivateKey().public_key.format().hex().encode()
    assert private.signed(f"{path}/agents", MEMBERS[2], spaced).status_code == 422
    nowhere = b'{"key":"0x02%s","side":"buy"}' % (b"ff" * 32)
    assert private.signed(f"{path}/agents", MEMBERS[2], nowhere).status_code == 422
    body = Join(side="buy", key="0x" + key.public_key.format().hex()).body()
    headers = JSON_BODY | private.operator
    operator = private.client.post(f"{path}/agents", content=body, headers=headers)
    assert operator.status_code == 403
    assert private.client.get(f"{SESSIONS}/{'0' * 32}").status_code == 404
    private.session(path).stop()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=8,
)
NAMES = ("account", "attempt", "number", "seen", "values", "signature", "side", "key",
         "price_bounds", "agents", "least", "join_seconds", "answer_seconds")  # fmt: skip


@examples(max_examples=60, deadline=None, derandomize=True)
@given(
    st.sampled_from(["", "/agents", "/answers"]),
    st.dictionaries(st.sampled_from(NAMES), JSON, max_size=7) | JSON | st.binary(max_size=60),
)
def test_whatever_is_sent_gets_a_documented_status(private: World, end: str, body: Any) -> None:
    private.fuzzed = private.fuzzed or private.open(join_seconds=600.0)
    path = private.fuzzed + end if end else SESSIONS
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = JSON_BODY | ({} if end else private.operator)
    answer = private.client.post(path, content=raw, headers=headers)
    assert answer.status_code in {401, 403, 409, 413, 422}, (answer.status_code, raw)
    assert "\n" not in answer.json()["error"]


def test_a_service_that_stops_ends_what_is_under_way(tmp_path: Path) -> None:
    """Its negotiations run in threads, which a program waits for when it ends."""
    with open_store(tmp_path / "store.db") as store:
        server = Server(ServiceSettings(tmp_path / "token"), store, live=LastHead(None))
        server.start()
        headers = {"Authorization": f"Bearer {(tmp_path / 'token').read_text().strip()}"}
        terms = {"price_bounds": [LOW, HIGH], "agents": 2, "join_seconds": 600.0}
        url = f"{server.url}{SESSIONS}"
        assert httpx.post(url, json=terms, headers=headers).status_code == 201
        began = time.monotonic()
        server.stop(30)
        assert time.monotonic() - began < 20
    (session, task), *_ = server.app.state.context.sessions._all.values()
    assert (session.state, task.done()) == ("failed", True)
    assert "stopping" in session.trouble
