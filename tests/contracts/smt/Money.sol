// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Rounding} from "contracts/libraries/Rounding.sol";

/// @notice What the SMTChecker proves of the money (`make prove`), for every amount and every price. It does not read
/// assembly, which OpenZeppelin's `ceilDiv` is made of, so what rounds up is halmos' (`symbolic/Rounding.t.sol`).
contract MoneyAssertions {
    function whatIsOwedIsCovered(uint96 amount, uint96 price) external pure {
        assert(Rounding.mulWadDown(amount, price) * 1e18 <= uint256(amount) * price);
    }

    function aSplitIsOwedNoMore(uint96 a, uint96 b, uint96 price) external pure {
        uint256 parts = Rounding.mulWadDown(a, price) + Rounding.mulWadDown(b, price);
        assert(parts <= Rounding.mulWadDown(uint256(a) + b, price));
    }
}
