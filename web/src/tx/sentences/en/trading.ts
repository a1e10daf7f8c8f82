import type { Sentences } from '../shape'

/** Trading, deposits, meters, members, the administrator's work. */
export const trading = {
  AboveCap: ({ circulating, cap }, w) =>
    `With this purchase ${w.ele(circulating)} would be in circulation, and the cap is ${w.ele(cap)}: buy fewer, or wait until the cap rises.`,
  AboveRating: ({ account, energyWh, most }, w) =>
    `Account ${w.hex(account)}: ${w.kwh(energyWh)} is more than its rated power allows (${w.kwh(most)}). Check the reading, or the rated power.`,
  AlreadyAttested: ({ period, group }, w) =>
    `Readings of ${w.period(period)} (group ${group}) are attested already, and attested readings are not replaced.`,
  AlreadyDeclared: ({ account, period }, w) =>
    `Account ${w.hex(account)} has already declared for ${w.period(period)}; a declaration cannot be changed.`,
  AlreadyRead: ({ account, period }, w) =>
    `The meter of account ${w.hex(account)} has already been read for ${w.period(period)}, or for a later one.`,
  BelowMinimum: ({ available, minimum }, w) =>
    minimum === 0n
      ? 'Say how much energy you want to buy: more than nothing.'
      : `This trade would come to ${w.kwh(available)}, and you want at least ${w.kwh(minimum)}: accept less, or choose another retailer.`,
  CannotRenounce: () =>
    'A market cannot be left without an administrator: hand the office over to another account instead.',
  ChangePending: ({ fromPeriod }, w) =>
    `A change from ${w.period(fromPeriod)} on is pending and can no longer be replaced: wait until the periods before it are closed.`,
  DeadlinePassed: ({ deadline }, w) =>
    `Your offer was good until ${w.at(deadline)}, and that has passed: try again with a later time.`,
  EnforcedPause: () =>
    'Trading is paused here, or a new market has taken over. Your deposit stays yours: you can withdraw it.',
  ExpectedPause: () => 'The market is not paused, so it cannot be resumed.',
  InsufficientDeposit: ({ account, deposit, needed }, w) =>
    `The deposit of account ${w.hex(account)} is ${w.ele(deposit)}, and this needs ${w.ele(needed)}: deposit more elecoins, or take less.`,
  InsufficientPayment: ({ paid, needed }, w) =>
    `You offered ${w.coin(paid)}; so many elecoins cost ${w.coin(needed)}. Offer more, or buy fewer.`,
  InvalidElecoinTerms: ({ redemption, target, least, most, theta }, w) =>
    `The terms of the elecoin do not fit together: backed by ${w.coin(redemption)}, target ${w.coin(target)}, bounds ${w.coin(least)} to ${w.coin(most)}, θ ${w.sum(theta)}.`,
  InvalidQuality: ({ quality }) => `A quality goes from 0 to 100; ${quality} is none.`,
  InvalidRating: ({ account }, w) =>
    `The rated power given for account ${w.hex(account)} is too small: a period must come to at least 1 Wh.`,
  InvalidSuccessor: ({ market, start }, w) =>
    start === 0n
      ? `${w.hex(market)} is not a market, so it cannot take over.`
      : `Market ${w.hex(market)} cannot take over: it starts at ${w.at(start)}, and a successor must be another market that starts in the future, together with a price epoch of this one, before an earlier successor has begun.`,
  InvalidTolerance: ({ toleranceBps }, w) =>
    `A tolerance of ${w.percent(toleranceBps)} is too great: at most ${w.percent(10_000)} is allowed.`,
  LengthMismatch: ({ accounts, words, signatures }, w) =>
    `The lists differ in length: ${w.number(accounts)} accounts, ${w.number(words)} readings, ${w.number(signatures)} signatures.`,
  Miswired: ({ other }, w) =>
    `Contract ${w.hex(other)} does not belong in this place: it was made for another market, schedule or oracle, or is the market itself.`,
  NeedAlreadyDeclared: ({ account, epoch }, w) =>
    `Account ${w.hex(account)} has already declared its need of elecoins for price epoch ${epoch}, or for a later one.`,
  NeedOutOfRange: ({ needWei, most }, w) =>
    `A need of ${w.ele(needWei)} is too great: at most ${w.ele(most)} can be declared.`,
  NoGenerationRight: ({ account }, w) =>
    `Account ${w.hex(account)} may not sell: it has no right to generate. The operator can give it.`,
  NoTradingRight: ({ account }, w) =>
    `Account ${w.hex(account)} may not trade: it has no right to, or no longer. The operator can give it.`,
  NotAttested: ({ account, period }, w) =>
    `No such reading of account ${w.hex(account)} is attested for ${w.period(period)}.`,
  NotAttestor: ({ caller }, w) =>
    /^0x0+$/.test(caller)
      ? 'This market has no attestor of readings.'
      : `This is for the market's attestor of readings alone: account ${w.hex(caller)} is not the attestor, or did not sign this.`,
  NotClosable: ({ period, opens }, w) =>
    `Accounts of ${w.period(period)} can be closed from ${w.at(opens)} on.`,
  NotDisputable: ({ account, caller }, w) =>
    `Account ${w.hex(caller)} may not dispute a reading of account ${w.hex(account)}: only its owner, its meter, the attestor and the administrator may.`,
  NotInstalled: ({ account, register }, w) =>
    `Account ${w.hex(account)} has no meter installed that measures ${register === 1 ? 'generation' : register === 2 ? 'consumption' : 'this'}.`,
  NotMeterOf: ({ account, caller }, w) =>
    `${w.hex(caller)} is not the meter of account ${w.hex(account)}, or the reading is not signed by it.`,
  NotRegistered: ({ account }, w) =>
    `Account ${w.hex(account)} is not a member of this market: it must join first.`,
  NothingOwed: ({ account }, w) => `Nothing is owed to account ${w.hex(account)}.`,
  NothingToTrade: ({ account, period }, w) =>
    `Account ${w.hex(account)} has nothing left to trade in ${w.period(period)}: nothing was declared or measured on its side, all is traded already, or the pool settles it.`,
  OnlyModule: ({ caller }, w) =>
    `Only the market's own contracts may act for a member; ${w.hex(caller)} is none of them.`,
  OutsideWindow: ({ period, opens, closes }, w) =>
    opens === 0n
      ? `This was possible until ${w.at(closes)}, and that has passed: choose a later period.`
      : `For ${w.period(period)} this is possible from ${w.at(opens)} until before ${w.at(closes)}.`,
  PairNotPermitted: ({ fromZone, toZone }) =>
    `Energy may not be traded from zone ${fromZone} to zone ${toZone}: choose a retailer in another zone.`,
  PeriodOpen: ({ account, period }, w) =>
    `Account ${w.hex(account)} has declared for ${w.period(period)}, which is not closed yet: its rated power can change when no period is open.`,
  PriceAboveMax: ({ price, maxPrice }, w) =>
    `With network fee and levy the price is ${w.price(price)}, and you want to pay at most ${w.price(maxPrice)}: raise your limit, or choose another retailer.`,
  PriceAboveReservation: ({ price, reservation }, w) =>
    `The price of ${w.price(price)} is above the buyer's declared limit of ${w.price(reservation)}: the energy is worth less there, or the grid is cheaper.`,
  PriceBelowCost: ({ price, cost }, w) =>
    `This retailer does not sell at ${w.price(price)}: its declared cost is ${w.price(cost)}. Choose another retailer.`,
  PurchasesMismatch: ({ buyer, period }, w) =>
    `The list must hold all that account ${w.hex(buyer)} bought in ${w.period(period)}, once, in the order of the purchases; or it bought nothing there, or has rated it already.`,
  ReasonRequired: ({ retailer }, w) =>
    `Give a reason: it is needed to refuse a delivery of account ${w.hex(retailer)}, and to correct its reading.`,
  RegisterFell: ({ account, given, last }, w) =>
    `The meter of account ${w.hex(account)} says ${w.kwh(given)}, less than the ${w.kwh(last)} it said before: a register never falls. Check the meter.`,
  TradeWithSelf: ({ account }, w) =>
    `Account ${w.hex(account)} cannot trade with itself: choose another retailer.`,
  TransferFailed: ({ account, value }, w) =>
    `${w.coin(value)} could not be paid out: account ${w.hex(account)} did not accept it.`,
  UseBuyToken: ({ value }, w) =>
    `Do not send ${w.coin(value)} to the market directly, it would buy nothing: use "buy elecoins".`,
  UseDeposit: ({ amount }, w) =>
    `Do not send ${w.ele(amount)} to the market directly: use "deposit", so that they count as yours.`,
  WrongZone: ({ given, actual }) =>
    `The declaration names zone ${given}, and the account is in zone ${actual}.`,
  ZeroAddress: () => 'An address is missing.',
} satisfies Partial<Sentences>
