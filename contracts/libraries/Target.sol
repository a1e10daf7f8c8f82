// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice What the games need of a member for one period, in one word.
/// @param period The period.
/// @param net Declared net position in Wh: generated − consumed; a deficit is negative.
/// @param price In ticks of 1e-6 ELE/kWh: what a buyer's energy is worth to her net of the cheapest network fee and
/// levy (v); what a seller asks at least (a).
/// @param limit In ticks of ELE/kWh: the most that a buyer pays for energy, network and levy (what the grid charges).
/// @param zone The zone of her account.
/// @param pooled Whether the pool settles her energy; a buyer's deposit is locked for it.
struct TargetData {
    uint24 period;
    int32 net;
    uint32 price;
    uint32 limit;
    uint16 zone;
    bool pooled;
}

/// @title Target
/// @notice The packed word: bit 136 pooled, bits 120–135 zone, 96–119 period, 64–95 net (two's complement), 32–63
/// price, 0–31 limit; the rest is 0.
library Target {
    error MalformedTarget(uint256 word);

    function unpack(uint256 word) internal pure returns (TargetData memory target) {
        require(word >> 137 == 0, MalformedTarget(word));
        // Casts keep exactly the bits that the layout assigns to each field.
        target.pooled = word >> 136 != 0;
        target.zone = uint16(word >> 120);
        target.period = uint24(word >> 96);
        target.net = int32(uint32(word >> 64));
        target.price = uint32(word >> 32);
        target.limit = uint32(word);
    }

    function pack(TargetData memory target) internal pure returns (uint256) {
        return
            (uint256(target.pooled ? 1 : 0) << 136) |
            (uint256(target.zone) << 120) |
            (uint256(target.period) << 96) |
            (uint256(uint32(target.net)) << 64) |
            (uint256(target.price) << 32) |
            target.limit;
    }
}
