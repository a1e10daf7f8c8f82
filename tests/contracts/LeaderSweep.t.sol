// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ElecoinTerms} from "contracts/interfaces/MarketTypes.sol";
import {LeaderSweep} from "contracts/libraries/LeaderSweep.sol";
import {Stackelberg} from "contracts/libraries/Stackelberg.sol";
import {CertificateHarness} from "./utils/CertificateHarness.sol";
import {Markets, Member} from "./utils/Markets.sol";
import {Test} from "./utils/Vm.sol";

/// @notice The leader's sweep piece by piece: its best ticks by trying all, and the bound on what is between them.
contract LeaderSweepTest is Test {
    CertificateHarness private harness = new CertificateHarness();
    ElecoinTerms private terms;

    /* --------------------------------------------------- one piece ----------------------------------------------- */

    /// @dev The least tick with cost ≤ slope t (t + 1), or the last, whatever is guessed first.
    function test_TheBestTickOfAPiece() external pure {
        for (uint256 left = 1; left < 4; left++) {
            for (uint256 right = left; right < left + 4; right++) {
                for (int256 slope = -1; slope < 4; slope++) {
                    for (int256 cost; cost < 70; cost += 1 + cost / 12) {
                        uint256 best = left;
                        while (best < right && cost > slope * int256(best * (best + 1))) best++;
                        for (uint256 guess = left; guess <= right; guess++) {
                            uint256 said = LeaderSweep.bestOf(cost, slope, left, right, guess);
                            assertEq(said, best, "best");
                        }
                    }
                }
            }
        }
    }

    /// @dev The tangent c K − TICK L t², but nothing beyond the range.
    function test_TheRiseAtATick() external pure {
        assertEq(LeaderSweep.riseAt(100, 3, 2, 6, 4), 52, "upwards");
        assertEq(LeaderSweep.riseAt(100, 3, 2, 4, 4), 0, "at the top");
        assertEq(LeaderSweep.riseAt(100, 7, 2, 6, 4), 12, "downwards");
        assertEq(LeaderSweep.riseAt(100, 7, 4, 6, 4), 0, "at the bottom");
        assertEq(LeaderSweep.riseAt(48, 3, 2, 4, 4), 0, "level");
    }

    /* ----------------------------------------------------- games ------------------------------------------------- */

    function _game(
        uint256 redemption,
        uint256 target,
        uint256 least,
        uint256 most,
        uint256 theta
    ) private {
        terms = ElecoinTerms(redemption, target, least, most, theta);
    }

    /// @param needs In rising order, a word each.
    function _is(uint256 best, uint256 gap, bytes memory needs) private {
        Member[] memory members = new Member[](needs.length / 32);
        for (uint256 i; i < members.length; i++) {
            uint256 need;
            assembly ("memory-safe") {
                need := mload(add(needs, mul(32, add(i, 1))))
            }
            members[i] = Member(address(uint160(1 + i)), need);
        }
        bytes memory packed = Markets.packNeeds(members);
        bytes32 committed = Markets.commitment(members);
        bytes memory order = Markets.order(members);
        assertEq(harness.stackelberg(packed, order, terms, best, committed), gap, "gap");
        uint256 other = best == terms.least / 1e12 ? best + 1 : best - 1;
        vm.expectRevert(abi.encodeWithSelector(Stackelberg.NotBest.selector, other, best));
        harness.stackelberg(packed, order, terms, other, committed);
    }

    /// @dev Best ticks and gaps as the edge server's exact arithmetic has them (oracle/rounds/certify.py). Between them
    /// these games have each kind of piece: looked at or not, rising or falling, empty between two ticks, ended by a
    /// follower who stops or by one who leaves her upper bound, its best tick at either end or a root between.
    function test_GapsToTheWei() external {
        _game(
            937259000000000000,
            939130000000000000,
            937259000000000000,
            940259000000000000,
            30899826844876425617139791503
        );
        _is(938288, 30478166064307262, abi.encode(uint256(6620320712675497870249149)));
        _game(
            851283000000000000,
            851283000000000000,
            851283000000000000,
            851286000000000000,
            26694070827323223348866056676
        );
        _is(
            851284,
            99913459204817,
            abi.encode(uint256(73670880827833109170713), uint256(73770880827833109170713))
        );
        _game(
            899700000000000000,
            899725000000000000,
            899700000000000000,
            899740000000000000,
            42338562946141105750108741107
        );
        _is(899720, 23252214831791, abi.encode(uint256(784513742551138724865722)));
        _game(
            804132000000000000,
            804134000000000000,
            804132000000000000,
            804172000000000000,
            54797764251213654285626873763
        );
        _is(
            804144,
            62594733000533,
            abi.encode(
                uint256(423714467816379299329047),
                uint256(1101646656559096939733926),
                uint256(1864304245837548817500468),
                uint256(2626944764195720638147140)
            )
        );
        _game(
            609547000000000000,
            609548000000000000,
            609547000000000000,
            609557000000000000,
            23035674971799796043637146921
        );
        _is(
            609549,
            123995073165665635,
            abi.encode(uint256(123997717674503311758927), uint256(371990711939353168132703))
        );
        _game(
            471420000000000000,
            472420000000000000,
            472420000000000000,
            472421000000000000,
            20217936214820731835100349934
        );
        _is(
            472421,
            90770798578853633969,
            abi.encode(
                uint256(14848175795459753020660280129),
                uint256(20217936214820731835100349934)
            )
        );
        _game(
            591415000000000000,
            591416000000000000,
            591415000000000000,
            591418000000000000,
            30719969826587639037583651651
        );
        _is(591416, 87827740134983942, abi.encode(uint256(175656074288642685756496)));
        _game(
            943432000000000000,
            943432000000000000,
            943432000000000000,
            943433000000000000,
            59048498364990100966923408840
        );
        _is(943433, 66341720661557812, abi.encode(uint256(66341790981115195456033)));
        _game(
            976745000000000000,
            976745000000000000,
            976745000000000000,
            976748000000000000,
            14391182142317010322377720090
        );
        _is(
            976746,
            15084532437038414,
            abi.encode(uint256(15084594211802064586894), uint256(45253689973260716306529))
        );
        _game(
            339614000000000000,
            439620000000000000,
            439614000000000000,
            439654000000000000,
            30847884050992663277955226254
        );
        _is(
            439632,
            3987595458698782323602,
            abi.encode(
                uint256(5317184754952191939702535538),
                uint256(7859211870371251537014168817),
                uint256(7859211870371251537014168818),
                uint256(30849799364571069197952339168)
            )
        );
        _game(
            316526000000000000,
            416529000000000000,
            416526000000000000,
            416529000000000000,
            20009050537828903133519617563
        );
        _is(
            416529,
            23056412541045340314040,
            abi.encode(
                uint256(20008935209224556037230936025),
                uint256(20008935309224556037230936025)
            )
        );
        _game(
            943770000000000000,
            943771000000000000,
            943770000000000000,
            943780000000000000,
            24974085892377155155842297728
        );
        _is(
            943775,
            742714498689,
            abi.encode(
                uint256(56077083672352149579323),
                uint256(56077083672352149579323),
                uint256(252345004873149064074432)
            )
        );
        _game(
            293165000000000000,
            393172000000000000,
            393165000000000000,
            393175000000000000,
            29205477112483208378149194298
        );
        _is(
            393175,
            7546862755181536301841,
            abi.encode(
                uint256(377856527019567684737625),
                uint256(15493987249770267576527264164),
                uint256(27106078692811794642645251927),
                uint256(29205477112483208378149194298)
            )
        );
        _game(
            316506000000000000,
            416506000000000000,
            416506000000000000,
            416516000000000000,
            28791215069608545383049491899
        );
        _is(
            416516,
            90048705772729219528,
            abi.encode(
                uint256(331929139354985671515814),
                uint256(1327697431293703184735288),
                uint256(9907295217894543406709750205),
                uint256(28792542767039839086234227187)
            )
        );
        _game(
            752204000000000000,
            753205000000000000,
            753204000000000000,
            753207000000000000,
            34296080288233745031063344503
        );
        _is(
            753207,
            1,
            abi.encode(
                uint256(60452953258188714676081),
                uint256(34296201193979739923009453108),
                uint256(34296201193979739923009453108),
                uint256(34296201193979739923009453108)
            )
        );
    }
}
