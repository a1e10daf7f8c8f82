import type { Sentences } from '../shape'

const STAGES = [
  'offen für Teilnahmen',
  'bei der Offenlegung',
  'ausgelost',
  'ohne Auslosung geschlossen',
  'auf die nächste übertragen',
]

/** Verlosungen, Ansehen, Herkunftszertifikate. */
export const rewards = {
  AlreadyCommitted: ({ round, index }, w) =>
    `Server ${w.number(index)} hat sich für Runde ${w.number(round)} schon festgelegt.`,
  AlreadyDrawn: ({ round, zone }, w) =>
    `Der Gewinner von Zone ${w.number(zone)} in Runde ${w.number(round)} ist schon ausgelost.`,
  AlreadyEnded: ({ account, endPeriod }, w) =>
    `Die Eintragung der Anlage von Konto ${w.hex(account)} endet bereits, vor ${w.period(endPeriod)}.`,
  AlreadyIssued: ({ account, period }, w) =>
    `Zertifikate von Konto ${w.hex(account)} für ${w.period(period)} sind schon ausgestellt.`,
  AlreadyRegistered: ({ account }, w) =>
    `Die Anlage von Konto ${w.hex(account)} ist schon eingetragen.`,
  AlreadyRevealed: ({ round, index }, w) =>
    `Server ${w.number(index)} hat sein Geheimnis von Runde ${w.number(round)} schon offengelegt.`,
  ERC1155InsufficientBalance: ({ sender, balance, needed }, w) =>
    `Konto ${w.hex(sender)} hat noch Zertifikate dieser Art für ${w.kwh(balance)}, nötig sind ${w.kwh(needed)}: Nehmen Sie weniger, oder Strom ohne Zertifikate.`,
  InvalidTerms: ({ bond, activation }, w) =>
    `Eine Verlosung braucht eine Kaution und eine Mindestmenge: ${w.ele(bond)} und ${w.kwh(activation)} gehen nicht.`,
  NotAPlant: ({ account }, w) => `Konto ${w.hex(account)} hat keine eingetragene Anlage.`,
  NotAServer: ({ caller }, w) => `Das darf nur ein Edge-Server, und ${w.hex(caller)} ist keiner.`,
  NotActive: ({ round, zone, tickets }, w) =>
    `Zone ${w.number(zone)} hat in Runde ${w.number(round)} keinen Preis: ${w.kwh(tickets)} erneuerbarer Strom waren zu wenig.`,
  NotCommitted: ({ round, index }, w) =>
    `Server ${w.number(index)} hat sich für Runde ${w.number(round)} nicht festgelegt oder hat seine Kaution zurück.`,
  NotFinal: ({ period, opens }, w) =>
    `Ablesungen von ${w.period(period)} sind ab ${w.at(opens)} endgültig: Warten Sie bis dahin.`,
  NotRegisteredFor: ({ account, period, fromPeriod, endPeriod }, w) =>
    `Die Anlage von Konto ${w.hex(account)} ist nicht für ${w.period(period)} eingetragen: Ihre Zertifikate gelten ab ${w.period(fromPeriod)}${endPeriod === 0xffffff ? '' : ` und vor ${w.period(endPeriod)}`}.`,
  NotVerified: ({ account, period }, w) =>
    `Es gibt keine vollständige und unbestrittene Ablesung von Konto ${w.hex(account)} allein für ${w.period(period)}, sie lässt sich also nicht zertifizieren.`,
  NotYetClosed: ({ account, nextClose, endPeriod }, w) =>
    `Konto ${w.hex(account)} ist vor ${w.period(nextClose)} abgeschlossen; die Anlage wird frei, wenn alles vor ${w.period(endPeriod)} es ist.`,
  NotYetFinal: ({ period, opens }, w) =>
    `Zertifikate für ${w.period(period)} lassen sich ab ${w.at(opens)} ausstellen: Warten Sie bis dahin.`,
  NothingGenerated: ({ account, period }, w) =>
    `Konto ${w.hex(account)} hat in ${w.period(period)} nichts erzeugt, das sich zertifizieren ließe.`,
  NothingToClaim: ({ round, zone }, w) =>
    `In Zone ${w.number(zone)} von Runde ${w.number(round)} ist kein Preis abzuholen: Es ist noch niemand ausgelost, oder er ist schon gezahlt.`,
  OnlyAdministrator: ({ caller }, w) =>
    `Das darf nur die Verwaltung des Marktes, und ${w.hex(caller)} ist sie nicht.`,
  OnlyOrders: ({ caller }, w) =>
    `Für andere kaufen nur die Daueraufträge des Marktes, und ${w.hex(caller)} ist nicht deren Vertrag.`,
  OtherServers: ({ round, pinned, present }, w) =>
    `Die Verlosung von Runde ${w.number(round)} gehört zu Besetzung ${pinned} der Edge-Server, im Amt ist jetzt Besetzung ${present}.`,
  OutOfOrder: ({ account, round, expected }, w) =>
    /^0x0+$/.test(account)
      ? `Runde ${w.number(round)} lässt sich noch nicht abrechnen: Erst kommt Runde ${w.number(expected)}.`
      : `Runde ${w.number(round)} von Konto ${w.hex(account)} lässt sich noch nicht abrechnen: Erst kommt Runde ${w.number(expected)}.`,
  OutsideBlocks: ({ number, first, last }, w) =>
    last > 2n ** 64n
      ? `Dies ist Block ${w.number(number)}; es geht ab Block ${w.number(first)}.`
      : `Dies ist Block ${w.number(number)}; es geht in den Blöcken ${w.number(first)} bis ${w.number(last)}.`,
  RoundClosed: ({ round }, w) => `Runde ${w.number(round)} ist schon geschlossen.`,
  RoundNotStarted: ({ round, opens }, w) =>
    `Runde ${w.number(round)} beginnt am ${w.at(opens)}: Warten Sie bis dahin.`,
  RoundOpen: ({ round, opens }, w) =>
    `Runde ${w.number(round)} läuft noch; sie lässt sich ab ${w.at(opens)} schließen.`,
  SupportedPlant: ({ account }, w) =>
    `Die Anlage von Konto ${w.hex(account)} wird gefördert, ihr Strom bekommt daher keine Zertifikate.`,
  UnknownAccount: ({ account }, w) =>
    `Konto ${w.hex(account)} ist kein Mitglied, für es lässt sich keine Anlage eintragen.`,
  UnknownTechnology: () => 'Geben Sie an, woraus die Anlage Strom macht.',
  WrongIndex: ({ index, number }, w) =>
    `Eintrag ${w.number(index)} hält nicht die geloste Nummer ${w.number(number)}.`,
  WrongSecret: ({ round, index }, w) =>
    `Das ist nicht das Geheimnis, auf das Server ${w.number(index)} sich in Runde ${w.number(round)} festgelegt hat.`,
  WrongStage: ({ round, stage }, w) =>
    `Das geht jetzt nicht: Die Verlosung von Runde ${w.number(round)} ist ${STAGES[stage] ?? 'anderswo'}.`,
} satisfies Partial<Sentences>
