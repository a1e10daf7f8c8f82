// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {Clock} from "../Clock.sol";
import {IElectricityTrading} from "../interfaces/IElectricityTrading.sol";
import {IMarketModules} from "../interfaces/IMarketModules.sol";
import {IOriginCertificates, Plant, Technology} from "../interfaces/IOriginCertificates.sol";
import {Account} from "../interfaces/MarketTypes.sol";
import {Schedule} from "../libraries/Schedule.sol";

/// @title OriginCertificates
/// @notice See {IOriginCertificates}.
contract OriginCertificates is IOriginCertificates, Clock, ERC1155 {
    using BitMaps for BitMaps.BitMap;

    /* Flags of a market's slot. */
    uint8 private constant COMPLETE = 8;
    uint8 private constant SPANNING = 16;
    uint8 private constant QUARANTINED = 128;

    IElectricityTrading public immutable market;

    mapping(address account => Plant) private _plants;
    /// @dev A bit a period, for good: the market's slots serve one period after another.
    mapping(address account => BitMaps.BitMap) private _issued;
    mapping(uint256 id => mapping(address account => uint256)) private _claimed;

    constructor(
        IElectricityTrading market_,
        Schedule memory schedule_
    ) Clock(schedule_) ERC1155("") {
        market = market_;
    }

    modifier onlyAdministrator() {
        require(msg.sender == market.administrator(), OnlyAdministrator(msg.sender));
        _;
    }

    /* ----------------------------------------------------- plants ------------------------------------------------- */

    /// @inheritdoc IOriginCertificates
    function register(
        address account,
        Technology technology,
        bool supported
    ) external onlyAdministrator {
        require(technology != Technology.None, UnknownTechnology());
        Plant memory former = _plants[account];
        // A supported plant may lose its support; a certified one leaves by `end` and `release`.
        require(
            former.technology == Technology.None || former.supported,
            AlreadyRegistered(account)
        );
        Account memory member = market.account(account);
        require(member.index != 0, UnknownAccount(account));
        // Whatever is open or closed by now may count for Wattcoin, or was supported.
        uint24 fromPeriod = _nextPeriod();
        _plants[account] = Plant(fromPeriod, type(uint24).max, member.zone, technology, supported);
        emit PlantRegistered(account, technology, member.zone, supported, fromPeriod);
        if (!supported) market.certify(account, true);
    }

    /// @inheritdoc IOriginCertificates
    function end(address account) external onlyAdministrator {
        Plant storage plant = _plants[account];
        require(plant.technology != Technology.None, NotAPlant(account));
        require(plant.endPeriod == type(uint24).max, AlreadyEnded(account, plant.endPeriod));
        plant.endPeriod = _nextPeriod();
        emit PlantEnded(account, plant.endPeriod);
    }

    /// @inheritdoc IOriginCertificates
    function release(address account) external {
        Plant memory plant = _plants[account];
        require(plant.technology != Technology.None, NotAPlant(account));
        uint24 nextClose = market.account(account).nextClose;
        require(nextClose >= plant.endPeriod, NotYetClosed(account, nextClose, plant.endPeriod));
        delete _plants[account];
        emit PlantReleased(account);
        if (!plant.supported) market.certify(account, false);
    }

    /// @dev The first period that has not begun.
    function _nextPeriod() private view returns (uint24) {
        if (block.timestamp < clock.start()) return 0;
        return uint24(clock.periodAt(block.timestamp) + 1);
    }

    /* -------------------------------------------------- certificates ---------------------------------------------- */

    /// @inheritdoc IOriginCertificates
    function issue(address account, uint24 period) external returns (uint256 id, uint256 energyWh) {
        require(!issued(account, period), AlreadyIssued(account, period));
        id = _idFor(account, period);
        energyWh = _issue(account, period, id);
    }

    /// @inheritdoc IOriginCertificates
    function tradeGreen(
        address retailer,
        uint24 period,
        uint32 energyWh,
        uint32 minWh,
        uint256 maxPrice,
        uint256 deadline
    ) external returns (uint256 filledWh) {
        uint256 id = _idFor(retailer, period);
        (filledWh, ) = market.tradeFor(
            msg.sender,
            retailer,
            period,
            energyWh,
            minWh,
            maxPrice,
            deadline
        );
        _deliver(id, msg.sender, retailer, period, filledWh);
    }

    /// @inheritdoc IOriginCertificates
    function tradeGreenFor(
        address buyer,
        address retailer,
        uint24 period,
        uint32 energyWh,
        uint32 minWh,
        uint256 maxPrice,
        uint256 deadline
    ) external returns (uint256 filledWh, uint256 paidWei) {
        require(msg.sender == IMarketModules(address(market)).orders(), OnlyOrders(msg.sender));
        uint256 id = _idFor(retailer, period);
        (filledWh, paidWei) = market.tradeFor(
            buyer,
            retailer,
            period,
            energyWh,
            minWh,
            maxPrice,
            deadline
        );
        _deliver(id, buyer, retailer, period, filledWh);
    }

    function _deliver(
        uint256 id,
        address buyer,
        address retailer,
        uint24 period,
        uint256 energyWh
    ) private {
        if (!issued(retailer, period)) _issue(retailer, period, id);
        _safeTransferFrom(retailer, buyer, id, energyWh, "");
    }

    function _issue(address account, uint24 period, uint256 id) private returns (uint256 energyWh) {
        uint256 opens = clock.readingDeadline(period);
        require(block.timestamp >= opens, NotYetFinal(period, opens));
        (uint32 generated, uint8 flags) = market.readingOf(account, period);
        require(
            flags & (COMPLETE | SPANNING | QUARANTINED) == COMPLETE,
            NotVerified(account, period)
        );
        energyWh = _corrected(account, period, generated);
        require(energyWh != 0, NothingGenerated(account, period));
        _issued[account].set(period);
        emit Issued(account, period, id, energyWh);
        _mint(account, id, energyWh, "");
    }

    /// @dev What a correction has taken back by now; what it added was never metered in time.
    function _corrected(
        address account,
        uint24 period,
        uint256 generated
    ) private view returns (uint256) {
        if (block.timestamp < clock.closingTime(period)) return generated;
        (int32 generatedWh, , ) = market.correctionOf(account, period);
        return
            generatedWh < 0
                ? Math.saturatingSub(generated, SignedMath.abs(generatedWh))
                : generated;
    }

    /// @inheritdoc IOriginCertificates
    function retire(uint256 id, uint256 amount, string calldata reason) external {
        _burn(msg.sender, id, amount);
        _claimed[id][msg.sender] += amount;
        emit ClaimSingle(msg.sender, msg.sender, uint8(id), id, amount, bytes(reason));
    }

    /* ---------------------------------------------------- queries ------------------------------------------------- */

    /// @dev The id of what a plant generates in a period; reverts where it earns no certificates.
    function _idFor(address account, uint24 period) private view returns (uint256) {
        Plant memory plant = _plants[account];
        require(plant.technology != Technology.None, NotAPlant(account));
        require(!plant.supported, SupportedPlant(account));
        require(
            period >= plant.fromPeriod && period < plant.endPeriod,
            NotRegisteredFor(account, period, plant.fromPeriod, plant.endPeriod)
        );
        return idOf(hourOf(period), plant.zone, plant.technology);
    }

    /// @inheritdoc IOriginCertificates
    function plantOf(address account) external view returns (Plant memory) {
        return _plants[account];
    }

    /// @inheritdoc IOriginCertificates
    function issued(address account, uint24 period) public view returns (bool) {
        return _issued[account].get(period);
    }

    /// @inheritdoc IOriginCertificates
    function claimedBalanceOf(address account, uint256 id) external view returns (uint256) {
        return _claimed[id][account];
    }

    /// @inheritdoc IOriginCertificates
    function hourOf(uint24 period) public view returns (uint32) {
        // A start of 40 bits and 2^48 s of periods, in hours: 37 bits, of which a schedule of this age needs 20.
        return uint32((clock.start() + period * clock.step()) / 1 hours);
    }

    /// @inheritdoc IOriginCertificates
    function idOf(uint32 hour, uint16 zone, Technology technology) public pure returns (uint256) {
        return (uint256(hour) << 24) | (uint256(zone) << 8) | uint8(technology);
    }

    /// @inheritdoc IOriginCertificates
    function partsOf(
        uint256 id
    ) external pure returns (uint32 hour, uint16 zone, Technology technology) {
        // Each cast keeps the bits of its field.
        return (uint32(id >> 24), uint16(id >> 8), Technology(uint8(id)));
    }

    /// @inheritdoc ERC1155
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return
            interfaceId == type(IOriginCertificates).interfaceId ||
            super.supportsInterface(interfaceId);
    }
}
