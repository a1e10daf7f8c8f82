import { texts } from '../../i18n/catalogue'

/** What the market room says of prices. */
export const useTexts = texts(
  {
    neighbour: 'A kWh from a neighbour',
    grid: 'A kWh from the grid',
    elecoin: 'An elecoin',
    matching: 'An offer finds a neighbour',
    traded: 'Traded among neighbours',
    perKwh: (amount: string, currency: string) => `${amount} ${currency}`,
    range: (least: string, most: string) => `${least} to ${most}`,
    made: (ele: string, from: string, until: string) =>
      `${ele} ELE and the fees of a zone; from ${from} to ${until}`,
    madeBare: (ele: string, from: string, until: string) =>
      `${ele} ELE, fees not known; from ${from} to ${until}`,
    allIn: 'by tariff, with network, levies and VAT',
    cheaper: (amount: string, currency: string) =>
      `Now a kWh from a neighbour costs at least ${amount} ${currency} less than one from the grid.`,
    dearer:
      'Now a neighbour’s kWh is worth as much as one from the grid: hardly anyone has some to spare.',
    ended: (at: string, span: string) =>
      `This price held until ${at}, ${span} ago; none has been posted since.`,
    early: (at: string) => `The first price holds from ${at}.`,
    next: (at: string, amount: string, currency: string) =>
      `From ${at} a neighbour’s kWh costs ${amount} ${currency}.`,
    none: 'No price has been posted yet.',
    open: (ele: string, from: string, until: string) =>
      `${ele} ELE is posted on stakes for ${from} to ${until}, and not a price yet.`,
    openUntil: (at: string) => `Anyone may refute it until ${at}; no contract reads it before.`,
    openDemanded:
      'A part of its proof was demanded and is not shown yet; no contract reads it until it is.',
    gridNone: 'not known here',
    holds: (from: string, until: string) => `holds from ${from} to ${until}`,
    carried: (until: string) => `was posted for the time until ${until}; it stands until the next`,
    posted: (span: string) => `posted ${span} ago`,
    redeem: (amount: string, currency: string) =>
      `at any time worth ${amount} ${currency} when you give it back`,
    tradedDay: (from: string) => `since ${from}, in the periods that are settled`,
    tradedNone: 'nothing is settled yet',
    matchAll: 'Whoever offers at this price sells all of it.',
    matchNone: 'There is more than enough: no one needs more.',
    matchSome: (ten: number) =>
      `Of 10 kWh offered at this price about ${ten} find a neighbour; the grid takes the rest.`,
    day: 'The last day',
    dayTitle: 'What a kWh costs, by time',
    daySummary: (low: string, lowAt: string, high: string, highAt: string, currency: string) =>
      `From a neighbour the cheapest kWh was ${low} ${currency} at ${lowAt}, the dearest ${high} ${currency} at ${highAt}, network fee and levy within a zone included.`,
    dayNone: 'There is no price to draw yet.',
    matchingTitle: 'How surely an offer finds a neighbour',
    matchingSummary: (share: string, at: string) =>
      `The chance was least at ${at}: ${share}. At 100 % all that was offered at the price was wanted.`,
    time: 'Time',
    period: 'Period',
    fromNeighbour: 'Neighbour',
    fromGrid: 'Grid',
    gridLeast: 'Grid, cheapest tariff',
    gridMost: 'Grid, dearest tariff',
    chance: 'Chance',
  },
  {
    de: {
      neighbour: 'Eine kWh vom Nachbarn',
      grid: 'Eine kWh aus dem Netz',
      elecoin: 'Ein Elecoin',
      matching: 'Angebot findet Nachbarn',
      traded: 'Unter Nachbarn gehandelt',
      perKwh: (amount: string, currency: string) => `${amount} ${currency}`,
      range: (least: string, most: string) => `${least} bis ${most}`,
      made: (ele: string, from: string, until: string) =>
        `${ele} ELE und die Gebühren einer Zone; von ${from} bis ${until}`,
      madeBare: (ele: string, from: string, until: string) =>
        `${ele} ELE, Gebühren unbekannt; von ${from} bis ${until}`,
      allIn: 'je nach Tarif, mit Netz, Abgaben und Mehrwertsteuer',
      cheaper: (amount: string, currency: string) =>
        `Jetzt kostet eine kWh vom Nachbarn mindestens ${amount} ${currency} weniger als eine aus dem Netz.`,
      dearer:
        'Jetzt ist eine kWh vom Nachbarn so viel wert wie eine aus dem Netz: Kaum jemand hat etwas übrig.',
      ended: (at: string, span: string) =>
        `Dieser Preis galt bis ${at}, das war vor ${span}; seither gibt es keinen neuen.`,
      early: (at: string) => `Der erste Preis gilt ab ${at}.`,
      next: (at: string, amount: string, currency: string) =>
        `Ab ${at} kostet eine kWh vom Nachbarn ${amount} ${currency}.`,
      open: (ele: string, from: string, until: string) =>
        `Für ${from} bis ${until} wartet ein Preis von ${ele} ELE auf Pfand; er gilt noch nicht.`,
      openUntil: (at: string) =>
        `Jeder kann ihn bis ${at} widerlegen; vorher liest ihn kein Vertrag.`,
      openDemanded:
        'Ein Teil des Beweises wurde verlangt und noch nicht gezeigt; bis dahin liest ihn kein Vertrag.',
      none: 'Noch ist kein Preis veröffentlicht.',
      gridNone: 'hier nicht bekannt',
      holds: (from: string, until: string) => `gilt von ${from} bis ${until}`,
      carried: (until: string) => `galt der Zeit bis ${until} und bleibt bis zum nächsten`,
      posted: (span: string) => `vor ${span} veröffentlicht`,
      redeem: (amount: string, currency: string) =>
        `bei Rückgabe jederzeit ${amount} ${currency} wert`,
      tradedDay: (from: string) => `seit ${from}, in den abgerechneten Perioden`,
      tradedNone: 'noch ist nichts abgerechnet',
      matchAll: 'Wer zu diesem Preis anbietet, verkauft alles.',
      matchNone: 'Es ist mehr als genug da: Niemand braucht mehr.',
      matchSome: (ten: number) =>
        `Von 10 kWh, die zu diesem Preis angeboten sind, finden etwa ${ten} einen Nachbarn; den Rest nimmt das Netz.`,
      day: 'Der letzte Tag',
      dayTitle: 'Was eine kWh kostet, nach Uhrzeit',
      daySummary: (low: string, lowAt: string, high: string, highAt: string, currency: string) =>
        `Vom Nachbarn kostete die günstigste kWh ${low} ${currency} um ${lowAt}, die teuerste ${high} ${currency} um ${highAt}, mit Netzentgelt und Abgabe innerhalb einer Zone.`,
      dayNone: 'Noch gibt es keinen Preis zu zeichnen.',
      matchingTitle: 'Wie sicher ein Angebot einen Nachbarn findet',
      matchingSummary: (share: string, at: string) =>
        `Am kleinsten war die Aussicht um ${at}: ${share}. Bei 100 % war alles gefragt, was zum Preis angeboten wurde.`,
      time: 'Zeit',
      period: 'Periode',
      fromNeighbour: 'Nachbar',
      fromGrid: 'Netz',
      gridLeast: 'Netz, günstigster Tarif',
      gridMost: 'Netz, teuerster Tarif',
      chance: 'Aussicht',
    },
  },
)
