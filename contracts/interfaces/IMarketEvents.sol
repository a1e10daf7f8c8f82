// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IMarketEvents
/// @notice What the market reports, and why it refuses.
interface IMarketEvents {
    /* ------------------------------------------------ registration ------------------------------------------------ */

    event Empowered(
        address indexed account,
        bytes32 nameHash,
        uint16 zone,
        bool generationRight,
        bool tradingRight,
        uint32 ratedPower
    );
    event Revoked(address indexed account);
    event MeterInstalled(
        address indexed account,
        address indexed meter,
        uint64 generation,
        uint64 consumption,
        uint8 registers
    );
    event FeeScheduled(
        uint16 indexed fromZone,
        uint16 indexed toZone,
        uint32 network,
        uint32 levy,
        bool permitted,
        uint24 fromPeriod
    );
    event ConstantsScheduled(
        uint32 feedIn,
        uint16 toleranceBps,
        uint8 qualityThreshold,
        uint24 fromPeriod
    );
    event FeeAccountsSet(address network, address levy);
    /// @notice Certified accounts earn certificates of origin, and no Wattcoin.
    event CertifiedSet(address indexed account, bool certified);
    event Paused(address account);
    event Unpaused(address account);
    /// @notice That market takes over at the start of this one's period `fromPeriod`.
    event SuccessorNamed(address indexed market, uint24 fromPeriod);

    /* --------------------------------------------------- elecoins ------------------------------------------------- */

    event TokensBought(address indexed account, uint256 amount, uint256 price, uint256 paid);
    event Deposited(address indexed account, uint256 amount);
    event Withdrawn(address indexed account, uint256 amount);
    event Redeemed(address indexed account, uint256 amount, uint256 value);
    event RefundWithdrawn(address indexed account, uint256 value);
    event SurplusWithdrawn(address indexed server, uint256 value);
    event FeesCollected(
        address indexed networkAccount,
        uint256 network,
        address indexed levyAccount,
        uint256 levy
    );

    /* ------------------------------------------------- the period ------------------------------------------------- */

    event NeedDeclared(uint32 indexed epoch, address indexed account, uint256 needWei);
    event TargetDeclared(uint24 indexed period, address indexed account, uint256 word);
    /// @notice A reading: register in Wh, and its difference from the last one.
    event Generation(
        address indexed account,
        uint24 indexed period,
        uint64 register,
        uint32 energyWh
    );
    event Consumption(
        address indexed account,
        uint24 indexed period,
        uint64 register,
        uint32 energyWh
    );
    /// @notice A reading of all installed registers, that was signed, attested or proved. Differences in Wh; quality 0
    /// measured, 1 estimated.
    event MeterReading(
        address indexed account,
        uint24 indexed period,
        uint64 generation,
        uint64 consumption,
        uint32 generatedWh,
        uint32 consumedWh,
        uint8 quality
    );
    /// @notice An item of a batch that did not count, with the error that it alone would have reverted with.
    event ReadingRefused(address indexed account, uint256 word, bytes reason);
    /// @notice Dense words of a period, or the root of its readings, to be applied account by account.
    event ReadingsAttested(uint24 indexed period, uint32 firstGroup, uint256 groups);
    event ReadingsRootAttested(uint24 indexed period, bytes32 root);
    /// @notice The period is the grid's for this account.
    event Disputed(uint24 indexed period, address indexed account, address by);
    /// @notice Wh by which a closed period was read wrongly; `gridWh` more were imported (or fewer exported).
    event Corrected(
        uint24 indexed period,
        address indexed account,
        int32 generatedWh,
        int32 consumedWh,
        int64 gridWh,
        uint8 reason
    );
    event AttestorSet(address attestor, uint32 correctionWindow);
    event Traded(
        uint24 indexed period,
        address indexed buyer,
        address indexed retailer,
        uint32 energyWh,
        uint256 price,
        uint256 cost,
        uint256 network,
        uint256 levy
    );
    event Rated(
        uint24 indexed period,
        address indexed buyer,
        address indexed retailer,
        uint32 energyWh,
        uint8 quality,
        uint8 reason
    );
    /// @notice The energy of an account and period. `accepted` is what counts for Wattcoin (a seller's) or as a green
    /// claim (a buyer's).
    event Closed(
        uint24 indexed period,
        address indexed account,
        uint32 generated,
        uint32 consumed,
        uint32 bought,
        uint32 sold,
        uint32 imported,
        uint32 exported,
        uint32 accepted
    );

    /* ---------------------------------------------------- errors -------------------------------------------------- */

    error EnforcedPause();
    error ExpectedPause();
    error InvalidSuccessor(address market, uint256 start);
    /// @notice Only the contract that was deployed for this may call for a member.
    error OnlyModule(address caller);
    error ZeroAddress();
    /// @notice The administrator can hand over (two steps), not leave.
    error CannotRenounce();
    error InvalidElecoinTerms(
        uint256 redemption,
        uint256 target,
        uint256 least,
        uint256 most,
        uint256 theta
    );
    /// @notice One of the other contracts was not made for this one, or with another schedule or oracle; or the market
    /// itself was named as a fee account.
    error Miswired(address other);
    error NotRegistered(address account);
    error NoTradingRight(address account);
    error NoGenerationRight(address account);
    error InvalidRating(address account);
    /// @notice The rated power scales open deviations, so it changes only while no period of the account is open.
    error PeriodOpen(address account, uint24 period);
    error NotMeterOf(address account, address caller);
    error NotInstalled(address account, uint8 register);
    /// @notice A change from this period on is pending, and periods under both terms are open: it stands.
    error ChangePending(uint24 fromPeriod);
    error InvalidTolerance(uint16 toleranceBps);
    error InvalidQuality(uint8 quality);

    /// @notice The action opens at `opens` and is too late from `closes` on.
    error OutsideWindow(uint256 period, uint256 opens, uint256 closes);
    error NeedAlreadyDeclared(address account, uint32 epoch);
    error NeedOutOfRange(uint256 needWei, uint256 most);
    error AlreadyDeclared(address account, uint24 period);
    /// @notice A target names the zone of its account, so that the words alone tell the market.
    error WrongZone(uint16 given, uint16 actual);
    error LengthMismatch(uint256 accounts, uint256 words, uint256 signatures);
    error NotAttestor(address caller);
    error NotAttested(address account, uint24 period);
    error AlreadyAttested(uint24 period, uint32 group);
    error NotDisputable(address account, address caller);
    error AlreadyRead(address account, uint24 period);
    error RegisterFell(address account, uint64 given, uint64 last);
    error AboveRating(address account, uint256 energyWh, uint256 most);

    error DeadlinePassed(uint256 deadline);
    error TradeWithSelf(address account);
    error PairNotPermitted(uint16 fromZone, uint16 toZone);
    error PriceAboveMax(uint256 price, uint256 maxPrice);
    /// @notice The buyer declared that energy is worth less to her, or that the grid is cheaper.
    error PriceAboveReservation(uint256 price, uint256 reservation);
    error PriceBelowCost(uint256 price, uint256 cost);
    error NothingToTrade(address account, uint256 period);
    error BelowMinimum(uint256 available, uint256 minimum);
    error InsufficientDeposit(address account, uint256 deposit, uint256 needed);
    error InsufficientPayment(uint256 paid, uint256 needed);
    error AboveCap(uint256 circulating, uint256 cap);
    /// @notice Coin buys elecoins through `buyToken` alone.
    error UseBuyToken(address sender, uint256 value);
    error NothingOwed(address account);
    error TransferFailed(address account, uint256 value);

    error PurchasesMismatch(address buyer, uint256 period);
    error ReasonRequired(address retailer);
    error NotClosable(uint256 period, uint256 opens);
}
