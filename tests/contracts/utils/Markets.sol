// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ElecoinTerms} from "contracts/interfaces/MarketTypes.sol";

struct Member {
    address account;
    uint256 word;
}

/// @title Markets
/// @notice Declarations as tests want them, and the posted values by their definition: sums over plain lists, a search
/// over ticks. Shares no code with the libraries.
library Markets {
    uint256 internal constant WAD = 1e18;
    uint256 internal constant NEVER_SELLS = type(uint32).max;

    function target(
        uint256 period,
        int256 net,
        uint256 price,
        uint256 limit,
        uint256 zone
    ) internal pure returns (uint256) {
        return
            (zone << 120) |
            (period << 96) |
            (uint256(uint32(int32(net))) << 64) |
            (price << 32) |
            limit;
    }

    function packTargets(Member[] memory members) internal pure returns (bytes memory packed) {
        for (uint256 i; i < members.length; i++) {
            uint256 word = members[i].word;
            packed = bytes.concat(
                packed,
                bytes20(members[i].account),
                bytes3(uint24(word >> 120)),
                bytes12(uint96(word))
            );
        }
    }

    function packNeeds(Member[] memory members) internal pure returns (bytes memory packed) {
        for (uint256 i; i < members.length; i++) {
            packed = bytes.concat(
                packed,
                bytes20(members[i].account),
                bytes16(uint128(members[i].word))
            );
        }
    }

    function commitment(Member[] memory members) internal pure returns (bytes32 running) {
        for (uint256 i; i < members.length; i++) {
            running = keccak256(abi.encode(running, members[i].account, members[i].word));
        }
    }

    /* --------------------------------------------------- clearing ------------------------------------------------- */

    function demandAndSupply(
        Member[] memory members,
        uint256 floor,
        uint256 ticks
    ) internal pure returns (uint256 demand, uint256 supply) {
        for (uint256 i; i < members.length; i++) {
            int256 net = int32(uint32(members[i].word >> 64));
            uint256 price = uint32(members[i].word >> 32);
            if (net > 0 && price <= ticks && price != NEVER_SELLS) supply += uint256(net) * 2 ** 40;
            if (net < 0 && price > floor && price > ticks) {
                demand += ((uint256(-net) * 2 ** 40) / (price - floor)) * (price - ticks);
            }
        }
    }

    /// @return value The posted word of the rule; 0 where the period is unpriced.
    function clearingValue(
        Member[] memory members,
        uint256 floor
    ) internal pure returns (uint256 value) {
        (uint256 demand, uint256 supply) = demandAndSupply(members, floor, floor);
        if (demand == 0) return 0;
        if (demand <= supply) return _value(floor, (demand * WAD) / supply);
        (uint256 low, uint256 high) = (floor, type(uint32).max);
        // z(low) > 0 ≥ z(high) stays true.
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            (demand, supply) = demandAndSupply(members, floor, middle);
            if (demand <= supply) high = middle;
            else low = middle;
        }
        return _value(high, WAD);
    }

    function _value(uint256 ticks, uint256 matching) private pure returns (uint256) {
        return (ticks * 1e12) | (matching << 96) | (WAD << 160);
    }

    /* -------------------------------------------------- stackelberg ----------------------------------------------- */

    /// @return order Two bytes a follower, least need first (insertion sort).
    function order(Member[] memory members) internal pure returns (bytes memory) {
        uint256[] memory sorted = new uint256[](members.length);
        uint256 n;
        for (uint256 i; i < members.length; i++) {
            if (members[i].word == 0) continue;
            uint256 k = n++;
            for (; k > 0 && members[sorted[k - 1]].word > members[i].word; k--) {
                sorted[k] = sorted[k - 1];
            }
            sorted[k] = i;
        }
        bytes memory packed;
        for (uint256 k; k < n; k++) packed = bytes.concat(packed, bytes2(uint16(sorted[k])));
        return packed;
    }

    /// @return numerator t U(t), from each follower's own demand.
    function utility(
        Member[] memory members,
        ElecoinTerms memory terms,
        uint256 ticks
    ) internal pure returns (uint256 numerator) {
        uint256 centre = (terms.theta * WAD) / terms.target;
        for (uint256 i; i < members.length; i++) {
            uint256 need = members[i].word;
            if (need == 0) continue;
            uint256 offset = centre - (need < centre / 2 ? need : centre / 2);
            uint256 most = terms.theta * 1e6;
            uint256 wanted = most > offset * ticks ? most - offset * ticks : 0;
            numerator += wanted < terms.theta * ticks ? wanted : terms.theta * ticks;
        }
        numerator *= ticks * 1e12 - terms.redemption;
    }

    /// @notice The lowest of the best ticks, by trying every one in [least, most].
    function bestTick(
        Member[] memory members,
        ElecoinTerms memory terms
    ) internal pure returns (uint256 best) {
        uint256 highest;
        for (uint256 ticks = (terms.least + 1e12 - 1) / 1e12; ticks <= terms.most / 1e12; ticks++) {
            uint256 numerator = utility(members, terms, ticks);
            if (best == 0 || numerator * best > highest * ticks) {
                (best, highest) = (ticks, numerator);
            }
        }
    }
}
