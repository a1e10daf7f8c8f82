// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Feed, Report, Signature} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {MarketFixture} from "./MarketFixture.sol";

/// @title ReportFixture
/// @notice Reports of a period in which two members declared, and of an epoch in which one needs elecoins.
abstract contract ReportFixture is MarketFixture {
    uint256 internal constant TICKS = 200_000;
    /// @dev The price of one member's need of one elecoin.
    uint256 internal constant TYPICAL = 1_020_000;

    /// @dev Ann's energy is for sale from TICKS on, and there it is more than what is wanted.
    function _declared(uint256 period) internal returns (Report memory) {
        return _declared(period, TICKS);
    }

    function _declared(uint256 period, uint256 ticks) internal returns (Report memory) {
        _declare(bea, period, -1000, 400_000, 450_000);
        _declare(ann, period, 2000, ticks, 0);
        vm.warp(_declarationDeadline(period));
        return _inlineReport(Feed.Electricity, period, _value(ticks, WAD, WAD));
    }

    function _send(Report memory report, Signature[] memory signatures) internal {
        oracle.post(report, signatures, _inline(report));
    }

    /// @dev A need at which no bound binds at any price.
    function _needed(uint256 epoch) internal returns (Report memory) {
        _declareNeed(bea, epoch, 1e18);
        vm.warp(_needDeadline(epoch));
        return _inlineReport(Feed.Elecoin, epoch, TYPICAL * TICK);
    }

    function _need(uint256 epoch) internal {
        vm.prank(bob);
        market.declareNeed(uint32(epoch), 1);
    }

    function _expectStale(uint256 epoch) internal {
        vm.expectRevert(
            abi.encodeWithSelector(IOracleEvents.StalePrice.selector, Feed.Elecoin, epoch)
        );
    }
}
