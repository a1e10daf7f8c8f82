// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {PoolOfFour} from "./utils/PoolOfFour.sol";

/// @notice The pool where registers of both kinds move, and at the least and the greatest declarations.
contract PoolEdgesTest is PoolOfFour {
    /// @dev Who generates nearly what she consumes, or the other way round, sells or buys the difference.
    function test_ProsumersSettleTheirNet() external {
        _pooled(ann, NORTH, 0, 400);
        _pooled(bea, NORTH, 0, -400);
        _postAt(0, PRICE);
        _read(ann, 0, 900, 500);
        _read(bea, 0, 500, 900);
        vm.warp(_poolOpening(0));
        (uint256[4] memory totals, uint256[] memory lines) = _settledLines(0);
        assertEq(totals[1], 400, "energy");
        assertEq(totals[2], 400, "surplus");
        assertEq(totals[3], 400, "need");
        assertEq(lines[0] >> 128, 400, "ann sold");
        assertEq(lines[1] >> 128, (1 << 64) | (uint256(1) << 32) | 400, "bea bought");
        _closeAll(0);
        assertEq(market.account(ann).deposit, 400 * PRICE * CREDIT_UNIT, "ann is paid");
        _requireWhole();
    }

    function test_OneWhIsSettled() external {
        _pooled(ann, NORTH, 0, 1);
        _pooled(bea, NORTH, 0, -1);
        _postAt(0, PRICE);
        _read(ann, 0, 1, 0);
        _read(bea, 0, 0, 1);
        vm.warp(_poolOpening(0));
        (uint256[4] memory totals, uint256[] memory lines) = _settledLines(0);
        assertEq(totals[1], 1, "energy");
        assertEq(lines.length, 2, "lines");
        assertEq(market.slot(ann, 0).traded, 1, "sold");
        assertEq(market.slot(bea, 0).traded, 1, "bought");
    }

    function test_TenMembersAreSettled() external {
        for (uint256 i; i < 10; i++) {
            address who = vm.addr(0xF00 + i);
            _register(who, NORTH, true);
            if (i % 2 == 1) _buyTokens(who, 1e18);
            _pooled(who, NORTH, 0, i % 2 == 0 ? int256(100) : -100);
        }
        _postAt(0, PRICE);
        for (uint256 i; i < 10; i++) {
            _read(vm.addr(0xF00 + i), 0, i % 2 == 0 ? 100 : 0, i % 2 == 0 ? 0 : 100);
        }
        vm.warp(_poolOpening(0));
        (uint256[4] memory totals, uint256[] memory lines) = _settledLines(0);
        assertEq(totals[1], 500, "energy");
        assertEq(lines.length, 10, "lines");
        for (uint256 i; i < 10; i++) {
            assertEq(market.slot(vm.addr(0xF00 + i), 0).traded, 100, "hers");
        }
        assertEq(market.networkFees(), 5 * _ceil(100, NETWORK_FEE), "network");
        uint256 both = _ceil(100, NETWORK_FEE + LEVY_FEE);
        assertEq(market.levyFees(), 5 * (both - _ceil(100, NETWORK_FEE)), "levy");
    }

    /// @dev A member with nothing to settle has no line, whatever her place.
    function test_WhoMeteredNothingHasNoLine() external {
        _pooled(sam, SOUTH, 0, 300);
        _pooled(ann, NORTH, 0, 1000);
        _pooled(bea, NORTH, 0, -500);
        _pooled(bob, SOUTH, 0, -200);
        _postAt(0, PRICE);
        _read(ann, 0, 500, 0);
        _read(bea, 0, 0, 500);
        _read(sam, 0, 0, 0);
        _read(bob, 0, 0, 0);
        vm.warp(_poolOpening(0));
        (, uint256[] memory lines) = _settledLines(0);
        assertEq(lines.length, 2, "lines");
        assertEq(lines[0] >> 128, (uint256(1) << 32) | 500, "ann");
        assertEq(lines[1] >> 128, (1 << 64) | (uint256(2) << 32) | 500, "bea");
    }

    function test_TheGreatestDeclarationsAreOfTheirSide() external {
        _pooled(ann, NORTH, 0, int256(1 << 30) + 5);
        _pooled(bea, NORTH, 0, -300);
        _postAt(0, PRICE);
        _read(ann, 0, 300, 0);
        _read(bea, 0, 0, 300);
        vm.warp(_poolOpening(0));
        (uint256[4] memory totals, ) = _settledLines(0);
        assertEq(totals[1], 300, "energy");
    }
}
