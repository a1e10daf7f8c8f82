"""docs/security.md against the code: its tests exist, its numbers are those of a deployment."""

from __future__ import annotations

import json
import re
from pathlib import Path

from oracle.app.day.plan import deployment_plan, development_roster, schedule
from oracle.chain.deploy import Plan
from oracle.community import load_community
from oracle.rounds.agree import quorum
from oracle.units import WAD

NAMED = re.compile(r"`((?:test(?:Fuzz|Proof)?|invariant)_\w+)`")
SOL = re.compile(r"function ((?:test(?:Fuzz|Proof)?|invariant)_\w+)")
PYTHON = re.compile(r"^def (test_\w+)", re.MULTILINE)
HOUR, DAY = 3600, 86_400


def page(root: Path) -> str:
    return (root / "docs" / "security.md").read_text(encoding="utf-8")


def tables(root: Path) -> list[list[list[str]]]:
    """The cells of each table whose last column says what holds it."""
    found = []
    for text in re.findall(r"(?:^\|.*\n)+", page(root), re.MULTILINE):
        rows = [
            [cell.strip() for cell in line.strip("|").split(" | ")] for line in text.split("\n")
        ]
        if rows[0][-1].strip(" |") == "held by":
            found.append([row for row in rows[2:] if row != [""]])
    return found


def written(root: Path) -> set[str]:
    tests = root / "tests"
    names = {
        n for file in tests.glob("contracts/**/*.t.sol") for n in SOL.findall(file.read_text())
    }
    return names | {n for file in tests.rglob("*.py") for n in PYTHON.findall(file.read_text())}


def test_every_test_that_it_names_exists(root: Path) -> None:
    named = set(NAMED.findall(page(root)))
    assert len(named) > 100
    assert named - written(root) == set()


def test_every_risk_has_a_remedy_and_a_test(root: Path) -> None:
    roles, *risks = tables(root)
    assert [len(table) > 3 for table in (roles, *risks)] == [True] * 4
    for row in (row for table in risks for row in table):
        assert all(row), row
        assert NAMED.search(row[-1]), row[0]


def deployed() -> Plan:
    community = load_community(None)
    start = community.local_midnight(community.default_start)  # type: ignore[arg-type]
    clock = schedule(community, start, community.step)
    return deployment_plan(community, development_roster(community, 0).parties, clock)


def duration(seconds: int) -> str:
    if seconds % HOUR == 0 and seconds > 2 * HOUR:
        return f"{seconds // HOUR} h"
    return f"{seconds:,} s"


def coins(wei: int) -> str:
    return f"{wei / WAD:,.6f}".rstrip("0").rstrip(".")


def numbers() -> list[tuple[str, str]]:
    """What the page's table of numbers must say."""
    plan = deployed()
    clock, terms, oracle = plan.schedule, plan.terms, plan.oracle
    n = len(plan.servers)
    supply = oracle.supply
    return [
        ("edge servers n, of which f may be dishonest, signatures f + 1",
         f"{n}, {(n - 1) // 2}, {quorum(n)} (n is odd, at most 23)"),
        ("depth at which servers read",
         f"{plan.depth} on the run's own Anvil; ⌊sealers/2⌋ + 2 on Clique, so 3 for three sealers"),
        ("period; declaration lead, elecoin lead",
         f"{duration(clock.period)}; {duration(clock.declaration_lead)}, "
         f"{duration(clock.elecoin_lead)}"),
        ("reading grace, trading, rating",
         f"{duration(clock.reading_grace)}, {duration(clock.trade_window)}, "
         f"{duration(clock.rating_window)}"),
        ("epoch, round", f"{clock.epoch_periods} periods, {clock.round_periods} periods"),
        ("periods open at once (ring); postings kept a feed",
         f"{clock.ring_length}; {oracle.history_length}"),
        ("from posting on stakes until it may be read; to answer a demand",
         f"{duration(oracle.challenge_window)}; {duration(oracle.response_time)}"),
        ("a server's turn to post", duration(oracle.turn_seconds)),
        ("stake of each signer on stakes; it leaves after",
         f"{coins(oracle.minimum_bond)} coin; {duration(oracle.unbond_delay)}"),
        ("share of declared energy whose consent is enough",
         "off" if oracle.consent_share_bps == 0 else f"{oracle.consent_share_bps / 100:g} %"),
        ("accounts up to which no price is posted on stakes", f"{oracle.inline_members}"),
        ("bond of a server in a draw; its blocks",
         f"{coins(plan.reward_bond)} ELE, prizes at most half; secrets from B + 2 to B + 200"),
        ("elecoin: redemption c, least, target, most",
         ", ".join(coins(x) for x in (terms.redemption, terms.least, terms.target, terms.most))),
        ("cap on elecoins; its change in an epoch, in all",
         f"{coins(plan.total_elecoins)}; ± {coins(supply.most_per_epoch * 10**9)}, "
         f"± {coins(supply.most * 10**9)}"),
        ("tolerance on declared energy", f"{plan.tolerance_bps / 100:g} %"),
        ("reputation: at first, cap τ at age 0",
         f"{coins(plan.initial_reputation)}, {coins(plan.tau)}"),
        ("fees and constants change after", f"{clock.epoch_periods + clock.ring_length} periods"),
        ("corrections are accepted for", "60 days"),
    ]  # fmt: skip


def block() -> str:
    rows = [f"| {name} | {value} |" for name, value in numbers()]
    return "\n".join(["| | |", "|---|---|", *rows])


def test_the_numbers_are_those_of_the_default_deployment(root: Path) -> None:
    shown = page(root).partition("<!-- numbers: begin -->\n")[2].partition("\n<!-- numbers: end")[0]
    assert shown == block()


def test_the_correction_window_is_the_contracts(root: Path) -> None:
    source = (root / "contracts" / "market" / "MarketBase.sol").read_text(encoding="utf-8")
    assert "_correctionWindow = 60 days" in source


def test_a_false_price_moves_less_than_the_stakes(root: Path) -> None:
    """As measured by `bench.misdeclare_page` over the default day."""
    result = json.loads((root / "bench" / "results" / "misdeclare.json").read_text())
    most, energy = result["false_price"]["currency"], result["false_price"]["wh"]
    assert f"is {most:.2f} EUR ({energy:,} Wh that could be traded" in page(root)
    plan = deployed()
    assert 0 < most < quorum(len(plan.servers)) * plan.oracle.minimum_bond / WAD
