// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {TICK} from "./Rounding.sol";

/// @notice The pool of one period, an array for each of its parts.
/// @param count Members so far.
/// @param members A word each: bits 0–31 what she may still trade and 32–63 what she traded, in Wh; 64–95 a buyer's
/// limit in ticks; 96–127 one past the place of the next member of her chain; 128–255 the caller's.
/// @param fees By member: Σ Wh × fee in wei per kWh, the network fee above bit 128, the levy below.
/// @param zones Numbers of the zones so far, `zoneCount` of them.
/// @param chains Members are chained by zone and side. A chain's number is twice the place of its zone, one more for
/// buyers; its word is what it may still trade in Wh, above bit 32, and one past the place of its first member.
struct PoolBook {
    uint256 count;
    uint256[] members;
    uint256[] fees;
    uint256 zoneCount;
    uint256[] zones;
    uint256[] chains;
}

using PoolSettlement for PoolBook global;

/// @title PoolSettlement
/// @notice The uniform-price pool (seed 002): zone pair by zone pair, m = min(surplus S, need D) is shared among its
/// sellers and among its buyers in proportion to what each may still trade: with C the running sum over the chain,
/// latest declaration first, seller i gets floor(m·C_i / S) − floor(m·C_{i−1} / S), a buyer likewise of D. So shares sum
/// to m exactly and none is above its part.
/// @dev Words, unchecked sums and reads without bounds save a fifth of a settlement's gas. Energies have 32 bits and a
/// book fewer than 2³² members, so a sum of energies has less than 64 bits and a product of two fits. Places come from
/// the book itself: a member's from a chain, a chain's from a zone in it.
library PoolSettlement {
    /* ----------------------------------------------------- book -------------------------------------------------- */

    /// @notice An empty book for at most `capacity` members.
    function open(uint256 capacity) internal pure returns (PoolBook memory book) {
        book.members = new uint256[](capacity);
        book.fees = new uint256[](capacity);
        book.zones = new uint256[](capacity);
        // A zone without members has the place after the last, and empty chains.
        book.chains = new uint256[](2 * capacity + 2);
    }

    /// @notice Adds a member of a zone; the book has room for her.
    /// @param wh What she may trade, at most 32 bits.
    /// @param limit A buyer's: the most that she pays for energy, network and levy, at most 32 bits of ticks.
    /// @param mark At most 128 bits that the caller wants back as the member's `tag`.
    /// @return entry Her place among the book's members.
    function add(
        PoolBook memory book,
        uint256 zone,
        bool buying,
        uint256 wh,
        uint256 limit,
        uint256 mark
    ) internal pure returns (uint256 entry) {
        unchecked {
            uint256 place = _placeOf(book, zone);
            if (place == book.zoneCount) {
                book.zones[place] = zone;
                book.zoneCount = place + 1;
            }
            uint256 chain = 2 * place + (buying ? 1 : 0);
            uint256 first = at(book.chains, chain);
            entry = book.count;
            put(
                book.members,
                entry,
                wh | (limit << 64) | (uint256(uint32(first)) << 96) | (mark << 128)
            );
            book.count = entry + 1;
            put(book.chains, chain, ((first >> 32) << 32) + (wh << 32) + entry + 1);
        }
    }

    /// @notice What all may still trade.
    function totals(PoolBook memory book) internal pure returns (uint256 surplus, uint256 need) {
        for (uint256 i; i < book.zoneCount; i++) {
            surplus += book.chains[2 * i] >> 32;
            need += book.chains[2 * i + 1] >> 32;
        }
    }

    /// @notice A zone pair that may trade as a word that sorts as it is settled, fees in wei per kWh: bit 224 another
    /// zone, bits 128–223 both fees, 112–127 the seller's zone, 96–111 the buyer's, 0–95 the network fee alone. So the
    /// same zone comes first, then the least fee, then the lower zone numbers.
    function zonePair(
        uint256 fromZone,
        uint256 toZone,
        uint256 network,
        uint256 levy
    ) internal pure returns (uint256 pair) {
        uint256 rank = (fromZone == toZone ? 0 : 1 << 224) | ((network + levy) << 128);
        pair = rank | (fromZone << 112) | (toZone << 96) | network;
    }

    /* ---------------------------------------------------- settling ------------------------------------------------ */

    /// @notice Sorts the pairs and settles them one by one.
    /// @param price Wei of ELE per kWh.
    /// @return energyWh What was traded in all.
    function settle(
        PoolBook memory book,
        uint256[] memory pairs,
        uint256 price
    ) internal pure returns (uint256 energyWh) {
        _sort(pairs);
        for (uint256 i; i < pairs.length; i++) {
            energyWh += _settlePair(book, pairs[i], price);
        }
    }

    /// @dev By insertion: the pairs of a few zones, which mostly come in their order.
    function _sort(uint256[] memory pairs) private pure {
        unchecked {
            for (uint256 i = 1; i < pairs.length; i++) {
                uint256 pair = pairs[i];
                uint256 j = i;
                for (; j != 0 && pairs[j - 1] > pair; j--) {
                    pairs[j] = pairs[j - 1];
                }
                pairs[j] = pair;
            }
        }
    }

    function _settlePair(
        PoolBook memory book,
        uint256 pair,
        uint256 price
    ) private pure returns (uint256 energyWh) {
        // Casts keep the bits of each field of the pair.
        uint256 sellers = 2 * _placeOf(book, uint16(pair >> 112));
        uint256 buyers = 2 * _placeOf(book, uint16(pair >> 96)) + 1;
        uint256 surplus = book.chains[sellers] >> 32;
        if (surplus == 0) return 0;
        uint256 leastLimit = Math.ceilDiv(price + uint96(pair >> 128), TICK);
        uint256 need = _needAt(book.members, uint32(book.chains[buyers]), leastLimit);
        energyWh = Math.min(surplus, need);
        if (energyWh == 0) return 0;
        _shareSales(book.members, uint32(book.chains[sellers]), energyWh, surplus);
        uint256 fees = (uint256(uint96(pair)) << 128) | (uint96(pair >> 128) - uint96(pair));
        _sharePurchases(book, uint32(book.chains[buyers]), energyWh, need, leastLimit, fees);
        book.chains[sellers] -= energyWh << 32;
        book.chains[buyers] -= energyWh << 32;
    }

    /// @dev What the buyers of a chain lack whose limit allows the price with its fee.
    function _needAt(
        uint256[] memory members,
        uint256 next,
        uint256 leastLimit
    ) private pure returns (uint256 need) {
        unchecked {
            while (next != 0) {
                uint256 member = at(members, next - 1);
                if (uint32(member >> 64) >= leastLimit) need += uint32(member);
                next = uint32(member >> 96);
            }
        }
    }

    /// @dev What one gets moves from the lowest 32 bits of her word to the next: no part is above what is there.
    function _shareSales(
        uint256[] memory members,
        uint256 next,
        uint256 energyWh,
        uint256 surplus
    ) private pure {
        unchecked {
            uint256 running;
            uint256 given;
            while (next != 0) {
                uint256 member = at(members, next - 1);
                running += uint32(member);
                uint256 wh = (energyWh * running) / surplus - given;
                put(members, next - 1, member + wh * 0xffffffff);
                given += wh;
                next = uint32(member >> 96);
            }
        }
    }

    /// @dev The same for the buyers who can pay, and their fees at the pair's (both in one word, as in the book).
    function _sharePurchases(
        PoolBook memory book,
        uint256 next,
        uint256 energyWh,
        uint256 need,
        uint256 leastLimit,
        uint256 fees
    ) private pure {
        unchecked {
            uint256 running;
            uint256 given;
            while (next != 0) {
                uint256 member = at(book.members, next - 1);
                if (uint32(member >> 64) >= leastLimit) {
                    running += uint32(member);
                    uint256 wh = (energyWh * running) / need - given;
                    put(book.members, next - 1, member + wh * 0xffffffff);
                    put(book.fees, next - 1, at(book.fees, next - 1) + wh * fees);
                    given += wh;
                }
                next = uint32(member >> 96);
            }
        }
    }

    /* ---------------------------------------------------- outcomes ------------------------------------------------ */

    function openWh(uint256 member) internal pure returns (uint256) {
        return uint32(member);
    }

    function tradedWh(uint256 member) internal pure returns (uint256) {
        return uint32(member >> 32);
    }

    function tag(uint256 member) internal pure returns (uint256) {
        return member >> 128;
    }

    /// @notice A member's fees in credit units, from her word of `fees`. Both are rounded up together, and the network
    /// fee; the levy is the rest, so that no Wh costs more than her limit.
    function feesUp(uint256 fees) internal pure returns (uint256 network, uint256 levy) {
        unchecked {
            network = ((fees >> 128) + TICK - 1) / TICK;
            levy = ((fees >> 128) + uint128(fees) + TICK - 1) / TICK - network;
        }
    }

    /* ----------------------------------------------------- memory ------------------------------------------------- */

    /// @dev `array[i]`, where i is known to be within.
    function at(uint256[] memory array, uint256 i) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(add(array, 0x20), shl(5, i)))
        }
    }

    /// @dev `array[i] = value`, where i is known to be within.
    function put(uint256[] memory array, uint256 i, uint256 value) internal pure {
        assembly ("memory-safe") {
            mstore(add(add(array, 0x20), shl(5, i)), value)
        }
    }

    /// @dev Its place among the zones, or `zoneCount`.
    function _placeOf(PoolBook memory book, uint256 zone) private pure returns (uint256 place) {
        unchecked {
            (uint256 count, uint256[] memory zones) = (book.zoneCount, book.zones);
            while (place < count && at(zones, place) != zone) place++;
        }
    }
}
