// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Feed, Posting, Report, Signature, Tree} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {ReportFixture} from "./utils/ReportFixture.sol";

/// @notice The signed root says what a report stands on: a tree, the commitment alone, or nothing but its certificate.
contract ReportRootsTest is ReportFixture {
    function _refusesRoot(Report memory r, bytes32 expected, bytes memory certificate) private {
        Signature[] memory s = _sign(r, 5);
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.WrongRoot.selector, r.root, expected));
        oracle.post(r, s, certificate);
    }

    function test_AnOptimisticRootIsItsTrees() external {
        _declared(0);
        Report memory r = _report(Feed.Electricity, 0, _value(TICKS, WAD, WAD));
        bytes memory certificate = _certificate(r);
        bytes32 right = r.root;
        r.root = 0;
        _refusesRoot(r, right, certificate);
        r.root = bytes32(uint256(right) + 1);
        _refusesRoot(r, right, certificate);
        r.root = right;
        oracle.post(r, _sign(r, 5), certificate);
    }

    function test_AnElecoinsRootIsItsCommitmentOrNothing() external {
        Report memory r = _needed(0);
        _refusesRoot(r, r.commitment, hex"03");
        r.root = r.commitment;
        _refusesRoot(r, 0, hex"02");
        _refusesRoot(r, 0, _inline(r));
        oracle.post(r, _sign(r, 5), hex"03");
        vm.warp(block.timestamp + WINDOW);
        (Posting memory held, ) = oracle.posting(Feed.Elecoin, 0);
        assertEq(held.elecoinTicks, 0, "it is the elecoin's price");
    }

    function test_ATreeMayHaveTheMostDeclarations() external {
        _declared(0);
        Report memory r = _report(Feed.Electricity, 0, _value(TICKS, WAD, WAD));
        Tree memory tree = _claimed(0, r.value);
        tree.count = 1 << 24;
        r.root = keccak256(abi.encode(tree));
        oracle.post(r, _sign(r, 5), bytes.concat(hex"03", abi.encode(tree)));
        vm.warp(block.timestamp + WINDOW);
        (uint256 price, , ) = oracle.electricityPrice(0);
        assertEq(price, TICKS * TICK, "accepted");
    }
}
