// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {Feed, Report, Signature} from "contracts/interfaces/IEquilibriumOracle.sol";
import {Vm} from "./Vm.sol";
import {MarketBooks} from "./MarketBooks.sol";

/// @title MarketClock
/// @notice Time goes on at random, and what belongs to each step is done: needs, targets, prices, readings.
abstract contract MarketClock is MarketBooks {
    /// @dev Half of all actions come after a step of time.
    modifier booked(uint256 seed) {
        if (_draw(seed, 99, 2) == 0) {
            _advance(seed);
            // A step may close what the ring's next turn overwrites: booked before the action sees it.
            _bookLogs();
        }
        _;
        _bookLogs();
    }

    /// @dev What was closed, and who signed what was posted.
    function _bookLogs() private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; i++) {
            if (logs[i].topics[0] == IMarketEvents.Closed.selector) _bookClosing(logs[i]);
            if (logs[i].topics[0] == IOracleEvents.Posted.selector) {
                (, , , , , uint256 signers) = abi.decode(
                    logs[i].data,
                    (uint256, bytes32, uint64, bytes32, uint32, uint256)
                );
                uint256 count;
                for (uint256 mask = signers; mask != 0; mask &= mask - 1) count++;
                assertEq(count, 2, "f + 1 servers signed");
                postingsOf[Feed(uint256(logs[i].topics[1]))][uint256(logs[i].topics[2])]++;
            }
        }
    }

    /* -------------------------------------------------- the clock ------------------------------------------------- */

    /// @notice Time goes on to the next step of a period, and what belongs to it is done.
    function advance(uint256 seed) external booked(0) {
        _advance(seed);
    }

    function _advance(uint256 seed) internal {
        vm.roll(block.number + 1 + (seed % 5));
        uint256 t = period;
        if (phase == 0) {
            if (t % 4 == 0) _priceElecoin(t / 4, seed);
            vm.warp(_declarationDeadline(t) - 1);
            for (uint256 i; i < 4; i++) {
                if (_draw(seed, i, 8) > 0)
                    _declareSome(members[i], t, _draw(seed, i + 10, type(uint128).max));
            }
        } else if (phase == 1) {
            vm.warp(_declarationDeadline(t));
            if (_draw(seed, 0, 8) > 0) _priceElectricity(t, seed);
        } else if (phase == 2) {
            vm.warp(_start(t));
            for (uint256 i; t > 0 && i < 4; i++) {
                uint256 draw = _draw(seed, i, 16);
                if (draw > 1)
                    _readSome(members[i], t - 1, 1, _draw(seed, i + 10, type(uint128).max));
                if (draw > 0)
                    _readSome(members[i], t - 1, 2, _draw(seed, i + 10, type(uint128).max));
            }
        } else {
            vm.warp(_start(t) + 200);
            period = t + 1;
        }
        phase = (phase + 1) % 4;
    }

    function _priceElecoin(uint256 epoch, uint256 seed) internal {
        vm.warp(_needDeadline(epoch) - 1);
        for (uint256 i; i < 4; i++) {
            uint256 need = _draw(seed, i + 20, 1e20);
            if (need % 3 == 0) continue;
            vm.prank(members[i]);
            market.declareNeed(uint32(epoch), need);
            _fold(Feed.Elecoin, epoch, members[i], need);
        }
        vm.warp(_needDeadline(epoch));
        // A missed report now and then: the last price serves once more.
        if (seed % 8 > 0)
            _postAndTryAgain(Feed.Elecoin, epoch, TICK * (970_000 + _draw(seed, 30, 80_001)));
    }

    function _priceElectricity(uint256 t, uint256 seed) internal {
        uint256 ticks = market.floorPrice(t) / TICK + _draw(seed, 30, 150_000);
        if (_postAndTryAgain(Feed.Electricity, t, _value(ticks, WAD, WAD))) _ticks[t] = ticks;
    }

    function _fold(Feed feed, uint256 epoch, address who, uint256 word) internal {
        commitmentOf[feed][epoch] = keccak256(abi.encode(commitmentOf[feed][epoch], who, word));
    }

    /// @dev One signature twice never does; then the report is accepted if anything was declared; then no other is.
    function _postAndTryAgain(
        Feed feed,
        uint256 epoch,
        uint256 value
    ) internal returns (bool posted) {
        Report memory report = _report(feed, epoch, value);
        Signature[] memory s = _sign(report, 3);
        s[1] = s[0];
        try oracle.post(report, s, _certificate(report)) {
            assertTrue(false, "a signature counted twice");
        } catch {}
        s = _sign(report, 6);
        bool game = commitmentOf[feed][epoch] != 0;
        try oracle.post(report, s, _certificate(report)) {
            assertTrue(game, "nothing to price");
        } catch {
            assertTrue(!game, "an honest report was refused");
            return false;
        }
        digestOf[feed][epoch] = oracle.digest(report);
        report = _report(feed, epoch, value + TICK);
        s = _sign(report, 5);
        try oracle.post(report, s, _certificate(report)) {
            assertTrue(false, "a second report");
        } catch (bytes memory why) {
            assertEq(
                why,
                abi.encodeWithSelector(
                    IOracleEvents.AlreadyPosted.selector,
                    bytes20(digestOf[feed][epoch])
                ),
                "why"
            );
        }
        return true;
    }

    function _declareSome(address who, uint256 t, uint256 seed) internal {
        int256 net = int256(_draw(seed, 1, 2 * SCALE)) - int256(SCALE);
        // Mostly one side, so that there is trade.
        if ((who == ann || who == sam) && net < 0 && seed % 4 > 0) net = -net;
        if ((who == bea || who == bob) && net > 0 && seed % 4 > 0) net = -net;
        uint256 price =
            net > 0 ? 60_000 + _draw(seed, 2, 80_000) : 150_000 + _draw(seed, 2, 250_000);
        if (who == bob && net > 0) price = type(uint32).max;
        uint256 limit = net > 0 ? 0 : price + _draw(seed, 3, 100_000);
        _declare(who, t, net, price, limit);
        _fold(Feed.Electricity, t, who, _word(who, t, net, price, limit));
        Book storage b = _books[who][t];
        (b.declared, b.net, b.price, b.limit) = (true, net, price, limit);
    }

    function _readSome(address who, uint256 t, uint256 register, uint256 seed) internal {
        Book storage b = _books[who][t];
        uint256 spanned = t + 1 - _nextReading[who][register];
        int256 near = b.net + int256(_draw(seed, 5, 400)) - 200;
        bool mine = (near > 0) == (register == 1);
        uint256 energy =
            (mine ? (near > 0 ? uint256(near) : uint256(-near)) : 0) + _draw(seed, 6, 50);
        if (energy > SCALE * spanned) energy = SCALE * spanned;
        vm.startPrank(_meter(who));
        if (register == 1) {
            market.generation(who, uint24(t), market.registers(who).generation + uint64(energy));
            (b.generationRead, b.generated) = (true, energy);
        } else {
            market.consumption(who, uint24(t), market.registers(who).consumption + uint64(energy));
            (b.consumptionRead, b.consumed) = (true, energy);
        }
        vm.stopPrank();
        if (spanned > 1) b.spanning = true;
        _nextReading[who][register] = t + 1;
    }
}
