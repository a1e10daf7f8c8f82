// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EnergyBooks} from "./EnergyBooks.sol";
import {IMarketOffice} from "../interfaces/IMarketOffice.sol";
import {MarketState, Purchase, Slot} from "../interfaces/MarketTypes.sol";
import {PurchasesLib} from "../libraries/Purchases.sol";

/// @title Ratings
/// @notice The quality of experience of what was bought: what a buyer refuses earns its seller no Wattcoin.
abstract contract Ratings is IMarketOffice, EnergyBooks {
    uint8 private constant BEST_QUALITY = 100;

    /// @inheritdoc IMarketOffice
    function rate(uint24 period, Purchase[] calldata purchases) external {
        _rate(msg.sender, period, purchases);
    }

    /// @inheritdoc IMarketOffice
    function rateFor(
        address buyer,
        uint24 period,
        Purchase[] calldata purchases
    ) external onlyModule {
        _rate(buyer, period, purchases);
    }

    function _rate(address buyer, uint24 period, Purchase[] calldata purchases) private {
        _requireWindow(period, clock.tradingEnd(period), clock.closingTime(period));
        Slot memory slot_ = _slotOf(buyer, period);
        uint256 bought = _purchasesOf(buyer, period).listed();
        require(bought != 0 && slot_.flags & RATED == 0, PurchasesMismatch(buyer, period));
        uint8 threshold = _thresholdAt(_state(), period);
        uint256 listed;
        for (uint256 i; i < purchases.length; i++) {
            Purchase calldata purchase = purchases[i];
            listed = PurchasesLib.listing(
                listed,
                period,
                buyer,
                purchase.retailer,
                purchase.energyWh
            );
            require(purchase.quality <= BEST_QUALITY, InvalidQuality(purchase.quality));
            if (purchase.quality < threshold) {
                require(purchase.reason != 0, ReasonRequired(purchase.retailer));
                Slot memory sold = _slotOf(purchase.retailer, period);
                sold.refused += purchase.energyWh;
                _store(purchase.retailer, sold);
                slot_.refused += purchase.energyWh;
            }
            emit Rated(
                period,
                buyer,
                purchase.retailer,
                purchase.energyWh,
                purchase.quality,
                purchase.reason
            );
        }
        require(listed == bought, PurchasesMismatch(buyer, period));
        slot_.flags |= RATED;
        _store(buyer, slot_);
    }

    function _thresholdAt(MarketState memory state, uint24 period) private pure returns (uint8) {
        return period >= state.fromPeriod ? state.nextQualityThreshold : state.qualityThreshold;
    }
}
