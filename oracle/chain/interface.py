"""One contract's ABI as an encoder and decoder: calls, results, events, custom errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from eth_abi.abi import decode, encode
from eth_utils.abi import abi_to_signature, collapse_if_tuple, function_abi_to_4byte_selector
from eth_utils.address import to_checksum_address

from oracle.chain.artifacts import artifact
from oracle.chain.client import Log
from oracle.rounds.hashing import keccak


def checksum(address: bytes) -> str:
    """The address as EIP-55 writes it."""
    digits = address.hex()
    signs = keccak(digits.encode()).hex()
    return "0x" + "".join(d.upper() if s > "7" else d for d, s in zip(digits, signs, strict=False))


def _unsigned(word: bytes) -> int:
    return int.from_bytes(word, "big")


_UNSIGNED = frozenset(f"uint{bits}" for bits in range(8, 257, 8))
_READERS: dict[str, Callable[[bytes], Any]] = {
    "address": lambda word: checksum(word[12:]),
    "bytes32": lambda word: word,
}


@dataclass(frozen=True)
class Function:
    name: str
    selector: bytes
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    def encode(self, *args: Any) -> bytes:
        return self.selector + encode(self.inputs, args)

    def decode(self, data: bytes) -> tuple[Any, ...]:
        return tuple(decode(self.outputs, data))

    def decode_arguments(self, data: bytes) -> tuple[Any, ...]:
        return tuple(decode(self.inputs, data[4:]))


@dataclass(frozen=True)
class Event:
    """Parameters in their order; `indexed` says which come from the topics."""

    name: str
    topic: bytes
    parameters: tuple[tuple[str, str, bool], ...]

    @cached_property
    def _readers(self) -> tuple[tuple[str, Callable[[bytes], Any], int], ...] | None:
        """Name, reader and place of each argument where all are plain words; else None.

        A period of thousands of declarations is read so ten times as fast as by `eth_abi`.
        """
        ordered = sorted(self.parameters, key=lambda parameter: not parameter[2])
        place = {name: 32 * i for i, (name, _, _) in enumerate(ordered)}
        found = []
        for name, kind, _ in self.parameters:
            read = _READERS.get(kind, _unsigned if kind in _UNSIGNED else None)
            if read is None:
                return None
            found.append((name, read, place[name]))
        return tuple(found)

    def decode(self, log: Log) -> dict[str, Any]:
        """The event's arguments by name; addresses with checksum."""
        words = b"".join((*log.topics[1:], log.data))
        if self._readers is not None and len(words) == 32 * len(self._readers):
            return {name: read(words[at : at + 32]) for name, read, at in self._readers}
        plain = [kind for _, kind, indexed in self.parameters if not indexed]
        values = iter(decode(plain, log.data))
        topics = iter(log.topics[1:])
        found = {}
        for name, kind, indexed in self.parameters:
            value = decode([kind], next(topics))[0] if indexed else next(values)
            found[name] = to_checksum_address(value) if kind == "address" else value
        return found


@dataclass(frozen=True)
class CustomError:
    name: str
    selector: bytes
    parameters: tuple[tuple[str, str], ...]

    def describe(self, data: bytes) -> str:
        """`Name(argument: value, …)`."""
        values = decode([kind for _, kind in self.parameters], data[4:])
        shown = (
            f"{name}: {_shown(kind, value)}"
            for (name, kind), value in zip(self.parameters, values, strict=True)
        )
        return f"{self.name}({', '.join(shown)})"


def _shown(kind: str, value: Any) -> str:
    if kind == "address":
        return str(to_checksum_address(value))
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)


class Interface:
    """Lookups by name, and by selector or topic."""

    def __init__(self, abi: list[dict[str, Any]]) -> None:
        self.functions: dict[str, Function] = {}
        self.events: dict[str, Event] = {}
        self.errors: dict[bytes, CustomError] = {}
        self.constructor: tuple[str, ...] = ()
        for item in abi:
            self._add(item)
        self.by_topic = {event.topic: event for event in self.events.values()}
        self.by_selector = {function.selector: function for function in self.functions.values()}

    def _add(self, item: Any) -> None:
        # From JSON; eth_utils types an ABI entry as a union of TypedDicts.
        kinds = tuple(collapse_if_tuple(entry) for entry in item.get("inputs", ()))
        names = [entry["name"] for entry in item.get("inputs", ())]
        if item["type"] == "constructor":
            self.constructor = kinds
        elif item["type"] == "function":
            outputs = tuple(collapse_if_tuple(entry) for entry in item["outputs"])
            selector = function_abi_to_4byte_selector(item)
            self.functions[item["name"]] = Function(item["name"], selector, kinds, outputs)
        elif item["type"] == "event":
            topic = keccak(abi_to_signature(item).encode())
            indexed = [entry["indexed"] for entry in item["inputs"]]
            parameters = tuple(zip(names, kinds, indexed, strict=True))
            self.events[item["name"]] = Event(item["name"], topic, parameters)
        elif item["type"] == "error":
            selector = keccak(abi_to_signature(item).encode())[:4]
            parameters_ = tuple(zip(names, kinds, strict=True))
            self.errors[selector] = CustomError(item["name"], selector, parameters_)

    def encode(self, function: str, *args: Any) -> bytes:
        return self.functions[function].encode(*args)

    def deployment(self, bytecode: bytes, *args: Any) -> bytes:
        """Creation code with encoded constructor arguments."""
        return bytecode + encode(self.constructor, args)

    def decode_log(self, log: Log) -> tuple[str, dict[str, Any]] | None:
        """Event name and arguments; None for an event of another contract."""
        event = self.by_topic.get(log.topics[0]) if log.topics else None
        return None if event is None else (event.name, event.decode(log))


@cache
def interface(contract: str) -> Interface:
    return Interface(artifact(contract).abi)


CONTRACTS = (
    "ElectricityTrading",
    "EquilibriumOracle",
    "ReputationLedger",
    "Elecoin",
    "Wattcoin",
    "StandingOrders",
    "OriginCertificates",
    "TullockRewards",
    "DayPool",
    "MarketGovernance",
)


def explain_revert(data: bytes) -> str:
    """A revert in words: the custom error with its arguments, or what Solidity says."""
    if len(data) < 4:
        return "reverted without a reason"
    if data[:4] == keccak(b"Error(string)")[:4]:
        return str(decode(["string"], data[4:])[0])
    if data[:4] == keccak(b"Panic(uint256)")[:4]:
        return f"Panic({decode(['uint256'], data[4:])[0]:#x})"
    for contract in CONTRACTS:
        error = interface(contract).errors.get(data[:4])
        if error is not None:
            return error.describe(data)
    return f"unknown error 0x{data.hex()}"
