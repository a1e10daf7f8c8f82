// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IElecoin} from "./IElecoin.sol";
import {IEquilibriumOracle} from "./IEquilibriumOracle.sol";
import {IReputationLedger} from "./IReputationLedger.sol";
import {IWattcoin} from "./IWattcoin.sol";

/// @notice A member's account, one word. `needEpoch` and `nextClose` are one past the last epoch declared and the last
/// period closed; `remainderWh` is accepted energy not yet minted as Wattcoin.
struct Account {
    uint96 deposit;
    uint32 ratedPower;
    uint32 index;
    uint24 nextClose;
    uint24 remainderWh;
    uint24 needEpoch;
    uint16 zone;
    uint8 rights;
}

/// @notice One account in one period, one word. `traded` is sold or bought by the sign of the metered net.
/// @param price What she declared; a seller's becomes the price that she sold at.
/// @param limit A buyer's most for energy, network and levy; a seller's zone. In a pooled slot `limit` above `price` are
/// one number: what the deposit gets back when the period closes, in 1e9 wei.
/// @param flags 1 and 2: the registers that were read; 4 declared; 8 all registers were read; 16 the reading spans missed
/// periods; 32 rated; 64 pooled; 128 quarantined.
struct Slot {
    uint24 period;
    int32 net;
    uint32 price;
    uint32 limit;
    uint32 generated;
    uint32 consumed;
    uint32 traded;
    uint32 refused;
    uint8 flags;
}

/// @notice What a meter's key may report: cumulative registers in Wh, one past the last period read, and the rated
/// power that bounds a reading. `installed` 0 marks a key that reads nothing.
struct Registers {
    uint64 generation;
    uint64 consumption;
    uint24 generationNext;
    uint24 consumptionNext;
    uint8 installed;
    uint32 ratedPower;
}

/// @notice The sum of an account's corrections of a period, in Wh.
struct Correction {
    int32 generatedWh;
    int32 consumedWh;
    uint8 count;
}

/// @notice Network fee and levy of a zone pair in ticks of currency per kWh; the second three hold from `fromPeriod`.
struct Fee {
    uint32 network;
    uint32 levy;
    bool permitted;
    uint32 nextNetwork;
    uint32 nextLevy;
    bool nextPermitted;
    uint24 fromPeriod;
}

/// @notice What every trade reads and writes of the market itself, one word: fees not yet paid out, the pause, and the
/// constants that bound a trade and a rating (the next ones hold from `fromPeriod`). Bits of `paused`: `MarketBase`.
struct MarketState {
    uint88 networkFees;
    uint88 levyFees;
    uint8 paused;
    uint16 toleranceBps;
    uint16 nextToleranceBps;
    uint24 fromPeriod;
    uint8 qualityThreshold;
    uint8 nextQualityThreshold;
}

/// @notice Market constants; the second three hold from `fromPeriod`.
/// @param feedIn φ: the lowest feed-in of members who may sell, ticks of currency per kWh. The price floor is φ / c.
/// @param toleranceBps Metered energy above (1 + tolerance) × declared is the grid's.
/// @param qualityThreshold Purchases rated below it are refused.
struct Constants {
    uint32 feedIn;
    uint16 toleranceBps;
    uint8 qualityThreshold;
    uint32 nextFeedIn;
    uint16 nextToleranceBps;
    uint8 nextQualityThreshold;
    uint24 fromPeriod;
}

/// @notice The Stackelberg game of the elecoin price (spec §B), fixed at deployment.
/// @param redemption c: currency that backs one elecoin.
/// @param target p̄: the price at a typical mean need.
/// @param least Lower bound of the price, at least c.
/// @param most Upper bound of the price.
/// @param theta θ = m̄₀ p̄² / (p̄ − c), in elecoin wei times WAD per WAD.
struct ElecoinTerms {
    uint256 redemption;
    uint256 target;
    uint256 least;
    uint256 most;
    uint256 theta;
}

/// @notice The other contracts of a deployment, made before this one with its predicted address.
/// @param office The market's second part of code, see `MarketOffice`.
/// @param settlement The third, see `SettlementOffice`.
/// @param orders May declare, trade and rate for members who gave a standing order.
/// @param origin May trade for a member who asks it to, and says who is certified.
struct Contracts {
    IElecoin elecoin;
    IEquilibriumOracle oracle;
    IReputationLedger ledger;
    IWattcoin wattcoin;
    address office;
    address orders;
    address origin;
    address settlement;
}

/// @notice What a deployment fixes besides the clock and the names of Algorithm 2.
/// @param feedIn As in `Constants`, like the next two; they can be changed later, with a delay.
struct MarketTerms {
    ElecoinTerms elecoin;
    uint32 feedIn;
    uint16 toleranceBps;
    uint8 qualityThreshold;
    address networkAccount;
    address levyAccount;
    Contracts contracts;
}

/// @notice Energy bought from one retailer in a period, as it is rated.
/// @param quality Quality of experience, 0–100.
/// @param reason A code, nonzero where the energy is refused.
struct Purchase {
    address retailer;
    uint32 energyWh;
    uint8 quality;
    uint8 reason;
}
