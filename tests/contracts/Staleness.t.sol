// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Feed, OracleTerms, Posting, Report} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {Schedule, ScheduleLib} from "contracts/libraries/Schedule.sol";
import {ReportFixture} from "./utils/ReportFixture.sol";

/// @notice Which price serves when there is no newer one, and for how long.
contract StalenessTest is ReportFixture {
    /* ------------------------------------------------- reading, staleness ----------------------------------------- */

    function _assertElecoin(uint256 epoch, uint256 ticks, bool flagged) private view {
        (uint256 price, bool f) = oracle.elecoinPrice(epoch);
        assertEq(price, ticks * TICK, "price");
        assertTrue(f == flagged, "flag");
    }

    function test_ElecoinFallsBackOnceFlagged() external {
        _assertElecoin(0, LEAST / TICK, true);
        _need(0);
        _assertElecoin(0, LEAST / TICK, true);
        _postElecoin(1, 1_010_000);
        _assertElecoin(1, 1_010_000, false);
        // Needs of epoch 2 and then of epoch 4 get no report; in epoch 3 there is no game to price.
        _need(2);
        _need(4);
        _assertElecoin(2, 1_010_000, true);
        _assertElecoin(3, 1_010_000, true);
        _expectStale(4);
        oracle.elecoinPrice(4);
        _expectStale(5);
        oracle.elecoinPrice(5);
        // buyToken follows it, and it recovers with the next posting.
        vm.warp(_start(12));
        _buyTokens(bea, 1e18);
        vm.warp(_start(16));
        vm.deal(bea, 2e18);
        _expectStale(4);
        vm.prank(bea);
        market.buyToken{value: 2e18}(1);
        _postElecoin(6, 1_000_000);
        vm.warp(_start(24));
        _buyTokens(bea, 1e18);
    }

    /// @dev A proved price serves at once, and no longer than another one.
    function test_AProvedPriceIsStaleLikeAnother() external {
        Report memory r = _needed(0);
        _send(r, _sign(r, 5));
        _assertElecoin(0, TYPICAL, false);
        _need(1);
        _assertElecoin(1, TYPICAL, true);
        _need(2);
        _expectStale(2);
        oracle.elecoinPrice(2);
        vm.warp(_start(8));
        _expectStale(2);
        oracle.latest(Feed.Elecoin);
    }

    /// @dev Nothing was needed before: the bound goes on over one epoch without a report.
    function test_TheBoundServesOverOneMissedEpoch() external {
        _need(1);
        _assertElecoin(1, LEAST / TICK, true);
        _need(2);
        _expectStale(2);
        oracle.elecoinPrice(2);
    }

    /// @dev Epoch 9 has the place of epoch 1: what stood in between is not known while it waits.
    function test_WhatALaterPostingCoversIsNotTheFirst() external {
        _postElecoin(0, 1_010_000);
        vm.warp(_needDeadline(9) - 1);
        _declareNeed(bea, 9, 1e18);
        vm.warp(_needDeadline(9));
        _post(Feed.Elecoin, 9, 1_020_000 * TICK);
        _expectStale(8);
        oracle.latest(Feed.Elecoin);
        vm.warp(_needDeadline(9) + WINDOW);
        (uint256 epoch, ) = oracle.latest(Feed.Elecoin);
        assertEq(epoch, 9, "the next one's");
    }

    function test_ElecoinGoesOnWhileNobodyNeedsAnother() external {
        _postElecoin(0, 1_010_000);
        // Longer than the ring of postings.
        for (uint256 epoch = 1; epoch < 3 * HISTORY; epoch++) {
            _assertElecoin(epoch, 1_010_000, true);
        }
        _postElecoin(HISTORY, 1_020_000);
        // History no longer holds epoch 0: no price is better than another.
        _expectStale(HISTORY - 1);
        oracle.elecoinPrice(HISTORY - 1);
        _expectStale(0);
        oracle.elecoinPrice(0);
        _assertElecoin(HISTORY + 1, 1_020_000, true);
    }

    function test_ElectricityIsUnpricedUnlessPosted() external {
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.Unpriced.selector, 0));
        oracle.electricityPrice(0);
        _declared(0);
        _postCertified(Feed.Electricity, 0, _value(TICKS, WAD, WAD));
        (uint256 price, uint256 elecoinPrice) = oracle.prices(0);
        assertEq(price, TICKS * TICK, "electricity");
        assertEq(elecoinPrice, LEAST, "elecoin");
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.Unpriced.selector, HISTORY));
        oracle.electricityPrice(HISTORY);
    }

    function test_LatestAppliesNowOrSoon() external {
        bytes memory stale = abi.encodeWithSelector(
            IOracleEvents.StalePrice.selector,
            Feed.Electricity,
            0
        );
        vm.expectRevert(stale);
        oracle.latest(Feed.Electricity);
        for (uint256 t; t < 2; t++) {
            _declared(t, TICKS + t);
            _postCertified(Feed.Electricity, t, _value(TICKS + t, WAD, WAD));
            (uint256 epoch, ) = oracle.latest(Feed.Electricity);
            assertEq(epoch, t, "the one that starts next");
        }
        vm.warp(_start(2) - 1);
        oracle.latest(Feed.Electricity);
        vm.warp(_start(2));
        vm.expectRevert(
            abi.encodeWithSelector(IOracleEvents.StalePrice.selector, Feed.Electricity, 2)
        );
        oracle.latest(Feed.Electricity);
    }

    function test_TheRingKeepsTheLastPostings() external {
        for (uint256 t; t < HISTORY + 2; t++) {
            _declared(t, TICKS + t);
            _postCertified(Feed.Electricity, t, _value(TICKS + t, WAD, WAD));
        }
        Posting[] memory page = oracle.history(Feed.Electricity, 0, HISTORY + 4);
        for (uint256 t; t < HISTORY + 4; t++) {
            bool held = t >= 2 && t < HISTORY + 2;
            assertEq(page[t].epochPlusOne, held ? t + 1 : 0, "held");
            assertEq(page[t].priceTicks, held ? TICKS + t : 0, "price");
            if (held) continue;
            vm.expectRevert(
                abi.encodeWithSelector(IOracleEvents.StalePrice.selector, Feed.Electricity, t)
            );
            oracle.posting(Feed.Electricity, t);
        }
    }

    function test_HistoryMustOutliveTheRing() external {
        Schedule memory s = _schedule();
        vm.expectRevert(
            abi.encodeWithSelector(
                ScheduleLib.InvalidSchedule.selector,
                "historyLength",
                uint256(4),
                uint256(5)
            )
        );
        OracleTerms memory terms = _oracleTerms();
        terms.historyLength = 4;
        this.create("OracleTribunal", abi.encode(address(market), s, terms));
    }

    function create(string calldata name, bytes calldata arguments) external returns (address) {
        return _create(name, arguments);
    }
}
