// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    Feed,
    Posting,
    Proof,
    Report,
    Signature,
    Status
} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {PostedValue} from "contracts/libraries/PostedValue.sol";
import {ReportFixture} from "./utils/ReportFixture.sol";

/// @notice What a report says, when it is accepted, and what it is checked against.
contract ReportsTest is ReportFixture {
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
}
