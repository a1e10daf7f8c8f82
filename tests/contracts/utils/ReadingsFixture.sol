// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Signature} from "contracts/interfaces/IEquilibriumOracle.sol";
import {Reading} from "contracts/libraries/Readings.sol";
import {MarketFixture} from "./MarketFixture.sol";

/// @title ReadingsFixture
/// @notice Meters and an attestor whose keys are known, and what they sign.
abstract contract ReadingsFixture is MarketFixture {
    uint256 internal constant METER_KEY = 0x3E7E2;
    uint256 internal constant ATTESTOR_KEY = 0xA77;
    uint8 internal constant COMPLETE = 15; // with a declaration and both registers
    uint8 internal constant QUARANTINED = 128;

    function setUp() public override {
        super.setUp();
        address[4] memory who = [ann, bea, sam, bob];
        vm.startPrank(ADMIN);
        for (uint256 i; i < 4; i++) {
            market.installMeter(who[i], vm.addr(METER_KEY + i), 1000, 2000, 3);
        }
        market.setAttestor(vm.addr(ATTESTOR_KEY), 60 days);
        vm.stopPrank();
        _declare(ann, 0, 900, 100_000, 0);
        _declare(bea, 0, -700, 400_000, 450_000);
        vm.warp(_start(1));
    }

    function _packed(
        uint256 period,
        uint256 generation,
        uint256 consumption,
        uint256 quality
    ) internal pure returns (uint256) {
        return (quality << 152) | (period << 128) | (generation << 64) | consumption;
    }

    function _digestOf(bytes32 structHash) internal view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("wattmarket ElectricityTrading"),
                keccak256("1"),
                block.chainid,
                address(market)
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function _readingDigest(address who, uint256 word) internal view returns (bytes32) {
        return
            _digestOf(
                keccak256(
                    abi.encode(
                        keccak256(
                            "Reading(address account,uint24 period,uint64 generation,uint64 consumption,uint8 quality)"
                        ),
                        who,
                        uint24(word >> 128),
                        uint64(word >> 64),
                        uint64(word),
                        uint8(word >> 152)
                    )
                )
            );
    }

    function _signed(
        uint256 key,
        address who,
        uint256 word
    ) internal view returns (Signature memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, _readingDigest(who, word));
        return Signature(r, bytes32((uint256(v - 27) << 255) | uint256(s)));
    }

    function _attested(bytes32 structHash) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ATTESTOR_KEY, _digestOf(structHash));
        return abi.encodePacked(r, s, v);
    }
}
