// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {PoolBook, PoolSettlement} from "contracts/libraries/PoolSettlement.sol";

/// @notice A pool as random numbers make it; `tests/rounds/test_pool.py` makes the same ones.
struct Instance {
    uint256 ticks;
    uint256[] zones;
    bool[] buying;
    uint256[] openWh;
    uint256[] limits;
    uint256[] pairs;
}

/// @title PoolInstances
/// @notice Random pools of up to a dozen members in three zones, with ties, ends of ranges and closed pairs.
library PoolInstances {
    function make(uint256 seed) internal pure returns (Instance memory x) {
        uint256 count = _draw(seed, 0) % 13;
        x.ticks = _draw(seed, 100) % 400_000;
        x.zones = new uint256[](count);
        x.buying = new bool[](count);
        x.openWh = new uint256[](count);
        x.limits = new uint256[](count);
        for (uint256 i; i < count; i++) {
            uint256 w = _draw(seed, 1 + i);
            x.zones[i] = _zone(w % 3);
            x.buying[i] = (w >> 8) % 2 == 1;
            x.openWh[i] = _energy((w >> 16) % 4, (w >> 32) % 2 ** 32);
            x.limits[i] = (w >> 64) % 4 == 0 ? 2 ** 32 - 1 : (w >> 96) % 600_000;
        }
        x.pairs = _pairs(seed);
    }

    function book(Instance memory x) internal pure returns (PoolBook memory made) {
        made = PoolSettlement.open(x.zones.length);
        for (uint256 i; i < x.zones.length; i++) {
            made.add(x.zones[i], x.buying[i], x.openWh[i], x.limits[i], i);
        }
    }

    /// @dev The words of the pairs that may trade; `settle` sorts what it is given.
    function _pairs(uint256 seed) private pure returns (uint256[] memory pairs) {
        pairs = new uint256[](9);
        uint256 count;
        for (uint256 i; i < 9; i++) {
            uint256 w = _draw(seed, 101 + i);
            if (w % 4 == 0) continue;
            (uint256 network, uint256 levy) = (uint256(1e16), uint256(1e16));
            if ((w >> 8) % 3 != 0) {
                network = (w >> 16) % 16 == 0 ? 2 ** 72 : (w >> 32) % 5e16;
                levy = (w >> 96) % 2e16;
            }
            pairs[count++] = PoolSettlement.zonePair(_zone(i / 3), _zone(i % 3), network, levy);
        }
        assembly ("memory-safe") {
            mstore(pairs, count)
        }
    }

    function _energy(uint256 kind, uint256 w) private pure returns (uint256) {
        if (kind == 0) return 1 + (w % 3);
        if (kind == 1) return 1 + (w % 10_000);
        return kind == 2 ? 1 + (w % (2 ** 32 - 1)) : 2 ** 32 - 1;
    }

    /// @dev 0, an ordinary zone, and the last.
    function _zone(uint256 i) private pure returns (uint256) {
        return i == 2 ? 65_535 : i * 7;
    }

    function _draw(uint256 seed, uint256 i) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, i)));
    }
}
