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
import {PostedValue} from "contracts/libraries/PostedValue.sol";
import {ConsentFixture} from "./utils/ConsentFixture.sol";

/// @notice A price that members agreed to: what they signed, how many of them, and that it clears.
contract ConsentTest is ConsentFixture {
    function test_AllAgree() external {
        Report memory r = _reported(WAD);
        oracle.post(r, _sign(r, 3), _data(_approvals(r, 15)));
        (Posting memory held, Proof memory proof) = oracle.posting(Feed.Electricity, 0);
        assertEq(uint256(held.status), uint256(Status.Consent), "status");
        assertEq(held.priceTicks, PRICE, "a price that is no equilibrium");
        assertEq(proof.bound, UNCERTIFIED, "nothing is proved of it");
    }

    /// @dev 1000 of 2000 Wh consent where 1200 must.
    function test_TooFewDoNotSpeakForAll() external {
        Report memory r = _reported((500 * WAD) / 600);
        _refused(
            r,
            _approvals(r, 3),
            abi.encodeWithSelector(IOracleEvents.ConsentTooSmall.selector, 1100, 1200)
        );
        r = _reported((500 * WAD) / 1000);
        oracle.post(r, _sign(r, 3), _data(_approvals(r, 7)));
    }

    function test_ConsentStandsOnNoTree() external {
        Report memory r = _reported(WAD);
        r.root = r.commitment;
        _refused(
            r,
            _approvals(r, 15),
            abi.encodeWithSelector(IOracleEvents.WrongRoot.selector, r.commitment, bytes32(0))
        );
    }

    function test_QuantitiesMustClear() external {
        Report memory r = _reported(WAD);
        _refused(
            r,
            _approvals(r, 11),
            abi.encodeWithSelector(IOracleEvents.ConsentDoesNotClear.selector, 1000, 600)
        );
        _refused(
            r,
            _approvals(r, 13),
            abi.encodeWithSelector(PostedValue.MalformedValue.selector, r.value)
        );
    }

    function test_NobodySignsForAnother() external {
        Report memory r = _reported(WAD);
        bytes memory wrong = bytes.concat(
            _approvals(r, 7),
            _approval(r, 3, BEA_KEY, int64(_nets[3]))
        );
        _refused(r, wrong, abi.encodeWithSelector(IOracleEvents.InvalidApproval.selector, 3, bob));
        // Nor for another price, nor twice, nor out of order, nor for nobody.
        Report memory other = _reported(WAD);
        other.value += TICK;
        Signature[] memory s = _sign(r, 3);
        bytes memory certificate = _data(_approvals(other, 15));
        vm.expectRevert();
        oracle.post(r, s, certificate);
        bytes memory one = _approval(r, 1, _keys[1], int64(_nets[1]));
        for (uint256 kind; kind < 3; kind++) {
            bytes memory before = kind == 0 ? one : _approval(r, 2, _keys[2], int64(_nets[2]));
            bytes memory after_ = kind == 2 ? _approval(r, 4, _keys[1], -1) : one;
            _refused(
                r,
                bytes.concat(before, after_),
                abi.encodeWithSelector(IOracleEvents.InvalidApproval.selector, 4, address(0))
            );
        }
    }

    function testFuzz_NobodyWantsMoreThanSheDeclared(uint8 who, int64 energyWh) external {
        who %= 4;
        int256 net = _nets[who];
        Report memory r = _reported(WAD);
        bool may = net > 0 ? energyWh >= 0 && energyWh <= net : energyWh <= 0 && energyWh >= net;
        bytes memory approvals = _approval(r, who, _keys[who], energyWh);
        Signature[] memory s = _sign(r, 3);
        bytes memory certificate = _data(approvals);
        // One member alone is never enough, but that is found later.
        try oracle.post(r, s, certificate) {
            assertTrue(false, "posted");
        } catch (bytes memory why) {
            bytes4 expected =
                may
                    ? IOracleEvents.ConsentTooSmall.selector
                    : IOracleEvents.InvalidApproval.selector;
            assertEq(bytes32(bytes4(why)), bytes32(expected), "why");
        }
    }

    function test_OnlyElectricity() external {
        vm.warp(_needDeadline(1) - 1);
        _declareNeed(bea, 1, 1e18);
        vm.warp(_needDeadline(1));
        Report memory r = _inlineReport(Feed.Elecoin, 1, 1_020_000 * TICK);
        Signature[] memory s = _sign(r, 3);
        vm.expectRevert(
            abi.encodeWithSelector(
                IOracleEvents.UnknownCertificate.selector,
                Feed.Elecoin,
                uint8(4)
            )
        );
        oracle.post(r, s, hex"04");
    }
}
