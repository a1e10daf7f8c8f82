// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ElecoinTerms} from "../interfaces/MarketTypes.sol";
import {Declarations} from "./Declarations.sol";
import {LeaderSweep, Sweep} from "./LeaderSweep.sol";
import {NeedTotals} from "./NeedTotals.sol";
import {TICK, WAD} from "./Rounding.sol";

/// @notice What the followers demand at a price of t ticks: p Σx = full θ t + between θ 10^6 − offsets t.
/// @param full Followers at their upper bound θ.
/// @param between Followers strictly between their bounds.
/// @param offsets Σ b over the latter.
struct FollowerTotals {
    uint256 full;
    uint256 between;
    uint256 offsets;
}

/// @title Stackelberg
/// @notice Proves that a posted price is the tick in [least, most] with the highest leader utility
/// U(p) = (p − c) Σ clip(θ/p − b, 0, θ), the lower one on a tie. A follower's offset is b = θ/p̄ − min(m, θ/2p̄), from
/// her need m > 0; quotients are rounded down to the wei.
library Stackelberg {
    uint256 private constant TICKS_PER_ELE = 1e6;
    uint256 private constant ORDER_BYTES = 2;
    uint256 private constant NEVER = type(uint256).max;

    /// @notice The sums of these terms would not fit.
    error TermsTooLarge(uint256 theta, uint256 centre);
    error TooManyFollowers(uint256 count);
    /// @notice Nobody needs anything: there is no game.
    error NothingNeeded();
    /// @notice The order must name each follower once.
    error WrongOrderLength(uint256 given, uint256 followers);
    error NotAFollower(uint256 index);
    /// @notice The order must go from the greatest offset (the least need) to the least.
    error NotSorted(uint256 place);
    error PriceOutOfRange(uint256 priceTicks, uint256 lowest, uint256 highest);
    /// @notice This tick gives the leader more, or as much and is lower.
    error NotBest(uint256 priceTicks, uint256 bestTicks);
    /// @notice Somebody's demand may be bounded somewhere in [least, most].
    error BoundBinds(uint256 leastOffset, uint256 greatestOffset);

    /* ---------------------------------------------------- tier 1 -------------------------------------------------- */

    /// @notice Solves the game from the declarations and requires its price to be the posted one.
    /// @param needs Packed needs in the order of the chain, see {Declarations}.
    /// @param order Two bytes a follower: her index among `needs`, from the least need to the greatest. Needs of 0 are
    /// no followers.
    /// @return gapWei See {_gap}.
    function certify(
        bytes calldata needs,
        bytes calldata order,
        ElecoinTerms memory terms,
        uint256 priceTicks,
        bytes32 commitment
    ) internal pure returns (uint256 gapWei) {
        (bytes32 folded, uint256[] memory offsets, uint256 followers) = _offsets(needs, terms);
        require(folded == commitment, Declarations.WrongDeclarations(folded, commitment));
        require(followers != 0, NothingNeeded());
        Sweep memory sweep = LeaderSweep.start(terms);
        sweep.run(_sorted(offsets, order, followers));
        return _gap(sweep, priceTicks);
    }

    /* ---------------------------------------------------- tier 2 -------------------------------------------------- */

    /// @notice The same from totals alone, where no bound binds anywhere in [least, most]: then there is one piece.
    function certifyInterior(
        NeedTotals totals_,
        ElecoinTerms memory terms,
        uint256 priceTicks
    ) internal pure returns (uint256 gapWei) {
        (uint256 lowest, uint256 highest) = LeaderSweep.range(terms);
        (int256 cost, int256 slope) = _onePiece(totals_, terms, lowest, highest);
        _requireInRange(priceTicks, lowest, highest);
        // The same as {_gap} of a sweep with this piece alone.
        uint256 best = LeaderSweep.bestOf(cost, slope, lowest, highest, priceTicks);
        require(priceTicks == best, NotBest(priceTicks, best));
        uint256 rise = LeaderSweep.riseAt(cost, slope, lowest, highest, best);
        // A tick has 32 bits.
        unchecked {
            return (rise / (best * best) + 1 + WAD) / WAD;
        }
    }

    /// @dev The piece of all followers, none of whose demands is bounded at any price in [lowest, highest].
    /// @return cost c K.
    /// @return slope TICK L.
    function _onePiece(
        NeedTotals totals_,
        ElecoinTerms memory terms,
        uint256 lowest,
        uint256 highest
    ) private pure returns (int256 cost, int256 slope) {
        (uint256 count, uint256 sum, uint256 leastDown, uint256 greatestUp) = totals_.unpack();
        require(count != 0, NothingNeeded());
        require(count <= type(uint16).max, TooManyFollowers(count));
        uint256 centre = _centre(terms);
        uint256 theta = terms.theta;
        // The magnitudes are those of {LeaderSweep}; no need counts for more than half the centre.
        unchecked {
            uint256 scaled = theta * TICKS_PER_ELE;
            if (greatestUp > centre / 2) greatestUp = centre / 2;
            (uint256 least, uint256 greatest) = (centre - greatestUp, centre - leastDown);
            require(
                greatest * highest <= scaled && (theta + least) * lowest >= scaled,
                BoundBinds(least, greatest)
            );
            cost = int256(terms.redemption * count * scaled);
            slope = int256(count * centre - sum) * int256(TICK);
        }
    }

    /* ---------------------------------------------------- tier 3 -------------------------------------------------- */

    /// @notice The declarations' running commitment, and what the followers demand at two prices, in one pass that
    /// needs no order: with {beats} it refutes a posted price by naming a better one.
    function totalsAt(
        bytes calldata needs,
        ElecoinTerms memory terms,
        uint256 postedTicks,
        uint256 rivalTicks
    )
        internal
        pure
        returns (bytes32 folded, FollowerTotals memory posted, FollowerTotals memory rival)
    {
        uint256 centre = _centre(terms);
        uint256 n = Declarations.count(needs, Declarations.NEED_BYTES);
        for (uint256 i; i < n; i++) {
            (uint256 account, uint256 needWei) = Declarations.needAt(needs, i);
            folded = Declarations.fold(folded, account, needWei);
            if (needWei == 0) continue;
            uint256 offset = _offset(needWei, centre);
            _add(posted, offset, terms.theta, postedTicks);
            _add(rival, offset, terms.theta, rivalTicks);
        }
    }

    /// @notice Whether `ticks` is in range and better for the leader than `than`: more, or as much and lower.
    function beats(
        FollowerTotals memory totals_,
        uint256 ticks,
        FollowerTotals memory thanTotals,
        uint256 than,
        ElecoinTerms memory terms
    ) internal pure returns (bool) {
        Sweep memory sweep = LeaderSweep.start(terms);
        if (ticks < sweep.lowest || ticks > sweep.highest) return false;
        uint256 mine = _numerator(sweep, totals_, ticks) * than;
        uint256 theirs = _numerator(sweep, thanTotals, than) * ticks;
        return mine > theirs || (mine == theirs && ticks < than);
    }

    /// @notice What one declared need adds to the totals at a price.
    function contribution(
        uint256 needWei,
        ElecoinTerms memory terms,
        uint256 ticks
    ) internal pure returns (FollowerTotals memory sum) {
        if (needWei != 0) _add(sum, _offset(needWei, _centre(terms)), terms.theta, ticks);
    }

    function _offset(uint256 needWei, uint256 centre) private pure returns (uint256) {
        uint256 half = centre / 2;
        return centre - (needWei < half ? needWei : half);
    }

    /// @dev θ and b are below 2^96 and counts below 2^24; a price of more than 32 bits is out of range, see {beats}.
    function _add(
        FollowerTotals memory sum,
        uint256 offset,
        uint256 theta,
        uint256 ticks
    ) private pure {
        unchecked {
            uint256 scaled = theta * TICKS_PER_ELE;
            if ((theta + offset) * ticks <= scaled) {
                sum.full++;
            } else if (offset * ticks < scaled) {
                sum.between++;
                sum.offsets += offset;
            }
        }
    }

    function _numerator(
        Sweep memory sweep,
        FollowerTotals memory sum,
        uint256 ticks
    ) private pure returns (uint256) {
        uint256 sold = sum.full * sweep.theta * ticks + sum.between * sweep.scaled;
        return (ticks * TICK - sweep.redemption) * (sold - sum.offsets * ticks);
    }

    /* -------------------------------------------------- declarations ---------------------------------------------- */

    function _centre(ElecoinTerms memory terms) private pure returns (uint256 centre) {
        uint256 theta = terms.theta;
        // It fits where the terms are not refused.
        unchecked {
            centre = (theta * WAD) / terms.target;
        }
        require(
            theta <= type(uint96).max && centre <= type(uint96).max,
            TermsTooLarge(theta, centre)
        );
    }

    /// @dev `offsets` holds b + 1 of each declaration, 0 where nothing is needed. The loop is {Declarations-needAt} and
    /// {Declarations-fold} written out: 260 gas a declaration less.
    function _offsets(
        bytes calldata needs,
        ElecoinTerms memory terms
    ) private pure returns (bytes32 folded, uint256[] memory offsets, uint256 followers) {
        uint256 centre = _centre(terms);
        uint256 n = Declarations.count(needs, Declarations.NEED_BYTES);
        require(n <= type(uint16).max, TooManyFollowers(n));
        offsets = new uint256[](n);
        assembly ("memory-safe") {
            let half := shr(1, centre)
            // Three words beyond the free pointer: the running commitment, the account, the need.
            let free := mload(0x40)
            mstore(free, 0)
            let place := offsets
            let end := add(needs.offset, needs.length)
            for {
                let position := needs.offset
            } lt(position, end) {
                position := add(position, 36)
            } {
                let need := and(calldataload(add(position, 4)), 0xffffffffffffffffffffffffffffffff)
                mstore(add(free, 0x20), shr(96, calldataload(position)))
                mstore(add(free, 0x40), need)
                mstore(free, keccak256(free, 0x60))
                place := add(place, 0x20)
                if need {
                    if gt(need, half) {
                        need := half
                    }
                    mstore(place, add(sub(centre, need), 1))
                    followers := add(followers, 1)
                }
            }
            folded := mload(free)
        }
    }

    /// @notice The offsets in the given order. Each is struck out when it is used, and there are as many places as
    /// followers: so every follower comes up exactly once.
    function _sorted(
        uint256[] memory offsets,
        bytes calldata order,
        uint256 followers
    ) private pure returns (uint256[] memory sorted) {
        require(order.length == followers * ORDER_BYTES, WrongOrderLength(order.length, followers));
        sorted = new uint256[](followers);
        uint256 n = offsets.length;
        uint256 previous = NEVER;
        for (uint256 k; k < followers; ++k) {
            uint256 index;
            uint256 struck;
            // Within `order`, whose length was checked, and within `offsets` where the index is below n.
            assembly ("memory-safe") {
                index := shr(240, calldataload(add(order.offset, shl(1, k))))
                if lt(index, n) {
                    let place := add(add(offsets, 0x20), shl(5, index))
                    struck := mload(place)
                    mstore(place, 0)
                }
            }
            require(struck != 0, NotAFollower(index));
            require(struck <= previous, NotSorted(k));
            previous = struck;
            // `sorted` has a place for each follower, and `struck` is at least 1.
            assembly ("memory-safe") {
                mstore(add(add(sorted, 0x20), shl(5, k)), sub(struck, 1))
            }
        }
    }

    /// @notice Requires the best tick to be the posted one.
    /// @return gapWei A bound on how much more (currency wei, rounded up) the leader could get at any real price in
    /// [least, most]. No distance between prices is claimed: a second peak almost as high can be anywhere.
    function _gap(Sweep memory sweep, uint256 priceTicks) private pure returns (uint256 gapWei) {
        _requireInRange(priceTicks, sweep.lowest, sweep.highest);
        require(priceTicks == sweep.best, NotBest(priceTicks, sweep.best));
        return Math.ceilDiv(sweep.upper - sweep.bestNumerator / sweep.best, WAD);
    }

    function _requireInRange(uint256 priceTicks, uint256 lowest, uint256 highest) private pure {
        require(
            priceTicks >= lowest && priceTicks <= highest,
            PriceOutOfRange(priceTicks, lowest, highest)
        );
    }
}
