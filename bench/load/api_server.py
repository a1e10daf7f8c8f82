"""A server to load, on a free port of 127.0.0.1: `python -m bench.load.api_server KIND FOLDER`.

`service` is the product's over a store of a month of quarter-hours and a thousand members; `unkept`
the same, each answer made anew; `floor` the smallest ASGI application under the same uvicorn, which
sends the bytes that it finds in FOLDER/bodies.json. Prints its port; ends with its standard input.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from fastapi.routing import APIRoute

from oracle.devnet.accounts import development_key
from oracle.service.live import Head, LastHead
from oracle.service.market import api
from oracle.service.serve import Server
from oracle.service.settings import ServiceSettings
from oracle.service.store.records import (
    BillLine,
    InstanceRecord,
    MemberPeriodRecord,
    MemberRecord,
    PeriodRecord,
    PostingRecord,
    ReputationRecord,
)
from oracle.service.store.store import Store, open_store
from oracle.units import WAD

PERIODS, MEMBERS, MEMBER_PERIODS = 2880, 1000, 96


def address(number: int) -> str:
    return "0x" + development_key(0, f"load {number}")[:20].hex()


def fill(store: Store) -> None:
    """A month's prices, a thousand members, and a day of the first one's bills."""
    store.save_instance(InstanceRecord("5e" * 16, 4711, "0x" + "11" * 32, {"currency": "EUR"}))
    members = [
        MemberRecord(address(i), "prosumer", "north", "0x" + f"{i:064x}", f"member {i}", "0x01")
        for i in range(MEMBERS)
    ]
    store.record_members(members)
    for n in range(PERIODS):
        price, start, digest = WAD // 5 + n * 10**12, 900 * n, "0x" + f"{n:064x}"
        store.record_period(
            PeriodRecord(
                period=n, starts_at=start, ends_at=start + 900, state="closed", round=n // 96,
                elecoin_epoch=n // 24, price_wei=price, matching_probability=WAD,
                served_fraction=WAD, elecoin_price_wei=WAD, energy_traded_wh=100 + n,
                leader=members[0].address, digest=digest,
            )
        )  # fmt: skip
        store.record_posting(
            PostingRecord(
                feed="electricity", epoch=n, digest=digest, value=2**200 + n, price_wei=price,
                block=10 * n, posted_at=start - 200, valid_from=start, valid_until=start + 900,
                transaction="0x" + f"{7000 + n:064x}", leader=members[0].address,
                signers=(members[0].address, members[1].address),
            )
        )  # fmt: skip
    bill = (BillLine("energy", "ELE", 2 * 10**16), BillLine("feed_in", "EUR", -(3 * 10**15)))
    store.record_member_periods(
        MemberPeriodRecord(
            address=members[0].address, period=n, generated_wh=10, consumed_wh=500, bought_wh=100,
            imported_wh=390, declared_wh=-450, lines=bill,
        )
        for n in range(MEMBER_PERIODS)
    )  # fmt: skip
    store.record_reputation(
        [ReputationRecord(0, m.address, WAD, leader=i == 0) for i, m in enumerate(members)]
    )


def floor(folder: Path) -> Any:
    """An ASGI application that sends what it has at a path, and does nothing else."""
    bodies = json.loads((folder / "bodies.json").read_text())
    headers = [(b"content-type", b"application/json")]
    sent = {
        path: (
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [*headers, (b"content-length", str(len(body.encode())).encode())],
            },
            {"type": "http.response.body", "body": body.encode()},
        )
        for path, body in bodies.items()
    }

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            while True:
                event = (await receive())["type"]
                await send({"type": f"{event}.complete"})
                if event == "lifespan.shutdown":
                    return
        query = scope["query_string"].decode()
        for message in sent[scope["path"] + (f"?{query}" if query else "")]:
            await send(message)

    return app


def main() -> int:
    kind, folder = sys.argv[1], Path(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if kind == "unkept":
        api.kept_route = lambda _: APIRoute
    made = folder / "store.db"
    new = not made.exists()
    with open_store(made) as store:
        if new:
            fill(store)
        settings = ServiceSettings(
            folder / "token", in_flight=1024, signature_rate=1e9, signature_burst=10**9
        )
        server = Server(settings, store, live=LastHead(Head(77, 900 * PERIODS)))
        if kind == "floor":
            # The very server and configuration, with another application in it.
            server._server.config.app = floor(folder)
        with server:
            print(server.port, flush=True)
            threading.Thread(target=sys.stdin.read).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
