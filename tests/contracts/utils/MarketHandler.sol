// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Purchase} from "contracts/interfaces/IElectricityTrading.sol";
import {EdgeServer} from "contracts/interfaces/IEquilibriumOracle.sol";
import {MarketClock} from "./MarketClock.sol";

/// @title MarketHandler
/// @notice A community that acts at random and keeps its own books: it says of every action whether it must succeed and
/// what it must move, so that a wrong effect shows at once and not only where an invariant looks.
contract MarketHandler is MarketClock {
    /* ---------------------------------------------------- money --------------------------------------------------- */

    function buy(uint256 seed, uint96 amount_, uint64 more) external booked(seed) {
        address who = members[seed % 4];
        uint256 amount = amount_ % 200e18;
        uint256 epoch = block.timestamp < T0 ? 0 : (block.timestamp - T0) / L / 4;
        try oracle.elecoinPrice(epoch) returns (uint256 price, bool) {
            uint256 cost = (amount * price + WAD - 1) / WAD;
            vm.deal(who, cost + more);
            vm.prank(who);
            market.buyToken{value: cost + more}(amount);
            minted += amount;
            coinIn += cost + more;
            depositOf[who] += amount;
            refundOf[who] += more;
            assertGe(cost, (amount * C + WAD - 1) / WAD, "an elecoin costs what it redeems for");
        } catch {}
    }

    /// @notice Between deposit, wallet and other wallets.
    function move(uint256 seed, uint96 amount) external booked(seed) {
        address who = members[seed % 4];
        if (seed % 3 == 0) {
            uint256 out = amount % (depositOf[who] + 1);
            vm.prank(who);
            market.withdraw(out);
            (depositOf[who], walletOf[who]) = (depositOf[who] - out, walletOf[who] + out);
        } else if (seed % 3 == 1) {
            uint256 back = amount % (walletOf[who] + 1);
            vm.startPrank(who);
            elecoin.approve(address(market), back);
            market.deposit(back);
            vm.stopPrank();
            (depositOf[who], walletOf[who]) = (depositOf[who] + back, walletOf[who] - back);
        } else {
            address to = members[(seed >> 8) % 4];
            uint256 sent = amount % (walletOf[who] + 1);
            vm.prank(who);
            elecoin.transfer(to, sent);
            walletOf[who] -= sent;
            walletOf[to] += sent;
        }
    }

    function leave(uint256 seed, uint96 amount_) external booked(seed) {
        address who = members[seed % 4];
        uint256 before = who.balance;
        if (seed % 3 == 0 && refundOf[who] > 0) {
            vm.prank(who);
            market.withdrawRefund();
            assertEq(who.balance - before, refundOf[who], "refund");
            refundOf[who] = 0;
        } else {
            uint256 amount = amount_ % (depositOf[who] + 1);
            vm.prank(who);
            market.redeemToken(amount);
            assertEq(who.balance - before, (amount * C) / WAD, "redeemed");
            depositOf[who] -= amount;
            burnt += amount;
        }
        coinOut += who.balance - before;
    }

    function serve(uint256 seed, uint64 forced) external booked(seed) {
        address server = vm.addr(serverKeys[seed % 3]);
        if (seed % 5 == 0) {
            vm.deal(address(market), address(market).balance + forced);
            coinIn += forced;
        } else if (seed % 5 == 1) {
            // The same signers for other operators.
            EdgeServer[] memory servers = _servers();
            for (uint256 i; i < 3; i++) {
                servers[i].operator = members[(seed / 5 + i) % 3];
            }
            vm.prank(ADMIN);
            market.setEdgeServers(servers);
        } else if (seed % 5 == 2) {
            paused = !paused && seed % 4 == 0;
            if (paused == market.paused()) return;
            vm.prank(ADMIN);
            paused ? market.pause() : market.unpause();
        } else if (seed % 5 == 3) {
            market.collectFees();
            feesCollected += networkFees + levyFees;
            (networkFees, levyFees) = (0, 0);
        } else if (market.surplusOf(server) > 0) {
            (uint256 due, uint256 before) = (market.surplusOf(server), server.balance);
            vm.prank(server);
            market.withdrawSurplus();
            assertEq(server.balance - before, due, "surplus");
            coinOut += due;
        }
    }

    /* ---------------------------------------------------- trade --------------------------------------------------- */

    /// @notice Every pair tries; the books know what must come of each.
    function trade(uint256 seed, uint32 asked) external booked(seed) {
        if (block.timestamp < _readingDeadline(0)) return;
        uint256 t = (block.timestamp - T0 - 200) / L - 1;
        for (uint256 i; i < 4; i++) {
            // Sellers mostly, and whoever comes.
            address seller = seed % 8 > 0 ? (i % 2 == 0 ? ann : sam) : members[_draw(seed, i, 4)];
            address buyer =
                seed % 8 > 0 ? (i / 2 == 0 ? bea : bob) : members[_draw(seed, i + 4, 4)];
            _trySome(buyer, seller, t, asked % (3 * SCALE));
        }
    }

    function _trySome(address buyer, address seller, uint256 t, uint256 asked) private {
        (bool allowed, uint256 filled, uint256[3] memory costs) = _predict(buyer, seller, t, asked);
        vm.prank(buyer);
        try
            market.trade(seller, uint24(t), uint32(asked), 1, type(uint256).max, block.timestamp)
        returns (uint256 wh) {
            assertTrue(allowed, "a trade that must not be");
            assertEq(wh, filled, "filled");
        } catch {
            assertTrue(!allowed, "a trade that must be");
            return;
        }
        (trades, traded) = (trades + 1, traded + filled);
        _books[buyer][t].traded += filled;
        _books[seller][t].traded += filled;
        soldOf[t] += filled;
        boughtOf[t] += filled;
        _bought[buyer][t].push(Purchase(seller, uint32(filled), 0, 0));
        depositOf[buyer] -= costs[0] + costs[1] + costs[2];
        proceedsDue += costs[0];
        _books[buyer][t].network += costs[1];
        _books[buyer][t].levy += costs[2];
        feesWaiting += costs[1] + costs[2];
    }

    function _predict(
        address buyer,
        address seller,
        uint256 t,
        uint256 asked
    ) private view returns (bool allowed, uint256 filled, uint256[3] memory costs) {
        Book storage b = _books[buyer][t];
        Book storage s = _books[seller][t];
        uint256[3] memory prices;
        (allowed, prices) = _prices(buyer, seller, t);
        uint256 allIn = prices[0] + prices[1] + prices[2];
        if (s.price * TICK > prices[0] || b.price * TICK < prices[0] || b.limit * TICK < allIn)
            allowed = false;
        uint256 sellable = _free(s, true);
        filled = _free(b, false);
        if (sellable < filled) filled = sellable;
        if (asked < filled) filled = asked;
        uint256 paid;
        for (uint256 i; i < 3; i++) {
            costs[i] = ((filled * prices[i] + TICK - 1) / TICK) * 1e9;
            paid += costs[i];
        }
        allowed = allowed && filled > 0 && paid <= depositOf[buyer];
    }

    /// @return permitted Whether these two may trade of this period at all.
    /// @return prices Of energy, network and levy, ELE per kWh.
    function _prices(
        address buyer,
        address seller,
        uint256 t
    ) private view returns (bool permitted, uint256[3] memory prices) {
        (uint256 network, uint256 levy) = (10_000, 5000);
        bool north = seller == ann || seller == bea;
        permitted = !paused && buyer != seller && seller != bob && _ticks[t] != 0;
        if (north != (buyer == ann || buyer == bea)) {
            permitted = permitted && north;
            (network, levy) = (33_333, 7777);
        }
        (bool has, uint256 elecoinPrice) = _elecoinPrice(t / 4);
        if (!has) return (false, prices);
        prices[0] = _ticks[t] * TICK;
        prices[1] = (network * TICK * WAD + elecoinPrice - 1) / elecoinPrice;
        prices[2] = (levy * TICK * WAD + elecoinPrice - 1) / elecoinPrice;
    }

    function _elecoinPrice(uint256 epoch) private view returns (bool has, uint256 price) {
        try oracle.elecoinPrice(epoch) returns (uint256 p, bool) {
            return (true, p);
        } catch {}
    }

    function _free(Book storage b, bool selling) private view returns (uint256) {
        uint256 most = tradeableMost(b);
        if (selling != (b.net > 0)) return 0;
        return most - b.traded;
    }

    /// @notice What a member may trade of a period at most: metered, and a tenth more than declared.
    function tradeableMost(Book memory b) public pure returns (uint256) {
        if (!b.declared || !b.generationRead || !b.consumptionRead || b.spanning) return 0;
        if (b.net == 0 || (b.net > 0) != (b.generated > b.consumed)) return 0;
        if (b.net < 0 && b.generated == b.consumed) return 0;
        uint256 metered = b.net > 0 ? b.generated - b.consumed : b.consumed - b.generated;
        uint256 cap = ((b.net > 0 ? uint256(b.net) : uint256(-b.net)) * 11) / 10;
        return metered < cap ? metered : cap;
    }

    /// @notice Rates all purchases of the period whose rating window is open, some of them badly.
    function rate(uint256 seed) external booked(seed) {
        if (block.timestamp < _tradingEnd(0)) return;
        uint256 t = (block.timestamp - T0 - 200) / L - 2;
        if (block.timestamp >= _closingTime(t)) return;
        address who = members[seed % 4];
        Purchase[] memory p = _bought[who][t];
        delete _bought[who][t];
        for (uint256 i; i < p.length; i++) {
            p[i].quality = uint8(_draw(seed, i, 101));
            p[i].reason = p[i].quality < THRESHOLD ? 1 : 0;
        }
        vm.prank(who);
        try market.rate(uint24(t), p) {
            assertTrue(p.length > 0, "nothing to rate");
        } catch {
            assertEq(p.length, 0, "her own purchases");
            return;
        }
        ratings++;
        for (uint256 i; i < p.length; i++) {
            if (p[i].quality >= THRESHOLD) continue;
            _books[who][t].refused += p[i].energyWh;
            _books[p[i].retailer][t].refused += p[i].energyWh;
        }
    }

    function close(uint256 seed) external booked(seed) {
        if (block.timestamp < _closingTime(0)) return;
        uint256 last = (block.timestamp - _closingTime(0)) / L;
        uint256 t = last - (_draw(seed, 1, 3) % (last + 1));
        address[] memory who = new address[](1 + (seed % 2));
        for (uint256 i; i < who.length; i++) {
            who[i] = members[_draw(seed, 2 + i, 4)];
        }
        market.close(who, uint24(t));
    }

    function settle(uint256 seed) external booked(seed) {
        address who = members[seed % 4];
        uint256 round = ledger.standing(who).nextRound;
        address[] memory one = new address[](1);
        one[0] = who;
        try ledger.settleRound(round, one) {} catch {
            // Not yet open, or the operators come first.
            if (block.timestamp < _closingTime(2 * round + 1)) return;
            for (uint256 i; i < 3; i++) {
                one[0] = members[i];
                while (ledger.standing(one[0]).nextRound < round) {
                    ledger.settleRound(ledger.standing(one[0]).nextRound, one);
                }
            }
        }
    }
}
