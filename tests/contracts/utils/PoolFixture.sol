// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IPool} from "contracts/interfaces/IPool.sol";
import {Feed} from "contracts/interfaces/IEquilibriumOracle.sol";
import {Slot} from "contracts/interfaces/MarketTypes.sol";
import {MarketFixture} from "./MarketFixture.sol";
import {Vm} from "./Vm.sol";

/// @title PoolFixture
/// @notice Declarations into the pool with their list, and the settlement as one line.
abstract contract PoolFixture is MarketFixture {
    uint256 internal constant CREDIT_UNIT = 1e9;
    uint256 internal constant PRICE = 200_000;

    mapping(uint256 period => address[]) internal declarers;
    mapping(uint256 period => bytes) internal declared;

    function _declareIn(
        address who,
        uint16 zone,
        uint256 period,
        int256 net,
        uint256 price,
        uint256 limit,
        bool pooled
    ) internal {
        uint256 word = _wordIn(zone, period, net, price, limit, pooled);
        vm.prank(who);
        market.declareTarget(word);
        declarers[period].push(who);
        declared[period] = bytes.concat(declared[period], _packed(who, word));
    }

    /// @dev Half of the trading window.
    function _poolOpening(uint256 period) internal pure returns (uint256) {
        return _readingDeadline(period) + 450;
    }

    function _packed(address who, uint256 word) internal pure returns (bytes memory) {
        return abi.encodePacked(who, uint144(word));
    }

    /// @dev A seller that takes any price, or a buyer that pays up to the grid's.
    function _pooled(address who, uint16 zone, uint256 period, int256 net) internal {
        _declareIn(who, zone, period, net, net > 0 ? 100_000 : 400_000, 450_000, true);
    }

    function _settlePool(uint256 period) internal {
        market.settlePool(uint24(period), declared[period]);
    }

    /// @dev Settles and decodes what was emitted.
    function _settledLines(
        uint256 period
    ) internal returns (uint256[4] memory totals, uint256[] memory lines) {
        vm.recordLogs();
        _settlePool(period);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 1, "one event");
        assertEq(logs[0].topics[0], IPool.PoolSettled.selector, "event");
        assertEq(uint256(logs[0].topics[1]), period, "period");
        (totals[0], totals[1], totals[2], totals[3], lines) = abi.decode(
            logs[0].data,
            (uint256, uint256, uint256, uint256, uint256[])
        );
        assertEq(logs[0].data.length, (6 + lines.length) * 32, "nothing else");
    }

    function _credit(address who, uint256 period) internal view returns (uint256) {
        Slot memory s = market.slot(who, uint24(period));
        return ((uint256(s.limit) << 32) | s.price) * CREDIT_UNIT;
    }

    function _postAt(uint256 period, uint256 ticks) internal {
        vm.warp(_declarationDeadline(period));
        _post(Feed.Electricity, period, _value(ticks, WAD, WAD));
        vm.warp(_start(period + 1));
    }
}
