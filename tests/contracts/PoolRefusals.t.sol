// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {IPool} from "contracts/interfaces/IPool.sol";
import {PoolOfFour} from "./utils/PoolOfFour.sol";

/// @notice Who takes part in the pool, and which lists it refuses.
contract PoolRefusalsTest is PoolOfFour {
    /* --------------------------------------------------- eligibility ---------------------------------------------- */

    function test_WhoDoesNotTakePart() external {
        // She asks too much; it is worth less to her; her limit leaves no room for the fee; no limit, no lock.
        uint256[3][4] memory cases = [
            [PRICE + 1, 400_000, 450_000],
            [PRICE, PRICE - 1, 450_000],
            [PRICE, PRICE, PRICE + 15_463],
            [PRICE, PRICE, 0]
        ];
        for (uint256 i; i < 4; i++) {
            uint256 state = vm.snapshotState();
            _oneOfEach(cases[i][0], cases[i][1], cases[i][2]);
            vm.expectRevert(abi.encodeWithSelector(IPool.NothingToSettle.selector, 0));
            _settlePool(0);
            vm.revertToState(state);
        }
    }

    /// @dev ann sells 1000 Wh and bea lacks 500, at these prices.
    function _oneOfEach(uint256 cost, uint256 value, uint256 limit) private {
        _declareIn(ann, NORTH, 0, 1000, cost, 0, true);
        _declareIn(bea, NORTH, 0, -500, value, limit, true);
        _postAt(0, PRICE);
        _read(ann, 0, 1000, 0);
        _read(bea, 0, 0, 500);
        vm.warp(_poolOpening(0));
    }

    function test_AtTheBoundsSheTakesPart() external {
        // 0.015 at 0.97 is 15 463.917… ticks.
        _oneOfEach(PRICE, PRICE, PRICE + 15_464);
        (uint256[4] memory totals, ) = _settledLines(0);
        assertEq(totals[1], 500, "energy");
    }

    function test_ReadingsThatCannotBeTradedArePassedOver() external {
        _four(0);
        _postAt(0, PRICE);
        // ann's sign turned, bea's reading is not complete, bob's is missing.
        _read(ann, 0, 0, 5);
        vm.prank(_meter(bea));
        market.consumption(bea, 0, 500);
        _read(sam, 0, 300, 0);
        vm.warp(_poolOpening(0));
        vm.expectRevert(abi.encodeWithSelector(IPool.NothingToSettle.selector, 0));
        _settlePool(0);
    }

    function test_AReadingThatSpansPeriodsIsTheGrids() external {
        vm.warp(_declarationDeadline(1) - 1);
        _four(1);
        _postAt(1, PRICE);
        _readFour(1);
        vm.expectRevert(abi.encodeWithSelector(IPool.NothingToSettle.selector, 1));
        _settlePool(1);
    }

    function test_EnergyBeyondTheToleranceIsTheGrids() external {
        _four(0);
        _postAt(0, PRICE);
        _read(ann, 0, 5000, 0);
        _read(bea, 0, 0, 5000);
        vm.warp(_poolOpening(0));
        (uint256[4] memory totals, ) = _settledLines(0);
        assertEq(totals[2], 1100, "surplus");
        assertEq(totals[3], 550, "need");
        _closeAll(0);
        _requireWhole();
    }

    /// @dev Before anything is priced a change of the tolerance holds at once: her lock still bounds what she buys.
    function test_ALockBoundsWhatSheBuysWhateverTheToleranceIsNow() external {
        _four(0);
        vm.prank(ADMIN);
        market.setConstants(FEED_IN, 10_000, THRESHOLD);
        _postAt(0, PRICE);
        _read(ann, 0, 5000, 0);
        _read(bea, 0, 0, 5000);
        vm.warp(_poolOpening(0));
        (uint256[4] memory totals, ) = _settledLines(0);
        assertEq(totals[2], 2000, "surplus");
        assertEq(totals[3], 550, "need");
        _closeAll(0);
        _requireWhole();
    }

    /* --------------------------------------------------- refusals ------------------------------------------------- */

    /// @dev The four declarations of {_four} in this order, and whatever follows.
    function _list(uint256[4] memory order, bytes memory more) private view returns (bytes memory) {
        bytes memory all = declared[0];
        bytes memory list;
        for (uint256 i; i < 4; i++) {
            bytes memory one = new bytes(38);
            for (uint256 k; k < 38; k++) {
                one[k] = all[order[i] * 38 + k];
            }
            list = bytes.concat(list, one);
        }
        return bytes.concat(list, more);
    }

    function _expectMismatch(bytes memory list) private {
        bytes32 committed = market.targetCommitment(0);
        vm.expectRevert();
        market.settlePool(0, list);
        // By name, and with what was given.
        (, bytes memory why) = address(market).call(abi.encodeCall(IPool.settlePool, (0, list)));
        assertEq(bytes4(why), IPool.DeclarationsMismatch.selector, "why");
        assembly ("memory-safe") {
            why := add(why, 4)
        }
        assertEq(_word(why, 1), 0, "period");
        assertEq(_word(why, 3), uint256(committed), "committed");
    }

    function _word(bytes memory encoded, uint256 i) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(encoded, mul(i, 0x20)))
        }
    }

    function test_OnlyTheWholeListInItsOrder() external {
        _settleable(0);
        bytes memory whole = declared[0];
        _expectMismatch(_list([uint256(1), 0, 2, 3], ""));
        _expectMismatch(_list([uint256(0), 1, 2, 2], ""));
        _expectMismatch(_list([uint256(0), 1, 2, 3], hex"00"));
        _expectMismatch(bytes.concat(whole, whole));
        _expectMismatch("");
        for (uint256 i; i < whole.length; i += 7) {
            whole[i] ^= 0x01;
            _expectMismatch(whole);
            whole[i] ^= 0x01;
        }
        assembly ("memory-safe") {
            mstore(whole, sub(mload(whole), 38))
        }
        _expectMismatch(whole);
        assembly ("memory-safe") {
            mstore(whole, add(mload(whole), 37))
        }
        _expectMismatch(whole);
        _settlePool(0);
    }

    function test_ASellerAloneHasNothingToSettle() external {
        _declareIn(ann, NORTH, 0, 1000, 100_000, 0, true);
        _postAt(0, PRICE);
        vm.warp(_poolOpening(0));
        vm.expectRevert(abi.encodeWithSelector(IPool.NothingToSettle.selector, 0));
        _settlePool(0);
    }

    function test_OnlyOnce() external {
        _settleable(0);
        _settlePool(0);
        vm.expectRevert(abi.encodeWithSelector(IPool.PoolAlreadySettled.selector, 0));
        _settlePool(0);
    }

    function test_OnlyInTheSecondHalfOfTrading() external {
        _four(0);
        _postAt(0, PRICE);
        _readFour(0);
        (uint256 opens, uint256 closes) = (_poolOpening(0), _tradingEnd(0));
        bytes memory outside = abi.encodeWithSelector(
            IMarketEvents.OutsideWindow.selector,
            uint256(0),
            opens,
            closes
        );
        vm.warp(opens - 1);
        vm.expectRevert(outside);
        _settlePool(0);
        vm.warp(closes);
        vm.expectRevert(outside);
        _settlePool(0);
        vm.warp(closes - 1);
        _settlePool(0);
    }

    function test_NotWhilePaused() external {
        _settleable(0);
        vm.prank(ADMIN);
        market.pause();
        vm.expectRevert(IMarketEvents.EnforcedPause.selector);
        _settlePool(0);
        vm.prank(ADMIN);
        market.unpause();
        _settlePool(0);
    }
}
