import type { Sentences } from '../shape'

/** Daueraufträge, der Pool einer Periode, der Tagespool, der Zeitplan. */
export const orders = {
  AboveBalance: ({ amount, balance }, w) =>
    `Sie möchten ${w.ele(amount)} aus dem Tagespool nehmen, Ihr Guthaben dort ist ${w.ele(balance)}.`,
  AboveLock: ({ account, debit, lock }, w) =>
    `Für diesen Tag müsste Konto ${w.hex(account)} ${w.ele(debit)} zahlen, mehr als die gebundenen ${w.ele(lock)}.`,
  DayPassed: ({ day, last }, w) =>
    `Der Tag ${w.day(day)} lässt sich nicht mehr eintragen: ${w.day(last)} ist schon eingetragen.`,
  DeclarationsMismatch: ({ period }, w) =>
    `Die Liste sind nicht die Meldungen für ${w.period(period)}, alle und in ihrer Reihenfolge.`,
  InvalidSchedule: ({ field, value, least }, w) =>
    `„${field}“ im Zeitplan ist ${w.number(value)}; nötig ist mindestens ${w.number(least)}.`,
  InvalidSignature: ({ member }, w) =>
    `Die Unterschrift ist nicht die von Konto ${w.hex(member)} oder gilt etwas anderem: Unterschreiben Sie neu.`,
  LeavesOpen: ({ account, applied, roots }, w) =>
    `Von ${w.number(roots)} eingetragenen Tagen sind ${w.number(applied)} für Konto ${w.hex(account)} gebucht: Buchen Sie erst die übrigen.`,
  LengthsDiffer: ({ members, items }, w) =>
    `Die Listen sind verschieden lang: ${w.number(members)} Mitglieder, ${w.number(items)} Einträge.`,
  LimitAboveMaxPrice: ({ limit, maxPrice }, w) =>
    `Im Pool könnten bis zu ${w.price(limit)} verlangt werden, der Dauerauftrag erlaubt höchstens ${w.price(maxPrice)}.`,
  MalformedDeclarations: ({ length, recordLength }, w) =>
    `${w.number(length)} Bytes sind keine ganze Zahl von Meldungen zu ${w.number(recordLength)} Bytes.`,
  MalformedReading: () => 'Das ist keine Ablesung, wie ein Zähler sie schickt.',
  MalformedTarget: () => 'Das ist keine Meldung, wie der Markt sie erwartet.',
  NextRootFirst: ({ account, next }, w) =>
    `Für Konto ${w.hex(account)} sind alle eingetragenen Tage gebucht; Tag Nummer ${w.number(next)} ist noch nicht eingetragen.`,
  NotAgent: ({ member, caller }, w) =>
    `Konto ${w.hex(caller)} darf nicht für Konto ${w.hex(member)} handeln: Kein Dauerauftrag dort beauftragt es.`,
  NotSeated: ({ account }, w) =>
    `Konto ${w.hex(account)} hat keinen Platz im Tagespool: Es muss ihm erst beitreten.`,
  NothingToSettle: ({ period }, w) =>
    `Im Pool von ${w.period(period)} können kein Verkäufer und kein Käufer miteinander handeln.`,
  OrderExpired: ({ member, until }, w) =>
    `Der Dauerauftrag von Konto ${w.hex(member)} endet am ${w.at(until)}, das ist vorbei: Geben Sie ein späteres Ende an.`,
  OutsideDay: ({ day, opens, closes }, w) =>
    `Der Tag ${w.day(day)} lässt sich ab ${w.at(opens)} und vor ${w.at(closes)} eintragen.`,
  OverBudget: ({ member, spent, dailyBudget }, w) =>
    `Damit käme Konto ${w.hex(member)} heute auf ${w.ele(spent)}, der Dauerauftrag erlaubt ${w.ele(dailyBudget)} am Tag.`,
  PoolAlreadySettled: ({ period }, w) => `Der Pool von ${w.period(period)} ist schon abgerechnet.`,
  SignatureExpired: ({ deadline }, w) =>
    `Das Unterschriebene galt bis ${w.at(deadline)}, das ist vorbei: Unterschreiben Sie neu.`,
  StillLocked: ({ until }, w) =>
    `Diese Elecoins bleiben bis ${w.at(until)} gebunden: Kommen Sie dann wieder.`,
  Unbalanced: ({ debits, credits }, w) =>
    `Was zu zahlen ist, ${w.ele(debits)}, und was auszuzahlen ist, ${w.ele(credits)}, stimmen nicht überein.`,
  WrongLeaf: ({ number, account }, w) =>
    `Der Betrag oder sein Beweis ist nicht der von Konto ${w.hex(account)} im eingetragenen Tag Nummer ${w.number(number)}.`,
  WrongLength: ({ length, seats }, w) =>
    `${w.number(length)} Bytes sind keine Beträge zu 8 Bytes für höchstens ${w.number(seats)} Plätze.`,
  ZeroAgent: () =>
    'Ein Dauerauftrag braucht einen Beauftragten: Geben Sie die Adresse an, die für Sie handeln darf.',
} satisfies Partial<Sentences>
