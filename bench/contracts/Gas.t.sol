// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Purchase} from "contracts/interfaces/IElectricityTrading.sol";
import {Feed, Report, Signature} from "contracts/interfaces/IEquilibriumOracle.sol";
import {MarketFixture} from "tests/contracts/utils/MarketFixture.sol";
import {NaiveTrading} from "./NaiveTrading.sol";

/// @notice Gas of each function as a transaction of its own (`--isolate`), of the bytecode that ships. "first" is a
/// member's first turn of the ring, where words are written that were zero; the others are the steady state.
contract GasTest is MarketFixture {
    uint256 private constant LAST = 7;

    function _measure(string memory name) private {
        vm.snapshotGasLastCall(name);
    }

    /// @dev Periods 0 to 7 as they overlap; the first and the last are measured.
    function test_APeriod() external {
        _buyTokens(bea, 1000e18);
        for (uint256 t; t <= LAST + 1; t++) {
            if (t % 4 == 0) _priceElecoin(t / 4);
            vm.warp(_declarationDeadline(t) - 1);
            address[] memory who = new address[](1);
            who[0] = ann;
            _declareBoth(t);
            vm.warp(_declarationDeadline(t));
            _price(t);
            if (t == 0) continue;
            vm.warp(_start(t));
            _readBoth(t - 1);
            vm.warp(_readingDeadline(t - 1));
            _tradeTwice(t - 1);
            if (t < 2) continue;
            vm.warp(_tradingEnd(t - 2));
            _rate(t - 2);
            if (t < 3) continue;
            who[0] = bea;
            vm.warp(_closingTime(t - 3));
            market.close(who, uint24(t - 3));
            if (t == LAST) _measure("close, a buyer");
            who[0] = ann;
            market.close(who, uint24(t - 3));
            if (t == LAST) _measure("close, a seller");
        }
    }

    function _priceElecoin(uint256 epoch) private {
        vm.warp(_needDeadline(epoch) - 1);
        _declareNeed(bea, epoch, 1e18);
        vm.prank(bob);
        market.declareNeed(uint32(epoch), 1e18);
        if (epoch > 0) _measure("declareNeed");
        vm.warp(_needDeadline(epoch));
        Report memory report = _inlineReport(Feed.Elecoin, epoch, 1_020_000 * TICK);
        Signature[] memory signatures = _sign(report, 5);
        oracle.post(report, signatures, hex"02");
        if (epoch == 1) _measure("post, elecoin, two signatures, first");
    }

    /// @dev The elecoin feed's ring is written as it goes: an epoch is long, and deploying stays cheap.
    function test_AnElecoinPriceInAUsedRing() external {
        for (uint256 epoch; epoch <= HISTORY; epoch++) {
            _priceElecoin(epoch);
        }
        _measure("post, elecoin, two signatures");
    }

    function _declareBoth(uint256 t) private {
        _declare(ann, t, 900, 100_000, 0);
        _declare(bea, t, -700, 400_000, 450_000);
        if (t == 0) _measure("declareTarget, first");
        if (t == LAST) _measure("declareTarget");
    }

    function _price(uint256 t) private {
        Report memory report = _inlineReport(Feed.Electricity, t, _value(100_000, WAD, WAD));
        bytes memory certificate = _inline(report);
        Signature[] memory signatures = _sign(report, 5);
        oracle.post(report, signatures, certificate);
        if (t == 0) _measure("post, electricity, two signatures, first");
        if (t == LAST) _measure("post, electricity, two signatures");
        oracle.post(report, signatures, certificate);
        if (t == LAST) _measure("post, a receipt");
    }

    function _readBoth(uint256 t) private {
        _read(ann, t, 907, 7);
        uint64 g = market.registers(bea).generation + 10;
        uint64 c = market.registers(bea).consumption + 710;
        vm.prank(_meter(bea));
        market.generation(bea, uint24(t), g);
        if (t == 0) _measure("generation, first");
        if (t == LAST) _measure("generation");
        vm.prank(_meter(bea));
        market.consumption(bea, uint24(t), c);
        if (t == 0) _measure("consumption, first");
        if (t == LAST) _measure("consumption");
    }

    function _tradeTwice(uint256 t) private {
        vm.prank(bea);
        market.trade(ann, uint24(t), 400, 1, 1e18, block.timestamp);
        if (t == 0) _measure("trade, first");
        if (t == LAST) _measure("trade");
        vm.prank(bea);
        market.trade(ann, uint24(t), 300, 1, 1e18, block.timestamp);
        if (t == LAST) _measure("trade, again");
    }

    function _rate(uint256 t) private {
        Purchase[] memory p = new Purchase[](2);
        p[0] = Purchase(ann, 400, 80, 0);
        p[1] = Purchase(ann, 300, 20, 1);
        vm.prank(bea);
        market.rate(uint24(t), p);
        if (t == LAST - 1) _measure("rate, two purchases, one refused");
    }

    /// @dev No need, no posting: each silent epoch is looked at for the last price.
    function test_ATradeInASilentEpoch() external {
        _buyTokens(bea, 100e18);
        _openTrading(ann, bea, 0, 1000, 200_000);
        vm.startPrank(bea);
        market.trade(ann, 0, 400, 1, 1e18, block.timestamp);
        market.trade(ann, 0, 400, 1, 1e18, block.timestamp);
        _measure("trade, again, in a silent epoch");
    }

    function test_Money() external {
        _buyTokens(bea, 10e18);
        _buyTokens(bea, 10e18);
        _measure("buyToken");
        vm.startPrank(bea);
        market.withdraw(4e18);
        market.withdraw(4e18);
        _measure("withdraw");
        elecoin.approve(address(market), 3e18);
        market.deposit(1e18);
        _measure("deposit");
        elecoin.transfer(ann, 1e18);
        elecoin.transfer(ann, 1e18);
        _measure("Elecoin.transfer");
        market.redeemToken(1e18);
        _measure("redeemToken");
        market.withdrawRefund();
        _measure("withdrawRefund");
    }

    function test_Administration() external {
        vm.startPrank(ADMIN);
        market.empower(stranger, bytes32(uint256(1)), NORTH, true, true, RATED);
        _measure("empower, new");
        market.installMeter(stranger, bob, 0, 0, 3);
        _measure("installMeter");
        market.setFee(SOUTH, NORTH, 1, 1, true);
        _measure("setFee");
        vm.stopPrank();
        address[] memory all = new address[](3);
        (all[0], all[1], all[2]) = (ann, bea, sam);
        for (uint256 v; v < 3; v++) {
            vm.warp(_closingTime(2 * v + 1));
            ledger.settleRound(v, all);
        }
        _measure("settleRound, three operators, order stored");
    }

    /* ----------------------------------------------------- naive ------------------------------------------------- */

    function test_Naive8() external {
        _naive(8);
    }

    function test_Naive100() external {
        _naive(100);
    }

    function _name(uint256 i) private pure returns (string memory) {
        return
            string.concat(
                "prosumer-",
                string(abi.encodePacked(uint8(48 + i / 10), uint8(48 + (i % 10))))
            );
    }

    /// @dev The last two of `n` trade: she who is looked for last costs what a search costs.
    function _naive(uint256 n) private {
        string memory of_ = n == 8 ? " of 8" : " of 100";
        address[] memory servers = new address[](3);
        for (uint256 i; i < 3; i++) {
            servers[i] = vm.addr(serverKeys[i]);
        }
        NaiveTrading naive = new NaiveTrading(1e30, 0.2e18, 1e18, servers);
        for (uint256 i; i < n; i++) {
            naive.empower(_name(i), i == n - 1 ? bea : ann, true, true);
        }
        _measure(string.concat("naive empower", of_));
        (string memory buyer, string memory seller) = (_name(n - 1), _name(n - 2));
        vm.deal(bea, 100e18);
        vm.startPrank(bea);
        naive.buyToken{value: 10e18}(buyer, 10e18);
        naive.buyToken{value: 10e18}(buyer, 10e18);
        _measure(string.concat("naive buyToken", of_));
        naive.generation(seller, 1e6);
        naive.generation(seller, 1e6);
        _measure(string.concat("naive generation", of_));
        naive.consumption(buyer, 1e6);
        naive.consumption(buyer, 1e6);
        _measure(string.concat("naive consumption", of_));
        naive.trade(buyer, seller, 400);
        naive.trade(buyer, seller, 400);
        _measure(string.concat("naive trade", of_));
        (uint8[] memory v, bytes32[] memory r, bytes32[] memory s) = (
            new uint8[](2),
            new bytes32[](2),
            new bytes32[](2)
        );
        bytes32 digest = keccak256(abi.encodePacked(address(naive), uint256(1), uint256(2e17)));
        for (uint256 i; i < 2; i++) {
            (v[i], r[i], s[i]) = vm.sign(serverKeys[i], digest);
        }
        naive.postPrice(1, 2e17, v, r, s);
        _measure(string.concat("naive postPrice", of_));
    }
}
