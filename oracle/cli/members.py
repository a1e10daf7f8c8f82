"""Commands about a community's members."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


@click.group(epilog="Example: wattmarket member forget anna")
def member() -> None:
    """The members whose names the operator's store keeps."""


@member.command(
    epilog="Examples: wattmarket member forget anna; wattmarket member forget 0x… --yes"
)
@click.argument("name")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path(".wattmarket"),
    show_default=True,
    help="The run's folder.",
)
@click.option("--store", metavar="URL", help="Another store than the folder's, by its URL.")
@click.option(
    "--search",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Another file or folder that may hold the name; may be repeated.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(**options: Any) -> int:
    """Erase a member's NAME (or that of her address) and its salt, and say what stays.

    Pages and statements call her "former member N" from then on. Reports that the run wrote are
    changed, too; other files that still have the name are listed. Again is no harm.
    """
    from oracle.app.forget.command import forget_command

    return forget_command(**options)


@click.command(
    epilog="Example: wattmarket agent http://127.0.0.1:8000/api/admm/sessions/NAME "
    "--parameters mine.toml --keystore key.json --password-file password"
)
@click.argument("session", metavar="URL")
@click.option(
    "--parameters",
    type=click.Path(path_type=Path),
    required=True,
    help="TOML: side (buy or sell), target, curvature, capacity; who sells also cost_linear and "
    "cost_quadratic. Nothing of it leaves this process.",
)
@click.option(
    "--keystore", type=click.Path(path_type=Path), required=True, help="The member's key (V3)."
)
@click.option(
    "--password-file",
    type=click.Path(path_type=Path),
    required=True,
    help="Its password, in a file for its owner alone.",
)
@click.option(
    "--least",
    type=click.IntRange(1, 500),
    default=3,
    show_default=True,
    help="Leave if fewer are on this side, this member included.",
)
@click.option(
    "--among",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Leave if anybody takes part whose address is not in this file.",
)
@click.option(
    "--attempts",
    type=click.IntRange(1, 3),
    default=2,
    show_default=True,
    help="How often to begin when somebody falls silent; see docs/private.md, What sums tell.",
)
@click.option("--json", "as_json", is_flag=True, help="The outcome as JSON.")
def agent(**options: Any) -> int:
    """Take part in a private clearing: the service at URL gets sums, never a member's own numbers.

    Exit codes: 0 settled; 2 wrong input, or this agent left; 3 not settled.
    """
    from oracle.app.private.command import agent_command

    return agent_command(**options)
