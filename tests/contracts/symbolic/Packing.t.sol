// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Account, Registers, Slot} from "contracts/interfaces/IElectricityTrading.sol";
import {PostedValue} from "contracts/libraries/PostedValue.sol";
import {Purchases} from "contracts/libraries/Purchases.sol";
import {Target, TargetData} from "contracts/libraries/Target.sol";
import {AccountWord, MeterWord, SlotWord, Words} from "contracts/libraries/Words.sol";
import {Test} from "../utils/Vm.sol";

/// @dev Internal library calls as external ones, so that a revert can be seen.
contract PackingCalls {
    function target(uint256 word) external pure returns (TargetData memory) {
        return Target.unpack(word);
    }

    function value(uint256 word) external pure returns (uint32, uint64, uint64) {
        return PostedValue.unpack(word);
    }
}

/// @notice Proofs: `make prove` runs each for all arguments at once (halmos), `forge test` for random ones.
contract PackingProof is Test {
    PackingCalls private calls = new PackingCalls();

    /// @dev No bit of a stored word is lost, and none is read twice: packing inverts unpacking on all words …
    function testProof_AccountWordIsItsFields(uint256 word) external pure {
        assert(AccountWord.unwrap(Words.pack(AccountWord.wrap(word).unpack())) == word);
    }

    /// @dev … and unpacking inverts packing on all fields.
    function testProof_AccountFieldsAreTheirWord(Account memory a) external pure {
        Account memory b = Words.pack(a).unpack();
        assert(b.deposit == a.deposit && b.ratedPower == a.ratedPower && b.index == a.index);
        assert(b.nextClose == a.nextClose && b.remainderWh == a.remainderWh);
        assert(b.needEpoch == a.needEpoch && b.zone == a.zone && b.rights == a.rights);
    }

    function testProof_SlotWordIsItsFields(uint256 word) external pure {
        assert(SlotWord.unwrap(Words.pack(SlotWord.wrap(word).unpack())) == word);
    }

    function testProof_SlotFieldsAreTheirWord(Slot memory s) external pure {
        Slot memory r = Words.pack(s).unpack();
        assert(r.period == s.period && r.net == s.net && r.price == s.price && r.limit == s.limit);
        assert(r.generated == s.generated && r.consumed == s.consumed);
        assert(r.traded == s.traded && r.refused == s.refused && r.flags == s.flags);
    }

    /// @dev What a reading writes in place is what it would write field by field: the meter's word …
    function testProof_AReadingMovesItsRegisterAlone(
        uint256 word,
        uint64 register,
        uint24 next
    ) external pure {
        MeterWord m = MeterWord.wrap(word & type(uint216).max);
        Registers memory r = m.unpack();
        assert(MeterWord.unwrap(Words.pack(r)) == MeterWord.unwrap(m));
        assert(m.generation() == r.generation && m.consumption() == r.consumption);
        assert(m.generationNext() == r.generationNext && m.consumptionNext() == r.consumptionNext);
        assert(m.installed() == r.installed && m.ratedPower() == r.ratedPower);
        (r.generation, r.generationNext) = (register, next);
        MeterWord moved = m.withGeneration(register, next);
        assert(MeterWord.unwrap(moved) == MeterWord.unwrap(Words.pack(r)));
        (r.consumption, r.consumptionNext) = (register, next);
        moved = moved.withConsumption(register, next);
        assert(MeterWord.unwrap(moved) == MeterWord.unwrap(Words.pack(r)));
    }

    /// @dev … and the slot's.
    function testProof_AReadingFillsItsSlot(
        uint256 word,
        uint32 generated,
        uint32 consumed,
        uint8 flags
    ) external pure {
        Slot memory s = SlotWord.wrap(word).unpack();
        (s.generated, s.consumed, s.flags) = (generated, consumed, s.flags | flags);
        SlotWord filled = SlotWord.wrap(word).withGenerated(generated).withConsumed(consumed);
        assert(SlotWord.unwrap(filled.withFlags(flags)) == SlotWord.unwrap(Words.pack(s)));
    }

    /// @dev One more trade changes what it says and nothing else, on every word whose fields have room.
    function testProof_PurchasesAreTheirFields(
        uint256 word,
        uint136 listed,
        uint32 wh,
        uint32 network,
        uint32 levy
    ) external pure {
        Purchases p = Purchases.wrap(word);
        vm.assume(uint256(p.tradedWh()) + wh <= type(uint32).max);
        Purchases q = p.with(listed, wh, network, levy);
        assert(q.period() == p.period() && q.tradedWh() == p.tradedWh() + wh);
        assert(q.listed() == listed && q.network() == network && q.levy() == levy);
    }

    /// @dev A word of another period says nothing of this one.
    function testProof_PurchasesAreOfOnePeriod(uint256 word, uint24 period) external pure {
        Purchases p = Purchases.wrap(word).at(period);
        if (uint24(word) == period) assert(Purchases.unwrap(p) == word);
        else assert(Purchases.unwrap(p) == period);
    }

    /// @dev A declared word is either refused or exactly what its fields say: no two words say the same.
    function testProof_TargetIsRefusedOrExact(uint256 word) external view {
        try calls.target(word) returns (TargetData memory t) {
            assert(Target.pack(t) == word);
        } catch {
            assert(word > Target.pack(Target.unpack(word & type(uint120).max)));
        }
    }

    /// @dev Fractions above 1 and used spare bits are refused, others are read whole.
    function testProof_FractionsAreRefusedOrExact(uint64 m, uint64 s, uint32 above) external view {
        uint256 word = (uint256(m) << 96) | (uint256(s) << 160) | (uint256(above) << 224);
        try calls.value(word) returns (uint32 p, uint64 matching, uint64 served) {
            assert(p == 0 && matching == m && served == s);
            assert(m <= 1e18 && s <= 1e18 && above == 0);
        } catch {
            assert(m > 1e18 || s > 1e18 || above != 0);
        }
    }

    /// @dev A price off the grid, or above 32 bits of ticks, is refused.
    function testProof_OnlyPricesOnTheGrid(uint96 price) external view {
        try calls.value(price) returns (uint32 ticks, uint64, uint64) {
            assert(uint256(ticks) * 1e12 == price);
        } catch {
            assert(price % 1e12 != 0 || price / 1e12 > type(uint32).max);
        }
    }
}
