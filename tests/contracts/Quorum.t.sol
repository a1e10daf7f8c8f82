// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {
    EdgeServer,
    IEquilibriumOracle,
    Report,
    Signature
} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {ReportFixture} from "./utils/ReportFixture.sol";

/// @notice Whose signatures a report needs, and who the edge servers are.
contract QuorumTest is ReportFixture {
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
}
