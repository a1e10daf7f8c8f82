// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Feed, Report, Signature} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {Declarations} from "contracts/libraries/Declarations.sol";
import {TreeFixture} from "./utils/TreeFixture.sol";

/// @notice What is posted on stakes: nobody reads it too early, and what was voided may be posted again.
contract ChallengesTest is TreeFixture {
    /* ----------------------------------------------------- reading ------------------------------------------------ */

    function test_NobodyReadsItBeforeTheWindowHasPassed() external {
        _honest();
        _assertUnreadable();
        vm.warp(block.timestamp + WINDOW - 1);
        _assertUnreadable();
        vm.warp(block.timestamp + 1);
        (uint256 price, , ) = oracle.electricityPrice(0);
        assertEq(price, RIGHT * TICK, "price");
        oracle.posting(Feed.Electricity, 0);
        oracle.latest(Feed.Electricity);
        assertEq(oracle.history(Feed.Electricity, 0, 1)[0].epochPlusOne, 1, "history");
    }

    function test_TheWindowEndsBeforeTradingOpens() external {
        _grow(_leafNodes(RIGHT));
        vm.warp(_start(0) - 1);
        _optimistic(RIGHT);
        vm.warp(_readingDeadline(0));
        oracle.prices(0);
    }

    /* --------------------------------------------------- posted again --------------------------------------------- */

    function test_AVoidedPeriodMayBePostedAgain() external {
        Report memory r = _wrongLeaf();
        oracle.refuteClearing(r, _tree(), targetsOf[0]);
        // The same report again is no receipt any more, and its signers have no stake left.
        Signature[] memory s = _sign(r, 3);
        bytes memory certificate = bytes.concat(hex"03", abi.encode(_tree()));
        vm.expectRevert(
            abi.encodeWithSelector(
                IOracleEvents.BondTooSmall.selector,
                vm.addr(serverKeys[0]),
                0,
                STAKE
            )
        );
        oracle.post(r, s, certificate);
        _postCertified(Feed.Electricity, 0, _value(RIGHT, WAD, WAD));
        (uint256 price, , ) = oracle.electricityPrice(0);
        assertEq(price, RIGHT * TICK, "price");
    }

    function test_NotAfterItsStart() external {
        vm.warp(_start(0) - 1);
        Report memory r = _wrongLeaf();
        vm.warp(_start(0));
        oracle.refuteClearing(r, _tree(), targetsOf[0]);
        Report memory again = _inlineReport(Feed.Electricity, 0, _value(RIGHT, WAD, WAD));
        Signature[] memory s = _sign(again, 5);
        bytes memory certificate = _inline(again);
        vm.expectRevert();
        oracle.post(again, s, certificate);
        _assertUnreadable();
    }

    /* ----------------------------------------------------- elecoins ----------------------------------------------- */

    function _wrongElecoin(uint256 epoch) private returns (Report memory r) {
        vm.warp(_needDeadline(epoch) - 1);
        _declareNeed(bea, epoch, 1e18);
        vm.warp(_needDeadline(epoch));
        r = _report(Feed.Elecoin, epoch, 1_050_000 * TICK);
        oracle.post(r, _sign(r, 3), _certificate(r));
    }

    function test_ABetterPriceRefutesAnElecoinPrice() external {
        _postElecoin(1, 1_000_000);
        Report memory r = _wrongElecoin(2);
        (uint256 price, bool flagged) = oracle.elecoinPrice(2);
        assertTrue(flagged && price == 1e18, "the last final price, while it can be challenged");
        vm.expectRevert(
            abi.encodeWithSelector(IOracleEvents.NothingRefuted.selector, Feed.Elecoin, 2)
        );
        oracle.refuteElecoin(r, needsOf[2], 1_050_001);
        vm.prank(CHALLENGER);
        oracle.refuteElecoin(r, needsOf[2], 1_020_000);
        assertEq(oracle.rewardOf(CHALLENGER), STAKE, "reward");
        (price, flagged) = oracle.elecoinPrice(2);
        assertTrue(flagged && price == 1e18, "and after it is void");
        vm.warp(_start(8));
        (price, flagged) = oracle.elecoinPrice(2);
        assertTrue(flagged && price == 1e18, "for ever");
    }

    /// @dev What refutes one kind of price says nothing of the other.
    function test_AChallengeIsOfItsFeed() external {
        Report memory electricity = _honest();
        vm.expectRevert(
            abi.encodeWithSelector(IOracleEvents.NothingRefuted.selector, Feed.Electricity, 0)
        );
        oracle.refuteElecoin(electricity, needsOf[0], 1_020_000);
        Report memory elecoin_ = _wrongElecoin(2);
        bytes memory refusal = abi.encodeWithSelector(
            IOracleEvents.NothingRefuted.selector,
            Feed.Elecoin,
            2
        );
        vm.expectRevert(refusal);
        oracle.refuteClearing(elecoin_, _tree(), targetsOf[0]);
        vm.expectRevert(refusal);
        oracle.demandLeaf(elecoin_, _tree(), 0);
    }

    /// @dev Needs that were not declared refute nothing, whatever price they would have.
    function test_OtherNeedsRefuteNothing() external {
        Report memory r = _wrongElecoin(2);
        bytes memory needs = abi.encodePacked(bea, uint128(2e18));
        bytes32 folded = keccak256(abi.encode(bytes32(0), bea, 2e18));
        vm.expectRevert(
            abi.encodeWithSelector(Declarations.WrongDeclarations.selector, folded, r.commitment)
        );
        oracle.refuteElecoin(r, needs, 1_020_000);
    }

    /// @dev The first epoch's price waits for its window: until then the lower bound serves, as if there were none.
    function test_BeforeTheFirstPriceIsFinalTheLowerBoundServes() external {
        vm.warp(_needDeadline(0) - 1);
        _declareNeed(bea, 0, 1e18);
        vm.warp(_needDeadline(0));
        _post(Feed.Elecoin, 0, 1_020_000 * TICK);
        (uint256 price, bool flagged) = oracle.elecoinPrice(0);
        assertEq(price, LEAST, "the lower bound");
        assertTrue(flagged, "flagged");
        vm.warp(_needDeadline(0) + WINDOW);
        (price, flagged) = oracle.elecoinPrice(0);
        assertTrue(price == 1.02e18 && !flagged, "final");
    }

    function test_AnElecoinWindowEndsBeforeTargetsAreDeclared() external {
        _declareNeed(bea, 2, 1e18);
        vm.warp(_declarationDeadline(8) - WINDOW);
        Report memory r = _report(Feed.Elecoin, 2, 1_020_000 * TICK);
        Signature[] memory s = _sign(r, 3);
        bytes memory certificate = _certificate(r);
        vm.expectRevert(
            abi.encodeWithSelector(
                IOracleEvents.OutsidePricingWindow.selector,
                Feed.Elecoin,
                2,
                _needDeadline(2),
                _declarationDeadline(8) - WINDOW
            )
        );
        oracle.post(r, s, certificate);
        vm.warp(_declarationDeadline(8) - WINDOW - 1);
        oracle.post(r, s, certificate);
        vm.warp(_declarationDeadline(8) - 1);
        (, bool flagged) = oracle.elecoinPrice(2);
        assertTrue(!flagged, "final before any target of the epoch is priced");
    }
}
