// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Schedule, ScheduleLib} from "contracts/libraries/Schedule.sol";
import {Test} from "../utils/Vm.sol";

/// @notice Proofs: `make prove` runs each for all arguments at once (halmos), `forge test` for random ones. The clock's
/// products are the SMTChecker's (`smt/Clock.sol`).
contract ClockProof is Test {
    /// @dev The clock keeps the schedule that it was made of, and refuses no schedule but an invalid one.
    function testProof_PackedIsTheSchedule(Schedule memory s) external pure {
        vm.assume(s.period != 0 && s.step != 0 && s.declarationLead != 0 && s.readingGrace != 0);
        vm.assume(s.tradeWindow != 0 && s.elecoinLead != 0);
        vm.assume(s.epochPeriods != 0 && s.roundPeriods != 0);
        vm.assume(s.start > uint256(s.declarationLead) + s.elecoinLead);
        vm.assume(s.ringLength >= ScheduleLib.leastRingLength(s));
        Schedule memory r = ScheduleLib.pack(s).unpack();
        assert(r.start == s.start && r.period == s.period && r.step == s.step);
        assert(r.declarationLead == s.declarationLead && r.readingGrace == s.readingGrace);
        assert(r.tradeWindow == s.tradeWindow && r.ratingWindow == s.ratingWindow);
        assert(r.elecoinLead == s.elecoinLead && r.epochPeriods == s.epochPeriods);
        assert(r.roundPeriods == s.roundPeriods && r.ringLength == s.ringLength);
    }
}
