"""Writes the tables of docs/operate/watching.md: `.venv/bin/python packaging/watching_page.py`.

Alerts come from packaging/prometheus/alerts.yml, metrics from the daemon that exports them; a test
compares them.
"""

import re
from pathlib import Path

import yaml
from prometheus_client.core import Metric

from oracle.app.daemon.metrics import DaemonMetrics

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "operate" / "watching.md"
RULES = ROOT / "packaging" / "prometheus" / "alerts.yml"
BEGIN = "<!-- {}: written by packaging/watching_page.py; do not edit -->"
END = "<!-- end -->"


def alerts() -> list[str]:
    rows = ["| alert | when | for | severity |", "|---|---|---|---|"]
    for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]:
        for rule in group["rules"]:
            page = Path(rule["annotations"]["runbook"]).name
            when = rule["expr"].replace("|", "\\|")
            rows.append(
                f"| [{rule['alert']}](../runbooks/{page}) | `{when}` | {rule.get('for', '–')} "
                f"| {rule['labels']['severity']} |"
            )
    return rows


def metrics() -> list[str]:
    registry = DaemonMetrics(["http://node"], ["http://peer"], "0").registry
    families = sorted(registry.collect(), key=lambda family: family.name)
    rows = [
        f"| `{_name(family)}` | {_labels(family)} | {family.documentation} |"
        for family in families
        if family.name.startswith("wattmarket_")
    ]
    return ["| metric | labels | meaning |", "|---|---|---|", *rows]


def _name(family: Metric) -> str:
    return family.name + {"counter": "_total", "histogram": "_bucket"}.get(family.type, "")


def _labels(family: Metric) -> str:
    names = {name for sample in family.samples for name in sample.labels} - {"le"}
    if family.name == "wattmarket_node_seconds":  # its series begin with the first request
        names = {"endpoint", "method"}
    return ", ".join(f"`{name}`" for name in sorted(names)) or "–"


def with_tables(page: str) -> str:
    """The page with its tables written anew. Raises ValueError without a place for one."""
    for name, rows in (("alerts", alerts()), ("metrics", metrics())):
        begin = BEGIN.format(name)
        marked = re.compile(re.escape(begin) + r"\n.*?" + re.escape(END) + r"\n", re.DOTALL)
        if not marked.search(page):
            raise ValueError(f"docs/operate/watching.md needs {begin}")
        block = "\n".join([begin, *rows, END]) + "\n"
        page = marked.sub(lambda _, block=block: block, page)
    return page


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
