// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {Feed, IEquilibriumOracle} from "contracts/interfaces/IEquilibriumOracle.sol";
import {Schedule} from "contracts/libraries/Schedule.sol";
import {FeedReader} from "contracts/oracle/FeedReader.sol";
import {IMarket} from "./utils/IMarket.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";

/// @notice A market that another one takes over from.
contract SuccessionTest is MarketFixture {
    IMarket private old;
    IEquilibriumOracle private oldOracle;

    /// @dev A second market like the first, that starts at the given period of the first; {market} stays the first.
    function _successorAt(
        uint256 start
    ) private returns (IMarket next, IEquilibriumOracle oracle_) {
        (old, oldOracle) = (market, oracle);
        Schedule memory s = _schedule();
        s.start = uint40(start);
        _deploy(s);
        (next, oracle_) = (market, oracle);
        (market, oracle) = (old, oldOracle);
        elecoin = market.elecoin();
    }

    /// @dev A period's trading between ann and bea, whose registers were read a period before.
    function _openAfterReading(uint256 period) private {
        _declare(ann, period, 1000, 100_000, 0);
        _declare(bea, period, -1000, 400_000, 450_000);
        vm.warp(_declarationDeadline(period));
        _post(Feed.Electricity, period, _value(200_000, WAD, WAD));
        vm.warp(_start(period));
        _read(ann, period - 1, 0, 0);
        _read(bea, period - 1, 0, 0);
        vm.warp(_start(period + 1));
        _read(ann, period, 1000, 0);
        _read(bea, period, 0, 1000);
        vm.warp(_readingDeadline(period));
    }

    function _refusesAsSuccessor(address next, uint256 start) private {
        vm.prank(ADMIN);
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.InvalidSuccessor.selector, next, start)
        );
        market.succeedBy(next);
    }

    function test_ItsPeriodsAreNotTradedAndThoseBeforeAre() external {
        _buyTokens(bea, 100e18);
        (IMarket next, IEquilibriumOracle nextOracle) = _successorAt(_start(4));
        FeedReader reader = FeedReader(
            _create("FeedReader", abi.encode(address(oracle), uint256(1)))
        );
        (IEquilibriumOracle none, uint256 never) = reader.successor();
        assertEq(address(none), address(0), "none yet");
        assertEq(never, 0, "not yet");
        vm.expectEmit(address(market));
        emit IMarketEvents.SuccessorNamed(address(next), 4);
        vm.prank(ADMIN);
        market.succeedBy(address(next));
        (address named, uint24 fromPeriod) = market.successor();
        assertEq(named, address(next), "the market says who");
        assertEq(fromPeriod, 4, "and from when");
        (IEquilibriumOracle followed, uint256 from) = reader.successor();
        assertEq(address(followed), address(nextOracle), "a reader finds the next oracle");
        assertEq(from, _start(4), "and when it takes over");

        _openAfterReading(3);
        assertEq(_trade(bea, ann, 3, 400), 400, "before it takes over");
        assertTrue(!market.paused(), "while something can be traded");
        _declare(ann, 5, 1000, 100_000, 0);
        vm.warp(_tradingEnd(3));
        assertTrue(market.paused(), "over");
        vm.startPrank(bea);
        market.withdraw(1e18);
        uint256 coins = bea.balance;
        market.redeemToken(10e18);
        assertEq(bea.balance, coins + 9.7e18, "redemption is open");
        vm.stopPrank();
        assertTrue(!next.paused(), "the next one is not");
    }

    function test_APeriodOfTheSuccessorIsNotTraded() external {
        _buyTokens(bea, 100e18);
        (IMarket next, ) = _successorAt(_start(4));
        vm.prank(ADMIN);
        market.succeedBy(address(next));
        // Servers that never heard of it still post; nobody can trade on it.
        _openAfterReading(4);
        vm.prank(bea);
        vm.expectRevert(IMarketEvents.EnforcedPause.selector);
        market.trade(ann, 4, 400, 1, type(uint256).max, block.timestamp);
    }

    function test_TheAdministratorsPauseIsAnotherMatter() external {
        _buyTokens(bea, 100e18);
        (IMarket next, ) = _successorAt(_start(4));
        vm.startPrank(ADMIN);
        market.pause();
        market.succeedBy(address(next));
        assertTrue(market.paused(), "still paused");
        vm.expectRevert(IMarketEvents.EnforcedPause.selector);
        market.pause();
        vm.stopPrank();
        _openAfterReading(3);
        vm.prank(bea);
        vm.expectRevert(IMarketEvents.EnforcedPause.selector);
        market.trade(ann, 3, 400, 1, type(uint256).max, block.timestamp);
        vm.startPrank(ADMIN);
        market.unpause();
        vm.expectRevert(IMarketEvents.ExpectedPause.selector);
        market.unpause();
        vm.stopPrank();
        assertEq(_trade(bea, ann, 3, 400), 400, "on again");
    }

    function test_OnlyAMarketThatStartsWithALaterEpoch() external {
        _refusesAsSuccessor(address(market), T0);
        _refusesAsSuccessor(stranger, 0);
        (IMarket inside, ) = _successorAt(_start(3));
        _refusesAsSuccessor(address(inside), _start(3));
        (IMarket before, ) = _successorAt(T0);
        _refusesAsSuccessor(address(before), T0);
        (IMarket next, ) = _successorAt(_start(4));
        (IMarket other, ) = _successorAt(_start(8));
        vm.prank(stranger);
        vm.expectRevert(
            abi.encodeWithSelector(IMarket.OwnableUnauthorizedAccount.selector, stranger)
        );
        market.succeedBy(address(next));
        // Until it takes over another may be named.
        vm.startPrank(ADMIN);
        market.succeedBy(address(next));
        market.succeedBy(address(other));
        market.succeedBy(address(next));
        vm.stopPrank();
        vm.warp(_start(4));
        _refusesAsSuccessor(address(next), _start(4));
        _refusesAsSuccessor(address(other), _start(8));
    }

    function test_ItIsNamedBeforeItStarts() external {
        (IMarket next, ) = _successorAt(_start(4));
        vm.warp(_start(4));
        _refusesAsSuccessor(address(next), _start(4));
        vm.warp(_start(4) - 1);
        vm.prank(ADMIN);
        market.succeedBy(address(next));
        (address named, ) = market.successor();
        assertEq(named, address(next), "in the last second");
    }
}
