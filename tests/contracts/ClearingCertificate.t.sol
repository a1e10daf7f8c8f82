// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Clearing, ClearingTotals} from "contracts/libraries/Clearing.sol";
import {Declarations} from "contracts/libraries/Declarations.sol";
import {CertificateHarness} from "./utils/CertificateHarness.sol";
import {Markets, Member} from "./utils/Markets.sol";
import {Test} from "./utils/Vm.sol";

contract ClearingCertificateTest is Test {
    CertificateHarness private harness = new CertificateHarness();
    uint256 private constant PERIOD = 77;
    uint256 private constant WAD = 1e18;

    function _account(uint256 i) private pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode("clearing", i)))));
    }

    function _member(uint256 i, int256 net, uint256 price) private pure returns (Member memory) {
        return Member(_account(i), Markets.target(PERIOD, net, price, price, i));
    }

    function _value(uint256 ticks, uint256 matching) private pure returns (uint256) {
        return (ticks * 1e12) | (matching << 96) | (WAD << 160);
    }

    function _certify(
        Member[] memory members,
        uint256 floor,
        uint256 value
    ) private view returns (uint256) {
        bytes memory packed = Markets.packTargets(members);
        return harness.clearing(packed, PERIOD, floor, value, Markets.commitment(members));
    }

    /// @dev Nets and prices over a few ticks, or over all of them.
    function _market(
        uint256 seed,
        bool wide
    ) private pure returns (Member[] memory members, uint256 floor) {
        members = new Member[](1 + (seed % 12));
        floor = wide ? 1e6 : seed % 3;
        for (uint256 i; i < members.length; i++) {
            uint256 r = uint256(keccak256(abi.encode(seed, i)));
            int256 net = wide ? int256(int32(uint32(r))) : int256(r % 9) - 4;
            members[i] = _member(i, net, wide ? uint32(r >> 32) : (r >> 32) % 8);
        }
    }

    /// @dev The single pass in assembly against the same sums one by one.
    function testFuzz_PassIsSumOfContributions(
        uint256 seed,
        bool wide,
        uint32 ticks
    ) external view {
        (Member[] memory members, uint256 floor) = _market(seed, wide);
        uint256 price = wide ? uint256(ticks) : ticks % 9;
        (bytes32 folded, ClearingTotals memory sum) = harness.clearingTotals(
            Markets.packTargets(members),
            PERIOD,
            floor,
            price
        );
        ClearingTotals memory total;
        for (uint256 i; i < members.length; i++) {
            ClearingTotals memory one = Clearing.contribution(members[i].word, floor, price);
            total.demand += one.demand;
            total.slopes += one.slopes;
            total.supply += one.supply;
            total.supplyBelow += one.supplyBelow;
        }
        assertEq(abi.encode(sum), abi.encode(total), "sums");
        assertEq(folded, Markets.commitment(members), "commitment");
        (uint256 demand, uint256 supply) = Markets.demandAndSupply(members, floor, price);
        if (price >= floor) assertEq(sum.demand, demand, "demand");
        assertEq(sum.supply, supply, "supply");
    }

    /// @dev The rule's word passes; any other word does not.
    function testFuzz_OnlyTheRulesValuePasses(uint256 seed, bool wide, uint32 other) external {
        (Member[] memory members, uint256 floor) = _market(seed, wide);
        uint256 value = Markets.clearingValue(members, floor);
        vm.assume(value != 0);
        assertTrue(_certify(members, floor, value) < 1e12, "gap below a tick");
        uint256 ticks = uint96(value) / 1e12;
        uint256[3] memory wrong = [uint256(other), ticks + 1, ticks == 0 ? 1 : ticks - 1];
        for (uint256 i; i < 3; i++) {
            if (wrong[i] == ticks || wrong[i] > type(uint32).max) continue;
            vm.expectRevert();
            _certify(members, floor, _value(wrong[i], WAD));
        }
    }

    function testFuzz_AnyChangedByteIsRefused(uint256 seed, uint256 place, uint8 flip) external {
        vm.assume(flip != 0);
        (Member[] memory members, uint256 floor) = _market(seed, true);
        uint256 value = Markets.clearingValue(members, floor);
        vm.assume(value != 0);
        bytes memory packed = Markets.packTargets(members);
        bytes32 committed = Markets.commitment(members);
        uint256 i = place % packed.length;
        packed[i] = bytes1(uint8(packed[i]) ^ flip);
        vm.expectRevert();
        harness.clearing(packed, PERIOD, floor, value, committed);
    }

    function test_MissingOrReorderedDeclarationsAreRefused() external {
        Member[] memory members = new Member[](3);
        members[0] = _member(0, -100, 200);
        members[1] = _member(1, 50, 120);
        members[2] = _member(2, 50, 130);
        bytes32 committed = Markets.commitment(members);
        uint256 value = Markets.clearingValue(members, 100);
        (members[1], members[2]) = (members[2], members[1]);
        bytes32 given = Markets.commitment(members);
        bytes memory packed = Markets.packTargets(members);
        vm.expectRevert(
            abi.encodeWithSelector(Declarations.WrongDeclarations.selector, given, committed)
        );
        harness.clearing(packed, PERIOD, 100, value, committed);

        bytes memory cut = new bytes(packed.length - 1);
        for (uint256 i; i < cut.length; i++) cut[i] = packed[i];
        vm.expectRevert(
            abi.encodeWithSelector(Declarations.MalformedDeclarations.selector, cut.length, 35)
        );
        harness.clearing(cut, PERIOD, 100, value, committed);
    }

    /// @dev One buyer: 100 Wh at 100, nothing at 200; one seller of 30 Wh from 120 on. The line meets 30 Wh at 170.
    function test_ByHand() external view {
        Member[] memory members = new Member[](2);
        members[0] = _member(0, -100, 200);
        members[1] = _member(1, 30, 120);
        assertEq(_certify(members, 100, _value(170, WAD)), 0, "on a tick");
        // 31 Wh: 100 − p' = 31 at 169.
        members[1] = _member(1, 31, 120);
        assertEq(_certify(members, 100, _value(169, WAD)), 0, "on a tick");
        // Three ticks for the line and one of two Wh: it is met at a third of a tick above 100.
        members[0] = _member(0, -9, 104);
        members[1] = _member(1, 8, 90);
        // σ = 9/4 a tick; 9 − 9/4 x = 8 at x = 4/9: the price is 101, five ninths too high.
        assertEq(_certify(members, 100, _value(101, WAD)), 555_555_555_556, "gap rounded up");
    }

    /// @dev All is on offer at the floor and too much: the price is the floor, μ = demand ÷ supply rounded down.
    function test_AtFloor() external {
        Member[] memory members = new Member[](2);
        members[0] = _member(0, -100, 200);
        members[1] = _member(1, 300, 100);
        assertEq(_certify(members, 100, _value(100, 333_333_333_333_333_333)), 0, "floor");
        vm.expectRevert(
            abi.encodeWithSelector(Clearing.WrongMatching.selector, WAD, 333_333_333_333_333_333)
        );
        _certify(members, 100, _value(100, WAD));
        vm.expectRevert(abi.encodeWithSelector(Clearing.BelowFloor.selector, 99, 100));
        _certify(members, 100, _value(99, WAD));
    }

    /// @dev The market clears where a seller joins: the price is her cost, whatever the tick below says.
    function test_JumpOfSupply() external view {
        Member[] memory members = new Member[](2);
        members[0] = _member(0, -100, 200);
        members[1] = _member(1, 90, 150);
        assertEq(_certify(members, 100, _value(150, WAD)), 0, "at the cost");
    }

    /// @dev Nobody sells: the price is the highest value; one who never sells does not count, even at the top.
    function test_NobodySells() external {
        Member[] memory members = new Member[](2);
        members[0] = _member(0, -100, type(uint32).max);
        members[1] = _member(1, 100, type(uint32).max);
        assertEq(_certify(members, 100, _value(type(uint32).max, WAD)), 0, "highest");
        members[0] = _member(0, -100, 200);
        vm.expectRevert(
            abi.encodeWithSelector(Clearing.NotClearing.selector, 201, int256(0), int256(0))
        );
        _certify(members, 100, _value(201, WAD));
    }

    /// @dev Who never sells adds nothing, even at the price that says so.
    function test_NeverSells() external view {
        uint256 top = type(uint32).max;
        Member[] memory members = new Member[](1);
        members[0] = _member(0, 100, top);
        bytes memory packed = Markets.packTargets(members);
        (, ClearingTotals memory sum) = harness.clearingTotals(packed, PERIOD, 0, top);
        assertEq(sum.supply, 0, "in the pass");
        assertEq(Clearing.contribution(members[0].word, 0, top).supply, 0, "alone");
    }

    /// @dev σ = 5000 × 2^40 ÷ (4e9 − 5000) = 1,374,391, and σ × (v − p) is 2,393 Wh and one unit of 2^-40 Wh more.
    function test_OneUnitTooMuchDoesNotClear() external {
        Member[] memory members = new Member[](2);
        members[0] = _member(0, -5000, 4e9);
        members[1] = _member(1, 2393, 6000);
        uint256 ticks = 2_085_602_041;
        vm.expectRevert(
            abi.encodeWithSelector(
                Clearing.NotClearing.selector,
                ticks,
                int256(1),
                int256(1_374_392)
            )
        );
        _certify(members, 5000, _value(ticks, WAD));
        assertTrue(_certify(members, 5000, _value(ticks + 1, WAD)) > 0, "the next tick does");
    }

    function test_AboveTheFloorWhereTheFloorDoesNotClear() external {
        Member[] memory members = new Member[](2);
        members[0] = _member(0, -100, 200);
        members[1] = _member(1, 50, 100);
        vm.expectRevert(
            abi.encodeWithSelector(Clearing.NotClearing.selector, 100, int256(50) << 40, int256(1))
        );
        _certify(members, 100, _value(100, WAD));
    }

    /// @dev At her value a buyer wants nothing yet, and wants more with every tick below.
    function test_ValueIsThePrice() external pure {
        ClearingTotals memory sum = Clearing.contribution(_member(0, -100, 200).word, 100, 200);
        assertEq(sum.demand, 0, "demand");
        assertEq(sum.slopes, 1 << 40, "slope");
        sum = Clearing.contribution(_member(0, -100, 200).word, 100, 201);
        assertEq(sum.slopes, 0, "above it");
    }

    function test_NobodyBuys() external {
        Member[] memory members = new Member[](1);
        members[0] = _member(0, -100, 100);
        vm.expectRevert(abi.encodeWithSelector(Clearing.NothingDemanded.selector, 100));
        _certify(members, 100, _value(100, WAD));
    }

    function test_ServedIsOne() external {
        Member[] memory members = new Member[](1);
        members[0] = _member(0, -100, 200);
        vm.expectRevert(abi.encodeWithSelector(Clearing.WrongServed.selector, 5, WAD));
        _certify(members, 100, (200 * 1e12) | (WAD << 96) | (uint256(5) << 160));
    }
}
