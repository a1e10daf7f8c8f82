// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IElecoin} from "contracts/interfaces/IElecoin.sol";
import {
    Feed,
    IEquilibriumOracle,
    Posting,
    Proof
} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IReputationLedger, Standing} from "contracts/interfaces/IReputationLedger.sol";
import {IWattcoin} from "contracts/interfaces/IWattcoin.sol";
import {Slot} from "contracts/interfaces/IElectricityTrading.sol";
import {IMarket} from "./utils/IMarket.sol";
import {MarketClock} from "./utils/MarketClock.sol";
import {MarketHandler} from "./utils/MarketHandler.sol";
import {FuzzSelector, Test} from "./utils/Vm.sol";

/// @notice What holds after any sequence of actions. Energy by closing, prices by posting and each trade's effect are
/// held by the handler as they happen.
/// forge-config: default.invariant.runs = 12
/// forge-config: deep.invariant.runs = 480
/// forge-config: deep.invariant.depth = 100
/// forge-config: default.invariant.depth = 100
/// forge-config: default.invariant.shrink-run-limit = 200
/// forge-config: default.invariant.show-metrics = false
contract InvariantsTest is Test {
    uint256 private constant WAD = 1e18;
    uint256 private constant C = 0.97e18;

    MarketHandler private handler;
    IMarket private market;
    IElecoin private elecoin;
    IWattcoin private wattcoin;
    IEquilibriumOracle private oracle;
    IReputationLedger private ledger;

    function setUp() external {
        handler = new MarketHandler();
        (market, elecoin, wattcoin, oracle, ledger) = handler.contracts();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev Time and trade come up more often than the rest.
    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory s = new bytes4[](9);
        s[0] = MarketClock.advance.selector;
        s[1] = MarketHandler.trade.selector;
        s[2] = MarketHandler.buy.selector;
        s[3] = MarketHandler.move.selector;
        s[4] = MarketHandler.leave.selector;
        s[5] = MarketHandler.serve.selector;
        s[6] = MarketHandler.rate.selector;
        s[7] = MarketHandler.close.selector;
        s[8] = MarketHandler.settle.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), s);
    }

    /// @notice The handler does what it is for: a fixed walk trades, rates, closes and settles enough to matter.
    function test_TheHandlerIsBusy() external {
        for (uint256 i; i < 400; i++) {
            uint256 seed = uint256(keccak256(abi.encode(i)));
            if (i % 8 == 0) handler.buy(seed, uint96(seed), 5);
            else if (i % 8 == 1) handler.rate(seed);
            else if (i % 8 == 2) handler.close(seed);
            else if (i % 8 == 3) handler.settle(seed);
            else if (i % 8 == 4) handler.serve(seed, 3);
            else handler.trade(seed, uint32(seed >> 32));
        }
        assertGe(handler.period(), 40, "periods");
        assertGe(handler.trades(), 20, "trades");
        assertGe(handler.ratings(), 4, "ratings");
        assertGe(handler.closings(), 100, "closings");
        assertGe(ledger.standing(handler.members(0)).nextRound, 4, "rounds");
    }

    /* ---------------------------------------------------- money -------------------------------------------------- */

    function invariant_SupplyIsTheSumOfBalances() external view {
        uint256 sum =
            elecoin.balanceOf(address(market)) +
                elecoin.balanceOf(market.networkAccount()) +
                elecoin.balanceOf(market.levyAccount());
        for (uint256 i; i < 4; i++) {
            address who = handler.members(i);
            assertEq(elecoin.balanceOf(who), handler.walletOf(who), "wallet");
            sum += elecoin.balanceOf(who);
        }
        assertEq(elecoin.totalSupply(), sum, "supply");
    }

    function invariant_TheMarketHoldsDepositsAndUnpaidFees() external view {
        uint256 owed = market.networkFees() + market.levyFees();
        owed += handler.proceedsDue() + handler.feesWaiting();
        for (uint256 i; i < 4; i++) {
            owed += market.account(handler.members(i)).deposit;
        }
        assertEq(elecoin.balanceOf(address(market)), owed, "balance");
    }

    function invariant_DepositsAndFeesAreAsTheBooksSay() external view {
        for (uint256 i; i < 4; i++) {
            address who = handler.members(i);
            assertEq(market.account(who).deposit, handler.depositOf(who), "deposit");
            assertEq(market.refundOf(who), handler.refundOf(who), "refund");
        }
        assertEq(market.networkFees(), handler.networkFees(), "network");
        assertEq(market.levyFees(), handler.levyFees(), "levy");
    }

    function invariant_TheReserveCoversAllThatIsOwed() external view {
        uint256 owed = (elecoin.totalSupply() * C + WAD - 1) / WAD;
        for (uint256 i; i < 4; i++) {
            owed += market.refundOf(handler.members(i));
        }
        for (uint256 i; i < 3; i++) {
            owed += market.surplusOf(handler.serverAt(i));
        }
        assertGe(address(market).balance, owed, "reserve");
        // What cannot be shared equally stays: less than one wei a server.
        assertLe(address(market).balance, owed + 3, "nothing is stuck");
    }

    function invariant_NothingIsMintedFromNothing() external view {
        assertEq(elecoin.totalSupply(), handler.minted() - handler.burnt(), "bought less redeemed");
        assertEq(
            address(market).balance,
            handler.coinIn() - handler.coinOut(),
            "coin in less coin out"
        );
        assertGe(handler.coinIn() * WAD, handler.minted() * C, "each elecoin was paid for");
        assertLe(elecoin.totalSupply(), market.totalElecoins(), "cap");
    }

    /// @dev Or there is none to pay with: `StalePrice`.
    function invariant_TheElecoinPriceStaysInItsBounds() external view {
        for (uint256 e; e <= handler.period() / 4; e++) {
            try oracle.elecoinPrice(e) returns (uint256 price, bool) {
                assertGe(price, 0.97e18, "least");
                assertLe(price, 1.05e18, "most");
            } catch {}
        }
    }

    function invariant_CollectedFeesAreThoseOfTheTrades() external view {
        uint256 collected =
            elecoin.balanceOf(market.networkAccount()) + elecoin.balanceOf(market.levyAccount());
        assertEq(collected, handler.feesCollected(), "collected");
    }

    /* ---------------------------------------------------- energy ------------------------------------------------- */

    function invariant_SoldIsBought() external view {
        uint256 last = handler.period();
        for (uint256 t = last > 5 ? last - 5 : 0; t < last; t++) {
            (uint256 sold, uint256 bought) = (0, 0);
            bool held = true;
            for (uint256 i; i < 4; i++) {
                Slot memory s = market.slot(handler.members(i), uint24(t));
                if (s.generated > s.consumed) sold += s.traded;
                else bought += s.traded;
                // Before anything of it is overwritten.
                held = held && (s.flags != 0 || handler.book(handler.members(i), t).traded == 0);
            }
            if (!held) continue;
            assertEq(sold, bought, "sold is bought");
            assertEq(sold, handler.soldOf(t), "as the books say");
        }
    }

    function invariant_NobodyTradesMoreThanMeteredOrDeclared() external view {
        uint256 last = handler.period();
        for (uint256 t = last > 6 ? last - 6 : 0; t <= last; t++) {
            for (uint256 i; i < 4; i++) {
                address who = handler.members(i);
                Slot memory s = market.slot(who, uint24(t));
                MarketHandler.Book memory b = handler.book(who, t);
                uint256 net =
                    s.generated > s.consumed ? s.generated - s.consumed : s.consumed - s.generated;
                assertLe(s.traded, net, "metered");
                assertLe(b.traded, handler.tradeableMost(b), "tolerance");
                assertLe(s.refused, s.traded, "refused is traded");
                (uint32 generated, uint8 flags) = market.readingOf(who, uint24(t));
                assertTrue(generated == s.generated && flags == s.flags, "two of its fields");
                if (s.flags == 0) continue;
                assertEq(s.generated, b.generated, "generated");
                assertEq(s.consumed, b.consumed, "consumed");
                assertEq(s.traded, b.traded, "traded");
                assertEq(s.refused, b.refused, "refused");
            }
        }
    }

    function invariant_EveryPeriodBehindIsClosedOnce() external view {
        uint256 last = handler.period();
        for (uint256 i; i < 4; i++) {
            address who = handler.members(i);
            uint256 next = market.account(who).nextClose;
            for (uint256 t; t <= last; t++) {
                MarketHandler.Book memory b = handler.book(who, t);
                bool touched = b.declared || b.generationRead || b.consumptionRead;
                assertTrue(b.closed == (touched && t < next), "closed");
            }
        }
    }

    function invariant_WattcoinAndRemaindersAreAcceptedEnergy() external view {
        for (uint256 i; i < 4; i++) {
            address who = handler.members(i);
            assertEq(
                wattcoin.balanceOf(who) / 1e12 + market.account(who).remainderWh,
                handler.acceptedOf(who),
                "accepted"
            );
            assertEq(wattcoin.balanceOf(who) % WAD, 0, "whole coins");
        }
    }

    function invariant_RegistersAreTheSumOfTheReadings() external view {
        for (uint256 i; i < 4; i++) {
            address who = handler.members(i);
            (uint256 generated, uint256 consumed) = (0, 0);
            for (uint256 t; t <= handler.period(); t++) {
                generated += handler.book(who, t).generated;
                consumed += handler.book(who, t).consumed;
            }
            assertEq(market.registers(who).generation, generated, "generation");
            assertEq(market.registers(who).consumption, consumed, "consumption");
        }
    }

    function invariant_NothingClosesBeforeItsTime() external view {
        for (uint256 i; i < 4; i++) {
            uint256 next = market.account(handler.members(i)).nextClose;
            if (next == 0) continue;
            assertGe(block.timestamp, handler.closingTimeOf(next - 1), "closed too early");
        }
    }

    /* ---------------------------------------------------- oracle ------------------------------------------------- */

    function invariant_OneReportAnEpochAndItStands() external view {
        for (uint256 f; f < 2; f++) {
            Feed feed = Feed(f);
            for (uint256 e; e <= handler.period(); e++) {
                bytes32 expected = handler.digestOf(feed, e);
                assertEq(handler.postingsOf(feed, e), expected == 0 ? 0 : 1, "postings");
                Posting[] memory page = oracle.history(feed, e, 1);
                if (page[0].epochPlusOne == 0) continue;
                (, Proof memory proof) = oracle.posting(feed, e);
                assertEq(bytes32(proof.digest), bytes32(bytes20(expected)), "digest");
            }
        }
    }

    /// @dev The books fold a word only while its window is open, so a later change would show.
    function invariant_CommitmentsAreWhatWasDeclaredAndFreeze() external view {
        for (uint256 e; e <= handler.period(); e++) {
            assertEq(
                market.targetCommitment(e),
                handler.commitmentOf(Feed.Electricity, e),
                "targets"
            );
            assertEq(market.needCommitment(e), handler.commitmentOf(Feed.Elecoin, e), "needs");
        }
    }

    /* -------------------------------------------------- reputation ----------------------------------------------- */

    function invariant_ReputationIsCapped() external view {
        for (uint256 i; i < 4; i++) {
            Standing memory s = ledger.standing(handler.members(i));
            assertTrue(s.reputation <= int256(ledger.tau() + s.age * WAD), "cap");
            assertLe(s.age, s.nextRound, "age");
        }
    }

    /// @dev The community's three servers; before the first order there is nobody to name.
    function invariant_TheOrderNamesEachServerOnce() external view {
        for (uint256 v; v <= handler.period() / 2 + 1; v++) {
            address[] memory order = ledger.orderOf(v);
            if (order.length == 0) continue;
            assertEq(order.length, 3, "as many as servers");
            for (uint256 i; i < 3; i++) {
                uint256 times;
                for (uint256 j; j < 3; j++) {
                    if (order[j] == handler.serverAt(i)) times++;
                }
                assertEq(times, 1, "named once");
            }
        }
    }
}
