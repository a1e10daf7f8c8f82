"""The report and the certificate of a posting, from the transaction that made it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eth_abi.exceptions import DecodingError

from oracle.chain.client import ChainError, Client, RpcError
from oracle.chain.interface import interface
from oracle.rounds.report import Domain, Feed, Report

ORACLE = "EquilibriumOracle"
Posted = tuple[Report, list[tuple[bytes, bytes]], bytes]


def posted_in(client: Client, transaction: bytes, domain: Domain, digest: bytes) -> Posted | None:
    """Report, signatures and certificate of the report with this digest; None where they are not
    found.

    A posting may go through another contract: then its call is looked for inside the transaction's
    data and, where the node traces, among the calls that it made. The digest says which is right.
    """
    for data in _candidates(client, transaction):
        found = _decoded(data)
        if found is not None and found[0].digest(domain) == digest:
            return found
    return None


def _candidates(client: Client, transaction: bytes) -> Iterator[bytes]:
    selector = interface(ORACLE).functions["post"].selector
    name = "0x" + transaction.hex()
    raw = client.request("eth_getTransactionByHash", name)
    if raw is None:
        raise ChainError(f"{client.url}: no transaction {name}")
    data = bytes.fromhex(raw["input"].removeprefix("0x"))
    at = data.find(selector)
    while at >= 0:
        yield data[at:]
        at = data.find(selector, at + 1)
    try:
        trace = client.request("debug_traceTransaction", name, {"tracer": "callTracer"})
    except RpcError:
        return
    yield from _inputs(trace, selector)


def _inputs(call: dict[str, Any], selector: bytes) -> Iterator[bytes]:
    data = bytes.fromhex(str(call.get("input", "0x")).removeprefix("0x"))
    if data[:4] == selector:
        yield data
    for inner in call.get("calls", ()):
        yield from _inputs(inner, selector)


def _decoded(data: bytes) -> Posted | None:
    try:
        fields, signatures, certificate = interface(ORACLE).functions["post"].decode_arguments(data)
        report = Report(Feed(fields[0]), *fields[1:])
    except (DecodingError, ValueError, OverflowError):
        return None
    return report, [(r, vs) for r, vs in signatures], bytes(certificate)
