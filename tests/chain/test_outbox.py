"""The outbox's decisions: fees, states, what follows from what the chain shows. No chain."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.chain.outbox.decide import Facts, Move, Raise, Send, Wait, decide
from oracle.chain.outbox.entry import (
    ENDED,
    NEXT,
    Attempt,
    Call,
    Entry,
    Inclusion,
    State,
    WrongTransition,
)
from oracle.chain.outbox.fees import FeePolicy, Fees

POLICY = FeePolicy(cap=1000, tip=2, patience=3)
FEES = Fees(100, 2)
FIRST, SECOND = Attempt(b"1", b"raw 1", FEES, 10), Attempt(b"2", b"raw 2", Fees(113, 3), 13)
ENTRY = Entry(
    Call("electricity:96", "0x" + "11" * 20, b"data"), "0x" + "22" * 20, 7, State.BROADCAST,
    (FIRST, SECOND),
)  # fmt: skip
AT = Inclusion(b"1", 12, b"block 12", True)


def facts(**changes: object) -> Facts:
    known = Facts(head=14, settled=11, base_fee=40, mined_nonce=7, settled_nonce=7, inclusions={})
    return replace(known, **changes)  # type: ignore[arg-type]


fees = st.integers(0, 10**12)


@given(base=fees, tip=fees, cap=fees, last=fees, last_tip=fees)
def test_fees_stay_within_the_cap_and_a_raise_is_one_in_every_nodes_eyes(
    base: int, tip: int, cap: int, last: int, last_tip: int
) -> None:
    policy = FeePolicy(cap=cap, tip=tip)
    first = policy.first(base)
    assert 0 <= first.tip <= first.most <= cap
    before = Fees(max(last, last_tip), last_tip)
    raised = policy.raised(before, base)
    if raised is None:
        assert 9 * before.most > 8 * cap - 8 or first.most == cap or 9 * before.tip > 8 * cap - 8
        return
    assert raised.tip <= raised.most <= cap
    for new, old in ((raised.most, before.most), (raised.tip, before.tip)):
        assert 8 * new >= 9 * old
        assert new > old


def test_raises_end_at_the_cap() -> None:
    last, count = POLICY.first(40), 0
    while (following := POLICY.raised(last, 40)) is not None:
        last, count = following, count + 1
    assert last.most <= 1000 < last.most * 9 / 8 + 1
    assert count > 15


@pytest.mark.parametrize(("before", "after"), [*product(State, State)])
def test_every_change_of_state_is_in_the_table_or_refused(before: State, after: State) -> None:
    entry = replace(ENTRY, state=before)
    if after in NEXT[before]:
        assert entry.to(after).state is after
    else:
        with pytest.raises(WrongTransition, match=f"electricity:96: {before} to {after}"):
            entry.to(after)


def test_what_has_ended_stays_so() -> None:
    assert {state for state, following in NEXT.items() if not following} == ENDED


@given(
    state=st.sampled_from(State),
    head=st.integers(0, 30),
    depth=st.integers(0, 5),
    nonces=st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted),
    included=st.sampled_from([None, b"1", b"2"]),
    sent=st.sampled_from([None, 0, 10, 30]),
)
def test_whatever_the_chain_shows_the_next_step_is_allowed(
    state: State, head: int, depth: int, nonces: list[int], included: bytes | None, sent: int | None
) -> None:
    inclusion = None if included is None else replace(AT, hash=included)
    entry = replace(
        ENTRY,
        state=state,
        attempts=(FIRST, replace(SECOND, sent_at=sent)),
        inclusion=AT if state is State.MINED else None,
    )
    now = facts(
        head=head,
        settled=max(0, head - depth),
        mined_nonce=nonces[1],
        settled_nonce=nonces[0],
        inclusions={} if inclusion is None else {inclusion.hash: inclusion},
    )
    action = decide(entry, now, POLICY)
    if state in ENDED:
        assert action == Wait()
    elif isinstance(action, Move):
        moved = entry.to(action.state, action.inclusion)
        assert moved.state is action.state
        assert (action.state in (State.MINED, State.FINAL)) == (inclusion is not None)
    elif isinstance(action, Send | Raise):
        # Never where a transaction with this nonce is in a block.
        assert inclusion is None
        assert nonces[1] <= entry.nonce


def test_a_built_entry_is_sent_and_a_waiting_one_left_alone() -> None:
    built = replace(ENTRY, state=State.BUILT, attempts=(replace(FIRST, sent_at=None),))
    assert decide(built, facts(), POLICY) == Send()
    assert decide(built.sent(14), facts(head=16), POLICY) == Wait()


def test_patience_ends_in_higher_fees_and_at_the_cap_in_the_same_bytes() -> None:
    assert decide(ENTRY, facts(head=15), POLICY) == Wait()
    assert decide(ENTRY, facts(head=16), POLICY) == Raise(Fees(128, 4))
    assert decide(ENTRY, facts(head=16), replace(POLICY, cap=120)) == Send()


def test_an_older_attempt_may_be_the_one_that_is_mined() -> None:
    moved = decide(ENTRY, facts(mined_nonce=8, inclusions={b"1": AT}), POLICY)
    assert moved == Move(State.MINED, AT)


def test_final_when_settled_and_not_before() -> None:
    mined = ENTRY.to(State.MINED, AT)
    seen = facts(mined_nonce=8, inclusions={b"1": AT})
    assert decide(mined, seen, POLICY) == Wait()
    assert decide(mined, replace(seen, settled=12), POLICY) == Move(State.FINAL, AT)


def test_a_reorganisation_takes_it_back_and_it_is_sent_at_once() -> None:
    mined = ENTRY.to(State.MINED, AT)
    assert decide(mined, facts(), POLICY) == Move(State.BROADCAST)
    back = mined.to(State.BROADCAST)
    assert decide(back, facts(), POLICY) == Send()
    other = replace(AT, block=13, block_hash=b"other 13")
    seen = facts(mined_nonce=8, inclusions={b"1": other}, settled=13)
    assert decide(mined, seen, POLICY) == Move(State.MINED, other)


def test_a_nonce_that_another_took_is_lost_only_when_that_is_settled() -> None:
    assert decide(ENTRY, facts(mined_nonce=8), POLICY) == Wait()
    assert decide(ENTRY, facts(mined_nonce=8, settled_nonce=8), POLICY) == Move(State.LOST)
