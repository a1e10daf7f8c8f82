// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Feed, Report, Signature, Tree} from "contracts/interfaces/IEquilibriumOracle.sol";
import {Clearing, ClearingTotals} from "contracts/libraries/Clearing.sol";
import {DeploymentFixture} from "./DeploymentFixture.sol";

/// @title PostingFixture
/// @notice The clock of a period, and prices that the servers sign and post.
abstract contract PostingFixture is DeploymentFixture {
    /// @dev What `_declare` and `_need` declared, packed as certificates take it.
    mapping(uint256 period => bytes) internal targetsOf;
    mapping(uint256 epoch => bytes) internal needsOf;

    /* ---------------------------------------------------- the clock ----------------------------------------------- */

    function _start(uint256 period) internal pure returns (uint256) {
        return T0 + period * L;
    }

    function _declarationDeadline(uint256 period) internal pure returns (uint256) {
        return _start(period) - 300;
    }

    function _readingDeadline(uint256 period) internal pure returns (uint256) {
        return _start(period + 1) + 200;
    }

    function _tradingEnd(uint256 period) internal pure virtual returns (uint256) {
        return _readingDeadline(period) + 900;
    }

    function _closingTime(uint256 period) internal pure virtual returns (uint256) {
        return _tradingEnd(period) + 600;
    }

    /// @dev One past the last second of needs of an epoch.
    function _needDeadline(uint256 epoch) internal pure returns (uint256) {
        return _declarationDeadline(epoch * 4) - 240;
    }

    /* ---------------------------------------------------- posting ------------------------------------------------- */

    function _value(
        uint256 ticks,
        uint256 matching,
        uint256 served
    ) internal pure returns (uint256) {
        return (ticks * TICK) | (matching << 96) | (served << 160);
    }

    /// @dev A report that is posted on the servers' bonds: any price that the bounds allow, and nobody refutes it.
    function _report(
        Feed feed,
        uint256 epoch,
        uint256 value
    ) internal view returns (Report memory report) {
        report = _inlineReport(feed, epoch, value);
        report.root =
            feed == Feed.Electricity
                ? keccak256(abi.encode(_claimed(epoch, value)))
                : report.commitment;
    }

    /// @dev The certificate of `_report`.
    function _certificate(Report memory report) internal view returns (bytes memory) {
        return
            report.feed == Feed.Electricity
                ? bytes.concat(hex"03", abi.encode(_claimed(report.epoch, report.value)))
                : bytes(hex"03");
    }

    /// @dev Made-up totals for which this value is the equilibrium.
    function _claimed(uint256 period, uint256 value) internal view returns (Tree memory tree) {
        uint256 floor = market.floorPrice(period);
        uint256 matching = uint64(value >> 96);
        ClearingTotals memory totals =
            uint96(value) == floor
                ? ClearingTotals(matching, 1, WAD, 0)
                : ClearingTotals(1, 1, 1, 0);
        tree.top = Clearing.toNode(market.targetCommitment(period), totals);
        tree.count = 1;
    }

    /// @dev A report that comes with what was declared.
    function _inlineReport(
        Feed feed,
        uint256 epoch,
        uint256 value
    ) internal view returns (Report memory) {
        bytes32 commitment =
            feed == Feed.Electricity
                ? market.targetCommitment(epoch)
                : market.needCommitment(epoch);
        return
            Report({
                feed: feed,
                epoch: uint32(epoch),
                value: value,
                inputBlock: uint64(block.number - 1),
                inputBlockHash: blockhash(block.number - 1),
                commitment: commitment,
                signerSet: oracle.signerSet(),
                root: 0
            });
    }

    /// @dev The inline certificate; followers in the order of their declarations, which must be that of their needs.
    function _inline(Report memory report) internal view returns (bytes memory) {
        if (report.feed == Feed.Electricity) return bytes.concat(hex"01", targetsOf[report.epoch]);
        bytes memory needs = needsOf[report.epoch];
        uint256 count = needs.length / 36;
        bytes memory order;
        for (uint256 i; i < count; i++) {
            order = bytes.concat(order, bytes2(uint16(i)));
        }
        return bytes.concat(hex"01", bytes2(uint16(count)), needs, order);
    }

    /// @dev Signatures of the servers whose bits are set.
    function _sign(
        Report memory report,
        uint256 mask
    ) internal view returns (Signature[] memory signatures) {
        bytes32 digest = oracle.digest(report);
        uint256 count;
        for (uint256 i; i < serverKeys.length; i++) {
            count += (mask >> i) & 1;
        }
        signatures = new Signature[](count);
        for (uint256 i = serverKeys.length; i > 0; i--) {
            if ((mask >> (i - 1)) & 1 == 0) continue;
            (bytes32 r, bytes32 vs) = vm.signCompact(serverKeys[i - 1], digest);
            signatures[--count] = Signature(r, vs);
        }
    }

    /// @dev Readable from `WINDOW` seconds later on.
    function _post(Feed feed, uint256 epoch, uint256 value) internal {
        Report memory report = _report(feed, epoch, value);
        oracle.post(report, _sign(report, 5), _certificate(report));
    }

    /// @dev Checked against what was declared, readable at once.
    function _postCertified(Feed feed, uint256 epoch, uint256 value) internal {
        Report memory report = _inlineReport(feed, epoch, value);
        oracle.post(report, _sign(report, 5), _inline(report));
    }

    function _declareNeed(address who, uint256 epoch, uint256 needWei) internal {
        vm.prank(who);
        market.declareNeed(uint32(epoch), needWei);
        needsOf[epoch] = bytes.concat(needsOf[epoch], abi.encodePacked(who, uint128(needWei)));
    }

    /// @dev A member declares a need, the servers price the epoch, and nobody refutes it.
    function _postElecoin(uint256 epoch, uint256 ticks) internal {
        vm.warp(_needDeadline(epoch) - 1);
        _declareNeed(bea, epoch, 1e18);
        vm.warp(_needDeadline(epoch));
        _post(Feed.Elecoin, epoch, ticks * TICK);
        vm.warp(_needDeadline(epoch) + WINDOW);
    }
}
