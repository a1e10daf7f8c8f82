// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

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
