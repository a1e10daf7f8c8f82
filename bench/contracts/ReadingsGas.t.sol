// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Signature} from "contracts/interfaces/IEquilibriumOracle.sol";
import {Reading, Readings} from "contracts/libraries/Readings.sol";
import {MarketFixture} from "tests/contracts/utils/MarketFixture.sol";

/// @notice Gas of readings as they may arrive, in a ring that was used: one hundred meters, both registers each.
contract ReadingsGasTest is MarketFixture {
    uint256 private constant METERS = 100;
    uint256 private constant METER_KEY = 0x3E7E200;
    uint256 private constant ATTESTOR_KEY = 0xA77;
    /// @dev One more than the ring is long.
    uint256 private constant LAST = 5;

    address[] private _who;

    function setUp() public override {
        super.setUp();
        vm.startPrank(ADMIN);
        for (uint256 i; i < METERS; i++) {
            address who = address(uint160(0x1000000 + i));
            market.empower(who, bytes32(i), NORTH, true, true, RATED);
            market.installMeter(who, vm.addr(METER_KEY + i), 1 << 20, 1 << 20, 3);
            _who.push(who);
        }
        market.setAttestor(vm.addr(ATTESTOR_KEY), 60 days);
        vm.stopPrank();
    }

    /// @dev As in a market whose periods are closed when they may be.
    function _closeAll(uint256 t) private {
        if (t < 3) return;
        market.close(_who, uint24(t - 3));
    }

    function _reading(uint256 i, uint256 period) private view returns (uint256) {
        uint256 register = (1 << 20) + 700 * (period + 1);
        return (period << 128) | (register << 64) | (register - i);
    }

    function _digest(bytes32 structHash) private view returns (bytes32) {
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

    function _sign(uint256 i, uint256 word) private view returns (Signature memory) {
        bytes32 digest = _digest(Readings.structHash(Readings.unpack(_who[i], word)));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(METER_KEY + i, digest);
        return Signature(r, bytes32((uint256(v - 27) << 255) | uint256(s)));
    }

    /// @dev In a market's ordinary round the period was declared, which has taken its place in the ring.
    function test_OneByOne() external {
        _relayAll(true);
        vm.snapshotGasLastCall("reading, relayed");
    }

    function test_OneByOneUndeclared() external {
        _relayAll(false);
        vm.snapshotGasLastCall("reading, relayed, of an undeclared period");
    }

    function _relayAll(bool declared) private {
        for (uint256 t; t <= LAST; t++) {
            if (declared) {
                vm.warp(_declarationDeadline(t) - 1);
                _declare(_who[0], t, 700, 100_000, 0);
            }
            vm.warp(_start(t + 1));
            _closeAll(t);
            uint256 word = _reading(0, t);
            market.relayReading(_who[0], word, _sign(0, word));
        }
    }

    function test_ABatchEachSigned() external {
        uint256[] memory words = new uint256[](METERS);
        Signature[] memory signatures = new Signature[](METERS);
        for (uint256 t; t <= LAST; t++) {
            vm.warp(_start(t + 1));
            _closeAll(t);
            for (uint256 i; i < METERS; i++) {
                words[i] = _reading(i, t);
                signatures[i] = _sign(i, words[i]);
            }
            market.relayReadings(_who, words, signatures);
        }
        vm.snapshotGasLastCall("readings, 100 each signed");
    }

    function test_OneAttestation() external {
        uint256 offset = market.account(_who[0]).index - 1;
        uint256[] memory words = new uint256[]((METERS + 2) / 3);
        for (uint256 t; t <= LAST; t++) {
            vm.warp(_start(t + 1));
            _closeAll(t);
            for (uint256 g; g < words.length; g++) {
                words[g] = 0;
                for (uint256 place; place < 3; place++) {
                    uint256 word = _reading(0, t);
                    words[g] |= (((word >> 64) & 0xffffffffff) << (80 * place + 40));
                    words[g] |= (word & 0xffffffffff) << (80 * place);
                }
            }
            bytes32 listed = keccak256(abi.encodePacked(words));
            bytes32 digest = _digest(
                keccak256(abi.encode(Readings.ATTESTATION_TYPEHASH, t, (offset + 2) / 3, listed))
            );
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(ATTESTOR_KEY, digest);
            market.attestReadings(
                uint24(t),
                uint32((offset + 2) / 3),
                words,
                abi.encodePacked(r, s, v)
            );
        }
        vm.snapshotGasLastCall("readings, 100 attested (102 in dense words)");
        address[] memory some = new address[](90);
        for (uint256 i; i < 90; i++) {
            some[i] = _who[i + 3];
        }
        market.applyReadings(uint24(LAST), some);
        vm.snapshotGasLastCall("readings, 90 attested ones applied, first");
    }

    function test_ARoot() external {
        vm.warp(_start(1));
        bytes32 digest = _digest(
            keccak256(abi.encode(Readings.ROOT_TYPEHASH, 0, bytes32(uint256(1))))
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ATTESTOR_KEY, digest);
        market.attestRoot(0, bytes32(uint256(1)), abi.encodePacked(r, s, v));
        vm.snapshotGasLastCall("readings, the root of any number");
    }
}
