// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    Feed,
    Posting,
    Proof,
    Report,
    Signature,
    Status,
    UNCERTIFIED
} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {Clearing} from "contracts/libraries/Clearing.sol";
import {Stackelberg} from "contracts/libraries/Stackelberg.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";

/// @notice Not even all servers together can post another price than the equilibrium of what was declared.
contract CertificatesTest is MarketFixture {
    uint256 private constant EVERYBODY = 3;

    /// @dev The least tick at which nothing is short, by looking at each in turn from the floor: an independent search.
    function _clear(
        uint256 floor,
        uint256[3] memory values,
        uint256[3] memory deficits,
        uint256 cost,
        uint256 surplus
    ) private pure returns (uint256 ticks, uint256 matching) {
        for (ticks = floor; ; ticks++) {
            uint256 demand;
            for (uint256 i; i < 3; i++) {
                if (values[i] <= ticks || deficits[i] == 0) continue;
                demand += ((deficits[i] << 40) / (values[i] - floor)) * (values[i] - ticks);
            }
            uint256 supply = cost <= ticks ? surplus << 40 : 0;
            if (demand > supply) continue;
            matching = ticks == floor ? (demand * WAD) / supply : WAD;
            return (ticks, matching);
        }
    }

    struct Game {
        uint256 ticks;
        uint256 matching;
    }

    function _declareGame(uint256 seed) private returns (Game memory game) {
        uint256 floor = market.floorPrice(0) / TICK;
        address[3] memory buyers = [bea, bob, sam];
        uint256[3] memory values;
        uint256[3] memory deficits;
        for (uint256 i; i < 3; i++) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            // A narrow band, so that trying each tick is quick; some values are below the floor.
            values[i] = floor - 5 + (draw % 300);
            deficits[i] = (draw >> 64) % 20_000;
            _declare(buyers[i], 0, -int256(deficits[i]), values[i], 450_000);
        }
        if (values[0] <= floor || deficits[0] == 0) {
            _declare(stranger, 0, -7, floor + 20, 450_000);
        }
        uint256 last = uint256(keccak256(abi.encode(seed, "seller")));
        uint256 cost = floor - 50 + (last % 350);
        uint256 surplus = 1 + ((last >> 64) % 40_000);
        _declare(ann, 0, int256(surplus), cost, 0);
        vm.warp(_declarationDeadline(0));
        if (values[0] <= floor || deficits[0] == 0) (values[0], deficits[0]) = (floor + 20, 7);
        (game.ticks, game.matching) = _clear(floor, values, deficits, cost, surplus);
    }

    function setUp() public override {
        super.setUp();
        _register(stranger, NORTH, true);
    }

    function _send(Report memory report) private {
        oracle.post(report, _sign(report, EVERYBODY), _inline(report));
    }

    function testFuzz_OnlyTheEquilibriumIsPosted(uint256 seed, uint256 off) external {
        Game memory game = _declareGame(seed);
        uint256 floor = market.floorPrice(0) / TICK;
        uint256 wrong = floor + (off % 400);
        if (wrong != game.ticks) {
            uint256 fraction = off % 2 == 0 ? WAD : game.matching;
            Report memory r = _inlineReport(Feed.Electricity, 0, _value(wrong, fraction, WAD));
            Signature[] memory s = _sign(r, EVERYBODY);
            bytes memory certificate = _inline(r);
            vm.expectRevert();
            oracle.post(r, s, certificate);
        }
        _send(_inlineReport(Feed.Electricity, 0, _value(game.ticks, game.matching, WAD)));
        (uint256 price, uint256 matching, ) = oracle.electricityPrice(0);
        assertEq(price, game.ticks * TICK, "price");
        assertEq(matching, game.matching, "matching");
        (, Proof memory proof) = oracle.posting(Feed.Electricity, 0);
        assertLe(proof.bound, TICK, "less than a tick from the real equilibrium");
    }

    function testFuzz_NorIsAWrongFractionPosted(uint256 seed, uint64 matching) external {
        Game memory game = _declareGame(seed);
        matching = uint64(bound(matching, 0, WAD));
        vm.assume(matching != game.matching);
        Report memory r = _inlineReport(Feed.Electricity, 0, _value(game.ticks, matching, WAD));
        Signature[] memory s = _sign(r, EVERYBODY);
        bytes memory certificate = _inline(r);
        vm.expectRevert(
            abi.encodeWithSelector(
                Clearing.WrongMatching.selector,
                uint256(matching),
                game.matching
            )
        );
        oracle.post(r, s, certificate);
    }

    function testFuzz_OnlyWhatWasDeclaredCounts(uint256 seed, uint256 bit) external {
        Game memory game = _declareGame(seed);
        Report memory r = _inlineReport(
            Feed.Electricity,
            0,
            _value(game.ticks, game.matching, WAD)
        );
        bytes memory certificate = _inline(r);
        // Any bit but those of the kind.
        bit = bound(bit, 8, certificate.length * 8 - 1);
        certificate[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        Signature[] memory s = _sign(r, EVERYBODY);
        vm.expectRevert();
        oracle.post(r, s, certificate);
    }

    function test_AnUnknownKindIsRefused() external {
        _declareGame(1);
        Report memory r = _inlineReport(Feed.Electricity, 0, _value(100_000, WAD, WAD));
        Signature[] memory s = _sign(r, EVERYBODY);
        bytes[4] memory bad = [bytes(""), hex"00", hex"02", hex"05"];
        for (uint256 i; i < 4; i++) {
            uint8 kind = bad[i].length == 0 ? 0 : uint8(bad[i][0]);
            vm.expectRevert(
                abi.encodeWithSelector(
                    IOracleEvents.UnknownCertificate.selector,
                    Feed.Electricity,
                    kind
                )
            );
            oracle.post(r, s, bad[i]);
        }
        // Consent is switched off here.
        vm.expectRevert(
            abi.encodeWithSelector(
                IOracleEvents.UnknownCertificate.selector,
                Feed.Electricity,
                uint8(4)
            )
        );
        oracle.post(r, s, hex"04");
    }

    function test_NoSellersThePriceIsTheHighestValue() external {
        _declare(bea, 0, -1000, 400_000, 450_000);
        _declare(bob, 0, -1000, 300_000, 450_000);
        vm.warp(_declarationDeadline(0));
        _send(_inlineReport(Feed.Electricity, 0, _value(400_000, WAD, WAD)));
        (uint256 price, , ) = oracle.electricityPrice(0);
        assertEq(price, 400_000 * TICK, "price");
    }

    function test_NoBuyersNothingIsPosted() external {
        _declare(ann, 0, 1000, 0, 0);
        vm.warp(_declarationDeadline(0));
        uint256 floor = market.floorPrice(0) / TICK;
        Report memory r = _inlineReport(Feed.Electricity, 0, _value(floor, WAD, WAD));
        Signature[] memory s = _sign(r, EVERYBODY);
        bytes memory certificate = _inline(r);
        vm.expectRevert(abi.encodeWithSelector(Clearing.NothingDemanded.selector, floor));
        oracle.post(r, s, certificate);
    }

    /* ---------------------------------------------------- elecoins ------------------------------------------------ */

    /// @dev Needs in growing order: declared order and order by need are one.
    function _needs(uint256 seed) private returns (uint256[3] memory needs) {
        address[3] memory who = [bea, bob, sam];
        for (uint256 i; i < 3; i++) {
            needs[i] =
                (i == 0 ? 1 : needs[i - 1]) + (uint256(keccak256(abi.encode(seed, i))) % 9e18);
            _declareNeed(who[i], 0, needs[i]);
        }
        vm.warp(_needDeadline(0));
    }

    /// @dev Every tick in range, by the definition of the leader's utility.
    function _best(uint256[3] memory needs) private pure returns (uint256 best) {
        uint256 theta = 20.808e18;
        uint256 centre = (theta * WAD) / 1.02e18;
        uint256 most;
        for (uint256 t = 970_000; t <= 1_050_000; t += 1) {
            uint256 sold;
            for (uint256 i; i < 3; i++) {
                uint256 b = centre - (needs[i] < centre / 2 ? needs[i] : centre / 2);
                if (theta * 1e6 <= b * t) continue;
                uint256 x = theta * 1e6 - b * t;
                sold += x < theta * t ? x : theta * t;
            }
            uint256 utility = (t * TICK - 0.97e18) * sold;
            if (best == 0 || utility * best > most * t) (best, most) = (t, utility);
        }
    }

    /// @dev Six runs, as each tries all ticks, some 285 million gas; `make prove` has more.
    /// forge-config: default.fuzz.runs = 6
    /// forge-config: deep.fuzz.runs = 200
    function testFuzz_OnlyTheLeadersBestPriceIsPosted(uint256 seed, uint256 off) external {
        uint256 best = _best(_needs(seed));
        off = bound(off, 970_000, 1_050_000);
        if (off != best) {
            Report memory r = _inlineReport(Feed.Elecoin, 0, off * TICK);
            Signature[] memory s = _sign(r, EVERYBODY);
            bytes memory certificate = _inline(r);
            vm.expectRevert(abi.encodeWithSelector(Stackelberg.NotBest.selector, off, best));
            oracle.post(r, s, certificate);
        }
        _send(_inlineReport(Feed.Elecoin, 0, best * TICK));
        (uint256 price, bool flagged) = oracle.elecoinPrice(0);
        assertEq(price, best * TICK, "price");
        assertTrue(!flagged, "its own");
    }

    /// @dev Each bit of a need, an account or a place in the order, changed.
    function test_OnlyNeedsThatWereDeclaredCount() external {
        uint256 best = _best(_needs(1));
        Report memory r = _inlineReport(Feed.Elecoin, 0, best * TICK);
        bytes memory certificate = _inline(r);
        Signature[] memory s = _sign(r, EVERYBODY);
        // Any bit but those of the kind.
        for (uint256 bit = 8; bit < certificate.length * 8; bit++) {
            bytes memory wrong = bytes.concat(certificate);
            wrong[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
            vm.expectRevert();
            oracle.post(r, s, wrong);
        }
        oracle.post(r, s, certificate);
    }

    function test_InteriorNeedsNothingButTheTotals() external {
        _declareNeed(bea, 0, 0.9e18);
        _declareNeed(bob, 0, 1.1e18);
        vm.warp(_needDeadline(0));
        Report memory r = _inlineReport(Feed.Elecoin, 0, 1_020_001 * TICK);
        Signature[] memory s = _sign(r, EVERYBODY);
        vm.expectRevert(abi.encodeWithSelector(Stackelberg.NotBest.selector, 1_020_001, 1_020_000));
        oracle.post(r, s, hex"02");
        r = _inlineReport(Feed.Elecoin, 0, 1_020_000 * TICK);
        oracle.post(r, _sign(r, EVERYBODY), hex"02");
        (Posting memory held, Proof memory proof) = oracle.posting(Feed.Elecoin, 0);
        assertEq(uint256(held.status), uint256(Status.Interior), "status");
        assertTrue(proof.bound != UNCERTIFIED, "a bound on the utility gap");
    }

    function test_InteriorIsRefusedWhereABoundMayBind() external {
        _declareNeed(bea, 0, 1e15);
        vm.warp(_needDeadline(0));
        Report memory r = _inlineReport(Feed.Elecoin, 0, 1_020_000 * TICK);
        Signature[] memory s = _sign(r, EVERYBODY);
        vm.expectRevert();
        oracle.post(r, s, hex"02");
    }

    function test_TheRootBelongsToOptimisticReports() external {
        _declareGame(3);
        Report memory r = _inlineReport(Feed.Electricity, 0, _value(100_000, WAD, WAD));
        r.root = bytes32(uint256(1));
        Signature[] memory s = _sign(r, EVERYBODY);
        bytes memory certificate = _inline(r);
        vm.expectRevert(
            abi.encodeWithSelector(IOracleEvents.WrongRoot.selector, r.root, bytes32(0))
        );
        oracle.post(r, s, certificate);
    }

    /* ------------------------------------------------- one word for a trade --------------------------------------- */

    /// @dev The elecoin price of an electricity posting is that of its period's epoch and never moves again.
    function test_PricesAreOneWordOfTheSameEpoch() external {
        _postElecoin(1, 1_010_000);
        _declare(bea, 5, -1000, 400_000, 450_000);
        vm.warp(_declarationDeadline(5));
        _postCertified(Feed.Electricity, 5, _value(400_000, WAD, WAD));
        (uint256 electricity, uint256 elecoinPrice) = oracle.prices(5);
        assertEq(electricity, 400_000 * TICK, "electricity");
        assertEq(elecoinPrice, 1_010_000 * TICK, "elecoin");
        _postElecoin(2, 1_030_000);
        (, elecoinPrice) = oracle.prices(5);
        assertEq(elecoinPrice, 1_010_000 * TICK, "of its own epoch");
    }

    function test_AStaleElecoinPriceIsNotTradedAt() external {
        _declareNeed(bob, 0, 1);
        _declareNeed(bob, 1, 1);
        _declare(bea, 4, -1000, 400_000, 450_000);
        vm.warp(_declarationDeadline(4));
        _postCertified(Feed.Electricity, 4, _value(400_000, WAD, WAD));
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.StalePrice.selector, Feed.Elecoin, 1));
        oracle.prices(4);
        (uint256 price, , ) = oracle.electricityPrice(4);
        assertEq(price, 400_000 * TICK, "the price itself stands");
    }
}
