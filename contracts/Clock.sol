// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Clockwork, Schedule, ScheduleLib} from "./libraries/Schedule.sol";

/// @title Clock
/// @notice The schedule of a deployment, shared by every contract that keeps time.
abstract contract Clock {
    Clockwork internal immutable clock;

    constructor(Schedule memory schedule_) {
        clock = ScheduleLib.pack(schedule_);
    }

    /// @notice The clock of this deployment.
    function schedule() public view virtual returns (Schedule memory) {
        return clock.unpack();
    }
}
