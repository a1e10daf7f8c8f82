// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IDayPool} from "contracts/interfaces/IDayPool.sol";
import {EdgeServer, Signature} from "contracts/interfaces/IEquilibriumOracle.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";

/// @notice The day pool where one server, one byte or the last wei decides.
contract DayPoolEdgesTest is MarketFixture {
    uint256 private constant DAY = 1 days;

    IDayPool private pool;

    function setUp() public override {
        super.setUp();
        pool = IDayPool(_create("DayPool", abi.encode(elecoin, oracle)));
        for (uint256 i; i < 2; i++) {
            address who = i == 0 ? ann : bea;
            _buyTokens(who, 10e18);
            vm.startPrank(who);
            market.withdraw(10e18);
            elecoin.approve(address(pool), 10e18);
            pool.join();
            pool.payIn(10e18);
            vm.stopPrank();
        }
    }

    /// @dev By the first servers, in order.
    function _signed(
        uint256 day,
        bytes memory amounts,
        uint256 count
    ) private view returns (Signature[] memory signatures) {
        bytes32 digest = pool.digest(uint32(day), amounts);
        signatures = new Signature[](count);
        for (uint256 i; i < count; i++) {
            (bytes32 r, bytes32 vs) = vm.signCompact(serverKeys[i], digest);
            signatures[i] = Signature(r, vs);
        }
    }

    function test_FPlusOneOfFiveSign() external {
        serverKeys.push(0xE4);
        serverKeys.push(0xE5);
        EdgeServer[] memory servers = new EdgeServer[](5);
        for (uint256 i; i < 5; i++) servers[i] = EdgeServer(vm.addr(serverKeys[i]), bea);
        vm.prank(ADMIN);
        market.setEdgeServers(servers);
        uint256 day = pool.today();
        vm.warp((day + 1) * DAY);
        bytes memory amounts = abi.encodePacked(int64(1e9), int64(-1e9));
        Signature[] memory signatures = _signed(day, amounts, 2);
        vm.expectRevert(abi.encodeWithSelector(IDayPool.WrongSignatureCount.selector, 2, 3));
        pool.postDay(uint32(day), amounts, signatures);
        pool.postDay(uint32(day), amounts, _signed(day, amounts, 3));
    }

    /// @dev Calldata in another order, with more of it behind: no byte beyond the amounts is an amount.
    function test_OnlyTheAmountsAreAmounts() external {
        uint256 day = pool.today();
        vm.warp((day + 1) * DAY);
        bytes memory amounts = abi.encodePacked(int64(1e9), int64(-1e9));
        Signature[] memory s = _signed(day, amounts, 2);
        bytes memory tail = abi.encode(2, s[0].r, s[0].vs, s[1].r, s[1].vs);
        (bool done, ) = address(pool).call(
            bytes.concat(
                IDayPool.postDay.selector,
                abi.encode(day, 96 + tail.length, 96),
                tail,
                abi.encode(amounts.length),
                amounts,
                hex"ffffffffffffffff"
            )
        );
        assertTrue(done, "posted");
        assertEq(pool.roots(), 1, "one root");
    }

    function test_WhatLeavesIsLockedUntilItsDay() external {
        uint256 day = pool.today();
        vm.prank(ann);
        pool.leave(10e18);
        assertEq(pool.lockOf(ann, day), 10e18, "today all");
        assertEq(pool.lockOf(ann, day + 1), 0, "tomorrow nothing");
        vm.prank(bea);
        pool.leave(10e18 - 1);
        assertEq(pool.lockOf(bea, day + 1), 1, "tomorrow the last wei");
    }
}
