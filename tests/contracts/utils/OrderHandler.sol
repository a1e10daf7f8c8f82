// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {Feed} from "contracts/interfaces/IEquilibriumOracle.sol";
import {Plant, Technology} from "contracts/interfaces/IOriginCertificates.sol";
import {IOriginCertificates} from "contracts/interfaces/IOriginCertificates.sol";
import {IStandingOrders, Order} from "contracts/interfaces/IStandingOrders.sol";
import {IMarket} from "./IMarket.sol";
import {OrdersFixture} from "./OrdersFixture.sol";

/// @title OrderHandler
/// @notice A community whose buyers act by an agent and whose sellers may have certified plants. It says of every
/// purchase whether it must succeed, and keeps its own books of budgets, deposits and certificates.
contract OrderHandler is OrdersFixture {
    uint256 private constant BOUGHT = 4000e18;
    uint256 private constant SURPLUS = 3000;

    /// @notice The period whose energy is being traded; the next one is under way, the one after it is declared.
    uint256 public traded;
    uint256 public ticks;
    uint256 public trades;
    uint256 public refusals;
    uint256 public issues;
    uint256 public retirements;
    uint256 public releases;

    mapping(address buyer => mapping(uint256 day => uint256)) public usedOn;
    mapping(address buyer => uint256) public paidBy;
    mapping(address buyer => mapping(uint256 period => uint256)) public pledgeOf;
    mapping(address seller => mapping(uint256 period => uint256)) public generatedIn;
    mapping(address seller => mapping(uint256 period => uint256)) public soldIn;
    mapping(address seller => mapping(uint256 period => uint256)) public certifiedIn;
    mapping(uint256 id => uint256) public certifiedOf;
    uint256[] private _ids;

    constructor() {
        setUp();
        _buyTokens(bea, BOUGHT);
        _buyTokens(bob, BOUGHT);
        _order(bea, MAX_PRICE, 2e18);
        _order(bob, MAX_PRICE, 2e18);
        vm.prank(ADMIN);
        origin.register(ann, Technology.Solar, false);
        ticks = 200_000;
        _declareAll(0, 0);
        vm.warp(_start(0));
        _declareAll(1, 0);
        _toTrading(0);
        // Midnight comes after some forty periods: a few before it, budgets begin anew in every run.
        for (uint256 i = 1; i < 37; i++) {
            advance(2 * i);
        }
    }

    function contracts() external view returns (IMarket, IStandingOrders, IOriginCertificates) {
        return (market, orders, origin);
    }

    function buyers() public view returns (address[2] memory) {
        return [bea, bob];
    }

    function sellers() public view returns (address[2] memory) {
        return [ann, sam];
    }

    function ids() external view returns (uint256[] memory) {
        return _ids;
    }

    function bought() external pure returns (uint256) {
        return BOUGHT;
    }

    function _draw(uint256 seed, uint256 purpose, uint256 size) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, purpose))) % size;
    }

    /* ----------------------------------------------------- time --------------------------------------------------- */

    /// @notice To the trading of the next period.
    function advance(uint256 seed) public {
        vm.warp(_declarationDeadline(traded + 2) - 1);
        _declareAll(traded + 2, seed);
        _toTrading(traded + 1);
        if (seed % 2 == 0 && traded >= 3) {
            address[] memory all = new address[](4);
            (all[0], all[1], all[2], all[3]) = (ann, sam, bea, bob);
            market.close(all, uint24(traded - 3));
        }
    }

    /// @dev Sellers by themselves, buyers by the agent; every third period of a buyer is pooled.
    function _declareAll(uint256 t, uint256 seed) private {
        _declare(ann, t, int256(SURPLUS), 100_000, 0);
        _declare(sam, t, int256(SURPLUS), 100_000, 0);
        for (uint256 i; i < 2; i++) {
            address buyer = buyers()[i];
            bool pooled = _draw(seed, i, 3) == 0 && t > 1;
            uint256 wh = pooled ? 1 + _draw(seed, 9 + i, SURPLUS) : SURPLUS;
            uint256 word = _wordIn(
                market.account(buyer).zone,
                t,
                -int256(wh),
                400_000,
                450_000,
                pooled
            );
            uint256 pledge = pooled ? ((11 * wh) / 10) * 450_000 * 1e9 : 0;
            Order memory order = orders.orderOf(buyer);
            bool fits = _inForce(order) && (!pooled || order.maxPrice >= 450_000 * TICK);
            fits = fits && (pledge == 0 || _today(buyer) + pledge <= order.dailyBudget);
            vm.prank(agent);
            (bool done, ) = address(orders).call(
                abi.encodeCall(orders.declareTarget, (buyer, word))
            );
            assertTrue(done == fits, "declared as predicted");
            if (!done || pledge == 0) continue;
            _use(buyer, pledge);
            pledgeOf[buyer][t] = pledge;
        }
        vm.warp(_declarationDeadline(t));
        _post(Feed.Electricity, t, _value(ticks, WAD, WAD));
    }

    function _toTrading(uint256 t) private {
        vm.warp(_start(t + 1));
        _read(ann, t, SURPLUS, 0);
        _read(sam, t, SURPLUS, 0);
        _read(bea, t, 0, SURPLUS);
        _read(bob, t, 0, SURPLUS);
        (generatedIn[ann][t], generatedIn[sam][t]) = (SURPLUS, SURPLUS);
        vm.warp(_readingDeadline(t));
        traded = t;
    }

    function _inForce(Order memory order) private view returns (bool) {
        return order.agent == agent && block.timestamp < order.until;
    }

    function _today(address buyer) private view returns (uint256) {
        return usedOn[buyer][block.timestamp / DAY];
    }

    function _use(address buyer, uint256 amount) private {
        usedOn[buyer][block.timestamp / DAY] += amount;
        assertLe(_today(buyer), orders.orderOf(buyer).dailyBudget, "within the budget");
    }

    /* ---------------------------------------------------- orders -------------------------------------------------- */

    function setOrder(uint256 seed, uint96 budget) external {
        address buyer = buyers()[seed % 2];
        uint256 maxPrice = _draw(seed, 1, 4) == 0 ? ticks * TICK : MAX_PRICE;
        uint40 until = _draw(seed, 2, 4) == 0 ? uint40(block.timestamp + L) : UNTIL;
        vm.prank(buyer);
        orders.setOrder(agent, uint96(maxPrice), uint96(bound(budget, 0, 40e18)), until);
    }

    function revokeOrder(uint256 seed) external {
        if (seed % 3 != 0) return;
        vm.prank(buyers()[_draw(seed, 1, 2)]);
        orders.revokeOrder();
    }

    /// @notice The agent, or a stranger, buys; with certificates or without.
    function trade(uint256 seed, uint32 energyWh) external {
        address buyer = buyers()[_draw(seed, 1, 2)];
        address seller = sellers()[_draw(seed, 2, 2)];
        bool green = _draw(seed, 3, 2) == 0;
        bool strange = _draw(seed, 4, 8) == 0;
        uint256 wh = bound(energyWh, 1, 900);
        uint256 cost;
        uint256 filled;
        bool fits;
        (fits, filled, cost) = _predict(buyer, seller, wh, green);
        bytes memory call =
            green
                ? abi.encodeCall(
                    orders.tradeGreen,
                    (buyer, seller, uint24(traded), uint32(wh), 1, 1e18, block.timestamp)
                )
                : abi.encodeCall(
                    orders.trade,
                    (buyer, seller, uint24(traded), uint32(wh), 1, 1e18, block.timestamp)
                );
        uint256 certified = _certificates(seller);
        vm.prank(strange ? stranger : agent);
        (bool done, ) = address(orders).call(call);
        assertTrue(done == (fits && !strange), "traded as predicted");
        if (!done) {
            refusals++;
            return;
        }
        trades++;
        _use(buyer, cost);
        paidBy[buyer] += cost;
        soldIn[seller][traded] += filled;
        if (!green) return;
        if (certifiedIn[seller][traded] == 0) {
            certified += generatedIn[seller][traded];
            _bookIssue(seller, traded);
        }
        assertEq(_certificates(seller), certified - filled, "certificates delivered");
    }

    function _predict(
        address buyer,
        address seller,
        uint256 wh,
        bool green
    ) private view returns (bool fits, uint256 filled, uint256 cost) {
        uint256 allIn;
        try market.checkQualification(buyer, seller, uint24(traded)) returns (
            uint256 available,
            uint256 price,
            uint256 fee
        ) {
            filled = wh < available ? wh : available;
            allIn = price + fee;
            cost = _costOf(buyer, seller, filled, price);
        } catch {
            return (false, 0, 0);
        }
        fits = _allows(buyer, allIn, cost);
        if (fits && green) {
            uint256 held = _certificates(seller);
            if (certifiedIn[seller][traded] == 0) held += generatedIn[seller][traded];
            fits = _isCertified(seller, traded) && held >= filled;
        }
    }

    function _costOf(
        address buyer,
        address seller,
        uint256 wh,
        uint256 price
    ) private view returns (uint256) {
        (uint256 network, uint256 levy) = market.feeOf(
            market.account(seller).zone,
            market.account(buyer).zone,
            uint24(traded)
        );
        return _upPerKwh(wh * price) + _upPerKwh(wh * network) + _upPerKwh(wh * levy);
    }

    function _allows(address buyer, uint256 allIn, uint256 cost) private view returns (bool) {
        Order memory order = orders.orderOf(buyer);
        return
            _inForce(order) &&
            allIn <= order.maxPrice &&
            _today(buyer) + cost <= order.dailyBudget &&
            cost <= market.account(buyer).deposit;
    }

    function _upPerKwh(uint256 amount) private pure returns (uint256) {
        return ((amount + TICK - 1) / TICK) * 1e9;
    }

    /* -------------------------------------------------- certificates ---------------------------------------------- */

    function _isCertified(address seller, uint256 t) private view returns (bool) {
        Plant memory plant = origin.plantOf(seller);
        return
            plant.technology != Technology.None &&
            !plant.supported &&
            t >= plant.fromPeriod &&
            t < plant.endPeriod;
    }

    function _idOf(address seller, uint256 t) private view returns (uint256) {
        Plant memory plant = origin.plantOf(seller);
        return origin.idOf(origin.hourOf(uint24(t)), plant.zone, plant.technology);
    }

    function _certificates(address seller) private view returns (uint256) {
        return IERC1155(address(origin)).balanceOf(seller, _idOf(seller, traded));
    }

    function _bookIssue(address seller, uint256 t) private {
        assertEq(certifiedIn[seller][t], 0, "issued once");
        assertTrue(origin.issued(seller, uint24(t)), "issued");
        certifiedIn[seller][t] = generatedIn[seller][t];
        uint256 id = _idOf(seller, t);
        if (certifiedOf[id] == 0) _ids.push(id);
        certifiedOf[id] += generatedIn[seller][t];
        issues++;
    }

    /// @notice Anybody, for a period of the last ones.
    function issue(uint256 seed) external {
        address seller = sellers()[_draw(seed, 1, 2)];
        uint256 t = traded - (traded < 5 ? 0 : _draw(seed, 2, 5));
        bool fits = _isCertified(seller, t) && certifiedIn[seller][t] == 0;
        // The slot serves a period a turn later as soon as that is declared.
        fits = fits && t + 5 > traded + 1;
        (bool done, ) = address(origin).call(abi.encodeCall(origin.issue, (seller, uint24(t))));
        assertTrue(done == fits, "issued as predicted");
        if (done) _bookIssue(seller, t);
    }

    function retire(uint256 seed, uint32 amount) external {
        if (_ids.length == 0) return;
        address[4] memory all = [ann, sam, bea, bob];
        address who = all[_draw(seed, 1, 4)];
        uint256 id = _ids[_draw(seed, 2, _ids.length)];
        uint256 held = IERC1155(address(origin)).balanceOf(who, id);
        vm.prank(who);
        (bool done, ) = address(origin).call(
            abi.encodeCall(origin.retire, (id, uint256(amount) % 2000, "used"))
        );
        assertTrue(done == (uint256(amount) % 2000 <= held), "retired as predicted");
        if (done) retirements++;
    }

    /// @notice The administrator registers sam, with support or without, and lets plants go.
    function plants(uint256 seed) external {
        address seller = sellers()[_draw(seed, 1, 2)];
        Plant memory plant = origin.plantOf(seller);
        if (plant.technology == Technology.None) {
            vm.prank(ADMIN);
            origin.register(seller, Technology.Wind, _draw(seed, 2, 3) == 0);
        } else if (plant.endPeriod == type(uint24).max) {
            vm.prank(ADMIN);
            origin.end(seller);
        } else {
            bool fits = market.account(seller).nextClose >= plant.endPeriod;
            (bool done, ) = address(origin).call(abi.encodeCall(origin.release, (seller)));
            assertTrue(done == fits, "released as predicted");
            if (done) releases++;
        }
    }
}
