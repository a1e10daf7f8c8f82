// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Clock} from "../Clock.sol";
import {MarketBase} from "./MarketBase.sol";
import {MarketPart} from "./MarketPart.sol";
import {EdgeServer} from "../interfaces/IEquilibriumOracle.sol";
import {IMarketModule} from "../interfaces/IMarketModules.sol";
import {MarketState, MarketTerms} from "../interfaces/MarketTypes.sol";

/// @title MarketDeployment
/// @notice What the market's constructor checks of the other contracts, and sets. None of it stays in the code.
abstract contract MarketDeployment is MarketBase {
    uint16 private constant MOST_TOLERANCE_BPS = 10_000;
    uint8 private constant MOST_QUALITY = 100;

    function _open(MarketTerms memory terms, EdgeServer[] memory servers) internal {
        require(_elecoin.market() == address(this), Miswired(address(_elecoin)));
        require(_wattcoin.market() == address(this), Miswired(address(_wattcoin)));
        _requireSameClock(address(_oracle));
        _requireSameClock(address(_ledger));
        require(_ledger.oracle() == _oracle, Miswired(address(_ledger)));
        require(IMarketModule(orders).market() == address(this), Miswired(orders));
        require(IMarketModule(origin).market() == address(this), Miswired(origin));
        _requireSameClock(origin);
        _requireSameTerms(_office);
        _requireSameTerms(_settlement);

        (address network, address levy) = (terms.networkAccount, terms.levyAccount);
        require(network != address(0) && levy != address(0), ZeroAddress());
        require(network != address(this) && levy != address(this), Miswired(address(this)));
        (_networkAccount, _levyAccount) = (network, levy);
        emit FeeAccountsSet(network, levy);

        require(terms.toleranceBps <= MOST_TOLERANCE_BPS, InvalidTolerance(terms.toleranceBps));
        require(terms.qualityThreshold <= MOST_QUALITY, InvalidQuality(terms.qualityThreshold));
        _nextFeedIn = terms.feedIn;
        MarketState memory state;
        state.nextToleranceBps = terms.toleranceBps;
        state.nextQualityThreshold = terms.qualityThreshold;
        _store(state);
        emit ConstantsScheduled(terms.feedIn, terms.toleranceBps, terms.qualityThreshold, 0);

        _oracle.setEdgeServers(servers);
        _ledger.rankServers();
    }

    function _requireSameTerms(address part) private view {
        require(part.code.length != 0, Miswired(part));
        require(MarketPart(part).fingerprint() == _fingerprint(), Miswired(part));
    }

    function _requireSameClock(address other) private view {
        bytes32 theirs = keccak256(abi.encode(Clock(other).schedule()));
        require(theirs == keccak256(abi.encode(schedule())), Miswired(other));
    }
}
