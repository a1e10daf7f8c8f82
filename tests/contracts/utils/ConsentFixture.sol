// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Feed, Report, Signature} from "contracts/interfaces/IEquilibriumOracle.sol";
import {OracleTerms} from "contracts/interfaces/OracleTypes.sol";
import {MarketFixture} from "./MarketFixture.sol";

/// @title ConsentFixture
/// @notice Four members declare and sign what they want at a price that is no equilibrium.
abstract contract ConsentFixture is MarketFixture {
    uint256 internal constant PRICE = 123_456;

    uint256[4] internal _keys = [uint256(0xA11), BEA_KEY, 0x5A3, 0xB0B];
    int256[4] internal _nets = [int256(600), -500, int256(400), -500];
    uint256[4] internal _prices = [uint256(400_000), 400_000, 400_000, 400_000];

    function _oracleTerms() internal pure virtual override returns (OracleTerms memory terms) {
        terms = super._oracleTerms();
        terms.consentShareBps = _share();
    }

    function _share() internal pure virtual returns (uint16) {
        return 6000;
    }

    function setUp() public virtual override {
        super.setUp();
        address[4] memory who = [ann, bea, sam, bob];
        for (uint256 i; i < 4; i++) {
            _declare(who[i], 0, _nets[i], _prices[i], 450_000);
        }
        vm.warp(_declarationDeadline(0));
    }

    function _approval(
        Report memory r,
        uint256 i,
        uint256 key,
        int64 energyWh
    ) internal view returns (bytes memory) {
        bytes32 digest = oracle.consentDigest(0, r.value, r.commitment, energyWh);
        (bytes32 s, bytes32 vs) = vm.signCompact(key, digest);
        return abi.encodePacked(uint24(i), energyWh, s, vs);
    }

    /// @dev Those whose bits are set want their declared quantities, but sellers no more than `supply` in all.
    function _approvals(Report memory r, uint256 mask) internal view returns (bytes memory all) {
        for (uint256 i; i < 4; i++) {
            if ((mask >> i) & 1 == 1) {
                all = bytes.concat(all, _approval(r, i, _keys[i], int64(_nets[i])));
            }
        }
    }

    function _data(bytes memory approvals) internal view returns (bytes memory) {
        return _data(targetsOf[0], approvals);
    }

    function _data(
        bytes memory declared,
        bytes memory approvals
    ) internal pure returns (bytes memory) {
        return bytes.concat(hex"04", bytes3(uint24(4)), declared, approvals);
    }

    function _reported(uint256 matching) internal view returns (Report memory) {
        return _inlineReport(Feed.Electricity, 0, _value(PRICE, matching, WAD));
    }

    function _refused(Report memory r, bytes memory approvals, bytes memory why) internal {
        Signature[] memory s = _sign(r, 3);
        bytes memory certificate = _data(approvals);
        vm.expectRevert(why);
        oracle.post(r, s, certificate);
    }
}
