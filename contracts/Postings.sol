// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {IPriceFeeds} from "./interfaces/IPriceFeeds.sol";
import {Feed, Posting, Proof} from "./interfaces/OracleTypes.sol";
import {TICK} from "./libraries/Rounding.sol";
import {SUPPLY_UNIT, SupplyRule} from "./libraries/SupplyRule.sol";
import {OracleBase} from "./OracleBase.sol";

/// @title Postings
/// @notice What was posted, and who may read it when: two rings of prices, and the cap on elecoins that follows them.
abstract contract Postings is IPriceFeeds, OracleBase {
    /// @dev Writing the rings once makes every post cost the same: 5 000 gas a word in place of 22 100.
    constructor() {
        for (uint256 i; i < _historyLength; i++) {
            _prewrite(Feed.Electricity, i);
            _prewrite(Feed.Elecoin, i);
        }
    }

    function _prewrite(Feed feed, uint256 ring) private {
        _postings[feed][ring].postedAt = 1;
        _proofs[feed][ring].bound = 1;
    }

    /* ---------------------------------------------------- storing ------------------------------------------------- */

    function _store(Feed feed, Posting memory posting_, Proof memory proof) internal {
        uint256 ring = (posting_.epochPlusOne - 1) % _historyLength;
        _postings[feed][ring] = posting_;
        _proofs[feed][ring] = proof;
    }

    /// @dev Moves the cap: at once where the price can be read, otherwise once it can. Report windows of two epochs do
    /// not overlap, so the one that waits is settled before the next is posted.
    function _moveSupply(uint256 epoch, Posting memory posting_) internal {
        int64 before = _settledSupply();
        int64 moved = before;
        if (_isReadable(posting_))
            moved = SupplyRule.add(_supplyTerms(), before, _change(posting_));
        // An epoch of a posting fits.
        uint24 waiting = _isReadable(posting_) ? 0 : uint24(epoch) + 1;
        if (moved == _supply && waiting == _waiting) return;
        (_supply, _waiting) = (moved, waiting);
        int256 unit = int256(SUPPLY_UNIT);
        emit SupplyChanged(uint32(epoch), _change(posting_) * unit, moved * unit);
    }

    function _settledSupply() private view returns (int64) {
        if (_waiting == 0) return _supply;
        Posting memory waited = _slot(Feed.Elecoin, _waiting - 1);
        if (waited.epochPlusOne != _waiting || !_isReadable(waited)) return _supply;
        return SupplyRule.add(_supplyTerms(), _supply, _change(waited));
    }

    /// @dev An elecoin posting keeps its change as the bits that were signed.
    function _change(Posting memory posting_) private pure returns (int64) {
        return int64(posting_.matchingProbability);
    }

    /* ---------------------------------------------------- reading ------------------------------------------------- */

    /// @inheritdoc IPriceFeeds
    function signerSet() external view returns (uint32) {
        return _signerSet;
    }

    /// @inheritdoc IPriceFeeds
    function quorum() public view returns (uint256) {
        return _serverCount / 2 + 1;
    }

    /// @inheritdoc IPriceFeeds
    function serverIndexPlusOne(address signer) external view returns (uint256) {
        uint256 member = _members[signer];
        return member >> 32 == _signerSet ? uint32(member) + 1 : 0;
    }

    /// @inheritdoc IPriceFeeds
    function electricityPrice(
        uint256 period
    ) external view returns (uint256 price, uint256 matching, uint256 served) {
        Posting memory held = _read(Feed.Electricity, period);
        require(held.epochPlusOne != 0, Unpriced(period));
        return (uint256(held.priceTicks) * TICK, held.matchingProbability, held.servedFraction);
    }

    /// @inheritdoc IPriceFeeds
    function elecoinPrice(uint256 epoch) external view returns (uint256 price, bool flagged) {
        (uint256 used, uint256 ticks) = _elecoin(epoch);
        require(ticks != 0, StalePrice(Feed.Elecoin, epoch));
        return (ticks * TICK, used != epoch + 1);
    }

    /// @inheritdoc IPriceFeeds
    function prices(uint256 period) external view returns (uint256 electricity, uint256 elecoin) {
        Posting memory held = _read(Feed.Electricity, period);
        require(held.epochPlusOne != 0, Unpriced(period));
        require(held.elecoinTicks != 0, StalePrice(Feed.Elecoin, clock.epochOf(period)));
        return (uint256(held.priceTicks) * TICK, uint256(held.elecoinTicks) * TICK);
    }

    /// @inheritdoc IPriceFeeds
    function latest(Feed feed) external view returns (uint256 epoch, Posting memory held) {
        uint256 current = clock.periodAt(block.timestamp);
        if (feed == Feed.Elecoin) current = clock.epochOf(current);
        epoch = current + 1;
        held = _read(feed, epoch);
        if (held.epochPlusOne != 0) return (epoch, held);
        epoch = current;
        if (feed == Feed.Elecoin) {
            (uint256 used, ) = _elecoin(current);
            require(used != 0, StalePrice(feed, current));
            epoch = used - 1;
        }
        held = _read(feed, epoch);
        require(held.epochPlusOne != 0, StalePrice(feed, current));
    }

    /// @inheritdoc IPriceFeeds
    function posting(
        Feed feed,
        uint256 epoch
    ) external view returns (Posting memory posting_, Proof memory proof) {
        posting_ = _read(feed, epoch);
        require(posting_.epochPlusOne != 0, StalePrice(feed, epoch));
        proof = _proof(feed, epoch);
    }

    /// @inheritdoc IPriceFeeds
    function supplyChange() public view returns (int256) {
        return int256(_settledSupply()) * int256(SUPPLY_UNIT);
    }

    /// @inheritdoc IPriceFeeds
    function elecoinCap(uint256 totalElecoins) external view returns (uint256) {
        int256 change = supplyChange();
        uint256 size = SignedMath.abs(change);
        if (change >= 0) return totalElecoins + size;
        return totalElecoins > size ? totalElecoins - size : 0;
    }

    /// @dev An epoch without a need has no game: the price that stood goes on standing. An epoch whose needs got no
    /// price that can be read lets it stand once; with a second such epoch it is stale. Before any posting it is the
    /// lower bound.
    /// @return used One past the epoch whose price serves (0: the lower bound, or none).
    /// @return ticks The price; 0 where it is stale.
    function _elecoin(uint256 epoch) internal view returns (uint256 used, uint256 ticks) {
        bool missed;
        for (used = epoch + 1; used != 0; used--) {
            Posting memory held = _slot(Feed.Elecoin, used - 1);
            if (held.epochPlusOne == used) {
                if (_isReadable(held)) return (used, held.priceTicks);
            } else {
                // A later posting has its place: what stood then is no longer known.
                if (held.epochPlusOne > used) return (0, 0);
                if (market.needCommitment(used - 1) == 0) continue;
            }
            if (missed) return (0, 0);
            missed = true;
        }
        (, uint256 least, ) = market.reportTerms(Feed.Elecoin, 0);
        ticks = least / TICK;
    }
}
