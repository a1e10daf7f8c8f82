// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Account, MarketState, Registers, Slot} from "../interfaces/MarketTypes.sol";

/// @dev The words that every trade and reading read and write. Packed by hand, because one function that all callers share
/// is a fifth of the code that the compiler lays out at each copy between storage and memory.
type AccountWord is uint256;

type SlotWord is uint256;

type StateWord is uint256;

type MeterWord is uint256;

using Words for AccountWord global;
using Words for MeterWord global;
using Words for SlotWord global;
using Words for StateWord global;

/// @title Words
/// @notice `Account`, `Slot`, `Registers` and `MarketState` to and from one word, fields in their order from the low end.
library Words {
    uint256 private constant GENERATION_FIELDS = type(uint64).max | (uint256(0xffffff) << 128);
    uint256 private constant CONSUMPTION_FIELDS =
        (uint256(type(uint64).max) << 64) | (uint256(0xffffff) << 152);

    function pack(Account memory a) internal pure returns (AccountWord) {
        uint256 head =
            uint256(a.deposit) | (uint256(a.ratedPower) << 96) | (uint256(a.index) << 128);
        uint256 counters =
            uint256(a.nextClose) | (uint256(a.remainderWh) << 24) | (uint256(a.needEpoch) << 48);
        return
            AccountWord.wrap(
                head | (counters << 160) | (uint256(a.zone) << 232) | (uint256(a.rights) << 248)
            );
    }

    /// @dev Each cast keeps the bits of its field.
    function unpack(AccountWord packed) internal pure returns (Account memory a) {
        uint256 word = AccountWord.unwrap(packed);
        a.deposit = uint96(word);
        a.ratedPower = uint32(word >> 96);
        a.index = uint32(word >> 128);
        a.nextClose = uint24(word >> 160);
        a.remainderWh = uint24(word >> 184);
        a.needEpoch = uint24(word >> 208);
        a.zone = uint16(word >> 232);
        a.rights = uint8(word >> 248);
    }

    function pack(Slot memory s) internal pure returns (SlotWord) {
        uint256 declared =
            uint256(s.period) |
                (uint256(uint32(s.net)) << 24) |
                (uint256(s.price) << 56) |
                (uint256(s.limit) << 88);
        uint256 metered =
            uint256(s.generated) |
                (uint256(s.consumed) << 32) |
                (uint256(s.traded) << 64) |
                (uint256(s.refused) << 96) |
                (uint256(s.flags) << 128);
        return SlotWord.wrap(declared | (metered << 120));
    }

    /// @dev Each cast keeps the bits of its field.
    function unpack(SlotWord packed) internal pure returns (Slot memory s) {
        uint256 word = SlotWord.unwrap(packed);
        s.period = uint24(word);
        s.net = int32(uint32(word >> 24));
        s.price = uint32(word >> 56);
        s.limit = uint32(word >> 88);
        s.generated = uint32(word >> 120);
        s.consumed = uint32(word >> 152);
        s.traded = uint32(word >> 184);
        s.refused = uint32(word >> 216);
        s.flags = uint8(word >> 248);
    }

    function pack(MarketState memory m) internal pure returns (StateWord) {
        uint256 fees = uint256(m.networkFees) | (uint256(m.levyFees) << 88);
        uint256 tolerances =
            uint256(m.toleranceBps) |
                (uint256(m.nextToleranceBps) << 16) |
                (uint256(m.fromPeriod) << 32);
        uint256 thresholds = uint256(m.qualityThreshold) | (uint256(m.nextQualityThreshold) << 8);
        return
            StateWord.wrap(
                fees | (uint256(m.paused) << 176) | (tolerances << 184) | (thresholds << 240)
            );
    }

    /// @dev Each cast keeps the bits of its field.
    function unpack(StateWord packed) internal pure returns (MarketState memory m) {
        uint256 word = StateWord.unwrap(packed);
        m.networkFees = uint88(word);
        m.levyFees = uint88(word >> 88);
        m.paused = uint8(word >> 176);
        m.toleranceBps = uint16(word >> 184);
        m.nextToleranceBps = uint16(word >> 200);
        m.fromPeriod = uint24(word >> 216);
        m.qualityThreshold = uint8(word >> 240);
        m.nextQualityThreshold = uint8(word >> 248);
    }

    function pack(Registers memory r) internal pure returns (MeterWord) {
        uint256 next =
            uint256(r.generationNext) |
                (uint256(r.consumptionNext) << 24) |
                (uint256(r.installed) << 48) |
                (uint256(r.ratedPower) << 56);
        return
            MeterWord.wrap(uint256(r.generation) | (uint256(r.consumption) << 64) | (next << 128));
    }

    /// @dev Each cast keeps the bits of its field.
    function unpack(MeterWord packed) internal pure returns (Registers memory r) {
        uint256 word = MeterWord.unwrap(packed);
        r.generation = uint64(word);
        r.consumption = uint64(word >> 64);
        r.generationNext = uint24(word >> 128);
        r.consumptionNext = uint24(word >> 152);
        r.installed = uint8(word >> 176);
        r.ratedPower = uint32(word >> 184);
    }

    /* ------------------------------------------------ fields, in place ------------------------------------------- */

    /// @dev A trade reads a few fields and changes one or two: it works on the words as they are. Each cast keeps the
    /// bits of its field.
    function period(SlotWord s) internal pure returns (uint256) {
        return uint24(SlotWord.unwrap(s));
    }

    function generation(MeterWord m) internal pure returns (uint256) {
        return uint64(MeterWord.unwrap(m));
    }

    function consumption(MeterWord m) internal pure returns (uint256) {
        return uint64(MeterWord.unwrap(m) >> 64);
    }

    function generationNext(MeterWord m) internal pure returns (uint256) {
        return uint24(MeterWord.unwrap(m) >> 128);
    }

    function consumptionNext(MeterWord m) internal pure returns (uint256) {
        return uint24(MeterWord.unwrap(m) >> 152);
    }

    function installed(MeterWord m) internal pure returns (uint8) {
        return uint8(MeterWord.unwrap(m) >> 176);
    }

    function ratedPower(MeterWord m) internal pure returns (uint256) {
        return uint32(MeterWord.unwrap(m) >> 184);
    }

    /// @dev The register has at most 64 bits, the period 24.
    function withGeneration(
        MeterWord m,
        uint256 register,
        uint256 next
    ) internal pure returns (MeterWord) {
        uint256 rest = MeterWord.unwrap(m) & ~GENERATION_FIELDS;
        return MeterWord.wrap(rest | register | (next << 128));
    }

    /// @dev Likewise.
    function withConsumption(
        MeterWord m,
        uint256 register,
        uint256 next
    ) internal pure returns (MeterWord) {
        uint256 rest = MeterWord.unwrap(m) & ~CONSUMPTION_FIELDS;
        return MeterWord.wrap(rest | (register << 64) | (next << 152));
    }

    function net(SlotWord s) internal pure returns (int256) {
        return int32(uint32(SlotWord.unwrap(s) >> 24));
    }

    function price(SlotWord s) internal pure returns (uint256) {
        return uint32(SlotWord.unwrap(s) >> 56);
    }

    function limit(SlotWord s) internal pure returns (uint256) {
        return uint32(SlotWord.unwrap(s) >> 88);
    }

    function generated(SlotWord s) internal pure returns (uint32) {
        return uint32(SlotWord.unwrap(s) >> 120);
    }

    /// @notice Generated − consumed.
    function meteredNet(SlotWord s) internal pure returns (int256) {
        uint256 word = SlotWord.unwrap(s);
        // Both have 32 bits.
        unchecked {
            return int256(uint256(uint32(word >> 120))) - int256(uint256(uint32(word >> 152)));
        }
    }

    function traded(SlotWord s) internal pure returns (uint256) {
        return uint32(SlotWord.unwrap(s) >> 184);
    }

    function flags(SlotWord s) internal pure returns (uint256) {
        return SlotWord.unwrap(s) >> 248;
    }

    /// @dev What a register showed of the period, once each; energies have at most 32 bits.
    function withGenerated(SlotWord s, uint256 energyWh) internal pure returns (SlotWord) {
        uint256 rest = SlotWord.unwrap(s) & ~(uint256(type(uint32).max) << 120);
        return SlotWord.wrap(rest | (energyWh << 120));
    }

    function withConsumed(SlotWord s, uint256 energyWh) internal pure returns (SlotWord) {
        uint256 rest = SlotWord.unwrap(s) & ~(uint256(type(uint32).max) << 152);
        return SlotWord.wrap(rest | (energyWh << 152));
    }

    /// @dev `more` has at most 8 bits.
    function withFlags(SlotWord s, uint256 more) internal pure returns (SlotWord) {
        return SlotWord.wrap(SlotWord.unwrap(s) | (more << 248));
    }

    /// @dev `traded` stays within its 32 bits as long as no more is traded than was metered.
    function withTraded(SlotWord s, uint256 moreWh) internal pure returns (SlotWord) {
        return SlotWord.wrap(SlotWord.unwrap(s) + (moreWh << 184));
    }

    /// @dev `ticks` has at most 32 bits.
    function withPrice(SlotWord s, uint256 ticks) internal pure returns (SlotWord) {
        uint256 rest = SlotWord.unwrap(s) & ~(uint256(type(uint32).max) << 56);
        return SlotWord.wrap(rest | (ticks << 56));
    }

    function deposit(AccountWord a) internal pure returns (uint256) {
        return uint96(AccountWord.unwrap(a));
    }

    function index(AccountWord a) internal pure returns (uint256) {
        return uint32(AccountWord.unwrap(a) >> 128);
    }

    function zone(AccountWord a) internal pure returns (uint16) {
        return uint16(AccountWord.unwrap(a) >> 232);
    }

    function rights(AccountWord a) internal pure returns (uint256) {
        return AccountWord.unwrap(a) >> 248;
    }

    /// @dev At most the deposit.
    function lessDeposit(AccountWord a, uint256 amount) internal pure returns (AccountWord) {
        return AccountWord.wrap(AccountWord.unwrap(a) - amount);
    }

    function paused(StateWord m) internal pure returns (uint256) {
        return uint8(StateWord.unwrap(m) >> 176);
    }

    function toleranceAt(StateWord m, uint256 period_) internal pure returns (uint256) {
        uint256 word = StateWord.unwrap(m);
        return uint16(period_ >= uint24(word >> 216) ? word >> 200 : word >> 184);
    }

    /// @notice Adds to the fees that are not yet paid out. Reverts with a panic where 88 bits cannot hold them.
    function withFees(
        StateWord m,
        uint256 network,
        uint256 levy
    ) internal pure returns (StateWord) {
        uint256 word = StateWord.unwrap(m);
        network += uint88(word);
        levy += uint88(word >> 88);
        assert(network <= type(uint88).max && levy <= type(uint88).max);
        return StateWord.wrap(((word >> 176) << 176) | (levy << 88) | network);
    }
}
