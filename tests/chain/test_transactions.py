"""Sending, nonces, and the reasons of what fails."""

from __future__ import annotations

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak
from market_lab import ADMIN, BUYER, MEMBERS, SELLER, STRANGER, T0, THIRD, Lab, key

from oracle.chain.client import ChainError, Client, RpcError
from oracle.chain.interface import CONTRACTS, explain_revert, interface
from oracle.chain.transactions import Sender, Transaction, TransactionFailed
from oracle.rounds.words import Target
from oracle.units import WAD

pytestmark = pytest.mark.node


def declared(net: int = 0, period: int = 0) -> int:
    return Target(period, net, 0, 0).pack()


def test_one_key_sends_many_at_once_in_order(lab: Lab) -> None:
    first = lab.client.nonce(BUYER.address)
    periods = range(4)
    sent = lab.sender.send(
        [lab.call(BUYER, "declareTarget", declared(period=period)) for period in periods]
    )
    receipts = lab.mine(sent, T0 - 1000)
    assert len({receipt.block for receipt in receipts}) == 1
    assert [receipt.hash for receipt in receipts] == [one.hash for one in sent]
    assert lab.client.nonce(BUYER.address) == first + 4
    events = [e for e in lab.market.events(0, 10**6) if e.name == "TargetDeclared"]
    assert [e.arguments["period"] for e in events] == [*periods]


def test_keys_do_not_share_nonces(lab: Lab) -> None:
    lab.at(T0 - 1000, *(lab.call(m, "declareTarget", declared()) for m in MEMBERS))
    lab.at(T0 - 999, *(lab.call(m, "declareTarget", declared(period=1)) for m in MEMBERS[::-1]))
    assert len([e for e in lab.market.events(0, 10**6) if e.name == "TargetDeclared"]) == 6


def test_a_later_sender_goes_on_where_an_earlier_one_stopped(lab: Lab) -> None:
    lab.at(T0 - 1000, lab.call(BUYER, "declareTarget", declared()))
    lab.sender = Sender(lab.client, lab.sender.chain_id)
    lab.at(T0 - 999, lab.call(BUYER, "declareTarget", declared(period=1)))


def test_pending_transactions_count(lab: Lab) -> None:
    sent = lab.sender.send([lab.call(BUYER, "declareTarget", declared())])
    other = Sender(lab.client, lab.sender.chain_id)
    sent += other.send([lab.call(BUYER, "declareTarget", declared(period=1))])
    assert len(lab.mine(sent, T0 - 1000)) == 2


def test_a_refused_broadcast_leaves_no_hole_in_the_nonces(lab: Lab) -> None:
    poor = key("poor")
    call = lab.call(poor, "buyToken", 1, value=WAD)
    with pytest.raises(RpcError, match=r"^eth_sendRawTransaction: .*funds"):
        lab.sender.send([lab.call(BUYER, "declareTarget", declared()), call])
    lab.client.request("anvil_setBalance", poor.address, hex(2 * WAD))
    # The buyer's did arrive before the other was refused; both go on with the right nonce.
    sent = lab.sender.send([lab.call(BUYER, "declareTarget", declared(period=1)), call])
    with pytest.raises(TransactionFailed, match="NotRegistered"):
        lab.mine(sent, T0 - 1000)
    events = [e for e in lab.market.events(0, 10**6) if e.name == "TargetDeclared"]
    assert [e.arguments["period"] for e in events] == [0, 1]


def test_an_unreachable_node_leaves_no_hole_in_the_nonces(lab: Lab) -> None:
    sender = Sender(lab.client, lab.sender.chain_id)
    sender.load_nonces([BUYER.address])
    sender.client = Client("http://127.0.0.1:1")
    with pytest.raises(ChainError):
        sender.send([lab.call(BUYER, "declareTarget", declared())])
    sender.client = lab.client
    lab.mine(sender.send([lab.call(BUYER, "declareTarget", declared())]), T0 - 1000)


def test_a_transaction_that_was_not_mined_is_a_failure(lab: Lab) -> None:
    sent = lab.sender.send([lab.call(BUYER, "declareTarget", declared())])
    receipts = lab.client.receipts([one.hash for one in sent])
    assert receipts == [None]
    with pytest.raises(TransactionFailed, match=r"^declareTarget: was not mined$"):
        lab.sender.check(sent, receipts)


def test_the_first_of_several_failures_is_told_with_its_reason(lab: Lab) -> None:
    calls = [
        lab.call(BUYER, "declareTarget", declared()),
        lab.call(THIRD, "declareTarget", declared(net=7)),
        lab.call(STRANGER, "declareNeed", 0, 1),
    ]
    with pytest.raises(TransactionFailed) as failure:
        lab.at(T0 - 1000, *calls)
    assert failure.value.label == "declareTarget"
    assert failure.value.reason == f"NoGenerationRight(account: {THIRD.address})"


def test_the_second_of_two_in_one_block_fails_for_the_state_it_met(lab: Lab) -> None:
    call = lab.call(BUYER, "declareTarget", declared())
    with pytest.raises(TransactionFailed) as failure:
        lab.at(T0 - 1000, call, call)
    assert failure.value.reason == f"AlreadyDeclared(account: {BUYER.address}, period: 0)"


def test_out_of_gas_is_said_so(lab: Lab) -> None:
    call = lab.call(BUYER, "declareTarget", declared(), gas=60_000)
    assert lab.refused(T0 - 1000, call) == "out of gas: all 60000 are used"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "reverted without a reason"),
        (b"\x01\x02", "reverted without a reason"),
        (
            keccak(text="Error(string)")[:4] + encode(["string"], ["not today"]),
            "not today",
        ),
        (keccak(text="Panic(uint256)")[:4] + encode(["uint256"], [0x11]), "Panic(0x11)"),
        (b"\xde\xad\xbe\xef", "unknown error 0xdeadbeef"),
        (
            keccak(text="AlreadyPosted(bytes20)")[:4] + b"\x07" * 20 + bytes(12),
            f"AlreadyPosted(digest: 0x{'07' * 20})",
        ),
    ],
)
def test_reverts_in_words(data: bytes, words: str) -> None:
    assert explain_revert(data) == words


def test_every_error_of_every_contract_has_a_description() -> None:
    samples = {"string": "s", "address": "0x" + "ab" * 20, "bool": True}
    samples |= {f"bytes{n}": b"\x01" * n for n in (4, 20, 32)} | {"bytes": b"\x01"}
    for contract in CONTRACTS:
        errors = interface(contract).errors
        assert errors
        for selector, error in errors.items():
            kinds = [kind for _, kind in error.parameters]
            values = [samples.get(kind, 5) for kind in kinds]
            said = explain_revert(selector + encode(kinds, values))
            assert said.startswith(f"{error.name}(")
            assert all(f"{name}: " in said for name, _ in error.parameters if name)


def test_errors_of_the_tokens_are_explained(lab: Lab) -> None:
    call = lab.call(BUYER, "transfer", SELLER.address, 5, contract="Elecoin")
    reason = lab.refused(T0 - 1000, call)
    assert reason == f"ERC20InsufficientBalance(sender: {BUYER.address}, balance: 0, needed: 5)"
    call = lab.call(BUYER, "pause")
    assert lab.refused(T0 - 999, call) == f"OwnableUnauthorizedAccount(account: {BUYER.address})"


def test_a_plain_payment(lab: Lab) -> None:
    before = lab.client.balance(THIRD.address)
    lab.at(T0 - 1000, Transaction(ADMIN, THIRD.address, b"", "pay", value=3, gas=21_000))
    assert lab.client.balance(THIRD.address) == before + 3


def test_logs_are_in_the_order_of_the_chain(lab: Lab) -> None:
    first = lab.client.block().number + 1
    for n in range(3):
        lab.at(T0 - 1000 + n, *(lab.call(m, "declareTarget", declared(period=n)) for m in MEMBERS))
    logs = lab.client.logs([lab.market.address], [], first, first + 2)
    assert [(log.block, log.index) for log in logs] == [
        (first + block, index) for block in range(3) for index in range(3)
    ]
    events = lab.market.events(first, first + 2)
    assert [e.log.block for e in events] == sorted(e.log.block for e in events)
    who = [e.arguments["account"] for e in events if e.name == "TargetDeclared"]
    assert who == [m.address for m in MEMBERS] * 3


def test_events_of_strangers_are_not_ours(lab: Lab) -> None:
    (event,) = lab.market.events(1, 10**6)[:1]
    foreign = type(event.log)(
        STRANGER.address, event.log.topics, event.log.data, 1, 0, event.log.transaction
    )
    assert lab.market.decode(foreign) is None
    unknown = type(event.log)(lab.market.address, (b"\x01" * 32,), b"", 1, 0, b"")
    assert lab.market.decode(unknown) is None
    assert lab.market.decode(type(event.log)(lab.market.address, (), b"", 1, 0, b"")) is None
