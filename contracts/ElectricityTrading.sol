// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {Clock} from "./Clock.sol";
import {ElecoinTreasury} from "./ElecoinTreasury.sol";
import {
    Account,
    ElecoinTerms,
    IElectricityTrading,
    MarketTerms,
    Purchase,
    Registers,
    Slot
} from "./interfaces/IElectricityTrading.sol";
import {EdgeServer, Feed} from "./interfaces/IEquilibriumOracle.sol";
import {Rounding, TICK, WAD, WH_PER_MWH} from "./libraries/Rounding.sol";
import {Schedule} from "./libraries/Schedule.sol";
import {Target, TargetData} from "./libraries/Target.sol";
import {SlotWord, Words} from "./libraries/Words.sol";

/// @title ElectricityTrading
/// @notice See {IElectricityTrading}.
contract ElectricityTrading is ElecoinTreasury {
    /* Flags of a slot. The first two are also the bits of a meter's installed registers. */
    uint8 private constant GENERATION = 1;
    uint8 private constant CONSUMPTION = 2;
    uint8 private constant DECLARED = 4;
    uint8 private constant COMPLETE = 8;
    uint8 private constant SPANNING = 16;
    uint8 private constant RATED = 32;
    uint8 private constant CLOSED = 64;

    uint256 private constant BPS = 10_000;
    uint8 private constant BEST_QUALITY = 100;

    mapping(address who => mapping(uint256 ring => SlotWord)) private _slots;
    /// @dev keccak(previous, retailer, energyWh) over a buyer's trades of a period, in order.
    mapping(address who => mapping(uint256 ring => bytes32)) private _purchases;

    /// @inheritdoc IElectricityTrading
    mapping(uint256 period => bytes32) public targetCommitment;
    /// @inheritdoc IElectricityTrading
    mapping(uint256 epoch => bytes32) public needCommitment;

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

    /* -------------------------------------------------- declaring ------------------------------------------------- */

    /// @inheritdoc IElectricityTrading
    function declareNeed(uint32 epoch, uint256 needWei) external {
        Account memory member = _member(msg.sender);
        uint256 closes = clock.needDeadline(epoch);
        require(block.timestamp < closes, OutsideWindow(epoch, 0, closes));
        require(epoch >= member.needEpoch, NeedAlreadyDeclared(msg.sender, epoch));
        require(needWei <= type(uint128).max, NeedOutOfRange(needWei, type(uint128).max));
        member.needEpoch = SafeCast.toUint24(uint256(epoch) + 1);
        _store(msg.sender, member);
        needCommitment[epoch] = keccak256(abi.encode(needCommitment[epoch], msg.sender, needWei));
        emit NeedDeclared(epoch, msg.sender, needWei);
    }

    /// @inheritdoc IElectricityTrading
    function declareTarget(uint256 word) external {
        TargetData memory target = Target.unpack(word);
        Account memory member = _member(msg.sender);
        uint256 opens =
            target.period < clock.ringLength()
                ? 0
                : clock.closingTime(target.period - clock.ringLength());
        uint256 closes = clock.declarationDeadline(target.period);
        require(
            block.timestamp >= opens && block.timestamp < closes,
            OutsideWindow(target.period, opens, closes)
        );
        // Who may not sell asks a price that nobody pays, so that the words alone tell the game.
        require(
            target.net <= 0 ||
                member.rights & GENERATION_RIGHT != 0 ||
                target.price == type(uint32).max,
            NoGenerationRight(msg.sender)
        );
        Slot memory slot_ = _claim(msg.sender, target.period);
        require(slot_.flags & DECLARED == 0, AlreadyDeclared(msg.sender, target.period));
        slot_.net = target.net;
        slot_.price = target.price;
        slot_.limit = target.limit;
        slot_.flags |= DECLARED;
        _store(msg.sender, slot_);
        targetCommitment[target.period] = keccak256(
            abi.encode(targetCommitment[target.period], msg.sender, word)
        );
        ledger.bookTarget(msg.sender, target.period, target.net, _scaleWh(member.ratedPower));
        emit TargetDeclared(target.period, msg.sender, word);
    }

    /* --------------------------------------------------- metering ------------------------------------------------- */

    /// @inheritdoc IElectricityTrading
    function generation(address who, uint24 period, uint64 register) external {
        Registers memory r = _installed(who, GENERATION);
        uint32 energyWh = _read(
            who,
            period,
            GENERATION,
            register,
            r.generation,
            r.generationNext,
            r.installed
        );
        r.generation = register;
        r.generationNext = period + 1;
        _registers[who] = r;
        emit Generation(who, period, register, energyWh);
    }

    /// @inheritdoc IElectricityTrading
    function consumption(address who, uint24 period, uint64 register) external {
        Registers memory r = _installed(who, CONSUMPTION);
        uint32 energyWh = _read(
            who,
            period,
            CONSUMPTION,
            register,
            r.consumption,
            r.consumptionNext,
            r.installed
        );
        r.consumption = register;
        r.consumptionNext = period + 1;
        _registers[who] = r;
        emit Consumption(who, period, register, energyWh);
    }

    function _installed(address who, uint8 register) private view returns (Registers memory r) {
        require(meterOf[who] == msg.sender, NotMeterOf(who, msg.sender));
        r = _registers[who];
        require(r.installed & register != 0, NotInstalled(who, register));
    }

    function _read(
        address who,
        uint24 period,
        uint8 flag,
        uint64 register,
        uint64 last,
        uint24 next,
        uint8 installed
    ) private returns (uint32 energyWh) {
        _requireWindow(period, clock.startOf(uint256(period) + 1), clock.readingDeadline(period));
        require(period >= next, AlreadyRead(who, period));
        require(register >= last, RegisterFell(who, register, last));
        uint256 ratedPower = _account(who).ratedPower;
        uint256 spanned = uint256(period) + 1 - next;
        // One Wh more: both registers are cut to whole Wh.
        uint256 most = Math.ceilDiv(ratedPower * clock.step() * spanned, 3600) + 1;
        require(register - last <= most, AboveRating(who, register - last, most));
        energyWh = SafeCast.toUint32(register - last);

        Slot memory slot_ = _claim(who, period);
        if (flag == GENERATION) slot_.generated = energyWh;
        else slot_.consumed = energyWh;
        slot_.flags |= spanned > 1 ? flag | SPANNING : flag;
        if (slot_.flags & installed == installed) slot_.flags |= COMPLETE;
        _store(who, slot_);
        if (slot_.flags & (DECLARED | COMPLETE | SPANNING) == DECLARED | COMPLETE) {
            ledger.bookReading(who, period, slot_.net, _meteredNet(slot_), _scaleWh(ratedPower));
        }
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

    function _meteredNet(Slot memory slot_) private pure returns (int256) {
        return int256(uint256(slot_.generated)) - int256(uint256(slot_.consumed));
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

    /* --------------------------------------------------- closing -------------------------------------------------- */

    /// @inheritdoc IElectricityTrading
    function close(address[] calldata who, uint24 period) external {
        uint256 opens = clock.closingTime(period);
        require(block.timestamp >= opens, NotClosable(period, opens));
        for (uint256 i; i < who.length; i++) {
            _closeThrough(who[i], period);
        }
    }

    /// @dev The account's slot for a period, new where the ring still holds an older one. Whatever is a turn older is
    /// closed first, declared here or not, so that the open periods of an account always lie within one turn.
    function _claim(address who, uint24 period) private returns (Slot memory slot_) {
        slot_ = _held(who, period);
        if (slot_.flags != 0 && slot_.period == period) return slot_;
        uint256 ringLength = clock.ringLength();
        if (period >= ringLength) _closeThrough(who, uint24(period - ringLength));
        Slot memory fresh;
        fresh.period = period;
        return fresh;
    }

    /// @dev Open periods lie in [nextClose, nextClose + ringLength), see {_claim}: no other need be looked at.
    function _closeThrough(address who, uint24 period) private {
        Account memory member = _account(who);
        uint256 first = member.nextClose;
        if (first > period) return;
        uint256 acceptedWh = member.remainderWh;
        for (uint256 t = first; t <= period && t < first + clock.ringLength(); t++) {
            Slot memory slot_ = _held(who, t);
            if (slot_.period != t || slot_.flags == 0) continue;
            acceptedWh += _closeSlot(who, slot_);
            slot_.flags |= CLOSED;
            _store(who, slot_);
        }
        member.nextClose = period + 1;
        member.remainderWh = uint24(acceptedWh % WH_PER_MWH);
        _store(who, member);
        if (acceptedWh >= WH_PER_MWH) wattcoin.mint(who, (acceptedWh / WH_PER_MWH) * WAD);
    }

    /// @return soldWh Energy that counts for Wattcoin.
    function _closeSlot(address who, Slot memory slot_) private returns (uint256 soldWh) {
        bool surplus = slot_.generated > slot_.consumed;
        uint32 net = surplus ? slot_.generated - slot_.consumed : slot_.consumed - slot_.generated;
        uint32 untraded = net - slot_.traded;
        uint32 accepted = slot_.traded - slot_.refused;
        emit Closed(
            slot_.period,
            who,
            slot_.generated,
            slot_.consumed,
            surplus ? 0 : slot_.traded,
            surplus ? slot_.traded : 0,
            surplus ? 0 : untraded,
            surplus ? untraded : 0,
            accepted
        );
        return surplus ? accepted : 0;
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
    function slot(address who, uint24 period) external view returns (Slot memory) {
        return _slotOf(who, period);
    }

    /// @inheritdoc IElectricityTrading
    function tradeable(address who, uint24 period) external view returns (uint256) {
        Slot memory slot_ = _slotOf(who, period);
        return _tradeable(slot_, slot_.net > 0, _toleranceAt(period));
    }

    /// @dev Empty where the ring holds another period.
    function _slotOf(address who, uint24 period) private view returns (Slot memory slot_) {
        slot_ = _held(who, period);
        if (slot_.period != period) delete slot_;
    }

    /// @dev Whatever the ring holds at the place of `period`.
    function _held(address who, uint256 period) private view returns (Slot memory) {
        return _slots[who][period % clock.ringLength()].unpack();
    }

    function _store(address who, Slot memory slot_) private {
        _slots[who][slot_.period % clock.ringLength()] = Words.pack(slot_);
    }

    /// @dev Declared periods alone: nothing else is booked at the scale of the rated power.
    function _requireNoOpenPeriod(address who) internal view override {
        uint256 ringLength = clock.ringLength();
        for (uint256 i; i < ringLength; i++) {
            Slot memory slot_ = _held(who, i);
            require(slot_.flags & (DECLARED | CLOSED) != DECLARED, PeriodOpen(who, slot_.period));
        }
    }

    function _requireWindow(uint256 period, uint256 opens, uint256 closes) private view {
        require(
            block.timestamp >= opens && block.timestamp < closes,
            OutsideWindow(period, opens, closes)
        );
    }
}
