"""All mutants of a file in one text: where a mutant differs, the text asks for the base fee.

Modifiers get an argument, the mutant that leaves them out; a constant with mutants is read through
a function. What can be said in neither way is left over and needs a build of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from mutants import Mutant, Node, children, span

# Base fee under which each function says that it is run, and the file that knows how.
PROBED = 1
PROBE = "contracts/Probe.sol"
PROBE_TEXT = b"""// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @dev vm.writeLine("jobs/reached", id), beyond the free pointer, which stays. `id` has two bytes.
function probe_(bytes2 id) view {
    if (block.basefee != 1) return;
    assembly ("memory-safe") {
        let free := mload(0x40)
        mstore(free, shl(224, 0x619d897f))
        mstore(add(free, 0x04), 0x40)
        mstore(add(free, 0x24), 0x80)
        mstore(add(free, 0x44), 12)
        mstore(add(free, 0x64), shl(160, 0x6a6f62732f72656163686564))
        mstore(add(free, 0x84), 2)
        mstore(add(free, 0xa4), id)
        pop(staticcall(gas(), 0x7109709ECfa91a80626fF3989D68f67F5b1DD12D, free, 0xc4, 0, 0))
    }
}
"""
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
# The body of a modifier that is not ours, as far as `_`.
FOREIGN = {"onlyOwner": "_checkOwner();"}


@dataclass
class Edits:
    """What changes in a file beside the choices: pieces replaced, and put in at empty places."""

    instead: dict[tuple[int, int], str] = field(default_factory=dict)

    def put(self, at: int, text: str) -> None:
        self.instead[at, at] = self.instead.get((at, at), "") + text


def asks(number: int) -> str:
    return f"block.basefee == {number}"


def probes(trees: dict[str, Any]) -> dict[tuple[str, int], str]:
    """What each function, modifier and constant says when it is run, by file and place."""
    found: dict[tuple[str, int], str] = {}
    for name, tree in trees.items():
        for node, _ in nodes(tree):
            function = node["nodeType"] in ("FunctionDefinition", "ModifierDefinition")
            constant = node["nodeType"] == "VariableDeclaration" and node.get("constant")
            if (function and node.get("body")) or constant:
                high, low = divmod(len(found), len(DIGITS))
                found[name, span(node)[0]] = DIGITS[high] + DIGITS[low]
    return found


def nodes(node: Node, path: tuple[Node, ...] = ()) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    yield node, path
    for _, child in children(node):
        yield from nodes(child, (*path, node))


class Weaver:
    """`trees` are the syntax trees of `texts`, `mutants` those to weave, by number."""

    def __init__(
        self, texts: dict[str, bytes], trees: dict[str, Any], mutants: dict[int, Mutant]
    ) -> None:
        self.texts = texts
        self.trees = trees
        self.of: dict[str, dict[int, Mutant]] = {name: {} for name in texts}
        self.edits = {name: Edits() for name in texts}
        self.left: set[int] = set()
        for number, mutant in mutants.items():
            self.of[mutant.file][number] = mutant
        self.said = probes(trees)
        self.probe()
        self.modifiers()
        self.constants()

    def text(self, name: str, node: Node) -> str:
        start, end = span(node)
        return self.texts[name][start:end].decode()

    def probe(self) -> None:
        """Each function says that it is run."""
        for name, tree in self.trees.items():
            edits = self.edits[name]
            pragma = next(one for one in tree["nodes"] if one["nodeType"] == "PragmaDirective")
            up = "../" * (name.count("/") - 1) or "./"
            edits.put(span(pragma)[1], f' import {{probe_}} from "{up}Probe.sol";')
            for node, _ in nodes(tree):
                if node["nodeType"] in ("FunctionDefinition", "ModifierDefinition"):
                    said = self.said.get((name, span(node)[0]))
                    if said:
                        edits.put(span(node["body"])[0] + 1, f' probe_("{said}");')

    def modifiers(self) -> None:
        """Left out where the base fee is the argument."""
        ours = set()
        for name, tree in self.trees.items():
            for node, _ in nodes(tree):
                if node["nodeType"] != "ModifierDefinition":
                    continue
                ours.add(node["name"])
                start, (body, _) = span(node)[0], span(node["body"])
                docs = node.get("documentation")
                start = span(docs)[1] if docs else start
                rest = node["body"]["statements"]
                edits = self.edits[name]
                edits.instead[start, body] = f" modifier {node['name']}(uint256 mutant_) "
                edits.put(body + 1, " if (block.basefee != mutant_) {")
                assert rest[-1]["nodeType"] == "PlaceholderStatement"
                edits.put(span(rest[-1])[0], "} ")
        for name, tree in self.trees.items():
            dropped = {m.place: n for n, m in self.of[name].items() if m.kind == "modifier"}
            needed: dict[tuple[str, int, str], None] = {}
            for node, path in nodes(tree):
                if node["nodeType"] != "ModifierInvocation":
                    continue
                called = node["modifierName"]["name"]
                if called not in ours and called not in FOREIGN:
                    continue
                number = dropped.pop(span(node), 2**64 - 1)
                within = next(one for one in path if one["nodeType"] == "ContractDefinition")
                word = called if called in ours else f"{called}_{within['name']}"
                self.edits[name].instead[span(node)] = f"{word}({number})"
                if called not in ours:
                    needed[word, span(within)[1] - 1, FOREIGN[called]] = None
            for word, end, does in needed:
                body = f"if (block.basefee != mutant_) {{ {does} }} _;"
                self.edits[name].put(end, f" modifier {word}(uint256 mutant_) {{ {body} }} ")
            self.left |= set(dropped.values())
        for of in self.of.values():
            for number in [n for n, m in of.items() if m.kind == "modifier"]:
                del of[number]

    def constants(self) -> None:
        """Read through a function where code reads them; other constants and assembly keep them."""
        uses: dict[int, list[tuple[str, Node]]] = {}
        for name, tree in self.trees.items():
            for node, path in nodes(tree):
                kinds = {one["nodeType"] for one in path}
                code = kinds & {"FunctionDefinition", "ModifierDefinition"}
                if not code or "InlineAssembly" in kinds or "ArrayTypeName" in kinds:
                    continue
                if node["nodeType"] in ("Identifier", "MemberAccess"):
                    uses.setdefault(node.get("referencedDeclaration", 0), []).append((name, node))
        for name, tree in self.trees.items():
            for node, path in nodes(tree):
                if node["nodeType"] != "VariableDeclaration" or not node.get("constant"):
                    continue
                start, end = span(node)
                own = [
                    n for n, m in self.of[name].items()
                    if m.alone and start <= m.place[0] and m.place[1] <= end
                ]  # fmt: skip
                mutants = {n: self.of[name].pop(n) for n in own}
                in_contract = any(one["nodeType"] == "ContractDefinition" for one in path)
                if not mutants:
                    continue
                if node["id"] not in uses and node["visibility"] != "public":
                    self.left |= mutants.keys()
                    continue
                value, stop = span(node["value"])
                choices = f'probe_("{self.said[name, start]}"); '
                for n, m in mutants.items():
                    left = self.texts[name][value : m.place[0]].decode()
                    right = self.texts[name][m.place[1] : stop].decode()
                    choices += f"if ({asks(n)}) return {left}{m.after}{right}; "
                typed = node["typeDescriptions"]["typeString"]
                scope = "internal " if in_contract else ""
                after = self.texts[name].index(b";", end) + 1
                if node["id"] not in uses:
                    # Asked from outside alone: a function of its name stands for it.
                    ours = "override " if node.get("baseFunctions") else ""
                    kept = self.texts[name][value:stop].decode()
                    self.edits[name].instead[start, after] = (
                        f"function {node['name']}() public view {ours}returns ({typed}) "
                        f"{{ {choices}return {kept}; }}"
                    )
                    continue
                self.edits[name].put(
                    after,
                    f" function {node['name']}_woven() {scope}view returns ({typed}) "
                    f"{{ {choices}return {node['name']}; }} ",
                )
                if not in_contract:
                    self.bring_along(node["name"])
                for place, use in uses[node["id"]]:
                    word = f"{self.text(place, use)}_woven()"
                    self.edits[place].instead[span(use)] = word

    def bring_along(self, constant: str) -> None:
        """Who imports a constant of a file imports its function, too."""
        for name, tree in self.trees.items():
            for node in tree["nodes"]:
                aliases = node.get("symbolAliases", ())
                if any(one["foreign"]["name"] == constant for one in aliases):
                    line = f' import {{{constant}_woven}} from "{node["file"]}";'
                    self.edits[name].put(span(node)[1], line)

    def woven(self, name: str) -> bytes:
        """A file with its mutants, each under its number."""
        text, mutants, instead = self.texts[name], self.of[name], self.edits[name].instead
        by_place: dict[tuple[int, int, bool], list[int]] = {}
        for number, mutant in mutants.items():
            by_place.setdefault((*mutant.at, mutant.statement), []).append(number)
        places = {
            **by_place,
            **{(*place, False): [] for place in instead if (*place, False) not in by_place},
        }
        order = sorted(places, key=lambda place: (place[0], -place[1], not place[2]))

        def alternative(number: int) -> bytes:
            m = mutants[number]
            if m.kind == "require":
                return b"true"
            return text[m.at[0] : m.place[0]] + m.after.encode() + text[m.place[1] : m.at[1]]

        def write(start: int, end: int, first: int) -> tuple[bytes, int]:
            out, position, i = b"", start, first
            while i < len(order) and order[i][0] < end:
                left, right, statement = order[i]
                assert right <= end, f"two changes overlap in {name}"
                out += text[position:left]
                if (left, right) in instead and not statement:
                    inner, after = instead[left, right].encode(), i + 1
                else:
                    inner, after = write(left, right, i + 1)
                for number in places[order[i]]:
                    other = alternative(number)
                    if statement:
                        yes = b"{" + other + (b";" if other else b"") + b"}"
                        inner = b"if (" + asks(number).encode() + b") " + yes + b" else " + inner
                    else:
                        inner = (
                            b"("
                            + asks(number).encode()
                            + b" ? ("
                            + other
                            + b") : ("
                            + inner
                            + b"))"
                        )
                out += inner
                position, i = right, after
            return out + text[position:end], i

        return write(0, len(text), 0)[0]


def blamed(text: bytes, start: int, end: int) -> int | None:
    """The number of the first mutant in a piece of a woven text, or the last before it."""
    inside = re.search(rb"block\.basefee == (\d+)", text[start:end])
    if inside:
        return int(inside[1])
    before = re.findall(rb"block\.basefee == (\d+)", text[:start])
    return int(before[-1]) if before else None
