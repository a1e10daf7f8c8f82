"""A report as Markdown and as one HTML page. Pure: sections and SVGs in, text out."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files

from oracle.app.papers.inventory import INVENTORY
from oracle.app.papers.section import Picture, Section, Table
from oracle.plots.papers import GRID, INK, PAPER

__all__ = [
    "TITLE",
    "as_html",
    "as_index",
    "as_markdown",
    "inline_svg",
    "pictures",
    "section_markdown",
]

TITLE = "What the papers publish, computed again"
INTRODUCTION = (
    "Every table and figure of the four papers behind wattmarket that can be recomputed, beside "
    "ours. Where a paper does not give what is needed, we say so and name what we used instead. "
    "Made by `wattmarket report`; the same computer makes the same bytes.",
    "**As printed** means the paper's formulas taken literally; **corrected**, with its misprints "
    "removed. How the corrections were found stands in the pages of the games.",
)
PAPERS = (
    "Djehiche, Barreiro-Gomez, Tembine, *Mean-Field-Type Games for Blockchain-Based Distributed "
    "Power Networks*, 2019: the chapter",
    "Djehiche, Barreiro-Gomez, Tembine, *Blockchain-based Distributed Power Networks: A "
    "Mean-Field-Type Game Perspective*, 2018: the slides",
    "Le Cadre, Höschle, Rivero Puente, *Blockchain, User Preferences, and Consensus Reaching*: "
    "the poster",
    "Cao, Ren, Qiu, Wang, Yao, Yu, *A Multi-Agent Reinforcement Learning Approach for "
    "Blockchain-based Electricity Trading System*: the elecoin paper",
)
_INVENTORY_TITLE = "Everything published, and what became of it"
_COLUMNS = ("paper", "place", "shows", "here")


def pictures(sections: Mapping[str, Section]) -> list[Picture]:
    """All pictures, in order."""
    blocks = [block for section in sections.values() for block in section.blocks]
    return [block for block in blocks if isinstance(block, Picture)]


def as_markdown(sections: Mapping[str, Section], figures: str) -> str:
    """The page in Markdown; its figures are SVGs in the folder `figures`."""
    parts = [f"# {TITLE}", *INTRODUCTION, "\n".join(f"- {paper}" for paper in PAPERS)]
    parts += [
        f"## {_INVENTORY_TITLE}",
        _markdown_table(_COLUMNS, _inventory(sections, "[{}](#{})")),
    ]
    parts += [section_markdown(section, figures) for section in sections.values()]
    return "\n\n".join(parts) + "\n"


def as_index(sections: Mapping[str, Section]) -> str:
    """The figures as one JSON list: where each is from, what it shows, what became of the item.

    `image` is the name of its file.
    """
    items = [
        {
            "paper": _short(entries[0].paper),
            "figure": picture.name,
            "title": section.title,
            "source": section.source,
            "words": picture.words,
            "caption": picture.caption,
            "note": "; ".join(f"{entry.place}: {entry.outcome}" for entry in entries),
            "image": f"{picture.name}.svg",
        }
        for key, section in sections.items()
        for entries in [[entry for entry in INVENTORY if entry.section == key]]
        for picture in pictures({key: section})
    ]
    return json.dumps(items, indent=1, ensure_ascii=False) + "\n"


def section_markdown(section: Section, figures: str) -> str:
    """One section in Markdown."""
    parts = [f"## {section.title}", f"Source: {section.source}."]
    for block in section.blocks:
        if isinstance(block, Table):
            parts += [f"**{block.caption}**", _markdown_table(block.columns, block.rows)]
        elif isinstance(block, Picture):
            parts += [f"![{block.words}]({figures}/{block.name}.svg)", block.caption]
        else:
            parts.append(block)
    return "\n\n".join(parts)


def _inventory(sections: Mapping[str, Section], link: str) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for entry in INVENTORY:
        place = entry.place
        if entry.section:
            place = link.format(place, sections[entry.section].anchor)
        rows.append((_short(entry.paper), place, entry.shows, entry.outcome))
    return rows


def _short(paper: str) -> str:
    kind = paper.rpartition(", ")[2]
    return kind if kind.split()[0] in {"chapter", "slides", "poster"} else "elecoin paper"


def _markdown_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines
    )


def as_html(sections: Mapping[str, Section], drawings: Mapping[str, str]) -> str:
    """The page, with style and figures inside it; drawings: SVG by the picture's name."""
    style = files("oracle.app.papers").joinpath("page.css").read_text(encoding="utf-8")
    contents = "".join(
        f'<li><a href="#{section.anchor}">{html.escape(section.title)}</a></li>\n'
        for section in sections.values()
    )
    rows = _inventory(sections, "\0{}\0{}\0")
    body = [
        "".join(f"<p>{_inline(text)}</p>\n" for text in INTRODUCTION),
        "<ul>\n" + "".join(f"<li>{_inline(paper)}</li>\n" for paper in PAPERS) + "</ul>\n",
        f'<nav aria-label="Contents">\n<h2>Contents</h2>\n<ol>\n{contents}</ol>\n</nav>\n',
        f'<section id="all">\n<h2>{_INVENTORY_TITLE}</h2>\n',
        _html_table(Table(_INVENTORY_TITLE, _COLUMNS, tuple(rows)), quiet=True),
        "</section>\n",
    ]
    for section in sections.values():
        body.append(f'<section id="{section.anchor}">\n<h2>{html.escape(section.title)}</h2>\n')
        body.append(f'<p class="source">{html.escape(section.source)}</p>\n')
        for block in section.blocks:
            if isinstance(block, Table):
                body.append(_html_table(block))
            elif isinstance(block, Picture):
                drawing = inline_svg(drawings[block.name], block.name, block.words)
                caption = f"<figcaption>{_inline(block.caption)}</figcaption>"
                body.append(
                    f'<figure>\n<div class="drawing" tabindex="0">{drawing}</div>\n'
                    f"{caption}\n</figure>\n"
                )
            else:
                body.append(f"<p>{_inline(block)}</p>\n")
        body.append("</section>\n")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{TITLE}: wattmarket</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#content">Skip to the content</a>\n'
        f'<header><h1>{TITLE}</h1></header>\n<main id="content">\n'
        + "".join(body)
        + "</main>\n</body>\n</html>\n"
    )


def _html_table(table: Table, *, quiet: bool = False) -> str:
    label = html.escape(table.caption, quote=True)
    hidden = ' class="hidden"' if quiet else ""
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in table.columns)
    rows = "".join(
        "<tr>"
        + f'<th scope="row">{_cell(row[0])}</th>'
        + "".join(f"<td>{_cell(value)}</td>" for value in row[1:])
        + "</tr>\n"
        for row in table.rows
    )
    kind = "text" if quiet else "numbers"
    return (
        f'<div class="wide" role="region" aria-label="{label}" tabindex="0">\n'
        f'<table class="{kind}">\n'
        f"<caption{hidden}><span>{html.escape(table.caption)}</span></caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )


def _cell(text: str) -> str:
    if text.startswith("\0"):
        _, name, anchor, _ = text.split("\0")
        return f'<a href="#{anchor}">{html.escape(name)}</a>'
    return html.escape(text)


def _inline(text: str) -> str:
    """`code`, **strong** and *emphasis* of a paragraph."""
    pieces = re.split(r"`([^`]+)`", text)
    for at, piece in enumerate(pieces):
        safe = html.escape(piece)
        if at % 2:
            pieces[at] = f"<code>{safe}</code>"
        else:
            safe = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", safe)
            pieces[at] = re.sub(r"\*([^*]+)\*", r"<em>\1</em>", safe)
    return "".join(pieces)


def inline_svg(svg: str, name: str, words: str) -> str:
    """A drawing to stand in a page: named, with ids of its own, in the page's colours."""
    drawing = svg[svg.index("<svg") :]
    drawing = re.sub(r"<metadata>.*?</metadata>\s*|<style.*?</style>\s*", "", drawing, flags=re.S)
    box = re.search(r'viewBox="([^"]+)"', drawing)
    assert box is not None
    label = html.escape(words, quote=True)
    opening = f'<svg role="img" aria-label="{label}" viewBox="{box[1]}">'
    drawing = opening + drawing[drawing.index(">") + 1 :]
    drawing = re.sub(r'\bid="', f'id="{name}-', drawing)
    drawing = drawing.replace("url(#", f"url(#{name}-").replace('href="#', f'href="#{name}-')
    for colour, own in ((INK, "currentColor"), (GRID, "var(--grid)"), (PAPER, "none")):
        drawing = drawing.replace(colour, own)
    return drawing
