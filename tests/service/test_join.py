"""Who comes in: at once on a development chain, by the operator elsewhere, and nobody twice."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from eth_account import Account
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from offices import Office, Steward, entry

from oracle.service.ports import Ports
from oracle.service.store.records import InstanceRecord, MemberRecord

OURS = 4711
WISH = {"name": "Mei"}
MEI = Account.from_key("0x" + "4e" * 32)
BOSS = Account.from_key("0x" + "b0" * 32)


class World:
    """One service over one market, and ways to ask to join it."""

    def __init__(self, market, given, world, act, **changes: Any) -> None:
        facts = {"currency": "EUR", "zones": ["north", "south"]}
        market.save_instance(replace(world.INSTANCE, deployment=facts))
        self.store, self.act = market, act
        self.office = Office(holder=BOSS.address)
        self.steward = Steward(self.office)
        port = None if changes.pop("shut", False) else self.steward
        free = replace(given, join_burst=1000, development_chain=OURS)
        ports = Ports(market=self.office, join=port)
        self.ask = world.asked(market, replace(free, **changes), ports=ports)

    def join(self, key=MEI, wish: object = WISH, **changes: Any):
        content = json.dumps(wish).encode()
        headers = self.act(key, "/api/join", content, **changes)
        return self.ask("POST", "/api/join", content=content, headers=headers)

    def state(self, key=MEI) -> str:
        return self.ask.get(f"/api/join/{key.address}").json()["state"]

    def decide(self, decision: object, key=MEI, headers: dict[str, str] | None = None):
        path = f"/api/requests/{key.address}"
        content = json.dumps({"decision": decision}).encode()
        signed = self.act(BOSS, path, content) if headers is None else headers
        kind = {"Content-Type": "application/json"}
        return self.ask("POST", path, content=content, headers=kind | signed)

    def requests(self) -> list[dict[str, Any]]:
        return self.ask.get("/api/requests", headers=self.ask.operator).json()["items"]


@pytest.fixture
def inn(market, settings, world, act) -> World:
    """Of a development chain."""
    return World(market, settings, world, act)


@pytest.fixture
def town(market, settings, world, act) -> World:
    """Of any other chain."""
    return World(market, settings, world, act, development_chain=OURS + 1)


# --- at once ----------------------------------------------------------------------------------


def test_on_a_development_chain_she_is_in_at_once_and_once(inn: World) -> None:
    assert inn.state() == "none"
    first = inn.join()
    assert (first.status_code, first.json()) == (
        200,
        {
            "account": MEI.address,
            "state": "joined",
            "transactions": ["0x" + "11" * 32],
            "meter": "0x" + "7" * 40,
        },
    )
    again = inn.join().json()
    assert (again["state"], again["transactions"], again["meter"]) == (
        "joined",
        [],
        "0x" + "7" * 40,
    )
    assert inn.steward.let_in == [(MEI.address, "Mei")]
    assert inn.state() == "joined"


def test_who_lost_her_rights_does_not_get_them_back_by_asking(inn: World) -> None:
    inn.join()
    inn.office.entries[MEI.address] = entry(MEI.address)
    assert inn.join().json()["state"] == "refused"
    assert inn.state() == "refused"
    assert len(inn.steward.let_in) == 1


def test_a_member_of_the_community_is_told_that_she_is_one(inn: World, world) -> None:
    inn.office.empower(world.ADA.address, "0x" + "22" * 32)
    answer = inn.join(world.ADA).json()
    assert (answer["state"], answer["transactions"]) == ("joined", [])
    assert inn.steward.let_in == []


def test_what_goes_wrong_is_told_and_can_be_tried_again(inn: World) -> None:
    inn.steward.trouble = "the market's first day\n is not over yet"
    answer = inn.join()
    assert (answer.status_code, answer.json()) == (
        503,
        {"error": "the market's first day is not over yet"},
    )
    assert int(answer.headers["retry-after"]) > 0
    assert inn.state() == "requested"
    # Half done: the rights are there, the rest is not, and the one who does it has not ended.
    inn.office.empower(MEI.address, "0x" + "55" * 32)
    assert inn.state() == "requested"
    inn.steward.trouble = None
    assert inn.join().json()["state"] == "joined"


def test_a_signature_for_something_else_lets_nobody_in(inn: World) -> None:
    for changes, said in (
        ({"instance_id": "aa" * 16}, "not this account's"),
        ({"chain_id": 1}, "not this account's"),
        ({"path": "/api/requests"}, "not this account's"),
        ({"method": "GET"}, "not this account's"),
        ({"body": b"{}"}, "not this account's"),
        ({"account": BOSS.address}, "not this account's"),
        ({"expires": 5}, "expired"),
    ):
        answer = inn.join(**changes)
        assert answer.status_code == 401, changes
        assert said in answer.json()["error"]
    assert inn.steward.let_in == []
    assert inn.requests() == []


def test_a_signature_counts_once_and_the_token_is_nobodys_account(inn: World) -> None:
    headers = inn.act(MEI, "/api/join", b"{}")
    codes = [inn.ask("POST", "/api/join", content=b"{}", headers=headers).status_code for _ in "ab"]
    assert codes == [200, 401]
    assert inn.ask("POST", "/api/join", json={}, headers=inn.ask.operator).status_code == 401
    assert inn.ask("POST", "/api/join", json={}).status_code == 401


def test_attempts_are_counted_by_client_and_by_account(market, settings, world, act) -> None:
    strict = World(market, settings, world, act, join_burst=3, join_rate=0.001)
    codes = [strict.join(Account.from_key(bytes([7] * 31 + [i]))).status_code for i in range(5)]
    assert codes == [200, 200, 200, 429, 429]


def test_a_chain_that_cannot_be_read_lets_nobody_in(inn: World, town: World) -> None:
    for place in (inn, town):
        place.office.readable = False
        assert place.join().status_code == 503
        assert place.state() == "none"
    assert inn.steward.let_in == []


# --- by the operator --------------------------------------------------------------------------


def test_elsewhere_it_is_a_request_whatever_can_let_people_in(town: World) -> None:
    answer = town.join()
    assert (answer.status_code, answer.json()["state"]) == (200, "requested")
    assert town.steward.let_in == []
    assert town.join().json()["state"] == "requested"
    (request,) = town.requests()
    assert (request["account"], request["name"], request["state"]) == (
        MEI.address, "Mei", "requested",
    )  # fmt: skip
    assert "salt" not in request


def test_it_is_the_chain_that_makes_a_member(town: World) -> None:
    town.join()
    assert town.decide("approve").json()["state"] == "approved"
    assert town.state() == "requested"
    (request,) = town.requests()
    record = town.store.join_request(MEI.address)
    town.office.empower(MEI.address, request["name_hash"], zone=1)
    assert town.state() == "joined"
    assert town.requests()[0]["state"] == "joined"
    member = town.store.member(MEI.address)
    assert (member.name, member.salt, member.zone) == ("Mei", record.salt, "south")
    assert town.decide("refuse").status_code == 409


def test_she_keeps_her_name_when_the_chain_was_read_before_the_decision(town: World) -> None:
    town.join()
    (request,) = town.requests()
    town.office.empower(MEI.address, request["name_hash"], zone=1)
    town.store.record_members(
        [MemberRecord(MEI.address, "prosumer", "south", request["name_hash"])]
    )
    assert town.decide("approve").status_code == 409
    assert town.store.member(MEI.address).name == "Mei"


def test_under_another_hash_she_gets_no_name_of_a_request(town: World) -> None:
    town.join()
    town.office.empower(MEI.address, "0x" + "99" * 32, zone=7)
    assert town.state() == "joined"
    member = town.store.member(MEI.address)
    assert (member.name, member.salt, member.zone) == (None, None, "7")


def test_who_is_refused_stays_so_until_the_operator_thinks_again(town: World) -> None:
    town.join()
    assert town.decide("refuse").json()["state"] == "refused"
    assert town.join().json()["state"] == "refused"
    assert town.state() == "refused"
    assert town.decide("approve").json()["state"] == "approved"
    assert town.state() == "requested"


def test_only_the_operator_sees_and_decides(town: World, world, sign) -> None:
    town.join()
    stranger = town.act(MEI, f"/api/requests/{MEI.address}", b'{"decision": "approve"}')
    assert town.decide("approve", headers=stranger).status_code == 403
    member = town.act(world.ADA, f"/api/requests/{MEI.address}", b'{"decision": "approve"}')
    assert town.decide("approve", headers=member).status_code == 403
    assert town.decide("approve", headers={}).status_code == 401
    assert town.ask.get("/api/requests").status_code == 401
    assert town.ask.get("/api/requests", headers=sign(world.ADA)).status_code == 403
    assert town.ask.get("/api/requests", headers=sign(BOSS)).status_code == 200
    assert town.decide("approve", headers=town.ask.operator).status_code == 200
    assert town.decide("approve", key=world.EVE).status_code == 404


def test_there_is_an_end_to_requests(market, settings, world, act) -> None:
    full = World(market, settings, world, act, development_chain=None, join_requests=2)
    keys = [Account.from_key(bytes([9] * 31 + [i + 1])) for i in range(3)]
    assert [full.join(key).status_code for key in keys] == [200, 200, 429]
    assert full.decide("refuse", key=keys[0]).status_code == 200
    assert full.join(keys[2]).json()["state"] == "requested"


def test_where_no_chain_can_be_read_nobody_joins(ask, act) -> None:
    headers = act(MEI, "/api/join", b"{}")
    answer = ask("POST", "/api/join", content=b"{}", headers=headers)
    assert answer.status_code == 403


def test_another_deployment_has_its_own_requests(town: World) -> None:
    town.join()
    town.store.save_instance(InstanceRecord("aa" * 16, OURS, "0x" + "11" * 32))
    assert town.state() == "none"
    assert town.requests() == []


# --- the office -------------------------------------------------------------------------------


def test_the_administrator_of_the_market_is_the_operator_here(town: World, world, sign) -> None:
    ada = f"/api/members/{world.ADA.address}"
    assert town.ask.get(ada, headers=sign(BOSS)).json()["name"] == world.SECRET_NAME
    body = b'{"name": "Countess"}'
    changed = town.ask(
        "POST", f"{ada}/name", content=body, headers=town.act(BOSS, f"{ada}/name", body)
    )
    assert changed.status_code == 200


@pytest.mark.parametrize("change", [{"holder": MEI.address}, {"holder": None}, {"readable": False}])
def test_who_holds_the_office_no_more_or_perhaps_is_a_stranger(
    market, settings, world, act, sign, change
) -> None:
    town = World(market, settings, world, act)
    for name, value in change.items():
        setattr(town.office, name, value)
    ada = f"/api/members/{world.ADA.address}"
    assert town.ask.get(ada, headers=sign(BOSS)).status_code == 403
    body = b'{"name": null}'
    answer = town.ask(
        "POST", f"{ada}/name", content=body, headers=town.act(BOSS, f"{ada}/name", body)
    )
    assert answer.status_code == 403
    assert town.ask.get("/api/requests", headers=sign(BOSS)).status_code == 403


# --- anything at all --------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=70),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "decision", "state"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(body=JSON, address=st.text(max_size=44) | st.just(MEI.address))
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_sent_the_answer_is_one_line(town: World, body: object, address: str) -> None:
    answers = [town.join(wish=body), town.decide(body)]
    content = json.dumps(body).encode()
    for method in ("GET", "POST"):
        path = f"/api/join/{quote(address, safe='')}"
        answers.append(town.ask(method, path, content=content))
    for answer in answers:
        assert answer.status_code in {200, 307, 404, 405, 415, 422}, answer.text
        if answer.status_code == 422:
            assert "\n" not in answer.json()["error"]
    for record in town.store.join_requests():
        assert record.name is None or (0 < len(record.name) <= 63 and record.name.isprintable())
