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
