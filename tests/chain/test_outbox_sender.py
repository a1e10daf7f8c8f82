"""The outbox on a real chain: crashes at every step, reorganisations, what is lost or refused."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from market_lab import BUYER, T0, Lab, key

from oracle.chain.client import Client
from oracle.chain.outbox.entry import Call, Entry, State
from oracle.chain.outbox.fees import FeePolicy
from oracle.chain.outbox.sender import OutboxSender, WouldRevert
from oracle.chain.signer import Signer
from oracle.rounds.words import Target
from oracle.units import WAD

pytestmark = pytest.mark.node

POLICY = FeePolicy(cap=10**10, tip=10**9, patience=2)
STEPS = ("built", "sent", "broadcast", "mined", "final")


class Crash(BaseException):
    """What a killed process does not catch."""


@dataclass
class Memory:
    """The port's meaning in a dictionary; it outlives the senders of a test."""

    entries: dict[tuple[str, int], Entry] = field(default_factory=dict)

    def open_entries(self, sender: str) -> list[Entry]:
        found = [e for (who, _), e in self.entries.items() if who == sender and not e.ended]
        return sorted(found, key=lambda entry: entry.nonce)

    def find(self, key: str) -> Entry | None:
        live = (e for e in self.entries.values() if e.state is not State.LOST)
        return next((e for e in live if e.call.key == key), None)

    def at_nonce(self, sender: str, nonce: int) -> Entry | None:
        return self.entries.get((sender, nonce))

    def next_nonce(self, sender: str) -> int:
        live = [n for (who, n), e in self.entries.items()
                if who == sender and e.state is not State.LOST]  # fmt: skip
        return max(live, default=-1) + 1

    def add(self, entry: Entry) -> bool:
        there = self.entries.get((entry.sender, entry.nonce))
        if there is not None and there.state is not State.LOST:
            return False
        self.save(entry)
        return True

    def save(self, entry: Entry) -> None:
        self.entries[entry.sender, entry.nonce] = entry


def declare(lab: Lab, period: int = 0) -> Call:
    word = Target(period, 0, 0, 0).pack()
    call = lab.call(BUYER, "declareTarget", word)
    assert call.to is not None
    return Call(f"target:{period}", call.to, call.data)


def sender_of(
    lab: Lab, store: Memory, signer: Signer = BUYER, depth: int = 2, **options: object
) -> OutboxSender:
    return OutboxSender(
        lab.client, signer, store, POLICY, lab.sender.chain_id, depth, **options,  # type: ignore[arg-type]
    )  # fmt: skip


def mine(client: Client, blocks: int = 1) -> None:
    for _ in range(blocks):
        client.request("evm_mine")


def targets(lab: Lab) -> list[int]:
    events = lab.market.events(0, 10**6)
    return [e.arguments["period"] for e in events if e.name == "TargetDeclared"]


@pytest.fixture
def early(lab: Lab) -> Lab:
    """Before the first deadline, mining only when a test says so.

    The blocks of the deployment may be too old for Anvil to know their state, so none is asked
    for: there are as many new ones as the depth.
    """
    lab.client.request("evm_setNextBlockTimestamp", hex(T0 - 3000))
    mine(lab.client, 5)
    return lab


def run_until_final(lab: Lab, sender: OutboxSender, rounds: int = 12) -> None:
    for _ in range(rounds):
        if not sender.step():
            return
        mine(lab.client)
    raise AssertionError("still open")


def test_from_intent_to_finality(early: Lab) -> None:
    store, states = Memory(), []
    sender = sender_of(early, store, moved=lambda entry: states.append(entry.state))
    sender.enqueue(declare(early))
    run_until_final(early, sender)
    assert states == [State.BUILT, State.BROADCAST, State.MINED, State.FINAL]
    assert targets(early) == [0]
    (entry,) = store.entries.values()
    assert entry.inclusion is not None
    assert entry.inclusion.succeeded


def test_the_same_effect_is_asked_for_once(early: Lab) -> None:
    sender = sender_of(early, Memory())
    first = sender.enqueue(declare(early))
    assert sender.enqueue(declare(early)) == first
    run_until_final(early, sender)
    again = sender.enqueue(declare(early))
    assert again.state is State.FINAL
    assert targets(early) == [0]


@pytest.mark.parametrize("step", STEPS)
def test_killed_after_any_step_it_goes_on_and_the_effect_is_one(early: Lab, step: str) -> None:
    store = Memory()

    def crash(at: str) -> None:
        if at == step:
            raise Crash

    def live(sender: OutboxSender) -> None:
        sender.enqueue(declare(early))
        sender.enqueue(declare(early, 1))
        run_until_final(early, sender)

    with pytest.raises(Crash):
        live(sender_of(early, store, checkpoint=crash))
    live(sender_of(early, store))
    assert sorted(targets(early)) == [0, 1]
    assert {entry.state for entry in store.entries.values()} == {State.FINAL}


def test_what_would_revert_is_neither_stored_nor_sent(early: Lab) -> None:
    store = Memory()
    market = early.deployment.address("ElectricityTrading")
    call = early.call(key("nobody"), "declareTarget", Target(0, 0, 0, 0).pack())
    with pytest.raises(WouldRevert, match=r"^target:0: NotRegistered\("):
        sender_of(early, store, key("nobody")).enqueue(Call("target:0", market, call.data))
    assert store.entries == {}


def test_a_reorganisation_takes_a_mined_one_out_and_it_goes_in_again(early: Lab) -> None:
    store, states = Memory(), []
    sender = sender_of(
        early, store, depth=4, moved=lambda entry: states.append((entry.call.key, entry.state))
    )
    sender.enqueue(declare(early))
    sender.step()
    mine(early.client)
    sender.step()
    assert targets(early) == [0]
    early.client.request("anvil_reorg", 1, [])
    assert targets(early) == []
    run_until_final(early, sender)
    assert targets(early) == [0]
    assert [s for _, s in states].count(State.BROADCAST) == 3  # sent, taken back, sent again


def test_a_transaction_that_the_node_forgot_is_replaced_by_a_dearer_one(early: Lab) -> None:
    store = Memory()
    sender = sender_of(early, store)
    sender.enqueue(declare(early))
    sender.step()
    early.client.request("anvil_dropAllTransactions")
    run_until_final(early, sender)
    (entry,) = store.entries.values()
    assert len(entry.attempts) == 2
    assert 8 * entry.attempts[1].fees.tip >= 9 * entry.attempts[0].fees.tip
    assert targets(early) == [0]


def test_the_older_attempt_may_win(early: Lab) -> None:
    store = Memory()
    sender = sender_of(early, store)
    sender.enqueue(declare(early))
    (first,) = sender.step()
    early.client.request("anvil_dropAllTransactions")
    mine(early.client, 3)
    (raised,) = sender.step()
    assert len(raised.attempts) == 2
    early.client.request("anvil_dropAllTransactions")
    early.client.send_raw([first.attempts[0].raw])
    run_until_final(early, sender)
    (entry,) = store.entries.values()
    assert entry.inclusion is not None
    assert entry.inclusion.hash == first.attempts[0].hash
    assert targets(early) == [0]


def test_a_nonce_that_someone_else_used_is_given_up_and_the_effect_asked_for_anew(
    early: Lab,
) -> None:
    store = Memory()
    sender = sender_of(early, store)
    sender.enqueue(declare(early))
    # Another process with the same key.
    early.sender.send([early.call(BUYER, "declareTarget", Target(1, 0, 0, 0).pack())])
    mine(early.client, 4)
    assert sender.step() == []
    assert [entry.state for entry in store.entries.values()] == [State.LOST]
    sender.enqueue(declare(early))
    run_until_final(early, sender)
    assert sorted(targets(early)) == [0, 1]


@pytest.mark.parametrize("known", [True, False], ids=["once final", "never sent"])
def test_a_gap_below_the_open_nonces_is_filled(early: Lab, known: bool) -> None:
    store, said = Memory(), []
    sender = sender_of(
        early, store, depth=0, trouble=lambda text, entry: said.append((text, entry.nonce))
    )
    sender.enqueue(declare(early))
    run_until_final(early, sender)
    (entry,) = store.entries.values()
    # Deeper than the depth: what was final is gone, and nodes have forgotten it.
    early.client.request("anvil_reorg", 2, [])
    if not known:
        del store.entries[entry.sender, entry.nonce]
        store.save(sender._built(declare(early, 1), entry.nonce + 1, POLICY.first(0)))
    else:
        sender.enqueue(declare(early, 1))
    run_until_final(early, sender)
    assert sorted(targets(early)) == ([0, 1] if known else [1])
    assert len(said) == 1
    assert ("sent again" if known else "filled") in said[0][0]
    assert said[0][1] == entry.nonce


def test_what_was_final_and_is_gone_is_sent_again_when_it_is_asked_for(early: Lab) -> None:
    store, said = Memory(), []
    sender = sender_of(early, store, depth=0, trouble=lambda text, _: said.append(text))
    sender.enqueue(declare(early))
    run_until_final(early, sender)
    early.client.request("anvil_reorg", 2, [])
    for _ in range(2):  # the second time the node knows it already
        sender.enqueue(declare(early))
        sender.step()
    mine(early.client)
    assert targets(early) == [0]
    sender.enqueue(declare(early))
    assert said == ["was final, is gone: sent again"] * 2


def test_a_refused_broadcast_is_said_and_tried_again(early: Lab) -> None:
    poor, said = key("poor"), []
    store = Memory()
    sender = sender_of(
        early, store, poor, trouble=lambda text, entry: said.append((text, entry.nonce))
    )
    pay = Call("pay", BUYER.address, b"", value=WAD, gas=21_000)
    early.client.request("anvil_setBalance", poor.address, hex(2 * WAD))
    sender.enqueue(pay)
    early.client.request("anvil_setBalance", poor.address, "0x0")
    sender.step()
    assert "funds" in said[0][0]
    early.client.request("anvil_setBalance", poor.address, hex(2 * WAD))
    run_until_final(early, sender)
    assert next(iter(store.entries.values())).state is State.FINAL


def test_two_processes_of_a_key_share_its_nonces(early: Lab) -> None:
    """The second looked for the next nonce before the first had stored its entry."""

    class Late(Memory):
        def next_nonce(self, sender: str) -> int:
            return 0

    store = Late()
    first, second = sender_of(early, store), sender_of(early, store)
    one = first.enqueue(declare(early))
    other = second.enqueue(declare(early, 1))
    assert (one.nonce, other.nonce) == (one.nonce, one.nonce + 1)
    first.step()
    mine(early.client, 4)
    first.step()
    assert targets(early) == [0, 1]
