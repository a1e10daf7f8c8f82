// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ITullockRewards} from "contracts/interfaces/ITullockRewards.sol";
import {RewardsFixture} from "./utils/RewardsFixture.sol";

/// @notice Bonds and marks of the contest at their limits.
contract RewardsRefusalsTest is RewardsFixture {
    function test_ABondIsWithdrawnToTheLastWeiAndNoMore() external {
        address server = _server(0);
        uint256 held = rewards.bondOf(server);
        vm.startPrank(server);
        vm.expectRevert(
            abi.encodeWithSelector(ITullockRewards.BondTooSmall.selector, server, held, held + 1)
        );
        rewards.withdrawBond(held + 1);
        rewards.withdrawBond(held);
        vm.stopPrank();
        assertEq(rewards.bondOf(server), 0, "all of it");
        assertEq(elecoin.balanceOf(server), held, "hers");
    }

    /// @dev To mark her again as what she is already takes nothing from her.
    function test_MarkingTwiceChangesNothing() external {
        vm.recordLogs();
        _mark(ann, true);
        assertEq(vm.getRecordedLogs().length, 0, "no change, no event");
        _mark(ann, false);
        assertTrue(vm.getRecordedLogs().length != 0, "a change");
    }
}
