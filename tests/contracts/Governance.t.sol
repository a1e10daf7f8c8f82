// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {MarketGovernance} from "contracts/governance/MarketGovernance.sol";
import {Technology} from "contracts/interfaces/IOriginCertificates.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";

/// @notice The administrator's office in three: who may do what, and when.
contract GovernanceTest is MarketFixture {
    address private constant BOARD = address(0xB0A);
    address private constant OPERATOR = address(0x09E);
    address private constant GUARDIAN = address(0x6A2);
    uint32 private constant DELAY = 1 days;

    MarketGovernance private governance;

    function setUp() public override {
        super.setUp();
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        vm.prank(ADMIN);
        market.transferOwnership(next);
        governance = new MarketGovernance(market, BOARD, OPERATOR, GUARDIAN, DELAY);
    }

    /* ------------------------------------------------------ calls ------------------------------------------------ */

    /// @dev What names those who say what was metered and what a price is, and the office itself.
    function _slow() private view returns (bytes[] memory calls) {
        calls = new bytes[](5);
        calls[0] = abi.encodeCall(market.installMeter, (ann, stranger, 0, 0, 3));
        calls[1] = abi.encodeCall(market.setEdgeServers, (_servers()));
        calls[2] = abi.encodeCall(market.setAttestor, (stranger, 30 days));
        calls[3] = abi.encodeCall(market.setFeeAccounts, (stranger, stranger));
        calls[4] = abi.encodeCall(market.transferOwnership, (stranger));
    }

    function _daily() private view returns (bytes[] memory calls) {
        calls = new bytes[](4);
        calls[0] = abi.encodeCall(market.empower, (stranger, bytes32(0), NORTH, true, true, RATED));
        calls[1] = abi.encodeCall(market.revoke, (stranger));
        calls[2] = abi.encodeCall(market.setFee, (NORTH, NORTH, 1, 1, true));
        calls[3] = abi.encodeCall(market.setConstants, (FEED_IN, 0, 0));
    }

    function _does(address who, bytes memory data) private returns (bool done) {
        vm.prank(who);
        (done, ) = address(governance).call(
            abi.encodeCall(governance.execute, (address(market), data))
        );
    }

    function _schedules(address who, bytes memory data, uint256 when) private returns (bool done) {
        vm.prank(who);
        (done, ) = address(governance).call(
            abi.encodeCall(governance.schedule, (address(market), data, uint48(when)))
        );
    }

    /* ------------------------------------------------------ roles ------------------------------------------------ */

    function test_TheGovernanceIsTheAdministrator() external view {
        assertEq(market.administrator(), address(governance), "administrator");
        (bool itself, ) = governance.hasRole(governance.ADMIN_ROLE(), address(governance));
        assertTrue(!itself, "no role of its own");
        assertEq(address(governance.market()), address(market), "market");
        (bool guards, ) = governance.hasRole(2, GUARDIAN);
        assertTrue(guards, "the guardian's role");
    }

    function test_NobodyElseAdministratesThroughIt() external {
        bytes[2] memory both = [
            abi.encodeCall(market.pause, ()),
            abi.encodeCall(market.unpause, ())
        ];
        address[3] memory strangers = [stranger, ann, ADMIN];
        for (uint256 k; k < strangers.length; k++) {
            bytes[] memory calls = _slow();
            for (uint256 i; i < calls.length; i++) {
                assertTrue(!_does(strangers[k], calls[i]), "a stranger got through");
                assertTrue(!_schedules(strangers[k], calls[i], 0), "a stranger announced");
            }
            calls = _daily();
            for (uint256 i; i < calls.length; i++) {
                assertTrue(!_does(strangers[k], calls[i]), "a stranger works");
            }
            for (uint256 i; i < both.length; i++) {
                assertTrue(!_does(strangers[k], both[i]), "a stranger pauses");
            }
        }
        vm.prank(ADMIN);
        (bool done, ) = address(market).call(both[0]);
        assertTrue(!done, "the former administrator");
    }

    function test_TheOperatorWorksAtOnceAndNamesNoMeters() external {
        bytes[] memory calls = _daily();
        for (uint256 i; i < calls.length; i++) {
            assertTrue(_does(OPERATOR, calls[i]), "daily work");
            assertTrue(!_does(GUARDIAN, calls[i]), "not the guardian's");
        }
        calls = _slow();
        for (uint256 i; i < calls.length; i++) {
            assertTrue(!_does(OPERATOR, calls[i]), "not the operator's");
            assertTrue(!_schedules(OPERATOR, calls[i], 0), "nor announced");
        }
        assertTrue(!_does(OPERATOR, abi.encodeCall(market.pause, ())), "the guardian's");
        vm.prank(OPERATOR);
        governance.execute(
            address(origin),
            abi.encodeCall(origin.register, (ann, Technology.Solar, false))
        );
        vm.prank(OPERATOR);
        governance.execute(address(origin), abi.encodeCall(origin.end, (ann)));
        vm.warp(_start(1));
        assertTrue(_does(OPERATOR, abi.encodeCall(market.dispute, (ann, 0))), "disputes");
        vm.warp(_closingTime(0));
        assertTrue(
            _does(OPERATOR, abi.encodeCall(market.correct, (ann, 0, 1, 0, 1))),
            "corrects what nobody attested"
        );
    }

    function test_TheGuardianPausesAndDoesNothingElse() external {
        assertTrue(_does(GUARDIAN, abi.encodeCall(market.pause, ())), "pauses");
        assertTrue(market.paused(), "paused");
        assertTrue(!_does(GUARDIAN, abi.encodeCall(market.unpause, ())), "does not unpause");
        bytes[] memory calls = _slow();
        for (uint256 i; i < calls.length; i++) {
            assertTrue(!_does(GUARDIAN, calls[i]), "nothing else");
            assertTrue(!_schedules(GUARDIAN, calls[i], 0), "nor announced");
        }
        assertTrue(_does(OPERATOR, abi.encodeCall(market.unpause, ())), "the operator goes on");
        assertTrue(!market.paused(), "trading again");
    }

    /* ------------------------------------------------------ delay ------------------------------------------------ */

    function testFuzz_WhatMattersIsAnnouncedFirst(uint256 which, uint256 early) external {
        bytes[] memory calls = _slow();
        bytes memory call = calls[which % calls.length];
        early = bound(early, 1, DELAY);
        assertTrue(!_does(BOARD, call), "not at once");
        assertTrue(!_schedules(BOARD, call, block.timestamp + DELAY - early), "not sooner");
        assertTrue(_schedules(BOARD, call, block.timestamp + DELAY), "announced");
        vm.warp(block.timestamp + DELAY - early);
        assertTrue(!_does(BOARD, call), "not yet");
        vm.warp(block.timestamp + early);
        assertTrue(_does(BOARD, call), "now");
        assertTrue(!_does(BOARD, call), "once");
    }

    function test_WhatIsAnnouncedIsSeenAndCanBeTakenBack() external {
        bytes memory call = _slow()[1];
        vm.expectEmit(address(governance));
        emit IAccessManager.OperationScheduled(
            governance.hashOperation(BOARD, address(market), call),
            1,
            uint48(block.timestamp + DELAY),
            BOARD,
            address(market),
            call
        );
        assertTrue(_schedules(BOARD, call, 0), "announced");
        vm.prank(BOARD);
        governance.cancel(BOARD, address(market), call);
        vm.warp(block.timestamp + DELAY);
        assertTrue(!_does(BOARD, call), "taken back");
    }

    /// @dev Roles and delays are the administration's, too, and wait as long.
    function test_NoWayAroundTheDelay() external {
        uint64 admin = governance.ADMIN_ROLE();
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = market.installMeter.selector;
        bytes[] memory calls = new bytes[](5);
        calls[0] = abi.encodeCall(governance.grantRole, (admin, BOARD, 0));
        calls[1] = abi.encodeCall(governance.grantRole, (admin, stranger, 0));
        calls[2] = abi.encodeCall(
            governance.setTargetFunctionRole,
            (address(market), selectors, governance.OPERATOR())
        );
        calls[3] = abi.encodeCall(governance.setTargetClosed, (address(market), true));
        calls[4] = abi.encodeCall(governance.revokeRole, (governance.GUARDIAN(), GUARDIAN));
        for (uint256 i; i < calls.length; i++) {
            vm.prank(BOARD);
            (bool done, ) = address(governance).call(calls[i]);
            assertTrue(!done, "around the delay");
        }
    }

    /* ------------------------------------------------------ wiring ----------------------------------------------- */

    function test_OnlyTheMarketsOwnAdministratorServes() external {
        vm.expectRevert(
            abi.encodeWithSelector(MarketGovernance.NotTheMarkets.selector, address(governance))
        );
        new MarketGovernance(market, BOARD, OPERATOR, GUARDIAN, DELAY);
    }
}

/// @notice How long an announcement may wait.
contract GovernanceDelayTest is MarketFixture {
    function _govern(uint32 delay) private returns (MarketGovernance) {
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        vm.prank(ADMIN);
        market.transferOwnership(next);
        if (delay == 0 || delay > 30 days) {
            vm.expectRevert(
                abi.encodeWithSelector(MarketGovernance.InvalidDelay.selector, delay, 30 days)
            );
        }
        return new MarketGovernance(market, ADMIN, ADMIN, ADMIN, delay);
    }

    function test_NoDelayIsRefused() external {
        _govern(0);
    }

    function test_MoreThanThirtyDaysAreRefused() external {
        _govern(30 days + 1);
    }

    function test_ASecondIsADelay() external {
        assertEq(market.administrator(), ADMIN, "before");
        assertEq(address(_govern(1).market()), address(market), "governed");
    }

    function test_ThirtyDaysAreADelay() external {
        MarketGovernance governance = _govern(30 days);
        assertEq(market.administrator(), address(governance), "governed");
        (, uint32 delay) = governance.hasRole(governance.ADMIN_ROLE(), ADMIN);
        assertEq(delay, 30 days, "delay");
    }
}
