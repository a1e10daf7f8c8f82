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
    return "\n".join([HEAD, *_sections(wattmarket, "wattmarket", None)])


def _sections(command: click.Command, name: str, parent: click.Context | None) -> list[str]:
    """A command's help, and those of the commands in it."""
    context = click.Context(
        command,
        info_name=name,
        parent=parent,
        terminal_width=WIDTH,
        help_option_names=["-h", "--help"],
    )
    made = [f"## {context.command_path}\n\n```\n{command.get_help(context)}\n```\n"]
    if isinstance(command, click.Group):
        for inner, one in sorted(command.commands.items()):
            made += _sections(one, inner, context)
    return made


if __name__ == "__main__":
    PAGE.write_text(help_page(), encoding="utf-8")
