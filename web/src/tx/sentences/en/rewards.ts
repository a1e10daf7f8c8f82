import type { Sentences } from '../shape'

const STAGES = ['open for entries', 'revealing', 'drawn', 'closed without a draw', 'rolled over']

/** Contests, reputation, certificates of origin. */
export const rewards = {
  AlreadyCommitted: ({ round, index }, w) =>
    `Server ${w.number(index)} has already committed to round ${w.number(round)}.`,
  AlreadyDrawn: ({ round, zone }, w) =>
    `The winner of zone ${w.number(zone)} in round ${w.number(round)} is drawn already.`,
  AlreadyEnded: ({ account, endPeriod }, w) =>
    `The registration of account ${w.hex(account)}'s plant already ends, before ${w.period(endPeriod)}.`,
  AlreadyIssued: ({ account, period }, w) =>
    `Certificates of account ${w.hex(account)} for ${w.period(period)} are issued already.`,
  AlreadyRegistered: ({ account }, w) =>
    `The plant of account ${w.hex(account)} is registered already.`,
  AlreadyRevealed: ({ round, index }, w) =>
    `Server ${w.number(index)} has already revealed its secret of round ${w.number(round)}.`,
  ERC1155InsufficientBalance: ({ sender, balance, needed }, w) =>
    `Account ${w.hex(sender)} has certificates of this kind for ${w.kwh(balance)} left, and ${w.kwh(needed)} are needed: take less, or energy without certificates.`,
  InvalidTerms: ({ bond, activation }, w) =>
    `A contest needs a bond and an activation: ${w.ele(bond)} and ${w.kwh(activation)} will not do.`,
  NotAPlant: ({ account }, w) => `Account ${w.hex(account)} has no registered plant.`,
  NotAServer: ({ caller }, w) => `Only an edge server may do this, and ${w.hex(caller)} is none.`,
  NotActive: ({ round, zone, tickets }, w) =>
    `Zone ${w.number(zone)} has no prize in round ${w.number(round)}: ${w.kwh(tickets)} of renewable energy were too little.`,
  NotCommitted: ({ round, index }, w) =>
    `Server ${w.number(index)} has not committed to round ${w.number(round)}, or has its bond back.`,
  NotFinal: ({ period, opens }, w) =>
    `Readings of ${w.period(period)} are final from ${w.at(opens)} on: wait until then.`,
  NotRegisteredFor: ({ account, period, fromPeriod, endPeriod }, w) =>
    `The plant of account ${w.hex(account)} is not registered for ${w.period(period)}: its certificates go from ${w.period(fromPeriod)} ${endPeriod === 0xffffff ? 'on' : `until before ${w.period(endPeriod)}`}.`,
  NotVerified: ({ account, period }, w) =>
    `There is no complete and undisputed reading of account ${w.hex(account)} for ${w.period(period)} alone, so it cannot be certified.`,
  NotYetClosed: ({ account, nextClose, endPeriod }, w) =>
    `Account ${w.hex(account)} is closed before ${w.period(nextClose)}; the plant can be released when all before ${w.period(endPeriod)} is.`,
  NotYetFinal: ({ period, opens }, w) =>
    `Certificates for ${w.period(period)} can be issued from ${w.at(opens)} on: wait until then.`,
  NothingGenerated: ({ account, period }, w) =>
    `Account ${w.hex(account)} generated nothing in ${w.period(period)} that could be certified.`,
  NothingToClaim: ({ round, zone }, w) =>
    `There is no prize to collect in zone ${w.number(zone)} of round ${w.number(round)}: no winner is drawn yet, or it is paid already.`,
  OnlyAdministrator: ({ caller }, w) =>
    `Only the market's administrator may do this, and ${w.hex(caller)} is not.`,
  OnlyOrders: ({ caller }, w) =>
    `Only the market's standing orders buy for others, and ${w.hex(caller)} is not their contract.`,
  OtherServers: ({ round, pinned, present }, w) =>
    `The contest of round ${w.number(round)} belongs to set ${pinned} of the edge servers, and set ${present} is in office now.`,
  OutOfOrder: ({ account, round, expected }, w) =>
    /^0x0+$/.test(account)
      ? `Round ${w.number(round)} cannot be settled yet: round ${w.number(expected)} comes first.`
      : `Round ${w.number(round)} of account ${w.hex(account)} cannot be settled yet: round ${w.number(expected)} comes first.`,
  OutsideBlocks: ({ number, first, last }, w) =>
    last > 2n ** 64n
      ? `This is block ${w.number(number)}; it is possible from block ${w.number(first)} on.`
      : `This is block ${w.number(number)}; it is possible in blocks ${w.number(first)} to ${w.number(last)}.`,
  RoundClosed: ({ round }, w) => `Round ${w.number(round)} is closed already.`,
  RoundNotStarted: ({ round, opens }, w) =>
    `Round ${w.number(round)} starts at ${w.at(opens)}: wait until then.`,
  RoundOpen: ({ round, opens }, w) =>
    `Round ${w.number(round)} is still open; it can be closed from ${w.at(opens)} on.`,
  SupportedPlant: ({ account }, w) =>
    `The plant of account ${w.hex(account)} is paid by a support scheme, so its energy earns no certificates.`,
  UnknownAccount: ({ account }, w) =>
    `Account ${w.hex(account)} is not a member, so no plant can be registered for it.`,
  UnknownTechnology: () => 'Say what the plant makes electricity from.',
  WrongIndex: ({ index, number }, w) =>
    `Entry ${w.number(index)} does not hold the drawn number ${w.number(number)}.`,
  WrongSecret: ({ round, index }, w) =>
    `This is not the secret that server ${w.number(index)} committed to in round ${w.number(round)}.`,
  WrongStage: ({ round, stage }, w) =>
    `This cannot be done now: the contest of round ${w.number(round)} is ${STAGES[stage] ?? 'elsewhere'}.`,
} satisfies Partial<Sentences>
