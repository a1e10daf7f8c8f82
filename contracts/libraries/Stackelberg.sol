// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ElecoinTerms} from "../interfaces/IElectricityTrading.sol";
import {Declarations} from "./Declarations.sol";
import {Node} from "./MerkleSum.sol";
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
/// @dev Between breakpoints U(t) = (t TICK − c)(K − L t)/t with K = between θ 10^6 and L = offsets − full θ: concave,
/// because K ≥ 0. U(t + 1) − U(t) ≤ 0 exactly where c K ≤ TICK L t (t + 1), so a piece's best tick needs no search.
/// Magnitudes: θ < 2^96, t < 2^32, t TICK < 2^72 and fewer than 2^16 followers, so t U < 2^216; times another tick it
/// stays below 2^248. Arithmetic is unchecked on these grounds.
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

    /// @dev The sweep over pieces, from low prices to high ones. `upper` bounds U over all real prices swept.
    struct Sweep {
        uint256 theta;
        uint256 scaled; // θ 10^6
        uint256 redemption; // c
        uint256 lowest;
        uint256 highest;
        uint256 capacity; // K of the present piece
        int256 load; // L of the present piece
        uint256 best;
        uint256 bestNumerator; // t U(t) at the best tick
        uint256 upper;
    }

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
        Sweep memory sweep = _start(terms);
        _run(sweep, _sorted(offsets, order, followers));
        return _gap(sweep, priceTicks);
    }

    /* ---------------------------------------------------- tier 2 -------------------------------------------------- */

    /// @notice The same from totals alone, where no bound binds anywhere in [least, most]: then there is one piece.
    function certifyInterior(
        NeedTotals totals_,
        ElecoinTerms memory terms,
        uint256 priceTicks
    ) internal pure returns (uint256 gapWei) {
        Sweep memory sweep = _start(terms);
        (uint256 count, uint256 sum, uint256 leastDown, uint256 greatestUp) = totals_.unpack();
        require(count != 0, NothingNeeded());
        require(count <= type(uint16).max, TooManyFollowers(count));
        uint256 centre = _centre(terms);
        uint256 least = centre - Math.min(greatestUp, centre / 2);
        uint256 greatest = centre - leastDown;
        require(
            greatest * sweep.highest <= sweep.scaled &&
                (sweep.theta + least) * sweep.lowest >= sweep.scaled,
            BoundBinds(least, greatest)
        );
        sweep.capacity = count * sweep.scaled;
        sweep.load = int256(count * centre - sum);
        _piece(sweep, sweep.lowest, sweep.highest);
        return _gap(sweep, priceTicks);
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
        uint256 n = Declarations.count(needs, Declarations.NEED_BYTES);
        for (uint256 i; i < n; i++) {
            (uint256 account, uint256 needWei) = Declarations.needAt(needs, i);
            folded = Declarations.fold(folded, account, needWei);
            _add(posted, needWei, terms, postedTicks);
            _add(rival, needWei, terms, rivalTicks);
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
        Sweep memory sweep = _start(terms);
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
        _add(sum, needWei, terms, ticks);
    }

    /// @notice The node of a leaf or of a total in a {MerkleSum} tree.
    function toNode(bytes32 hash, FollowerTotals memory sum) internal pure returns (Node memory) {
        return Node(hash, sum.offsets, (sum.full << 128) | sum.between);
    }

    /// @notice The totals that a node holds.
    function fromNode(Node memory node) internal pure returns (FollowerTotals memory) {
        return
            FollowerTotals({
                full: node.second >> 128,
                between: uint128(node.second),
                offsets: node.first
            });
    }

    function _add(
        FollowerTotals memory sum,
        uint256 needWei,
        ElecoinTerms memory terms,
        uint256 ticks
    ) private pure {
        if (needWei == 0) return;
        uint256 centre = _centre(terms);
        uint256 scaled = terms.theta * TICKS_PER_ELE;
        uint256 offset = centre - Math.min(needWei, centre / 2);
        if ((terms.theta + offset) * ticks <= scaled) {
            sum.full++;
        } else if (offset * ticks < scaled) {
            sum.between++;
            sum.offsets += offset;
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
        centre = (terms.theta * WAD) / terms.target;
        require(
            terms.theta <= type(uint96).max && centre <= type(uint96).max,
            TermsTooLarge(terms.theta, centre)
        );
    }

    /// @dev `offsets` holds b + 1 of each declaration, 0 where nothing is needed. The loop is {Declarations-needAt} and
    /// {Declarations-fold} written out: 190 gas a declaration in place of 450.
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

    /* ----------------------------------------------------- pieces ------------------------------------------------- */

    function _start(ElecoinTerms memory terms) private pure returns (Sweep memory sweep) {
        _centre(terms);
        sweep.theta = terms.theta;
        sweep.scaled = terms.theta * TICKS_PER_ELE;
        sweep.redemption = terms.redemption;
        sweep.lowest = Math.ceilDiv(terms.least, TICK);
        sweep.highest = terms.most / TICK;
        sweep.best = sweep.lowest;
    }

    /// @dev As the price rises from 0 each follower is first at θ, then between, then out. Both changes come in the
    /// order of falling offsets: at θ 10^6 / (θ + b) and at θ 10^6 / b ticks.
    function _run(Sweep memory sweep, uint256[] memory sorted) private pure {
        unchecked {
            (uint256 n, uint256 left) = (sorted.length, sweep.lowest);
            (uint256 scaled, uint256 theta) = (sweep.scaled, sweep.theta);
            // Those who are out from the first tick on, and those who are below θ there.
            uint256 stopping;
            while (stopping < n && sorted[stopping] * left >= scaled) ++stopping;
            uint256 leaving = stopping;
            uint256 load;
            for (; leaving < n; ++leaving) {
                uint256 offset = sorted[leaving];
                if ((theta + offset) * left <= scaled) break;
                load += offset;
            }
            sweep.capacity = (leaving - stopping) * scaled;
            sweep.load = int256(load) - int256((n - leaving) * theta);
            if (leaving == n) _runStops(sweep, sorted, stopping);
            else _runBoth(sweep, sorted, stopping, leaving);
        }
    }

    /// @dev Followers may still leave their upper bound in the range: every piece is looked at.
    function _runBoth(
        Sweep memory sweep,
        uint256[] memory sorted,
        uint256 stopping,
        uint256 leaving
    ) private pure {
        unchecked {
            (uint256 n, uint256 left) = (sorted.length, sweep.lowest);
            (uint256 scaled, uint256 theta) = (sweep.scaled, sweep.theta);
            while (true) {
                uint256 edge = NEVER;
                bool leaves;
                if (stopping < leaving && sorted[stopping] != 0) edge = scaled / sorted[stopping];
                if (leaving < n) {
                    uint256 until = scaled / (theta + sorted[leaving]);
                    leaves = until <= edge;
                    if (leaves) edge = until;
                }
                if (edge >= sweep.highest) break;
                // Between two ticks only the bound on U must hold.
                if (edge < left) _raise(sweep, edge);
                else _piece(sweep, left, edge);
                left = edge + 1;
                if (leaves) {
                    sweep.capacity += scaled;
                    sweep.load += int256(theta + sorted[leaving++]);
                } else {
                    sweep.capacity -= scaled;
                    sweep.load -= int256(sorted[stopping++]);
                }
            }
            _piece(sweep, left, sweep.highest);
        }
    }

    /// @dev Followers only stop. Then U is at least what a piece's formula, in which they would go on below 0, says
    /// beyond the piece. So where the formula rises up to the tick after the piece, or falls from the tick before it on,
    /// all prices on the piece give less than the one or no more than the other, and it need not be looked at:
    /// t² U'(t) = c K − TICK L t² falls in t. This makes a piece 300 gas in place of 1 200.
    function _runStops(Sweep memory sweep, uint256[] memory sorted, uint256 stopping) private pure {
        unchecked {
            uint256 left = sweep.lowest;
            int256 step = int256(sweep.redemption * sweep.scaled);
            int256 cost = int256(sweep.redemption * sweep.capacity);
            int256 slope = sweep.load * int256(TICK);
            for (uint256 i = stopping; i < sorted.length; ++i) {
                uint256 offset = sorted[i];
                uint256 edge = offset == 0 ? NEVER : sweep.scaled / offset;
                if (edge >= sweep.highest) break;
                bool rises = cost > slope * int256((edge + 1) * (edge + 1));
                bool falls =
                    left != sweep.lowest && cost <= slope * int256((left - 1) * (left - 1));
                if (!rises && !falls) {
                    sweep.capacity = uint256(cost) / sweep.redemption;
                    sweep.load = slope / int256(TICK);
                    if (edge < left) _raise(sweep, edge);
                    else _piece(sweep, left, edge);
                }
                left = edge + 1;
                cost -= step;
                slope -= int256(offset * TICK);
            }
            sweep.capacity = uint256(cost) / sweep.redemption;
            sweep.load = slope / int256(TICK);
            _piece(sweep, left, sweep.highest);
        }
    }

    /// @dev The best tick of the piece over the ticks [left, right], against the best so far.
    function _piece(Sweep memory sweep, uint256 left, uint256 right) private pure {
        unchecked {
            int256 cost = int256(sweep.redemption * sweep.capacity);
            int256 slope = sweep.load * int256(TICK);
            uint256 ticks = right;
            if (cost <= slope * int256(left * (left + 1))) {
                ticks = left;
            } else if (cost <= slope * int256(right * (right - 1))) {
                // The least t with t (t + 1) ≥ c K / (TICK L), which is positive here; left < t < right.
                uint256 product = Math.ceilDiv(uint256(cost), uint256(slope));
                ticks = Math.sqrt(product);
                if (ticks * (ticks + 1) < product) ++ticks;
            }
            uint256 numerator = _raise(sweep, ticks);
            if (numerator * sweep.best > sweep.bestNumerator * ticks) {
                (sweep.best, sweep.bestNumerator) = (ticks, numerator);
            }
        }
    }

    /// @notice Raises the bound on U by the tangent of the present piece at `ticks`, over the prices in range less than
    /// a tick away. It covers the piece where `ticks` is its best tick, or the one just below it.
    /// @return numerator t U(t).
    function _raise(Sweep memory sweep, uint256 ticks) private pure returns (uint256 numerator) {
        unchecked {
            (uint256 capacity, int256 load) = (sweep.capacity, sweep.load);
            // Demand is not negative.
            uint256 sold = uint256(int256(capacity) - load * int256(ticks));
            numerator = (ticks * TICK - sweep.redemption) * sold;
            // t² U'(t)
            int256 tangent =
                int256(sweep.redemption * capacity) - load * int256(TICK * ticks * ticks);
            uint256 rise;
            if (tangent > 0) {
                if (ticks < sweep.highest) rise = uint256(tangent);
            } else if (ticks > sweep.lowest) {
                rise = uint256(-tangent);
            }
            // Both quotients rounded up.
            uint256 upper = numerator / ticks + rise / (ticks * ticks) + 2;
            if (upper > sweep.upper) sweep.upper = upper;
        }
    }

    /// @notice Requires the best tick to be the posted one.
    /// @return gapWei A bound on how much more (currency wei, rounded up) the leader could get at any real price in
    /// [least, most]. No distance between prices is claimed: a second peak almost as high can be anywhere.
    function _gap(Sweep memory sweep, uint256 priceTicks) private pure returns (uint256 gapWei) {
        require(
            priceTicks >= sweep.lowest && priceTicks <= sweep.highest,
            PriceOutOfRange(priceTicks, sweep.lowest, sweep.highest)
        );
        require(priceTicks == sweep.best, NotBest(priceTicks, sweep.best));
        return Math.ceilDiv(sweep.upper - sweep.bestNumerator / sweep.best, WAD);
    }
}
