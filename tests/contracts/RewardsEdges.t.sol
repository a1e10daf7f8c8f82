// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EdgeServer} from "contracts/interfaces/IEquilibriumOracle.sol";
import {ITullockRewards, Stage} from "contracts/interfaces/ITullockRewards.sol";
import {RewardsFixture} from "./utils/RewardsFixture.sol";

/// @notice The contest where one ticket, one server, one second or one bit decides.
contract RewardsEdgesTest is RewardsFixture {
    function create(uint256 bond, uint256 activation) external returns (ITullockRewards) {
        return ITullockRewards(_create("TullockRewards", abi.encode(market, bond, activation)));
    }

    function test_TermsOfAContest() external {
        uint256[3] memory bonds = [uint256(1), 1 << 96, 2];
        for (uint256 i; i < 3; i++) {
            uint256 activation = i == 2 ? 0 : 1;
            vm.expectRevert(
                abi.encodeWithSelector(ITullockRewards.InvalidTerms.selector, bonds[i], activation)
            );
            this.create(bonds[i], activation);
        }
        assertEq(this.create(2, 1).bond(), 2, "least");
        assertEq(this.create(type(uint96).max, 1).bond(), type(uint96).max, "most");
    }

    function test_ATicketMoreThanTheActivationIsNeeded() external {
        uint256 b = _closed(ACTIVATION, 0, ACTIVATION + 1);
        assertEq(rewards.contest(0).activeZones, 1, "active");
        vm.roll(b + 2);
        _revealAll(0);
        bytes memory refusal = abi.encodeWithSelector(
            ITullockRewards.NotActive.selector,
            0,
            NORTH,
            ACTIVATION
        );
        vm.expectRevert(refusal);
        rewards.draw(0, NORTH, 0);
        vm.expectRevert(refusal);
        rewards.winning(0, NORTH);
        rewards.draw(0, SOUTH, 0);
    }

    /// @dev One register of two is not final before trading ends, though something was generated.
    function test_HalfAReadingIsNotFinal() external {
        vm.warp(_start(1));
        vm.prank(_meter(ann));
        market.generation(ann, 0, 500);
        vm.warp(_readingDeadline(0));
        _book(ann, 0);
        assertEq(rewards.tally(ann).next, 0, "it may still be completed");
    }

    /// @dev Zones have 16 bits: none of one round's is another round's.
    function test_ZonesOfTwoRoundsAreApart() external {
        vm.startPrank(ADMIN);
        market.empower(stranger, bytes32(0), 0x8000, true, true, RATED);
        market.installMeter(stranger, _meter(stranger), 0, 0, 3);
        vm.stopPrank();
        _mark(stranger, true);
        vm.warp(_start(1));
        _read(stranger, 0, 9, 0);
        vm.warp(_tradingEnd(3));
        _book(stranger, 3);
        assertEq(rewards.pool(0, 0x8000).tickets, 9, "hers");
        assertEq(rewards.pool(1, 0).tickets, 0, "nobody's");
    }

    /* ---------------------------------------------------- servers ------------------------------------------------ */

    /// @notice Of five servers three must commit, not two.
    function test_FPlusOneOfFive() external {
        serverKeys.push(0xE4);
        serverKeys.push(0xE5);
        EdgeServer[] memory servers = new EdgeServer[](5);
        for (uint256 i; i < 5; i++) {
            servers[i] = EdgeServer(_server(i), bea);
            if (i > 2) _addBond(i, 2 * BOND);
        }
        vm.prank(ADMIN);
        market.setEdgeServers(servers);
        _payLevy(1e18);
        _runRound(0, 2000, 0, 0);
        _commit(0, 4);
        _commit(0, 1);
        uint256 before = vm.snapshotState();
        _closeEntries(0);
        assertEq(_stage(0), uint256(Stage.Empty), "two are too few");
        vm.revertToState(before);
        _commit(0, 3);
        _closeEntries(0);
        assertEq(_stage(0), uint256(Stage.Revealing), "three are enough");
    }

    /// @notice Who withholds is out of the first round in which nobody can have an entry yet.
    function test_OutOfTheFirstRoundWithoutEntries() external {
        uint256 b = _closed(2000, 0, 0);
        vm.roll(b + 201);
        uint256 before = vm.snapshotState();
        // Period 7 is the last of round 1.
        for (uint256 second; second < 2; second++) {
            vm.warp(_readingDeadline(7) - 1 + second);
            for (uint256 i; i < 3; i++) {
                vm.expectEmit(address(rewards));
                address operator = [ann, bea, sam][i];
                emit ITullockRewards.Withheld(0, _server(i), operator, BOND, 1 + second);
            }
            rewards.rollOver(0);
            assertEq(rewards.tally(ann).outOf, 2 + second, "one more than the round");
            vm.revertToState(before);
        }
    }

    /* ----------------------------------------------------- draws ------------------------------------------------- */

    /// @notice Five entries of one to three tickets and thirty seeds: each number's holder is found, first and last too.
    function test_TheHolderOfEachNumberIsFound() external {
        rewards = this.create(BOND, 1);
        for (uint256 i; i < 3; i++) _addBond(i, BOND);
        _payLevy(1e18);
        uint8[5] memory tickets = [1, 2, 1, 1, 3];
        for (uint256 i; i < 5; i++) {
            address who = vm.addr(0xF00 + i);
            _register(who, NORTH, true);
            _mark(who, true);
        }
        vm.warp(_start(1));
        for (uint256 i; i < 5; i++) _read(vm.addr(0xF00 + i), 0, tickets[i], 0);
        vm.warp(_tradingEnd(3));
        for (uint256 i; i < 5; i++) _book(vm.addr(0xF00 + i), 3);
        _commitAll(0);
        vm.warp(_closingTime(3));
        uint256 before = vm.snapshotState();
        uint256 drawn;
        for (uint256 k; k < 30; k++) {
            vm.roll(2000 + 300 * k);
            rewards.closeEntries(0);
            vm.roll(2002 + 300 * k);
            _revealAll(0);
            (uint256 index, uint256 number) = rewards.winning(0, NORTH);
            uint256 expected;
            for (uint256 sum = tickets[0]; sum <= number; sum += tickets[++expected]) {}
            assertEq(index, expected, "holder");
            drawn |= 1 << number;
            vm.revertToState(before);
        }
        assertEq(drawn, 255, "every number came up");
    }
}
