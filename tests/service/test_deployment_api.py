"""What the service tells of the deployment."""

from __future__ import annotations

from dataclasses import replace

import pytest
from offices import Office

from oracle.service.ports import Joined, Ports, Running
from oracle.service.settings import ServiceSettings
from oracle.service.store.records import MemberRecord
from oracle.service.store.store import Store

FACTS = {
    "community": "Kept",
    "currency": "EUR",
    "timezone": "Europe/Berlin",
    "contracts": {"ElectricityTrading": "0x" + "12" * 20},
    "schedule": {"start": 900, "period": 900},
    "deploy_block": 3,
    "depth": 2,
    "zones": ["north", "<b>south</b>"],
    "administrator": "0x" + "ad" * 20,
    "redemption_wei": "970000000000000000",
    "files": ["/home/ada/secret.toml"],
    "salts": "random",
}


class Nobody:
    def join(self, account: str, name: str | None) -> Joined:
        raise AssertionError("nobody asked")


class Live:
    def running(self) -> Running:
        return Running(True, 2.5)


@pytest.fixture
def told(market: Store, settings: ServiceSettings, world):
    market.save_instance(replace(world.INSTANCE, deployment=FACTS))

    def tell(ports: Ports | None = None, **changes: object):
        ask = world.asked(market, replace(settings, **changes), ports=ports)
        return ask.get("/api/market").json()

    return tell


def test_the_deployment_is_told_and_nothing_of_this_machine(told, world) -> None:
    found = told()
    assert found["contracts"] == FACTS["contracts"]
    assert (found["deploy_block"], found["depth"], found["zones"]) == (3, 2, FACTS["zones"])
    assert (found["instance_id"], found["chain_id"]) == (world.INSTANCE.instance_id, 4711)
    assert found["chain_name"] == "chain 4711"
    assert found["administrator"] == FACTS["administrator"]
    assert found["redemption_wei"] == "970000000000000000"
    assert (found["live"], found["seconds_per_period_wall"]) == (None, None)
    assert (found["development"], found["join"], found["rpc"]) == (False, "closed", False)
    assert "secret" not in str(found)
    assert not {"files", "salts"} & set(found)


def test_zones_that_nobody_named_have_their_numbers(store, settings, world) -> None:
    store.save_instance(replace(world.INSTANCE, deployment={**FACTS, "zones": []}))
    ask = world.asked(store, settings)
    assert ask.get("/api/market").json()["zones"] == []
    store.record_members(
        MemberRecord("0x" + f"{n:040x}", "consumer", zone, "0x" + "00" * 32)
        for n, zone in enumerate(["2", "0", "10"])
    )
    assert ask.get("/api/market").json()["zones"] == [str(n) for n in range(11)]


def test_who_holds_the_office_now_comes_before_who_did(told) -> None:
    assert told(Ports(market=Office("0x" + "ee" * 20)))["administrator"] == "0x" + "ee" * 20
    assert told(Ports(market=Office(None)))["administrator"] == FACTS["administrator"]


@pytest.mark.parametrize(
    ("ports", "development_chain", "mode"),
    [
        (Ports(Office(None), Nobody(), Live()), 4711, "open"),
        (Ports(Office(None), Nobody(), Live()), 4712, "request"),
        (Ports(Office(None), Nobody(), Live()), None, "request"),
        (Ports(Office(None)), 4711, "request"),
        (Ports(None, Nobody()), 4711, "closed"),
    ],
)
def test_how_to_join_hangs_on_the_chain(told, ports, development_chain, mode) -> None:
    found = told(ports, development_chain=development_chain, rpc_url="http://127.0.0.1:1")
    assert found["join"] == mode
    assert found["development"] == (development_chain == 4711)
    assert found["live"] == (True if ports.running else None)
    assert found["seconds_per_period_wall"] == (2.5 if ports.running else None)
    assert found["rpc"] is True


def test_without_a_deployment_there_is_nothing_to_tell(store, settings, world) -> None:
    answer = world.asked(store, settings).get("/api/market")
    assert (answer.status_code, answer.json()) == (503, {"error": "no deployment yet"})
