// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IAggregatorV3} from "contracts/interfaces/IAggregatorV3.sol";
import {
    EdgeServer,
    Feed,
    IEquilibriumOracle,
    OracleTerms,
    Posting,
    Proof,
    Report,
    Signature,
    Status
} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {PostedValue} from "contracts/libraries/PostedValue.sol";
import {Schedule, ScheduleLib} from "contracts/libraries/Schedule.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";

/// @notice Reports, quorums, windows, staleness, and the readers.
contract OracleTest is MarketFixture {
    uint256 private constant TICKS = 200_000;
    /// @dev The price of one member's need of one elecoin.
    uint256 private constant TYPICAL = 1_020_000;

    /// @dev Ann's energy is for sale from TICKS on, and there it is more than what is wanted.
    function _declared(uint256 period) private returns (Report memory) {
        return _declared(period, TICKS);
    }

    function _declared(uint256 period, uint256 ticks) private returns (Report memory) {
        _declare(bea, period, -1000, 400_000, 450_000);
        _declare(ann, period, 2000, ticks, 0);
        vm.warp(_declarationDeadline(period));
        return _inlineReport(Feed.Electricity, period, _value(ticks, WAD, WAD));
    }

    function _send(Report memory report, Signature[] memory signatures) private {
        oracle.post(report, signatures, _inline(report));
    }

    /* ---------------------------------------------------- reports ------------------------------------------------- */

    function testFuzz_Post(uint32 ticks, uint256 second) external {
        ticks = uint32(bound(ticks, market.floorPrice(0) / TICK + 1, 400_000));
        Report memory report = _declared(0, ticks);
        vm.warp(bound(second, _declarationDeadline(0), _start(0) - 1));
        bytes32 digest = oracle.digest(report);
        Signature[] memory signatures = _sign(report, 6);
        bytes memory certificate = _inline(report);
        vm.expectEmit(address(oracle));
        emit IOracleEvents.Posted(
            Feed.Electricity,
            0,
            report.value,
            digest,
            report.inputBlock,
            report.commitment,
            1,
            6,
            Status.Inline,
            0
        );
        oracle.post(report, signatures, certificate);
        (uint256 price, uint256 m, uint256 s) = oracle.electricityPrice(0);
        assertEq(price, ticks * TICK, "price");
        assertEq(m, WAD, "matching");
        assertEq(s, WAD, "served");
        (Posting memory held, Proof memory proof) = oracle.posting(Feed.Electricity, 0);
        assertEq(bytes32(proof.digest), bytes32(bytes20(digest)), "digest");
        assertEq(proof.bound, 0, "bound");
        assertEq(held.postedAt, block.timestamp, "posted at");
        assertEq(held.elecoinTicks, LEAST / TICK, "elecoin price of its epoch");
        assertEq(uint256(held.status), uint256(Status.Inline), "status");
    }

    function test_DigestIsEip712() external {
        Report memory r = _declared(0);
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("wattmarket EquilibriumOracle"),
                keccak256("1"),
                block.chainid,
                address(oracle)
            )
        );
        bytes32 inner = keccak256(
            abi.encode(
                keccak256(
                    "Report(uint8 feed,uint32 epoch,uint256 value,uint64 inputBlock,bytes32 inputBlockHash,bytes32 commitment,uint32 signerSet,bytes32 root)"
                ),
                uint8(r.feed),
                r.epoch,
                r.value,
                r.inputBlock,
                r.inputBlockHash,
                r.commitment,
                r.signerSet,
                r.root
            )
        );
        assertEq(oracle.digest(r), keccak256(abi.encodePacked(hex"1901", domain, inner)), "digest");
    }

    function test_PricingWindow() external {
        Report memory r = _declared(0);
        bytes memory refusal = abi.encodeWithSelector(
            IOracleEvents.OutsidePricingWindow.selector,
            Feed.Electricity,
            0,
            _declarationDeadline(0),
            _start(0)
        );
        Signature[] memory s = _sign(r, 3);
        vm.warp(_declarationDeadline(0) - 1);
        vm.expectRevert(refusal);
        _send(r, s);
        vm.warp(_start(0));
        vm.expectRevert(refusal);
        _send(r, s);
        vm.warp(_start(0) - 1);
        _send(r, s);
    }

    function test_ElecoinPricingWindow() external {
        Report memory r = _needed(1);
        Signature[] memory s = _sign(r, 3);
        bytes memory refusal = abi.encodeWithSelector(
            IOracleEvents.OutsidePricingWindow.selector,
            Feed.Elecoin,
            1,
            _needDeadline(1),
            _declarationDeadline(4)
        );
        vm.warp(_needDeadline(1) - 1);
        vm.expectRevert(refusal);
        _send(r, s);
        vm.warp(_declarationDeadline(4));
        vm.expectRevert(refusal);
        _send(r, s);
        vm.warp(_declarationDeadline(4) - 1);
        _send(r, s);
    }

    function test_TheSameReportAgainIsAReceipt() external {
        Report memory r = _declared(0);
        _send(r, _sign(r, 3));
        (Posting memory before, ) = oracle.posting(Feed.Electricity, 0);
        vm.warp(_start(50));
        oracle.post(r, new Signature[](0), "");
        (Posting memory held, ) = oracle.posting(Feed.Electricity, 0);
        assertEq(abi.encode(held), abi.encode(before), "no effect");
    }

    function test_AnotherReportIsAlreadyPosted() external {
        Report memory r = _declared(0);
        bytes32 digest = oracle.digest(r);
        _send(r, _sign(r, 3));
        r.value = _value(TICKS + 1, WAD, WAD);
        Signature[] memory s = _sign(r, 3);
        vm.expectRevert(
            abi.encodeWithSelector(IOracleEvents.AlreadyPosted.selector, bytes20(digest))
        );
        _send(r, s);
    }

    function testFuzz_EachChangeOfASignedReportIsRefused(uint256 field, uint256 change) external {
        Report memory r = _declared(0);
        Signature[] memory s = _sign(r, 3);
        field %= 8;
        change = bound(change, 1, type(uint16).max);
        if (field == 0) r.feed = Feed.Elecoin;
        if (field == 1) r.epoch += uint32(change);
        if (field == 2) r.value += TICK * change;
        if (field == 3) r.inputBlock -= uint64((change % 250) + 1);
        if (field == 4) r.inputBlockHash ^= bytes32(change);
        if (field == 5) r.commitment ^= bytes32(change);
        if (field == 6) r.signerSet += uint32(change);
        if (field == 7) r.root = bytes32(change);
        vm.expectRevert();
        _send(r, s);
        // An honest block hash does not help: the signatures are for another report.
        if (field != 3) return;
        r.inputBlockHash = blockhash(r.inputBlock);
        vm.expectRevert();
        _send(r, s);
    }

    function test_InputBlockMustBeOneOfTheLast256() external {
        Report memory r = _declared(0);
        uint256 now_ = block.number;
        uint64[3] memory bad = [uint64(now_), uint64(now_ + 1), uint64(now_ - 257)];
        for (uint256 i; i < bad.length; i++) {
            r.inputBlock = bad[i];
            r.inputBlockHash = 0;
            Signature[] memory s = _sign(r, 3);
            vm.expectRevert(
                abi.encodeWithSelector(IOracleEvents.WrongInputBlock.selector, bad[i], 0, 0)
            );
            _send(r, s);
        }
        r.inputBlock = uint64(now_ - 256);
        r.inputBlockHash = bytes32(uint256(1));
        Signature[] memory wrong = _sign(r, 3);
        vm.expectRevert(
            abi.encodeWithSelector(
                IOracleEvents.WrongInputBlock.selector,
                r.inputBlock,
                bytes32(uint256(1)),
                blockhash(now_ - 256)
            )
        );
        _send(r, wrong);
        r.inputBlockHash = blockhash(now_ - 256);
        _send(r, _sign(r, 3));
    }

    function test_OnlyTheFrozenCommitment() external {
        Report memory r = _declared(0);
        bytes32 actual = r.commitment;
        r.commitment = keccak256("another");
        Signature[] memory s = _sign(r, 3);
        vm.expectRevert(
            abi.encodeWithSelector(IOracleEvents.WrongCommitment.selector, r.commitment, actual)
        );
        _send(r, s);
    }

    function test_NothingDeclaredNothingPriced() external {
        vm.warp(_declarationDeadline(0));
        Report memory r = _inlineReport(Feed.Electricity, 0, _value(TICKS, 0, 0));
        Signature[] memory s = _sign(r, 3);
        vm.expectRevert(
            abi.encodeWithSelector(
                IOracleEvents.NothingDeclared.selector,
                Feed.Electricity,
                uint32(0)
            )
        );
        _send(r, s);
    }

    /// @dev A need at which no bound binds at any price.
    function _needed(uint256 epoch) private returns (Report memory) {
        _declareNeed(bea, epoch, 1e18);
        vm.warp(_needDeadline(epoch));
        return _inlineReport(Feed.Elecoin, epoch, TYPICAL * TICK);
    }

    function test_PriceBounds() external {
        _declared(0);
        uint256 least = market.floorPrice(0);
        Report memory r = _inlineReport(Feed.Electricity, 0, _value(least / TICK - 1, WAD, WAD));
        Signature[] memory s = _sign(r, 3);
        vm.expectRevert(
            abi.encodeWithSelector(
                IOracleEvents.PriceOutOfBounds.selector,
                least - TICK,
                least,
                type(uint32).max * TICK
            )
        );
        _send(r, s);

        r = _needed(1);
        uint256[2] memory bad = [LEAST - TICK, MOST + TICK];
        for (uint256 i; i < 2; i++) {
            r = _inlineReport(Feed.Elecoin, 1, bad[i]);
            s = _sign(r, 3);
            vm.expectRevert(
                abi.encodeWithSelector(IOracleEvents.PriceOutOfBounds.selector, bad[i], LEAST, MOST)
            );
            _send(r, s);
        }
        // An elecoin price has no served fraction.
        r = _inlineReport(Feed.Elecoin, 1, _value(1e6, 0, 1));
        s = _sign(r, 3);
        vm.expectRevert(abi.encodeWithSelector(PostedValue.MalformedValue.selector, r.value));
        _send(r, s);
    }

    function test_ReportTerms() external {
        Report memory r = _declared(0);
        (bytes32 commitment, uint256 least, uint256 most) = market.reportTerms(Feed.Electricity, 0);
        assertEq(commitment, r.commitment, "targets");
        // φ / c, rounded up to a tick.
        assertEq(least, 82_475 * TICK, "floor");
        assertEq(most, type(uint32).max * TICK, "no cap but the grid of prices");
        _need(3);
        (commitment, least, most) = market.reportTerms(Feed.Elecoin, 3);
        assertEq(commitment, keccak256(abi.encode(bytes32(0), bob, uint256(1))), "needs");
        assertEq(least, LEAST, "least");
        assertEq(most, MOST, "most");
    }

    /* ---------------------------------------------------- quorum -------------------------------------------------- */

    function testFuzz_ExactlyFPlusOneDistinctServers(uint8 mask) external {
        mask %= 8;
        Report memory r = _declared(0);
        Signature[] memory s = _sign(r, mask);
        if (s.length != 2) {
            vm.expectRevert(
                abi.encodeWithSelector(IOracleEvents.WrongSignatureCount.selector, s.length, 2)
            );
        }
        _send(r, s);
        assertEq(oracle.quorum(), 2, "quorum");
    }

    function test_NoSignatureCountsTwice() external {
        Report memory r = _declared(0);
        Signature[] memory s = _sign(r, 3);
        s[1] = s[0];
        vm.expectRevert(
            abi.encodeWithSelector(IOracleEvents.DuplicateSigner.selector, vm.addr(serverKeys[0]))
        );
        _send(r, s);
    }

    function testFuzz_StrangersDoNotCount(uint256 key) external {
        key = bound(key, 1, 1e70);
        address signer = vm.addr(key);
        vm.assume(oracle.serverIndexPlusOne(signer) == 0);
        Report memory r = _declared(0);
        Signature[] memory s = _sign(r, 3);
        (s[1].r, s[1].vs) = vm.signCompact(key, oracle.digest(r));
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.UnknownSigner.selector, signer));
        _send(r, s);
        s[1] = Signature(0, 0);
        vm.expectRevert(ECDSA.ECDSAInvalidSignature.selector);
        _send(r, s);
    }

    /// @dev The oracle recovers signers from calldata in place: for any two words, what OpenZeppelin's library says.
    function testFuzz_ASignerIsWhoEcdsaSays(bytes32 r_, bytes32 vs, uint8 offset) external {
        Report memory r = _declared(0);
        _refusesAsEcdsa(r, r_, vs);
        // Around half the order of the curve, beyond which no s is accepted.
        uint256 half = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;
        _refusesAsEcdsa(r, r_, bytes32(half - 128 + offset));
        _refusesAsEcdsa(r, r_, bytes32(half));
        _refusesAsEcdsa(r, r_, bytes32(half + 1));
    }

    function _refusesAsEcdsa(Report memory r, bytes32 r_, bytes32 vs) private {
        Signature[] memory s = _sign(r, 3);
        s[0] = Signature(r_, vs);
        (address signer, ECDSA.RecoverError problem, bytes32 argument) = ECDSA.tryRecover(
            oracle.digest(r),
            r_,
            vs
        );
        if (problem == ECDSA.RecoverError.InvalidSignatureS)
            vm.expectRevert(
                abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, argument)
            );
        else if (problem == ECDSA.RecoverError.InvalidSignature)
            vm.expectRevert(ECDSA.ECDSAInvalidSignature.selector);
        else vm.expectRevert(abi.encodeWithSelector(IOracleEvents.UnknownSigner.selector, signer));
        _send(r, s);
    }

    function test_SignaturesAreForOneChainAndOneContract() external {
        Report memory r = _declared(0);
        Signature[] memory s = _sign(r, 3);
        uint256 here = block.chainid;
        vm.chainId(here + 1);
        vm.expectRevert();
        _send(r, s);
        vm.chainId(here);
        IEquilibriumOracle first = oracle;
        _deploy(_schedule());
        assertTrue(first.digest(r) != oracle.digest(r), "another contract, another digest");
    }

    function test_ANewSetVoidsTheOldSignatures() external {
        Report memory r = _declared(0);
        Signature[] memory s = _sign(r, 3);
        vm.expectEmit(address(oracle));
        emit IOracleEvents.EdgeServersSet(2, _servers());
        vm.prank(ADMIN);
        market.setEdgeServers(_servers());
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.StaleSignerSet.selector, 1, 2));
        _send(r, s);
        r.signerSet = 2;
        vm.expectRevert();
        _send(r, s);
        _send(r, _sign(r, 3));
    }

    function test_EdgeServersAreChecked() external {
        vm.startPrank(ADMIN);
        for (uint256 count; count < 26; count++) {
            EdgeServer[] memory servers = new EdgeServer[](count);
            for (uint256 i; i < count; i++) {
                servers[i] = EdgeServer(address(uint160(i + 1)), bea);
            }
            if (count % 2 == 0 || count > 23) {
                vm.expectRevert(
                    abi.encodeWithSelector(IOracleEvents.InvalidEdgeServers.selector, count)
                );
            }
            market.setEdgeServers(servers);
        }
        assertEq(oracle.edgeServers().length, 23, "23");
        assertEq(oracle.quorum(), 12, "f + 1 of 2f + 1");
        assertEq(oracle.serverIndexPlusOne(address(23)), 23, "index");
        assertEq(oracle.edgeServersOf(1).length, 3, "the first set, as it was");
        assertEq(oracle.serverIndexPlusOne(vm.addr(serverKeys[0])), 0, "no longer one of them");
        EdgeServer[] memory bad = _servers();
        bad[2].signer = bad[0].signer;
        vm.expectRevert(
            abi.encodeWithSelector(IOracleEvents.DuplicateSigner.selector, bad[0].signer)
        );
        market.setEdgeServers(bad);
        bad[2].signer = address(0);
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.UnknownSigner.selector, address(0)));
        market.setEdgeServers(bad);
        bad = _servers();
        bad[1].operator = address(0);
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.UnknownSigner.selector, address(0)));
        market.setEdgeServers(bad);
    }

    /* ------------------------------------------------- reading, staleness ----------------------------------------- */

    function _need(uint256 epoch) private {
        vm.prank(bob);
        market.declareNeed(uint32(epoch), 1);
    }

    function _assertElecoin(uint256 epoch, uint256 ticks, bool flagged) private view {
        (uint256 price, bool f) = oracle.elecoinPrice(epoch);
        assertEq(price, ticks * TICK, "price");
        assertTrue(f == flagged, "flag");
    }

    function _expectStale(uint256 epoch) private {
        vm.expectRevert(
            abi.encodeWithSelector(IOracleEvents.StalePrice.selector, Feed.Elecoin, epoch)
        );
    }

    function test_ElecoinFallsBackOnceFlagged() external {
        _assertElecoin(0, LEAST / TICK, true);
        _need(0);
        _assertElecoin(0, LEAST / TICK, true);
        _postElecoin(1, 1_010_000);
        _assertElecoin(1, 1_010_000, false);
        // Needs of epoch 2 and then of epoch 4 get no report; in epoch 3 there is no game to price.
        _need(2);
        _need(4);
        _assertElecoin(2, 1_010_000, true);
        _assertElecoin(3, 1_010_000, true);
        _expectStale(4);
        oracle.elecoinPrice(4);
        _expectStale(5);
        oracle.elecoinPrice(5);
        // buyToken follows it, and it recovers with the next posting.
        vm.warp(_start(12));
        _buyTokens(bea, 1e18);
        vm.warp(_start(16));
        vm.deal(bea, 2e18);
        _expectStale(4);
        vm.prank(bea);
        market.buyToken{value: 2e18}(1);
        _postElecoin(6, 1_000_000);
        vm.warp(_start(24));
        _buyTokens(bea, 1e18);
    }

    function test_ElecoinGoesOnWhileNobodyNeedsAnother() external {
        _postElecoin(0, 1_010_000);
        // Longer than the ring of postings.
        for (uint256 epoch = 1; epoch < 3 * HISTORY; epoch++) {
            _assertElecoin(epoch, 1_010_000, true);
        }
        _postElecoin(HISTORY, 1_020_000);
        // History no longer holds epoch 0: no price is better than another.
        _expectStale(HISTORY - 1);
        oracle.elecoinPrice(HISTORY - 1);
        _expectStale(0);
        oracle.elecoinPrice(0);
        _assertElecoin(HISTORY + 1, 1_020_000, true);
    }

    function test_ElectricityIsUnpricedUnlessPosted() external {
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.Unpriced.selector, 0));
        oracle.electricityPrice(0);
        _declared(0);
        _postCertified(Feed.Electricity, 0, _value(TICKS, WAD, WAD));
        (uint256 price, uint256 elecoinPrice) = oracle.prices(0);
        assertEq(price, TICKS * TICK, "electricity");
        assertEq(elecoinPrice, LEAST, "elecoin");
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.Unpriced.selector, HISTORY));
        oracle.electricityPrice(HISTORY);
    }

    function test_LatestAppliesNowOrSoon() external {
        bytes memory stale = abi.encodeWithSelector(
            IOracleEvents.StalePrice.selector,
            Feed.Electricity,
            0
        );
        vm.expectRevert(stale);
        oracle.latest(Feed.Electricity);
        for (uint256 t; t < 2; t++) {
            _declared(t, TICKS + t);
            _postCertified(Feed.Electricity, t, _value(TICKS + t, WAD, WAD));
            (uint256 epoch, ) = oracle.latest(Feed.Electricity);
            assertEq(epoch, t, "the one that starts next");
        }
        vm.warp(_start(2) - 1);
        oracle.latest(Feed.Electricity);
        vm.warp(_start(2));
        vm.expectRevert(
            abi.encodeWithSelector(IOracleEvents.StalePrice.selector, Feed.Electricity, 2)
        );
        oracle.latest(Feed.Electricity);
    }

    function test_TheRingKeepsTheLastPostings() external {
        for (uint256 t; t < HISTORY + 2; t++) {
            _declared(t, TICKS + t);
            _postCertified(Feed.Electricity, t, _value(TICKS + t, WAD, WAD));
        }
        Posting[] memory page = oracle.history(Feed.Electricity, 0, HISTORY + 4);
        for (uint256 t; t < HISTORY + 4; t++) {
            bool held = t >= 2 && t < HISTORY + 2;
            assertEq(page[t].epochPlusOne, held ? t + 1 : 0, "held");
            assertEq(page[t].priceTicks, held ? TICKS + t : 0, "price");
            if (held) continue;
            vm.expectRevert(
                abi.encodeWithSelector(IOracleEvents.StalePrice.selector, Feed.Electricity, t)
            );
            oracle.posting(Feed.Electricity, t);
        }
    }

    function test_HistoryMustOutliveTheRing() external {
        Schedule memory s = _schedule();
        vm.expectRevert(
            abi.encodeWithSelector(
                ScheduleLib.InvalidSchedule.selector,
                "historyLength",
                uint256(4),
                uint256(5)
            )
        );
        OracleTerms memory terms = _oracleTerms();
        terms.historyLength = 4;
        this.create("OracleTribunal", abi.encode(address(market), s, terms));
    }

    function create(string calldata name, bytes calldata arguments) external returns (address) {
        return _create(name, arguments);
    }

    /* ---------------------------------------------------- readers ------------------------------------------------- */

    function _reader(uint256 quantity) private returns (IAggregatorV3 reader) {
        reader = IAggregatorV3(_create("FeedReader", abi.encode(address(oracle), quantity)));
        assertEq(reader.decimals(), 18, "decimals");
        assertEq(reader.version(), 1, "version");
    }

    function _assertRound(
        IAggregatorV3 reader,
        bool latest,
        uint256 round,
        int256 answer,
        uint256 startedAt,
        uint256 updatedAt,
        uint256 answeredIn
    ) private view {
        (uint80 id, int256 a, uint256 s, uint256 u, uint80 by) = latest
            ? reader.latestRoundData()
            : reader.getRoundData(uint80(round));
        assertEq(id, round, "round");
        assertEq(a, answer, "answer");
        assertEq(s, startedAt, "started at");
        assertEq(u, updatedAt, "updated at");
        assertEq(by, answeredIn, "answered in");
    }

    function test_ReadersOfElectricity() external {
        (IAggregatorV3 price, IAggregatorV3 matching) = (_reader(1), _reader(2));
        assertEq(bytes(price.description()), "ELE / kWh", "description");
        assertEq(bytes(matching.description()), "matching probability", "description");
        for (uint256 t; t < 2; t++) {
            _declared(t, TICKS + t);
            _postCertified(Feed.Electricity, t, _value(TICKS + t, WAD, WAD));
        }
        uint256 at = _declarationDeadline(1);
        _assertRound(price, true, 1, int256((TICKS + 1) * TICK), _start(1), at, 1);
        _assertRound(matching, true, 1, 1e18, _start(1), at, 1);
        _assertRound(price, false, 0, int256(TICKS * TICK), _start(0), _declarationDeadline(0), 0);
        vm.warp(_start(2));
        bytes memory stale = abi.encodeWithSelector(
            IOracleEvents.StalePrice.selector,
            Feed.Electricity,
            2
        );
        vm.expectRevert(stale);
        price.latestRoundData();
        vm.expectRevert(stale);
        matching.latestRoundData();
        vm.expectRevert(stale);
        price.getRoundData(2);
    }

    function test_ReaderOfElecoins() external {
        IAggregatorV3 reader = _reader(0);
        assertEq(bytes(reader.description()), "currency / ELE", "description");
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.StalePrice.selector, Feed.Elecoin, 0));
        reader.latestRoundData();
        _postElecoin(0, 1_010_000);
        _assertRound(reader, true, 0, 1.01e18, _start(0), _needDeadline(0), 0);
        _need(1);
        _need(2);
        vm.warp(_start(4));
        _assertRound(reader, true, 1, 1.01e18, _start(4), _needDeadline(0), 0);
        _assertRound(reader, false, 0, 1.01e18, _start(0), _needDeadline(0), 0);
        vm.warp(_start(8));
        _expectStale(2);
        reader.latestRoundData();
    }
}
