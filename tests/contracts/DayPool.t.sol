// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {DayRoot, IDayPool} from "contracts/interfaces/IDayPool.sol";
import {Signature} from "contracts/interfaces/IEquilibriumOracle.sol";
import {DayTree} from "contracts/libraries/DayTree.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";

/// @dev The library's calls with calldata.
contract Trees {
    function root(uint256 number, bytes calldata amounts) external pure returns (bytes32) {
        return DayTree.root(number, amounts, amounts.length / 8);
    }

    function verify(
        uint256 place,
        int64 amount,
        uint256 count,
        bytes32[] calldata proof,
        bytes32 root_
    ) external pure returns (bool) {
        return DayTree.verify(0, place, amount, count, proof, root_);
    }
}

contract DayPoolTest is MarketFixture {
    uint256 private constant UNIT = 1e9;
    uint256 private constant DAY = 1 days;
    uint256 private constant FUNDS = 20e18;

    IDayPool private pool;
    Trees private trees = new Trees();
    address[4] private who;

    function setUp() public override {
        super.setUp();
        pool = IDayPool(_create("DayPool", abi.encode(elecoin, oracle)));
        who = [ann, bea, sam, bob];
        for (uint256 i; i < 4; i++) {
            _buyTokens(who[i], FUNDS);
            vm.startPrank(who[i]);
            market.withdraw(FUNDS);
            elecoin.approve(address(pool), type(uint256).max);
            assertEq(pool.join(), i, "place");
            pool.payIn(10e18);
            vm.stopPrank();
        }
    }

    /* ----------------------------------------------------- helpers ----------------------------------------------- */

    function _amounts(int64[4] memory a) private pure returns (bytes memory) {
        return abi.encodePacked(a[0], a[1], a[2], a[3]);
    }

    function _signed(
        uint32 day,
        bytes memory amounts
    ) private view returns (Signature[] memory signatures) {
        bytes32 digest = pool.digest(day, amounts);
        signatures = new Signature[](2);
        for (uint256 i; i < 2; i++) {
            (bytes32 r, bytes32 vs) = vm.signCompact(serverKeys[2 * i], digest);
            signatures[i] = Signature(r, vs);
        }
    }

    function _today() private view returns (uint32) {
        return uint32(pool.today());
    }

    /// @dev Posts today's amounts at the first second of tomorrow.
    function _post(int64[4] memory a) private returns (bytes memory amounts) {
        amounts = _amounts(a);
        uint32 day = _today();
        vm.warp((uint256(day) + 1) * DAY);
        pool.postDay(day, amounts, _signed(day, amounts));
    }

    function _expect(bytes memory why, uint32 day, bytes memory amounts) private {
        Signature[] memory signatures = _signed(day, amounts);
        vm.expectRevert(why);
        pool.postDay(day, amounts, signatures);
    }

    function _hash(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return keccak256(abi.encode(left, right));
    }

    /// @dev The proof by a plain recursion over all leaves.
    function _proof(
        uint256 number,
        int64[] memory a,
        uint256 place
    ) private pure returns (bytes32[] memory proof) {
        uint256 depth;
        while (1 << depth < a.length) depth++;
        proof = new bytes32[](depth);
        for (uint256 level; level < depth; level++) {
            proof[level] = _nodeAt(number, a, level, (place >> level) ^ 1);
        }
    }

    function _nodeAt(
        uint256 number,
        int64[] memory a,
        uint256 level,
        uint256 place
    ) private pure returns (bytes32) {
        if (place << level >= a.length) return 0;
        if (level == 0) return keccak256(abi.encode(number, place, a[place]));
        return
            _hash(
                _nodeAt(number, a, level - 1, 2 * place),
                _nodeAt(number, a, level - 1, 2 * place + 1)
            );
    }

    function _apply(uint256 number, int64[4] memory a, uint256 place) private {
        int64[] memory list = new int64[](4);
        for (uint256 i; i < 4; i++) list[i] = a[i];
        pool.applyLeaf(who[place], a[place], _proof(number, list, place));
    }

    function _balance(address account) private view returns (uint256) {
        return pool.seatOf(account).balance;
    }

    /* ------------------------------------------------------ days ------------------------------------------------- */

    int64[4] private DAY_ONE = [int64(3e9), -2e9, 1e9, -2e9];

    function test_ADayMovesWhatItsLeavesSay() external {
        _post(DAY_ONE);
        assertEq(pool.roots(), 1, "roots");
        assertEq(_balance(ann), 10e18, "nothing moves before a leaf is applied");
        vm.startPrank(stranger);
        for (uint256 i; i < 4; i++) {
            _apply(0, DAY_ONE, i);
        }
        vm.stopPrank();
        assertEq(_balance(ann), 13e18, "ann");
        assertEq(_balance(bea), 8e18, "bea");
        assertEq(_balance(sam), 11e18, "sam");
        assertEq(_balance(bob), 8e18, "bob");
        assertEq(elecoin.balanceOf(address(pool)), 40e18, "the elecoins are there");
    }

    function test_WhatHappensIsSaid() external {
        vm.startPrank(stranger);
        vm.expectEmit(address(pool));
        emit IDayPool.Joined(stranger, 4);
        pool.join();
        vm.stopPrank();
        vm.startPrank(ann);
        vm.expectEmit(address(pool));
        emit IDayPool.PaidIn(ann, 7);
        pool.payIn(7);
        vm.expectEmit(address(pool));
        emit IDayPool.Leaving(ann, 7, _today());
        pool.leave(7);
        vm.stopPrank();
        bytes memory amounts = _amounts(DAY_ONE);
        uint32 day = _today();
        bytes32 root = trees.root(0, amounts);
        vm.warp((uint256(day) + 1) * DAY);
        Signature[] memory signatures = _signed(day, amounts);
        vm.expectEmit(address(pool));
        emit IDayPool.DayPosted(0, day, root, 4e18);
        pool.postDay(day, amounts, signatures);
        DayRoot memory posted = pool.rootAt(0);
        assertEq(posted.root, root, "root");
        assertEq(posted.day, day, "day");
        assertEq(posted.count, 4, "count");
        int64[] memory list = new int64[](4);
        for (uint256 i; i < 4; i++) list[i] = DAY_ONE[i];
        bytes32[] memory proof = _proof(0, list, 0);
        vm.expectEmit(address(pool));
        emit IDayPool.LeafApplied(0, ann, 3e9);
        pool.applyLeaf(ann, 3e9, proof);
        vm.warp(block.timestamp + 5 * DAY);
        vm.expectEmit(address(pool));
        emit IDayPool.PaidOut(ann, 7);
        vm.prank(ann);
        pool.payOut();
    }

    function test_NothingIsPaidInOrOutBeforeAllLeavesAreApplied() external {
        vm.prank(ann);
        pool.leave(10e18);
        _post(DAY_ONE);
        vm.warp(block.timestamp + 5 * DAY);
        bytes memory open = abi.encodeWithSelector(IDayPool.LeavesOpen.selector, ann, 0, 1);
        vm.startPrank(ann);
        vm.expectRevert(open);
        pool.payOut();
        vm.expectRevert(open);
        pool.payIn(1);
        vm.expectRevert(open);
        pool.leave(0);
        _apply(0, DAY_ONE, 0);
        pool.payOut();
        vm.stopPrank();
        assertEq(_balance(ann), 3e18, "what she was owed stays");
        assertEq(elecoin.balanceOf(ann), 20e18, "what left is hers");
    }

    function test_LeavesAreAppliedOnceAndInOrder() external {
        int64[4] memory second = [int64(-1e9), 1e9, 0, 0];
        _post(DAY_ONE);
        _apply(0, DAY_ONE, 0);
        bytes memory wrong = abi.encodeWithSelector(IDayPool.NextRootFirst.selector, ann, 1);
        vm.expectRevert(wrong);
        pool.applyLeaf(ann, 3e9, new bytes32[](2));
        _post(second);
        int64[] memory list = new int64[](4);
        for (uint256 i; i < 4; i++) list[i] = second[i];
        bytes32[] memory proof = _proof(1, list, 1);
        vm.expectRevert(abi.encodeWithSelector(IDayPool.WrongLeaf.selector, 0, bea));
        pool.applyLeaf(bea, 1e9, proof);
        _apply(0, DAY_ONE, 1);
        pool.applyLeaf(bea, 1e9, proof);
        assertEq(_balance(bea), 9e18, "both");
    }

    function test_AYoungSeatHasNoLeafInOlderRoots() external {
        _post(DAY_ONE);
        vm.startPrank(stranger);
        uint256 place = pool.join();
        assertEq(place, 4, "place");
        assertEq(pool.join(), 4, "once");
        vm.stopPrank();
        assertEq(pool.seatOf(stranger).applied, 1, "nothing to apply");
        // A root may leave out the youngest: their leaf is 0.
        for (uint256 i; i < 4; i++) _apply(0, DAY_ONE, i);
        _post(DAY_ONE);
        vm.expectRevert(abi.encodeWithSelector(IDayPool.WrongLeaf.selector, 1, stranger));
        pool.applyLeaf(stranger, 5, new bytes32[](0));
        pool.applyLeaf(stranger, 0, new bytes32[](0));
        assertEq(pool.seatOf(stranger).applied, 2, "passed");
    }

    /* ----------------------------------------------------- refusals ---------------------------------------------- */

    function test_CreditsEqualDebits() external {
        uint32 day = _today();
        vm.warp((uint256(day) + 1) * DAY);
        bytes memory why = abi.encodeWithSelector(IDayPool.Unbalanced.selector, 2e18, 2e18 + UNIT);
        _expect(why, day, _amounts([int64(2e9 + 1), -2e9, 0, 0]));
    }

    function test_ADebitIsWithinItsLock() external {
        uint32 day = _today();
        vm.prank(bea);
        pool.leave(4e18);
        vm.warp((uint256(day) + 1) * DAY);
        bytes memory most = _amounts([int64(10e9), -10e9, 0, 0]);
        bytes memory why = abi.encodeWithSelector(
            IDayPool.AboveLock.selector,
            bea,
            10e18 + UNIT,
            10e18
        );
        _expect(why, day, _amounts([int64(10e9 + 1), -10e9 - 1, 0, 0]));
        // What leaves is locked for that day, and not for the next.
        assertEq(pool.lockOf(bea, day), 10e18, "lock of the day");
        assertEq(pool.lockOf(bea, day + 1), 6e18, "lock of the next");
        vm.warp((uint256(day) + 2) * DAY);
        why = abi.encodeWithSelector(IDayPool.AboveLock.selector, bea, 10e18, 6e18);
        _expect(why, day + 1, most);
        pool.postDay(day, most, _signed(day, most));
        why = abi.encodeWithSelector(IDayPool.LeavesOpen.selector, bea, 0, 1);
        _expect(why, day + 1, most);
    }

    function test_WhatLeavesIsPaidWhenNoRootOfItsDayCanCome() external {
        uint256 day = pool.today();
        vm.startPrank(bea);
        vm.expectRevert(abi.encodeWithSelector(IDayPool.AboveBalance.selector, 11e18, 10e18));
        pool.leave(11e18);
        pool.leave(4e18);
        uint256 until = (day + 3) * DAY;
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(IDayPool.StillLocked.selector, until));
        pool.payOut();
        vm.warp(until);
        pool.payOut();
        assertEq(elecoin.balanceOf(bea), 14e18, "paid out");
        pool.payOut();
        vm.stopPrank();
        assertEq(elecoin.balanceOf(bea), 14e18, "once");
        bytes memory late = _amounts([int64(0), 0, 0, 0]);
        _expect(
            abi.encodeWithSelector(IDayPool.OutsideDay.selector, day, (day + 1) * DAY, until),
            uint32(day),
            late
        );
    }

    function test_ADayIsPostedAfterItOnceAndInOrder() external {
        uint32 day = _today();
        bytes memory none = _amounts([int64(0), 0, 0, 0]);
        uint256 opens = (uint256(day) + 1) * DAY;
        vm.warp(opens - 1);
        _expect(
            abi.encodeWithSelector(IDayPool.OutsideDay.selector, day, opens, opens + 2 * DAY),
            day,
            none
        );
        vm.warp(opens + DAY);
        pool.postDay(day + 1, none, _signed(day + 1, none));
        for (uint256 i; i < 2; i++) {
            _expect(
                abi.encodeWithSelector(IDayPool.DayPassed.selector, day + i, day + 1),
                uint32(day + i),
                none
            );
        }
    }

    function test_OnlyAQuorumOfServersPosts() external {
        uint32 day = _today();
        vm.warp((uint256(day) + 1) * DAY);
        bytes memory amounts = _amounts(DAY_ONE);
        Signature[] memory two = _signed(day, amounts);
        Signature[] memory one = new Signature[](1);
        one[0] = two[0];
        vm.expectRevert(abi.encodeWithSelector(IDayPool.WrongSignatureCount.selector, 1, 2));
        pool.postDay(day, amounts, one);
        two[1] = two[0];
        vm.expectRevert(
            abi.encodeWithSelector(IDayPool.DuplicateSigner.selector, vm.addr(serverKeys[0]))
        );
        pool.postDay(day, amounts, two);
        (two[1].r, two[1].vs) = vm.signCompact(0xBAD, pool.digest(day, amounts));
        vm.expectRevert(abi.encodeWithSelector(IDayPool.UnknownSigner.selector, vm.addr(0xBAD)));
        pool.postDay(day, amounts, two);
        // Signatures are of these amounts and this day alone.
        two = _signed(day, amounts);
        vm.expectRevert();
        pool.postDay(day, _amounts([int64(2e9), -2e9, 0, 0]), two);
    }

    function test_TheListIsOfWholeAmountsOfSeats() external {
        uint32 day = _today();
        vm.warp((uint256(day) + 1) * DAY);
        _expect(abi.encodeWithSelector(IDayPool.WrongLength.selector, 9, 4), day, new bytes(9));
        _expect(abi.encodeWithSelector(IDayPool.WrongLength.selector, 40, 4), day, new bytes(40));
        pool.postDay(day, "", _signed(day, ""));
        pool.applyLeaf(ann, 0, new bytes32[](0));
    }

    function test_WhoHasNoSeatDoesNothing() external {
        bytes memory why = abi.encodeWithSelector(IDayPool.NotSeated.selector, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(why);
        pool.payIn(1);
        vm.expectRevert(why);
        pool.leave(0);
        vm.expectRevert(why);
        pool.payOut();
        vm.expectRevert(why);
        pool.applyLeaf(stranger, 0, new bytes32[](0));
        vm.stopPrank();
    }

    /* ------------------------------------------------------ trees ------------------------------------------------ */

    /// @dev The mirror off chain finds the same.
    function test_TheMirrorsRoot() external view {
        bytes memory packed;
        for (uint256 i; i < 11; i++) {
            int64 amount = int64(uint64(i * 1e9 + 1));
            packed = bytes.concat(packed, abi.encodePacked(i % 2 == 0 ? amount : -amount));
        }
        bytes32 root = 0xafa04ddfbeae2c44859c4cf57ee6bd1ef9281704692726a16b2a286652f41d19;
        assertEq(trees.root(3, packed), root, "root");
    }

    /// @dev Each leaf proves its own amount at its own place, and nothing else.
    function testFuzz_ALeafProvesItselfAlone(uint256 seed, uint8 size) external view {
        uint256 count = 1 + (uint256(size) % 20);
        int64[] memory a = new int64[](count);
        bytes memory packed;
        for (uint256 i; i < count; i++) {
            a[i] = int64(uint64(uint256(keccak256(abi.encode(seed, i)))));
            packed = bytes.concat(packed, abi.encodePacked(a[i]));
        }
        bytes32 root = trees.root(0, packed);
        uint256 place = seed % count;
        bytes32[] memory proof = _proof(0, a, place);
        assertTrue(trees.verify(place, a[place], count, proof, root), "its own");
        unchecked {
            assertTrue(!trees.verify(place, a[place] + 1, count, proof, root), "another amount");
        }
        assertTrue(!trees.verify(place + 1, a[place], count, proof, root), "another place");
        assertTrue(
            !trees.verify(place + (1 << proof.length), a[place], count, proof, root),
            "a place beyond"
        );
        bytes32[] memory longer = new bytes32[](proof.length + 1);
        for (uint256 i; i < proof.length; i++) longer[i] = proof[i];
        assertTrue(!trees.verify(place, a[place], count, longer, root), "a longer proof");
        if (proof.length == 0) return;
        bytes32[] memory shorter = new bytes32[](proof.length - 1);
        for (uint256 i; i < shorter.length; i++) shorter[i] = proof[i];
        assertTrue(!trees.verify(place, a[place], count, shorter, root), "a shorter proof");
    }

    /// @dev Whatever the amounts and whoever applies: no elecoin appears or is lost.
    function testFuzz_ElecoinsAreKept(uint64 seed) external {
        int64 sum;
        int64[4] memory a;
        for (uint256 i; i < 3; i++) {
            a[i] = -int64(uint64(uint256(keccak256(abi.encode(seed, i))) % 10e9));
            sum += a[i];
        }
        a[3] = -sum;
        _post(a);
        uint256 total;
        for (uint256 i; i < 4; i++) _apply(0, a, (i + seed) % 4);
        for (uint256 i; i < 4; i++) total += _balance(who[i]);
        assertEq(total, elecoin.balanceOf(address(pool)), "all of it");
    }
}
