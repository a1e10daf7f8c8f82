"""Colluding servers post on stakes; the one that watches refutes them, once, within the window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from community_of_servers import Servers
from market_lab import BUYER, SCHEDULE, SELLER, SERVERS, STRANGER, THIRD
from on_stakes import DEADLINE, LIARS, WATCHING, bonded, false_report, posted, reward_of

from oracle.app.daemon.staked import Verdict
from oracle.app.day.evidence import Evidence
from oracle.app.serving.follow import Follower
from oracle.chain.interface import interface
from oracle.chain.market import ORACLE
from oracle.rounds.agree import vote
from oracle.rounds.certificate import certificate
from oracle.rounds.oracle_terms import MINIMUM_BOND
from oracle.rounds.posting import calldata, signed_root
from oracle.rounds.price import price
from oracle.rounds.report import Feed
from oracle.rounds.words import ElecoinValue
from oracle.service.store.records import InstanceRecord
from oracle.service.store.store import open_store
from oracle.units import TICK, WAD

pytestmark = pytest.mark.node

NEED_DEADLINE = SCHEDULE.need_deadline(0)
HIDING = "0x" + "11" * 20


def voided(servers: Servers) -> int:
    head = servers.lab.client.block().number
    return sum(event.name == "Voided" for event in servers.lab.market.events(0, head))


@pytest.mark.parametrize("step", ["", "built", "refuting", "judged"])
def test_a_wrong_posting_is_voided_once_whenever_the_watcher_dies(
    servers: Servers, step: str
) -> None:
    report, proof = false_report(bonded(servers))
    if step:
        servers.crash_at[WATCHING] = step
    posted(servers, report, proof, DEADLINE + 1)
    servers.live(20)
    if step:
        assert WATCHING not in servers.running
        servers.start(WATCHING)
        servers.live(40)
    assert voided(servers) == 1
    assert reward_of(servers, WATCHING) == MINIMUM_BOND  # half of the two stakes
    bonds = [servers.lab.market.read("bondOf", s.address, contract=ORACLE)[0][0] for s in LIARS]
    assert bonds == [0, 0]
    assert servers.lab.market.electricity_posting(0) is None
    assert servers.staked(WATCHING).verdicts()[Verdict.VOIDED] == 1
    assert any("posted on stakes" in note.text for note in servers.alarms)


def test_the_service_tells_what_was_refuted(servers: Servers, tmp_path: Path) -> None:
    report, proof = false_report(bonded(servers))
    posted(servers, report, proof, DEADLINE + 1)
    market = servers.lab.market
    with open_store(tmp_path / "store.db") as store:
        store.save_instance(InstanceRecord("5e" * 16, 1, "0x" + "11" * 32, {}))
        evidence, begun = Evidence(market, store), market.client.block().number
        evidence.follow(market.events(0, begun))
        found = store.proof("electricity", 0)
        assert found is not None
        assert (found.tier, found.poster, found.voided) == ("optimistic", LIARS[0].address, False)
        assert set(found.servers) == {server.address for server in SERVERS}
        window = market.read("oracleTerms", contract=ORACLE)[0][1]
        assert found.challengeable_until == DEADLINE + 1 + window
        servers.live(20)
        evidence.follow(market.events(begun + 1, market.client.block().number))
        assert store.proof("electricity", 0) == replace(found, voided=True)
        # Whoever reads both at once comes to the same.
        Evidence(market, store).follow(market.events(0, market.client.block().number))
        assert store.proof("electricity", 0) == replace(found, voided=True)


def test_the_service_tells_a_price_when_a_contract_reads_it(
    servers: Servers, tmp_path: Path
) -> None:
    """Posted on stakes, a leaf demanded, shown again, the window over to the second."""
    seen = bonded(servers)
    priced = price(seen)
    assert priced is not None
    proof = certificate(seen, priced.report.posted, inline_gas_limit=0)
    report = replace(priced.report, root=signed_root(proof, Feed.ELECTRICITY, seen.commitment))
    servers.stop(WATCHING)
    market, client = servers.lab.market, servers.lab.client
    window = market.oracle_terms().challenge_window
    with open_store(tmp_path / "store.db") as store:
        store.save_instance(InstanceRecord("5e" * 16, 1, "0x" + "11" * 32, {}))
        follower = Follower(client, replace(servers.lab.deployment, depth=0), store)

        def agree(readable: bool) -> None:
            while follower.step():
                pass
            told = store.newest_readable("electricity", client.block().timestamp)
            assert (told is not None) == (market.electricity_posting(0) is not None) == readable

        agree(False)
        posted(servers, report, calldata(proof, Feed.ELECTRICITY), DEADLINE + 1)
        agree(False)
        assert proof.tree is not None
        tree = (proof.tree.root.as_tuple(), proof.tree.count)
        demand = market.transaction(
            STRANGER, "demandLeaf", report.as_tuple(), tree, 0, contract=ORACLE
        )
        servers.lab.at(DEADLINE + 2, demand)
        agree(False)
        found = store.proof("electricity", 0)
        assert found is not None
        assert (found.demanded, found.challengeable_until) == ((0,), DEADLINE + 1 + window)
        servers.now = DEADLINE + 2
        servers.start(WATCHING)
        servers.live(12)
        servers.stop(WATCHING)
        agree(False)
        assert store.proof("electricity", 0) == replace(found, demanded=())
        servers.mine(DEADLINE + 1 + window - 1)
        agree(False)
        servers.mine(DEADLINE + 1 + window)
        agree(True)


def test_a_demand_that_nobody_answers_keeps_a_price_from_being_read(
    servers: Servers, tmp_path: Path
) -> None:
    seen = bonded(servers)
    servers.stop(WATCHING)
    priced = price(seen)
    assert priced is not None
    proof = certificate(seen, priced.report.posted, inline_gas_limit=0)
    report = replace(priced.report, root=signed_root(proof, Feed.ELECTRICITY, seen.commitment))
    posted(servers, report, calldata(proof, Feed.ELECTRICITY), DEADLINE + 1)
    assert proof.tree is not None
    tree = (proof.tree.root.as_tuple(), proof.tree.count)
    market, client = servers.lab.market, servers.lab.client
    demand = market.transaction(STRANGER, "demandLeaf", report.as_tuple(), tree, 1, contract=ORACLE)
    servers.lab.at(DEADLINE + 2, demand)
    servers.mine(SCHEDULE.closing_time(0) + 1, 2)
    assert market.electricity_posting(0) is None
    with open_store(tmp_path / "store.db") as store:
        store.save_instance(InstanceRecord("5e" * 16, 1, "0x" + "11" * 32, {}))
        follower = Follower(client, replace(servers.lab.deployment, depth=0), store)
        while follower.step():
            pass
        assert store.newest_readable("electricity", client.block().timestamp) is None
        period = store.period(0)
        assert period is not None
        assert period.price_wei is None


def test_a_posting_hidden_in_another_contract_is_found(servers: Servers) -> None:
    """The liars' contract makes the call itself: no transaction holds it."""
    report, proof = false_report(bonded(servers))
    market, client = servers.lab.market, servers.lab.client
    selector = interface(ORACLE).functions["post"].selector.hex()
    client.request(
        "anvil_setCode", HIDING,
        f"0x63{selector}60e01b6000523660006004376000600036600401600060007"
        f"3{market.oracle[2:].lower()}5af100",
    )  # fmt: skip
    votes = [vote(report, market.domain, liar).signature for liar in LIARS]
    plain = market.post(LIARS[0], report, votes, proof)
    servers.lab.at(DEADLINE + 1, replace(plain, to=HIDING, data=plain.data[4:]))
    servers.now = DEADLINE + 1
    servers.live(20)
    assert voided(servers) == 1
    assert reward_of(servers, WATCHING) == MINIMUM_BOND


def test_with_challenges_off_there_is_an_alarm_and_no_transaction(servers: Servers) -> None:
    report, proof = false_report(bonded(servers))
    servers.stop(WATCHING)
    servers.start(WATCHING, challenge=False)
    posted(servers, report, proof, DEADLINE + 1)
    servers.live(20)
    assert voided(servers) == 0
    assert servers.stores[WATCHING].next_nonce(SERVERS[WATCHING].address) == 0
    told = [note.text for note in servers.alarms if "nothing is sent" in note.text]
    assert len(told) == 1


def test_a_right_posting_on_stakes_is_left_alone(servers: Servers) -> None:
    seen = bonded(servers)
    priced = price(seen)
    assert priced is not None
    proof = certificate(seen, priced.report.posted, inline_gas_limit=0)
    root = signed_root(proof, Feed.ELECTRICITY, seen.commitment)
    report = replace(priced.report, root=root)
    posted(servers, report, calldata(proof, Feed.ELECTRICITY) + bytes(7), DEADLINE + 1)
    servers.live(20)
    assert servers.staked(WATCHING).verdicts()[Verdict.RIGHT] == 1
    assert voided(servers) == 0
    assert servers.stores[WATCHING].next_nonce(SERVERS[WATCHING].address) == 0


@pytest.mark.parametrize("step", ["", "revealing"])
def test_whoever_demands_leaves_of_a_right_posting_gets_them_and_no_stakes(
    servers: Servers, step: str
) -> None:
    """Every leaf at once, the one beyond the last among them; the chain checks each opening."""
    seen = bonded(servers)
    priced = price(seen)
    assert priced is not None
    proof = certificate(seen, priced.report.posted, inline_gas_limit=0)
    report = replace(priced.report, root=signed_root(proof, Feed.ELECTRICITY, seen.commitment))
    data = calldata(proof, Feed.ELECTRICITY)
    posted(servers, report, data, DEADLINE + 1)
    servers.live(8)
    assert proof.tree is not None
    tree = (proof.tree.root.as_tuple(), proof.tree.count)
    servers.lab.at(
        servers.now + 1,
        *(
            servers.lab.market.transaction(
                STRANGER, "demandLeaf", report.as_tuple(), tree, index, contract=ORACLE
            )
            for index in range(4)
        ),
    )
    servers.now += 1
    if step:
        servers.crash_at[WATCHING] = step
    servers.live(8)
    if step:
        assert WATCHING not in servers.running
        servers.start(WATCHING)
    servers.live(28)
    market, head = servers.lab.market, servers.lab.client.block().number
    names = [event.name for event in market.events(0, head)]
    assert names.count("LeafRevealed") == 4
    held, _, dispute = market.read("challenged", 0, 0, contract=ORACLE)
    assert (held[-1], dispute[2]) == (3, 0)
    (window, *_) = market.read("oracleTerms", contract=ORACLE)[0][1:2]
    servers.mine(held[4] + window, 4)
    servers.tick()
    assert market.electricity_posting(0) is not None
    assert servers.staked(WATCHING).verdicts()[Verdict.ACCEPTED] == 1


def test_a_wrong_elecoin_price_is_refuted_by_the_best_one(servers: Servers) -> None:
    for i in (1, 2):
        servers.stop(i)
    market = servers.lab.market
    needs = {SELLER: 30 * WAD, BUYER: 50 * WAD, THIRD: 20 * WAD}
    servers.lab.at(
        NEED_DEADLINE - 60,
        *(market.transaction(s, "bond", value=MINIMUM_BOND, contract=ORACLE) for s in LIARS),
        *(servers.lab.call(who, "declareNeed", 0, need) for who, need in needs.items()),
    )
    servers.mine(NEED_DEADLINE)
    seen = market.observe(Feed.ELECOIN, 0, servers.lab.client.block().number - 1)
    priced = price(seen)
    assert priced is not None
    ticks = priced.report.posted.price_ticks - 100
    change = seen.supply.change_towards_zero(ticks * TICK, seen.terms.target)
    report = replace(priced.report, value=ElecoinValue(ticks, change).pack(), root=seen.commitment)
    posted(servers, report, b"\3", NEED_DEADLINE + 1)
    servers.live(20)
    assert voided(servers) == 1
    assert reward_of(servers, WATCHING) == MINIMUM_BOND
