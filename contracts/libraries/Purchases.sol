// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice What a buyer bought in a period, one word: bits 0–23 the period, 24–55 Wh, 56–87 network fees and 88–119 levy
/// that she paid and that are not booked yet, in 1e9 wei, 120–255 a hash over her trades in order.
type Purchases is uint256;

using PurchasesLib for Purchases global;

/// @title PurchasesLib
/// @notice The one word of her own, beside her account, that a trade writes for its buyer. Her fees wait in it until her
/// period closes.
/// @dev 136 bits of a hash: two lists of one buyer and period with the same are 2^68 hashes away, see docs/security.md.
library PurchasesLib {
    uint256 private constant HASH_SHIFT = 120;

    /// @notice The purchases of a period, empty where the word is of another one.
    function at(Purchases held, uint256 period_) internal pure returns (Purchases) {
        return held.period() == period_ ? held : Purchases.wrap(period_);
    }

    /// @notice One more trade, and the fees that wait from now on, 32 bits each.
    /// @param listed_ What {listing} says of it.
    function with(
        Purchases p,
        uint256 listed_,
        uint256 energyWh,
        uint256 network_,
        uint256 levy_
    ) internal pure returns (Purchases) {
        // No more is traded than was metered, which has 32 bits.
        unchecked {
            uint256 kept = uint56(Purchases.unwrap(p)) + (energyWh << 24);
            return
                Purchases.wrap(kept | (network_ << 56) | (levy_ << 88) | (listed_ << HASH_SHIFT));
        }
    }

    /// @notice The hash of a list with one more trade, from the hash before it (0: none).
    function listing(
        uint256 previous,
        uint256 period_,
        address buyer,
        address retailer,
        uint256 energyWh
    ) internal pure returns (uint256) {
        uint256 head = (previous << HASH_SHIFT) | period_;
        return uint256(keccak256(abi.encode(head, buyer, retailer, energyWh))) >> HASH_SHIFT;
    }

    function period(Purchases p) internal pure returns (uint256) {
        return uint24(Purchases.unwrap(p));
    }

    function listed(Purchases p) internal pure returns (uint256) {
        return Purchases.unwrap(p) >> HASH_SHIFT;
    }

    function tradedWh(Purchases p) internal pure returns (uint32) {
        return uint32(Purchases.unwrap(p) >> 24);
    }

    function network(Purchases p) internal pure returns (uint256) {
        return uint32(Purchases.unwrap(p) >> 56);
    }

    function levy(Purchases p) internal pure returns (uint256) {
        return uint32(Purchases.unwrap(p) >> 88);
    }
}
