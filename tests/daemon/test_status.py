"""`oracle status` beside servers that work: it shows what happened, and changes nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from click.testing import CliRunner
from community_of_servers import Servers
from market_lab import SCHEDULE, SERVERS

from oracle.cli import main as wattmarket
from oracle.cli.edge_server import oracle
from oracle.rounds.peer_messages import share, to_json
from oracle.rounds.report import Feed
from oracle.service.store.database import Database, alembic_config

pytestmark = pytest.mark.node


def asked(path: Path, *words: str) -> tuple[int, str]:
    # The group returns its exit code, as the program's main does.
    result = CliRunner().invoke(
        oracle, ["status", "--config", str(path), *words], standalone_mode=False
    )
    assert result.exception is None, result.exception
    return int(result.return_value), result.output


def test_what_it_shows_is_what_happened(servers: Servers, tmp_path: Path) -> None:
    servers.declare()
    servers.mine(SCHEDULE.declaration_deadline(0), 4)
    servers.live(SCHEDULE.declaration_lead // 2)
    ours = servers.stores[0].signed(Feed.ELECTRICITY, 0)
    assert ours is not None
    domain, liar = servers.lab.market.domain, SERVERS[2]
    other = replace(ours.report, value=ours.report.value + 1)
    lie = share(
        other, liar.sign_digest(other.digest(domain)), domain, liar, SERVERS[0].address,
        SCHEDULE.start_of(0),
    )  # fmt: skip
    servers.running[0].hear(to_json(lie, domain))
    servers.mine(SCHEDULE.start_of(0) + 1)
    path = servers.config(tmp_path, 0)
    before = (tmp_path / "server-0.sqlite").read_bytes()

    code, said = asked(path, "--json")
    shown = json.loads(said)
    assert code == 1
    electricity = shown["epochs"]["electricity"]
    assert electricity["newest"] == {"0": "posted"}
    assert electricity["counts"]["posted"] == 1
    assert shown["epochs"]["elecoin"]["newest"]["0"] == "quiet"
    assert shown["signer"] == SERVERS[0].address
    assert shown["in_set"] is True
    assert shown["store"]["revision"] == shown["store"]["program_revision"]
    assert shown["store"]["signed"] == 1
    assert shown["head"]["number"] == servers.lab.client.block().number
    assert [node["health"] for node in shown["nodes"]] == ["well"]
    assert sum(shown["outbox"]["states"].values()) == len(
        [e for e in servers.postings() if servers.lab.market.order_of(0)[0] == SERVERS[0].address]
    )
    (peer,) = shown["peers"]
    assert (peer["answers"], peer["heard"]) == (False, {"electricity": 0})
    (evidence,) = shown["evidence"]
    assert (evidence["sender"], evidence["feed"], evidence["epoch"]) == (
        liar.address, "electricity", 0,
    )  # fmt: skip
    assert shown["wrong"] == [
        "peer http://127.0.0.1:9: no answer",
        f"evidence: {liar.address} signed 2 reports for electricity:0",
    ]
    code, table = asked(path)
    assert code == 1
    assert "1 posted of 0 to 0" in table
    assert f"WRONG  evidence: {liar.address}" in table
    assert (tmp_path / "server-0.sqlite").read_bytes() == before


def test_what_it_cannot_read_is_a_line_and_the_rest_is_shown(
    servers: Servers, tmp_path: Path
) -> None:
    path = servers.config(tmp_path, 0)
    servers.stores[0].pause(True)
    assert "paused by the operator" in json.loads(asked(path, "--json")[1])["wrong"]

    database = Database(tmp_path / "server-0.sqlite")
    with database.write() as connection:
        command.downgrade(alembic_config(connection), "0003")
    database.dispose()
    _, said = asked(path, "--json")
    shown = json.loads(said)
    assert "revision 0003, this program's is" in shown["wrong"][0]
    assert shown["head"]["number"] == servers.lab.client.block().number

    text = path.read_text().replace("server-0.sqlite", "none.sqlite")
    path.write_text(text.replace(servers.lab.client.url, "http://127.0.0.1:9"))
    code, said = asked(path)
    assert code == 1
    assert "is not there: the server never ran" in said
    assert "node http://127.0.0.1:9: down" in said
    assert not (tmp_path / "none.sqlite").exists()


def test_a_wrong_file_is_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "oracle.toml").write_text("deployment = 3\n")
    assert wattmarket(["oracle", "status", "--config", str(tmp_path / "oracle.toml")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
