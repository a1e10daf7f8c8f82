import type { Sentences } from '../shape'

/** Handel, Guthaben, Zähler, Mitglieder, die Arbeit der Verwaltung. */
export const trading = {
  AboveCap: ({ circulating, cap }, w) =>
    `Mit diesem Kauf wären ${w.ele(circulating)} im Umlauf, erlaubt sind ${w.ele(cap)}: Kaufen Sie weniger, oder warten Sie, bis die Grenze steigt.`,
  AboveRating: ({ account, energyWh, most }, w) =>
    `Konto ${w.hex(account)}: ${w.kwh(energyWh)} sind mehr, als die Nennleistung erlaubt (${w.kwh(most)}). Prüfen Sie die Ablesung oder die Nennleistung.`,
  AlreadyAttested: ({ period, group }, w) =>
    `Ablesungen von ${w.period(period)} (Gruppe ${group}) sind schon bestätigt; bestätigte Ablesungen werden nicht ersetzt.`,
  AlreadyDeclared: ({ account, period }, w) =>
    `Konto ${w.hex(account)} hat für ${w.period(period)} schon gemeldet; eine Meldung lässt sich nicht ändern.`,
  AlreadyRead: ({ account, period }, w) =>
    `Der Zähler von Konto ${w.hex(account)} ist für ${w.period(period)} oder eine spätere schon abgelesen.`,
  BelowMinimum: ({ available, minimum }, w) =>
    minimum === 0n
      ? 'Geben Sie an, wie viel Strom Sie kaufen möchten: mehr als nichts.'
      : `Dieser Handel käme auf ${w.kwh(available)}, Sie möchten mindestens ${w.kwh(minimum)}: Nehmen Sie weniger, oder wählen Sie einen anderen Verkäufer.`,
  CannotRenounce: () =>
    'Ein Markt bleibt nicht ohne Verwaltung: Übergeben Sie das Amt an ein anderes Konto.',
  ChangePending: ({ fromPeriod }, w) =>
    `Eine Änderung ab ${w.period(fromPeriod)} steht an und lässt sich nicht mehr ersetzen: Warten Sie, bis die Perioden davor abgeschlossen sind.`,
  DeadlinePassed: ({ deadline }, w) =>
    `Ihr Angebot galt bis ${w.at(deadline)}, das ist vorbei: Versuchen Sie es mit einer späteren Zeit noch einmal.`,
  EnforcedPause: () =>
    'Der Handel ist hier unterbrochen, oder ein neuer Markt hat übernommen. Ihr Guthaben gehört weiter Ihnen: Sie können es abheben.',
  ExpectedPause: () => 'Der Markt ist nicht unterbrochen, er lässt sich also nicht fortsetzen.',
  InsufficientDeposit: ({ account, deposit, needed }, w) =>
    `Das Guthaben von Konto ${w.hex(account)} ist ${w.ele(deposit)}, nötig sind ${w.ele(needed)}: Zahlen Sie Elecoins ein, oder nehmen Sie weniger.`,
  InsufficientPayment: ({ paid, needed }, w) =>
    `Sie bieten ${w.coin(paid)}; so viele Elecoins kosten ${w.coin(needed)}. Bieten Sie mehr, oder kaufen Sie weniger.`,
  InvalidElecoinTerms: ({ redemption, target, least, most, theta }, w) =>
    `Die Vorgaben des Elecoins passen nicht zusammen: gedeckt mit ${w.coin(redemption)}, Ziel ${w.coin(target)}, Grenzen ${w.coin(least)} bis ${w.coin(most)}, θ ${w.sum(theta)}.`,
  InvalidQuality: ({ quality }) => `Eine Qualität liegt zwischen 0 und 100; ${quality} ist keine.`,
  InvalidRating: ({ account }, w) =>
    `Die Nennleistung für Konto ${w.hex(account)} ist zu klein: Eine Periode muss auf mindestens 1 Wh kommen.`,
  InvalidSuccessor: ({ market, start }, w) =>
    start === 0n
      ? `${w.hex(market)} ist kein Markt und kann nicht übernehmen.`
      : `Markt ${w.hex(market)} kann nicht übernehmen: Er beginnt am ${w.at(start)}; ein Nachfolger muss ein anderer Markt sein und in der Zukunft beginnen, zusammen mit einer Preisepoche dieses Marktes und bevor ein früher benannter Nachfolger begonnen hat.`,
  InvalidTolerance: ({ toleranceBps }, w) =>
    `Eine Toleranz von ${w.percent(toleranceBps)} ist zu groß: Erlaubt sind höchstens ${w.percent(10_000)}.`,
  LengthMismatch: ({ accounts, words, signatures }, w) =>
    `Die Listen sind verschieden lang: ${w.number(accounts)} Konten, ${w.number(words)} Ablesungen, ${w.number(signatures)} Unterschriften.`,
  Miswired: ({ other }, w) =>
    `Vertrag ${w.hex(other)} gehört nicht an diese Stelle: Er wurde für einen anderen Markt, Zeitplan oder ein anderes Orakel gemacht, oder er ist der Markt selbst.`,
  NeedAlreadyDeclared: ({ account, epoch }, w) =>
    `Konto ${w.hex(account)} hat seinen Bedarf an Elecoins für Preisepoche ${epoch} oder eine spätere schon gemeldet.`,
  NeedOutOfRange: ({ needWei, most }, w) =>
    `Ein Bedarf von ${w.ele(needWei)} ist zu groß: Höchstens ${w.ele(most)} lassen sich melden.`,
  NoGenerationRight: ({ account }, w) =>
    `Konto ${w.hex(account)} darf nicht verkaufen: Ihm fehlt das Recht zu erzeugen. Der Betreiber kann es geben.`,
  NoTradingRight: ({ account }, w) =>
    `Konto ${w.hex(account)} darf nicht oder nicht mehr handeln: Ihm fehlt das Recht dazu. Der Betreiber kann es geben.`,
  NotAttested: ({ account, period }, w) =>
    `Für ${w.period(period)} ist keine solche Ablesung von Konto ${w.hex(account)} bestätigt.`,
  NotAttestor: ({ caller }, w) =>
    /^0x0+$/.test(caller)
      ? 'Dieser Markt hat niemanden, der Ablesungen bestätigt.'
      : `Das darf nur, wer im Markt die Ablesungen bestätigt: Konto ${w.hex(caller)} ist es nicht oder hat dies nicht unterschrieben.`,
  NotClosable: ({ period, opens }, w) =>
    `Konten von ${w.period(period)} lassen sich ab ${w.at(opens)} abschließen.`,
  NotDisputable: ({ account, caller }, w) =>
    `Konto ${w.hex(caller)} darf keine Ablesung von Konto ${w.hex(account)} bestreiten: Das dürfen nur das Mitglied, sein Zähler, wer Ablesungen bestätigt und die Verwaltung.`,
  NotInstalled: ({ account, register }, w) =>
    `Konto ${w.hex(account)} hat keinen Zähler, der ${register === 1 ? 'Erzeugung' : register === 2 ? 'Verbrauch' : 'dies'} misst.`,
  NotMeterOf: ({ account, caller }, w) =>
    `${w.hex(caller)} ist nicht der Zähler von Konto ${w.hex(account)}, oder die Ablesung trägt nicht seine Unterschrift.`,
  NotRegistered: ({ account }, w) =>
    `Konto ${w.hex(account)} ist kein Mitglied dieses Marktes: Es muss erst beitreten.`,
  NothingOwed: ({ account }, w) => `Konto ${w.hex(account)} hat nichts zu bekommen.`,
  NothingToTrade: ({ account, period }, w) =>
    `Konto ${w.hex(account)} hat in ${w.period(period)} nichts mehr zu handeln: Auf seiner Seite wurde nichts gemeldet oder gemessen, alles ist gehandelt, oder der Pool rechnet es ab.`,
  OnlyModule: ({ caller }, w) =>
    `Nur die eigenen Verträge des Marktes dürfen für ein Mitglied handeln; ${w.hex(caller)} ist keiner davon.`,
  OutsideWindow: ({ period, opens, closes }, w) =>
    opens === 0n
      ? `Das ging bis ${w.at(closes)} und ist vorbei: Wählen Sie eine spätere Periode.`
      : `Für ${w.period(period)} geht das ab ${w.at(opens)} und vor ${w.at(closes)}.`,
  PairNotPermitted: ({ fromZone, toZone }) =>
    `Von Zone ${fromZone} nach Zone ${toZone} darf kein Strom gehandelt werden: Wählen Sie einen Verkäufer in einer anderen Zone.`,
  PeriodOpen: ({ account, period }, w) =>
    `Konto ${w.hex(account)} hat für ${w.period(period)} gemeldet, und sie ist noch nicht abgeschlossen: Die Nennleistung ändert sich nur, wenn keine Periode offen ist.`,
  PriceAboveMax: ({ price, maxPrice }, w) =>
    `Mit Netzentgelt und Umlage ist der Preis ${w.price(price)}, Sie möchten höchstens ${w.price(maxPrice)} zahlen: Erhöhen Sie Ihre Grenze, oder wählen Sie einen anderen Verkäufer.`,
  PriceAboveReservation: ({ price, reservation }, w) =>
    `Der Preis von ${w.price(price)} liegt über der gemeldeten Grenze des Käufers von ${w.price(reservation)}: Der Strom ist ihm weniger wert, oder das Netz ist billiger.`,
  PriceBelowCost: ({ price, cost }, w) =>
    `Dieser Verkäufer gibt zu ${w.price(price)} nichts ab: Er hat Kosten von ${w.price(cost)} gemeldet. Wählen Sie einen anderen.`,
  PurchasesMismatch: ({ buyer, period }, w) =>
    `Die Liste muss alles enthalten, was Konto ${w.hex(buyer)} in ${w.period(period)} gekauft hat, je einmal und in der Reihenfolge der Käufe; oder es hat dort nichts gekauft oder schon bewertet.`,
  ReasonRequired: ({ retailer }, w) =>
    `Geben Sie einen Grund an: Er ist nötig, um eine Lieferung von Konto ${w.hex(retailer)} abzulehnen oder seine Ablesung zu berichtigen.`,
  RegisterFell: ({ account, given, last }, w) =>
    `Der Zähler von Konto ${w.hex(account)} zeigt ${w.kwh(given)}, weniger als zuletzt mit ${w.kwh(last)}: Ein Zählerstand sinkt nie. Prüfen Sie den Zähler.`,
  TradeWithSelf: ({ account }, w) =>
    `Konto ${w.hex(account)} kann nicht mit sich selbst handeln: Wählen Sie einen anderen Verkäufer.`,
  TransferFailed: ({ account, value }, w) =>
    `${w.coin(value)} ließen sich nicht auszahlen: Konto ${w.hex(account)} hat sie nicht angenommen.`,
  UseBuyToken: ({ value }, w) =>
    `Schicken Sie ${w.coin(value)} nicht unmittelbar an den Markt, das kauft nichts: Nehmen Sie „Elecoins kaufen“.`,
  UseDeposit: ({ amount }, w) =>
    `Schicken Sie ${w.ele(amount)} nicht unmittelbar an den Markt: Nehmen Sie „Einzahlen“, damit sie als Ihre zählen.`,
  WrongZone: ({ given, actual }) =>
    `Die Meldung nennt Zone ${given}, das Konto liegt in Zone ${actual}.`,
  ZeroAddress: () => 'Eine Adresse fehlt.',
} satisfies Partial<Sentences>
