// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EdgeServer} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IReputationLedger, Standing} from "contracts/interfaces/IReputationLedger.sol";
import {Schedule} from "contracts/libraries/Schedule.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";

/// @notice The rule of reputation against a second, direct computation; settling; the servers' order and the leader.
contract ReputationTest is MarketFixture {
    uint256 private constant ODD = 7001;

    /// @dev Short windows, so that a round is settled before the one after the next is declared.
    function _schedule() internal pure override returns (Schedule memory s) {
        s = super._schedule();
        (s.tradeWindow, s.ratingWindow) = (100, 0);
    }

    function _closingTime(uint256 period) internal pure override returns (uint256) {
        return _readingDeadline(period) + 100;
    }

    /// @dev What one member does in one period.
    struct Deed {
        bool declares;
        bool reads;
        int16 target;
        uint16 generated;
        uint16 consumed;
    }

    function _settle(uint256 round, address who) private {
        address[] memory one = new address[](1);
        one[0] = who;
        ledger.settleRound(round, one);
    }

    function _operators() private view returns (address[] memory all) {
        all = new address[](3);
        (all[0], all[1], all[2]) = (ann, bea, sam);
    }

    function _abs(int256 x) private pure returns (uint256) {
        return uint256(x < 0 ? -x : x);
    }

    /* ----------------------------------------------------- the rule ---------------------------------------------- */

    /// @notice R' = min(R + n/T_C − (1/T_C) Σ |actual − target| / scale, τ + A'), n and Σ over the counted periods.
    function testFuzz_TheRule(Deed[8] memory deeds) external {
        // A scale that divides nothing, so that every rounding shows.
        vm.prank(ADMIN);
        market.empower(bob, bytes32(0), SOUTH, false, true, 28_004);
        int256 reputation = INITIAL;
        uint256 age;
        uint256 counted;
        uint256 sum;
        for (uint256 t; t < deeds.length; t++) {
            Deed memory d = deeds[t];
            int256 target = d.target;
            (uint256 g, uint256 c) = (d.generated % ODD, d.consumed % ODD);
            vm.warp(_declarationDeadline(t) - 1);
            if (d.declares) _declare(bob, t, target, type(uint32).max, 0);
            vm.warp(_start(t + 1));
            // A period without a reading would make the next one span it.
            if (t > 0 && !deeds[t - 1].reads) {
                vm.prank(ADMIN);
                market.installMeter(bob, _meter(bob), 0, 0, 3);
            }
            bool whole = d.reads && (t == 0 || deeds[t - 1].reads);
            if (d.reads && (t == 0 || deeds[t - 1].reads)) _read(bob, t, g, c);
            else if (d.reads) d.reads = false;

            if (d.declares && (target != 0 || (whole && g != c))) {
                counted++;
                uint256 worst = _abs(target) > 2 * ODD ? _abs(target) : 2 * ODD;
                sum += ((whole ? _abs(int256(g) - int256(c) - target) : worst) * WAD) / ODD;
            }
            if (t % 2 == 0) continue;

            vm.warp(_closingTime(t));
            ledger.settleRound(t / 2, _operators());
            age++;
            int256 cap = int256(TAU + age * WAD);
            reputation += int256((counted * WAD) / 2) - int256((sum + 1) / 2);
            if (reputation > cap) reputation = cap;
            vm.expectEmit(address(ledger));
            emit IReputationLedger.RoundSettled(t / 2, bob, reputation, age);
            _settle(t / 2, bob);
            (uint256 n, uint256 s) = ledger.deviation(bob, t / 2);
            assertEq(n, counted, "counted");
            assertEq(s, sum, "deviations");
            Standing memory standing = ledger.standing(bob);
            assertEq(int256(standing.reputation), reputation, "reputation");
            assertEq(standing.age, age, "age");
            (counted, sum) = (0, 0);
        }
    }

    function test_SilenceEarnsNothing() external {
        _declare(bob, 0, 0, 0, 0);
        vm.warp(_start(1));
        _read(bob, 0, 0, 0);
        vm.warp(_closingTime(1));
        _settle(0, bob);
        assertEq(int256(ledger.standing(bob).reputation), int256(INITIAL), "nothing counted");
    }

    function test_TheCapIsTauPlusTheNewAge() external {
        // One exact period of two earns a half; the leader's cap does not rise.
        for (uint256 t; t < 24; t++) {
            vm.warp(_declarationDeadline(t) - 1);
            _declare(ann, t, 10, 0, 0);
            _declare(bea, t, 10, 0, 0);
            vm.warp(_start(t + 1));
            _read(ann, t, 10, 0);
            _read(bea, t, 10, 0);
            if (t % 2 == 0) continue;
            vm.warp(_closingTime(t));
            address led = ledger.leaderOf(t / 2);
            ledger.settleRound(t / 2, _operators());
            assertEq(ledger.standing(led).age, 0, "who led starts anew");
            for (uint256 i; i < 2; i++) {
                Standing memory s = ledger.standing(i == 0 ? ann : bea);
                assertTrue(s.reputation <= int256(TAU + uint256(s.age) * WAD), "cap");
            }
        }
    }

    /* ----------------------------------------------------- settling ---------------------------------------------- */

    function test_ARoundSettlesWhenItsLastPeriodMayBeClosed() external {
        uint256 opens = _closingTime(1);
        vm.warp(opens - 1);
        vm.expectRevert(abi.encodeWithSelector(IReputationLedger.RoundOpen.selector, 0, opens));
        ledger.settleRound(0, _operators());
        vm.warp(opens);
        vm.prank(stranger);
        ledger.settleRound(0, _operators());
    }

    function test_RoundsSettleInOrder() external {
        vm.warp(_closingTime(5));
        vm.expectRevert(
            abi.encodeWithSelector(IReputationLedger.OutOfOrder.selector, address(0), 1, 0)
        );
        ledger.settleRound(1, _operators());
        // In batches; bob is no operator, so the order does not wait for him.
        _settle(0, ann);
        _settle(0, bea);
        _settle(0, sam);
        ledger.settleRound(1, _operators());
        vm.expectRevert(abi.encodeWithSelector(IReputationLedger.OutOfOrder.selector, bob, 1, 0));
        _settle(1, bob);
        _settle(0, bob);
        _settle(1, bob);
        assertEq(ledger.standing(bob).nextRound, 2, "caught up");
    }

    function test_SettlingTwiceChangesNothing() external {
        vm.warp(_closingTime(1));
        _settle(0, ann);
        bytes memory once = abi.encode(ledger.standing(ann));
        address[] memory twice = new address[](2);
        (twice[0], twice[1]) = (ann, ann);
        ledger.settleRound(0, twice);
        assertEq(abi.encode(ledger.standing(ann)), once, "skipped");
        vm.expectRevert(abi.encodeWithSelector(IReputationLedger.NotRegistered.selector, stranger));
        _settle(0, stranger);
    }

    function test_ALateMemberStartsInHerRound() external {
        vm.warp(_start(7));
        _register(stranger, NORTH, true);
        assertEq(ledger.standing(stranger).nextRound, 3, "round 3");
        ledger.settleRound(0, _operators());
        _settle(0, stranger);
        assertEq(int256(ledger.standing(stranger).reputation), int256(INITIAL), "skipped");
    }

    /* ------------------------------------------------- order and leader ------------------------------------------ */

    /// @dev `who` misses a target of her scale: two less in the round.
    function _fail(address who, uint256 period) private {
        vm.warp(_declarationDeadline(period) - 1);
        _declare(who, period, int256(SCALE), 0, 0);
    }

    function test_TheOrderFollowsReputationAndTiesRegistration() external {
        address[] memory order = ledger.orderOf(0);
        for (uint256 i; i < 3; i++) {
            assertEq(order[i], vm.addr(serverKeys[i]), "at first as registered");
        }
        _fail(ann, 0);
        vm.warp(_closingTime(1));
        _settle(0, ann);
        _settle(0, bea);
        assertEq(ledger.leaderOf(2), ann, "not before all operators are settled");
        // Round 1 has been declared since D(2); round 2 starts at period 4.
        vm.expectEmit(address(ledger));
        emit IReputationLedger.OrderStored(0, 2, 1, 0x000201);
        _settle(0, sam);
        assertEq(ledger.leaderOf(1), ann, "a round under way keeps its leader");
        assertEq(ledger.leaderOf(2), bea, "first of the two that tie");
        order = ledger.orderOf(2);
        assertEq(order[1], vm.addr(serverKeys[2]), "then sam");
        assertEq(order[2], vm.addr(serverKeys[0]), "then ann");
        assertEq(ledger.leader(), ann, "now");
        vm.warp(_start(4));
        assertEq(ledger.leader(), bea, "later");
    }

    function test_AnOrderHoldsFromTheNextDeclarationDeadline() external {
        _fail(ann, 0);
        // One second before the first declaration deadline of round 2.
        vm.warp(_declarationDeadline(4) - 1);
        uint256 id = vm.snapshotState();
        ledger.settleRound(0, _operators());
        assertEq(ledger.leaderOf(2), bea, "in time");
        vm.revertToState(id);
        vm.warp(_declarationDeadline(4));
        ledger.settleRound(0, _operators());
        assertEq(ledger.leaderOf(2), ann, "too late");
        assertEq(ledger.leaderOf(3), bea, "for round 3");
    }

    function test_TheLeaderOfARoundGetsAgeZeroWhoeverPosts() external {
        for (uint256 v; v < 4; v++) {
            vm.warp(_closingTime(2 * v + 1));
            ledger.settleRound(v, _operators());
        }
        // Nobody declares: all tie, ann always leads.
        assertEq(ledger.standing(ann).age, 0, "leader");
        assertEq(ledger.standing(bea).age, 4, "others");
        assertEq(ledger.standing(sam).age, 4, "others");
    }

    /// @notice The stored order is the sort of the reputations, by any of them.
    function testFuzz_OrderSorts(uint8[3] memory misses) external {
        for (uint256 i; i < 3; i++) {
            if (misses[i] % 3 > 0) _fail(_operators()[i], 0);
        }
        for (uint256 i; i < 3; i++) {
            if (misses[i] % 3 > 1) _fail(_operators()[i], 1);
        }
        vm.warp(_closingTime(1));
        ledger.settleRound(0, _operators());
        EdgeServer[] memory servers = _servers();
        address[] memory order = ledger.orderOf(2);
        for (uint256 i = 1; i < 3; i++) {
            uint256 before = oracle.serverIndexPlusOne(order[i - 1]) - 1;
            uint256 after_ = oracle.serverIndexPlusOne(order[i]) - 1;
            int256 high = ledger.standing(servers[before].operator).reputation;
            int256 low = ledger.standing(servers[after_].operator).reputation;
            assertTrue(high > low || (high == low && before < after_), "order");
        }
    }

    function test_NewServersAreRankedFromTheNextRound() external {
        _fail(ann, 0);
        vm.warp(_start(3));
        EdgeServer[] memory next = new EdgeServer[](5);
        next[0] = EdgeServer(address(1), ann);
        next[1] = EdgeServer(address(2), bea);
        next[2] = EdgeServer(address(3), bob);
        next[3] = EdgeServer(address(4), stranger); // no member: last
        next[4] = EdgeServer(address(5), sam);
        vm.expectEmit(address(ledger));
        emit IReputationLedger.OrderStored(0, 2, 2, 0x0304020100);
        vm.prank(ADMIN);
        market.setEdgeServers(next);
        assertEq(ledger.orderOf(1)[0], vm.addr(serverKeys[0]), "the present round keeps its order");
        assertEq(ledger.orderOf(2).length, 5, "the next has the new");
        // The order now waits for bob, too; a stranger cannot be settled and is not waited for.
        ledger.settleRound(0, _operators());
        assertEq(ledger.leaderOf(2), ann, "waits");
        _settle(0, bob);
        assertEq(ledger.leaderOf(2), bea, "settled");
        assertEq(ledger.orderOf(2)[4], address(4), "the stranger");
    }

    function test_TwentyThreeServersAreRanked() external {
        EdgeServer[] memory next = new EdgeServer[](23);
        for (uint256 i; i < 23; i++) {
            next[i] = EdgeServer(address(uint160(i + 1)), i == 22 ? bea : ann);
        }
        vm.prank(ADMIN);
        market.setEdgeServers(next);
        _fail(ann, 0);
        vm.warp(_closingTime(1));
        ledger.settleRound(0, _operators());
        address[] memory order = ledger.orderOf(2);
        assertEq(order[0], address(23), "first");
        for (uint256 i = 1; i < 23; i++) {
            assertEq(order[i], address(uint160(i)), "the rest in order of registration");
        }
    }

    /// @notice Deployed late, the rounds that are already declared have no leader, and settle all the same.
    function test_RoundsBeforeTheFirstOrderHaveNoLeader() external {
        vm.warp(_start(4));
        _deploy(_schedule());
        _register(ann, NORTH, true);
        assertEq(ledger.leaderOf(2), address(0), "none");
        assertEq(ledger.leaderOf(3), ann, "from the next on");
        vm.warp(_closingTime(5));
        for (uint256 v; v < 3; v++) {
            ledger.settleRound(v, new address[](0));
        }
        _settle(2, ann);
        assertEq(ledger.standing(ann).age, 1, "nobody led");
    }
}
