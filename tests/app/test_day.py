"""The default day, end to end: energy, money, prices, reputation, all from the chain itself."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oracle import UserError
from oracle.app.day.plan import development_roster, elecoin_terms
from oracle.app.verify.draws import Draw, read_contests, verify_draw
from oracle.app.verify.postings import read_history
from oracle.chain.deployment import Deployment
from oracle.chain.interface import CONTRACTS, interface
from oracle.chain.market import MARKET, ORDERS, Event, Market
from oracle.chain.rewards import Rewards, Stage
from oracle.cli import main
from oracle.community.load import load_community
from oracle.community.profiles import load_profiles
from oracle.games import reputation
from oracle.rounds.tickets import drawn_number, seed, winner_index
from oracle.rounds.words import Target
from oracle.service.store.store import open_store
from oracle.units import WAD, registers_wh
from tests.app.conftest import Day

pytestmark = pytest.mark.node

COMMUNITY = load_community()
ROSTER = development_roster(COMMUNITY, 0)
REPORT_KEYS = {
    "market", "periods", "rounds", "energy_traded_wh", "elecoin_price", "electricity_price",
    "matching_probability", "leaders", "contests", "members", "community", "transactions", "gas",
    "seconds", "contracts", "chain_id", "seed", "forecast",
}  # fmt: skip
MEMBER_KEYS = {
    "address", "role", "bought_wh", "sold_wh", "generated_wh", "consumed_wh", "imported_wh",
    "exported_wh", "forecast_mae_wh", "elecoin_balance_wei", "deposit_wei",
    "wattcoin_balance_wei", "reputation", "bill", "bill_ele_wei", "grid_only", "with_market",
    "saving", "corrections",
}  # fmt: skip
BILL_LINES = {
    "energy", "network", "levy", "grid_import", "feed_in", "grid_network", "grid_levy", "vat",
    "standing_charge", "corrections", "total",
}  # fmt: skip


def of(events: list[Event], name: str) -> list[dict[str, Any]]:
    return [event.arguments for event in events if event.name == name]


def test_the_report_has_the_promised_keys(day: Day) -> None:
    report = day.report
    assert set(report) == REPORT_KEYS
    assert report["periods"] == 96
    for key in ("electricity_price", "matching_probability"):
        assert len(report[key]) == 96
    assert len(report["elecoin_price"]) == 4
    assert len(report["leaders"]) == report["rounds"] == 4
    for member in report["members"].values():
        assert set(member) == MEMBER_KEYS
        assert set(member["bill"]) == BILL_LINES


def test_a_members_own_key_only_buys_elecoins(market: Market, day: Day) -> None:
    """Of every transaction on the chain: what each key called. Operators also stake for servers."""
    called: dict[str, Counter[str]] = defaultdict(Counter)
    places = {at.lower(): name for name, at in market.deployment.contracts.items()}
    for number in range(market.client.block().number + 1):
        block = market.client.request("eth_getBlockByNumber", hex(number), True)
        for sent in block["transactions"]:
            name = places.get((sent["to"] or "").lower(), "elsewhere")
            selector = bytes.fromhex(sent["input"][2:10])
            function = interface(name).by_selector[selector].name if name in CONTRACTS else ""
            called[sent["from"].lower()][f"{name}.{function}"] += 1
    for member in ROSTER.members:
        own = called[member.address.lower()]
        stakes = {f"{MARKET}.withdraw", "Elecoin.approve", "TullockRewards.addBond"}
        if member.address in {server.operator for server in ROSTER.servers}:
            assert all(own.pop(step) == 1 for step in stakes)
        assert set(own) <= {f"{MARKET}.buyToken"}
    acted = called[ROSTER.agent.address.lower()]
    assert {name.partition(".")[0] for name in acted} == {ORDERS}
    gas = day.report["gas"]
    for function in ("setOrderFor", "declareNeed", "declareTargets", "trades", "rate"):
        assert acted[f"{ORDERS}.{function}"] == gas[function]["count"] > 0
    assert acted[f"{ORDERS}.setOrderFor"] == len(ROSTER.members)
    assert acted[f"{ORDERS}.declareTargets"] == 96


def test_no_item_of_a_batch_failed(market: Market, events: list[Event]) -> None:
    assert len(of(events, "TargetDeclared")) == 96 * len(COMMUNITY.members)
    orders = market.deployment.address(ORDERS)
    failed = ["0x" + interface(ORDERS).events["ItemFailed"].topic.hex()]
    head = market.client.block().number
    assert market.client.logs(orders, [], 0, head)
    assert not market.client.logs(orders, failed, 0, head)


def test_energy_balances_to_the_wh(day: Day, events: list[Event]) -> None:
    for closed in of(events, "Closed"):
        supplied = closed["generated"] + closed["bought"] + closed["imported"]
        assert supplied == closed["consumed"] + closed["sold"] + closed["exported"]
    traded = sum(trade["energyWh"] for trade in of(events, "Traded"))
    members = day.report["members"].values()
    assert traded > 10_000
    assert traded == sum(m["bought_wh"] for m in members) == sum(m["sold_wh"] for m in members)
    assert traded == day.report["energy_traded_wh"]


def test_meters_show_the_profiles_to_the_wh(day: Day) -> None:
    profiles = load_profiles(COMMUNITY)
    first = COMMUNITY.local_midnight(COMMUNITY.default_start)  # type: ignore[arg-type]
    window = profiles.window(first, 96)
    consumed = registers_wh(window.load_kw, COMMUNITY.step)[-1]
    generated = registers_wh(window.generation_kw, COMMUNITY.step)[-1]
    for i, member in enumerate(COMMUNITY.members):
        if member.storage is None:
            shown = day.report["members"][member.name]
            assert shown["consumed_wh"] == consumed[i]
            assert shown["generated_wh"] == generated[i]


def test_nobody_sells_twice_or_what_was_not_metered(events: list[Event]) -> None:
    sold: dict[tuple[str, int], int] = defaultdict(int)
    bought: dict[tuple[str, int], int] = defaultdict(int)
    for trade in of(events, "Traded"):
        sold[trade["retailer"], trade["period"]] += trade["energyWh"]
        bought[trade["buyer"], trade["period"]] += trade["energyWh"]
    closed = {(c["account"], c["period"]): c for c in of(events, "Closed")}
    for key, energy in sold.items():
        assert energy <= closed[key]["generated"] - closed[key]["consumed"]
    for key, energy in bought.items():
        assert energy <= closed[key]["consumed"] - closed[key]["generated"]


def test_every_elecoin_is_somewhere(day: Day, market: Market, events: list[Event]) -> None:
    (supply,) = market.read("totalSupply", contract="Elecoin")
    (held,) = market.read("balanceOf", market.address, contract="Elecoin")
    (unpaid_network,), (unpaid_levy,) = market.read("networkFees"), market.read("levyFees")
    collected = of(events, "FeesCollected")
    network = unpaid_network + sum(paid["network"] for paid in collected)
    levy = unpaid_levy + sum(paid["levy"] for paid in collected)
    rewards = Rewards(market)
    (kept,) = market.read("balanceOf", rewards.address, contract="Elecoin")
    bonds = sum(rewards.bond_of(server.signer.address) for server in ROSTER.servers)
    prizes = sum(contest["prize_wei"] for contest in day.report["contests"])
    deposits = sum(member["deposit_wei"] for member in day.report["members"].values())
    wallets = sum(member["elecoin_balance_wei"] for member in day.report["members"].values())
    assert supply == deposits + wallets + network + unpaid_levy + kept
    assert held == deposits + unpaid_network + unpaid_levy
    # What was collected of the levy is prizes and the fund; the servers' bonds are back.
    assert kept == bonds + rewards.fund()
    assert rewards.fund() + prizes == levy - unpaid_levy
    assert bonds == len(ROSTER.servers) * rewards.bond()
    members = day.report["members"].values()
    assert sum(m["bill_ele_wei"]["energy"] for m in members) == 0
    assert sum(m["bill_ele_wei"]["network"] for m in members) == network > 0
    assert sum(m["bill_ele_wei"]["levy"] for m in members) == levy > 0


def test_each_contest_is_drawn_as_the_mirror_says(day: Day, market: Market) -> None:
    """Tickets are what renewable meters showed, the seed the secrets and the next block's hash."""
    rewards, contests = Rewards(market), day.report["contests"]
    assert contests
    entered: Counter[str] = Counter()
    for contest in contests:
        round_, zone = contest["round"], COMMUNITY.zones.index(contest["zone"])
        secrets = [rewards.secret(server.signer, round_) for server in ROSTER.servers]
        block = market.client.block(rewards.contest(round_).closed_block + 1)
        made = seed(round_, block.hash, secrets)
        assert made == rewards.seed(round_)
        entries = rewards.entries(round_, zone)
        sums = [entry.tickets for entry in entries]
        winner = entries[winner_index(sums, drawn_number(made, zone, sums[-1]))].owner
        names = {who.address: who.name for who in ROSTER.members}
        assert contest["winner"] == names[winner]
        assert sum(contest["odds"].values()) == pytest.approx(1, abs=1e-12)
        for name, share in contest["odds"].items():
            assert COMMUNITY.member(name).may_sell
            assert COMMUNITY.member(name).zone == contest["zone"]
            entered[name] += round(share * sums[-1])
    for name, energy in entered.items():
        assert energy <= day.report["members"][name]["generated_wh"]
    assert sum(entered.values()) > 100_000


def test_the_reserve_covers_what_circulates(market: Market, events: list[Event]) -> None:
    (supply,) = market.read("totalSupply", contract="Elecoin")
    coins = market.client.balance(market.address)
    terms = elecoin_terms(COMMUNITY)
    paid = sum(bought["paid"] for bought in of(events, "TokensBought"))
    assert coins == paid
    owed = -(-supply * terms.redemption // WAD)
    shares = [market.read("surplusOf", server.signer.address)[0] for server in ROSTER.servers]
    assert 0 < sum(shares) <= coins - owed < sum(shares) + len(shares)


def test_bills_add_up_and_savings_are_what_left_the_members(day: Day) -> None:
    for member in day.report["members"].values():
        lines = [amount for line, amount in member["bill"].items() if line != "total"]
        assert member["bill"]["total"] == pytest.approx(sum(lines), abs=1e-12)
        saved = member["grid_only"] - member["with_market"]
        assert member["saving"] == pytest.approx(saved, abs=1e-12)


def test_nobody_is_worse_off(day: Day) -> None:
    assert day.report["community"]["worse_off"] == []
    savings = {name: member["saving"] for name, member in day.report["members"].items()}
    assert min(savings.values()) >= 0
    assert sum(savings.values()) > 1


def test_nobody_pays_above_her_value_or_sells_below_her_cost(events: list[Event]) -> None:
    words = {}
    for declared in of(events, "TargetDeclared"):
        words[declared["account"], declared["period"]] = Target.unpack(declared["word"])
    tick = WAD // 10**6
    for trade in of(events, "Traded"):
        buyer = words[trade["buyer"], trade["period"]]
        retailer = words[trade["retailer"], trade["period"]]
        all_in = trade["cost"] + trade["network"] + trade["levy"]
        # Each of three amounts is rounded up to a wei.
        assert all_in <= buyer.limit_ticks * tick * trade["energyWh"] / 1000 + 3
        assert retailer.price_ticks * tick <= trade["price"] <= buyer.price_ticks * tick


def test_reputation_on_chain_is_the_repeated_game(
    day: Day, market: Market, events: list[Event]
) -> None:
    rounds, length = 4, COMMUNITY.round_periods
    shape = (rounds, length, len(COMMUNITY.members))
    target, actual = np.zeros(shape), np.zeros(shape)
    index = {address: i for i, address in enumerate(ROSTER.addresses)}
    for declared in of(events, "TargetDeclared"):
        at = (*divmod(declared["period"], length), index[declared["account"]])
        target[at] = Target.unpack(declared["word"]).net_wh
    for closed in of(events, "Closed"):
        at = (*divmod(closed["period"], length), index[closed["account"]])
        actual[at] = closed["generated"] - closed["consumed"]
    scale = [member.rated_kw * 1000 * COMMUNITY.step / 3600 for member in COMMUNITY.members]
    operators = [index[server.operator] for server in ROSTER.servers]
    others = [i for i in range(shape[2]) if i not in operators]
    order = operators + others
    # Only operators can lead: nobody else's reputation may come first in the game's tie-breaking.
    game = reputation.ReputationProblem(
        initial=[COMMUNITY.market.initial_reputation] * len(operators),
        actual=actual[:, :, operators],
        target=target[:, :, operators],
        counted=((target != 0) | (actual != 0))[:, :, operators],
        tau=COMMUNITY.market.tau,
        deviation_scale=[scale[i] for i in operators],
        lag=1,
    )
    solution = reputation.solve(game)
    names = [COMMUNITY.members[operators[leader]].name for leader in solution.leaders]
    assert names == day.report["leaders"]
    standings = market.standings([ROSTER.addresses[i] for i in operators])
    expected = np.asarray(solution.reputation)[-1]
    found = [standing.reputation / WAD for standing in standings]
    assert found == pytest.approx(list(expected), abs=1e-12)
    assert len(order) == len(COMMUNITY.members)


def test_one_wattcoin_for_each_accepted_mwh(market: Market, events: list[Event]) -> None:
    accepted: dict[str, int] = defaultdict(int)
    for closed in of(events, "Closed"):
        if closed["sold"]:
            accepted[closed["account"]] += closed["accepted"]
    for address in ROSTER.addresses:
        (account,) = market.read("account", address)
        (coins,) = market.read("balanceOf", address, contract="Wattcoin")
        remainder = account[4]
        assert coins // WAD * 1_000_000 + remainder == accepted[address]


def test_every_posting_is_signed_by_two_of_three(events: list[Event]) -> None:
    posted = of(events, "Posted")
    assert len([p for p in posted if p["feed"] == 0]) == 96
    assert all(p["signers"].bit_count() == 2 for p in posted)
    keys = [(p["feed"], p["epoch"]) for p in posted]
    assert len(set(keys)) == len(keys)


def test_the_day_verifies_from_chain_data_alone(
    day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "--all", "--json", "--folder", str(day.folder)]) == 0
    verdicts = json.loads(capsys.readouterr().out)
    draws = [verdict for verdict in verdicts if verdict["posting"].startswith("rewards:")]
    assert len(verdicts) - len(draws) >= 96 + 3
    assert all(verdict["equal"] for verdict in verdicts)
    # A draw a round, with the winners that the report names.
    address = {name: member["address"] for name, member in day.report["members"].items()}
    assert [draw["posting"] for draw in draws] == [f"rewards:{round_}" for round_ in range(4)]
    recomputed = {
        (round_, zone["zone"]): (zone["winner"], zone["tickets"])
        for round_, draw in enumerate(draws)
        for zone in draw["zones"]
    }
    assert recomputed == {
        (contest["round"], COMMUNITY.zones.index(contest["zone"])): (
            address[contest["winner"]],
            contest["tickets_wh"],
        )
        for contest in day.report["contests"]
    }
    assert recomputed


BENT = {
    "Drawn": ({"index": 99}, "was drawn, number"),
    "Claimed": ({"prize": 1}, "1 wei paid to"),
    "Seeded": ({"seed": bytes(32)}, "seed: 0x00"),
    "Revealed": ({"secret": bytes(32)}, "it is not what was committed"),
    "Entered": ({"energyWh": 10**6}, "by its entries"),
    "EntriesClosed": ({"activeZones": 7}, "active zones: 7"),
}


@pytest.mark.parametrize("name", BENT)
def test_a_bent_draw_is_found(market: Market, name: str) -> None:
    """One event of a drawn round that says something else than the others."""
    contests = read_contests(market, read_history(market).servers)
    draw = contests.closed[-1]
    assert verify_draw(market, contests, draw).equal
    change, said = BENT[name]
    first, *others = contests.events[draw.round][name]
    bent = replace(first, arguments=first.arguments | change)
    contests.events[draw.round][name] = [bent, *others]
    verdict = verify_draw(market, contests, draw)
    assert not verdict.equal
    assert any(said in difference for difference in verdict.differences)


def test_a_draw_without_all_secrets_is_none(market: Market) -> None:
    contests = read_contests(market, read_history(market).servers)
    draw = contests.closed[-1]
    del contests.events[draw.round]["Revealed"][0]
    verdict = verify_draw(market, contests, draw)
    assert (verdict.stage, verdict.zones) == (Stage.REVEALING, ())
    assert set(verdict.differences) == {
        f"{name}: the contest is revealing" for name in ("Seeded", "Drawn", "Claimed")
    }
    with pytest.raises(UserError, match=r"^rewards:9: its entries are not closed$"):
        verify_draw(market, contests, Draw(9))


def test_a_falsified_deployment_is_noticed(
    day: Day, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "chain.json").write_bytes((day.folder / "chain.json").read_bytes())
    text = (day.folder / "deployment.toml").read_text()
    theta = Deployment.from_toml(text).terms.theta
    (folder / "deployment.toml").write_text(text.replace(str(theta), str(theta * 2)))
    assert main(["verify", "elecoin:1", "--folder", str(folder)]) in (1, 2)
    said = capsys.readouterr()
    assert "elecoin:1" in said.out or "theta" in said.err


def test_the_store_holds_the_day(day: Day) -> None:
    with open_store(f"sqlite:///{day.folder / 'store.sqlite'}") as store:
        stats = store.stats()
    assert stats.periods == 96
    assert stats.members == len(COMMUNITY.members)
    assert stats.energy_traded_wh == day.report["energy_traded_wh"]


def test_gas_stays_within_its_targets(day: Day, events: list[Event]) -> None:
    gas = day.report["gas"]
    assert gas["trades"]["total"] / len(of(events, "Traded")) <= 75_000
    assert gas["declareTargets"]["total"] / len(of(events, "TargetDeclared")) <= 34_000
    assert gas["post"]["median"] <= 85_000
    assert day.report["transactions"] == sum(used["count"] for used in gas.values())


def test_the_summary_can_be_read(day: Day) -> None:
    for member in COMMUNITY.members:
        assert member.name in day.output
    assert re.search(r"\d+\.\d+ kWh", day.output)


def test_the_surplus_is_the_leaders_margin(market: Market, events: list[Event]) -> None:
    """The servers may withdraw (p − c) Σ x and no more."""
    redemption = Fraction(elecoin_terms(COMMUNITY).redemption, WAD)
    margin = sum(
        (Fraction(b["price"], WAD) - redemption) * b["amount"] for b in of(events, "TokensBought")
    )
    shares = [market.read("surplusOf", s.signer.address)[0] for s in ROSTER.servers]
    purchases = len(of(events, "TokensBought"))
    assert sum(shares) == pytest.approx(float(margin), rel=1e-15, abs=purchases + 4)
