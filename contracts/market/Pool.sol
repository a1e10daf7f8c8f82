// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {EnergyBooks} from "./EnergyBooks.sol";
import {IPool} from "../interfaces/IPool.sol";
import {MarketState} from "../interfaces/MarketTypes.sol";
import {PoolBook, PoolSettlement} from "../libraries/PoolSettlement.sol";
import {CREDIT_UNIT, TICK} from "../libraries/Rounding.sol";

/// @title Pool
/// @notice See {IPool}. A member's slot is all that is read and written for her; what a slot owes reaches her deposit
/// when the period is closed.
/// @dev Slots and targets are handled as words, by the layouts of `Words` and `Target`: unpacked into memory and packed
/// again they would cost twice as much as the storage.
abstract contract Pool is IPool, EnergyBooks {
    /// @dev abi.encodePacked(address account, uint144 word).
    uint256 private constant DECLARATION_BYTES = 38;
    /// @dev Of a target word, see `Target`.
    uint256 private constant POOLED_BIT = 1 << 136;
    uint256 private constant ENTERED = POOLED | DECLARED | COMPLETE;
    uint256 private constant ENTERING = ENTERED | SPANNING | QUARANTINED | RATED;
    /// @dev Words of the event before its lines: four totals, where the array begins, its length.
    uint256 private constant HEAD = 6;

    /// @dev What a settlement reads once. `keys` and `slots` are where the members' slot words are stored, and the
    /// words, by their place in `book`.
    struct Round {
        uint24 period;
        uint256 ring;
        uint256 ticks;
        uint256 capBps;
        PoolBook book;
        uint256[] keys;
        uint256[] slots;
    }

    /// @inheritdoc IPool
    function settlePool(uint24 period, bytes calldata declarations) external {
        MarketState memory state = _state();
        _requireOpen(state.paused, period);
        _requireWindow(period, clock.poolOpening(period), clock.tradingEnd(period));
        (uint256 price, uint256 elecoinPrice) = _oracle.prices(period);
        Round memory round;
        round.period = period;
        round.ring = period % clock.ringLength();
        round.ticks = price / TICK;
        round.capBps = BPS + _toleranceAt(state, period);
        _enter(round, declarations);
        uint256[] memory data = new uint256[](HEAD + round.book.count);
        (data[2], data[3]) = round.book.totals();
        uint256 energyWh = round.book.settle(_pairs(round, elecoinPrice), price);
        require(energyWh != 0, NothingToSettle(period));
        (data[0], data[1], data[4]) = (price, energyWh, (HEAD - 1) * 32);
        data[5] = _book(round, state, data);
        _emitSettled(period, data);
    }

    /* --------------------------------------------------- entering ------------------------------------------------- */

    /// @dev Whoever the list says is pooled; its running commitment must be the period's, so that nobody is left out,
    /// moved, or altered.
    function _enter(Round memory round, bytes calldata declarations) private view {
        uint256 count = declarations.length / DECLARATION_BYTES;
        round.book = PoolSettlement.open(count);
        round.keys = new uint256[](count);
        round.slots = new uint256[](count);
        bytes32 running;
        for (uint256 i; i < count;) {
            (uint256 who, uint256 word) = _declarationAt(declarations, i);
            running = _fold(running, who, word);
            if (word & POOLED_BIT != 0) _enterOne(round, i, who, word);
            unchecked {
                ++i;
            }
        }
        bytes32 committed = _targetCommitment[round.period];
        require(
            running == committed && declarations.length == count * DECLARATION_BYTES,
            DeclarationsMismatch(round.period, running, committed)
        );
    }

    /// @dev The i-th account, and its word.
    function _declarationAt(
        bytes calldata declarations,
        uint256 i
    ) private pure returns (uint256 who, uint256 word) {
        assembly ("memory-safe") {
            let place := add(declarations.offset, mul(i, DECLARATION_BYTES))
            who := shr(96, calldataload(place))
            word := shr(112, calldataload(add(place, 20)))
        }
    }

    /// @dev keccak256(abi.encode(previous, who, word)), without leaving the encoding in memory.
    function _fold(
        bytes32 previous,
        uint256 who,
        uint256 word
    ) private pure returns (bytes32 folded) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, previous)
            mstore(add(free, 0x20), who)
            mstore(add(free, 0x40), word)
            folded := keccak256(free, 0x60)
        }
    }

    function _enterOne(Round memory round, uint256 place, uint256 who, uint256 word) private view {
        uint256 key = _keyOf(who, round.ring);
        uint256 slot_;
        assembly ("memory-safe") {
            slot_ := sload(key)
        }
        // Without the first flag her deposit did not cover the lock: she trades by pairs.
        if ((slot_ >> 248) & ENTERING != ENTERED) {
            bool settled = (slot_ >> 248) & (POOLED | RATED) == POOLED | RATED;
            require(!settled, PoolAlreadySettled(round.period));
            return;
        }
        // Casts keep the bits of each field, here and below.
        bool buying = int32(uint32(word >> 64)) < 0;
        uint256 wh =
            buying
                ? _buyable(round.ticks, word, slot_)
                : _sellable(round.ticks, round.capBps, word, slot_);
        if (wh == 0) return;
        uint256 entry = round.book.add(uint16(word >> 120), buying, wh, uint32(word), place);
        PoolSettlement.put(round.keys, entry, key);
        PoolSettlement.put(round.slots, entry, slot_);
    }

    /// @dev Where the slot at a place, see {_place}, is stored.
    function _keyOf(uint256 who, uint256 ring) private pure returns (uint256 key) {
        assembly ("memory-safe") {
            mstore(0, or(shl(160, ring), who))
            mstore(0x20, _slots.slot)
            key := keccak256(0, 0x40)
        }
    }

    /// @dev What was metered, up to the tolerance, if the price covers what she asks.
    function _sellable(
        uint256 ticks,
        uint256 capBps,
        uint256 word,
        uint256 slot_
    ) private pure returns (uint256 wh) {
        unchecked {
            (uint256 generated, uint256 consumed) = (uint32(slot_ >> 120), uint32(slot_ >> 152));
            if (uint32(word >> 32) > ticks || generated <= consumed) return 0;
            wh = generated - consumed;
            uint256 cap = (capBps * uint32(word >> 64)) / BPS;
            if (wh > cap) wh = cap;
        }
    }

    /// @dev What was metered, up to what her lock pays for at her limit, if it is worth the price to her.
    function _buyable(
        uint256 ticks,
        uint256 word,
        uint256 slot_
    ) private pure returns (uint256 wh) {
        unchecked {
            (uint256 generated, uint256 consumed) = (uint32(slot_ >> 120), uint32(slot_ >> 152));
            if (uint32(word >> 32) < ticks || generated >= consumed || uint32(word) == 0) return 0;
            wh = consumed - generated;
            uint256 cap = uint64(slot_ >> 56) / uint32(word);
            if (wh > cap) wh = cap;
        }
    }

    /// @dev The permitted pairs of the members' zones, as words.
    function _pairs(
        Round memory round,
        uint256 elecoinPrice
    ) private view returns (uint256[] memory pairs) {
        PoolBook memory book = round.book;
        uint256 zones = book.zoneCount;
        uint256 count;
        pairs = new uint256[](zones * zones);
        for (uint256 i; i < zones; i++) {
            for (uint256 j; j < zones; j++) {
                if (book.chains[2 * i] == 0 || book.chains[2 * j + 1] == 0) continue;
                (uint16 from, uint16 to) = (uint16(book.zones[i]), uint16(book.zones[j]));
                (bool permitted, uint256 network, uint256 levy) = _feeIfPermitted(
                    from,
                    to,
                    round.period,
                    elecoinPrice
                );
                if (permitted) pairs[count++] = PoolSettlement.zonePair(from, to, network, levy);
            }
        }
        assembly ("memory-safe") {
            mstore(pairs, count)
        }
    }

    /* --------------------------------------------------- booking -------------------------------------------------- */

    /// @dev Writes what was settled into the slots and the fees, and the lines into `data`: what the buyers' locks lose
    /// is what the sellers and the fee accounts get.
    /// @return count How many lines.
    function _book(
        Round memory round,
        MarketState memory state,
        uint256[] memory data
    ) private returns (uint256 count) {
        uint256 count_ = round.book.count;
        uint256[] memory members = round.book.members;
        uint256 fees;
        // The sums of units of 64 bits, of fewer than 2³² members, side by side.
        unchecked {
            for (uint256 i; i < count_; i++) {
                uint256 member = PoolSettlement.at(members, i);
                uint256 wh = PoolSettlement.tradedWh(member);
                if (wh == 0) continue;
                uint256 line = _bookOne(round, i, wh);
                fees += (uint256(uint64(line >> 64)) << 128) | uint64(line);
                line |= (PoolSettlement.tag(member) << 160) | (wh << 128);
                PoolSettlement.put(data, HEAD + count++, line);
            }
        }
        state.networkFees = SafeCast.toUint88(state.networkFees + (fees >> 128) * CREDIT_UNIT);
        state.levyFees = SafeCast.toUint88(state.levyFees + uint128(fees) * CREDIT_UNIT);
        _store(state);
    }

    /// @dev Adds what was settled to the slot word: her credit, which are its price and limit, her energy, and the mark
    /// of a settled pool. A seller's credit was nothing, and 32 bits of Wh times 32 bits of ticks fit; a lock pays for
    /// all that she may buy at her limit; nothing else was traded.
    /// @return line Her fees, and whether she bought.
    function _bookOne(Round memory round, uint256 i, uint256 wh) private returns (uint256 line) {
        unchecked {
            uint256 slot_ = PoolSettlement.at(round.slots, i);
            uint256 cost = wh * round.ticks;
            if (uint32(slot_ >> 152) > uint32(slot_ >> 120)) {
                uint256 fees = PoolSettlement.at(round.book.fees, i);
                (uint256 network, uint256 levy) = PoolSettlement.feesUp(fees);
                slot_ -= (cost + network + levy) << 56;
                line = (1 << 192) | (network << 64) | levy;
            } else {
                slot_ += cost << 56;
            }
            slot_ += (wh << 184) | (uint256(RATED) << 248);
            uint256 key = PoolSettlement.at(round.keys, i);
            assembly ("memory-safe") {
                sstore(key, slot_)
            }
        }
    }

    /// @dev emit PoolSettled(period, price, energyWh, surplusWh, needWh, lines), from its encoding: `emit` would copy it.
    function _emitSettled(uint24 period, uint256[] memory data) private {
        bytes32 topic = PoolSettled.selector;
        uint256 size = (HEAD + data[5]) * 32;
        assembly ("memory-safe") {
            log2(add(data, 0x20), size, topic, period)
        }
    }
}
