// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {IPriceFeeds} from "../interfaces/IPriceFeeds.sol";
import {Feed, Posting, Proof, Status} from "../interfaces/OracleTypes.sol";
import {OracleWord, PostingWord, PostingWords} from "../libraries/PostingWords.sol";
import {TICK} from "../libraries/Rounding.sol";
import {SUPPLY_UNIT} from "../libraries/SupplyRule.sol";
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
        uint256 place = _place(feed, ring);
        _postings[place] = PostingWords.pack(0, 0, 0, 1, 0, Status.None);
        _proofs[place] = PostingWords.pack(bytes20(0), 1);
    }

    /* ---------------------------------------------------- storing ------------------------------------------------- */

    /// @dev Remembers an elecoin posting, and moves the cap: at once where the price can be read, otherwise once it can.
    /// Report windows of two epochs do not overlap, so the one that waits is settled before the next is posted, and the
    /// last posting is the one of the latest epoch.
    /// @param atOnce Whether the price can be read now.
    function _moveSupply(OracleWord state, PostingWord posting_, bool atOnce) internal {
        int64 moved = _settledSupply(state);
        uint256 last = posting_.epochPlusOne();
        (uint256 waiting, uint256 ticks) = (last, 0);
        if (atOnce) {
            moved = _changed(moved, posting_.change());
            (waiting, ticks) = (0, posting_.priceTicks());
        }
        _state = state.withElecoin(moved, waiting, last, ticks);
        if (moved == state.supply() && waiting == state.waiting()) return;
        int256 unit = int256(SUPPLY_UNIT);
        // An epoch of a posting fits.
        emit SupplyChanged(uint32(last - 1), posting_.change() * unit, moved * unit);
    }

    function _settledSupply(OracleWord state) private view returns (int64) {
        uint256 waiting = state.waiting();
        if (waiting == 0) return state.supply();
        PostingWord waited = _read(Feed.Elecoin, waiting - 1);
        if (waited.epochPlusOne() == 0) return state.supply();
        return _changed(state.supply(), waited.change());
    }

    /* ---------------------------------------------------- reading ------------------------------------------------- */

    /// @inheritdoc IPriceFeeds
    function signerSet() external view returns (uint32) {
        return _state.signerSet();
    }

    /// @inheritdoc IPriceFeeds
    function quorum() external view returns (uint256) {
        return _state.quorum();
    }

    /// @inheritdoc IPriceFeeds
    function serverIndexPlusOne(address signer) external view returns (uint256) {
        uint256 member = _members[signer];
        return member >> 32 == _state.signerSet() ? uint32(member) + 1 : 0;
    }

    /// @inheritdoc IPriceFeeds
    function electricityPrice(
        uint256 period
    ) external view returns (uint256 price, uint256 matching, uint256 served) {
        Posting memory held = _read(Feed.Electricity, period).unpack();
        require(held.epochPlusOne != 0, Unpriced(period));
        return (uint256(held.priceTicks) * TICK, held.matchingProbability, held.servedFraction);
    }

    /// @inheritdoc IPriceFeeds
    function elecoinPrice(uint256 epoch) external view returns (uint256 price, bool flagged) {
        (uint256 used, uint256 ticks) = _elecoin(_state, epoch);
        require(ticks != 0, StalePrice(Feed.Elecoin, epoch));
        return (ticks * TICK, used != epoch + 1);
    }

    /// @inheritdoc IPriceFeeds
    function prices(uint256 period) external view returns (uint256 electricity, uint256 elecoin) {
        PostingWord held = _read(Feed.Electricity, period);
        require(held.epochPlusOne() != 0, Unpriced(period));
        uint256 ticks = held.elecoinTicks();
        require(ticks != 0, StalePrice(Feed.Elecoin, clock.epochOf(period)));
        // Both have 32 bits.
        unchecked {
            return (held.priceTicks() * TICK, ticks * TICK);
        }
    }

    /// @inheritdoc IPriceFeeds
    function latest(Feed feed) external view returns (uint256 epoch, Posting memory held) {
        uint256 current = clock.periodAt(block.timestamp);
        if (feed == Feed.Elecoin) current = clock.epochOf(current);
        epoch = current + 1;
        held = _read(feed, epoch).unpack();
        if (held.epochPlusOne != 0) return (epoch, held);
        epoch = current;
        if (feed == Feed.Elecoin) {
            (uint256 used, ) = _elecoin(_state, current);
            require(used != 0, StalePrice(feed, current));
            epoch = used - 1;
        }
        held = _read(feed, epoch).unpack();
        require(held.epochPlusOne != 0, StalePrice(feed, current));
    }

    /// @inheritdoc IPriceFeeds
    function posting(
        Feed feed,
        uint256 epoch
    ) external view returns (Posting memory posting_, Proof memory proof) {
        posting_ = _read(feed, epoch).unpack();
        require(posting_.epochPlusOne != 0, StalePrice(feed, epoch));
        proof = _proofs[_place(feed, epoch)].unpack();
    }

    /// @inheritdoc IPriceFeeds
    function supplyChange() public view returns (int256) {
        return int256(_settledSupply(_state)) * int256(SUPPLY_UNIT);
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
    function _elecoin(
        OracleWord state,
        uint256 epoch
    ) internal view returns (uint256 used, uint256 ticks) {
        uint256 last = state.lastElecoin();
        // What is readable at once stays so.
        used = epoch + 1;
        if (last == used && state.lastElecoinTicks() != 0) return (last, state.lastElecoinTicks());
        bool missed;
        bytes32 commitment;
        uint256 least;
        for (; used != 0; used--) {
            uint256 held = 0;
            // After the last posting no place holds one.
            if (used <= last) {
                PostingWord posting_ = _postings[_place(Feed.Elecoin, used - 1)];
                held = posting_.epochPlusOne();
                if (held == used && _isReadable(posting_)) return (used, posting_.priceTicks());
                // A later posting has its place: what stood then is no longer known.
                if (held > used) return (0, 0);
            }
            if (held != used) {
                (commitment, least, ) = _reportTerms(Feed.Elecoin, used - 1);
                if (commitment == 0) continue;
            }
            if (missed) return (0, 0);
            missed = true;
        }
        if (least == 0) (, least, ) = _reportTerms(Feed.Elecoin, 0);
        ticks = least / TICK;
    }
}
