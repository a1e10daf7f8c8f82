"""What operators copy: units, container file, proxy, and every command on their pages."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from oracle.app.daemon.config import OracleConfig
from oracle.app.deploying.market_file import MarketFile
from oracle.cli import wattmarket

UNITS = ("wattmarket-oracle", "wattmarket-service", "wattmarket-geth", "wattmarket-backup")
MOST_EXPOSED = 20  # tenths
PAGES = ("install", "tls", "upgrade", "servers")


def check_command(words: list[str]) -> None:
    """The words after `wattmarket` name a command, and options that it has."""
    command: click.Command = wattmarket
    rest = list(words)
    while isinstance(command, click.Group):
        if rest[0] == "--version":
            return
        found = command.get_command(click.Context(command), rest.pop(0))
        assert found is not None, words
        command = found
    options = {name: p for p in command.params for name in p.opts if isinstance(p, click.Option)}
    needed = {p.opts[0] for p in options.values() if p.required}
    given = [word for word in rest if word.startswith("--")]
    assert set(given) <= options.keys(), (words, sorted(options))
    assert needed <= set(given), (words, needed)
    values = sum(1 for name in given if not options[name].is_flag)
    arguments = [p for p in command.params if isinstance(p, click.Argument)]
    assert len(rest) - len(given) - values <= len(arguments), words


def lines_of(unit: Path) -> list[tuple[str, str]]:
    """(key, value) of a unit's lines; a line that is none of them fails."""
    found = []
    for line in unit.read_text().splitlines():
        if not line or line.startswith(("#", "[")):
            continue
        key, equals, value = line.partition("=")
        assert equals, line
        found.append((key, value))
    return found


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_runs_what_there_is_as_nobody_else(root: Path, name: str) -> None:
    lines = lines_of(root / "packaging" / "systemd" / f"{name}.service")
    told = dict(lines)
    assert told["User"] == told["Group"] != "root"
    assert told["NoNewPrivileges"] == "yes"
    assert told["CapabilityBoundingSet"] == ""
    assert told["ProtectSystem"] == "strict"
    run = [value.lstrip("-") for key, value in lines if key in ("ExecStart", "ExecStartPre")]
    assert run
    for line in run:
        program, *words = line.split()
        if program == "/opt/wattmarket/bin/wattmarket":
            check_command(words)
            continue
        assert program == "/usr/local/bin/geth"
        # The options that our own network is started with, and those of a node in the field.
        ours = (root / "oracle" / "devnet" / "geth" / "node.py").read_text()
        field = {"--nodiscover", "--mine", "--nat", "--http.port"}
        for word in words:
            if word.startswith("--"):
                assert word in field or f'"{word}"' in ours, word
    for _, value in (pair for pair in lines if pair[0] == "LoadCredential"):
        credential, _, source = value.partition(":")
        assert source.startswith("/etc/wattmarket/")
        page = (root / "docs" / "operate" / "install.md").read_text()
        assert credential in page or f"%d/{credential}" in told["ExecStart"]


def test_each_unit_has_a_user_and_no_two_services_share_one(root: Path) -> None:
    folder = root / "packaging" / "systemd"
    users = {name: dict(lines_of(folder / f"{name}.service"))["User"] for name in UNITS}
    assert users["wattmarket-backup"] == users["wattmarket-oracle"], "it reads the same files"
    assert len(set(users.values())) == 3
    made = (folder / "wattmarket.sysusers").read_text().splitlines()
    assert set(users.values()) == {line.split()[1] for line in made if line.startswith("u ")}


def test_systemd_accepts_the_units(root: Path, tmp_path: Path) -> None:
    """Where there is a systemd; their programs are replaced by one that every machine has."""
    analyze = shutil.which("systemd-analyze")
    units = []
    for source in sorted((root / "packaging" / "systemd").glob("*.[st]*")):
        if source.suffix not in (".service", ".timer"):
            continue
        text = re.sub(r"/(opt/wattmarket|usr/local)/bin/\w+", "/bin/true", source.read_text())
        units.append(tmp_path / source.name)
        units[-1].write_text(re.sub(r"/etc/wattmarket/\w+\.env", "/dev/null", text))
    assert len(units) == len(UNITS) + 1
    if analyze is None:
        return
    found = subprocess.run([analyze, "verify", *units], capture_output=True, text=True)
    assert (found.returncode, found.stderr) == (0, "")
    for unit in units:
        if unit.suffix == ".service":
            options = ("security", "--offline=true", f"--threshold={MOST_EXPOSED}")
            found = subprocess.run([analyze, *options, unit], capture_output=True, text=True)
            assert found.returncode == 0, found.stdout[-300:]


def test_the_container_file_copies_what_there_is_and_starts_a_command(root: Path) -> None:
    text = (root / "packaging" / "container" / "Containerfile").read_text()
    lines = [
        line for line in re.sub(r"\\\n", " ", text).splitlines() if line and line[0] not in "# "
    ]
    told = [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]
    assert {word for word, _ in told} <= {
        "FROM", "COPY", "RUN", "USER", "WORKDIR", "ENV", "VOLUME", "EXPOSE", "ENTRYPOINT", "CMD",
    }  # fmt: skip
    ignored = (root / "packaging/container/Containerfile.dockerignore").read_text().split()
    for source in (value.split()[0] for word, value in told if word == "COPY"):
        assert f"!{source}" in ignored
        assert source.startswith("dist/wattmarket-") or (root / source).is_file()
    assert dict(told)["USER"] != "0"
    (command,) = (value for word, value in told if word == "CMD")
    check_command(re.findall(r'"([^"]+)"', command))


def test_the_proxy_knows_the_services_addresses(root: Path) -> None:
    text = (root / "packaging" / "proxy" / "nginx.conf").read_text()
    assert text.count("{") == text.count("}")
    unit = (root / "packaging" / "systemd" / "wattmarket-service.service").read_text()
    assert "proxy_pass http://127.0.0.1:8000;" in text
    assert "--port 8000 " in unit
    # What the service believes, the proxy says.
    assert "--trusted-proxy 127.0.0.1" in unit
    says = "proxy_set_header X-Forwarded-For $remote_addr;"
    assert text.count("proxy_pass ") == text.count(says)
    routes = (root / "docs" / "service.md").read_text()
    for place in re.findall(r"location = (\S+)", text):
        assert f"`GET {place}`" in routes
    caddy = (root / "packaging" / "proxy" / "Caddyfile").read_text()
    assert "reverse_proxy 127.0.0.1:8000" in caddy
    assert caddy.count("{") == caddy.count("}")


def commands(page: str) -> Iterator[list[str]]:
    for block in re.findall(r"^ *```sh\n(.*?)^ *```", page, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            if words and words[0] == "sudo":
                words = words[1:]
            if words:
                yield words


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_exists(root: Path, page: str) -> None:
    found = list(commands((root / "docs" / "operate" / f"{page}.md").read_text()))
    assert found
    for words in found:
        if words[0].endswith("wattmarket"):
            check_command(words[1:])
        elif words[0] == "make":
            assert re.search(rf"^{words[1]}:", (root / "Makefile").read_text(), re.MULTILINE)
        for word in words:
            if word.startswith(("packaging/", "requirements/")):
                assert list(root.glob(word)), word


def test_the_tables_of_the_files_name_keys_that_exist(root: Path) -> None:
    """The examples of install.md are keys of the models."""
    page = (root / "docs" / "operate" / "install.md").read_text()
    market, oracle = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    keys = set(re.findall(r"^(\w+) =", market, re.MULTILINE))
    assert keys - {"signer", "operator"} == MarketFile.model_fields.keys() - {"server"}
    for key in re.findall(r"^(\w+) =", oracle, re.MULTILINE):
        assert key in OracleConfig.model_json_schema()["properties"] or f'"{key}"' in str(
            OracleConfig.model_json_schema()
        ).replace("'", '"')
