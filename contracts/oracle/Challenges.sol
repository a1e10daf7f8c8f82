// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {EdgeServers} from "./EdgeServers.sol";
import {IOracleTribunal} from "../interfaces/IOracleTribunal.sol";
import {ElecoinTerms} from "../interfaces/MarketTypes.sol";
import {
    Dispute,
    Feed,
    Opening,
    Posting,
    Proof,
    Report,
    Status,
    Tree,
    WrongSum
} from "../interfaces/OracleTypes.sol";
import {Clearing, ClearingTotals} from "../libraries/Clearing.sol";
import {Declarations} from "../libraries/Declarations.sol";
import {MerkleSum, Node} from "../libraries/MerkleSum.sol";
import {PostedValue} from "../libraries/PostedValue.sol";
import {PostingWord} from "../libraries/PostingWords.sol";
import {TICK} from "../libraries/Rounding.sol";
import {FollowerTotals, Stackelberg} from "../libraries/Stackelberg.sol";

/// @title Challenges
/// @notice The third tier: what is posted on bonds can be refuted by anyone, and read by nobody, until its window has
/// passed. Challengers post no bond, because the chain decides.
/// @dev A tree all of whose leaves are sound has the right totals, and a price that fits them is the equilibrium. So a
/// wrong price has a wrong sum, a wrong leaf, or a leaf that nobody can open: whoever knows the declarations finds it
/// by demanding leaves, each opening showing which half of what is left is wrong.
abstract contract Challenges is EdgeServers {
    /* -------------------------------------------------- in one step ----------------------------------------------- */

    /// @inheritdoc IOracleTribunal
    function refuteClearing(
        Report calldata report,
        Tree calldata tree,
        bytes calldata declared
    ) external {
        _requireChallengeable(report);
        _requireTree(report, tree);
        (uint256 floorTicks, uint256 priceTicks) = _priced(report);
        (bytes32 folded, ClearingTotals memory totals) = Clearing.totals(
            declared,
            report.epoch,
            floorTicks,
            priceTicks
        );
        require(
            folded == report.commitment,
            Declarations.WrongDeclarations(folded, report.commitment)
        );
        Node memory top = Clearing.toNode(tree.top.hash, totals);
        require(!MerkleSum.equal(top, tree.top), NothingRefuted(report.feed, report.epoch));
        _void(report, msg.sender);
    }

    /// @inheritdoc IOracleTribunal
    function refuteElecoin(
        Report calldata report,
        bytes calldata needs,
        uint256 betterTicks
    ) external {
        _requireChallengeable(report);
        require(report.feed == Feed.Elecoin, NothingRefuted(report.feed, report.epoch));
        ElecoinTerms memory terms = market.elecoinTerms();
        (uint256 ticks, ) = PostedValue.unpackElecoin(report.value);
        (bytes32 folded, FollowerTotals memory posted, FollowerTotals memory rival) = Stackelberg
            .totalsAt(needs, terms, ticks, betterTicks);
        require(
            folded == report.commitment,
            Declarations.WrongDeclarations(folded, report.commitment)
        );
        require(
            Stackelberg.beats(rival, betterTicks, posted, ticks, terms),
            NothingRefuted(report.feed, report.epoch)
        );
        _void(report, msg.sender);
    }

    /* ------------------------------------------------- on the tree ------------------------------------------------ */

    /// @inheritdoc IOracleTribunal
    function challengeSum(
        Report calldata report,
        Tree calldata tree,
        WrongSum calldata wrong
    ) external {
        _requireChallengeable(report);
        _requireTree(report, tree);
        require(wrong.level != 0, MerkleSum.NotInTree(0, wrong.position, tree.count));
        MerkleSum.requireIncluded(
            wrong.node,
            wrong.level,
            wrong.position,
            tree.count,
            wrong.siblings,
            tree.top
        );
        require(
            MerkleSum.isWrongSum(wrong.node, wrong.left, wrong.right),
            NothingRefuted(report.feed, report.epoch)
        );
        _void(report, msg.sender);
    }

    /// @inheritdoc IOracleTribunal
    function challengeLeaf(
        Report calldata report,
        Tree calldata tree,
        uint256 index,
        Opening calldata opening
    ) external {
        _requireChallengeable(report);
        require(!_isSound(report, tree, index, opening), NothingRefuted(report.feed, report.epoch));
        _void(report, msg.sender);
    }

    /// @inheritdoc IOracleTribunal
    function demandLeaf(Report calldata report, Tree calldata tree, uint256 index) external {
        PostingWord held = _requireChallengeable(report);
        _requireTree(report, tree);
        require(
            index >> MerkleSum.depth(tree.count) == 0,
            MerkleSum.NotInTree(0, index, tree.count)
        );
        uint256 closes = held.postedAt() + _challengeWindow - _responseTime;
        require(block.timestamp < closes, TooLateToDemand(closes));
        Demand storage demand = _demandAt(report, index);
        require(demand.deadline == 0, AlreadyDemanded(index, demand.deadline));
        uint256 deadline = block.timestamp + _responseTime;
        (demand.demander, demand.deadline) = (msg.sender, SafeCast.toUint40(deadline));
        uint256 place = _place(report.feed, report.epoch);
        _disputes[place].demands++;
        _postings[place] = held.withStatus(Status.Demanded);
        emit LeafDemanded(report.feed, report.epoch, index, msg.sender, deadline);
    }

    /// @inheritdoc IOracleTribunal
    function revealLeaf(
        Report calldata report,
        Tree calldata tree,
        uint256 index,
        Opening calldata opening
    ) external {
        PostingWord held = _requireChallengeable(report);
        Demand storage demand = _demandAt(report, index);
        require(demand.deadline != 0 && !demand.answered, NotDemanded(index));
        require(block.timestamp < demand.deadline, ResponseTime(index, demand.deadline));
        require(_isSound(report, tree, index, opening), UnsoundLeaf(index));
        demand.answered = true;
        uint256 place = _place(report.feed, report.epoch);
        Dispute storage dispute = _disputes[place];
        dispute.demands--;
        if (dispute.demands == 0) _postings[place] = held.withStatus(Status.Optimistic);
        emit LeafRevealed(report.feed, report.epoch, index);
    }

    /// @inheritdoc IOracleTribunal
    function claimSilence(Report calldata report, uint256 index) external {
        _requireChallengeable(report);
        Demand storage demand = _demandAt(report, index);
        require(demand.deadline != 0 && !demand.answered, NotDemanded(index));
        require(block.timestamp >= demand.deadline, ResponseTime(index, demand.deadline));
        _void(report, demand.demander);
    }

    /* ---------------------------------------------------- deciding ------------------------------------------------ */

    /// @dev The posting of this very report, which nobody may read yet.
    function _requireChallengeable(Report calldata report) private view returns (PostingWord held) {
        uint256 place = _place(report.feed, report.epoch);
        held = _postings[place];
        Status status = held.status();
        bool same =
            held.epochPlusOne() == uint256(report.epoch) + 1 &&
                _proofs[place].digest() == bytes20(_digest(report));
        bool open =
            status == Status.Demanded || (status == Status.Optimistic && !_isReadable(held));
        require(same && open, NotChallengeable(report.feed, report.epoch, status));
    }

    function _requireTree(Report calldata report, Tree calldata tree) private pure {
        require(report.feed == Feed.Electricity, NothingRefuted(report.feed, report.epoch));
        _requireRoot(report, keccak256(abi.encode(tree)));
    }

    function _priced(
        Report calldata report
    ) private view returns (uint256 floorTicks, uint256 priceTicks) {
        (, uint256 least, ) = _reportTerms(report.feed, report.epoch);
        (priceTicks, , ) = PostedValue.unpack(report.value);
        return (least / TICK, priceTicks);
    }

    /// @dev Reverts unless this is what the signed tree holds at `index`, opened.
    function _isSound(
        Report calldata report,
        Tree calldata tree,
        uint256 index,
        Opening calldata opening
    ) private view returns (bool) {
        _requireTree(report, tree);
        Node memory node = opening.node;
        MerkleSum.requireIncluded(node, 0, index, tree.count, opening.siblings, tree.top);
        if (index >= tree.count) return MerkleSum.isZero(node);
        bytes32 hash = MerkleSum.leafHash(opening.leaf);
        require(hash == node.hash, NotTheLeaf(hash, node.hash));
        bytes32 before;
        if (index != 0) {
            Node memory previous = opening.previous;
            MerkleSum.requireIncluded(
                previous,
                0,
                index - 1,
                tree.count,
                opening.previousSiblings,
                tree.top
            );
            before = previous.hash;
        }
        (uint256 floorTicks, uint256 priceTicks) = _priced(report);
        Node memory right = Clearing.toNode(
            hash,
            Clearing.contribution(opening.leaf.word, floorTicks, priceTicks)
        );
        return
            MerkleSum.equal(node, right) &&
            opening.leaf.before == before &&
            (index + 1 != tree.count || hash == report.commitment);
    }

    /// @dev All stakes of the signers go; the posting stays, marked, so that it can be replaced and never read.
    function _void(Report calldata report, address challenger) private {
        uint256 place = _place(report.feed, report.epoch);
        _postings[place] = _postings[place].withStatus(Status.Voided);
        Dispute memory dispute = _disputes[place];
        (uint256 slashed, uint256 reward) = _slash(dispute.signerSet, dispute.signers, challenger);
        emit Voided(
            report.feed,
            report.epoch,
            challenger,
            bytes20(_digest(report)),
            slashed,
            reward
        );
    }

    function _demandAt(
        Report calldata report,
        uint256 index
    ) private view returns (Demand storage) {
        uint256 postedAt = _postings[_place(report.feed, report.epoch)].postedAt();
        return _demands[keccak256(abi.encode(_digest(report), postedAt))][index];
    }

    /// @inheritdoc IOracleTribunal
    function challenged(
        Feed feed,
        uint256 epoch
    ) external view returns (Posting memory posting_, Proof memory proof, Dispute memory dispute) {
        uint256 place = _place(feed, epoch);
        PostingWord held = _postings[place];
        if (held.epochPlusOne() != epoch + 1) return (posting_, proof, dispute);
        return (held.unpack(), _proofs[place].unpack(), _disputes[place]);
    }

    /// @inheritdoc IOracleTribunal
    function demandOf(
        Report calldata report,
        uint256 index
    ) external view returns (address demander, uint256 deadline) {
        Demand memory demand = _demandAt(report, index);
        return (demand.demander, demand.answered ? 0 : demand.deadline);
    }
}
