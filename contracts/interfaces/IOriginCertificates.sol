// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice What a plant makes electricity from. `None`: not registered.
enum Technology {
    None,
    Solar,
    Wind,
    Hydro,
    Biomass,
    Geothermal,
    Marine
}

/// @notice A registered plant: the generation register of one account, one word. Certificates are for the periods from
/// `fromPeriod` until before `endPeriod` (the greatest number while no end is set).
/// @param supported It is paid by a support scheme (a feed-in tariff), so its origin is sold already: no certificates.
struct Plant {
    uint24 fromPeriod;
    uint24 endPeriod;
    uint16 zone;
    Technology technology;
    bool supported;
}

/// @title IOriginCertificates
/// @notice Certificates of origin, ERC-1155: one unit is one Wh of verified generation, an id is an hour, a zone and a
/// technology. They are the community's own records. They are not guarantees of origin in the sense of the law
/// (Directive (EU) 2018/2001, article 19), which only the registries of states issue, and give no right to label energy.
///
/// A certificate comes from a complete and undisputed reading of one period, after its reading deadline; a period is
/// certified once. A certified account earns no Wattcoin, so nothing is counted twice; in the hours in which a plant is
/// registered or leaves, its energy may count for neither. A correction that takes energy back lowers what is issued
/// after it; certificates that exist stand, as trades do.
///
/// Registering a plant means that energy sold from it carries its certificates when the buyer asks (`tradeGreen`). What
/// its owner has given away before, she cannot sell: the purchase reverts.
interface IOriginCertificates {
    event PlantRegistered(
        address indexed account,
        Technology indexed technology,
        uint16 zone,
        bool supported,
        uint24 fromPeriod
    );
    event PlantEnded(address indexed account, uint24 endPeriod);
    /// @notice The plant's account earns Wattcoin again.
    event PlantReleased(address indexed account);
    event Issued(
        address indexed account,
        uint24 indexed period,
        uint256 indexed id,
        uint256 energyWh
    );
    /// @notice Certificates were used up (name and parameters as in ERC-1888). Issuer of the claim and subject are the
    /// account that retired, the topic is the technology, the data her reason.
    event ClaimSingle(
        address indexed claimIssuer,
        address indexed claimSubject,
        uint256 indexed topic,
        uint256 id,
        uint256 value,
        bytes claimData
    );

    error OnlyAdministrator(address caller);
    /// @notice Only the market's contract of standing orders buys for others.
    error OnlyOrders(address caller);
    error UnknownAccount(address account);
    error UnknownTechnology();
    error AlreadyRegistered(address account);
    error NotAPlant(address account);
    error SupportedPlant(address account);
    /// @notice The plant is registered for other periods, from `fromPeriod` until before `endPeriod`.
    error NotRegisteredFor(address account, uint24 period, uint24 fromPeriod, uint24 endPeriod);
    error AlreadyEnded(address account, uint24 endPeriod);
    error AlreadyIssued(address account, uint24 period);
    error NotYetFinal(uint24 period, uint256 opens);
    /// @notice No complete, undisputed reading of this period alone is at hand (its slot may serve another by now).
    error NotVerified(address account, uint24 period);
    error NothingGenerated(address account, uint24 period);
    /// @notice Periods before `endPeriod` are open; when they are closed the plant can be released.
    error NotYetClosed(address account, uint24 nextClose, uint24 endPeriod);

    /* ----------------------------------------------------- plants ------------------------------------------------- */

    /// @notice Registers an account's plant in its present zone, from the next period on. Only the market's administrator.
    /// @param supported If not, the account earns certificates and no Wattcoin from now on.
    function register(address account, Technology technology, bool supported) external;

    /// @notice Ends a registration with the present period. Only the market's administrator.
    function end(address account) external;

    /// @notice Lets an account whose registration has ended earn Wattcoin again, once all certified periods are closed.
    /// By anyone. What has not been issued by then is not issued any more.
    function release(address account) external;

    /* -------------------------------------------------- certificates ---------------------------------------------- */

    /// @notice Issues the certificates of a period to the plant's account. By anyone, once.
    function issue(address account, uint24 period) external returns (uint256 id, uint256 energyWh);

    /// @notice Buys energy with its certificates: as the market's `trade` for the caller, and as many certificates of the
    /// period's hour move from the retailer to her (issued first if they were not). Reverts with ERC-1155's insufficient
    /// balance if the retailer has too few left.
    function tradeGreen(
        address retailer,
        uint24 period,
        uint32 energyWh,
        uint32 minWh,
        uint256 maxPrice,
        uint256 deadline
    ) external returns (uint256 filledWh);

    /// @notice The same for a member; only the market's contract of standing orders.
    function tradeGreenFor(
        address buyer,
        address retailer,
        uint24 period,
        uint32 energyWh,
        uint32 minWh,
        uint256 maxPrice,
        uint256 deadline
    ) external returns (uint256 filledWh, uint256 paidWei);

    /// @notice Uses up certificates of the caller: burns them and books them as claimed by her.
    /// @param reason What they are used for, in words.
    function retire(uint256 id, uint256 amount, string calldata reason) external;

    /* ---------------------------------------------------- queries ------------------------------------------------- */

    function plantOf(address account) external view returns (Plant memory);

    /// @notice Whether a period of an account is certified already.
    function issued(address account, uint24 period) external view returns (bool);

    /// @notice What an account has retired of an id (ERC-1888).
    function claimedBalanceOf(address account, uint256 id) external view returns (uint256);

    /// @notice Hours of metered time since 1970 in which a period starts: T0 + period × step, in chain time where a period
    /// lasts as long as it stands for.
    function hourOf(uint24 period) external view returns (uint32);

    /// @notice Bits 24–55 hour, 8–23 zone, 0–7 technology.
    function idOf(uint32 hour, uint16 zone, Technology technology) external pure returns (uint256);

    /// @notice The inverse of `idOf`.
    function partsOf(
        uint256 id
    ) external pure returns (uint32 hour, uint16 zone, Technology technology);
}
