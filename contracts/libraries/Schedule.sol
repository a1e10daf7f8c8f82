// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice What a deployment fixes about time. Chain seconds, except `step`.
/// @param start T0: the first second of period 0.
/// @param period L: chain seconds from one period's start to the next.
/// @param step Metered seconds that a period stands for (reputation scale, reading limits).
/// @param declarationLead Targets are declared until `start − declarationLead`.
/// @param readingGrace Readings are accepted until `end + readingGrace`.
/// @param tradeWindow Trading is open for this long after the reading deadline.
/// @param ratingWindow Rating is open for this long after the trade window.
/// @param elecoinLead Needs are declared until this long before the declaration deadline of the epoch's first period.
/// @param epochPeriods Periods that share one elecoin price.
/// @param roundPeriods T_C: periods of a reputation round.
/// @param ringLength Slots that an account keeps; bounds how many of its periods are open at once.
struct Schedule {
    uint40 start;
    uint24 period;
    uint24 step;
    uint24 declarationLead;
    uint24 readingGrace;
    uint24 tradeWindow;
    uint24 ratingWindow;
    uint24 elecoinLead;
    uint16 epochPeriods;
    uint16 roundPeriods;
    uint16 ringLength;
}

/// @notice A schedule in one word, so that reading a field is a shift and not a storage slot: from the low end start
/// (40 bits), the seven durations (24 each) and the three counts (16 each), in the order of `Schedule`.
type Clockwork is uint256;

using ScheduleLib for Clockwork global;

/// @title ScheduleLib
/// @notice The clock of a round as pure arithmetic. All intervals are half-open: a deadline itself is too late.
library ScheduleLib {
    error InvalidSchedule(string field, uint256 value, uint256 least);

    /// @notice Checks a schedule and packs it. Reverts with the field, its value and the least value allowed.
    function pack(Schedule memory s) internal pure returns (Clockwork c) {
        require(s.period != 0, InvalidSchedule("period", 0, 1));
        require(s.step != 0, InvalidSchedule("step", 0, 1));
        require(s.declarationLead != 0, InvalidSchedule("declarationLead", 0, 1));
        require(s.readingGrace != 0, InvalidSchedule("readingGrace", 0, 1));
        require(s.tradeWindow != 0, InvalidSchedule("tradeWindow", 0, 1));
        require(s.elecoinLead != 0, InvalidSchedule("elecoinLead", 0, 1));
        require(s.epochPeriods != 0, InvalidSchedule("epochPeriods", 0, 1));
        require(s.roundPeriods != 0, InvalidSchedule("roundPeriods", 0, 1));
        uint256 lead = uint256(s.declarationLead) + s.elecoinLead;
        require(s.start > lead, InvalidSchedule("start", s.start, lead + 1));
        uint256 least = leastRingLength(s);
        require(s.ringLength >= least, InvalidSchedule("ringLength", s.ringLength, least));
        uint256 counts =
            uint256(s.epochPeriods) |
                (uint256(s.roundPeriods) << 16) |
                (uint256(s.ringLength) << 32);
        uint256 windows =
            uint256(s.tradeWindow) |
                (uint256(s.ratingWindow) << 24) |
                (uint256(s.elecoinLead) << 48);
        uint256 leads = uint256(s.declarationLead) | (uint256(s.readingGrace) << 24);
        c = Clockwork.wrap(
            uint256(s.start) |
                (uint256(s.period) << 40) |
                (uint256(s.step) << 64) |
                (leads << 88) |
                (windows << 136) |
                (counts << 208)
        );
    }

    /// @notice The schedule that was packed.
    function unpack(Clockwork c) internal pure returns (Schedule memory) {
        uint256 word = Clockwork.unwrap(c);
        // Each cast keeps the bits of its field.
        return
            Schedule({
                start: uint40(word),
                period: uint24(word >> 40),
                step: uint24(word >> 64),
                declarationLead: uint24(word >> 88),
                readingGrace: uint24(word >> 112),
                tradeWindow: uint24(word >> 136),
                ratingWindow: uint24(word >> 160),
                elecoinLead: uint24(word >> 184),
                epochPeriods: uint16(word >> 208),
                roundPeriods: uint16(word >> 224),
                ringLength: uint16(word >> 240)
            });
    }

    /// @notice Periods that may be open at once, and one more.
    function leastRingLength(Schedule memory s) internal pure returns (uint256) {
        uint256 open =
            uint256(s.declarationLead) + s.period + s.readingGrace + s.tradeWindow + s.ratingWindow;
        return (open + s.period - 1) / s.period + 1;
    }

    function start(Clockwork c) internal pure returns (uint256) {
        return uint40(Clockwork.unwrap(c));
    }

    function periodSeconds(Clockwork c) internal pure returns (uint256) {
        return _duration(c, 40);
    }

    function step(Clockwork c) internal pure returns (uint256) {
        return _duration(c, 64);
    }

    function epochPeriods(Clockwork c) internal pure returns (uint256) {
        return uint16(Clockwork.unwrap(c) >> 208);
    }

    function roundPeriods(Clockwork c) internal pure returns (uint256) {
        return uint16(Clockwork.unwrap(c) >> 224);
    }

    function ringLength(Clockwork c) internal pure returns (uint256) {
        return uint16(Clockwork.unwrap(c) >> 240);
    }

    function startOf(Clockwork c, uint256 period) internal pure returns (uint256) {
        return start(c) + period * periodSeconds(c);
    }

    /// @notice Targets of `period` are accepted before this.
    function declarationDeadline(Clockwork c, uint256 period) internal pure returns (uint256) {
        return startOf(c, period) - _duration(c, 88);
    }

    /// @notice Readings of `period` are accepted from its end until before this; trading opens here.
    function readingDeadline(Clockwork c, uint256 period) internal pure returns (uint256) {
        return startOf(c, period + 1) + _duration(c, 112);
    }

    /// @notice Trading of `period` ends here and rating opens.
    function tradingEnd(Clockwork c, uint256 period) internal pure returns (uint256) {
        return readingDeadline(c, period) + _duration(c, 136);
    }

    /// @notice Readings of `period` are accepted from its end until before its reading deadline.
    function readingTimes(
        Clockwork c,
        uint24 period
    ) internal pure returns (uint256 opens, uint256 closes) {
        // 24 bits times 24.
        unchecked {
            opens = start(c) + (uint256(period) + 1) * periodSeconds(c);
            closes = opens + _duration(c, 112);
        }
    }

    /// @notice Both in one: `period` is traded from its reading deadline until its trading ends.
    function tradingTimes(
        Clockwork c,
        uint24 period
    ) internal pure returns (uint256 opens, uint256 closes) {
        // 24 bits times 24.
        unchecked {
            opens = start(c) + (uint256(period) + 1) * periodSeconds(c) + _duration(c, 112);
            closes = opens + _duration(c, 136);
        }
    }

    /// @notice The pool of `period` may be settled from half of its trading on: what was attested can be applied before.
    function poolOpening(Clockwork c, uint256 period) internal pure returns (uint256) {
        return readingDeadline(c, period) + _duration(c, 136) / 2;
    }

    /// @notice Rating of `period` ends here; it may be closed from now on.
    function closingTime(Clockwork c, uint256 period) internal pure returns (uint256) {
        return tradingEnd(c, period) + _duration(c, 160);
    }

    /// @notice The period that `timestamp` falls into; 0 before T0.
    function periodAt(Clockwork c, uint256 timestamp) internal pure returns (uint256) {
        return timestamp < start(c) ? 0 : (timestamp - start(c)) / periodSeconds(c);
    }

    function epochOf(Clockwork c, uint256 period) internal pure returns (uint256) {
        return period / epochPeriods(c);
    }

    /// @notice The elecoin price of `epoch` is accepted before this: every target is declared knowing it.
    function elecoinDeadline(Clockwork c, uint256 epoch) internal pure returns (uint256) {
        return declarationDeadline(c, epoch * epochPeriods(c));
    }

    /// @notice Needs of `epoch` are accepted before this.
    function needDeadline(Clockwork c, uint256 epoch) internal pure returns (uint256) {
        return elecoinDeadline(c, epoch) - _duration(c, 184);
    }

    /// @notice The electricity price of `period` is accepted from its declaration deadline until before its start.
    function reportWindow(
        Clockwork c,
        uint32 period
    ) internal pure returns (uint256 opens, uint256 closes) {
        // 32 bits times 24; a schedule starts later than its leads are long.
        unchecked {
            closes = start(c) + period * periodSeconds(c);
            opens = closes - _duration(c, 88);
        }
    }

    /// @notice The elecoin price of `epoch` is accepted from the deadline of its needs until before its own.
    function elecoinReportWindow(
        Clockwork c,
        uint32 epoch
    ) internal pure returns (uint256 opens, uint256 closes) {
        // 32 bits times 16 times 24; a schedule starts later than its leads are long.
        unchecked {
            closes = start(c) + epoch * epochPeriods(c) * periodSeconds(c) - _duration(c, 88);
            opens = closes - _duration(c, 184);
        }
    }

    function roundOf(Clockwork c, uint256 period) internal pure returns (uint256) {
        return period / roundPeriods(c);
    }

    /// @notice A round may be settled once its last period may be closed.
    function settlementOpening(Clockwork c, uint256 round) internal pure returns (uint256) {
        return closingTime(c, (round + 1) * roundPeriods(c) - 1);
    }

    /// @notice The first round whose first declaration deadline is still to come at `timestamp`.
    function nextRoundToDeclare(Clockwork c, uint256 timestamp) internal pure returns (uint256) {
        uint256 first = declarationDeadline(c, 0);
        return
            timestamp < first ? 0 : (timestamp - first) / (roundPeriods(c) * periodSeconds(c)) + 1;
    }

    function _duration(Clockwork c, uint256 shift) private pure returns (uint256) {
        return uint24(Clockwork.unwrap(c) >> shift);
    }
}
