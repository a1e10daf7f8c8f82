// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Feed} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IReputationLedger} from "contracts/interfaces/IReputationLedger.sol";
import {Schedule} from "contracts/libraries/Schedule.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";

/// @notice Ages that lift the cap, and orders of which each round has its own.
contract ReputationEdgesTest is MarketFixture {
    /// @dev Short windows, so that a round is settled before the one after the next is declared.
    function _schedule() internal pure override returns (Schedule memory s) {
        s = super._schedule();
        (s.tradeWindow, s.ratingWindow) = (100, 0);
    }

    function _closingTime(uint256 period) internal pure override returns (uint256) {
        return _readingDeadline(period) + 100;
    }

    function _settle(uint256 round) private {
        address[] memory all = new address[](4);
        (all[0], all[1], all[2], all[3]) = (ann, bea, sam, bob);
        vm.warp(_closingTime(2 * round + 1));
        ledger.settleRound(round, all);
    }

    /// @dev Two exact periods a round earn one; the cap rises as much.
    function test_TheCapRisesWithTheAge() external {
        for (uint256 t; t < 8; t++) {
            vm.warp(_declarationDeadline(t) - 1);
            _declare(bob, t, -10, 0, 0);
            vm.warp(_start(t + 1));
            _read(bob, t, 5, 15);
            if (t % 2 == 1) _settle(t / 2);
        }
        assertEq(ledger.standing(bob).age, 4, "age");
        assertEq(int256(ledger.standing(bob).reputation), int256(INITIAL) + 4e18, "above tau");
    }

    function test_EachRoundStoresItsOrder() external {
        _settle(0);
        vm.warp(_closingTime(3));
        vm.expectEmit(address(ledger));
        emit IReputationLedger.OrderStored(1, 3, 1, 0x020100);
        _settle(1);
    }

    /// @dev Ann misses her target in period 0, so bea leads from round 2 on, which is epoch 1.
    function test_ATurnIsOfItsOwnRound() external {
        _declare(ann, 0, int256(SCALE), 0, 0);
        _settle(0);
        (address first, address second) = (vm.addr(serverKeys[0]), vm.addr(serverKeys[1]));
        (address signer, ) = ledger.serverInTurn(Feed.Electricity, 3);
        assertEq(signer, first, "period 3");
        vm.warp(_declarationDeadline(4));
        (signer, ) = ledger.serverInTurn(Feed.Electricity, 4);
        assertEq(signer, second, "period 4");
        vm.warp(_needDeadline(1));
        (signer, ) = ledger.serverInTurn(Feed.Elecoin, 1);
        assertEq(signer, second, "epoch 1");
    }

    function test_ALedgerKeepsItsTerms() external {
        IReputationLedger own = IReputationLedger(
            _create(
                "ReputationLedger",
                abi.encode(address(this), oracle, _schedule(), uint256(7e18), int128(3e18))
            )
        );
        own.register(stranger);
        assertEq(own.tau(), 7e18, "tau");
        assertEq(int256(own.standing(stranger).reputation), 3e18, "initial");
    }
}
