// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IElecoin} from "contracts/interfaces/IElecoin.sol";
import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {IMarket} from "./utils/IMarket.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";

/// @notice Who may do what.
contract RolesTest is MarketFixture {
    /* ----------------------------------------------------- roles -------------------------------------------------- */

    function test_OnlyTheAdministratorAdministrates() external {
        bytes[] memory guarded = new bytes[](12);
        guarded[0] = abi.encodeCall(
            market.empower,
            (stranger, bytes32(0), NORTH, true, true, RATED)
        );
        guarded[1] = abi.encodeCall(market.revoke, (ann));
        guarded[2] = abi.encodeCall(market.installMeter, (ann, stranger, 0, 0, 3));
        guarded[3] = abi.encodeCall(market.setFee, (NORTH, NORTH, 0, 0, true));
        guarded[4] = abi.encodeCall(market.setConstants, (0, 0, 0));
        guarded[5] = abi.encodeCall(market.setFeeAccounts, (stranger, stranger));
        guarded[6] = abi.encodeCall(market.setEdgeServers, (_servers()));
        guarded[7] = abi.encodeCall(market.pause, ());
        guarded[8] = abi.encodeCall(market.unpause, ());
        guarded[9] = abi.encodeCall(market.transferOwnership, (stranger));
        guarded[10] = abi.encodeCall(market.setAttestor, (stranger, 30 days));
        guarded[11] = abi.encodeCall(market.succeedBy, (stranger));
        address[3] memory callers = [stranger, ann, vm.addr(serverKeys[0])];
        for (uint256 i; i < guarded.length; i++) {
            for (uint256 k; k < callers.length; k++) {
                _refuses(
                    address(market),
                    callers[k],
                    guarded[i],
                    abi.encodeWithSelector(IMarket.OwnableUnauthorizedAccount.selector, callers[k])
                );
            }
        }
    }

    function test_TheAdministratorCannotLeave() external {
        _refuses(
            address(market),
            ADMIN,
            abi.encodeWithSignature("renounceOwnership()"),
            abi.encodeWithSelector(IMarketEvents.CannotRenounce.selector)
        );
        assertEq(market.administrator(), ADMIN, "administrator");
        _refuses(
            address(market),
            stranger,
            abi.encodeWithSignature("renounceOwnership()"),
            abi.encodeWithSelector(IMarket.OwnableUnauthorizedAccount.selector, stranger)
        );
    }

    function test_OnlyTheMarketMovesTheOthers() external {
        address[2] memory callers = [ADMIN, ann];
        for (uint256 k; k < callers.length; k++) {
            bytes memory refusal = abi.encodeWithSelector(IElecoin.OnlyMarket.selector, callers[k]);
            _refuses(address(elecoin), callers[k], abi.encodeCall(elecoin.mint, (ann, 1)), refusal);
            _refuses(address(elecoin), callers[k], abi.encodeCall(elecoin.burn, (1)), refusal);
            _refuses(
                address(wattcoin),
                callers[k],
                abi.encodeCall(wattcoin.mint, (ann, 1)),
                refusal
            );
            _refuses(
                address(oracle),
                callers[k],
                abi.encodeCall(oracle.setEdgeServers, (_servers())),
                refusal
            );
            _refuses(address(ledger), callers[k], abi.encodeCall(ledger.register, (ann)), refusal);
            _refuses(
                address(ledger),
                callers[k],
                abi.encodeCall(ledger.book, (ann, 0, 1, 1, true, 1)),
                refusal
            );
            _refuses(address(ledger), callers[k], abi.encodeCall(ledger.rankServers, ()), refusal);
        }
    }

    function _refuses(
        address target,
        address caller,
        bytes memory data,
        bytes memory refusal
    ) private {
        vm.prank(caller);
        (bool done, bytes memory answer) = target.call(data);
        assertTrue(!done, "a stranger got through");
        assertEq(answer, refusal, "refusal");
    }

    function test_AdministratorHandsOverInTwoSteps() external {
        vm.prank(ADMIN);
        market.transferOwnership(stranger);
        assertEq(market.administrator(), ADMIN, "not yet");
        assertEq(market.pendingOwner(), stranger, "pending");
        _refuses(
            address(market),
            ann,
            abi.encodeCall(market.acceptOwnership, ()),
            abi.encodeWithSelector(IMarket.OwnableUnauthorizedAccount.selector, ann)
        );
        vm.prank(stranger);
        market.acceptOwnership();
        assertEq(market.administrator(), stranger, "now");
        vm.prank(stranger);
        market.pause();
        assertTrue(market.paused(), "the new one rules");
    }
}
