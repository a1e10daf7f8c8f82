// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ElecoinTerms} from "contracts/interfaces/MarketTypes.sol";
import {Declarations} from "contracts/libraries/Declarations.sol";
import {NeedTotals} from "contracts/libraries/NeedTotals.sol";
import {FollowerTotals, Stackelberg} from "contracts/libraries/Stackelberg.sol";
import {CertificateHarness} from "./utils/CertificateHarness.sol";
import {Markets, Member} from "./utils/Markets.sol";
import {Test} from "./utils/Vm.sol";

contract StackelbergCertificateTest is Test {
    CertificateHarness private harness = new CertificateHarness();

    function _account(uint256 i) private pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode("need", i)))));
    }

    function _certify(
        Member[] memory members,
        ElecoinTerms memory terms,
        uint256 ticks
    ) private view returns (uint256) {
        return _certify(members, Markets.order(members), terms, ticks);
    }

    function _certify(
        Member[] memory members,
        bytes memory order,
        ElecoinTerms memory terms,
        uint256 ticks
    ) private view returns (uint256) {
        bytes memory needs = Markets.packNeeds(members);
        return harness.stackelberg(needs, order, terms, ticks, Markets.commitment(members));
    }

    /// @dev Some thirty ticks around 0.4, where both bounds of small and of large needs begin to bind.
    function _game(
        uint256 seed
    ) private pure returns (Member[] memory members, ElecoinTerms memory terms) {
        uint256 low = 380_000 + (seed % 40_000);
        uint256 high = low + ((seed >> 32) % 30);
        uint256 theta = 1 + ((seed >> 64) % 1e24) / 10 ** ((seed >> 160) % 20);
        terms = ElecoinTerms({
            redemption: 1e12 * low - ((seed >> 128) % 3) * 1e15,
            target: (low + ((seed >> 200) % 40)) * 1e12,
            least: low * 1e12,
            most: high * 1e12,
            theta: theta
        });
        uint256 centre = (theta * 1e18) / terms.target;
        members = new Member[](1 + (seed % 7));
        for (uint256 i; i < members.length; i++) {
            uint256 r = uint256(keccak256(abi.encode(seed, i)));
            uint256 at = low + ((r >> 8) % (high - low + 1));
            uint256 offset = (theta * 1e6) / at;
            if (r % 4 == 0) offset -= theta;
            uint256 need = centre > offset ? centre - offset : 0;
            if (r % 4 == 3) need = (r >> 100) % (centre + 2);
            members[i] = Member(_account(i), need);
        }
    }

    function _followers(Member[] memory members) private pure returns (uint256 n) {
        for (uint256 i; i < members.length; i++) if (members[i].word != 0) n++;
    }

    /// @dev Tried tick by tick: the best one passes and no other.
    function testFuzz_OnlyTheBestTickPasses(uint256 seed) external {
        (Member[] memory members, ElecoinTerms memory terms) = _game(seed);
        vm.assume(_followers(members) != 0);
        uint256 best = Markets.bestTick(members, terms);
        _certify(members, terms, best);
        for (uint256 ticks = terms.least / 1e12; ticks <= terms.most / 1e12; ticks++) {
            if (ticks == best) continue;
            vm.expectRevert(abi.encodeWithSelector(Stackelberg.NotBest.selector, ticks, best));
            _certify(members, terms, ticks);
        }
    }

    /// @dev More games of the kind, with the neighbours of the best tick only.
    function test_TheBestTickOfManyGames() external {
        for (uint256 seed; seed < 120; seed++) {
            (Member[] memory members, ElecoinTerms memory terms) = _game(
                uint256(keccak256(abi.encode("game", seed)))
            );
            if (_followers(members) == 0) continue;
            uint256 best = Markets.bestTick(members, terms);
            _certify(members, terms, best);
            for (uint256 ticks = best - 1; ticks <= best + 1; ticks += 2) {
                if (ticks < terms.least / 1e12 || ticks > terms.most / 1e12) continue;
                vm.expectRevert(abi.encodeWithSelector(Stackelberg.NotBest.selector, ticks, best));
                _certify(members, terms, ticks);
            }
        }
    }

    /// @dev A rival tick beats the posted one exactly where its utility is higher, or as high and it is lower.
    function testFuzz_RivalBeatsOnlyWhereItIsBetter(uint256 seed, uint8 a, uint8 b) external view {
        (Member[] memory members, ElecoinTerms memory terms) = _game(seed);
        uint256 low = terms.least / 1e12;
        (uint256 posted, uint256 other) = (low + (a % 30), low + (b % 30));
        (bytes32 folded, bool beats) = harness.rival(
            Markets.packNeeds(members),
            terms,
            posted,
            other
        );
        assertEq(folded, Markets.commitment(members), "commitment");
        uint256 mine = Markets.utility(members, terms, other) * posted;
        uint256 theirs = Markets.utility(members, terms, posted) * other;
        bool better = mine > theirs || (mine == theirs && other < posted);
        assertTrue(beats == (better && other <= terms.most / 1e12), "beats");
    }

    /// @dev What the totals say is p Σx, and they add up.
    function testFuzz_ContributionsAddUp(uint256 seed, uint8 a) external pure {
        (Member[] memory members, ElecoinTerms memory terms) = _game(seed);
        uint256 ticks = terms.least / 1e12 + (a % 30);
        FollowerTotals memory sum;
        for (uint256 i; i < members.length; i++) {
            FollowerTotals memory one = Stackelberg.contribution(members[i].word, terms, ticks);
            sum.full += one.full;
            sum.between += one.between;
            sum.offsets += one.offsets;
        }
        uint256 sold = sum.full * terms.theta * ticks + sum.between * terms.theta * 1e6;
        sold -= sum.offsets * ticks;
        uint256 utility = (ticks * 1e12 - terms.redemption) * sold;
        assertEq(utility, Markets.utility(members, terms, ticks), "t U(t)");
    }

    function _defaults() private pure returns (ElecoinTerms memory) {
        return ElecoinTerms(0.97e18, 1.02e18, 0.97e18, 1.05e18, 416.16e18);
    }

    /// @dev All at the typical need: p̄ is the price, and the gap is far below a wei of utility's millionth.
    function test_TypicalNeedGivesTheTarget() external view {
        Member[] memory members = new Member[](3);
        for (uint256 i; i < 3; i++) members[i] = Member(_account(i), 20e18);
        uint256 gap = _certify(members, _defaults(), 1_020_000);
        // U = 0.05 × 60 = 3; a tick off the peak costs c K / p³ × 1e-12 ≈ 1e-9.
        assertTrue(gap > 0 && gap < 2e9, "gap");
    }

    /// @dev The leader would go below the range: its lowest tick is the price, though followers stop above it.
    function test_FallingFromTheLowestTick() external view {
        Member[] memory members = new Member[](2);
        members[0] = Member(_account(0), 1e18);
        members[1] = Member(_account(1), 20e18);
        ElecoinTerms memory terms = _defaults();
        terms.redemption = 0.5e18;
        _certify(members, terms, 970_000);
    }

    /// @dev Nothing is earned at c, and nobody buys a tick above it: the lower tick is the price.
    function test_TieAcrossPieces() external {
        uint256 theta = 400e18;
        ElecoinTerms memory terms = ElecoinTerms(1e18, 0.99e18, 1e18, 1.00001e18, theta);
        Member[] memory members = new Member[](1);
        members[0] = Member(_account(0), (theta * 1e18) / 0.99e18 - theta + 1);
        _certify(members, terms, 1_000_000);
        vm.expectRevert(abi.encodeWithSelector(Stackelberg.NotBest.selector, 1_000_001, 1_000_000));
        _certify(members, terms, 1_000_001);
    }

    function test_OrderMustNameEachFollowerOnce() external {
        Member[] memory members = new Member[](4);
        for (uint256 i; i < 4; i++) members[i] = Member(_account(i), (i == 2 ? 0 : 20 + i) * 1e18);
        ElecoinTerms memory terms = _defaults();
        uint256 best = 1_021_600;
        // The library names the best tick; by brute force it would take 80 001 trials.
        try this.certify(members, hex"000000010003", terms, best) {} catch (bytes memory err) {
            assertEq(bytes32(bytes4(err)), bytes32(Stackelberg.NotBest.selector), "order");
        }
        vm.expectRevert(abi.encodeWithSelector(Stackelberg.NotAFollower.selector, 0));
        _certify(members, hex"000000000003", terms, best);
        vm.expectRevert(abi.encodeWithSelector(Stackelberg.NotAFollower.selector, 2));
        _certify(members, hex"000200010003", terms, best);
        vm.expectRevert(abi.encodeWithSelector(Stackelberg.NotAFollower.selector, 4));
        _certify(members, hex"000400010003", terms, best);
        vm.expectRevert(abi.encodeWithSelector(Stackelberg.NotSorted.selector, 1));
        _certify(members, hex"000100000003", terms, best);
        vm.expectRevert(abi.encodeWithSelector(Stackelberg.WrongOrderLength.selector, 4, 3));
        _certify(members, hex"00000001", terms, best);
    }

    function certify(
        Member[] memory members,
        bytes memory order,
        ElecoinTerms memory terms,
        uint256 ticks
    ) external view returns (uint256) {
        return _certify(members, order, terms, ticks);
    }

    function test_NobodyNeedsAnything() external {
        Member[] memory members = new Member[](1);
        members[0].account = _account(0);
        vm.expectRevert(Stackelberg.NothingNeeded.selector);
        _certify(members, _defaults(), 1_020_000);
        vm.expectRevert(Stackelberg.NothingNeeded.selector);
        harness.interior(NeedTotals.wrap(0), _defaults(), 1_020_000);
    }

    function test_TermsThatWouldNotFit() external {
        Member[] memory members = new Member[](1);
        members[0] = Member(_account(0), 1e18);
        ElecoinTerms memory terms = _defaults();
        terms.theta = 2 ** 96;
        vm.expectRevert(
            abi.encodeWithSelector(
                Stackelberg.TermsTooLarge.selector,
                terms.theta,
                (terms.theta * 1e18) / 1.02e18
            )
        );
        _certify(members, terms, 1_020_000);
    }

    function test_PricesOutOfRange() external {
        Member[] memory members = new Member[](1);
        members[0] = Member(_account(0), 20e18);
        NeedTotals totals = NeedTotals.wrap(0).add(20e18, 204e18);
        uint256[2] memory ticks = [uint256(969_999), 1_050_001];
        for (uint256 i; i < 2; i++) {
            bytes memory refusal = abi.encodeWithSelector(
                Stackelberg.PriceOutOfRange.selector,
                ticks[i],
                970_000,
                1_050_000
            );
            vm.expectRevert(refusal);
            _certify(members, _defaults(), ticks[i]);
            vm.expectRevert(refusal);
            harness.interior(totals, _defaults(), ticks[i]);
        }
    }

    /// @dev Sums of 65,535 followers fit; that many are looked at, and one more is not.
    function test_MoreFollowersThanSumsAreMadeFor() external {
        bytes memory refusal = abi.encodeWithSelector(
            Stackelberg.TooManyFollowers.selector,
            65_536
        );
        vm.expectRevert(refusal);
        harness.interior(NeedTotals.wrap(65_536), _defaults(), 1_020_000);
        vm.expectRevert(refusal);
        harness.stackelberg(new bytes(65_536 * 36), "", _defaults(), 1_020_000, 0);
        try harness.interior(NeedTotals.wrap(65_535), _defaults(), 1_020_000) {} catch (
            bytes memory why
        ) {
            assertEq(bytes32(bytes4(why)), bytes32(Stackelberg.BoundBinds.selector), "interior");
        }
        try harness.stackelberg(new bytes(65_535 * 36), "", _defaults(), 1_020_000, 0) {} catch (
            bytes memory why
        ) {
            bytes4 wrong = Declarations.WrongDeclarations.selector;
            assertEq(bytes32(bytes4(why)), bytes32(wrong), "certificate");
        }
    }

    function test_OtherDeclarationsAreRefused() external {
        Member[] memory members = new Member[](1);
        members[0] = Member(_account(0), 20e18);
        bytes memory packed = Markets.packNeeds(members);
        bytes32 given = Markets.commitment(members);
        vm.expectRevert(
            abi.encodeWithSelector(Declarations.WrongDeclarations.selector, given, bytes32(0))
        );
        harness.stackelberg(packed, hex"0000", _defaults(), 1_020_000, 0);
    }

    /* --------------------------------------------------- interior ------------------------------------------------- */

    function test_InteriorNeedsNoDeclarations() external {
        NeedTotals totals;
        for (uint256 i; i < 3; i++) totals = totals.add(20e18, 204e18);
        totals = totals.add(0, 204e18);
        uint256 gap = harness.interior(totals, _defaults(), 1_020_000);
        assertTrue(gap > 0 && gap < 2e9, "gap");
        vm.expectRevert(abi.encodeWithSelector(Stackelberg.NotBest.selector, 1_020_001, 1_020_000));
        harness.interior(totals, _defaults(), 1_020_001);
        // A need so small that she stops buying below the highest price.
        totals = totals.add(1e18, 204e18);
        vm.expectRevert();
        harness.interior(totals, _defaults(), 1_020_000);
    }

    function testFuzz_NeedTotals(uint96[8] memory needs, uint96 half) external pure {
        NeedTotals totals;
        uint256 count;
        uint256 sum;
        uint256 least = type(uint256).max;
        uint256 greatest;
        for (uint256 i; i < 8; i++) {
            totals = totals.add(needs[i], half);
            if (needs[i] == 0) continue;
            uint256 counted = needs[i] < half ? needs[i] : half;
            count++;
            sum += counted;
            if (counted < least) least = counted;
            if (counted > greatest) greatest = counted;
        }
        (uint256 n, uint256 total, uint256 leastDown, uint256 greatestUp) = totals.unpack();
        assertEq(n, count, "count");
        assertEq(total, sum, "sum");
        if (count == 0) return;
        assertLe(leastDown, least, "least");
        assertTrue(least - leastDown < 2 ** 40, "least by less than a unit");
        assertGe(greatestUp, greatest, "greatest");
        assertTrue(greatestUp - greatest < 2 ** 40, "greatest by less than a unit");
    }
}
