"""Writes docs/cli.md from the program's own help: `.venv/bin/python packaging/cli_page.py`.

A test compares the page with what this makes, so it cannot go stale.
"""

from pathlib import Path

import click

from oracle.cli import wattmarket

PAGE = Path(__file__).resolve().parent.parent / "docs" / "cli.md"
WIDTH = 96
HEAD = """\
# The command line

The program's own help, written by `packaging/cli_page.py`. [run.md](run.md) explains `run` in full.
"""


def help_page() -> str:
    """The whole page."""
    parts = [HEAD, _section(wattmarket, None)]
    parts += [_section(command, name) for name, command in sorted(wattmarket.commands.items())]
    return "\n".join(parts)


def _section(command: click.Command, name: str | None) -> str:
    title = "wattmarket" if name is None else f"wattmarket {name}"
    parent = None if name is None else click.Context(wattmarket, info_name="wattmarket")
    context = click.Context(
        command,
        info_name=name or "wattmarket",
        parent=parent,
        terminal_width=WIDTH,
        help_option_names=["-h", "--help"],
    )
    return f"## {title}\n\n```\n{command.get_help(context)}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(help_page(), encoding="utf-8")
