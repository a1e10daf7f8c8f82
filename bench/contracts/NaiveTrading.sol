// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title NaiveTrading
/// @notice Algorithm 2 of seed 003 read word by word, as a student would write it: names as ids, an array of prosumers
/// searched from the front, reasons as strings, a word for each field. Measured beside ours, never deployed.
contract NaiveTrading {
    struct Prosumer {
        string userName;
        address userAddr;
        bool genRight;
        bool transRight;
        uint256 availPower;
        uint256 avaElecoins;
        uint256 totalGenPower;
        uint256 totalUsePower;
    }

    struct Trade {
        string prosumer;
        string retailer;
        uint256 energy;
        uint256 price;
        uint256 time;
    }

    address public administrator;
    uint256 public totalElecoins;
    uint256 public unitPowerPrice;
    uint256 public elecoinPrice;
    address[] public edgeServersAccounts;
    Prosumer[] public prosumers;
    Trade[] public history;
    mapping(uint256 epoch => uint256) public prices;

    event Traded(string prosumer, string retailer, uint256 energy, uint256 price);

    constructor(
        uint256 totalElecoins_,
        uint256 unitPowerPrice_,
        uint256 elecoinPrice_,
        address[] memory servers
    ) {
        administrator = msg.sender;
        totalElecoins = totalElecoins_;
        unitPowerPrice = unitPowerPrice_;
        elecoinPrice = elecoinPrice_;
        for (uint256 i = 0; i < servers.length; i++) {
            edgeServersAccounts.push(servers[i]);
        }
    }

    function empower(
        string memory userName,
        address userAddr,
        bool genRight,
        bool transRight
    ) public {
        require(msg.sender == administrator, "only the administrator can empower");
        for (uint256 i = 0; i < prosumers.length; i++) {
            require(
                !equal(prosumers[i].userName, userName),
                "this user name is already registered"
            );
        }
        prosumers.push(Prosumer(userName, userAddr, genRight, transRight, 0, 0, 0, 0));
    }

    function buyToken(string memory userName, uint256 amount) public payable {
        uint256 i = find(userName);
        require(prosumers[i].userAddr == msg.sender, "not the owner of this account");
        require(
            msg.value == (amount * elecoinPrice) / 1e18,
            "the payment does not match the price"
        );
        require(totalElecoins >= amount, "not enough elecoins left");
        totalElecoins = totalElecoins - amount;
        prosumers[i].avaElecoins = prosumers[i].avaElecoins + amount;
    }

    function checkQualification(
        string memory userName,
        string memory retailer,
        uint256 energy
    ) public view returns (bool) {
        require(prosumers[find(userName)].transRight, "the prosumer has no right to trade");
        require(prosumers[find(retailer)].genRight, "the retailer has no right to generate");
        require(
            prosumers[find(retailer)].availPower >= energy,
            "the retailer has not enough power"
        );
        require(
            prosumers[find(userName)].avaElecoins >= (energy * unitPowerPrice) / 1000,
            "the prosumer has not enough elecoins"
        );
        return true;
    }

    function trade(string memory userName, string memory retailer, uint256 energy) public {
        require(prosumers[find(userName)].userAddr == msg.sender, "not the owner of this account");
        require(checkQualification(userName, retailer, energy), "not qualified");
        uint256 cost = (energy * unitPowerPrice) / 1000;
        prosumers[find(userName)].availPower += energy;
        prosumers[find(userName)].avaElecoins -= cost;
        prosumers[find(retailer)].availPower -= energy;
        prosumers[find(retailer)].avaElecoins += cost;
        history.push(Trade(userName, retailer, energy, unitPowerPrice, block.timestamp));
        emit Traded(userName, retailer, energy, unitPowerPrice);
    }

    function generation(string memory userName, uint256 energy) public {
        uint256 i = find(userName);
        prosumers[i].totalGenPower = prosumers[i].totalGenPower + energy;
        prosumers[i].availPower = prosumers[i].availPower + energy;
    }

    function consumption(string memory userName, uint256 energy) public {
        uint256 i = find(userName);
        prosumers[i].totalUsePower = prosumers[i].totalUsePower + energy;
    }

    /// @dev The paper leaves the price to the edge servers; here a majority of them signs it.
    function postPrice(
        uint256 epoch,
        uint256 price,
        uint8[] memory v,
        bytes32[] memory r,
        bytes32[] memory s
    ) public {
        bytes32 digest = keccak256(abi.encodePacked(address(this), epoch, price));
        uint256 valid = 0;
        for (uint256 i = 0; i < v.length; i++) {
            for (uint256 k = 0; k < edgeServersAccounts.length; k++) {
                if (ecrecover(digest, v[i], r[i], s[i]) == edgeServersAccounts[k])
                    valid = valid + 1;
            }
        }
        require(valid * 2 > edgeServersAccounts.length, "not enough signatures");
        prices[epoch] = price;
        unitPowerPrice = price;
    }

    function find(string memory userName) internal view returns (uint256) {
        for (uint256 i = 0; i < prosumers.length; i++) {
            if (equal(prosumers[i].userName, userName)) return i;
        }
        revert("no such user");
    }

    function equal(string memory a, string memory b) internal pure returns (bool) {
        return keccak256(abi.encodePacked(a)) == keccak256(abi.encodePacked(b));
    }
}
