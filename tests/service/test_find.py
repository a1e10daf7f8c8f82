"""Finding members, periods and rounds; names are for who may know them."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from oracle.service.store.store import Store

Sign = Callable[..., dict[str, str]]


def found(ask: Any, text: str, headers: dict[str, str] | None = None) -> list[tuple[str, str]]:
    answer = ask.get("/api/find", params={"q": text}, headers=headers or {})
    assert answer.status_code == 200
    return [(item["kind"], item["label"]) for item in answer.json()["items"]]


def test_anybody_finds_addresses_and_numbers(ask: Any, world: SimpleNamespace) -> None:
    ada = world.ADA.address
    assert found(ask, ada) == [("member", ada)]
    assert found(ask, ada[:6].upper().replace("0X", "0x")) == [("member", ada)]
    assert found(ask, "0x" + "00" * 20) == []
    assert found(ask, "3") == [("period", "Period 3")]
    assert found(ask, "0") == [("period", "Period 0"), ("round", "Round 0")]
    assert found(ask, "5000") == []
    assert ask.get("/api/find").status_code == 422
    assert ask.get("/api/find", params={"q": "x" * 81}).status_code == 422


def test_a_name_is_found_by_who_may_know_it(
    ask: Any, market: Store, world: SimpleNamespace, sign: Sign
) -> None:
    name = world.SECRET_NAME
    part = name.split()[1].upper()
    assert found(ask, part) == []
    assert found(ask, part, ask.operator) == [("member", name)]
    assert found(ask, part, sign(world.ADA)) == [("member", name)]
    assert found(ask, part, sign(world.BOB)) == []
    assert found(ask, world.ADA.address, sign(world.BOB)) == [("member", world.ADA.address)]
    assert ask.get("/api/find?q=a", headers={"Authorization": "Bearer x"}).status_code == 401
    market.change_name(world.ADA.address, None)
    assert found(ask, part, ask.operator) == []
