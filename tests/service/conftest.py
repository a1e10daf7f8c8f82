"""A store with a small market in it, and ways to ask the service."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount
from fastapi import FastAPI

from oracle.service.app import create_app
from oracle.service.http.auth import access_message, action_message, authorization, signable
from oracle.service.live import Head, LastHead
from oracle.service.settings import ServiceSettings
from oracle.service.store.records import (
    BillLine,
    GasRecord,
    InstanceRecord,
    MemberPeriodRecord,
    MemberRecord,
    PeriodRecord,
    PostingRecord,
    ReputationRecord,
    TradeRecord,
)
from oracle.service.store.store import Store, open_store
from tests.backends import Places
from tests.backends import places as places_in

# Tests are no packages: what they share is found beside them.
sys.path.append(str(Path(__file__).parent))

INSTANCE = InstanceRecord("5e" * 16, 4711, "0x" + "11" * 32, {"currency": "EUR"})
ADA: LocalAccount = Account.from_key("0x" + "a1" * 32)
BOB: LocalAccount = Account.from_key("0x" + "b2" * 32)
EVE: LocalAccount = Account.from_key("0x" + "e3" * 32)
NOW = 1_800_000_000.0
PERIODS = 12
HEAD = Head(77, 10_000)
SECRET_NAME = "Ada Lovelace of Ockham"


def period(number: int, **changes: Any) -> PeriodRecord:
    fields: dict[str, Any] = {
        "period": number,
        "starts_at": 900 * number,
        "ends_at": 900 * number + 900,
        "state": "closed",
        "round": number // 4,
        "elecoin_epoch": 0,
        "price_wei": 200_000_000_000_000_000 + number * 10**12,
        "matching_probability": 10**18,
        "served_fraction": 10**18,
        "elecoin_price_wei": 1_020_000_000_000_000_001,
        "energy_traded_wh": 100 + number,
        "leader": BOB.address,
        "digest": "0x" + f"{number:064x}",
    }
    return PeriodRecord(**fields | changes)


def posting(number: int, **changes: Any) -> PostingRecord:
    fields: dict[str, Any] = {
        "feed": "electricity",
        "epoch": number,
        "digest": "0x" + f"{number:064x}",
        "value": 2**255 + number,
        "price_wei": 200_000_000_000_000_000 + number * 10**12,
        "block": 10 * number,
        "posted_at": 900 * number - 200,
        "valid_from": 900 * number,
        "valid_until": 900 * number + 900,
        "transaction": "0x" + f"{7000 + number:064x}",
        "leader": BOB.address,
        "signers": (ADA.address, BOB.address),
    }
    return PostingRecord(**fields | changes)


def own_period(account: str, number: int) -> MemberPeriodRecord:
    return MemberPeriodRecord(
        address=account,
        period=number,
        generated_wh=10 * number,
        consumed_wh=500,
        bought_wh=100,
        imported_wh=400 - 10 * number,
        declared_wh=-450,
        lines=(
            BillLine("energy", "ELE", 20_000_000_000_000_000 + number),
            BillLine("feed_in", "EUR", -(3 * 10**15) - number),
        ),
    )


def fill(store: Store) -> None:
    """A market of two members, twelve periods and one settled round."""
    store.save_instance(INSTANCE)
    store.record_members(
        [
            MemberRecord(
                ADA.address, "prosumer", "north", "0x" + "22" * 32, SECRET_NAME, "0x" + "77" * 32
            ),
            MemberRecord(BOB.address, "consumer", "<b>south</b>", "0x" + "33" * 32, "Bob", "0x01"),
        ]
    )
    store.record_posting(
        posting(0, feed="elecoin", price_wei=1_020_000_000_000_000_001, valid_until=21_600)
    )
    for number in range(PERIODS):
        priced = {} if number != 5 else {"price_wei": None, "state": "unpriced"}
        store.record_period(period(number, **priced))
        store.record_posting(posting(number))
        store.record_member_periods(
            [own_period(ADA.address, number), own_period(BOB.address, number)]
        )
    store.record_trades(
        [
            TradeRecord(
                period=3,
                transaction="0x" + "99" * 32,
                log_index=1,
                seller=BOB.address,
                buyer=ADA.address,
                energy_wh=100,
                price_wei=2 * 10**17,
                cost_wei=2 * 10**16,
            )
        ]
    )
    store.record_reputation(
        [
            ReputationRecord(0, ADA.address, 10**18),
            ReputationRecord(0, BOB.address, 2 * 10**18, leader=True),
        ]
    )
    store.record_gas([GasRecord("trade", 12, 80_000, 960_000)])


@dataclass
class Asked:
    """A service without a socket: requests go straight into the application."""

    app: FastAPI
    token: str
    store: Store

    def __call__(self, method: str, path: str, **options: Any) -> httpx.Response:
        base = options.pop("base", "http://127.0.0.1:8000")

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url=base) as client:
                return await client.request(method, path, **options)

        return asyncio.run(ask())

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self("GET", path, **options)

    @property
    def operator(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


WORLD = SimpleNamespace(
    INSTANCE=INSTANCE,
    ADA=ADA,
    BOB=BOB,
    EVE=EVE,
    NOW=NOW,
    PERIODS=PERIODS,
    HEAD=HEAD,
    SECRET_NAME=SECRET_NAME,
    period=period,
    posting=posting,
    own_period=own_period,
    fill=fill,
)


@pytest.fixture(scope="session")
def world() -> SimpleNamespace:
    """The market's people and makers of records; test modules cannot import this file."""
    WORLD.asked = asked
    return WORLD


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    with places_in(tmp_path_factory.mktemp("stores")) as made:
        yield made


@pytest.fixture(scope="module")
def backend() -> str:
    """On what stores are. Modules about the store put both in its place."""
    return "sqlite"


@pytest.fixture
def url(places: Places, backend: str) -> Iterator[str]:
    """Of a store that has its tables, and nothing in them."""
    made = places.copy(backend, "new", lambda url: open_store(url).close())
    yield made
    places.drop(made)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened


def _filled(url: str) -> None:
    with open_store(url) as opened:
        fill(opened)


@pytest.fixture
def market(places: Places, backend: str, tmp_path: Path) -> Iterator[Store]:
    """A store with the market in it; in the test's own folder if it is a file."""
    made = places.copy(backend, "filled", _filled)
    if backend == "sqlite":
        os.rename(made.removeprefix("sqlite:///"), tmp_path / "store.db")
        made = f"sqlite:///{tmp_path / 'store.db'}"
    with open_store(made) as opened:
        yield opened
    places.drop(made)


@pytest.fixture(scope="session")
def look(places: Places, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """A service for tests that change nothing and count nothing."""
    folder = tmp_path_factory.mktemp("look")
    free = ServiceSettings(folder / "token", solve_burst=10**6, signature_burst=10**6)
    with open_store(places.copy("sqlite", "filled", _filled)) as opened:
        yield asked(opened, free)


@pytest.fixture
def settings(tmp_path: Path) -> ServiceSettings:
    # No test is to meet the rates, but those that are about them.
    return ServiceSettings(
        tmp_path / "token", solve_rate=1000, solve_burst=1000, signature_burst=10_000
    )


@pytest.fixture
def ask(market: Store, settings: ServiceSettings) -> Asked:
    return asked(market, settings)


def asked(
    store: Store, settings: ServiceSettings, *, head: Head | None = HEAD, **options: Any
) -> Asked:
    # Whether the page was built in this tree is no matter of these tests.
    options.setdefault("page_folder", settings.token_path.parent / "no page")
    app = create_app(settings, store, live=LastHead(head), clock=clock_at(NOW), **options)
    return Asked(app, settings.token_path.read_text().strip(), store)


def clock_at(now: float) -> Callable[[], float]:
    return lambda: now


@pytest.fixture
def sign(world):
    """Makes the headers of a signed read."""

    def make(key: Any, account: str | None = None, **changes: Any) -> dict[str, str]:
        fields = {
            "instance_id": world.INSTANCE.instance_id,
            "chain_id": 4711,
            "account": account or key.address,
            "expires": int(world.NOW) + 600,
        } | changes
        signed = key.sign_message(signable(access_message(**fields)))
        signature = "0x" + signed.signature.hex()
        return {"Authorization": authorization(fields["account"], fields["expires"], signature)}

    return make


@pytest.fixture
def act(world):
    """Makes the headers of a signed change."""

    def make(key: Any, path: str, body: bytes, /, **changes: Any) -> dict[str, str]:
        fields = {
            "instance_id": world.INSTANCE.instance_id,
            "chain_id": 4711,
            "account": key.address,
            "method": "POST",
            "path": path,
            "body": body,
            "expires": int(world.NOW) + 300,
            "nonce": "0x" + secrets.token_hex(32),
        } | changes
        signed = key.sign_message(signable(action_message(**fields)))
        signature = "0x" + signed.signature.hex()
        value = authorization(fields["account"], fields["expires"], signature, fields["nonce"])
        return {"Authorization": value, "Content-Type": "application/json"}

    return make
