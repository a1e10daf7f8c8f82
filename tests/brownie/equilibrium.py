"""The two prices of a tiny market, found another way than the package finds them.

Energy in Wh, prices in ticks (1e-6), elecoins in wei; exact integers throughout.
"""

WAD = 10**18
TICK = 10**12


def clearing(floor, buyers, sellers):
    """(least clearing tick, μ in WAD) for buyers (v, d) with v > floor and sellers (a, g).

    A buyer wants d at the floor and nothing at v: the slope is floor(d 2^40 / (v − f)), energies
    count in Wh 2^-40. The least clearing price is the floor, a seller's cost, or where the demand
    of the k highest values meets the supply of the j cheapest sellers.
    """
    lines = [(v, (d << 40) // (v - floor)) for v, d in sorted(buyers, reverse=True)]
    offers = [(a, g << 40) for a, g in sorted(sellers)]
    highest = lines[0][0]

    def demand(p):
        return sum(slope * (v - p) for v, slope in lines if v > p)

    def supply(p):
        return sum(offer for a, offer in offers if a <= p)

    candidates = {floor, highest, *(a for a, _ in offers)}
    for k in range(1, len(lines) + 1):
        most = sum(slope * v for v, slope in lines[:k])
        steepness = sum(slope for _, slope in lines[:k])
        for j in range(len(offers) + 1):
            rest = most - sum(offer for _, offer in offers[:j])
            candidates.add(-(-rest // steepness))
    price = min(p for p in candidates if floor <= p <= highest and demand(p) <= supply(p))
    if price > floor:
        return price, WAD
    return price, min(WAD, demand(price) * WAD // supply(price))


def supply_change(supply, target, price):
    """Change of the cap in 1e9 wei: gain × base × (p − p̄)/p̄ towards zero, within its bound."""
    scaled = supply["gain"] * supply["base"] // WAD
    size = min(scaled * abs(price - target) // (target * 10**9), supply["most_per_epoch"])
    return size if price > target else -size


def elecoin(terms, needs):
    """The tick of [least, most] with the highest leader utility, the lower on a tie: all are tried.

    U(p) = (p − c) Σ clip(θ/p − b, 0, θ), b = θ/p̄ − min(need, θ/2p̄) (spec §B).
    """
    theta, centre = terms["theta"], terms["theta"] * WAD // terms["target"]
    offsets = [centre - min(need, centre // 2) for need in needs if need > 0]
    best, best_sold = None, 0
    for tick in range(terms["least"] // TICK, terms["most"] // TICK + 1):
        # p x, in units that all ticks share.
        sold = sum(min(max(theta * 10**6 - b * tick, 0), theta * tick) for b in offsets)
        gain = (tick * TICK - terms["redemption"]) * sold
        if best is None or gain * best > best_sold * tick:
            best, best_sold = tick, gain
    return best
