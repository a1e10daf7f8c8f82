// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {Purchase} from "contracts/interfaces/IElectricityTrading.sol";
import {Feed} from "contracts/interfaces/IEquilibriumOracle.sol";
import {Technology} from "contracts/interfaces/IOriginCertificates.sol";
import {Deal} from "contracts/interfaces/IStandingOrders.sol";
import {OrdersFixture} from "tests/contracts/utils/OrdersFixture.sol";

/// @notice Gas of what an agent does under standing orders, and of certificates, each as a transaction of its own, when
/// the rings have turned once.
contract ModulesGasTest is OrdersFixture {
    uint256 private constant LAST = 7;
    uint256 private constant MEMBERS = 10;

    address[] private _members;

    function setUp() public override {
        super.setUp();
        _order(bea, MAX_PRICE, 1000e18);
        vm.prank(ADMIN);
        origin.register(ann, Technology.Solar, false);
        for (uint256 i; i < MEMBERS; i++) {
            address who = vm.addr(0xB00 + i);
            _register(who, NORTH, true);
            _buyTokens(who, 100e18);
            _order(who, MAX_PRICE, 1000e18);
            _members.push(who);
        }
        _buyTokens(bea, 1000e18);
    }

    function _measure(string memory name) private {
        vm.snapshotGasLastCall(name);
    }

    function test_TheOrder() external {
        vm.prank(bob);
        orders.setOrder(agent, MAX_PRICE, BUDGET, UNTIL);
        _measure("setOrder, first");
        uint256 deadline = block.timestamp + 60;
        bytes32 digest = orders.orderDigest(bob, _orderTerms(), 1, deadline);
        bytes memory signature = _signature(BOB_KEY, digest);
        vm.prank(agent);
        orders.setOrderFor(bob, _orderTerms(), 1, deadline, signature);
        _measure("setOrderFor, again, by signature");
        vm.prank(bob);
        orders.revokeOrder();
        _measure("revokeOrder");
    }

    /// @dev Periods 0 to 7 as they overlap; the last one is measured.
    function test_APeriodUnderOrders() external {
        for (uint256 t; t <= LAST; t++) {
            if (t % 4 == 0) _postElecoin(t / 4, 1_020_000);
            vm.warp(_declarationDeadline(t) - 1);
            if (t > 3) _closeAll(t - 4);
            _declareUnderOrders(t);
            vm.warp(_declarationDeadline(t));
            _post(Feed.Electricity, t, _value(200_000, WAD, WAD));
            if (t == 0) continue;
            vm.warp(_start(t));
            _readAll(t - 1);
            vm.warp(_readingDeadline(t - 1));
            _tradeUnderOrders(t - 1);
            if (t < 2) continue;
            vm.warp(_tradingEnd(t - 2));
            Purchase[] memory p = new Purchase[](1);
            p[0] = Purchase(ann, 400, 80, 0);
            vm.prank(agent);
            orders.rate(bea, uint24(t - 2), p);
            if (t == LAST) _measure("rate, one purchase, by an agent");
        }
    }

    function _closeAll(uint256 t) private {
        market.close(_members, uint24(t));
        _close(ann, t);
        _close(bea, t);
    }

    function _declareUnderOrders(uint256 t) private {
        _declare(ann, t, 9000, 100_000, 0);
        uint256 word = _word(t, -700, 400_000, 450_000);
        vm.prank(agent);
        orders.declareTarget(bea, word);
        if (t == LAST) _measure("declareTarget, by an agent");
        uint256[] memory words = new uint256[](MEMBERS);
        for (uint256 i; i < MEMBERS; i++) {
            words[i] = word;
        }
        vm.prank(agent);
        orders.declareTargets(_members, words);
        if (t == LAST) _measure("declareTargets, by an agent, of 10 members");
    }

    function _readAll(uint256 t) private {
        _read(ann, t, 9000, 0);
        _read(bea, t, 0, 700);
        for (uint256 i; i < MEMBERS; i++) {
            _read(_members[i], t, 0, 700);
        }
    }

    function _tradeUnderOrders(uint256 t) private {
        _agentTrade(bea, ann, t, 400, 1e18);
        if (t == LAST - 1) _measure("trade, by an agent");
        Deal[] memory deals = new Deal[](MEMBERS);
        for (uint256 i; i < MEMBERS; i++) {
            deals[i] = _deal(_members[i], ann, t, 700);
        }
        vm.prank(agent);
        orders.trades(deals);
        if (t == LAST - 1) _measure("trades, by an agent, of 10 members");
    }

    /// @dev Periods 1 to 4 share an hour, 5 to 8 the next.
    function test_Certificates() external {
        for (uint256 t; t <= LAST; t++) {
            if (t % 4 == 0) _postElecoin(t / 4, 1_020_000);
            vm.warp(_declarationDeadline(t) - 1);
            _declare(ann, t, 9000, 100_000, 0);
            _declare(bea, t, -700, 400_000, 450_000);
            vm.warp(_declarationDeadline(t));
            _post(Feed.Electricity, t, _value(200_000, WAD, WAD));
            if (t == 0) continue;
            vm.warp(_start(t));
            _read(ann, t - 1, 9000, 0);
            _read(bea, t - 1, 0, 700);
            vm.warp(_readingDeadline(t - 1));
            _buyGreen(t - 1);
        }
        _useThem();
    }

    function _buyGreen(uint256 t) private {
        if (t == 2 || t == 5) {
            origin.issue(ann, uint24(t));
            _measure(t == 2 ? "issue, a certified hour" : "issue, the hour's first");
        }
        vm.prank(bea);
        origin.tradeGreen(ann, uint24(t), 400, 1, 1e18, block.timestamp);
        if (t == 2) _measure("tradeGreen");
        if (t == 6) _measure("tradeGreen, issuing");
    }

    function _useThem() private {
        uint256 id = origin.idOf(origin.hourOf(2), NORTH, Technology.Solar);
        vm.prank(bea);
        origin.retire(id, 100, "heat pump");
        vm.prank(bea);
        origin.retire(id, 100, "heat pump");
        _measure("retire");
        vm.prank(bea);
        IERC1155(address(origin)).safeTransferFrom(bea, ann, id, 100, "");
        _measure("a certificate's transfer");
    }
}
