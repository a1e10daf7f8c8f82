// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Proxy} from "@openzeppelin/contracts/proxy/Proxy.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Clock} from "../Clock.sol";
import {EnergyBooks} from "./EnergyBooks.sol";
import {MarketBase} from "./MarketBase.sol";
import {MarketDeployment} from "./MarketDeployment.sol";
import {IEnergyMarket} from "../interfaces/IEnergyMarket.sol";
import {EdgeServer, Feed, Signature} from "../interfaces/IEquilibriumOracle.sol";
import {Account, MarketTerms, Registers, Slot} from "../interfaces/MarketTypes.sol";
import {NeedTotals} from "../libraries/NeedTotals.sol";
import {CREDIT_UNIT, Rounding, TICK} from "../libraries/Rounding.sol";
import {Reading, Readings} from "../libraries/Readings.sol";
import {Schedule} from "../libraries/Schedule.sol";
import {Target, TargetData} from "../libraries/Target.sol";
import {AccountWord, SlotWord, StateWord, Words} from "../libraries/Words.sol";

/// @title ElectricityTrading
/// @notice See {IElectricityTrading}. This half holds what happens every period; the rest is the office's.
contract ElectricityTrading is IEnergyMarket, EnergyBooks, MarketDeployment, Proxy {
    /// @dev Everything that a trade reads, and what it comes to.
    struct Deal {
        StateWord state;
        AccountWord buyer;
        SlotWord buyerSlot;
        SlotWord retailerSlot;
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
        MarketBase(
            administrator_,
            totalElecoins_,
            unitPowerPrice_,
            schedule_,
            terms.elecoin,
            terms.contracts
        )
    {
        _open(terms, edgeServers_);
    }

    /* -------------------------------------------------- declaring ------------------------------------------------- */

    /// @inheritdoc IEnergyMarket
    function declareNeed(uint32 epoch, uint256 needWei) external {
        _declareNeed(msg.sender, epoch, needWei);
    }

    /// @inheritdoc IEnergyMarket
    function declareNeedFor(address member, uint32 epoch, uint256 needWei) external onlyModule {
        _declareNeed(member, epoch, needWei);
    }

    function _declareNeed(address who, uint32 epoch, uint256 needWei) private {
        Account memory member = _member(who);
        uint256 closes = clock.needDeadline(epoch);
        require(block.timestamp < closes, OutsideWindow(epoch, 0, closes));
        require(epoch >= member.needEpoch, NeedAlreadyDeclared(who, epoch));
        require(needWei <= type(uint128).max, NeedOutOfRange(needWei, type(uint128).max));
        member.needEpoch = SafeCast.toUint24(uint256(epoch) + 1);
        _store(who, member);
        _needCommitment[epoch] = keccak256(abi.encode(_needCommitment[epoch], who, needWei));
        _needTotals[epoch] = _needTotals[epoch].add(needWei, _halfCentre);
        emit NeedDeclared(epoch, who, needWei);
    }

    /// @inheritdoc IEnergyMarket
    function declareTarget(uint256 word) external {
        _declareTarget(msg.sender, word);
    }

    /// @inheritdoc IEnergyMarket
    function declareTargetFor(
        address member,
        uint256 word
    ) external onlyModule returns (uint256 pledgedWei) {
        return _declareTarget(member, word);
    }

    function _declareTarget(address who, uint256 word) private returns (uint256 pledgedWei) {
        TargetData memory target = Target.unpack(word);
        uint256 opens =
            target.period < clock.ringLength()
                ? 0
                : clock.closingTime(target.period - clock.ringLength());
        _requireWindow(target.period, opens, clock.declarationDeadline(target.period));
        Slot memory slot_ = _claim(who, target.period);
        require(slot_.flags & DECLARED == 0, AlreadyDeclared(who, target.period));
        // After the claim, which may have closed a period and credited the account.
        Account memory member = _member(who);
        require(target.zone == member.zone, WrongZone(target.zone, member.zone));
        // Who may not sell asks a price that nobody pays, so that the words alone tell the game.
        require(
            target.net <= 0 ||
                member.rights & GENERATION_RIGHT != 0 ||
                target.price == type(uint32).max,
            NoGenerationRight(who)
        );
        slot_.net = target.net;
        slot_.price = target.price;
        slot_.limit = target.net > 0 ? target.zone : target.limit;
        slot_.flags |= DECLARED;
        if (target.pooled) pledgedWei = _pool(who, member, slot_, target.limit);
        _store(who, slot_);
        bytes32 last = _targetCommitment[target.period];
        _targetCommitment[target.period] = keccak256(abi.encode(last, who, word));
        emit TargetDeclared(target.period, who, word);
    }

    /// @dev Puts a slot into the pool; a buyer's only if her deposit covers the most that she could be charged, which
    /// is locked: (1 + tolerance) × the declared deficit × her own grid price.
    function _pool(
        address who,
        Account memory member,
        Slot memory slot_,
        uint256 limit
    ) private returns (uint256 pledgedWei) {
        uint256 credit;
        if (slot_.net < 0) {
            credit = _capDown(slot_.net, _toleranceAt(_state(), slot_.period)) * limit;
            pledgedWei = credit * CREDIT_UNIT;
            if (pledgedWei > member.deposit || credit > type(uint64).max) return 0;
            // At most the deposit, which is a uint96.
            member.deposit -= uint96(pledgedWei);
            _store(who, member);
        }
        (slot_.price, slot_.limit) = (uint32(credit), uint32(credit >> 32));
        slot_.flags |= POOLED;
    }

    /* --------------------------------------------------- metering ------------------------------------------------- */

    /// @inheritdoc IEnergyMarket
    function generation(address who, uint24 period, uint64 register) external {
        _requireReadingWindow(period);
        Registers memory r = _installed(who, msg.sender, GENERATION);
        (uint32 generated, ) = _read(Reading(who, period, register, 0, 0), GENERATION, r);
        _registers[who][msg.sender] = Words.pack(r);
        emit Generation(who, period, register, generated);
    }

    /// @inheritdoc IEnergyMarket
    function consumption(address who, uint24 period, uint64 register) external {
        _requireReadingWindow(period);
        Registers memory r = _installed(who, msg.sender, CONSUMPTION);
        (, uint32 consumed) = _read(Reading(who, period, 0, register, 0), CONSUMPTION, r);
        _registers[who][msg.sender] = Words.pack(r);
        emit Consumption(who, period, register, consumed);
    }

    /// @inheritdoc IEnergyMarket
    function relayReading(address who, uint256 word, Signature calldata signature) public {
        Reading memory reading = Readings.unpack(who, word);
        _requireReadingWindow(reading.period);
        bytes32 digest = _hashTypedDataV4(Readings.structHash(reading));
        address meter = ECDSA.recover(digest, signature.r, signature.vs);
        _readAll(reading, meter, _installed(who, meter, 0));
    }

    /// @inheritdoc IEnergyMarket
    function relayReadings(
        address[] calldata who,
        uint256[] calldata words,
        Signature[] calldata signatures
    ) external {
        require(
            who.length == words.length && who.length == signatures.length,
            LengthMismatch(who.length, words.length, signatures.length)
        );
        for (uint256 i; i < who.length; i++) {
            try this.relayReading(who[i], words[i], signatures[i]) {} catch (bytes memory reason) {
                emit ReadingRefused(who[i], words[i], reason);
            }
        }
    }

    /// @dev What the key `meter` may read of an account; `register` 0 asks for whatever is installed.
    function _installed(
        address who,
        address meter,
        uint8 register
    ) private view returns (Registers memory r) {
        r = _registers[who][meter].unpack();
        require(r.installed != 0, NotMeterOf(who, meter));
        require(r.installed & register == register, NotInstalled(who, register));
    }

    /* --------------------------------------------------- trading -------------------------------------------------- */

    /// @inheritdoc IEnergyMarket
    function trade(
        address retailer,
        uint24 period,
        uint32 energyWh,
        uint32 minWh,
        uint256 maxPrice,
        uint256 deadline
    ) external returns (uint256 filledWh) {
        require(block.timestamp <= deadline, DeadlinePassed(deadline));
        (filledWh, ) = _trade(msg.sender, retailer, period, energyWh, minWh, maxPrice);
    }

    /// @inheritdoc IEnergyMarket
    function tradeFor(
        address buyer,
        address retailer,
        uint24 period,
        uint32 energyWh,
        uint32 minWh,
        uint256 maxPrice,
        uint256 deadline
    ) external onlyModule returns (uint256 filledWh, uint256 paidWei) {
        require(block.timestamp <= deadline, DeadlinePassed(deadline));
        return _trade(buyer, retailer, period, energyWh, minWh, maxPrice);
    }

    function _trade(
        address buyer,
        address retailer,
        uint24 period,
        uint32 energyWh,
        uint32 minWh,
        uint256 maxPrice
    ) private returns (uint256 filledWh, uint256 paidWei) {
        Deal memory deal = _deal(buyer, retailer, period);
        require(!deal.state.paused(), EnforcedPause());
        uint256 allIn = deal.price + deal.network + deal.levy;
        require(allIn <= maxPrice, PriceAboveMax(allIn, maxPrice));
        filledWh = Math.min(energyWh, deal.availableWh);
        require(filledWh >= minWh && filledWh != 0, BelowMinimum(filledWh, minWh));
        uint256 ring = period % clock.ringLength();
        bytes32 previous = deal.buyerSlot.traded() == 0 ? bytes32(0) : _purchases[buyer][ring];
        _purchases[buyer][ring] = keccak256(abi.encode(previous, retailer, filledWh));
        paidWei = _settle(deal, buyer, retailer, period, filledWh);
    }

    /// @dev The buyer pays from her deposit. The retailer's slot keeps the price that she sold at: her proceeds, which
    /// are its product with what she sold, are credited when the period closes.
    function _settle(
        Deal memory deal,
        address buyer,
        address retailer,
        uint24 period,
        uint256 energyWh
    ) private returns (uint256 paidWei) {
        uint256 cost = Rounding.costUp(energyWh, deal.price);
        uint256 network = Rounding.costUp(energyWh, deal.network);
        uint256 levy = Rounding.costUp(energyWh, deal.levy);
        paidWei = cost + network + levy;
        uint256 deposit_ = deal.buyer.deposit();
        require(deposit_ >= paidWei, InsufficientDeposit(buyer, deposit_, paidWei));
        _packedState = deal.state.withFees(network, levy);
        uint256 ring = period % clock.ringLength();
        _slots[buyer][ring] = deal.buyerSlot.withTraded(energyWh);
        _slots[retailer][ring] = deal.retailerSlot.withTraded(energyWh).withPrice(
            deal.price / TICK
        );
        _accounts[buyer] = deal.buyer.lessDeposit(paidWei);
        // At most what is available: the absolute value of an int32.
        emit Traded(period, buyer, retailer, uint32(energyWh), deal.price, cost, network, levy);
    }

    /// @inheritdoc IEnergyMarket
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
        deal.buyer = _accounts[buyer];
        require(deal.buyer.index() != 0, NotRegistered(buyer));
        require(deal.buyer.rights() & TRADING_RIGHT != 0, NoTradingRight(buyer));
        deal.state = _packedState;
        deal.buyerSlot = _slotWord(buyer, period);
        deal.retailerSlot = _slotWord(retailer, period);
        uint256 tolerance = deal.state.toleranceAt(period);
        uint256 sellable = _bilateral(deal.retailerSlot, true, tolerance);
        uint256 buyable = _bilateral(deal.buyerSlot, false, tolerance);
        require(sellable != 0, NothingToTrade(retailer, period));
        require(buyable != 0, NothingToTrade(buyer, period));
        deal.availableWh = Math.min(sellable, buyable);

        uint256 elecoinPrice;
        (deal.price, elecoinPrice) = oracle.prices(period);
        // A seller's limit is her zone.
        (deal.network, deal.levy) = _feeAt(
            uint16(deal.retailerSlot.limit()),
            deal.buyer.zone(),
            period,
            elecoinPrice
        );
        _requireEligible(deal);
    }

    /// @dev From the committed words: the seller's cost, the buyer's value, and what the grid would charge her.
    function _requireEligible(Deal memory deal) private pure {
        uint256 cost = deal.retailerSlot.price() * TICK;
        require(cost <= deal.price, PriceBelowCost(deal.price, cost));
        uint256 reservation = deal.buyerSlot.price() * TICK;
        require(deal.price <= reservation, PriceAboveReservation(deal.price, reservation));
        uint256 limit = deal.buyerSlot.limit() * TICK;
        uint256 allIn = deal.price + deal.network + deal.levy;
        require(allIn <= limit, PriceAboveReservation(allIn, limit));
    }

    /// @dev What the pool settles is not traded by pairs.
    function _bilateral(
        SlotWord word,
        bool selling,
        uint256 toleranceBps
    ) private pure returns (uint256) {
        return word.flags() & POOLED == 0 ? _tradeable(word, selling, toleranceBps) : 0;
    }

    /* --------------------------------------------------- closing -------------------------------------------------- */

    /// @inheritdoc IEnergyMarket
    function close(address[] calldata who, uint24 period) external {
        uint256 opens = clock.closingTime(period);
        require(block.timestamp >= opens, NotClosable(period, opens));
        for (uint256 i; i < who.length; i++) {
            _closeThrough(who[i], period);
        }
    }

    /* --------------------------------------------------- queries -------------------------------------------------- */

    /// @inheritdoc IEnergyMarket
    function reportTerms(
        Feed feed,
        uint256 epoch
    ) external view returns (bytes32 commitment, uint256 least, uint256 most) {
        if (feed == Feed.Electricity) {
            return (_targetCommitment[epoch], _floorPrice(epoch), type(uint32).max * TICK);
        }
        return (_needCommitment[epoch], _least, _most);
    }

    /// @inheritdoc IEnergyMarket
    function targetCommitment(uint256 period) external view returns (bytes32) {
        return _targetCommitment[period];
    }

    /// @inheritdoc IEnergyMarket
    function needCommitment(uint256 epoch) external view returns (bytes32) {
        return _needCommitment[epoch];
    }

    /// @inheritdoc IEnergyMarket
    function needTotals(uint256 epoch) external view returns (NeedTotals) {
        return _needTotals[epoch];
    }

    /// @inheritdoc IEnergyMarket
    function floorPrice(uint256 period) external view returns (uint256) {
        return _floorPrice(period);
    }

    /// @inheritdoc IEnergyMarket
    function account(address who) external view returns (Account memory) {
        return _account(who);
    }

    /// @inheritdoc IEnergyMarket
    function slot(address who, uint24 period) external view returns (Slot memory) {
        return _slotOf(who, period);
    }

    /// @inheritdoc IEnergyMarket
    function tradeable(address who, uint24 period) external view returns (uint256) {
        SlotWord word = _slotWord(who, period);
        return _tradeable(word, word.net() > 0, _packedState.toleranceAt(period));
    }

    /// @inheritdoc IEnergyMarket
    function schedule() public view override(Clock, IEnergyMarket) returns (Schedule memory) {
        return super.schedule();
    }

    receive() external payable {
        revert UseBuyToken(msg.sender, msg.value);
    }

    function _implementation() internal view override returns (address) {
        return office;
    }
}
