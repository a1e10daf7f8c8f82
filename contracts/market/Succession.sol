// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Clock} from "../Clock.sol";
import {MarketBase} from "./MarketBase.sol";
import {IMarketOffice} from "../interfaces/IMarketOffice.sol";
import {MarketState} from "../interfaces/MarketTypes.sol";

/// @title Succession
/// @notice The end of a market, for a while or for good: contracts are not upgraded, a new deployment takes over.
abstract contract Succession is IMarketOffice, MarketBase {
    /// @inheritdoc IMarketOffice
    function pause() external onlyOwner {
        MarketState memory state = _state();
        require(state.paused & PAUSED == 0, EnforcedPause());
        state.paused |= PAUSED;
        _store(state);
        emit Paused(msg.sender);
    }

    /// @inheritdoc IMarketOffice
    function unpause() external onlyOwner {
        MarketState memory state = _state();
        require(state.paused & PAUSED != 0, ExpectedPause());
        state.paused &= ~PAUSED;
        _store(state);
        emit Unpaused(msg.sender);
    }

    /// @inheritdoc IMarketOffice
    function succeedBy(address market) external onlyOwner {
        uint256 start = market.code.length == 0 ? 0 : Clock(market).schedule().start;
        uint256 first = clock.startOf(0);
        uint256 epoch = clock.epochPeriods() * clock.periodSeconds();
        bool named = _successor != address(0);
        require(
            market != address(this) &&
                start > block.timestamp &&
                start > first &&
                (start - first) % epoch == 0 &&
                (!named || block.timestamp < clock.startOf(_successorFrom)),
            InvalidSuccessor(market, start)
        );
        (_successor, _successorFrom) = (market, SafeCast.toUint24(clock.periodAt(start)));
        MarketState memory state = _state();
        state.paused |= SUCCEEDED;
        _store(state);
        emit SuccessorNamed(market, _successorFrom);
    }

    /// @inheritdoc IMarketOffice
    function successor() external view returns (address market, uint24 fromPeriod) {
        return (_successor, _successorFrom);
    }

    /// @inheritdoc IMarketOffice
    function paused() external view returns (bool) {
        uint256 bits = _state().paused;
        if (bits & PAUSED != 0) return true;
        // Then the last trade of its last period has been possible.
        return bits != 0 && block.timestamp >= clock.tradingEnd(uint256(_successorFrom) - 1);
    }
}
