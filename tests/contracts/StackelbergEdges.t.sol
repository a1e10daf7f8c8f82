// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ElecoinTerms} from "contracts/interfaces/MarketTypes.sol";
import {NeedTotals} from "contracts/libraries/NeedTotals.sol";
import {FollowerTotals, Stackelberg} from "contracts/libraries/Stackelberg.sol";
import {CertificateHarness} from "./utils/CertificateHarness.sol";
import {Markets, Member} from "./utils/Markets.sol";
import {Test} from "./utils/Vm.sol";

/// @notice The leader's game where a bound just does not bind, and gaps to the wei.
contract StackelbergEdgesTest is Test {
    CertificateHarness private harness = new CertificateHarness();

    /// @dev Least and greatest needs are kept in units of 2^40 wei.
    uint256 private constant THETA = 100_000 << 40;

    /* --------------------------------------------------- interior ------------------------------------------------ */

    /// @dev Half the centre is θ, so her offset is θ who needs that much or more.
    function _terms(uint256 lowest, uint256 highest) private pure returns (ElecoinTerms memory) {
        return ElecoinTerms(0.45e18, 0.5e18, lowest * 1e12, highest * 1e12, THETA);
    }

    function _totals(uint256 little, uint256 much) private pure returns (NeedTotals) {
        return NeedTotals.wrap(0).add(little, THETA).add(much, THETA);
    }

    /// @dev Offsets are 1.25 θ and θ: one stops at 800 000 ticks, the other leaves her bound at 500 000.
    function test_BoundsBindBeyondTheirTick() external {
        NeedTotals totals = _totals((3 * THETA) / 4, 3 * THETA);
        assertEq(harness.interior(totals, _terms(500_000, 800_000), 632_456), 366_098, "gap");
        bytes memory binds = abi.encodeWithSelector(
            Stackelberg.BoundBinds.selector,
            THETA,
            (5 * THETA) / 4
        );
        vm.expectRevert(binds);
        harness.interior(totals, _terms(499_999, 800_000), 632_456);
        vm.expectRevert(binds);
        harness.interior(totals, _terms(500_000, 800_001), 632_456);
    }

    /// @dev Her offset is 1.2 θ, not θ: a need below half the centre counts as it is.
    function test_AGreatNeedBelowHalfIsItself() external view {
        NeedTotals totals = _totals((3 * THETA) / 4, (4 * THETA) / 5);
        ElecoinTerms memory terms = _terms(470_000, 800_000);
        assertEq(harness.interior(totals, terms, 606_092), 420_693, "gap");
    }

    /// @dev Made so that the rise within a tick is two WAD less one wei, and twenty less two.
    function test_InteriorGapsToTheWei() external view {
        ElecoinTerms memory terms = ElecoinTerms(
            3303227116910508617458,
            3369533572644866964953,
            3336259383e12,
            3336259393e12,
            282412008451193824047
        );
        NeedTotals totals = NeedTotals.wrap(0).add(2 << 40, type(uint96).max);
        assertEq(harness.interior(totals, terms, 3336259388), 3, "rounded up");
        terms = ElecoinTerms(
            3403215110608319566793,
            3471580066608960328933,
            3437247256e12,
            3437247266e12,
            334064089556211439225
        );
        totals = NeedTotals.wrap(0).add(1 << 40, type(uint96).max);
        assertEq(harness.interior(totals, terms, 3437247261), 20, "a wei less");
    }

    /* --------------------------------------------------- followers ----------------------------------------------- */

    function _demand(uint256 need, uint256 ticks) private pure returns (FollowerTotals memory) {
        return Stackelberg.contribution(need, _terms(1, 2), ticks);
    }

    function _are(FollowerTotals memory sum, uint256 full, uint256 offset) private pure {
        assertEq(sum.full, full, "full");
        assertEq(sum.between, offset == 0 ? 0 : 1, "between");
        assertEq(sum.offsets, offset, "offset");
    }

    /// @dev θ up to the tick where she wants as much, nothing from the tick on where she wants nothing.
    function test_AFollowerIsAtHerBoundToItsTick() external pure {
        _are(_demand(3 * THETA, 500_000), 1, 0);
        _are(_demand(3 * THETA, 500_001), 0, THETA);
        _are(_demand((3 * THETA) / 4, 799_999), 0, (5 * THETA) / 4);
        _are(_demand((3 * THETA) / 4, 800_000), 0, 0);
        _are(_demand(0, 500_000), 0, 0);
    }

    /// @dev One is at her bound and one between at the one price, both are between at the other.
    function test_ARivalIsWeighedWithAllItSells() external view {
        Member[] memory members = new Member[](2);
        members[0] = Member(address(1), 3 * THETA);
        members[1] = Member(address(2), (3 * THETA) / 4);
        bytes memory needs = Markets.packNeeds(members);
        ElecoinTerms memory terms = _terms(460_000, 800_000);
        // The leader's best price is a little above the tick where the first leaves her bound.
        terms.redemption = 0.3e18;
        for (uint256 a = 460_000; a < 800_000; a += 34_000) {
            for (uint256 b = 460_000; b < 800_000; b += 34_000) {
                (, bool beats) = harness.rival(needs, terms, a, b);
                uint256 mine = Markets.utility(members, terms, b) * a;
                uint256 theirs = Markets.utility(members, terms, a) * b;
                bool better = mine > theirs || (mine == theirs && b < a);
                assertTrue(beats == better, "beats");
            }
        }
    }

    function test_TheGreatestTermsFit() external pure {
        ElecoinTerms memory terms = ElecoinTerms(1, 1e18, 1e12, 1e12, type(uint96).max);
        FollowerTotals memory sum = Stackelberg.contribution(1, terms, 999_999);
        _are(sum, 0, type(uint96).max - 1);
    }
}
