// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Dispute, Feed, Report, Signature, Tree} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IDayPool} from "contracts/interfaces/IDayPool.sol";
import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {WrongSum} from "contracts/interfaces/OracleTypes.sol";
import {Declarations} from "contracts/libraries/Declarations.sol";
import {MerkleSum} from "contracts/libraries/MerkleSum.sol";
import {TreeFixture} from "./utils/TreeFixture.sol";

/// @notice What is refused by name and is part of no other story.
contract RefusalsTest is TreeFixture {
    /* ----------------------------------------------------- market ------------------------------------------------ */

    function test_CoinSentWithoutACallIsRefused() external {
        vm.deal(address(this), 2);
        (bool sent, bytes memory why) = address(market).call{value: 1}("");
        assertTrue(!sent, "market");
        bytes memory expected = abi.encodeWithSelector(
            IMarketEvents.UseBuyToken.selector,
            address(this),
            1
        );
        assertEq(why, expected, "why the market refuses");
        (sent, why) = market.office().call{value: 1}("");
        assertTrue(!sent, "office");
        assertEq(why, expected, "why the office refuses");
        (sent, why) = address(oracle).call{value: 2}("");
        assertTrue(!sent, "oracle");
        expected = abi.encodeWithSelector(IOracleEvents.UseBond.selector, address(this), 2);
        assertEq(why, expected, "why the oracle refuses");
    }

    function test_PausedOnceAndUnpausedOnce() external {
        vm.startPrank(ADMIN);
        vm.expectRevert(IMarketEvents.ExpectedPause.selector);
        market.unpause();
        market.pause();
        vm.expectRevert(IMarketEvents.EnforcedPause.selector);
        market.pause();
        market.unpause();
        vm.stopPrank();
    }

    function test_OnlyTheModuleOfOriginCertifiesMembers() external {
        address other = address(0x07);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.OnlyModule.selector, address(this)));
        market.certify(ann, true);
        vm.startPrank(address(origin));
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NotRegistered.selector, other));
        market.certify(other, true);
        market.certify(ann, true);
        assertEq(market.account(ann).rights & 8, 8, "certified");
        market.certify(ann, false);
        assertEq(market.account(ann).rights & 8, 0, "no more");
        vm.stopPrank();
    }

    function test_ADeclarationIsOfHerZone() external {
        uint256 word = _word(ann, 1, 0, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.WrongZone.selector, SOUTH, NORTH));
        vm.prank(ann);
        market.declareTarget((word & ~(uint256(0xFFFF) << 120)) | (uint256(SOUTH) << 120));
    }

    function test_WhoIsNoMemberHasNoReadingToDisputeOrCorrect() external {
        address other = address(0x07);
        bytes memory why = abi.encodeWithSelector(IMarketEvents.NotRegistered.selector, other);
        vm.expectRevert(why);
        vm.prank(other);
        market.dispute(other, 0);
        vm.expectRevert(why);
        vm.prank(ADMIN);
        market.correct(other, 0, 1, 0, 1);
    }

    /// @dev The module checks it, too; the market does not rely on that.
    function test_ATradeForAMemberHasItsDeadline() external {
        vm.warp(_start(1));
        uint256 deadline = block.timestamp - 1;
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.DeadlinePassed.selector, deadline));
        vm.prank(address(orders));
        market.tradeFor(bea, ann, 0, 1, 1, 1e18, deadline);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.OnlyModule.selector, address(this)));
        market.tradeFor(bea, ann, 0, 1, 1, 1e18, deadline);
    }

    /// @dev Five places: period 5 has the place of period 0, whose words are not its own.
    function test_APlaceOfTheRingIsOnePeriods() external view {
        assertTrue(market.slot(ann, 0).net != 0, "declared");
        assertEq(market.tradeable(ann, 5), 0, "nothing");
        assertEq(int256(market.slot(ann, 5).net), 0, "nor declared");
    }

    /* ---------------------------------------------------- day pool ----------------------------------------------- */

    function test_SeatsAndRootsAreListed() external {
        IDayPool pool = IDayPool(_create("DayPool", abi.encode(elecoin, oracle)));
        assertEq(pool.seats(), 0, "none yet");
        vm.prank(ann);
        pool.join();
        vm.prank(bea);
        pool.join();
        assertEq(pool.seats(), 2, "seats");
        assertEq(pool.seatAt(0), ann, "first");
        assertEq(pool.seatAt(1), bea, "second");
    }

    /* ---------------------------------------------------- tribunal ----------------------------------------------- */

    function test_AnElectricityReportIsNotRefutedAsElecoins() external {
        Report memory r = _honest();
        bytes memory nothing = abi.encodeWithSelector(
            IOracleEvents.NothingRefuted.selector,
            Feed.Electricity,
            0
        );
        vm.expectRevert(nothing);
        oracle.refuteElecoin(r, "", 1_000_000);
    }

    function test_ARefutationIsOfTheDeclarationsReported() external {
        Report memory r = _honest();
        // Of the first member alone: a fold of other declarations than those committed to.
        bytes memory one = new bytes(35);
        for (uint256 i; i < 35; i++) one[i] = targetsOf[0][i];
        Tree memory tree = _tree();
        bytes32 folded = keccak256(abi.encode(bytes32(0), _leaves[0].account, _leaves[0].word));
        vm.expectRevert(
            abi.encodeWithSelector(Declarations.WrongDeclarations.selector, folded, r.commitment)
        );
        oracle.refuteClearing(r, tree, one);
    }

    function test_AnEmptyTreeIsNoReport() external {
        _grow(_leafNodes(RIGHT));
        Tree memory tree = _tree();
        for (uint256 i; i < 2; i++) {
            tree.count = i == 0 ? 0 : uint32((1 << 24) + 1);
            Report memory r = _reportOf(tree, RIGHT);
            Signature[] memory s = _sign(r, 3);
            vm.expectRevert(
                abi.encodeWithSelector(IOracleEvents.NothingDeclared.selector, Feed.Electricity, 0)
            );
            oracle.post(r, s, bytes.concat(hex"03", abi.encode(tree)));
        }
    }

    /// @dev A challenger that takes no coin keeps its claim.
    function test_ARewardThatIsNotTakenIsStillOwed() external {
        Report memory r = _wrongLeaf();
        Tree memory tree = _tree();
        oracle.demandLeaf(r, tree, 0);
        vm.warp(block.timestamp + WINDOW);
        oracle.claimSilence(r, 0);
        assertEq(oracle.rewardOf(address(this)), STAKE, "owed");
        vm.expectRevert(
            abi.encodeWithSelector(IOracleEvents.PaymentFailed.selector, address(this), STAKE)
        );
        oracle.withdrawReward();
        assertEq(oracle.rewardOf(address(this)), STAKE, "still owed");
    }

    function test_ALeafIsNoSum() external {
        Report memory r = _honest();
        Tree memory tree = _tree();
        WrongSum memory wrong;
        wrong.position = 2;
        vm.expectRevert(abi.encodeWithSelector(MerkleSum.NotInTree.selector, 0, 2, COUNT));
        oracle.challengeSum(r, tree, wrong);
    }

    function test_ADemandCanBeLookedUp() external {
        Report memory r = _honest();
        Tree memory tree = _tree();
        (address demander, uint256 deadline) = oracle.demandOf(r, 3);
        assertEq(demander, address(0), "nobody");
        assertEq(deadline, 0, "none");
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.NotDemanded.selector, 3));
        oracle.claimSilence(r, 3);
        vm.prank(CHALLENGER);
        oracle.demandLeaf(r, tree, 3);
        (demander, deadline) = oracle.demandOf(r, 3);
        assertEq(demander, CHALLENGER, "demander");
        assertEq(deadline, block.timestamp + RESPONSE, "deadline");
        oracle.revealLeaf(r, tree, 3, _opening(3));
        (demander, deadline) = oracle.demandOf(r, 3);
        assertEq(demander, CHALLENGER, "still on record");
        assertEq(deadline, 0, "answered");
        // Answered, it is no silence even when its time is over.
        vm.warp(block.timestamp + RESPONSE);
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.NotDemanded.selector, 3));
        oracle.claimSilence(r, 3);
    }

    function test_WhatWasNeverPostedHasNoDispute() external {
        _honest();
        // The same place of the ring, another period.
        (, , Dispute memory dispute) = oracle.challenged(Feed.Electricity, HISTORY);
        assertEq(abi.encode(dispute), abi.encode(Dispute(0, 0, 0)), "nothing there");
    }
}
