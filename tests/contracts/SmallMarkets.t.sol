// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {Feed, OracleTerms, Report, Signature} from "contracts/interfaces/IEquilibriumOracle.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";

/// @notice In a market whose declarations always fit into a certificate the poster does not choose the tier.
contract SmallMarketsTest is MarketFixture {
    /// @dev As many accounts as the fixture makes.
    uint32 private constant INLINE_MEMBERS = 4;

    function _oracleTerms() internal pure override returns (OracleTerms memory terms) {
        terms = super._oracleTerms();
        terms.inlineMembers = INLINE_MEMBERS;
    }

    function _declared(Feed feed) private returns (Report memory) {
        if (feed == Feed.Elecoin) {
            vm.warp(_needDeadline(0) - 1);
            _declareNeed(bea, 0, 1e18);
            vm.warp(_needDeadline(0));
            return _report(feed, 0, 1_020_000 * TICK);
        }
        _declare(bea, 0, -700, 400_000, 450_000);
        vm.warp(_declarationDeadline(0));
        return _report(feed, 0, _value(200_000, WAD, WAD));
    }

    function testFuzz_ASmallMarketIsPricedByProofAlone(bool elecoins) external {
        Report memory r = _declared(elecoins ? Feed.Elecoin : Feed.Electricity);
        (Signature[] memory s, bytes memory certificate) = (_sign(r, 3), _certificate(r));
        bytes memory refusal = abi.encodeWithSelector(
            IOracleEvents.TooFewMembersForStakes.selector,
            INLINE_MEMBERS,
            INLINE_MEMBERS
        );
        vm.expectRevert(refusal);
        oracle.post(r, s, certificate);
        // All servers' signatures do not help, and who was revoked still counts as one who may have declared.
        vm.prank(ADMIN);
        market.revoke(bob);
        vm.expectRevert(refusal);
        oracle.post(r, s, certificate);
        _register(stranger, NORTH, true);
        oracle.post(r, s, certificate);
        assertEq(uint256(oracle.oracleTerms().inlineMembers), INLINE_MEMBERS, "as deployed");
    }

    function test_ProofsArePostedInAnyMarket() external {
        vm.warp(_needDeadline(0) - 1);
        _declareNeed(bea, 0, 1e18);
        vm.warp(_needDeadline(0));
        Report memory r = _inlineReport(Feed.Elecoin, 0, 1_020_000 * TICK);
        oracle.post(r, _sign(r, 3), hex"02");
        (uint256 price, bool flagged) = oracle.elecoinPrice(0);
        assertEq(price, 1_020_000 * TICK, "price");
        assertTrue(!flagged, "of its own epoch");
    }
}
