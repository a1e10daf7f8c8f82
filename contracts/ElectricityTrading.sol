// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {Clock} from "./Clock.sol";
import {ElecoinTreasury} from "./ElecoinTreasury.sol";
import {EnergyAccounts} from "./EnergyAccounts.sol";
import {
    Account,
    ElecoinTerms,
    IElectricityTrading,
    MarketTerms,
    Purchase,
    Slot
} from "./interfaces/IElectricityTrading.sol";
import {EdgeServer, Feed} from "./interfaces/IEquilibriumOracle.sol";
import {Rounding, TICK, WAD} from "./libraries/Rounding.sol";
import {Schedule} from "./libraries/Schedule.sol";

/// @title ElectricityTrading
/// @notice See {IElectricityTrading}.
contract ElectricityTrading is EnergyAccounts {
    uint256 private constant BPS = 10_000;
    uint8 private constant BEST_QUALITY = 100;

    /// @dev keccak(previous, retailer, energyWh) over a buyer's trades of a period, in order.
    mapping(address who => mapping(uint256 ring => bytes32)) private _purchases;

    /// @dev Everything that a trade reads, and what it comes to.
    struct Deal {
        Account buyer;
        Account retailer;
        Slot buyerSlot;
        Slot retailerSlot;
        uint256 price;
        uint256 network;
        uint256 levy;
        uint256 availableWh;
    }

    constructor(
        address administrator_,
        uint256 totalElecoins_,
        uint256 unitPowerPrice_,
        EdgeServer[] memory edgeServers_,
        Schedule memory schedule_,
        MarketTerms memory terms
    )
        Clock(schedule_)
        Ownable(administrator_)
        ElecoinTreasury(totalElecoins_, unitPowerPrice_, terms.elecoin, terms.contracts)
    {
        _setConstants(terms.feedIn, terms.toleranceBps, terms.qualityThreshold);
        _setFeeAccounts(terms.networkAccount, terms.levyAccount);
        oracle.setEdgeServers(edgeServers_);
        ledger.rankServers();
    }

    /* --------------------------------------------------- trading -------------------------------------------------- */

    /// @inheritdoc IElectricityTrading
    function trade(
        address retailer,
        uint24 period,
        uint32 energyWh,
        uint32 minWh,
        uint256 maxPrice,
        uint256 deadline
    ) external whenNotPaused returns (uint256 filledWh) {
        require(block.timestamp <= deadline, DeadlinePassed(deadline));
        Deal memory deal = _deal(msg.sender, retailer, period);
        uint256 allIn = deal.price + deal.network + deal.levy;
        require(allIn <= maxPrice, PriceAboveMax(allIn, maxPrice));
        filledWh = Math.min(energyWh, deal.availableWh);
        require(filledWh >= minWh && filledWh != 0, BelowMinimum(filledWh, minWh));
        _recordPurchase(deal.buyerSlot.traded == 0, period, retailer, filledWh);
        // At most what is available: the absolute value of an int32.
        _settle(deal, period, retailer, uint32(filledWh));
    }

    /// @dev Moves energy between the slots and elecoins between the deposits: what the buyer pays is what others get.
    function _settle(Deal memory deal, uint24 period, address retailer, uint32 energyWh) private {
        uint256 cost = Rounding.costUp(energyWh, deal.price);
        uint256 network = Rounding.costUp(energyWh, deal.network);
        uint256 levy = Rounding.costUp(energyWh, deal.levy);
        uint256 paid = cost + network + levy;
        require(
            deal.buyer.deposit >= paid,
            InsufficientDeposit(msg.sender, deal.buyer.deposit, paid)
        );
        // Bounded by what is available and by the buyer's deposit.
        unchecked {
            deal.buyerSlot.traded += energyWh;
            deal.retailerSlot.traded += energyWh;
            deal.buyer.deposit -= uint96(paid);
        }
        deal.retailer.deposit = SafeCast.toUint96(deal.retailer.deposit + cost);
        _store(msg.sender, deal.buyerSlot);
        _store(retailer, deal.retailerSlot);
        _store(msg.sender, deal.buyer);
        _store(retailer, deal.retailer);
        _collect(network, levy);
        emit Traded(period, msg.sender, retailer, energyWh, deal.price, cost, network, levy);
    }

    function _recordPurchase(
        bool first,
        uint24 period,
        address retailer,
        uint256 energyWh
    ) private {
        uint256 ring = period % clock.ringLength();
        bytes32 previous = first ? bytes32(0) : _purchases[msg.sender][ring];
        _purchases[msg.sender][ring] = _appendPurchase(previous, retailer, energyWh);
    }

    /// @inheritdoc IElectricityTrading
    function checkQualification(
        address buyer,
        address retailer,
        uint24 period
    ) external view returns (uint256 availableWh, uint256 price, uint256 fee_) {
        Deal memory deal = _deal(buyer, retailer, period);
        return (deal.availableWh, deal.price, deal.network + deal.levy);
    }

    function _deal(
        address buyer,
        address retailer,
        uint24 period
    ) private view returns (Deal memory deal) {
        _requireWindow(period, clock.readingDeadline(period), clock.tradingEnd(period));
        require(buyer != retailer, TradeWithSelf(buyer));
        deal.buyer = _member(buyer);
        deal.retailer = _member(retailer);
        require(deal.retailer.rights & GENERATION_RIGHT != 0, NoGenerationRight(retailer));

        uint256 elecoinPrice;
        (deal.price, elecoinPrice) = oracle.prices(period);
        (deal.network, deal.levy) = _feeAt(
            deal.retailer.zone,
            deal.buyer.zone,
            period,
            elecoinPrice
        );

        deal.buyerSlot = _slotOf(buyer, period);
        deal.retailerSlot = _slotOf(retailer, period);
        _requireEligible(deal);
        uint256 tolerance = _toleranceAt(period);
        uint256 sellable = _tradeable(deal.retailerSlot, true, tolerance);
        uint256 buyable = _tradeable(deal.buyerSlot, false, tolerance);
        require(sellable != 0, NothingToTrade(retailer, period));
        require(buyable != 0, NothingToTrade(buyer, period));
        deal.availableWh = Math.min(sellable, buyable);
    }

    /// @dev From the committed words: the seller's cost, the buyer's value, and what the grid would charge her.
    function _requireEligible(Deal memory deal) private pure {
        uint256 cost = deal.retailerSlot.price * TICK;
        require(cost <= deal.price, PriceBelowCost(deal.price, cost));
        uint256 reservation = deal.buyerSlot.price * TICK;
        require(deal.price <= reservation, PriceAboveReservation(deal.price, reservation));
        uint256 limit = deal.buyerSlot.limit * TICK;
        uint256 allIn = deal.price + deal.network + deal.levy;
        require(allIn <= limit, PriceAboveReservation(allIn, limit));
    }

    /// @dev min(|metered|, (1 + tolerance) |declared|) less what was traded; 0 where the signs differ.
    function _tradeable(
        Slot memory slot_,
        bool selling,
        uint256 toleranceBps
    ) private pure returns (uint256) {
        if (slot_.flags & (DECLARED | COMPLETE | SPANNING) != DECLARED | COMPLETE) return 0;
        int256 metered = _meteredNet(slot_);
        int256 declared = slot_.net;
        if (selling ? metered <= 0 || declared <= 0 : metered >= 0 || declared >= 0) return 0;
        uint256 capDown = ((BPS + toleranceBps) * SignedMath.abs(declared)) / BPS;
        return Math.min(SignedMath.abs(metered), capDown) - slot_.traded;
    }

    /* --------------------------------------------------- rating --------------------------------------------------- */

    /// @inheritdoc IElectricityTrading
    function rate(uint24 period, Purchase[] calldata purchases) external {
        _requireWindow(period, clock.tradingEnd(period), clock.closingTime(period));
        uint256 ring = period % clock.ringLength();
        Slot memory slot_ = _slotOf(msg.sender, period);
        // A buyer's purchases began anew with this period; a seller's are what the ring's place held before.
        require(
            slot_.traded != 0 && slot_.generated < slot_.consumed && slot_.flags & RATED == 0,
            PurchasesMismatch(msg.sender, period)
        );
        uint8 threshold = _qualityThresholdAt(period);
        bytes32 listed;
        for (uint256 i; i < purchases.length; i++) {
            Purchase calldata purchase = purchases[i];
            listed = _appendPurchase(listed, purchase.retailer, purchase.energyWh);
            require(purchase.quality <= BEST_QUALITY, InvalidQuality(purchase.quality));
            if (purchase.quality < threshold) {
                require(purchase.reason != 0, ReasonRequired(purchase.retailer));
                Slot memory sold = _slotOf(purchase.retailer, period);
                sold.refused += purchase.energyWh;
                _store(purchase.retailer, sold);
                slot_.refused += purchase.energyWh;
            }
            emit Rated(
                period,
                msg.sender,
                purchase.retailer,
                purchase.energyWh,
                purchase.quality,
                purchase.reason
            );
        }
        require(listed == _purchases[msg.sender][ring], PurchasesMismatch(msg.sender, period));
        slot_.flags |= RATED;
        _store(msg.sender, slot_);
    }

    function _appendPurchase(
        bytes32 previous,
        address retailer,
        uint256 energyWh
    ) private pure returns (bytes32) {
        return keccak256(abi.encode(previous, retailer, energyWh));
    }

    /* --------------------------------------------------- queries -------------------------------------------------- */

    /// @inheritdoc IElectricityTrading
    function reportTerms(
        Feed feed,
        uint256 epoch
    ) external view returns (bytes32 commitment, uint256 least, uint256 most) {
        if (feed == Feed.Electricity) {
            return (targetCommitment[epoch], floorPrice(epoch), type(uint32).max * TICK);
        }
        ElecoinTerms memory terms = elecoinTerms();
        return (needCommitment[epoch], terms.least, terms.most);
    }

    /// @inheritdoc IElectricityTrading
    function floorPrice(uint256 period) public view returns (uint256) {
        return Math.ceilDiv(_feedInAt(period) * WAD, elecoinTerms().redemption) * TICK;
    }

    /// @inheritdoc IElectricityTrading
    function feeOf(
        uint16 fromZone,
        uint16 toZone,
        uint24 period
    ) external view returns (uint256 network, uint256 levy) {
        (uint256 elecoinPrice, ) = oracle.elecoinPrice(clock.epochOf(period));
        return _feeAt(fromZone, toZone, period, elecoinPrice);
    }

    /// @inheritdoc IElectricityTrading
    function tradeable(address who, uint24 period) external view returns (uint256) {
        Slot memory slot_ = _slotOf(who, period);
        return _tradeable(slot_, slot_.net > 0, _toleranceAt(period));
    }
}
