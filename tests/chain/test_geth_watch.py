"""A Clique that stands still: what the watch decides, and what a network's first block says."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.devnet.accounts import CHAIN_ID
from oracle.devnet.geth import files
from oracle.devnet.geth.watch import Restart, Rewind, Seen, TooFew, needed, parting, remedies


def seen(index: int, branch: str, difficulty: int) -> Seen:
    """A node whose chain is a letter a block, from block 0 on."""
    return Seen(
        index, len(branch) - 1, difficulty, {n: branch[: n + 1] for n in range(len(branch))}
    )


def test_who_is_on_a_lighter_branch_goes_back_to_where_they_part() -> None:
    found = remedies([seen(0, "gab", 5), seen(1, "gac", 4), seen(2, "gx", 3)], 3, 0)
    assert found == [Rewind(1, 1), Rewind(2, 0)]


def test_of_equal_branches_one_stays_whoever_looks() -> None:
    nodes = [seen(0, "gb", 2), seen(1, "ga", 2), seen(2, "gb", 2)]
    assert remedies(nodes, 3, 0) == remedies(nodes, 3, 7) == [Rewind(0, 0), Rewind(2, 0)]
    assert set(remedies(nodes[::-1], 3, 0)) == {Rewind(0, 0), Rewind(2, 0)}


def test_who_is_only_behind_starts_again() -> None:
    assert remedies([seen(0, "gab", 5), seen(1, "ga", 3), seen(2, "gab", 5)], 3, 0) == [Restart(1)]


def test_where_all_agree_they_start_again_one_by_one_from_whose_turn_it_is() -> None:
    nodes = [seen(i, "gab", 5) for i in range(3)]
    assert [remedies(nodes, 3, tries) for tries in range(4)] == [
        [Restart(0)], [Restart(1)], [Restart(2)], [Restart(0)],
    ]  # fmt: skip
    # One of them does not answer: the next in turn.
    assert remedies([nodes[1], nodes[2]], 3, 0) == [Restart(1)]


def test_with_too_few_sealers_nothing_is_tried() -> None:
    assert remedies([seen(2, "gab", 5)], 3, 0) == [TooFew(1, 2)]
    assert [needed(n) for n in (1, 2, 3, 4, 5, 7)] == [1, 2, 2, 3, 3, 4]


BRANCHES = st.lists(st.text("ab", max_size=6), min_size=3, max_size=5)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(BRANCHES, st.lists(st.integers(1, 9), min_size=5, max_size=5), st.integers(0, 9))
def test_once_done_every_node_is_on_the_branch_that_stays(
    branches: list[str], weights: list[int], tries: int
) -> None:
    """After it, each node's chain is a beginning of the heaviest: so it can only follow."""
    chains = ["g" + branch for branch in branches]
    weight = {chain: weights[i] for i, chain in enumerate(chains)}
    nodes = [seen(i, chain, weight[chain]) for i, chain in enumerate(chains)]
    best = min(nodes, key=lambda one: (-one.difficulty, one.hash))
    found = remedies(nodes, len(nodes), tries)
    after = {one.index: one.hash for one in nodes}
    for remedy in found:
        if isinstance(remedy, Rewind):
            after[remedy.index] = after[remedy.index][: remedy.to + 1]
    assert found
    for index, chain in after.items():
        assert best.hash.startswith(chain)
        # No block is given up that the branch has.
        assert chain == chains[index] or not best.hash.startswith(chains[index][: len(chain) + 1])


def test_chains_that_share_no_block_we_know_part_before_the_oldest() -> None:
    one = Seen(0, 90, 9, {n: f"a{n}" for n in range(26, 91)})
    other = Seen(1, 90, 9, {n: f"b{n}" for n in range(26, 91)})
    assert parting(one, other) == 25


def test_the_first_block_names_the_sealers_and_knows_no_fork_after_london() -> None:
    sealers = ["0x" + f"{i:02x}" * 20 for i in (3, 7, 200)]
    block = files.genesis(sealers, "0x" + "11" * 20, 5)
    extra = bytes.fromhex(block["extradata"][2:])
    assert len(extra) == 32 + 3 * 20 + 65
    assert extra[32:-65] == b"\x03" * 20 + b"\x07" * 20 + b"\xc8" * 20
    assert not any(extra[:32] + extra[-65:])
    assert block["config"]["clique"] == {"period": 5, "epoch": 30_000}
    assert block["config"]["chainId"] == CHAIN_ID
    assert block["config"]["londonBlock"] == 0
    assert not {"shanghaiTime", "terminalTotalDifficulty"} & block["config"].keys()
    assert list(block["alloc"]) == ["11" * 20]
