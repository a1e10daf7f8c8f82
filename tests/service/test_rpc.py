"""/rpc: what reaches a real node, what never does, and nodes that fail."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from eth_account import Account
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oracle.devnet import anvil
from oracle.devnet.accounts import CHAIN_ID
from oracle.service.rpc.methods import COSTS, EXECUTING, MOST_GAS
from oracle.service.settings import ServiceSettings
from tests.handlers import Handler, serving

PAYER = Account.from_key("0x" + "c4" * 32)
REFUSED = (
    "eth_accounts", "eth_sendTransaction", "eth_sign", "eth_signTransaction",
    "eth_signTypedData_v4", "eth_signTypedData", "eth_coinbase", "eth_mining", "eth_submitWork",
    "eth_subscribe",
    "eth_simulateV1", "eth_sendUnsignedTransaction", "eth_resend", "eth_callMany",
    "personal_sign", "personal_unlockAccount", "personal_importRawKey",
    "admin_addPeer", "admin_nodeInfo", "admin_startHTTP", "debug_traceTransaction", "debug_setHead",
    "debug_traceCall", "debug_chaindbProperty", "anvil_setBalance", "anvil_impersonateAccount",
    "anvil_reset", "anvil_mine", "evm_mine", "evm_increaseTime", "evm_snapshot", "evm_revert",
    "hardhat_setBalance", "hardhat_impersonateAccount", "miner_start", "miner_setEtherbase",
    "txpool_content", "clique_propose", "engine_newPayloadV1", "les_serverInfo", "rpc_modules",
    "wallet_addEthereumChain", "ots_impersonate", "trace_call", "trace_rawTransaction",
    "erigon_forks",
)  # fmt: skip


def odd(method: str) -> list[str]:
    space, name = method.split("_", 1)
    return [
        method, method.upper(), method.title(), f" {method}", f"{method} ", f"{method}\n",
        f"\t{method}", f"{method}\0", method.replace("_", "_\u200b"), f"{space}.{name}",
        f"{space}__{name}", f"\ufeff{method}", f"{space.capitalize()}_{name}",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("anvil")
    with anvil.running(folder, balances={PAYER.address: 10**18}) as chain:
        # The wire that must not open: this key is unlocked and funded at the node.
        with httpx.Client() as client:
            for method, params in (
                ("anvil_impersonateAccount", [PAYER.address]),
                ("evm_setAutomine", [True]),
            ):
                body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
                assert "error" not in client.post(chain.url, json=body).json()
        yield chain.url


def forwarding(world, store, folder: Path, url: str, **options: Any):
    given = {"rpc_burst": 10**6, "rpc_rate": 10**6} | options
    return world.asked(store, ServiceSettings(folder / "token", rpc_url=url, **given))


@pytest.fixture(scope="module")
def rpc(world, look, tmp_path_factory: pytest.TempPathFactory, node: str):
    ask = forwarding(world, look.store, tmp_path_factory.mktemp("rpc"), node)

    def call(body: Any) -> tuple[int, Any]:
        answer = ask("POST", "/rpc", json=body)
        return answer.status_code, answer.json()

    call.ask = ask
    return call


def one(method: str, *params: Any, number: object = 7) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": list(params)}


# --- what reaches it --------------------------------------------------------------------------


def test_a_chain_is_read_and_written_through_it(rpc) -> None:
    assert rpc(one("eth_chainId")) == (200, {"jsonrpc": "2.0", "id": 7, "result": hex(CHAIN_ID)})
    counted = rpc(one("eth_getTransactionCount", PAYER.address, "latest"))[1]["result"]
    signed = PAYER.sign_transaction(
        {
            "nonce": int(counted, 16),
            "gas": 200_000, "gasPrice": 0, "value": 0, "chainId": CHAIN_ID, "to": None,
            # Its whole life: emit an event without data.
            "data": "0x60006000a0",
        }
    )  # fmt: skip
    status, sent = rpc(one("eth_sendRawTransaction", "0x" + signed.raw_transaction.hex()))
    assert (status, sent["result"]) == (200, "0x" + signed.hash.hex())
    batch = [
        one("eth_getTransactionReceipt", sent["result"], number="receipt"),
        one("eth_getLogs", {"fromBlock": "0x0", "toBlock": "latest"}, number=2),
        one("eth_call", {"to": PAYER.address, "data": "0x"}, "latest", number=-3),
        one("eth_getBlockByNumber", "0x7fffffff", False, number=2),
        one("eth_estimateGas", {"from": PAYER.address, "to": PAYER.address, "gas": "0x5208"}),
    ]
    status, answers = rpc(batch)
    assert (status, [a["id"] for a in answers]) == (200, ["receipt", 2, -3, 2, 7])
    assert answers[0]["result"]["status"] == "0x1"
    assert answers[1]["result"][0]["transactionHash"] == sent["result"]
    assert [a["result"] for a in answers[2:4]] == ["0x", None]
    assert answers[4]["result"] == "0x5208"


def test_errors_of_the_node_are_passed_on(rpc) -> None:
    status, answer = rpc(one("eth_call", {"data": "0x60006000fd"}, "latest"))
    assert (status, answer["id"]) == (200, 7)
    assert answer["error"]["code"] == 3
    assert "revert" in answer["error"]["message"]
    assert rpc(one("eth_getBalance", "0x12"))[1]["error"]["code"] == -32602


# --- what never does --------------------------------------------------------------------------


@pytest.mark.parametrize("method", REFUSED)
def test_what_is_not_on_the_list_is_refused_however_it_is_written(rpc, method: str) -> None:
    target = {"from": PAYER.address, "to": PAYER.address, "value": "0x1"}
    before = one("eth_getTransactionCount", PAYER.address, "latest", number="before")
    spelt = [one(name, target, number=i) for i, name in enumerate(odd(method))]
    assert rpc(spelt[0])[1]["error"] == {"code": -32601, "message": f"{method}: not forwarded here"}
    status, answers = rpc([before, *spelt, before])
    assert status == 200
    assert {a["error"]["code"] for a in answers[1:-1]} == {-32601}
    assert [a["id"] for a in answers[1:-1]] == list(range(len(spelt)))
    assert answers[0]["result"] == answers[-1]["result"]


@pytest.mark.parametrize("name", ["method", "Method", "METHOD", "\u017fmethod", "m\\u0065thod"])
def test_a_second_key_does_not_smuggle(rpc, name: str) -> None:
    """Parsers differ in which of two keys counts, and whether case does."""
    sneaky = f'{{"jsonrpc":"2.0","id":1,"{name}":"eth_accounts","method":"eth_chainId"}}'
    other = f'{{"jsonrpc":"2.0","id":1,"method":"eth_chainId","{name}":"eth_accounts"}}'
    for body in (sneaky, other, f"[{sneaky},{other}]"):
        headers = {"Content-Type": "application/json"}
        answer = rpc.ask("POST", "/rpc", content=body, headers=headers).json()
        for item in answer if isinstance(answer, list) else [answer]:
            assert item.get("result") == hex(CHAIN_ID) or item["error"]["code"] == -32601


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ([{"gas": hex(MOST_GAS + 1)}, "latest"], "gas: at most 50000000"),
        ([{"gas": MOST_GAS * 2}, "latest"], "gas: at most"),
        ([{"gas": "0x" + "f" * 64}], "gas: at most"),
        ([{"gas": "many"}], "gas: at most"),
        ([{}, "latest", {}, {"gasLimit": "0xffffffffff"}], "at most the call"),
        ([], "the first parameter"),
        ({"gas": "0x1"}, "the first parameter"),
        ("latest", "params: a list"),
    ],
)
def test_a_simulated_call_ends(rpc, params: Any, said: str) -> None:
    for method in EXECUTING:
        status, answer = rpc({"jsonrpc": "2.0", "id": 7, "method": method, "params": params})
        assert (status, answer["error"]["code"]) == (200, -32602)
        assert said in answer["error"]["message"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, -32700),
        (b"{", 400, -32700),
        (b"\xff\xfe", 400, -32700),
        (b"[" * 60_000, 400, -32700),
        (b'{"id":' + b"9" * 5000 + b"}", 400, -32700),
        (b'{"jsonrpc":"2.0","id":NaN,"method":"eth_chainId"}', 400, -32700),
        (b'[{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":-Infinity}]', 400, -32700),
        (b"[]", 400, -32600),
        (json.dumps([one("eth_chainId")] * 51).encode(), 400, -32600),
        (b"3", 200, -32600),
        (b"null", 200, -32600),
        (b'{"jsonrpc":"2.0","method":"eth_chainId"}', 200, -32600),
        (b'{"jsonrpc":"2.0","id":null,"method":"eth_chainId"}', 200, -32600),
        (b'{"jsonrpc":"2.0","id":true,"method":"eth_chainId"}', 200, -32600),
        (b'{"jsonrpc":"2.0","id":1.5,"method":"eth_chainId"}', 200, -32600),
        (b'{"jsonrpc":"2.0","id":[1],"method":"eth_chainId"}', 200, -32600),
        (b'{"jsonrpc":"1.0","id":1,"method":"eth_chainId"}', 200, -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":["eth_chainId"]}', 200, -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":"\\ud800"}', 200, -32601),
    ],
)
def test_what_is_no_call_is_told_so(rpc, body: bytes, status: int, code: int) -> None:
    headers = {"Content-Type": "application/json"}
    answer = rpc.ask("POST", "/rpc", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_bodies_have_a_size_and_a_kind(rpc) -> None:
    large = json.dumps(one("eth_call", {"data": "0x" + "00" * 70_000})).encode()
    for content, kind, status in (
        (large, "application/json", 413),
        (json.dumps(one("eth_chainId")).encode(), "text/plain", 415),
    ):
        answer = rpc.ask("POST", "/rpc", content=content, headers={"Content-Type": kind})
        assert answer.status_code == status
    assert rpc.ask.get("/rpc").status_code == 405


# --- anything at all --------------------------------------------------------------------------

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["method", "id", "params", "jsonrpc", "x"]), inner, max_size=5
        )
    ),
    max_leaves=12,
)
CALLS = st.fixed_dictionaries(
    {
        "jsonrpc": st.just("2.0"),
        "id": st.integers() | st.text(max_size=4) | st.none(),
        "method": st.sampled_from(sorted(COSTS)) | st.sampled_from(REFUSED) | st.text(max_size=12),
    },
    optional={"params": JSON},
)


class Witness(Handler):
    """A node that notes each method that it hears, and answers with oddities."""

    heard: list[Any]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        for call in body if isinstance(body, list) else [body]:
            assert set(call) == {"jsonrpc", "id", "method", "params"}
            self.heard.append(call["method"])
        answer = (
            [{"id": c["id"], "result": c["params"], "extra": 1} for c in body if c["id"] % 2]
            if isinstance(body, list)
            else {"id": body["id"], "error": {"code": "x", "message": 5}}
        )
        content = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture(scope="module")
def witness(world, look, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    heard: list[str] = []
    with serving(Witness, heard=heard) as url:
        yield forwarding(world, look.store, tmp_path_factory.mktemp("heard"), url), heard


@given(body=JSON | CALLS | st.lists(CALLS, min_size=1, max_size=6))
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_sent_only_the_list_is_forwarded(witness, body) -> None:
    ask, heard = witness
    heard.clear()
    headers = {"Content-Type": "application/json"}
    answer = ask("POST", "/rpc", content=json.dumps(body), headers=headers)
    assert answer.status_code in {200, 400}
    assert set(heard) <= set(COSTS)
    told = answer.json()
    if isinstance(body, list) and body:
        assert len(told) == len(body)
    for item in told if isinstance(told, list) else [told]:
        assert item["jsonrpc"] == "2.0"
        assert set(item) in ({"jsonrpc", "id", "error"}, {"jsonrpc", "id", "result"})
        if "error" in item:
            assert isinstance(item["error"]["code"], int)


# --- nodes that fail, and limits --------------------------------------------------------------


class Slow(Handler):
    def do_POST(self) -> None:
        self.released.wait(10)


class Large(Handler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(64):
                self.wfile.write(b" " * 65_536)
        except OSError:
            pass


class Html(Handler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(502)
        self.end_headers()
        self.wfile.write(b"<h1>Bad Gateway</h1>")


@contextmanager
def nobody() -> Iterator[str]:
    yield "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("where", "patience", "status", "code", "said"),
    [
        (nobody(), 20, 503, -32603, "the node does not answer"),
        (serving(Slow), 0.3, 503, -32603, "the node did not answer within 0.3 s"),
        (serving(Html), 20, 503, -32603, "the node's answer is not JSON"),
        (serving(Large), 20, 200, -32005, "more than 1000000 bytes"),
    ],
    ids=["down", "slow", "html", "large"],
)
def test_a_node_that_fails(world, market, tmp_path, where, patience, status, code, said) -> None:
    with where as url:
        ask = forwarding(
            world, market, tmp_path, url, rpc_seconds=patience, rpc_answer_limit=1_000_000
        )
        for body in (one("eth_chainId"), [one("eth_chainId"), one("eth_accounts", number=8)]):
            answer = ask("POST", "/rpc", json=body)
            assert answer.status_code == status
            told = answer.json() if isinstance(body, list) else [answer.json()]
            assert (told[0]["id"], told[0]["error"]["code"]) == (7, code)
            assert said in told[0]["error"]["message"]
            assert url not in answer.text
            # What is refused is refused, whatever becomes of the rest.
            assert [item["error"]["code"] for item in told[1:]] == [-32601] * (len(told) - 1)


def test_a_client_has_a_rate_and_refusals_count(world, market, tmp_path, node) -> None:
    ask = forwarding(world, market, tmp_path, node, rpc_burst=8, rpc_rate=0.01)
    assert ask("POST", "/rpc", json=one("eth_getLogs", {})).status_code == 200
    assert ask("POST", "/rpc", json=one("eth_accounts")).status_code == 200
    late = ask("POST", "/rpc", json=[one("eth_chainId"), one("eth_accounts")])
    assert (late.status_code, late.json()[0]["error"]["code"]) == (429, -32005)
    assert int(late.headers["retry-after"]) > 0
    text = ask.get("/metrics").text
    for line in ('{result="forwarded"} 1.0', '{result="refused"} 2.0', '{result="limited"} 1.0'):
        assert f"wattmarket_rpc_calls_total{line}" in text


def test_many_at_once_wait_and_too_many_are_told(world, market, tmp_path) -> None:
    gate = threading.Event()

    class Gated(Handler):
        def do_POST(self) -> None:
            gate.wait(10)
            body = b'{"id":0,"result":"0x1"}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with serving(Gated) as url:
        ask = forwarding(world, market, tmp_path, url, rpc_at_once=2)

        async def together() -> list[int]:
            transport = httpx.ASGITransport(app=ask.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as c:
                asked = [
                    asyncio.create_task(c.post("/rpc", json=one("eth_chainId"))) for _ in range(12)
                ]
                while sum(task.done() for task in asked) < 4:
                    await asyncio.sleep(0.01)
                gate.set()
                return [answer.status_code for answer in await asyncio.gather(*asked)]

        codes = asyncio.run(together())
    assert sorted(codes) == [200] * 8 + [503] * 4
