// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EdgeServer, Feed, Report, Signature} from "contracts/interfaces/IEquilibriumOracle.sol";
import {MarketFixture} from "tests/contracts/utils/MarketFixture.sol";

/// @notice Gas of a posting by its signatures and by its certificate (`--isolate`), release build, rings written once.
/// "Added" is what a certificate costs beyond a posting without one: the line through one and two members, at none.
contract PostingGasTest is MarketFixture {
    address[] private _crowd;

    function setUp() public override {
        for (uint256 i = 4; i <= 7; i++) {
            serverKeys.push(0xE0 + i);
        }
        super.setUp();
        for (uint256 i; i < 100; i++) {
            _crowd.push(vm.addr(0xC0000 + i));
            _register(_crowd[i], NORTH, true);
        }
    }

    /// @dev Three servers, or seven once the administrator says so.
    function _seven() private {
        EdgeServer[] memory servers = new EdgeServer[](7);
        for (uint256 i; i < 7; i++) {
            servers[i] = EdgeServer(vm.addr(serverKeys[i]), i == 1 ? bea : ann);
        }
        vm.prank(ADMIN);
        market.setEdgeServers(servers);
    }

    function _postInline(Report memory r, uint256 mask) private returns (uint256) {
        Signature[] memory s = _sign(r, mask);
        oracle.post(r, s, _inline(r));
        return vm.snapshotGasLastCall("last posting");
    }

    /// @dev Half buyers, half sellers; all of them on the price's side of their breakpoints.
    function _clearing(uint256 period, uint256 members) private returns (uint256 gas_) {
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < members; i++) {
            if (i % 2 == 0) _declare(_crowd[i], period, -700, 400_000 + i, 450_000);
            else _declare(_crowd[i], period, 900, 100_000, 0);
        }
        vm.warp(_declarationDeadline(period));
        uint256 ticks = members == 1 ? 400_000 : 100_000;
        gas_ = _postInline(_inlineReport(Feed.Electricity, period, _value(ticks, WAD, WAD)), 5);
        vm.revertToState(snapshot);
    }

    function test_Clearing() external {
        uint256 one = _clearing(0, 1);
        uint256 two = _clearing(0, 2);
        uint256 none = 2 * one - two;
        _row("post, electricity, two signatures, no certificate", none);
        _row("post, electricity, 10 members", _clearing(0, 10));
        _row("clearing certificate, 10 members, added", _clearing(0, 10) - none);
        _row("post, electricity, 100 members", _clearing(0, 100));
        _row("clearing certificate, 100 members, added", _clearing(0, 100) - none);
        _seven();
        serverMask = 15;
        _row("post, electricity, four signatures, no certificate", 2 * _four(1) - _four(2));
    }

    uint256 private serverMask;

    function _four(uint256 members) private returns (uint256 gas_) {
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < members; i++) {
            if (i % 2 == 0) _declare(_crowd[i], 0, -700, 400_000, 450_000);
            else _declare(_crowd[i], 0, 900, 100_000, 0);
        }
        vm.warp(_declarationDeadline(0));
        uint256 ticks = members == 1 ? 400_000 : 100_000;
        Report memory r = _inlineReport(Feed.Electricity, 0, _value(ticks, WAD, WAD));
        gas_ = _postInline(r, serverMask);
        vm.revertToState(snapshot);
    }

    /// @dev Followers with one need: 100 of them are priced like one.
    function _elecoin(uint256 members, bool interior) private returns (uint256 gas_) {
        uint256 snapshot = vm.snapshotState();
        vm.warp(_needDeadline(0) - 1);
        for (uint256 i; i < members; i++) {
            _declareNeed(_crowd[i], 0, 1e18 - 50e12 + i * 1e12 + (i >= members / 2 ? 1e12 : 0));
        }
        vm.warp(_needDeadline(0));
        Report memory r = _inlineReport(Feed.Elecoin, 0, 1_020_000 * TICK);
        Signature[] memory s = _sign(r, 5);
        oracle.post(r, s, interior ? bytes(hex"02") : _inline(r));
        gas_ = vm.snapshotGasLastCall("last posting");
        vm.revertToState(snapshot);
    }

    function test_Stackelberg() external {
        uint256 interior = _elecoin(100, true);
        _row("post, elecoin, 100 members, interior certificate", interior);
        uint256 all = _elecoin(100, false);
        _row("post, elecoin, 100 members", all);
        _row("Stackelberg certificate, 100 members, added", all - interior);
    }

    function test_Optimistic() external {
        _declare(bea, 0, -700, 400_000, 450_000);
        vm.warp(_declarationDeadline(0));
        Report memory r = _report(Feed.Electricity, 0, _value(200_000, WAD, WAD));
        Signature[] memory s = _sign(r, 5);
        oracle.post(r, s, _certificate(r));
        vm.snapshotGasLastCall("post, electricity, optimistic");
    }

    function _row(string memory name, uint256 gas_) private {
        vm.snapshotValue("PostingGasTest", name, gas_);
    }
}
