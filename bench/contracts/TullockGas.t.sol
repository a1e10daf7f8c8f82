// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {RewardsFixture} from "tests/contracts/utils/RewardsFixture.sol";

/// @notice Gas of the contest as transactions of their own (`--isolate`), release build, with a thousand entries.
contract TullockGasTest is RewardsFixture {
    uint256 private constant PLANTS = 1000;
    uint256 private constant BATCH = 100;

    function _measure(string memory name) private {
        vm.snapshotGasLastCall(name);
    }

    function _plant(uint256 i) private pure returns (address) {
        return address(uint160(0x1000000 + 2 * i));
    }

    /// @dev The batch from plant `from` on.
    function _plants(uint256 from) private pure returns (address[] memory plants) {
        plants = new address[](BATCH);
        for (uint256 i; i < BATCH; i++) {
            plants[i] = _plant(from + i);
        }
    }

    function test_AContestOfAThousand() external {
        vm.startPrank(ADMIN);
        for (uint256 i; i < PLANTS; i++) {
            market.empower(_plant(i), bytes32(i + 1), NORTH, true, true, RATED);
            market.installMeter(_plant(i), _meter(_plant(i)), 0, 0, 1);
        }
        for (uint256 i; i < PLANTS; i += BATCH) {
            rewards.setRenewable(_plants(i), true);
        }
        vm.stopPrank();
        _payLevy(4e18);
        // The second round: by then every word that is written again was written before.
        vm.warp(_start(1));
        _read(ann, 0, 5000, 0);
        vm.warp(_tradingEnd(3));
        _book(ann, 3);
        _drawRound(0);
        rewards.draw(0, NORTH, 0);
        rewards.claim(0, NORTH);
        _measure("claim");

        _payLevy(4e18);
        // The first reading spans the periods before it and counts nothing.
        for (uint256 t = 4; t < 6; t++) {
            vm.warp(_start(t + 1));
            for (uint256 i; i < PLANTS; i++) {
                vm.prank(_meter(_plant(i)));
                market.generation(_plant(i), uint24(t), uint64((t - 4) * (1 + i)));
            }
        }
        vm.warp(_tradingEnd(6));
        for (uint256 i; i < PLANTS; i += BATCH) {
            rewards.book(_plants(i), 5);
            if (i == BATCH) _measure("book, 100 accounts, two periods");
            rewards.book(_plants(i), 6);
            if (i == BATCH) _measure("book, 100 accounts, a period");
        }
        vm.warp(_tradingEnd(7));
        for (uint256 i; i < PLANTS; i += BATCH) {
            rewards.book(_plants(i), 7);
            if (i == BATCH) _measure("book, 100 accounts, a period and their entries");
        }
        _commit(1, 0);
        _measure("commit, first of a round");
        _commit(1, 1);
        _commit(1, 2);
        _measure("commit");
        _closeEntries(1);
        _measure("closeEntries");
        _mine(2);
        _reveal(1, 0);
        _measure("reveal, first");
        _reveal(1, 1);
        _measure("reveal");
        _reveal(1, 2);
        _measure("reveal, last of three");
        (uint256 index, ) = rewards.winning(1, NORTH);
        rewards.draw(1, NORTH, index);
        _measure("draw, 1000 entries");
        rewards.claim(1, NORTH);
        _measure("claim, first of a winner");
    }

    function test_AWithheldReveal() external {
        _payLevy(4e18);
        _runRound(0, 5000, 0, 0);
        _commitAll(0);
        _closeEntries(0);
        _mine(201);
        rewards.rollOver(0);
        _measure("rollOver, three withheld");
    }
}
