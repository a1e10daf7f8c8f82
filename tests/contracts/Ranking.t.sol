// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EdgeServer, Feed, Report} from "contracts/interfaces/IEquilibriumOracle.sol";
import {Standing} from "contracts/interfaces/IReputationLedger.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";

/// @notice Who posts when; what grinding, silence and sybils come to.
contract RankingTest is MarketFixture {
    uint256 private constant TURN = 30;

    function _server(uint256 i) private view returns (address) {
        return vm.addr(serverKeys[i]);
    }

    function _settle(uint256 round) private {
        address[] memory all = new address[](3);
        (all[0], all[1], all[2]) = (ann, bea, sam);
        vm.warp(_closingTime(2 * round + 1));
        ledger.settleRound(round, all);
    }

    function testFuzz_TurnsGoRoundInTheStoredOrder(uint256 second) external {
        second = bound(second, 0, 299);
        _declare(bea, 0, -1000, 400_000, 450_000);
        vm.warp(_declarationDeadline(0) + second);
        (address signer, uint256 until) = ledger.serverInTurn(Feed.Electricity, 0);
        assertEq(signer, ledger.orderOf(0)[(second / TURN) % 3], "in turn");
        assertEq(until, _declarationDeadline(0) + (second / TURN + 1) * TURN, "until");
        vm.warp(_needDeadline(1) - 7);
        (signer, until) = ledger.serverInTurn(Feed.Elecoin, 1);
        assertEq(signer, ledger.orderOf(2)[0], "the first, before its turn begins");
        assertEq(until, _needDeadline(1) + TURN, "until");
    }

    /// @dev A silent leader costs the others a turn and nothing else: any of them, or anyone, carries the report.
    function test_SilenceOfTheLeaderStopsNothing() external {
        _declare(bea, 0, -1000, 400_000, 450_000);
        vm.warp(_declarationDeadline(0) + TURN);
        (address next, ) = ledger.serverInTurn(Feed.Electricity, 0);
        assertTrue(next != ledger.orderOf(0)[0], "the leader's turn is over");
        Report memory r = _inlineReport(Feed.Electricity, 0, _value(400_000, WAD, WAD));
        vm.prank(stranger);
        // The other two are a quorum.
        oracle.post(r, _sign(r, 6), _inline(r));
        oracle.electricityPrice(0);
    }

    /// @dev Leading resets the leader's age, so its cap falls back to τ while the others' grow: it cannot lead for ever.
    function test_AgesAreReadAndLeadingResetsThem() external {
        for (uint256 round; round < 3; round++) {
            address leader = ledger.leaderOf(round);
            address[3] memory who = [ann, bea, sam];
            uint32[3] memory before;
            for (uint256 i; i < 3; i++) {
                before[i] = ledger.standing(who[i]).age;
            }
            _settle(round);
            for (uint256 i; i < 3; i++) {
                Standing memory s = ledger.standing(who[i]);
                assertEq(s.age, who[i] == leader ? 0 : before[i] + 1, "age");
                assertLe(uint256(int256(s.reputation)), TAU + s.age * WAD, "cap");
            }
        }
    }

    /// @dev The order of a round is stored before its first declaration and no later settlement moves it.
    function test_NothingInARoundMovesItsOrder() external {
        _settle(0);
        uint256 round = 5;
        vm.warp(_declarationDeadline(2 * round));
        bytes32 before = keccak256(abi.encode(ledger.orderOf(round)));
        _settle(1);
        _settle(2);
        assertEq(keccak256(abi.encode(ledger.orderOf(round))), before, "fixed");
    }

    /// @dev Splitting a target over more members earns the operator's account less: silence and zero earn nothing, and
    /// only the administrator makes a server.
    function test_SybilsDoNotLead() external {
        EdgeServer[] memory more = new EdgeServer[](5);
        for (uint256 i; i < 3; i++) {
            more[i] = _servers()[i];
        }
        // Two more keys of an operator who has one already: her standing counts for each key, not more.
        more[3] = EdgeServer(address(0x51B1), ann);
        more[4] = EdgeServer(address(0x51B2), ann);
        vm.prank(stranger);
        (bool made, ) = address(market).call(abi.encodeCall(market.setEdgeServers, (more)));
        assertTrue(!made, "a stranger made servers");
        vm.prank(ADMIN);
        market.setEdgeServers(more);
        assertEq(oracle.quorum(), 3, "f + 1 of five keys");
        // Members that nobody declared for stay at the initial reputation, whatever their number.
        assertEq(int256(ledger.standing(bob).reputation), int256(INITIAL), "idle");
        _settle(0);
        assertEq(int256(ledger.standing(bea).reputation), int256(INITIAL), "idle through a round");
    }
}
