// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Declarations} from "./Declarations.sol";
import {Node} from "./MerkleSum.sol";
import {PostedValue} from "./PostedValue.sol";
import {TICK, WAD} from "./Rounding.sol";

/// @notice What the certificate of a price p sums over the declarations; energy in units of 2^-40 Wh.
/// @param demand Σ σ (v − p) over buyers with v > p.
/// @param slopes Σ σ over buyers with v ≥ p: what demand gains one tick below p.
/// @param supply Σ g over sellers with a ≤ p.
/// @param supplyBelow Σ g over sellers with a < p.
struct ClearingTotals {
    uint256 demand;
    uint256 slopes;
    uint256 supply;
    uint256 supplyBelow;
}

/// @title Clearing
/// @notice Proves that a posted price is the least tick p ≥ floor at which excess demand
/// z(p) = Σ σ (v − p)⁺ − Σ_{a ≤ p} g is at most 0. A buyer who declares a deficit d at value v > floor f demands along
/// the line with the integer slope σ = ⌊d 2^40 / (v − f)⌋; a seller offers g = surplus × 2^40 from her cost a on.
/// @dev Magnitudes: σ < 2^71, σ (v − p) < 2^103, g < 2^71, and fewer than 2^24 declarations: sums stay below 2^127, so
/// they are kept two in a word and added unchecked.
library Clearing {
    uint256 private constant SLOPE_BITS = 40;
    /// @dev The price of a declared surplus that may not be sold.
    uint256 private constant NEVER_SELLS = type(uint32).max;

    /// @notice Nobody would pay more than the floor: the period is unpriced.
    error NothingDemanded(uint256 floorTicks);
    error BelowFloor(uint256 priceTicks, uint256 floorTicks);
    /// @notice Excess demand at the price and one tick below it (2^-40 Wh; the latter is 1 at the floor).
    error NotClearing(uint256 priceTicks, int256 excess, int256 excessBelow);
    error WrongMatching(uint256 given, uint256 actual);
    error WrongServed(uint256 given, uint256 actual);

    /// @notice Tier 1: everything from the declarations themselves.
    /// @param declared Packed targets in the order of the chain, see {Declarations}.
    /// @param value The posted word, see {PostedValue}.
    /// @return gapWei See {check}.
    function certify(
        bytes calldata declared,
        uint256 period,
        uint256 floorTicks,
        uint256 value,
        bytes32 commitment
    ) internal pure returns (uint256 gapWei) {
        (uint256 priceTicks, , ) = PostedValue.unpack(value);
        return certifyUnpacked(declared, period, floorTicks, priceTicks, value, commitment);
    }

    /// @notice The same of a value that {PostedValue-unpack} accepted, and its price.
    function certifyUnpacked(
        bytes calldata declared,
        uint256 period,
        uint256 floorTicks,
        uint256 priceTicks,
        uint256 value,
        bytes32 commitment
    ) internal pure returns (uint256 gapWei) {
        (bytes32 folded, uint256 first, uint256 second) = _totals(
            declared,
            period,
            floorTicks,
            priceTicks
        );
        require(folded == commitment, Declarations.WrongDeclarations(folded, commitment));
        return _check(first, second, floorTicks, priceTicks, value);
    }

    /// @notice The declarations' running commitment and their totals at a price, in one pass.
    function totals(
        bytes calldata declared,
        uint256 period,
        uint256 floorTicks,
        uint256 priceTicks
    ) internal pure returns (bytes32, ClearingTotals memory) {
        (bytes32 folded, uint256 first, uint256 second) = _totals(
            declared,
            period,
            floorTicks,
            priceTicks
        );
        return (folded, fromNode(Node(0, first, second)));
    }

    /// @dev The loop is {Declarations-targetAt}, {Declarations-fold} and {_sums} written out (the tests hold them equal):
    /// 480 gas a declaration in place of 790.
    /// @return folded The running commitment.
    /// @return first Slopes (upper half) and demand, as in a {Node}.
    /// @return second Supply below the price (upper half) and at it.
    function _totals(
        bytes calldata declared,
        uint256 period,
        uint256 floorTicks,
        uint256 priceTicks
    ) private pure returns (bytes32 folded, uint256 first, uint256 second) {
        Declarations.count(declared, Declarations.TARGET_BYTES);
        assembly ("memory-safe") {
            // Three words beyond the free pointer: the running commitment, the account, the declared word.
            let free := mload(0x40)
            mstore(free, 0)
            let end := add(declared.offset, declared.length)
            for {
                let position := declared.offset
            } lt(position, end) {
                position := add(position, 35)
            } {
                let rest := calldataload(add(position, 3))
                mstore(add(free, 0x20), shr(96, calldataload(position)))
                mstore(
                    add(free, 0x40),
                    or(
                        and(rest, 0xffffffffffffffffffffffff),
                        or(shl(96, period), shl(120, and(shr(96, rest), 0xffffff)))
                    )
                )
                mstore(free, keccak256(free, 0x60))

                let price := and(shr(32, rest), 0xffffffff)
                let net := signextend(3, shr(64, rest))
                switch slt(net, 0)
                case 1 {
                    if gt(price, floorTicks) {
                        if iszero(lt(price, priceTicks)) {
                            let slope := div(shl(40, sub(0, net)), sub(price, floorTicks))
                            let demand := mul(slope, sub(price, priceTicks))
                            first := add(first, or(shl(128, slope), demand))
                        }
                    }
                }
                default {
                    if lt(price, 0xffffffff) {
                        let offer := shl(40, net)
                        if lt(price, priceTicks) {
                            second := add(second, or(shl(128, offer), offer))
                        }
                        if eq(price, priceTicks) {
                            second := add(second, offer)
                        }
                    }
                }
            }
            folded := mload(free)
        }
    }

    /// @notice What totals prove of a posted value; reverts unless it is exactly the value of the rule.
    /// @return gapWei |p − p*| in wei of ELE per kWh, rounded up: p* is the least real price p ≥ floor with z(p) ≤ 0.
    /// Between two ticks demand is a line and supply constant, so it is known exactly; it is less than a tick.
    function check(
        ClearingTotals memory sum,
        uint256 floorTicks,
        uint256 value
    ) internal pure returns (uint256 gapWei) {
        (uint256 price, , ) = PostedValue.unpack(value);
        Node memory node = toNode(0, sum);
        return _check(node.first, node.second, floorTicks, price, value);
    }

    /// @dev Halves of words: nothing overflows.
    function _check(
        uint256 first,
        uint256 second,
        uint256 floorTicks,
        uint256 price,
        uint256 value
    ) private pure returns (uint256 gapWei) {
        require(price >= floorTicks, BelowFloor(price, floorTicks));
        bool atFloor = price == floorTicks;
        uint256 demand = uint128(first);
        require(!atFloor || demand != 0, NothingDemanded(floorTicks));
        unchecked {
            int256 excess = int256(demand) - int256(uint256(uint128(second)));
            int256 excessBelow =
                atFloor ? int256(1) : int256(demand + (first >> 128)) - int256(second >> 128);
            require(excess <= 0 && excessBelow > 0, NotClearing(price, excess, excessBelow));
        }
        _requireFractions(value, atFloor ? (demand * WAD) / uint128(second) : WAD);
        if (atFloor || demand >= second >> 128) return 0;
        return Math.ceilDiv(((second >> 128) - demand) * TICK, first >> 128);
    }

    /// @dev All that is on offer at the floor is marginal there. Demand is at most supply, and all of it is served.
    function _requireFractions(uint256 value, uint256 actual) private pure {
        uint256 matching = uint64(value >> 96);
        uint256 served = value >> 160;
        require(matching == actual, WrongMatching(matching, actual));
        require(served == WAD, WrongServed(served, WAD));
    }

    /// @notice What one declared word adds to the totals.
    function contribution(
        uint256 word,
        uint256 floorTicks,
        uint256 priceTicks
    ) internal pure returns (ClearingTotals memory) {
        (uint256 first, uint256 second) = _sums(word, floorTicks, priceTicks);
        return fromNode(Node(0, first, second));
    }

    /// @notice Tier 3: the node of a leaf or of a total in a {MerkleSum} tree.
    function toNode(bytes32 hash, ClearingTotals memory sum) internal pure returns (Node memory) {
        return Node(hash, (sum.slopes << 128) | sum.demand, (sum.supplyBelow << 128) | sum.supply);
    }

    /// @notice The totals that a node holds.
    function fromNode(Node memory node) internal pure returns (ClearingTotals memory) {
        return
            ClearingTotals({
                demand: uint128(node.first),
                slopes: node.first >> 128,
                supply: uint128(node.second),
                supplyBelow: node.second >> 128
            });
    }

    /// @return first Slope (upper half) and demand of one declaration.
    /// @return second Supply below the price (upper half) and at it.
    function _sums(
        uint256 word,
        uint256 floorTicks,
        uint256 priceTicks
    ) private pure returns (uint256 first, uint256 second) {
        uint256 price = uint32(word >> 32);
        int256 net = int32(uint32(word >> 64));
        unchecked {
            if (net < 0) {
                if (price > floorTicks && price >= priceTicks) {
                    uint256 slope = (uint256(-net) << SLOPE_BITS) / (price - floorTicks);
                    first = (slope << 128) | (slope * (price - priceTicks));
                }
            } else if (price <= priceTicks && price != NEVER_SELLS) {
                second = uint256(net) << SLOPE_BITS;
                if (price < priceTicks) second |= second << 128;
            }
        }
    }
}
