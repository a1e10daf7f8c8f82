"""A node over JSON-RPC: blocks, calls, logs and raw transactions, in batches."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from eth_abi.exceptions import DecodingError
from web3 import HTTPProvider
from web3.types import RPCEndpoint

from oracle import UserError

TIMEOUT_SECONDS = 30.0
BATCH = 100
LOOPBACK = ("127.0.0.1", "::1", "localhost")
LONGEST_MESSAGE = 200
_T = TypeVar("_T")
_Raw = TypeVar("_Raw")


class ChainError(UserError):
    """The node cannot be reached, or answered with an error."""


class RpcError(ChainError):
    """An error answer. `data` is the revert data of a failed call, if there is any."""

    def __init__(self, method: str, code: int, message: str, data: bytes) -> None:
        self.code, self.data = code, data
        super().__init__(f"{method}: {message}")


@dataclass(frozen=True)
class Block:
    """`base_fee` is 0 on a chain without one."""

    number: int
    hash: bytes
    timestamp: int
    base_fee: int = 0


@dataclass(frozen=True)
class Log:
    """One event, undecoded. `topics` and `data` are raw bytes."""

    address: str
    topics: tuple[bytes, ...]
    data: bytes
    block: int
    index: int
    transaction: bytes


@dataclass(frozen=True)
class Receipt:
    """What a transaction did."""

    hash: bytes
    block: int
    block_hash: bytes
    succeeded: bool
    gas_used: int
    sender: str
    to: str | None
    contract: str | None


Call = tuple[str, list[Any]]


def _quiet_logs() -> None:
    logging.getLogger("web3").setLevel(logging.WARNING)


def _direct_session() -> requests.Session:
    """To a node of this machine no proxy leads, so none is looked for at each request."""
    session = requests.Session()
    session.trust_env = False
    return session


class Client:
    """One endpoint. Numbers are ints, hashes and data bytes.

    `span`: how many blocks of events the node gives at once, as far as is known.
    """

    span = 2**32

    def __init__(self, url: str, timeout: float = TIMEOUT_SECONDS) -> None:
        _quiet_logs()
        self.url, self._timeout = url, timeout
        self._provider = HTTPProvider(
            url,
            request_kwargs={"timeout": timeout},
            session=_direct_session() if urlsplit(url).hostname in LOOPBACK else None,
            exception_retry_configuration=None,
        )

    # --- requests ---------------------------------------------------------------------------

    def request(self, method: str, *params: Any) -> Any:
        """One call. Raises RpcError for an error answer, ChainError where there is none."""
        return self._checked((method, list(params)), self._send_one(method, list(params)))

    def batch(self, calls: Sequence[Call]) -> list[Any]:
        """The results in the order of the calls; raises for the first error."""
        answers = self.batch_answers(calls)
        return [self._checked(call, answer) for call, answer in zip(calls, answers, strict=True)]

    def batch_answers(self, calls: Sequence[Call]) -> list[dict[str, Any]]:
        """The raw answers in the order of the calls, errors among them."""
        answers: list[dict[str, Any]] = []
        for start in range(0, len(calls), BATCH):
            part = [
                (RPCEndpoint(method), params) for method, params in calls[start : start + BATCH]
            ]
            try:
                got = self._provider.make_batch_request(part)
            except (requests.RequestException, ValueError) as error:
                raise ChainError(f"{self.url}: {self._reason(error)}") from error
            if not isinstance(got, list):
                raise ChainError(f"{self.url}: the node refuses batches: {_one_line(got)}")
            if len(got) != len(part):
                raise ChainError(f"{self.url}: {len(got)} answers to {len(part)} requests")
            answers += [self._answer(answer) for answer in got]
        return answers

    def _send_one(self, method: str, params: list[Any]) -> dict[str, Any]:
        try:
            answer = self._provider.make_request(RPCEndpoint(method), params)
        except (requests.RequestException, ValueError) as error:
            raise ChainError(f"{self.url}: {self._reason(error)}") from error
        return self._answer(answer)

    def _answer(self, answer: object) -> dict[str, Any]:
        if not isinstance(answer, dict) or not ("result" in answer or "error" in answer):
            raise ChainError(f"{self.url}: not a JSON-RPC answer: {_one_line(answer)}")
        return answer

    def _reason(self, error: Exception) -> str:
        if isinstance(error, requests.ConnectionError):
            return "no node answers there"
        if isinstance(error, requests.Timeout):
            return f"no answer within {self._timeout:g} s"
        return _one_line(error)

    @staticmethod
    def _checked(call: Call, answer: dict[str, Any]) -> Any:
        error = answer.get("error")
        if error is None:
            return answer["result"]
        if not isinstance(error, dict):
            raise RpcError(call[0], 0, _one_line(error), b"")
        message = _one_line(error.get("message", ""))
        raise RpcError(call[0], error.get("code", 0), message, revert_data(error.get("data")))

    # --- reading ----------------------------------------------------------------------------

    def chain_id(self) -> int:
        return _int(self.request("eth_chainId"))

    def block(self, number: int | str = "latest") -> Block:
        tag = number if isinstance(number, str) else hex(number)
        raw = self.request("eth_getBlockByNumber", tag, False)
        if raw is None:
            raise ChainError(f"{self.url}: no block {number}")
        return _block(raw)

    def code(self, address: str) -> bytes:
        return _bytes(self.request("eth_getCode", address, "latest"))

    def balance(self, address: str) -> int:
        return _int(self.request("eth_getBalance", address, "latest"))

    def nonce(self, address: str) -> int:
        """The next nonce, pending transactions counted."""
        return _int(self.request("eth_getTransactionCount", address, "pending"))

    def mined_nonce(self, address: str, block: int | str = "latest") -> int:
        """How many transactions of the address are in blocks up to this one."""
        place = _block_tag(block)
        return _int(self.request("eth_getTransactionCount", address, place))

    def nonces(self, addresses: Sequence[str]) -> list[int]:
        calls = [("eth_getTransactionCount", [a, "pending"]) for a in addresses]
        return [_int(result) for result in self.batch(calls)]

    def gas_price(self) -> int:
        return _int(self.request("eth_gasPrice"))

    def call(self, to: str, data: bytes, block: int | str | bytes = "latest") -> bytes:
        """eth_call; a block given by its hash must be on the canonical chain (EIP-1898)."""
        return self.calls([(to, data)], block)[0]

    def calls(self, targets: Iterable[tuple[str, bytes]], block: int | str | bytes) -> list[bytes]:
        place = _block_tag(block)
        requests_ = [
            ("eth_call", [{"to": to, "data": "0x" + data.hex()}, place]) for to, data in targets
        ]
        return [_bytes(result) for result in self.batch(requests_)]

    def logs(
        self,
        addresses: str | Sequence[str],
        topics: Sequence[Any],
        first: int,
        last: int,
    ) -> list[Log]:
        """Events of blocks `first` to `last`, in the order of the chain.

        A range that the node refuses is asked for in halves; the next ones are as short.
        """
        found: list[Any] = []
        while first <= last:
            end = min(last, first + self.span - 1)
            question = {
                "address": addresses if isinstance(addresses, str) else list(addresses),
                "topics": list(topics),
                "fromBlock": hex(first),
                "toBlock": hex(end),
            }
            try:
                found += self.request("eth_getLogs", question)
            except RpcError:
                if end == first:
                    raise
                self.span = (end - first + 1) // 2
            else:
                first = end + 1
        return decoded_logs(found)

    def receipts(self, hashes: Sequence[bytes]) -> list[Receipt | None]:
        """Receipts in the order asked; None for what is not mined."""
        calls = [("eth_getTransactionReceipt", ["0x" + h.hex()]) for h in hashes]
        return [None if raw is None else _receipt(raw) for raw in self.batch(calls)]

    # --- writing ----------------------------------------------------------------------------

    def send_raw(self, transactions: Sequence[bytes]) -> list[bytes]:
        """Broadcasts signed transactions in order; their hashes. RpcError if one is refused."""
        calls = [("eth_sendRawTransaction", ["0x" + raw.hex()]) for raw in transactions]
        return [_bytes(result) for result in self.batch(calls)]


def decoded_logs(raw: list[dict[str, Any]]) -> list[Log]:
    """What `eth_getLogs` answers, in the order of the chain."""
    return sorted(_logs(raw), key=lambda log: (log.block, log.index))


def revert_data(data: Any) -> bytes:
    """Revert data wherever a node puts it: a hex string, or a table that holds one."""
    if isinstance(data, dict):
        data = data.get("data") or data.get("result") or ""
    if isinstance(data, str) and data.startswith("0x"):
        return bytes.fromhex(data[2:])
    return b""


def _one_line(said: object) -> str:
    text = " ".join(str(said).split())
    return text if len(text) <= LONGEST_MESSAGE else text[:LONGEST_MESSAGE] + " …"


def _block_tag(block: int | str | bytes) -> Any:
    if isinstance(block, bytes):
        return {"blockHash": "0x" + block.hex(), "requireCanonical": True}
    return block if isinstance(block, str) else hex(block)


def sensible(read: Callable[[_Raw], _T]) -> Callable[[_Raw], _T]:
    """A reader that raises ChainError for what no node should answer."""

    @wraps(read)
    def checked(raw: _Raw) -> _T:
        try:
            return read(raw)
        except (KeyError, TypeError, ValueError, AttributeError, DecodingError) as error:
            raise ChainError(f"a node's answer makes no sense: {_one_line(raw)}") from error

    return checked


@sensible
def _int(value: str) -> int:
    return int(value, 16)


@sensible
def _bytes(value: str) -> bytes:
    return bytes.fromhex(value.removeprefix("0x"))


@sensible
def _block(raw: dict[str, Any]) -> Block:
    return Block(
        _int(raw["number"]),
        _bytes(raw["hash"]),
        _int(raw["timestamp"]),
        _int(raw.get("baseFeePerGas") or "0x0"),
    )


@sensible
def _logs(raw: list[dict[str, Any]]) -> list[Log]:
    return [_log(one) for one in raw]


def _log(raw: dict[str, Any]) -> Log:
    return Log(
        address=raw["address"],
        topics=tuple(_bytes(topic) for topic in raw["topics"]),
        data=_bytes(raw["data"]),
        block=_int(raw["blockNumber"]),
        index=_int(raw["logIndex"]),
        transaction=_bytes(raw["transactionHash"]),
    )


@sensible
def _receipt(raw: dict[str, Any]) -> Receipt:
    return Receipt(
        hash=_bytes(raw["transactionHash"]),
        block=_int(raw["blockNumber"]),
        block_hash=_bytes(raw["blockHash"]),
        succeeded=_int(raw["status"]) == 1,
        gas_used=_int(raw["gasUsed"]),
        sender=raw["from"],
        to=raw["to"],
        contract=raw.get("contractAddress"),
    )
