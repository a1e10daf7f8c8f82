// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Clearing, ClearingTotals} from "contracts/libraries/Clearing.sol";
import {Node} from "contracts/libraries/MerkleSum.sol";
import {NeedTotals} from "contracts/libraries/NeedTotals.sol";
import {Reading, Readings} from "contracts/libraries/Readings.sol";
import {Test} from "../utils/Vm.sol";

/// @dev Internal library calls as external ones, so that a revert can be seen.
contract CertificateCalls {
    function check(
        ClearingTotals memory sum,
        uint256 floorTicks,
        uint256 value
    ) external pure returns (uint256) {
        return Clearing.check(sum, floorTicks, value);
    }

    function reading(uint256 word) external pure returns (Reading memory) {
        return Readings.unpack(address(1), word);
    }
}

/// @notice Proofs: `make prove` runs each for all arguments at once (halmos), `forge test` for random ones.
contract CertificateProof is Test {
    uint256 private constant FLOOR = 80_000;

    CertificateCalls private calls = new CertificateCalls();

    /// @dev Above the floor a price is accepted only where demand is met there and not one tick below, and all are
    /// matched (that it is accepted then: `testFuzz_OnlyTheRulesValuePasses`). The totals are those at the price, which
    /// itself does not matter any more: it is one tick.
    function testProof_AnAcceptedPriceClears(
        uint96 demand,
        uint96 slopes,
        uint96 supply,
        uint96 below,
        uint64 matching
    ) external view {
        uint256 value = (uint256(1e18) << 160) | (uint256(matching) << 96) | ((FLOOR + 1) * 1e12);
        ClearingTotals memory sum = ClearingTotals(demand, slopes, supply, below);
        bool clears = demand <= supply && uint256(demand) + slopes > below && matching == 1e18;
        try calls.check(sum, FLOOR, value) returns (uint256) {
            assert(clears);
        } catch {}
    }

    /// @dev Totals pass through a node of the tree unchanged.
    function testProof_TotalsAreTheirNode(
        uint128 demand,
        uint128 slopes,
        uint128 supply,
        uint128 below
    ) external pure {
        ClearingTotals memory t = Clearing.fromNode(
            Clearing.toNode(0, ClearingTotals(demand, slopes, supply, below))
        );
        assert(t.demand == demand && t.slopes == slopes);
        assert(t.supply == supply && t.supplyBelow == below);
        Node memory node = Clearing.toNode(bytes32(uint256(7)), t);
        assert(node.hash == bytes32(uint256(7)));
    }

    /// @dev One more need: one more follower, the sum grows by what counts of it, and the bounds hold it.
    function testProof_TotalsOfNeedsHoldEachNeed(
        uint16 count,
        uint96 sum,
        uint56 least,
        uint56 greatest,
        uint128 need,
        uint96 half
    ) external pure {
        vm.assume(need > 0);
        NeedTotals totals = NeedTotals.wrap(
            uint256(count) |
                (uint256(sum) << 24) |
                (uint256(least) << 144) |
                (uint256(greatest) << 200)
        );
        (uint256 n, uint256 total, uint256 down, uint256 up) = totals.add(need, half).unpack();
        uint256 counted = need < half ? need : half;
        assert(n == uint256(count) + 1 && total == sum + counted);
        assert(down <= counted && counted <= up);
    }

    function testProof_NobodysNeedChangesNothing(NeedTotals totals, uint96 half) external pure {
        assert(NeedTotals.unwrap(totals.add(0, half)) == NeedTotals.unwrap(totals));
    }

    /// @dev A signed reading is refused or read whole.
    function testProof_AReadingIsRefusedOrExact(uint256 word) external view {
        try calls.reading(word) returns (Reading memory r) {
            uint256 again =
                uint256(r.consumption) |
                    (uint256(r.generation) << 64) |
                    (uint256(r.period) << 128) |
                    (uint256(r.quality) << 152);
            assert(again == word && r.quality <= 1);
        } catch {
            assert(word >> 152 > 1);
        }
    }
}
