// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ElecoinTerms} from "../interfaces/MarketTypes.sol";
import {TICK} from "./Rounding.sol";

/// @notice The sweep over pieces, from low prices to high ones. `upper` bounds U over all real prices swept.
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

using LeaderSweep for Sweep global;

/// @title LeaderSweep
/// @notice The leader's best tick over all pieces between breakpoints, where U(t) = (t TICK − c)(K − L t)/t with
/// K = between θ 10^6 and L = Σ b − full θ: concave, because K ≥ 0. U(t + 1) − U(t) ≤ 0 exactly where
/// c K ≤ TICK L t (t + 1), so a piece's best tick needs no search.
/// @dev Magnitudes: θ < 2^96, t < 2^32, t TICK < 2^72 and fewer than 2^16 followers, so t U < 2^216; times another tick
/// it stays below 2^248. Arithmetic is unchecked on these grounds.
library LeaderSweep {
    uint256 private constant TICKS_PER_ELE = 1e6;
    uint256 private constant NEVER = type(uint256).max;

    /// @notice A sweep with the terms' constants; K and L are still to be set.
    function start(ElecoinTerms memory terms) internal pure returns (Sweep memory sweep) {
        sweep.theta = terms.theta;
        sweep.scaled = terms.theta * TICKS_PER_ELE;
        sweep.redemption = terms.redemption;
        (sweep.lowest, sweep.highest) = range(terms);
        sweep.best = sweep.lowest;
    }

    /// @notice The ticks that a price may have.
    function range(
        ElecoinTerms memory terms
    ) internal pure returns (uint256 lowest, uint256 highest) {
        uint256 least = terms.least;
        lowest = least / TICK;
        highest = terms.most / TICK;
        // Rounded up.
        unchecked {
            if (least % TICK != 0) ++lowest;
        }
    }

    /// @dev As the price rises from 0 each follower is first at θ, then between, then out. Both changes come in the
    /// order of falling offsets: at θ 10^6 / (θ + b) and at θ 10^6 / b ticks.
    function run(Sweep memory sweep, uint256[] memory sorted) internal pure {
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
                else piece(sweep, left, edge);
                left = edge + 1;
                if (leaves) {
                    sweep.capacity += scaled;
                    sweep.load += int256(theta + sorted[leaving++]);
                } else {
                    sweep.capacity -= scaled;
                    sweep.load -= int256(sorted[stopping++]);
                }
            }
            piece(sweep, left, sweep.highest);
        }
    }

    /// @dev Followers only stop. Then U is at least what a piece's formula, in which they would go on below 0, says
    /// beyond the piece. So where the formula rises up to the tick after the piece, or falls from the tick before it on,
    /// all prices on the piece give less than the one or no more than the other, and it need not be looked at:
    /// t² U'(t) = c K − TICK L t² falls in t. This makes a piece 480 gas in place of 1 230.
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
                    else piece(sweep, left, edge);
                }
                left = edge + 1;
                cost -= step;
                slope -= int256(offset * TICK);
            }
            sweep.capacity = uint256(cost) / sweep.redemption;
            sweep.load = slope / int256(TICK);
            piece(sweep, left, sweep.highest);
        }
    }

    /// @dev The best tick of the piece over the ticks [left, right], against the best so far.
    function piece(Sweep memory sweep, uint256 left, uint256 right) internal pure {
        unchecked {
            uint256 ticks = bestOf(
                int256(sweep.redemption * sweep.capacity),
                sweep.load * int256(TICK),
                left,
                right,
                left
            );
            uint256 numerator = _raise(sweep, ticks);
            if (numerator * sweep.best > sweep.bestNumerator * ticks) {
                (sweep.best, sweep.bestNumerator) = (ticks, numerator);
            }
        }
    }

    /// @notice The best tick of a piece over [left, right]: the least t with c K ≤ TICK L t (t + 1), or `right`.
    /// @param cost c K.
    /// @param slope TICK L.
    /// @param guess Looked at first, within [left, right]: where it is the best one, no root need be drawn.
    function bestOf(
        int256 cost,
        int256 slope,
        uint256 left,
        uint256 right,
        uint256 guess
    ) internal pure returns (uint256 ticks) {
        unchecked {
            bool enough = guess == right || cost <= slope * int256(guess * (guess + 1));
            bool least = guess == left || cost > slope * int256(guess * (guess - 1));
            if (enough && least) return guess;
            if (cost <= slope * int256(left * (left + 1))) return left;
            if (cost > slope * int256(right * (right - 1))) return right;
            // The least t with t (t + 1) ≥ c K / (TICK L), which is positive here; left < t < right.
            uint256 product = Math.ceilDiv(uint256(cost), uint256(slope));
            ticks = Math.sqrt(product);
            if (ticks * (ticks + 1) < product) ++ticks;
        }
    }

    /// @notice |t² U'(t)| where U may go on rising on that side of `ticks`: by no more than this over t² within a tick.
    function riseAt(
        int256 cost,
        int256 slope,
        uint256 lowest,
        uint256 highest,
        uint256 ticks
    ) internal pure returns (uint256 rise) {
        unchecked {
            int256 tangent = cost - slope * int256(ticks * ticks);
            if (tangent > 0) {
                if (ticks < highest) rise = uint256(tangent);
            } else if (ticks > lowest) {
                rise = uint256(-tangent);
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
            uint256 rise = riseAt(
                int256(sweep.redemption * capacity),
                load * int256(TICK),
                sweep.lowest,
                sweep.highest,
                ticks
            );
            // Both quotients rounded up.
            uint256 upper = numerator / ticks + rise / (ticks * ticks) + 2;
            if (upper > sweep.upper) sweep.upper = upper;
        }
    }
}
