"""Standing orders: what Python signs is what the contract reads."""

from __future__ import annotations

from dataclasses import replace

import pytest
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from market_lab import BUYER, SCHEDULE, SELLER, STRANGER, T0, Lab, zone_of

from oracle.chain import orders
from oracle.chain.market import MARKET, ORDERS
from oracle.chain.orders import (
    DOMAIN_NAME,
    Deal,
    ItemFailure,
    OrderDomain,
    OrderTerms,
    budgets_left,
    buy,
    declare_targets,
    failures,
    give_order,
    revoke_order,
)
from oracle.rounds.typed_data import VERSION
from oracle.rounds.words import Target
from oracle.units import WAD

AGENT = STRANGER
"""Somebody with coins for gas and no part in the market."""
TERMS = OrderTerms(AGENT.address, WAD // 2, 3 * WAD, T0 + 10**6)

ADDRESSES = st.integers(1, 2**160 - 1).map(lambda value: f"0x{value:040x}")
AMOUNTS = st.integers(0, 2**96 - 1)
ORDERS_SIGNED = st.builds(OrderTerms, ADDRESSES, AMOUNTS, AMOUNTS, st.integers(0, 2**40 - 1))
WORDS = st.integers(0, 2**256 - 1)


@given(ORDERS_SIGNED, ADDRESSES, ADDRESSES, WORDS, WORDS, st.integers(1, 2**63))
def test_the_digests_are_those_of_an_independent_eip_712(
    terms: OrderTerms, member: str, contract: str, nonce: int, deadline: int, chain_id: int
) -> None:
    domain = {
        "name": DOMAIN_NAME,
        "version": VERSION,
        "chainId": chain_id,
        "verifyingContract": contract,
    }
    order = {
        "member": member,
        "agent": terms.agent,
        "maxPrice": terms.max_price,
        "dailyBudget": terms.daily_budget,
        "until": terms.until,
        "nonce": nonce,
        "deadline": deadline,
    }
    kinds = ("address", "address", "uint96", "uint96", "uint40", "uint256", "uint256")
    revocation = {"member": member, "nonce": nonce, "deadline": deadline}
    own = OrderDomain(chain_id, contract)
    assert own.order_digest(member, terms, nonce, deadline) == _digest(
        domain, "StandingOrder", order, kinds
    )
    assert own.revocation_digest(member, nonce, deadline) == _digest(
        domain, "Revocation", revocation, ("address", "uint256", "uint256")
    )


def _digest(
    domain: dict[str, object], name: str, message: dict[str, object], kinds: tuple[str, ...]
) -> bytes:
    fields = [{"name": n, "type": k} for n, k in zip(message, kinds, strict=True)]
    domain_kinds = ("string", "string", "uint256", "address")
    signable = encode_typed_data(
        full_message={
            "types": {
                "EIP712Domain": [
                    {"name": n, "type": k} for n, k in zip(domain, domain_kinds, strict=True)
                ],
                name: fields,
            },
            "primaryType": name,
            "domain": domain,
            "message": message,
        }
    )
    return keccak(b"\x19" + signable.version + signable.header + signable.body)


@pytest.mark.node
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ORDERS_SIGNED, ADDRESSES, WORDS, WORDS)
def test_the_contract_gives_the_same_digests(
    lab: Lab, terms: OrderTerms, member: str, nonce: int, deadline: int
) -> None:
    domain, market = OrderDomain.of(lab.market), lab.market
    given_ = (member, terms.as_tuple(), nonce, deadline)
    assert market.read("orderDigest", *given_, contract=ORDERS) == (
        domain.order_digest(member, terms, nonce, deadline),
    )
    assert market.read("revocationDigest", member, nonce, deadline, contract=ORDERS) == (
        domain.revocation_digest(member, nonce, deadline),
    )


@pytest.mark.node
def test_a_signed_order_lets_the_agent_act_and_a_signed_revocation_ends_it(lab: Lab) -> None:
    market, until = lab.market, T0 + 10**6
    nonces = lab.client.nonces([BUYER.address])
    lab.at(T0 - 2000, give_order(market, BUYER, AGENT, TERMS, 0, until))
    assert market.read("orderOf", BUYER.address, contract=ORDERS)[0] == (
        AGENT.address.lower(),
        TERMS.max_price,
        TERMS.daily_budget,
        0,
        TERMS.until,
        0,
    )
    assert budgets_left(market, [BUYER.address, SELLER.address]) == {
        BUYER.address: TERMS.daily_budget,
        SELLER.address: 0,
    }
    word = Target(0, -500, 300_000, 400_000, zone_of(BUYER)).pack()
    declare = market.transaction(AGENT, "declareTarget", BUYER.address, word, contract=ORDERS)
    lab.at(SCHEDULE.declaration_deadline(0) - 60, declare)
    assert market.read("slot", BUYER.address, 0, contract=MARKET)[0][1] == -500
    again = give_order(market, BUYER, AGENT, TERMS, 0, until)
    refused = lab.refused(SCHEDULE.declaration_deadline(0) - 50, again)
    assert refused == f"InvalidAccountNonce(account: {BUYER.address}, currentNonce: 1)"
    lab.at(SCHEDULE.declaration_deadline(0) - 40, revoke_order(market, BUYER, AGENT, 1, until))
    refused = lab.refused(
        SCHEDULE.declaration_deadline(0) - 30,
        market.transaction(AGENT, "declareNeed", BUYER.address, 0, 1, contract=ORDERS),
    )
    assert refused == f"NotAgent(member: {BUYER.address}, caller: {AGENT.address})"
    # Her own key has sent nothing.
    assert lab.client.nonces([BUYER.address]) == nonces


@pytest.mark.node
def test_what_a_batch_leaves_out_is_said(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who gave no order is left out of batches of two; the others' items count."""
    market, until = lab.market, T0 + 10**6
    monkeypatch.setattr(orders, "BATCH", 2)
    lab.at(T0 - 2000, give_order(market, BUYER, AGENT, TERMS, 0, until))
    words = [
        (member.address, Target(period, -500, 300_000, 400_000, zone_of(member)).pack())
        for period, member in ((0, SELLER), (0, BUYER), (1, BUYER), (1, SELLER), (2, BUYER))
    ]
    sent = declare_targets(market, AGENT, words)
    assert len(sent) == 3
    mined = lab.at(SCHEDULE.declaration_deadline(0) - 60, *sent)
    reason = f"NotAgent(member: {SELLER.address}, caller: {AGENT.address})"
    assert failures(market, mined) == [
        ItemFailure(0, SELLER.address, reason),
        ItemFailure(1, SELLER.address, reason),
    ]
    assert failures(market, mined[2:]) == failures(market, []) == []
    declared = [market.read("slot", BUYER.address, period)[0][1] for period in range(3)]
    assert declared == [-500] * 3
    deal = Deal(BUYER.address, SELLER.address, 0, 500, 500, WAD, until)
    mined = lab.at(SCHEDULE.declaration_deadline(0) - 30, *buy(market, AGENT, [deal]))
    (refused,) = failures(market, mined)
    assert (refused.item, refused.member) == (0, BUYER.address)
    assert refused.reason.startswith("OutsideWindow(period: 0")


@pytest.mark.node
def test_nobody_elses_signature_counts(lab: Lab) -> None:
    forged = give_order(lab.market, SELLER, AGENT, TERMS, 0, T0)
    data = forged.data.replace(
        bytes.fromhex(SELLER.address[2:]), bytes.fromhex(BUYER.address[2:]), 1
    )
    refused = lab.refused(T0 - 2000, replace(forged, data=data))
    assert refused == f"InvalidSignature(member: {BUYER.address})"
