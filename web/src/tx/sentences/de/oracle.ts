import type { Sentences } from '../shape'

const FEEDS = ['Strompreis', 'Elecoin-Preis']

/** Preise, ihre Beweise und Anfechtungen, die Edge-Server und ihre Kautionen. */
export const oracle = {
  AlreadyDemanded: ({ index, deadline }, w) =>
    `Meldung ${w.number(index)} ist schon angefordert; die Antwort muss vor ${w.at(deadline)} kommen.`,
  AlreadyPosted: ({ digest }, w) =>
    `Dafür ist schon ein anderer Preis veröffentlicht, mit Bericht ${w.hex(digest)}.`,
  BelowFloor: ({ priceTicks, floorTicks }, w) =>
    `Der Preis von ${w.priceTicks(priceTicks)} liegt unter der Untergrenze von ${w.priceTicks(floorTicks)}.`,
  BondLocked: ({ server, leavesAt }, w) =>
    `Die Kaution von Server ${w.hex(server)} lässt sich ab ${w.at(leavesAt)} abheben.`,
  BondTooSmall: ({ server, bond, needed }, w) =>
    `Die Kaution von Server ${w.hex(server)} ist zu klein: Sie ist ${w.sum(bond)}, nötig sind ${w.sum(needed)}.`,
  BoundBinds: () =>
    'Dieses kurze Zertifikat reicht nicht: Irgendwo kann eine Grenze den Bedarf eines Mitglieds beschränken. Zertifizieren Sie mit allen Meldungen.',
  ConsentDoesNotClear: ({ demand, supply }, w) =>
    `Zustimmende Käufer möchten ${w.kwh(demand)}, zustimmende Verkäufer geben ${w.kwh(supply)}: Das geht nicht auf.`,
  ConsentTooSmall: ({ consented, needed }, w) =>
    `Mitglieder mit ${w.kwh(consented)} stimmen zu, nötig sind ${w.kwh(needed)}.`,
  DuplicateSigner: ({ signer }, w) =>
    `Unterzeichner ${w.hex(signer)} steht zweimal da; jeder zählt einmal.`,
  InvalidApproval: ({ index, account }, w) =>
    `Zustimmung ${w.number(index)} von Konto ${w.hex(account)} steht an falscher Stelle, ist mit einem anderen Schlüssel unterschrieben oder gilt mehr, als gemeldet war.`,
  InvalidEdgeServers: ({ count }, w) =>
    `${w.number(count)} Edge-Server gehen nicht: Ihre Zahl muss ungerade sein und höchstens 23.`,
  InvalidOracleTerms: ({ field, value }, w) =>
    `„${field}“ des Orakels kann mit diesem Zeitplan und diesen Vorgaben nicht ${w.number(value)} sein.`,
  MalformedValue: () =>
    'Der veröffentlichte Wert ist nicht gepackt, wie er muss, oder seine Anteile sind nicht die der Meldungen.',
  NotAFollower: ({ index }, w) =>
    `Die Reihenfolge nennt Meldung ${w.number(index)}, die nichts braucht oder schon genannt war.`,
  NotBest: ({ priceTicks, bestTicks }, w) =>
    `${w.coinTicks(priceTicks)} ist nicht der beste Preis: ${w.coinTicks(bestTicks)} bringt dem Führenden mehr, oder ebenso viel und ist niedriger.`,
  NotChallengeable: ({ feed, epoch }, w) =>
    `${w.posting(feed, epoch)}: Es gibt keine solche Veröffentlichung, die sich noch anfechten lässt.`,
  NotClearing: ({ priceTicks }, w) =>
    `${w.priceTicks(priceTicks)} ist nicht der kleinste Preis, bei dem die Nachfrage das Angebot nicht übersteigt.`,
  NotDemanded: ({ index }, w) =>
    `Meldung ${w.number(index)} war nicht angefordert oder ist schon offengelegt.`,
  NotInTree: ({ level, position, count }, w) =>
    `Platz ${w.number(position)} auf Ebene ${w.number(level)} liegt nicht im Baum über ${w.number(count)} Meldungen, oder sein Beweis hat die falsche Länge.`,
  NotSorted: ({ place }, w) =>
    `Die Reihenfolge ist an Stelle ${w.number(place)} falsch: Sie muss vom kleinsten Bedarf zum größten gehen.`,
  NotTheLeaf: ({ given, leaf }, w) =>
    `Die gezeigte Meldung hat den Hash ${w.hex(given)}, im Baum steht dort ${w.hex(leaf)}.`,
  NothingBonded: ({ server }, w) =>
    `Für Server ${w.hex(server)} gibt es keinen solchen Betrag zu hinterlegen, zurückzunehmen oder auszuzahlen.`,
  NothingDeclared: ({ feed, epoch }, w) =>
    `${w.posting(feed, epoch)}: Niemand hat etwas gemeldet, es gibt also keinen Preis zu finden.`,
  NothingDemanded: ({ floorTicks }, w) =>
    `Niemand zahlt mehr als die Untergrenze von ${w.priceTicks(floorTicks)}: Diese Periode hat keinen Preis.`,
  NothingNeeded: () => 'Niemand braucht in dieser Epoche Elecoins: Es gibt keinen Preis zu finden.',
  NothingRefuted: ({ feed, epoch }, w) =>
    `${w.posting(feed, epoch)}: Das Gezeigte widerlegt nichts.`,
  OnlyMarket: ({ caller }, w) => `Das darf nur der Markt, und ${w.hex(caller)} ist er nicht.`,
  OutsidePricingWindow: ({ feed, epoch, opens, closes }, w) =>
    `${w.posting(feed, epoch)}: Er wird ab ${w.at(opens)} und vor ${w.at(closes)} angenommen.`,
  PaymentFailed: ({ to, amount }, w) =>
    `${w.coin(amount)} ließen sich nicht zahlen: Konto ${w.hex(to)} hat sie nicht angenommen.`,
  PriceOutOfBounds: ({ price, least, most }, w) =>
    `Ein Preis von ${w.sum(price)} ist hier nicht erlaubt: Er muss zwischen ${w.sum(least)} und ${w.sum(most)} liegen.`,
  PriceOutOfRange: ({ priceTicks, lowest, highest }, w) =>
    `Ein Preis von ${w.coinTicks(priceTicks)} liegt außerhalb der Grenzen von ${w.coinTicks(lowest)} bis ${w.coinTicks(highest)}.`,
  ResponseTime: ({ index, deadline }, w) =>
    `Meldung ${w.number(index)} muss vor ${w.at(deadline)} offengelegt werden; erst danach ist Schweigen eine Widerlegung.`,
  StalePrice: ({ feed, epoch }, w) =>
    `${w.posting(feed, epoch)}: Es ist kein Preis zu lesen; er ist nicht veröffentlicht, wartet auf Anfechtungen oder ist zu alt.`,
  StaleSignerSet: ({ given, current }) =>
    `Unterschrieben hat Besetzung ${given} der Edge-Server, im Amt ist jetzt Besetzung ${current}.`,
  TermsTooLarge: ({ theta, centre }, w) =>
    `Die Vorgaben des Elecoins sind zu groß, um damit zu rechnen: θ ${w.sum(theta)}, Mitte ${w.sum(centre)}.`,
  TooFewMembersForStakes: ({ accounts, inlineMembers }, w) =>
    `Bei ${w.number(accounts)} Mitgliedern wird jeder Preis sofort bewiesen: Kautionen allein genügen erst bei mehr als ${w.number(inlineMembers)}.`,
  TooLateToDemand: ({ closes }, w) =>
    `Eine Meldung ließ sich bis ${w.at(closes)} anfordern; eine Antwort käme jetzt zu spät.`,
  TooManyFollowers: ({ count }, w) =>
    `${w.number(count)} gemeldete Bedarfe sind zu viele für ein Zertifikat; höchstens ${w.number(65_535)} gehen.`,
  UnknownCertificate: ({ feed, kind }) =>
    `Für den ${FEEDS[feed] ?? 'Preis'} gibt es in diesem Markt kein Zertifikat der Art ${kind}.`,
  UnknownSigner: ({ signer }, w) =>
    /^0x0+$/.test(signer)
      ? 'Ein Edge-Server braucht die Adresse eines Unterzeichners und die eines Betreibers.'
      : `${w.hex(signer)} unterschreibt nicht für die Edge-Server im Amt.`,
  Unpriced: ({ period }, w) => `Für ${w.period(period)} gibt es keinen Preis.`,
  UnsoundLeaf: ({ index }, w) =>
    `Das zu Meldung ${w.number(index)} Gezeigte ist selbst falsch und beantwortet nichts.`,
  UseBond: ({ value }, w) =>
    `Schicken Sie ${w.coin(value)} nicht unmittelbar an das Orakel: Zahlen Sie sie als Kaution ein.`,
  WrongCommitment: ({ given, actual }, w) =>
    `Es wurden andere Meldungen bepreist (${w.hex(given)}), als Mitglieder abgegeben haben (${w.hex(actual)}).`,
  WrongDeclarations: ({ given, committed }, w) =>
    `Diese Meldungen ergeben ${w.hex(given)}, abgegeben wurden ${w.hex(committed)}.`,
  WrongInputBlock: ({ number, given }, w) =>
    `Die Kette kennt Block ${w.number(number)} nicht oder nicht mehr als ${w.hex(given)}: Der Bericht muss neu gerechnet werden.`,
  WrongMatching: ({ given, actual }, w) =>
    `Die Trefferwahrscheinlichkeit ist ${w.share(actual)}, veröffentlicht wurden ${w.share(given)}.`,
  WrongOrderLength: ({ given, followers }, w) =>
    `Die Reihenfolge hat ${w.number(given)} Bytes; sie muss jeden von ${w.number(followers)} Bedarfen einmal nennen.`,
  WrongRoot: ({ given }, w) => `Wurzel ${w.hex(given)} ist nicht die, die hier nötig ist.`,
  WrongServed: ({ given, actual }, w) =>
    `Der bediente Anteil der Nachfrage ist ${w.share(actual)}, veröffentlicht wurden ${w.share(given)}.`,
  WrongSignatureCount: ({ given, needed }, w) =>
    `Es sind ${w.number(given)} Unterschriften; nötig sind genau ${w.number(needed)}.`,
  WrongSupplyChange: ({ given, expected }, w) =>
    `Die unterschriebene Änderung der Obergrenze ist ${w.ele(given * 1_000_000_000n)}, die Regel ergibt ${w.ele(expected * 1_000_000_000n)}.`,
  WrongTribunal: ({ tribunal }, w) =>
    `Vertrag ${w.hex(tribunal)} kann hier nicht über Anfechtungen entscheiden: Er wurde für einen anderen Markt, Zeitplan oder andere Vorgaben gemacht.`,
} satisfies Partial<Sentences>
