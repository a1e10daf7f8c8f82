// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Proxy} from "@openzeppelin/contracts/proxy/Proxy.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Clock} from "../Clock.sol";
import {Declaring} from "./Declaring.sol";
import {MarketBase} from "./MarketBase.sol";
import {MarketDeployment} from "./MarketDeployment.sol";
import {IEnergyMarket} from "../interfaces/IEnergyMarket.sol";
import {EdgeServer, Feed, Signature} from "../interfaces/IEquilibriumOracle.sol";
import {Account, MarketTerms, Slot} from "../interfaces/MarketTypes.sol";
import {NeedTotals} from "../libraries/NeedTotals.sol";
import {Purchases, PurchasesLib} from "../libraries/Purchases.sol";
import {CREDIT_UNIT, Rounding, TICK} from "../libraries/Rounding.sol";
import {Reading, Readings} from "../libraries/Readings.sol";
import {Schedule} from "../libraries/Schedule.sol";
import {SignatureCheck} from "../libraries/SignatureCheck.sol";
import {AccountWord, MeterWord, SlotWord, StateWord} from "../libraries/Words.sol";

/// @title ElectricityTrading
/// @notice See {IElectricityTrading}. This half holds what happens every period; the rest is the office's.
contract ElectricityTrading is Declaring, MarketDeployment, Proxy {
    /// @dev Everything that a trade reads, and what it comes to.
    struct Deal {
        StateWord state;
        AccountWord buyer;
        Purchases purchases;
        SlotWord retailerSlot;
        uint256 buyerPlace;
        uint256 retailerPlace;
        uint256 price;
        uint256 network;
        uint256 levy;
        uint256 allIn;
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

    /* --------------------------------------------------- metering ------------------------------------------------- */

    /// @inheritdoc IEnergyMarket
    function generation(address who, uint24 period, uint64 register) external {
        _requireReadingWindow(period);
        MeterWord r = _installed(who, msg.sender, GENERATION);
        uint256 generated;
        (r, generated, ) = _read(Reading(who, period, register, 0, 0), GENERATION, r);
        _registers[who][msg.sender] = r;
        // A difference of registers has 32 bits.
        emit Generation(who, period, register, uint32(generated));
    }

    /// @inheritdoc IEnergyMarket
    function consumption(address who, uint24 period, uint64 register) external {
        _requireReadingWindow(period);
        MeterWord r = _installed(who, msg.sender, CONSUMPTION);
        uint256 consumed;
        (r, , consumed) = _read(Reading(who, period, 0, register, 0), CONSUMPTION, r);
        _registers[who][msg.sender] = r;
        // A difference of registers has 32 bits.
        emit Consumption(who, period, register, uint32(consumed));
    }

    /// @inheritdoc IEnergyMarket
    function relayReading(address who, uint256 word, Signature calldata signature) public {
        Reading memory reading = Readings.unpack(who, word);
        _requireReadingWindow(reading.period);
        bytes32 digest = _hashTypedDataV4(Readings.structHash(reading));
        address meter = SignatureCheck.recover(digest, signature);
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
    ) private view returns (MeterWord r) {
        r = _registers[who][meter];
        uint8 present = r.installed();
        require(present != 0, NotMeterOf(who, meter));
        require(present & register == register, NotInstalled(who, register));
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
        _requireOpen(deal.state.paused(), period);
        require(deal.allIn <= maxPrice, PriceAboveMax(deal.allIn, maxPrice));
        filledWh = Math.min(energyWh, deal.availableWh);
        require(filledWh >= minWh && filledWh != 0, BelowMinimum(filledWh, minWh));
        paidWei = _settle(deal, buyer, retailer, period, filledWh);
    }

    /// @dev The buyer pays from her deposit. The retailer's slot keeps the price that she sold at: her proceeds, which
    /// are its product with what she sold, are credited when the period closes. The fees are booked when the buyer's
    /// closes.
    function _settle(
        Deal memory deal,
        address buyer,
        address retailer,
        uint24 period,
        uint256 energyWh
    ) private returns (uint256 paidWei) {
        uint256 ticks = deal.price / TICK;
        uint256 network = Rounding.creditsUp(energyWh, deal.network);
        uint256 levy = Rounding.creditsUp(energyWh, deal.levy);
        uint256 cost;
        // 32 bits times 32, and two fees below 2^124.
        unchecked {
            cost = energyWh * ticks * CREDIT_UNIT;
            paidWei = cost + (network + levy) * CREDIT_UNIT;
        }
        uint256 deposit_ = deal.buyer.deposit();
        require(deposit_ >= paidWei, InsufficientDeposit(buyer, deposit_, paidWei));
        _accounts[buyer] = deal.buyer.lessDeposit(paidWei);
        _slots[deal.retailerPlace] = deal.retailerSlot.withTraded(energyWh).withPrice(ticks);
        _purchases[deal.buyerPlace] = _bought(deal, buyer, retailer, energyWh, network, levy);
        emit Traded(
            period,
            buyer,
            retailer,
            // At most what is available: the absolute value of an int32.
            uint32(energyWh),
            deal.price,
            cost,
            network * CREDIT_UNIT,
            levy * CREDIT_UNIT
        );
    }

    /// @dev Her purchases with one more, in credit units. Fees too large to wait in their word are booked at once.
    function _bought(
        Deal memory deal,
        address buyer,
        address retailer,
        uint256 energyWh,
        uint256 network,
        uint256 levy
    ) private returns (Purchases) {
        Purchases p = deal.purchases;
        network += p.network();
        levy += p.levy();
        if ((network | levy) >> 32 != 0) {
            _bookFees((network << 128) | levy);
            (network, levy) = (0, 0);
        }
        uint256 listed = PurchasesLib.listing(p.listed(), p.period(), buyer, retailer, energyWh);
        return p.with(listed, energyWh, network, levy);
    }

    /// @inheritdoc IEnergyMarket
    function checkQualification(
        address buyer,
        address retailer,
        uint24 period
    ) external view returns (uint256 availableWh, uint256 price, uint256 fee_) {
        Deal memory deal = _deal(buyer, retailer, period);
        return (deal.availableWh, deal.price, deal.allIn - deal.price);
    }

    function _deal(
        address buyer,
        address retailer,
        uint24 period
    ) private view returns (Deal memory deal) {
        (uint256 opens, uint256 closes) = clock.tradingTimes(period);
        _requireWindow(period, opens, closes);
        require(buyer != retailer, TradeWithSelf(buyer));
        deal.buyer = _accounts[buyer];
        require(deal.buyer.index() != 0, NotRegistered(buyer));
        require(deal.buyer.rights() & TRADING_RIGHT != 0, NoTradingRight(buyer));
        deal.state = _packedState;
        deal.buyerPlace = _place(buyer, period);
        deal.retailerPlace = _place(retailer, period);
        deal.retailerSlot = _slotWord(deal.retailerPlace, period);
        deal.purchases = _purchases[deal.buyerPlace].at(period);
        SlotWord buyerSlot = _slotWord(deal.buyerPlace, period);
        uint256 tolerance = deal.state.toleranceAt(period);
        uint256 sellable = _bilateral(deal.retailerSlot, true, tolerance);
        uint256 buyable = _bilateral(buyerSlot, false, tolerance);
        // What she bought is not in her slot; a pooled one is not traded by pairs, and has nothing here.
        buyable -= deal.purchases.tradedWh();
        require(sellable != 0, NothingToTrade(retailer, period));
        require(buyable != 0, NothingToTrade(buyer, period));
        deal.availableWh = Math.min(sellable, buyable);

        uint256 elecoinPrice;
        (deal.price, elecoinPrice) = _oracle.prices(period);
        // A seller's limit is her zone.
        (deal.network, deal.levy) = _feeAt(
            uint16(deal.retailerSlot.limit()),
            deal.buyer.zone(),
            period,
            elecoinPrice
        );
        // Below 2^97 all three.
        unchecked {
            deal.allIn = deal.price + deal.network + deal.levy;
        }
        _requireEligible(deal, buyerSlot);
    }

    /// @dev From the committed words: the seller's cost, the buyer's value, and what the grid would charge her.
    function _requireEligible(Deal memory deal, SlotWord buyerSlot) private pure {
        (uint256 price, uint256 allIn) = (deal.price, deal.allIn);
        // Ticks have 32 bits.
        unchecked {
            uint256 cost = deal.retailerSlot.price() * TICK;
            require(cost <= price, PriceBelowCost(price, cost));
            uint256 reservation = buyerSlot.price() * TICK;
            require(price <= reservation, PriceAboveReservation(price, reservation));
            uint256 limit = buyerSlot.limit() * TICK;
            require(allIn <= limit, PriceAboveReservation(allIn, limit));
        }
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
        uint256 fees;
        for (uint256 i; i < who.length; i++) {
            fees += _closeThrough(who[i], period);
        }
        _bookFees(fees);
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
    function needTerms(
        uint256 epoch
    )
        external
        view
        returns (
            bytes32 commitment,
            NeedTotals totals,
            uint256 redemption,
            uint256 target,
            uint256 least,
            uint256 most,
            uint256 theta
        )
    {
        (commitment, totals) = (_needCommitment[epoch], _needTotals[epoch]);
        (redemption, target, least, most, theta) = (_redemption, _target, _least, _most, _theta);
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
    function slot(address who, uint24 period) external view returns (Slot memory slot_) {
        slot_ = _slotOf(who, period);
        if (slot_.flags == 0) return slot_;
        // Only a buyer has any; what she bought by pairs is not in her slot.
        slot_.traded += _purchasesOf(who, period).tradedWh();
    }

    /// @inheritdoc IEnergyMarket
    function readingOf(
        address who,
        uint24 period
    ) external view returns (uint32 generated, uint8 flags) {
        SlotWord word = _slotWord(_place(who, period), period);
        // Flags are the last 8 bits.
        return (word.generated(), uint8(word.flags()));
    }

    /// @inheritdoc IEnergyMarket
    function tradeable(address who, uint24 period) external view returns (uint256) {
        SlotWord word = _slotWord(_place(who, period), period);
        uint256 most = _tradeable(word, word.net() > 0, _packedState.toleranceAt(period));
        return most == 0 ? 0 : most - _purchasesOf(who, period).tradedWh();
    }

    /// @inheritdoc IEnergyMarket
    function schedule() public view override(Clock, Declaring) returns (Schedule memory) {
        return super.schedule();
    }

    receive() external payable {
        revert UseBuyToken(msg.sender, msg.value);
    }

    function _implementation() internal view override returns (address) {
        return _office;
    }
}
