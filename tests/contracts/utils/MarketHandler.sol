// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {Purchase} from "contracts/interfaces/IElectricityTrading.sol";
import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {
    EdgeServer,
    Feed,
    IEquilibriumOracle,
    Report,
    Signature
} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IElecoin} from "contracts/interfaces/IElecoin.sol";
import {IReputationLedger} from "contracts/interfaces/IReputationLedger.sol";
import {IWattcoin} from "contracts/interfaces/IWattcoin.sol";
import {IMarket, MarketFixture} from "./MarketFixture.sol";
import {Vm} from "./Vm.sol";

/// @title MarketHandler
/// @notice A community that acts at random and keeps its own books: it says of every action whether it must succeed and
/// what it must move, so that a wrong effect shows at once and not only where an invariant looks.
contract MarketHandler is MarketFixture {
    /// @dev What one member's period should be.
    struct Book {
        bool declared;
        bool generationRead;
        bool consumptionRead;
        bool spanning;
        bool closed;
        int256 net;
        uint256 price;
        uint256 limit;
        uint256 generated;
        uint256 consumed;
        uint256 traded;
        uint256 refused;
    }

    address[4] public members;
    uint256 public period;
    uint256 private phase;
    bool private paused;

    mapping(address => mapping(uint256 period => Book)) private _books;
    mapping(address => mapping(uint256 period => Purchase[])) private _bought;
    mapping(address => mapping(uint256 register => uint256)) private _nextReading;
    mapping(uint256 period => uint256) public soldOf;
    mapping(uint256 period => uint256) public boughtOf;
    mapping(address => uint256) public depositOf;
    mapping(address => uint256) public walletOf;
    mapping(address => uint256) public refundOf;
    /// @notice What sellers get when their periods close.
    uint256 public proceedsDue;
    uint256 public networkFees;
    uint256 public levyFees;
    uint256 public feesCollected;
    uint256 public minted;
    uint256 public burnt;
    uint256 public coinIn;
    uint256 public coinOut;

    mapping(Feed => mapping(uint256 epoch => bytes32)) public commitmentOf;
    mapping(Feed => mapping(uint256 epoch => bytes32)) public digestOf;
    mapping(Feed => mapping(uint256 epoch => uint256)) public postingsOf;
    mapping(uint256 period => uint256) private _ticks;

    mapping(address => uint256) public acceptedOf;
    mapping(address => uint256) public closedBefore;
    uint256 public trades;
    uint256 public traded;
    uint256 public ratings;
    uint256 public closings;

    constructor() {
        setUp();
        members = [ann, bea, sam, bob];
        for (uint256 i; i < 4; i++) {
            _buyTokens(members[i], 50e18);
            (depositOf[members[i]], refundOf[members[i]]) = (50e18, 100e18 - 48.5e18);
            (minted, coinIn) = (minted + 50e18, coinIn + 100e18);
        }
        vm.recordLogs();
    }

    function contracts()
        external
        view
        returns (IMarket, IElecoin, IWattcoin, IEquilibriumOracle, IReputationLedger)
    {
        return (market, elecoin, wattcoin, oracle, ledger);
    }

    function book(address who, uint256 t) external view returns (Book memory) {
        return _books[who][t];
    }

    function closingTimeOf(uint256 t) external pure returns (uint256) {
        return _closingTime(t);
    }

    function serverAt(uint256 i) external view returns (address) {
        return vm.addr(serverKeys[i]);
    }

    /// @dev An independent draw for each purpose.
    function _draw(uint256 seed, uint256 purpose, uint256 size) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, purpose))) % size;
    }

    /// @dev Half of all actions come after a step of time. Logs are read after each: what was closed, and who signed
    /// what was posted.
    modifier booked(uint256 seed) {
        if (_draw(seed, 99, 2) == 0) _advance(seed);
        _;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; i++) {
            if (logs[i].topics[0] == IMarketEvents.Closed.selector) _bookClosing(logs[i]);
            if (logs[i].topics[0] == IOracleEvents.Posted.selector) {
                (, , , , , uint256 signers) = abi.decode(
                    logs[i].data,
                    (uint256, bytes32, uint64, bytes32, uint32, uint256)
                );
                uint256 count;
                for (uint256 mask = signers; mask != 0; mask &= mask - 1) count++;
                assertEq(count, 2, "f + 1 servers signed");
                postingsOf[Feed(uint256(logs[i].topics[1]))][uint256(logs[i].topics[2])]++;
            }
        }
    }

    function _bookClosing(Vm.Log memory log) private {
        uint256 t = uint256(log.topics[1]);
        address who = address(uint160(uint256(log.topics[2])));
        (
            uint32 g,
            uint32 c,
            uint32 bought,
            uint32 sold,
            uint32 imported,
            uint32 exported,
            uint32 accepted
        ) = abi.decode(log.data, (uint32, uint32, uint32, uint32, uint32, uint32, uint32));
        Book storage b = _books[who][t];
        assertTrue(!b.closed, "a period closes once");
        assertGe(t, closedBefore[who], "periods close in order");
        assertGe(block.timestamp, _closingTime(t), "not before its rating ends");
        (b.closed, closedBefore[who]) = (true, t + 1);
        assertEq(
            uint256(g) + bought + imported,
            uint256(c) + sold + exported,
            "energy in is energy out"
        );
        assertEq(g, b.generated, "generated");
        assertEq(c, b.consumed, "consumed");
        assertEq(uint256(bought) + sold, b.traded, "traded");
        assertTrue(bought == 0 || sold == 0, "one side");
        assertTrue(imported == 0 || exported == 0, "one side of the grid");
        assertEq(accepted, b.traded - b.refused, "accepted");
        if (sold > 0) acceptedOf[who] += accepted;
        uint256 proceeds = sold * _ticks[t] * 1e9;
        (depositOf[who], proceedsDue) = (depositOf[who] + proceeds, proceedsDue - proceeds);
        closings++;
    }

    /* -------------------------------------------------- the clock ------------------------------------------------- */

    /// @notice Time goes on to the next step of a period, and what belongs to it is done.
    function advance(uint256 seed) external booked(0) {
        _advance(seed);
    }

    function _advance(uint256 seed) private {
        vm.roll(block.number + 1 + (seed % 5));
        uint256 t = period;
        if (phase == 0) {
            if (t % 4 == 0) _priceElecoin(t / 4, seed);
            vm.warp(_declarationDeadline(t) - 1);
            for (uint256 i; i < 4; i++) {
                if (_draw(seed, i, 8) > 0)
                    _declareSome(members[i], t, _draw(seed, i + 10, type(uint128).max));
            }
        } else if (phase == 1) {
            vm.warp(_declarationDeadline(t));
            if (_draw(seed, 0, 8) > 0) _priceElectricity(t, seed);
        } else if (phase == 2) {
            vm.warp(_start(t));
            for (uint256 i; t > 0 && i < 4; i++) {
                uint256 draw = _draw(seed, i, 16);
                if (draw > 1)
                    _readSome(members[i], t - 1, 1, _draw(seed, i + 10, type(uint128).max));
                if (draw > 0)
                    _readSome(members[i], t - 1, 2, _draw(seed, i + 10, type(uint128).max));
            }
        } else {
            vm.warp(_start(t) + 200);
            period = t + 1;
        }
        phase = (phase + 1) % 4;
    }

    function _priceElecoin(uint256 epoch, uint256 seed) private {
        vm.warp(_needDeadline(epoch) - 1);
        for (uint256 i; i < 4; i++) {
            uint256 need = _draw(seed, i + 20, 1e20);
            if (need % 3 == 0) continue;
            vm.prank(members[i]);
            market.declareNeed(uint32(epoch), need);
            _fold(Feed.Elecoin, epoch, members[i], need);
        }
        vm.warp(_needDeadline(epoch));
        // A missed report now and then: the last price serves once more.
        if (seed % 8 > 0)
            _postAndTryAgain(Feed.Elecoin, epoch, TICK * (970_000 + _draw(seed, 30, 80_001)));
    }

    function _priceElectricity(uint256 t, uint256 seed) private {
        uint256 ticks = market.floorPrice(t) / TICK + _draw(seed, 30, 150_000);
        if (_postAndTryAgain(Feed.Electricity, t, _value(ticks, WAD, WAD))) _ticks[t] = ticks;
    }

    function _fold(Feed feed, uint256 epoch, address who, uint256 word) private {
        commitmentOf[feed][epoch] = keccak256(abi.encode(commitmentOf[feed][epoch], who, word));
    }

    /// @dev One signature twice never does; then the report is accepted if anything was declared; then no other is.
    function _postAndTryAgain(
        Feed feed,
        uint256 epoch,
        uint256 value
    ) private returns (bool posted) {
        Report memory report = _report(feed, epoch, value);
        Signature[] memory s = _sign(report, 3);
        s[1] = s[0];
        try oracle.post(report, s, _certificate(report)) {
            assertTrue(false, "a signature counted twice");
        } catch {}
        s = _sign(report, 6);
        bool game = commitmentOf[feed][epoch] != 0;
        try oracle.post(report, s, _certificate(report)) {
            assertTrue(game, "nothing to price");
        } catch {
            assertTrue(!game, "an honest report was refused");
            return false;
        }
        digestOf[feed][epoch] = oracle.digest(report);
        report = _report(feed, epoch, value + TICK);
        s = _sign(report, 5);
        try oracle.post(report, s, _certificate(report)) {
            assertTrue(false, "a second report");
        } catch (bytes memory why) {
            assertEq(
                why,
                abi.encodeWithSelector(
                    IOracleEvents.AlreadyPosted.selector,
                    bytes20(digestOf[feed][epoch])
                ),
                "why"
            );
        }
        return true;
    }

    function _declareSome(address who, uint256 t, uint256 seed) private {
        int256 net = int256(_draw(seed, 1, 2 * SCALE)) - int256(SCALE);
        // Mostly one side, so that there is trade.
        if ((who == ann || who == sam) && net < 0 && seed % 4 > 0) net = -net;
        if ((who == bea || who == bob) && net > 0 && seed % 4 > 0) net = -net;
        uint256 price =
            net > 0 ? 60_000 + _draw(seed, 2, 80_000) : 150_000 + _draw(seed, 2, 250_000);
        if (who == bob && net > 0) price = type(uint32).max;
        uint256 limit = net > 0 ? 0 : price + _draw(seed, 3, 100_000);
        _declare(who, t, net, price, limit);
        _fold(Feed.Electricity, t, who, _word(who, t, net, price, limit));
        Book storage b = _books[who][t];
        (b.declared, b.net, b.price, b.limit) = (true, net, price, limit);
    }

    function _readSome(address who, uint256 t, uint256 register, uint256 seed) private {
        Book storage b = _books[who][t];
        uint256 spanned = t + 1 - _nextReading[who][register];
        int256 near = b.net + int256(_draw(seed, 5, 400)) - 200;
        bool mine = (near > 0) == (register == 1);
        uint256 energy =
            (mine ? (near > 0 ? uint256(near) : uint256(-near)) : 0) + _draw(seed, 6, 50);
        if (energy > SCALE * spanned) energy = SCALE * spanned;
        vm.startPrank(_meter(who));
        if (register == 1) {
            market.generation(who, uint24(t), market.registers(who).generation + uint64(energy));
            (b.generationRead, b.generated) = (true, energy);
        } else {
            market.consumption(who, uint24(t), market.registers(who).consumption + uint64(energy));
            (b.consumptionRead, b.consumed) = (true, energy);
        }
        vm.stopPrank();
        if (spanned > 1) b.spanning = true;
        _nextReading[who][register] = t + 1;
    }

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
        networkFees += costs[1];
        levyFees += costs[2];
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
            costs[i] = (filled * prices[i] + 999) / 1000;
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
