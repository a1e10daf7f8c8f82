// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Clockwork} from "contracts/libraries/Schedule.sol";

/// @notice What the SMTChecker proves of the clock (`make prove`), for every word and every period.
contract ClockAssertions {
    function windowsFollowEachOther(uint256 word, uint24 period) external pure {
        Clockwork c = Clockwork.wrap(word);
        assert(c.declarationDeadline(period) <= c.startOf(period));
        assert(c.startOf(uint256(period) + 1) <= c.readingDeadline(period));
        assert(c.readingDeadline(period) <= c.tradingEnd(period));
        assert(c.tradingEnd(period) <= c.closingTime(period));
    }

    function laterPeriodsCloseLater(uint256 word, uint24 period) external pure {
        Clockwork c = Clockwork.wrap(word);
        assert(c.closingTime(period) <= c.closingTime(uint256(period) + 1));
        assert(c.declarationDeadline(period) <= c.declarationDeadline(uint256(period) + 1));
    }

    function needsComeBeforePrices(uint256 word, uint24 epoch) external pure {
        Clockwork c = Clockwork.wrap(word);
        assert(c.needDeadline(epoch) <= c.elecoinDeadline(epoch));
    }
}
