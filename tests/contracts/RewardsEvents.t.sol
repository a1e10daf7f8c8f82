// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ITullockRewards, Stage} from "contracts/interfaces/ITullockRewards.sol";
import {Tickets} from "contracts/libraries/Tickets.sol";
import {RewardsFixture} from "./utils/RewardsFixture.sol";

/// @notice What the contest says of each step, which is all that an indexer has.
contract RewardsEventsTest is RewardsFixture {
    function _enter() private {
        for (uint256 t; t < T_C; t++) {
            vm.warp(_start(t + 1));
            _read(ann, t, t == 1 ? 2000 : 0, 0);
        }
        vm.warp(_readingDeadline(2));
        vm.expectEmit(address(rewards));
        emit ITullockRewards.Booked(ann, 0, 2, 2000);
        _book(ann, 2);
        vm.warp(_readingDeadline(3));
        vm.expectEmit(address(rewards));
        emit ITullockRewards.Entered(0, NORTH, ann, 0, 2000, 2000);
        vm.expectEmit(address(rewards));
        emit ITullockRewards.Booked(ann, 3, 3, 0);
        _book(ann, 3);
    }

    function test_ARoundIsSaidStepByStep() external {
        _payLevy(3e18);
        _enter();
        bytes32[] memory secrets = new bytes32[](3);
        for (uint256 i; i < 3; i++) {
            secrets[i] = _secret(0, i);
            bytes32 commitment = rewards.commitmentOf(0, i, secrets[i]);
            vm.expectEmit(address(rewards));
            emit ITullockRewards.Committed(0, _server(i), uint8(i), commitment);
            _commit(0, i);
        }
        vm.warp(_closingTime(3));
        vm.expectEmit(address(rewards));
        emit ITullockRewards.EntriesClosed(0, 3e18, 1, Stage.Revealing);
        rewards.closeEntries(0);
        uint256 closed = vm.getBlockNumber();
        _mine(2);
        bytes32 blockHash = blockhash(closed + 1);
        for (uint256 i; i < 3; i++) {
            vm.expectEmit(address(rewards));
            emit ITullockRewards.Revealed(0, _server(i), secrets[i]);
            if (i == 2) {
                vm.expectEmit(address(rewards));
                emit ITullockRewards.Seeded(0, blockHash, Tickets.seed(0, blockHash, secrets));
            }
            _reveal(0, i);
            assertEq(rewards.blockHashOf(0), blockHash, "from the first reveal on");
        }
        vm.expectEmit(address(rewards));
        emit ITullockRewards.Drawn(0, NORTH, ann, 0);
        rewards.draw(0, NORTH, 0);
        vm.expectEmit(address(rewards));
        emit ITullockRewards.Claimed(0, NORTH, ann, 3e18);
        rewards.claim(0, NORTH);
    }

    function test_WhatIsWithheldIsSaid() external {
        uint256 b = _closed(2000, 0, 0);
        vm.roll(b + 2);
        _reveal(0, 0);
        _reveal(0, 2);
        vm.roll(b + 201);
        uint256 out = 1;
        vm.expectEmit(address(rewards));
        emit ITullockRewards.Withheld(0, _server(1), bea, BOND, out);
        vm.expectEmit(address(rewards));
        emit ITullockRewards.RolledOver(0, 3e18, BOND);
        rewards.rollOver(0);
    }

    function test_BondsAndMarksAreSaid() external {
        _coins(5);
        vm.startPrank(bob);
        elecoin.approve(address(rewards), 5);
        vm.expectEmit(address(rewards));
        emit ITullockRewards.BondAdded(_server(1), bob, 5);
        rewards.addBond(_server(1), 5);
        vm.stopPrank();
        vm.expectEmit(address(rewards));
        emit ITullockRewards.BondWithdrawn(_server(1), 4);
        vm.prank(_server(1));
        rewards.withdrawBond(4);
        vm.warp(_start(7));
        vm.expectEmit(address(rewards));
        emit ITullockRewards.RenewableSet(bob, true, 7);
        _mark(bob, true);
    }
}
