"""The node's answers, and every way in which there is none: one line each."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from market_lab import BUYER, T0, Lab

from oracle.chain.client import ChainError, Client, RpcError, revert_data
from oracle.devnet.ports import free_port
from tests.handlers import Handler, serving

pytestmark = pytest.mark.node

Reply = Callable[[Any], tuple[int, bytes]]


class Replying(Handler):
    reply: Reply

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        status, body = type(self).reply(json.loads(self.rfile.read(length)))
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)


def server(reply: Reply) -> contextlib.AbstractContextManager[str]:
    """An HTTP server on a free port that answers with what `reply` makes of the request."""
    return serving(Replying, reply=staticmethod(reply))


def always(body: bytes, status: int = 200) -> Reply:
    return lambda request: (status, body)


def failure(action: Callable[[], object]) -> str:
    with pytest.raises(ChainError) as caught:
        action()
    said = str(caught.value)
    assert said
    assert "\n" not in said
    assert len(said) < 400
    return said


def test_a_node_that_is_down_is_one_line() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    node = Client(url)
    assert failure(node.chain_id) == f"{url}: no node answers there"
    assert failure(lambda: node.nonces([BUYER.address])) == f"{url}: no node answers there"


@pytest.mark.parametrize("url", ["not a url", "http://", "ftp://127.0.0.1:1", "127.0.0.1:8545"])
def test_a_url_that_is_none_is_one_line(url: str) -> None:
    failure(Client(url).chain_id)


def test_a_node_that_hangs_is_one_line() -> None:
    release = threading.Event()

    def wait(request: Any) -> tuple[int, bytes]:
        release.wait(10)
        return 200, b"{}"

    with server(wait) as url:
        assert failure(Client(url, 0.2).chain_id) == f"{url}: no answer within 0.2 s"
        assert failure(lambda: Client(url, 0.2).nonces(["0x"])) == f"{url}: no answer within 0.2 s"
        release.set()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<html>\n<body>\nnot a node\n" + b"x" * 5000, 200),
        (b"", 200),
        (b"[]", 200),
        (b"3", 200),
        (b"null", 200),
        (b'{"jsonrpc": "2.0", "id": 0}', 200),
        (b"gone\naway", 502),
        (b"\xff\xfe\x00", 200),
    ],
)
def test_an_answer_that_is_none_is_one_line(body: bytes, status: int) -> None:
    with server(always(body, status)) as url:
        assert url in failure(Client(url).chain_id)
        assert url in failure(lambda: Client(url).nonces(["0x01", "0x02"]))


def test_a_node_that_refuses_batches_says_so() -> None:
    body = b'{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch\\nlimit 0"}}'
    with server(always(body)) as url:
        said = failure(lambda: Client(url).nonces(["0x01", "0x02"]))
    assert said.startswith(f"{url}: the node refuses batches: ")
    assert "limit 0" in said


def test_answers_that_are_missing_from_a_batch_are_missed() -> None:
    def short(request: Any) -> tuple[int, bytes]:
        return 200, json.dumps([{"id": request[0]["id"], "result": "0x1"}]).encode()

    with server(short) as url:
        said = failure(lambda: Client(url).nonces(["0x01", "0x02"]))
    assert said == f"{url}: 1 answers to 2 requests"


def test_answers_are_put_in_the_order_of_the_requests() -> None:
    def reversed_(request: Any) -> tuple[int, bytes]:
        answers = [{"id": r["id"], "result": r["params"][0]} for r in request]
        return 200, json.dumps(answers[::-1]).encode()

    with server(reversed_) as url:
        assert Client(url).nonces(["0x1", "0x2", "0x3"]) == [1, 2, 3]


def test_many_calls_go_in_batches_that_nodes_take(lab: Lab) -> None:
    sizes: list[int] = []

    def count(request: Any) -> tuple[int, bytes]:
        sizes.append(len(request))
        return 200, json.dumps([{"id": r["id"], "result": "0x7"} for r in request]).encode()

    with server(count) as url:
        assert Client(url).nonces(["0x"] * 250) == [7] * 250
    assert sizes == [100, 100, 50]
    assert lab.client.nonces([BUYER.address] * 250) == [lab.client.nonce(BUYER.address)] * 250


def test_an_error_answer_carries_code_message_and_data() -> None:
    error = {"code": -32000, "message": "execution\n reverted", "data": "0x08c379a0"}
    for body in ({"id": 1, "error": error}, {"id": 1, "error": error | {"data": {"data": "0x01"}}}):
        with server(always(json.dumps(body).encode())) as url, pytest.raises(RpcError) as caught:
            Client(url).request("eth_call")
        assert str(caught.value) == "eth_call: execution reverted"
        assert caught.value.code == -32000
        assert caught.value.data in (bytes.fromhex("08c379a0"), b"\x01")
    with server(always(b'{"id": 1, "error": "no\\nway"}')) as url:
        assert failure(Client(url).chain_id) == "eth_chainId: no way"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (None, b""),
        ("0x", b""),
        ("Reverted 0x01", b""),
        ("0x01ab", b"\x01\xab"),
        ({"data": "0x02"}, b"\x02"),
        ({"result": "0x03"}, b"\x03"),
        ({"other": 1}, b""),
    ],
)
def test_revert_data_wherever_a_node_puts_it(data: Any, found: bytes) -> None:
    assert revert_data(data) == found


def test_an_unknown_method_is_one_line(lab: Lab) -> None:
    assert failure(lambda: lab.client.request("eth_nonsense")).startswith("eth_nonsense: ")


def test_blocks_by_number_tag_and_hash(lab: Lab) -> None:
    head = lab.client.block()
    assert lab.client.block(head.number) == head == lab.client.block("latest")
    assert lab.client.block(0).number == 0
    said = failure(lambda: lab.client.block(head.number + 99))
    assert said == f"{lab.client.url}: no block {head.number + 99}"


def test_a_view_is_read_at_the_block_of_a_hash(lab: Lab) -> None:
    before = lab.client.block()
    lab.at(T0 - 1000, lab.call(BUYER, "declareNeed", 0, 5))
    now = lab.client.block()
    old, new = (lab.market.read("needCommitment", 0, block=b.hash)[0] for b in (before, now))
    assert old == bytes(32) != new
    assert failure(lambda: lab.market.read("needCommitment", 0, block=b"\x01" * 32))


def test_a_view_that_reverts_carries_the_reason(lab: Lab) -> None:
    with pytest.raises(RpcError) as caught:
        lab.market.read("electricityPrice", 7, contract="EquilibriumOracle")
    assert caught.value.data[:4] != b""
    assert "\n" not in str(caught.value)


def test_a_receipt_of_nothing_is_none(lab: Lab) -> None:
    assert lab.client.receipts([b"\x05" * 32]) == [None]
    assert lab.client.receipts([]) == []
