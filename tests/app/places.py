"""Everywhere that somebody could look at a run that stands: chain, answers, events, files."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
from eth_account import Account

from oracle.app.day.run import TOKEN
from oracle.chain.signer import Signer
from oracle.service.http.auth import access_message, authorization, signable
from tests.app.kept import NAMES, PERIODS, Kept
from tests.app.leaks import Place

ANYBODY, HERSELF, OPERATOR = "anybody", "a member", "the operator"
READER = NAMES[1]
EXAMPLES = {"{period}": "1", "{feed}": "electricity", "{epoch}": "1", "{name}": "fork.svg"}


def everywhere(kept: Kept) -> list[Place]:
    return [*chain(kept), *answers(kept), stream(kept), *files(kept)]


def chain(kept: Kept) -> Iterator[Place]:
    """All that was ever sent, and all that the contracts said."""
    client = kept.market.client
    head = client.block().number
    numbers = range(head + 1)
    blocks = client.batch([("eth_getBlockByNumber", [hex(n), True]) for n in numbers])
    sent = [bytes.fromhex(t["input"][2:]) for block in blocks for t in block["transactions"]]
    yield Place("chain: calldata", b"\0".join(sent))
    logs = client.request("eth_getLogs", {"fromBlock": "0x0", "toBlock": hex(head)})
    said = [bytes.fromhex(part[2:]) for log in logs for part in (log["data"], *log["topics"])]
    assert len(sent) > 50
    assert len(logs) > 50
    yield Place("chain: events", b"\0".join(said))


def answers(kept: Kept) -> Iterator[Place]:
    """Every path of the service, known and unknown, for each who may ask; headers too."""
    with httpx.Client(base_url=kept.url, timeout=30) as http:
        paths = list(_paths(http, kept))
        assert len(paths) > 12
        for who, headers in callers(http, kept).items():
            for path in paths:
                answer = asked_patiently(http, "GET", path, headers=headers)
                assert answer.status_code < 500
                yield Place(f"GET {path} for {who}", answer.content + str(answer.headers).encode())
        for path, body in (
            ("/api/solve", {"game": "contest", "efforts": "x"}),
            *((f"/api/members/{a}/name", {"name": 1}) for a in kept.roster.addresses),
        ):
            answer = asked_patiently(http, "POST", path, json=body)
            assert answer.status_code in (401, 422)
            yield Place(f"POST {path} for {ANYBODY}", answer.content)


def asked_patiently(http: httpx.Client, method: str, path: str, **options: Any) -> httpx.Response:
    """The answer; where there were too many questions, after the wait that it asks for."""
    while True:
        answer = http.request(method, path, **options)
        if answer.status_code != 429:
            return answer
        time.sleep(float(answer.headers["retry-after"]))


def _paths(http: httpx.Client, kept: Kept) -> Iterator[str]:
    """From the interface's own description, so that a new path is searched without being named."""
    described = http.get("/openapi.json").json()["paths"]
    for path, methods in described.items():
        if "get" not in methods or path == "/api/events":
            continue
        for part, value in EXAMPLES.items():
            path = path.replace(part, value)
        if "{address}" in path:
            asked = [""]
            if path.endswith("/statement"):
                asked = [f"?month=2026-03&format={kind}" for kind in ("html", "csv", "periods")]
            for address in kept.roster.addresses:
                yield from (path.replace("{address}", address) + more for more in asked)
        else:
            yield path
    yield from ("/", "/docs", "/openapi.json", "/static/status.js", "/no/such/page")
    yield f"/api/find?q={NAMES[0].split()[1]}"
    yield from ("/api/prices?feed=elecoin", "/api/rounds?order=newest", "/api/rounds?limit=x")


def callers(http: httpx.Client, kept: Kept) -> dict[str, dict[str, str]]:
    who = kept.roster.members[NAMES.index(READER)]
    own = signed_access(http, who.signer)
    token = (kept.folder / TOKEN).read_text().strip()
    bearer = f"Bearer {token}"
    return {ANYBODY: {}, HERSELF: {"Authorization": own}, OPERATOR: {"Authorization": bearer}}


def signed_access(http: httpx.Client, signer: Signer) -> str:
    """The Authorization header by which an account reads."""
    health = http.get("/api/health").json()
    fields = {"account": signer.address, "expires": int(time.time()) + 600}
    typed = access_message(instance_id=health["instance_id"], chain_id=health["chain_id"], **fields)
    signed = Account.from_key(signer.key).sign_message(signable(typed))
    return authorization(signer.address, fields["expires"], "0x" + signed.signature.hex())


def stream(kept: Kept) -> Place:
    """Every event since the beginning."""
    said = b""
    with httpx.stream(
        "GET", f"{kept.url}/api/events", headers={"Last-Event-ID": "0"}, timeout=30
    ) as events:
        for part in events.iter_bytes():
            said += part
            if said.count(b"event: period") == PERIODS:
                break
    return Place("event stream", said)


def files(kept: Kept) -> Iterator[Place]:
    """The run's folder, what the program said, and what it was told to write."""
    for path in sorted(kept.folder.rglob("*")):
        if path.is_file():
            yield Place(f"file {path.relative_to(kept.folder)}", path.read_bytes())
    yield Place("report", kept.report.read_bytes())
    yield Place("stdout", kept.said.read_bytes())
    yield Place("stderr", kept.errors.read_bytes())
