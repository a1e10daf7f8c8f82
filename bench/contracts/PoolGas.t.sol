// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IDayPool} from "contracts/interfaces/IDayPool.sol";
import {Signature} from "contracts/interfaces/IEquilibriumOracle.sol";
import {PoolFixture} from "tests/contracts/utils/PoolFixture.sol";

/// @notice What the pool costs a member and period: a settlement as one transaction, divided by its members. Half sell
/// and half buy, all of them trade, in one zone or two.
contract PoolGasTest is PoolFixture {
    function test_Pool10() external {
        _measurePool(10, 1, "settlePool, 10 members");
    }

    function test_Pool100() external {
        _measurePool(100, 1, "settlePool, 100 members");
    }

    function test_Pool100InTwoZones() external {
        _measurePool(100, 2, "settlePool, 100 members in two zones");
    }

    function test_Pool1000() external {
        _measurePool(1000, 1, "settlePool, 1000 members");
    }

    /// @dev A day of the pool as one root: half of the seats owe, half are owed.
    function test_Day1000() external {
        IDayPool pool = IDayPool(_create("DayPool", abi.encode(elecoin, oracle)));
        _buyTokens(bea, 1000e18);
        vm.prank(bea);
        market.withdraw(1000e18);
        bytes memory amounts = new bytes(8 * 1000);
        for (uint256 i; i < 1000; i++) {
            address who = address(uint160(uint256(keccak256(abi.encode("day", i)))));
            vm.prank(bea);
            elecoin.transfer(who, 1e18);
            vm.startPrank(who);
            pool.join();
            elecoin.approve(address(pool), 1e18);
            pool.payIn(1e18);
            vm.stopPrank();
            bytes8 amount = bytes8(uint64(i % 2 == 0 ? int64(7e8) : -int64(7e8)));
            for (uint256 k; k < 8; k++) amounts[8 * i + k] = amount[k];
        }
        uint32 day = uint32(pool.today());
        vm.warp((uint256(day) + 1) * 1 days);
        bytes32 digest = pool.digest(day, amounts);
        Signature[] memory two = new Signature[](2);
        for (uint256 i; i < 2; i++) {
            (two[i].r, two[i].vs) = vm.signCompact(serverKeys[i], digest);
        }
        pool.postDay(day, amounts, two);
        vm.snapshotGasLastCall("postDay, 1000 seats");
        pool.applyLeaf(pool.seatAt(0), 7e8, _leftProof(amounts));
        vm.snapshotGasLastCall("applyLeaf, of 1000");
    }

    /// @dev The proof of the first leaf.
    function _leftProof(bytes memory amounts) private pure returns (bytes32[] memory proof) {
        uint256 width = amounts.length / 8;
        bytes32[] memory nodes = new bytes32[](width);
        for (uint256 i; i < width; i++) {
            int64 amount = i % 2 == 0 ? int64(7e8) : -int64(7e8);
            nodes[i] = keccak256(abi.encode(uint256(0), i, amount));
        }
        proof = new bytes32[](10);
        for (uint256 level; width > 1; level++) {
            proof[level] = nodes[1];
            for (uint256 i; 2 * i < width; i++) {
                bytes32 right = 2 * i + 1 < width ? nodes[2 * i + 1] : bytes32(0);
                nodes[i] = keccak256(abi.encode(nodes[2 * i], right));
            }
            width = (width + 1) / 2;
        }
    }

    function _measurePool(uint256 count, uint256 zones, string memory name) private {
        address[] memory who = new address[](count);
        bytes memory list = new bytes(38 * count);
        for (uint256 i; i < count; i++) {
            who[i] = address(uint160(uint256(keccak256(abi.encode("pool", i)))));
            uint16 zone = i % 4 < 2 || zones == 1 ? NORTH : SOUTH;
            _register(who[i], zone, true);
            if (i % 2 == 1) _buyTokens(who[i], 10e18);
            int256 net = i % 2 == 0 ? int256(900 + i) : -int256(700 + i);
            uint256 word = _wordIn(zone, 0, net, net > 0 ? 100_000 : 400_000, 450_000, true);
            vm.prank(who[i]);
            market.declareTarget(word);
            bytes memory one = _packed(who[i], word);
            for (uint256 k; k < 38; k++) {
                list[38 * i + k] = one[k];
            }
        }
        _postAt(0, PRICE);
        for (uint256 i; i < count; i++) {
            if (i % 2 == 0) _read(who[i], 0, 900 + i, 0);
            else _read(who[i], 0, 0, 700 + i);
        }
        vm.warp(_poolOpening(0));
        market.settlePool(0, list);
        vm.snapshotGasLastCall(name);
    }
}
