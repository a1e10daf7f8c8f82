"""Readings that are signed, attested and proved count on chain as the mirror says."""

from __future__ import annotations

import pytest
from market_lab import ADMIN, BUYER, MEMBERS, METER, SCHEDULE, SELLER, T0, THIRD, Lab

from oracle.chain.readings import attest_readings, attest_root, relay_readings, sign_reading
from oracle.rounds.readings import Quality, Reading, ReadingsTree, dense_words

pytestmark = pytest.mark.node

END = SCHEDULE.end_of(0)


def registers(lab: Lab, member: object) -> tuple[int, int]:
    return tuple(lab.market.read("registers", member.address)[0][:2])  # type: ignore[attr-defined]


def test_a_batch_counts_what_the_meter_signed_and_reports_the_rest(lab: Lab) -> None:
    good = [Reading(m.address, 0, n, 100 + n) for n, m in enumerate(MEMBERS)]
    signed = [(reading, sign_reading(lab.market, METER, reading)) for reading in good]
    forged = Reading(SELLER.address, 0, 7, 7)
    signed.append((forged, sign_reading(lab.market, THIRD, forged)))
    estimated = Reading(BUYER.address, 0, 1, 101, Quality.ESTIMATED)
    signed.append((estimated, sign_reading(lab.market, METER, estimated)))
    (receipt,) = lab.at(END, relay_readings(lab.market, THIRD, signed, gas=3_000_000))
    events = [e for e in lab.market.events(receipt.block, receipt.block) if "Reading" in e.name]
    assert [e.name for e in events] == ["MeterReading"] * 3 + ["ReadingRefused"] * 2
    assert [registers(lab, m) for m in MEMBERS] == [(n, 100 + n) for n in range(3)]
    assert events[3].arguments["word"] == forged.pack()


def test_dense_words_are_unpacked_as_they_were_packed(lab: Lab) -> None:
    lab.at(T0, lab.call(ADMIN, "setAttestor", THIRD.address, 60 * 86_400))
    words = dense_words([(5, 600), None, (2**11, 7)])
    (attested,) = lab.at(END, attest_readings(lab.market, BUYER, THIRD, 0, words))
    assert attested.succeeded
    everyone = [m.address for m in MEMBERS]
    lab.at(SCHEDULE.reading_deadline(0), lab.call(BUYER, "applyReadings", 0, everyone))
    assert [registers(lab, m) for m in MEMBERS] == [(5, 600), (0, 0), (2**11, 7)]


@pytest.mark.parametrize(
    ("count", "blind"), [(1, False), (2, False), (3, False), (1, True), (3, True)]
)
def test_every_reading_is_proved_under_the_root(lab: Lab, count: int, blind: bool) -> None:
    lab.at(T0, lab.call(ADMIN, "setAttestor", THIRD.address, 60 * 86_400))
    readings = [Reading(m.address, 0, 3 * n, 50 + n) for n, m in enumerate(MEMBERS[:count])]
    tree = ReadingsTree.of(readings, [bytes([n]) * 32 for n in range(count)] if blind else None)
    lab.at(END, attest_root(lab.market, BUYER, THIRD, 0, tree.root))
    for n, reading in enumerate(readings):
        call = lab.call(BUYER, "applyProvedReading", reading.account, reading.pack(), tree.proof(n))
        lab.at(END + 1 + n, call)
        assert registers(lab, MEMBERS[n]) == (3 * n, 50 + n)


@pytest.mark.parametrize(("blinds", "found"), [(None, (31, 172)), ([b"?" * 32] * 2, None)])
def test_a_proof_gives_the_neighbours_reading_away_unless_it_is_blinded(blinds, found) -> None:
    """Whoever sees the first member's proof tries readings of the second."""
    mine, hers = Reading(MEMBERS[0].address, 7, 1, 2), Reading(MEMBERS[1].address, 7, 31, 172)
    seen = ReadingsTree.of([mine, hers], blinds).proof(0)
    tried = ((g, c) for g in range(28, 35) for c in range(160, 180))
    guess = (pair for pair in tried if Reading(MEMBERS[1].address, 7, *pair).leaf() in seen)
    assert next(guess, None) == found


def test_a_register_that_dense_words_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match=r"register: 1099511627775: must be from 0 to"):
        dense_words([(2**40 - 1, 0)])
    with pytest.raises(ValueError, match="at least one"):
        ReadingsTree.of([])
    with pytest.raises(ValueError, match="32 bytes for each reading"):
        ReadingsTree.of([Reading(MEMBERS[0].address, 7, 1, 2)], [b"short"])
