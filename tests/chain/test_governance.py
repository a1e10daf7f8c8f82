"""The administrator's office in three hands, on a real chain."""

from __future__ import annotations

import pytest
from market_lab import ADMIN, BUYER, MEMBERS, SERVERS, T0, THIRD, Lab, key

from oracle.chain.governance import Governance, hand_over
from oracle.chain.market import ORACLE

pytestmark = pytest.mark.node

BOARD, GUARDIAN = THIRD, BUYER
DELAY = 3600


def governed(lab: Lab) -> Governance:
    return hand_over(
        lab.market,
        lab.sender,
        ADMIN,
        lambda sent: lab.mine(sent, T0),
        administration=BOARD.address,
        operator=ADMIN.address,
        guardian=GUARDIAN.address,
        delay=DELAY,
    )


def test_servers_are_replaced_after_an_announcement_and_not_before(lab: Lab) -> None:
    office = governed(lab)
    assert lab.market.read("administrator")[0].lower() == office.address.lower()
    servers = [(key(f"new {n}").address, m.address) for n, m in enumerate(MEMBERS)]
    assert "OwnableUnauthorizedAccount" in lab.refused(
        T0 + 100, lab.call(ADMIN, "setEdgeServers", servers)
    )
    assert lab.refused(T0 + 200, office.act(BOARD, "setEdgeServers", servers))
    lab.at(T0 + 300, office.announce(BOARD, "setEdgeServers", servers))
    assert lab.refused(T0 + 300 + DELAY - 1, office.act(BOARD, "setEdgeServers", servers))
    lab.at(T0 + 300 + DELAY, office.act(BOARD, "setEdgeServers", servers))
    assert lab.market.read("serverIndexPlusOne", servers[2][0], contract=ORACLE) == (3,)
    assert lab.market.read("serverIndexPlusOne", SERVERS[0].address, contract=ORACLE) == (0,)


def test_the_guardian_pauses_and_the_operator_goes_on(lab: Lab) -> None:
    office = governed(lab)
    lab.at(T0 + 100, office.act(GUARDIAN, "pause"))
    assert lab.market.read("paused") == (True,)
    assert lab.refused(T0 + 200, office.act(GUARDIAN, "unpause"))
    lab.at(T0 + 300, office.act(ADMIN, "unpause"))
    assert lab.market.read("paused") == (False,)
    lab.at(T0 + 400, office.announce(BOARD, "setAttestor", THIRD.address, DELAY))
    lab.at(T0 + 500, office.take_back(BOARD, "setAttestor", THIRD.address, DELAY))
    late = T0 + 500 + DELAY
    assert lab.refused(late, office.act(BOARD, "setAttestor", THIRD.address, DELAY))
