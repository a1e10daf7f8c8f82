// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Feed} from "contracts/interfaces/IEquilibriumOracle.sol";
import {Slot} from "contracts/interfaces/MarketTypes.sol";
import {IMarket} from "./IMarket.sol";
import {PoolFixture} from "./PoolFixture.sol";

/// @title PoolHandler
/// @notice Five members who declare, meter and settle at random, period after period, in the pool or not; and what each
/// of them must have by then, worked out once more with plain loops.
contract PoolHandler is PoolFixture {
    uint256 private constant SOUTH_FEE = 34_363_917_525_773_196;
    uint256 private constant SOUTH_LEVY = 8_017_525_773_195_877;
    uint256 private constant OWN_FEE = 10_309_278_350_515_464;
    uint256 private constant OWN_LEVY = 5_154_639_175_257_732;

    /// @dev One member's period as it should be. `owed` is what closing pays her, in credit units.
    struct Part {
        bool pooled;
        bool declared;
        bool complete;
        int256 net;
        uint256 price;
        uint256 limit;
        int256 metered;
        uint256 openWh;
        uint256 tradedWh;
        uint256 network;
        uint256 levy;
        uint256 owed;
    }

    address[5] public members;
    uint256 public period;
    uint256 public settled;
    uint256 public unsettled;
    uint256 public bought;
    uint256 public networkFees;
    uint256 public levyFees;

    mapping(address => mapping(uint256 period => Part)) private _parts;
    mapping(uint256 period => uint256) private _ticks;
    mapping(address => uint256) private _free;
    mapping(address => uint256) private _lastRead;
    mapping(uint256 period => address[]) private _order;

    constructor() {
        setUp();
        members = [ann, sam, bea, bob, stranger];
        _register(stranger, NORTH, true);
        for (uint256 i; i < 5; i++) {
            _buyTokens(members[i], 3e18);
            _free[members[i]] = 3e18;
        }
    }

    function contracts() external view returns (IMarket) {
        return market;
    }

    function _draw(uint256 seed, uint256 purpose, uint256 size) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, purpose))) % size;
    }

    function _zone(address who) private view returns (uint16) {
        return who == sam || who == bob ? SOUTH : NORTH;
    }

    /// @notice One period is declared and priced while the one before is metered and the one before that settled, or not.
    function step(uint256 seed) external {
        uint256 t = period++;
        vm.warp(_declarationDeadline(t) - 1);
        for (uint256 i; i < 5; i++) {
            if (_draw(seed, 10 * i, 8) != 0)
                _declareAny(members[i], t, _draw(seed, 10 * i + 1, 2 ** 250));
        }
        vm.warp(_declarationDeadline(t));
        if (_draw(seed, 1000, 8) != 0) {
            _ticks[t] = 82_475 + _draw(seed, 1001, 200_000);
            _post(Feed.Electricity, t, _value(_ticks[t], WAD, WAD));
        }
        if (t == 0) return;
        vm.warp(_start(t));
        for (uint256 i; i < 5; i++) {
            if (_draw(seed, 10 * i + 2, 16) != 0)
                _readAny(members[i], t - 1, _draw(seed, 10 * i + 3, 2 ** 250));
        }
        // Its trading is in the second half by now.
        if (t > 1 && _draw(seed, 1002, 5) != 0) _settleAny(t - 2);
        if (t < 3 || _draw(seed, 1003, 2) == 0) return;
        vm.warp(_closingTime(t - 3));
        address[] memory all = new address[](5);
        for (uint256 i; i < 5; i++) all[i] = members[i];
        market.close(all, uint24(t - 3));
    }

    /// @notice A buyer takes out what is not locked.
    function leave(uint256 seed) external {
        address who = members[_draw(seed, 0, 5)];
        uint256 free = market.account(who).deposit;
        if (free == 0) return;
        vm.startPrank(who);
        market.withdraw(free);
        elecoin.approve(address(market), free);
        market.deposit(free);
        vm.stopPrank();
    }

    function _declareAny(address who, uint256 t, uint256 seed) private {
        Part storage part = _parts[who][t];
        part.declared = true;
        bool sells = who == ann || who == sam || (who == stranger && _draw(seed, 0, 2) == 0);
        int256 wh = int256(_draw(seed, 1, 2000));
        part.net = sells ? wh : -wh;
        part.price = sells ? _draw(seed, 2, 150_000) : 200_000 + _draw(seed, 2, 250_000);
        part.limit = sells || _draw(seed, 5, 9) == 0 ? 0 : 200_000 + _draw(seed, 3, 250_000);
        bool asked = _draw(seed, 4, 8) != 0;
        // What a claim closes is paid out first.
        uint256 lock = sells || wh == 0 ? 0 : ((uint256(wh) * 11) / 10) * part.limit;
        _declareIn(who, _zone(who), t, part.net, part.price, part.limit, asked);
        part.pooled = asked && lock * CREDIT_UNIT <= _deposit(who, t);
        if (part.pooled) {
            part.owed = lock;
            _free[who] -= lock * CREDIT_UNIT;
        }
        _order[t].push(who);
    }

    /// @dev Her deposit by the books: what is closed by now has been paid.
    function _deposit(address who, uint256 t) private returns (uint256) {
        uint256 closed = market.account(who).nextClose;
        for (uint256 k = t > 20 ? t - 20 : 0; k < closed && k <= t; k++) {
            _free[who] += _parts[who][k].owed * CREDIT_UNIT;
            _parts[who][k].owed = 0;
        }
        return _free[who];
    }

    function _readAny(address who, uint256 t, uint256 seed) private {
        Part storage part = _parts[who][t];
        uint256 wh = _draw(seed, 0, 2500);
        bool turned = _draw(seed, 1, 10) == 0;
        bool generates = (part.net > 0) != turned;
        _read(who, t, generates ? wh : 0, generates ? 0 : wh);
        part.metered = generates ? int256(wh) : -int256(wh);
        part.complete = _lastRead[who] == t;
        _lastRead[who] = t + 1;
    }

    /* --------------------------------------------------- predicting ----------------------------------------------- */

    function _settleAny(uint256 t) private {
        uint256 energy = _ticks[t] == 0 ? 0 : _predict(t);
        if (energy == 0) {
            vm.expectRevert();
            _settlePool(t);
            unsettled++;
        } else {
            _settlePool(t);
            settled++;
        }
        for (uint256 i; i < 5; i++) {
            Part storage part = _parts[members[i]][t];
            Slot memory s = market.slot(members[i], uint24(t));
            assertEq(s.traded, part.tradedWh, "traded");
            if (part.pooled) assertEq(_credit(members[i], t), part.owed * CREDIT_UNIT, "credit");
        }
    }

    function _predict(uint256 t) private returns (uint256 energy) {
        for (uint256 i; i < 5; i++) {
            Part storage part = _parts[members[i]][t];
            part.openWh = _open(part, _ticks[t]);
        }
        energy = _predictPair(t, NORTH, NORTH, OWN_FEE, OWN_LEVY);
        energy += _predictPair(t, SOUTH, SOUTH, OWN_FEE, OWN_LEVY);
        energy += _predictPair(t, NORTH, SOUTH, SOUTH_FEE, SOUTH_LEVY);
        for (uint256 i; i < 5; i++) {
            Part storage part = _parts[members[i]][t];
            if (part.tradedWh == 0) continue;
            uint256 cost = part.tradedWh * _ticks[t];
            uint256 both = (part.network + part.levy + TICK - 1) / TICK;
            uint256 network = (part.network + TICK - 1) / TICK;
            part.owed = part.net < 0 ? part.owed - cost - both : cost;
            if (part.net < 0) bought += part.tradedWh;
            networkFees += network * CREDIT_UNIT;
            levyFees += (both - network) * CREDIT_UNIT;
        }
    }

    function _open(Part storage part, uint256 ticks) private view returns (uint256) {
        if (!part.pooled || !part.complete || (part.net > 0) != (part.metered > 0)) return 0;
        if (part.metered == 0 || part.net == 0) return 0;
        if (part.net > 0 ? part.price > ticks : part.price < ticks || part.limit == 0) return 0;
        uint256 wh = uint256(part.metered > 0 ? part.metered : -part.metered);
        uint256 cap = (uint256(part.net > 0 ? part.net : -part.net) * 11) / 10;
        return wh < cap ? wh : cap;
    }

    function _takesPart(
        address who,
        uint256 t,
        bool buying,
        uint16 zone,
        uint256 allIn
    ) private view returns (bool) {
        Part storage part = _parts[who][t];
        if (_zone(who) != zone || part.openWh == 0 || (part.net < 0) != buying) return false;
        return !buying || allIn <= part.limit * TICK;
    }

    function _predictPair(
        uint256 t,
        uint16 from,
        uint16 to,
        uint256 network,
        uint256 levy
    ) private returns (uint256 energy) {
        uint256 allIn = _ticks[t] * TICK + network + levy;
        uint256[2] memory whole;
        for (uint256 side; side < 2; side++) {
            for (uint256 i; i < _order[t].length; i++) {
                if (!_takesPart(_order[t][i], t, side == 1, side == 1 ? to : from, allIn)) continue;
                whole[side] += _parts[_order[t][i]][t].openWh;
            }
        }
        energy = whole[0] < whole[1] ? whole[0] : whole[1];
        if (energy == 0) return 0;
        for (uint256 side; side < 2; side++) {
            uint256 running;
            for (uint256 i = _order[t].length; i > 0; i--) {
                address who = _order[t][i - 1];
                if (!_takesPart(who, t, side == 1, side == 1 ? to : from, allIn)) continue;
                Part storage part = _parts[who][t];
                uint256 before = (energy * running) / whole[side];
                running += part.openWh;
                uint256 share = (energy * running) / whole[side] - before;
                part.openWh -= share;
                part.tradedWh += share;
                if (side == 1) {
                    part.network += share * network;
                    part.levy += share * levy;
                }
            }
        }
    }

    /* ---------------------------------------------------- the books ----------------------------------------------- */

    /// @notice Deposit by the books, and what open periods owe.
    function expected(address who) external returns (uint256 free, uint256 owed) {
        free = _deposit(who, period);
        for (uint256 t = period > 20 ? period - 20 : 0; t < period; t++) {
            owed += _parts[who][t].owed * CREDIT_UNIT;
        }
    }
}
