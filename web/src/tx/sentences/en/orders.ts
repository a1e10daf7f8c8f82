import type { Sentences } from '../shape'

/** Standing orders, the pool of a period, the pool of a day, the schedule and what is packed by it. */
export const orders = {
  AboveBalance: ({ amount, balance }, w) =>
    `You want to take ${w.ele(amount)} out of the day's pool, and your balance there is ${w.ele(balance)}.`,
  AboveLock: ({ account, debit, lock }, w) =>
    `For this day account ${w.hex(account)} would owe ${w.ele(debit)}, more than the ${w.ele(lock)} that it has locked.`,
  DayPassed: ({ day, last }, w) =>
    `${w.day(day)} can no longer be posted: ${w.day(last)} is posted already.`,
  DeclarationsMismatch: ({ period }, w) =>
    `The list is not the declarations for ${w.period(period)}, all of them, in their order.`,
  InvalidSchedule: ({ field, value, least }, w) =>
    `The schedule's "${field}" is ${w.number(value)}; at least ${w.number(least)} is needed.`,
  InvalidSignature: ({ member }, w) =>
    `The signature is not account ${w.hex(member)}'s, or it is for something else: sign again.`,
  LeavesOpen: ({ account, applied, roots }, w) =>
    `Of ${w.number(roots)} posted days ${w.number(applied)} are booked for account ${w.hex(account)}: book the others first.`,
  LengthsDiffer: ({ members, items }, w) =>
    `The lists differ in length: ${w.number(members)} members, ${w.number(items)} entries.`,
  LimitAboveMaxPrice: ({ limit, maxPrice }, w) =>
    `In the pool up to ${w.price(limit)} could be charged, and the standing order allows at most ${w.price(maxPrice)}.`,
  MalformedDeclarations: ({ length, recordLength }, w) =>
    `${w.number(length)} bytes are no whole number of declarations of ${w.number(recordLength)} bytes.`,
  MalformedReading: () => 'This is not a reading as a meter packs it.',
  MalformedTarget: () => 'This is not a declaration as the market packs it.',
  NextRootFirst: ({ account, next }, w) =>
    `All posted days are booked for account ${w.hex(account)}; day number ${w.number(next)} is not posted yet.`,
  NotAgent: ({ member, caller }, w) =>
    `Account ${w.hex(caller)} may not act for account ${w.hex(member)}: it is not the agent of a standing order there.`,
  NotSeated: ({ account }, w) =>
    `Account ${w.hex(account)} has no seat in the day's pool: it must join the pool first.`,
  NothingToSettle: ({ period }, w) =>
    `No seller and buyer in the pool of ${w.period(period)} can trade with each other.`,
  OrderExpired: ({ member, until }, w) =>
    `The standing order of account ${w.hex(member)} ends at ${w.at(until)}, and that has passed: give a later end.`,
  OutsideDay: ({ day, opens, closes }, w) =>
    `${w.day(day)} can be posted from ${w.at(opens)} until before ${w.at(closes)}.`,
  OverBudget: ({ member, spent, dailyBudget }, w) =>
    `With this account ${w.hex(member)} would come to ${w.ele(spent)} today, and its standing order allows ${w.ele(dailyBudget)} a day.`,
  PoolAlreadySettled: ({ period }, w) => `The pool of ${w.period(period)} is settled already.`,
  SignatureExpired: ({ deadline }, w) =>
    `What was signed was good until ${w.at(deadline)}, and that has passed: sign again.`,
  StillLocked: ({ until }, w) => `These elecoins stay locked until ${w.at(until)}: come back then.`,
  Unbalanced: ({ debits, credits }, w) =>
    `What is owed, ${w.ele(debits)}, and what is due, ${w.ele(credits)}, are not the same.`,
  WrongLeaf: ({ number, account }, w) =>
    `The amount, or its proof, is not that of account ${w.hex(account)} in posted day number ${w.number(number)}.`,
  WrongLength: ({ length, seats }, w) =>
    `${w.number(length)} bytes are not amounts of 8 bytes for at most ${w.number(seats)} seats.`,
  ZeroAgent: () => 'A standing order needs an agent: give the address of who may act for you.',
} satisfies Partial<Sentences>
