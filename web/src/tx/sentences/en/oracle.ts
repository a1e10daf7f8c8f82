import type { Sentences } from '../shape'

const FEEDS = ['electricity price', 'elecoin price']

/** Prices, their proofs and challenges, the edge servers and their bonds. */
export const oracle = {
  AlreadyDemanded: ({ index, deadline }, w) =>
    `Declaration ${w.number(index)} is demanded already; the answer is due before ${w.at(deadline)}.`,
  AlreadyPosted: ({ digest }, w) =>
    `Another price is posted for this already, with report ${w.hex(digest)}.`,
  BelowFloor: ({ priceTicks, floorTicks }, w) =>
    `The price of ${w.priceTicks(priceTicks)} is below the floor of ${w.priceTicks(floorTicks)}.`,
  BondLocked: ({ server, leavesAt }, w) =>
    `The bond of server ${w.hex(server)} can be withdrawn from ${w.at(leavesAt)} on.`,
  BondTooSmall: ({ server, bond, needed }, w) =>
    `The bond of server ${w.hex(server)} is too small: it is ${w.sum(bond)}, and ${w.sum(needed)} is needed.`,
  BoundBinds: () =>
    "This short certificate is not enough: somewhere a bound may limit a member's need. Certify with all declarations.",
  ConsentDoesNotClear: ({ demand, supply }, w) =>
    `Buyers who consent want ${w.kwh(demand)}, and sellers who consent give ${w.kwh(supply)}: that does not clear.`,
  ConsentTooSmall: ({ consented, needed }, w) =>
    `Members with ${w.kwh(consented)} consent, and ${w.kwh(needed)} are needed.`,
  DuplicateSigner: ({ signer }, w) => `Signer ${w.hex(signer)} is there twice; each counts once.`,
  InvalidApproval: ({ index, account }, w) =>
    `Approval ${w.number(index)} of account ${w.hex(account)} is out of order, signed by another key, or for more than was declared.`,
  InvalidEdgeServers: ({ count }, w) =>
    `${w.number(count)} edge servers cannot serve: their number must be odd, and at most 23.`,
  InvalidOracleTerms: ({ field, value }, w) =>
    `The oracle's term "${field}" cannot be ${w.number(value)} with this schedule and these terms.`,
  MalformedValue: () =>
    'The posted value is not packed as it must be, or its fractions are not those of the declarations.',
  NotAFollower: ({ index }, w) =>
    `The order names declaration ${w.number(index)}, which needs nothing or was named before.`,
  NotBest: ({ priceTicks, bestTicks }, w) =>
    `${w.coinTicks(priceTicks)} is not the best price: ${w.coinTicks(bestTicks)} gives the leader more, or as much and is lower.`,
  NotChallengeable: ({ feed, epoch }, w) =>
    `${w.posting(feed, epoch)}: there is no such posting that can still be challenged.`,
  NotClearing: ({ priceTicks }, w) =>
    `${w.priceTicks(priceTicks)} is not the least price at which demand does not exceed supply.`,
  NotDemanded: ({ index }, w) =>
    `Declaration ${w.number(index)} was not demanded, or is revealed already.`,
  NotInTree: ({ level, position, count }, w) =>
    `Place ${w.number(position)} at level ${w.number(level)} is not in the tree over ${w.number(count)} declarations, or its proof has the wrong length.`,
  NotSorted: ({ place }, w) =>
    `The order is wrong at place ${w.number(place)}: it must go from the least need to the greatest.`,
  NotTheLeaf: ({ given, leaf }, w) =>
    `The declaration shown has hash ${w.hex(given)}, and the tree has ${w.hex(leaf)} there.`,
  NothingBonded: ({ server }, w) =>
    `For server ${w.hex(server)} there is no such amount to bond, to take back or to pay out.`,
  NothingDeclared: ({ feed, epoch }, w) =>
    `${w.posting(feed, epoch)}: nobody declared anything, so there is nothing to price.`,
  NothingDemanded: ({ floorTicks }, w) =>
    `Nobody pays more than the floor of ${w.priceTicks(floorTicks)}: this period has no price.`,
  NothingNeeded: () => 'Nobody needs elecoins in this epoch: there is no price to find.',
  NothingRefuted: ({ feed, epoch }, w) =>
    `${w.posting(feed, epoch)}: what was shown refutes nothing.`,
  OnlyMarket: ({ caller }, w) => `Only the market may do this, and ${w.hex(caller)} is not it.`,
  OutsidePricingWindow: ({ feed, epoch, opens, closes }, w) =>
    `${w.posting(feed, epoch)}: it is accepted from ${w.at(opens)} until before ${w.at(closes)}.`,
  PaymentFailed: ({ to, amount }, w) =>
    `${w.coin(amount)} could not be paid: account ${w.hex(to)} did not accept it.`,
  PriceOutOfBounds: ({ price, least, most }, w) =>
    `A price of ${w.sum(price)} is not allowed here: it must be from ${w.sum(least)} to ${w.sum(most)}.`,
  PriceOutOfRange: ({ priceTicks, lowest, highest }, w) =>
    `A price of ${w.coinTicks(priceTicks)} is outside the bounds of ${w.coinTicks(lowest)} to ${w.coinTicks(highest)}.`,
  ResponseTime: ({ index, deadline }, w) =>
    `Declaration ${w.number(index)} must be revealed before ${w.at(deadline)}; only from then on is silence a refutation.`,
  StalePrice: ({ feed, epoch }, w) =>
    `${w.posting(feed, epoch)}: no price can be read; none was posted, it waits for challenges, or it is too old.`,
  StaleSignerSet: ({ given, current }) =>
    `This was signed by set ${given} of the edge servers, and set ${current} is in office now.`,
  TermsTooLarge: ({ theta, centre }, w) =>
    `The terms of the elecoin are too large to compute with: θ ${w.sum(theta)}, centre ${w.sum(centre)}.`,
  TooFewMembersForStakes: ({ accounts, inlineMembers }, w) =>
    `With ${w.number(accounts)} members every price is proved at once: bonds alone are enough only with more than ${w.number(inlineMembers)}.`,
  TooLateToDemand: ({ closes }, w) =>
    `A declaration could be demanded until ${w.at(closes)}; an answer would come too late now.`,
  TooManyFollowers: ({ count }, w) =>
    `${w.number(count)} declared needs are too many to certify at once; at most ${w.number(65_535)} are.`,
  UnknownCertificate: ({ feed, kind }) =>
    `The ${FEEDS[feed] ?? 'feed'} has no certificate of kind ${kind} in this market.`,
  UnknownSigner: ({ signer }, w) =>
    /^0x0+$/.test(signer)
      ? 'An edge server needs the address of a signer and that of an operator.'
      : `${w.hex(signer)} does not sign for the edge servers in office.`,
  Unpriced: ({ period }, w) => `There is no price for ${w.period(period)}.`,
  UnsoundLeaf: ({ index }, w) =>
    `What was shown of declaration ${w.number(index)} is itself wrong, so it answers nothing.`,
  UseBond: ({ value }, w) =>
    `Do not send ${w.coin(value)} to the oracle directly: pay it in as a bond.`,
  WrongCommitment: ({ given, actual }, w) =>
    `Other declarations were priced (${w.hex(given)}) than members committed to (${w.hex(actual)}).`,
  WrongDeclarations: ({ given, committed }, w) =>
    `These declarations come to ${w.hex(given)}, and members committed to ${w.hex(committed)}.`,
  WrongInputBlock: ({ number, given }, w) =>
    `The chain does not know block ${w.number(number)} as ${w.hex(given)}, or no longer: compute the report again.`,
  WrongMatching: ({ given, actual }, w) =>
    `The matching probability is ${w.share(actual)}, and ${w.share(given)} was posted.`,
  WrongOrderLength: ({ given, followers }, w) =>
    `The order has ${w.number(given)} bytes; it must name each of ${w.number(followers)} needs once.`,
  WrongRoot: ({ given }, w) => `Root ${w.hex(given)} is not the one that is needed here.`,
  WrongServed: ({ given, actual }, w) =>
    `The share of demand that is served is ${w.share(actual)}, and ${w.share(given)} was posted.`,
  WrongSignatureCount: ({ given, needed }, w) =>
    `There are ${w.number(given)} signatures; exactly ${w.number(needed)} are needed.`,
  WrongSupplyChange: ({ given, expected }, w) =>
    `The signed change of the cap is ${w.ele(given * 1_000_000_000n)}, and the rule gives ${w.ele(expected * 1_000_000_000n)}.`,
  WrongTribunal: ({ tribunal }, w) =>
    `Contract ${w.hex(tribunal)} cannot judge challenges here: it was made for another market, clock or terms.`,
} satisfies Partial<Sentences>
