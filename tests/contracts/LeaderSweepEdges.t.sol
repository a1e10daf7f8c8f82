// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ElecoinTerms} from "contracts/interfaces/MarketTypes.sol";
import {LeaderSweep, Sweep} from "contracts/libraries/LeaderSweep.sol";
import {Test} from "./utils/Vm.sol";

/// @notice The sweep where followers stop or leave exactly at a tick, at the first and at the last one.
contract LeaderSweepEdgesTest is Test {
    ElecoinTerms private terms;

    function _game(
        uint256 redemption,
        uint256 target,
        uint256 least,
        uint256 most,
        uint256 theta
    ) private {
        terms = ElecoinTerms(redemption, target, least, most, theta);
    }

    /// @param numerator t U(t) at the best tick.
    /// @param upper The bound on U over all prices.
    /// @param offsets In falling order, a word each.
    function _is(
        uint256 best,
        uint256 numerator,
        uint256 upper,
        bytes memory offsets
    ) private view {
        uint256[] memory sorted = new uint256[](offsets.length / 32);
        for (uint256 i; i < sorted.length; i++) {
            assembly ("memory-safe") {
                mstore(add(add(sorted, 32), mul(32, i)), mload(add(add(offsets, 32), mul(32, i))))
            }
        }
        Sweep memory sweep = LeaderSweep.start(terms);
        sweep.run(sorted);
        assertEq(sweep.best, best, "best");
        assertEq(sweep.bestNumerator, numerator, "numerator");
        assertEq(sweep.upper, upper, "upper");
    }

    /// @dev As the edge server's exact arithmetic has them (oracle/rounds/certify.py).
    function test_WhereFollowersStopAndLeave() external {
        _game(11993000000000, 11993000000001, 12000000000000, 14000000000000, 45);
        _is(12, 3780000000000, 45315000000002, abi.encode(uint256(3750000), 3749955));
        _game(
            999993000014999991,
            999997000000000000,
            999997000000000000,
            1000007000000000000,
            8192000000
        );
        _is(
            999997,
            131075705060557686442341,
            131076098288852555,
            abi.encode(uint256(8192024575), 8191991808)
        );
        _game(32999999948858, 33000000000000, 33000000000000, 35000000000000, 11006344);
        _is(
            33,
            18575254623380,
            11005827254856259700,
            abi.encode(uint256(333525575756), 333514569414)
        );
        _game(23333333333334, 36000000000000, 35000000000000, 45000000000000, 42);
        _is(42, 98783999999996472, 450257604938257751, abi.encode(uint256(999958), 933333, 933291));
        _game(
            476464000000000000,
            476464000000000001,
            476464000000000000,
            476467000000000000,
            229355
        );
        _is(
            476466,
            4728572000000000000,
            12917246861662,
            abi.encode(uint256(481368), 481368, 481367, 481365, 481364)
        );
        _game(3333333333334, 3333333333335, 5000000000000, 8000000000000, 5);
        _is(5, 0, 2, abi.encode(uint256(1000000)));
        _game(
            792811999999999999,
            792812000000000000,
            792812000000000000,
            792815000000000000,
            506699
        );
        _is(
            792815,
            721816628475240605542825,
            910447744398429150,
            abi.encode(uint256(639113), 335632)
        );
        _game(
            702274941255549591,
            702275000000000000,
            702275000000000000,
            702278000000000000,
            8000000
        );
        _is(
            702276,
            61728888212423278740,
            137614102872377,
            abi.encode(uint256(11391547), 11391516, 11391500, 11391499)
        );
    }

    /// @dev A price that is no whole tick is above the tick below it.
    function test_TheFirstTickIsRoundedUp() external pure {
        (uint256 lowest, uint256 highest) = LeaderSweep.range(
            ElecoinTerms(1, 2, 5e12 + 1, 9e12, 1)
        );
        assertEq(lowest, 6, "lowest");
        assertEq(highest, 9, "highest");
        (lowest, ) = LeaderSweep.range(ElecoinTerms(1, 2, 5e12, 9e12, 1));
        assertEq(lowest, 5, "exact");
    }

    function test_TheLeastRiseIsOne() external pure {
        assertEq(LeaderSweep.riseAt(49, 3, 2, 6, 4), 1, "upwards");
        assertEq(LeaderSweep.riseAt(47, 3, 2, 6, 4), 1, "downwards");
    }
}
