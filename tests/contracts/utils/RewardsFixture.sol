// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Schedule} from "contracts/libraries/Schedule.sol";
import {ITullockRewards, Stage} from "contracts/interfaces/ITullockRewards.sol";
import {MarketFixture} from "./MarketFixture.sol";

/// @title RewardsFixture
/// @notice The market with its rewards as it ships: the levy account is the contract of the contest. Rounds of four
/// periods. Ann and bea produce in the north, sam in the south; all three run a server, and each server has a bond.
abstract contract RewardsFixture is MarketFixture {
    uint256 internal constant T_C = 4;
    uint256 internal constant BOND = 10e18;
    uint256 internal constant ACTIVATION = 1000;

    ITullockRewards internal rewards;

    function setUp() public virtual override {
        super.setUp();
        rewards = ITullockRewards(_create("TullockRewards", abi.encode(market, BOND, ACTIVATION)));
        vm.prank(ADMIN);
        market.setFeeAccounts(NETWORK, address(rewards));
        _mark(ann, true);
        _mark(bea, true);
        _mark(sam, true);
        for (uint256 i; i < 3; i++) {
            _addBond(i, 2 * BOND);
        }
    }

    function _schedule() internal pure virtual override returns (Schedule memory s) {
        s = super._schedule();
        s.roundPeriods = uint16(T_C);
    }

    /* --------------------------------------------------- elecoins ------------------------------------------------ */

    function _server(uint256 i) internal view returns (address) {
        return vm.addr(serverKeys[i]);
    }

    /// @dev Elecoins in bob's wallet, bought like any.
    function _coins(uint256 amount) internal {
        _buyTokens(bob, amount);
        vm.prank(bob);
        market.withdraw(amount);
    }

    /// @dev Bob pays it: whose elecoins they are does not matter.
    function _addBond(uint256 i, uint256 amount) internal {
        _coins(amount);
        vm.startPrank(bob);
        elecoin.approve(address(rewards), amount);
        rewards.addBond(_server(i), amount);
        vm.stopPrank();
    }

    /// @dev As `collectFees` pays a levy: by a plain transfer.
    function _payLevy(uint256 amount) internal {
        _coins(amount);
        vm.prank(bob);
        elecoin.transfer(address(rewards), amount);
    }

    /* ---------------------------------------------------- entries ------------------------------------------------ */

    function _one(address who) internal pure returns (address[] memory one) {
        one = new address[](1);
        one[0] = who;
    }

    function _mark(address who, bool renewable) internal {
        vm.prank(ADMIN);
        rewards.setRenewable(_one(who), renewable);
    }

    function _book(address who, uint256 through) internal {
        rewards.book(_one(who), uint24(through));
    }

    function _lastOf(uint256 round) internal pure returns (uint256) {
        return (round + 1) * T_C - 1;
    }

    /// @dev Every period of a round read and booked: each account generates what is given in its first period.
    function _runRound(uint256 round, uint256 wAnn, uint256 wBea, uint256 wSam) internal {
        for (uint256 t = round * T_C; t <= _lastOf(round); t++) {
            vm.warp(_start(t + 1));
            bool first = t == round * T_C;
            _read(ann, t, first ? wAnn : 0, 0);
            _read(bea, t, first ? wBea : 0, 0);
            _read(sam, t, first ? wSam : 0, 0);
            vm.warp(_readingDeadline(t));
            _book(ann, t);
            _book(bea, t);
            _book(sam, t);
        }
    }

    /* ---------------------------------------------------- draws -------------------------------------------------- */

    function _secret(uint256 round, uint256 i) internal view returns (bytes32) {
        return keccak256(abi.encode("secret", round, serverKeys[i]));
    }

    function _commit(uint256 round, uint256 i) internal {
        bytes32 commitment = rewards.commitmentOf(round, i, _secret(round, i));
        vm.prank(_server(i));
        rewards.commit(round, commitment);
    }

    function _commitAll(uint256 round) internal {
        for (uint256 i; i < 3; i++) {
            _commit(round, i);
        }
    }

    function _reveal(uint256 round, uint256 i) internal {
        rewards.reveal(round, i, _secret(round, i));
    }

    function _revealAll(uint256 round) internal {
        for (uint256 i; i < 3; i++) {
            _reveal(round, i);
        }
    }

    function _closeEntries(uint256 round) internal {
        vm.warp(_closingTime(_lastOf(round)));
        rewards.closeEntries(round);
    }

    /// @dev From booked entries to the seed.
    function _drawRound(uint256 round) internal {
        _commitAll(round);
        _closeEntries(round);
        _mine(2);
        _revealAll(round);
    }

    /// @dev The compiler may take `block.number` for a constant of a call.
    function _mine(uint256 blocks) internal {
        vm.roll(vm.getBlockNumber() + blocks);
    }

    function _stage(uint256 round) internal view returns (uint256) {
        return uint256(rewards.contest(round).stage);
    }

    function _wrongStage(uint256 round, Stage stage) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ITullockRewards.WrongStage.selector, round, stage);
    }

    /// @dev A round with tickets in both zones and a prize, its entries closed in block B.
    function _closed(uint256 wAnn, uint256 wBea, uint256 wSam) internal returns (uint256 b) {
        _payLevy(3e18);
        _runRound(0, wAnn, wBea, wSam);
        _commitAll(0);
        _closeEntries(0);
        b = block.number;
    }
}
