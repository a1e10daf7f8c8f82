// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ElecoinTerms} from "contracts/interfaces/MarketTypes.sol";
import {CertificateHarness} from "./utils/CertificateHarness.sol";
import {Markets, Member} from "./utils/Markets.sol";
import {Test} from "./utils/Vm.sol";

/// @notice What a certificate adds to a posting: its calldata (4 or 16 gas a byte) and its execution.
contract CertificateGasTest is Test {
    CertificateHarness private harness = new CertificateHarness();
    uint256 private constant PERIOD = 4321;

    function _account(uint256 i) private pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode("gas", i)))));
    }

    function _calldataGas(bytes memory data) private pure returns (uint256 gas) {
        for (uint256 i; i < data.length; i++) gas += data[i] == 0 ? 4 : 16;
    }

    /// @dev Prosumers: half sell, half buy, prices in tenths of an ELE.
    function _prosumers(uint256 n) private pure returns (Member[] memory members) {
        members = new Member[](n);
        for (uint256 i; i < n; i++) {
            uint256 r = uint256(keccak256(abi.encode("prosumer", i)));
            int256 net = int256(100 + (r % 900));
            uint256 price = 60_000 + ((r >> 32) % 40_000);
            uint256 limit;
            if (i % 2 == 0) {
                net = -net;
                price += 150_000;
                limit = price + 50_000;
            }
            members[i] = Member(
                _account(i),
                Markets.target(PERIOD, net, price, limit, 1 + (i % 3))
            );
        }
    }

    function _clearing(uint256 n) private returns (uint256) {
        Member[] memory members = _prosumers(n);
        uint256 value = Markets.clearingValue(members, 61_000);
        bytes memory call = abi.encodeCall(
            harness.clearing,
            (Markets.packTargets(members), PERIOD, 61_000, value, Markets.commitment(members))
        );
        return _measure(call);
    }

    function _measure(bytes memory call) private returns (uint256 used) {
        (bool warm, ) = address(harness).call("");
        warm;
        uint256 before = gasleft();
        (bool ok, ) = address(harness).call(call);
        used = before - gasleft();
        assertTrue(ok, "certificate");
        used += _calldataGas(call);
    }

    function test_GasClearing() external {
        assertLe(_clearing(10), 17_000, "10 prosumers");
        assertLe(_clearing(100), 125_000, "100 prosumers");
    }

    function test_GasStackelberg() external {
        ElecoinTerms memory terms = ElecoinTerms({
            redemption: 0.97e18,
            target: 1.02e18,
            least: 0.97e18,
            most: 1.05e18,
            theta: 416.16e18
        });
        assertLe(_measure(_stackelberg(_needs(40e18), terms)), 200_000, "100 needs");
        // All so small that each follower stops buying somewhere in the range: the most pieces.
        assertLe(_measure(_stackelberg(_needs(11e18), terms)), 200_000, "100 small needs");
    }

    function _needs(uint256 most) private pure returns (Member[] memory members) {
        members = new Member[](100);
        for (uint256 i; i < 100; i++) {
            members[i] = Member(_account(i), uint256(keccak256(abi.encode("need", i))) % most);
        }
    }

    function _stackelberg(
        Member[] memory members,
        ElecoinTerms memory terms
    ) private view returns (bytes memory) {
        bytes memory needs = Markets.packNeeds(members);
        bytes memory order = Markets.order(members);
        bytes32 committed = Markets.commitment(members);
        uint256 best = terms.least / 1e12;
        try harness.stackelberg(needs, order, terms, best, committed) {} catch (bytes memory err) {
            // NotBest(given, best)
            (, best) = abi.decode(_arguments(err), (uint256, uint256));
        }
        return abi.encodeCall(harness.stackelberg, (needs, order, terms, best, committed));
    }

    function _arguments(bytes memory err) private pure returns (bytes memory arguments) {
        arguments = new bytes(err.length - 4);
        for (uint256 i; i < arguments.length; i++) arguments[i] = err[i + 4];
    }
}
