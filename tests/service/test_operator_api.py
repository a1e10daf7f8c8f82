"""What the operator alone sees: members on the chain, and the health of what runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from eth_account import Account
from offices import Office

from oracle.service.ports import NodeStatus, Ports, ServerStatus

BOSS = Account.from_key("0x" + "b0" * 32)


class Works:
    def __init__(self, servers: Sequence[ServerStatus] | None) -> None:
        self._servers = servers

    def nodes(self) -> Sequence[NodeStatus]:
        return [
            NodeStatus("http://a:1", True, 90, 1000, 2),
            NodeStatus("http://b:1", True, 88, 990),
            NodeStatus("http://c:1", False),
        ]

    def servers(self) -> Sequence[ServerStatus] | None:
        return self._servers


@pytest.fixture
def office(world) -> Office:
    held = Office(holder=BOSS.address)
    held.empower(world.EVE.address, "0x" + "01" * 32, deposit_wei=5 * 10**17, rated_watts=4000)
    held.empower(world.ADA.address, "0x" + "02" * 32, generation=False, meter="0x" + "7" * 40)
    return held


def test_members_are_those_on_the_chain_with_the_names_of_the_store(
    market, settings, world, sign, office
) -> None:
    ask = world.asked(market, settings, ports=Ports(market=office))
    for headers in (ask.operator, sign(BOSS)):
        told = ask.get("/api/operator/members", headers=headers).json()
        assert (told["chain_readable"], told["next"]) == (True, None)
        eve, ada = told["items"]
        assert (eve["account"], eve["name"], eve["generation"]) == (world.EVE.address, None, True)
        assert (eve["deposit"], eve["deposit_wei"]) == (0.5, str(5 * 10**17))
        assert eve["rated_watts"] == 4000
        assert (ada["name"], ada["zone"], ada["generation"]) == (world.SECRET_NAME, "north", False)
        assert (ada["reputation"], ada["meter"]) == (1.0, "0x" + "7" * 40)


def test_pages_follow_each_other_on_either_source(market, settings, world, office) -> None:
    for readable in (True, False):
        office.readable = readable
        ask = world.asked(market, settings, ports=Ports(market=office))
        seen, after = [], 0
        while after is not None:
            path = f"/api/operator/members?limit=1&after={after}"
            page = ask.get(path, headers=ask.operator).json()
            assert page["chain_readable"] == readable
            seen += [item["account"] for item in page["items"]]
            after = page["next"]
        there = {world.EVE.address, world.ADA.address} if readable else {
            world.ADA.address, world.BOB.address,
        }  # fmt: skip
        assert (len(seen), set(seen)) == (2, there)
        if not readable:
            assert page["items"][0]["generation"] is None
            assert page["items"][0]["deposit_wei"] is None


def test_what_is_not_known_is_null(market, settings, world) -> None:
    servers = [
        ServerStatus(world.ADA.address, world.BOB.address, "edge", 0, True, "ready"),
        ServerStatus(world.EVE.address, world.BOB.address),
    ]
    ask = world.asked(market, settings, ports=Ports(operations=Works(servers)))
    told = ask.get("/api/operator/health", headers=ask.operator).json()
    assert [(n["head"], n["lag"], n["peers"]) for n in told["nodes"]] == [
        (90, 0, 2), (88, 2, None), (None, None, None),
    ]  # fmt: skip
    ada, eve = told["servers"]
    assert (ada["status"], ada["rank"]) == ("ready", 0)
    assert ada["last_posting"] == {"feed": "electricity", "epoch": 11, "posted_at": 900 * 11 - 200}
    assert {eve[name] for name in ("name", "rank", "status", "reachable", "last_posting")} == {None}
    assert told["store"]["revision"] == market.database.revision()
    assert told["store"]["size"] > 10_000
    assert told["service"]["since"] == int(world.NOW)


def test_without_a_chain_there_are_no_servers_to_show(market, settings, world) -> None:
    for ports in (Ports(), Ports(operations=Works(None))):
        ask = world.asked(market, settings, ports=ports)
        told = ask.get("/api/operator/health", headers=ask.operator).json()
        assert told["servers"] is None


@pytest.mark.parametrize("path", ["/api/operator/members", "/api/operator/health"])
def test_nobody_else_sees_it(market, settings, world, sign, office, path: str) -> None:
    ask = world.asked(market, settings, ports=Ports(market=office))
    assert ask.get(path).status_code == 401
    assert ask.get(path, headers=sign(world.ADA)).status_code == 403
    assert ask.get(path, headers=sign(BOSS, instance_id="aa" * 16)).status_code == 401
    few = world.asked(market, replace(settings, signature_burst=1, signature_rate=0.01))
    assert [few.get(path).status_code for _ in range(2)] == [401, 429]
