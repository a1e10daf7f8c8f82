// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {PoolBook, PoolSettlement} from "contracts/libraries/PoolSettlement.sol";
import {Instance, PoolInstances} from "./utils/PoolInstances.sol";
import {Test} from "./utils/Vm.sol";

contract PoolSettlementTest is Test {
    using PoolInstances for Instance;

    uint256 private constant TICK = 1e12;
    /// @dev keccak over the outcomes of all instances, as the mirror in Python finds it too.
    uint256 private constant INSTANCES = 1000;
    bytes32 private constant OUTCOMES =
        0xfa2d1c0216ab5734919b19e80ac0712c8775ff6158cdb6593d2ea3b1487546e3;

    /* ---------------------------------------------------- by hand ------------------------------------------------- */

    function _pair(uint256 from, uint256 to, uint256 fee) private pure returns (uint256[] memory) {
        uint256[] memory pairs = new uint256[](1);
        pairs[0] = PoolSettlement.zonePair(from, to, fee, 0);
        return pairs;
    }

    function test_TheShortSideIsServedAndTheLongOneRationed() external pure {
        PoolBook memory book = PoolSettlement.open(5);
        book.add(1, false, 600, 0, 0);
        book.add(1, true, 100, 250_000, 0);
        book.add(1, false, 300, 0, 0);
        book.add(1, true, 201, 250_000, 0);
        book.add(1, false, 1, 0, 0);
        assertEq(book.settle(_pair(1, 1, 0), 200_000 * TICK), 301, "energy");
        // From the last: 301 × 1/901 = 0.3, 301 × 301/901 = 100.6, and the rest.
        assertEq(PoolSettlement.tradedWh(book.members[0]), 201, "first seller");
        assertEq(PoolSettlement.tradedWh(book.members[2]), 100, "second seller");
        assertEq(PoolSettlement.tradedWh(book.members[4]), 0, "third seller");
        assertEq(PoolSettlement.tradedWh(book.members[1]), 100, "first buyer");
        assertEq(PoolSettlement.tradedWh(book.members[3]), 201, "second buyer");
    }

    function test_OwnZoneFirstThenTheLeastFeeThenTheLowerNumbers() external pure {
        PoolBook memory book = PoolSettlement.open(8);
        for (uint256 zone = 1; zone <= 3; zone++) {
            book.add(zone, false, zone == 1 ? 100 : 10, 0, 0);
            book.add(zone, true, zone == 1 ? 30 : 60, 2 ** 32 - 1, 0);
        }
        uint256[] memory pairs = new uint256[](5);
        pairs[0] = PoolSettlement.zonePair(1, 3, 5e15, 0);
        pairs[1] = PoolSettlement.zonePair(1, 2, 2e15, 3e15);
        // Dear, and first all the same.
        pairs[2] = PoolSettlement.zonePair(1, 1, 9e16, 0);
        pairs[3] = PoolSettlement.zonePair(2, 2, 0, 0);
        pairs[4] = PoolSettlement.zonePair(3, 3, 0, 0);
        assertEq(book.settle(pairs, 200_000 * TICK), 120, "energy");
        assertEq(PoolSettlement.tradedWh(book.members[1]), 30, "zone 1 serves itself");
        assertEq(book.fees[1] >> 128, 30 * 9e16, "at its own fee");
        // 70 are left in zone 1; at equal fees zone 2 comes first and takes the 50 that it lacks.
        assertEq(PoolSettlement.tradedWh(book.members[3]), 60, "zone 2");
        assertEq(book.fees[3] >> 128, 50 * 2e15, "network");
        assertEq(uint128(book.fees[3]), 50 * 3e15, "levy");
        assertEq(PoolSettlement.tradedWh(book.members[5]), 30, "zone 3");
        assertEq(PoolSettlement.tradedWh(book.members[0]), 100, "all is sold");
    }

    function test_ALimitIsKeptToTheLastWei() external pure {
        uint256 price = 200_000 * TICK;
        for (uint256 over; over < 2; over++) {
            PoolBook memory book = PoolSettlement.open(2);
            book.add(1, false, 10, 0, 0);
            book.add(1, true, 10, 200_001, 0);
            uint256 energy = book.settle(_pair(1, 1, TICK + over), price);
            assertEq(energy, over == 0 ? 10 : 0, "within her limit");
        }
    }

    function test_WhoseLimitForbidsAPairTakesNoPartInIt() external pure {
        PoolBook memory book = PoolSettlement.open(3);
        book.add(1, false, 10, 0, 0);
        book.add(1, true, 90, 200_000, 0);
        book.add(1, true, 8, 300_000, 0);
        assertEq(book.settle(_pair(1, 1, 1e16), 200_000 * TICK), 8, "energy");
        assertEq(PoolSettlement.tradedWh(book.members[1]), 0, "too dear for her");
        assertEq(PoolSettlement.openWh(book.members[0]), 2, "left");
    }

    function test_NoPairNoTrade() external pure {
        PoolBook memory book = PoolSettlement.open(2);
        book.add(1, false, 10, 0, 0);
        book.add(2, true, 10, 2 ** 32 - 1, 0);
        assertEq(book.settle(_pair(2, 1, 0), TICK), 0, "the other way round only");
        assertEq(book.settle(_pair(1, 3, 0), TICK), 0, "a zone without members");
        assertEq(book.settle(new uint256[](0), TICK), 0, "no pair");
    }

    function test_FeesAreRoundedUpTogether() external pure {
        PoolBook memory book = PoolSettlement.open(2);
        book.add(1, false, 1, 0, 0);
        book.add(1, true, 1, 250_001, 0);
        uint256[] memory pairs = new uint256[](1);
        // Half a tick each: one tick in all, and the limit has room for one.
        pairs[0] = PoolSettlement.zonePair(1, 1, TICK / 2, TICK / 2);
        book.settle(pairs, 250_000 * TICK);
        (uint256 network, uint256 levy) = PoolSettlement.feesUp(book.fees[1]);
        assertEq(network, 1, "network");
        assertEq(levy, 0, "levy");
    }

    /* ---------------------------------------------------- random -------------------------------------------------- */

    function testFuzz_EnergyBalancesAndNobodyTradesMoreThanShePut(uint256 seed) external pure {
        (Instance memory x, PoolBook memory book, uint256 energy) = _settled(seed);
        uint256 sold;
        uint256 bought;
        for (uint256 i; i < x.zones.length; i++) {
            uint256 member = book.members[i];
            if (x.buying[i]) bought += PoolSettlement.tradedWh(member);
            else sold += PoolSettlement.tradedWh(member);
            assertEq(
                PoolSettlement.tradedWh(member) + PoolSettlement.openWh(member),
                x.openWh[i],
                "traded and left"
            );
            assertEq(PoolSettlement.tag(member), i, "the caller's bits");
            if (!x.buying[i]) assertEq(book.fees[i], 0, "fees are the buyers'");
        }
        assertEq(sold, energy, "sold");
        assertEq(bought, energy, "bought");
    }

    function testFuzz_NoWhCostsMoreThanHerLimit(uint256 seed) external pure {
        (Instance memory x, PoolBook memory book, ) = _settled(seed);
        uint256 earned;
        uint256 paid;
        uint256 fees;
        for (uint256 i; i < x.zones.length; i++) {
            uint256 cost = PoolSettlement.tradedWh(book.members[i]) * x.ticks;
            (uint256 network, uint256 levy) = PoolSettlement.feesUp(book.fees[i]);
            if (!x.buying[i]) {
                earned += cost;
                continue;
            }
            assertLe(
                cost + network + levy,
                PoolSettlement.tradedWh(book.members[i]) * x.limits[i],
                "paid"
            );
            uint256 exact = (book.fees[i] >> 128) + uint128(book.fees[i]);
            assertGe((network + levy) * TICK, exact, "rounded up");
            assertLe((network + levy) * TICK, exact + TICK - 1, "by less than a unit");
            paid += cost + network + levy;
            fees += network + levy;
        }
        assertEq(paid, earned + fees, "money");
    }

    function testFuzz_NothingIsLeftThatTwoWouldTrade(uint256 seed) external pure {
        (Instance memory x, PoolBook memory book, ) = _settled(seed);
        for (uint256 k; k < x.pairs.length; k++) {
            uint256 allIn = x.ticks * TICK + uint96(x.pairs[k] >> 128);
            uint256 surplus;
            uint256 need;
            for (uint256 i; i < x.zones.length; i++) {
                bool sells = !x.buying[i] && x.zones[i] == uint16(x.pairs[k] >> 112);
                bool buys = x.buying[i] && x.zones[i] == uint16(x.pairs[k] >> 96);
                if (sells) surplus += PoolSettlement.openWh(book.members[i]);
                if (buys && allIn <= x.limits[i] * TICK)
                    need += PoolSettlement.openWh(book.members[i]);
            }
            assertTrue(surplus == 0 || need == 0, "one side is served");
        }
    }

    /// @dev In one zone a share is its proportion, rounded up or down: so the order moves nobody by more than a Wh.
    function testFuzz_AShareIsItsProportionToTheWh(uint256 seed, uint256 price) external pure {
        Instance memory x = PoolInstances.make(seed);
        uint256 count = x.zones.length;
        PoolBook memory book = PoolSettlement.open(count);
        for (uint256 i; i < count; i++) {
            book.add(5, x.buying[i], x.openWh[i], 2 ** 32 - 1, 0);
        }
        uint256 energy = book.settle(_pair(5, 5, 1), bound(price, 0, 1e17));
        uint256[2] memory whole;
        for (uint256 i; i < count; i++) {
            whole[x.buying[i] ? 1 : 0] += x.openWh[i];
        }
        assertEq(energy, whole[0] < whole[1] ? whole[0] : whole[1], "energy");
        for (uint256 i; i < count; i++) {
            uint256 all = whole[x.buying[i] ? 1 : 0];
            uint256 exact = energy * x.openWh[i];
            assertLe(
                PoolSettlement.tradedWh(book.members[i]) * all,
                exact + all - 1,
                "not a Wh above"
            );
            assertGe(
                (PoolSettlement.tradedWh(book.members[i]) + 1) * all,
                exact + 1,
                "not a Wh below"
            );
        }
    }

    function testFuzz_TheOrderOfPairsGivenIsOfNoAccount(uint256 seed) external pure {
        Instance memory x = PoolInstances.make(seed);
        PoolBook memory one = x.book();
        PoolBook memory other = x.book();
        uint256 count = x.pairs.length;
        uint256[] memory turned = new uint256[](count);
        for (uint256 i; i < count; i++) {
            turned[i] = x.pairs[count - 1 - i];
        }
        one.settle(x.pairs, x.ticks * TICK);
        other.settle(turned, x.ticks * TICK);
        assertEq(abi.encode(one), abi.encode(other), "outcome");
    }

    /// @dev The mirror off chain finds the same, to the last digit.
    function test_TheMirrorAgrees() external pure {
        bytes32 running;
        for (uint256 seed; seed < INSTANCES; seed++) {
            (Instance memory x, PoolBook memory book, uint256 energy) = _settled(seed);
            running = keccak256(abi.encode(running, energy));
            for (uint256 i; i < x.zones.length; i++) {
                (uint256 network, uint256 levy) = PoolSettlement.feesUp(book.fees[i]);
                uint256 wh = PoolSettlement.tradedWh(book.members[i]);
                running = keccak256(abi.encode(running, wh, network, levy));
            }
        }
        assertEq(running, OUTCOMES, "outcomes");
    }

    function _settled(
        uint256 seed
    ) private pure returns (Instance memory x, PoolBook memory book, uint256 energy) {
        x = PoolInstances.make(seed);
        book = x.book();
        energy = book.settle(x.pairs, x.ticks * TICK);
    }
}
