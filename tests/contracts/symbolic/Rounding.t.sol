// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Rounding} from "contracts/libraries/Rounding.sol";
import {Test} from "../utils/Vm.sol";

/// @notice Proofs: `make prove` runs each for all arguments at once (halmos), `forge test` for random ones. The exact
/// product is one argument: every product of a cost has the factor 1. What is asserted cannot overflow and is unchecked,
/// because each check is a division that the solver would have to undo.
contract RoundingProof is Test {
    /// @dev One more than the quotient where anything is left over.
    function testProof_CreditsUpIsTheCeiling(uint128 n) external pure {
        vm.assume(n > 0);
        assert(Rounding.creditsUp(n, 1) == n / 1e12 + (n % 1e12 == 0 ? 0 : 1));
    }

    function testProof_FeeUpAtOneIsTheFee(uint32 ticks) external pure {
        assert(Rounding.feeUp(ticks, 1e18) == uint256(ticks) * 1e12);
    }

    function testProof_MulWadUpIsTheCeiling(uint128 n) external pure {
        vm.assume(n > 0);
        assert(Rounding.mulWadUp(n, 1) == n / 1e18 + (n % 1e18 == 0 ? 0 : 1));
    }

    /// @dev The most that is covered: 1e18 q ≤ n < 1e18 (q + 1).
    function testProof_MulWadDownIsTheFloor(uint128 n) external pure {
        uint256 value = Rounding.mulWadDown(n, 1);
        unchecked {
            assert(value * 1e18 <= n);
            assert(value * 1e18 + 1e18 > n);
        }
    }

    /// @dev What is paid for an amount is never less than what is owed for it.
    function testProof_UpIsNeverLessThanDown(uint128 n) external pure {
        vm.assume(n > 0);
        assert(Rounding.mulWadUp(n, 1) >= Rounding.mulWadDown(n, 1));
    }

    function testProof_NothingCostsNothing(uint128 price) external pure {
        assert(Rounding.creditsUp(0, price) == 0 && Rounding.creditsUp(price, 0) == 0);
        assert(Rounding.mulWadUp(0, price) == 0 && Rounding.mulWadDown(0, price) == 0);
    }

    /// @dev Nobody gains by splitting a purchase.
    function testProof_SplittingNeverPays(uint128 a, uint128 b) external pure {
        vm.assume(a > 0 && b > 0);
        uint256 parts = Rounding.creditsUp(a, 1) + Rounding.creditsUp(b, 1);
        assert(parts >= Rounding.creditsUp(uint256(a) + b, 1));
    }
}
