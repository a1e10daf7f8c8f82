import { texts } from '../../i18n/catalogue'

/** What the market room says of one period: its book and the proof of its price. */
export const useBookTexts = texts(
  {
    title: 'Offers and wishes of a period',
    explain:
      'Before each period members declare what they will have left over or need, and at which price. Where supply and demand meet is the price.',
    choose: 'Period',
    earlier: 'Earlier',
    later: 'Later',
    newest: 'Newest',
    at: (period: string, from: string) => `Period ${period}, from ${from}`,
    figure: 'Supply and demand',
    supply: 'Supply',
    demand: 'Demand',
    meeting: 'They meet',
    energy: 'kWh',
    price: 'ELE/kWh',
    bids: 'What each account declared',
    account: 'Account',
    side: 'Side',
    sell: 'sells',
    buy: 'buys',
    declared: 'Declared',
    limit: 'Limit, ELE/kWh',
    serves: 'Served',
    kept: 'not for sale',
    nobody: 'Nobody declared anything.',
    nothing: 'Nobody declared anything for this period.',
    waits: 'A price on stakes waits for this period. It may be refuted, so it is none yet.',
    unpriced: (offered: string, wanted: string) =>
      `No price stands. Offered were ${offered} kWh, wanted ${wanted} kWh; the grid serves everybody.`,
    unoffered: (wanted: string, price: string) =>
      `Nobody has anything to sell; ${wanted} kWh are wanted. The price, ${price} ELE, only says what the first kWh would be worth.`,
    surplus: (ready: string, cleared: string, price: string, ten: number) =>
      `Even at the least price, ${price} ELE, more is offered (${ready} kWh) than wanted (${cleared} kWh): of 10 kWh about ${ten} find a neighbour, the grid takes the rest.`,
    met: (offered: string, wanted: string, cleared: string, price: string) =>
      `${offered} kWh are offered, up to ${wanted} kWh wanted. They meet at ${price} ELE: there ${cleared} kWh are wanted, and all of that is there.`,
    proof: 'Who stands behind this price',
    proofElecoin: 'Who stands behind the elecoin’s price',
    noProof: 'Nothing was posted for it.',
    leads: 'Leader of the round',
    leadsWhy: 'the operator whose forecasts proved best',
    signed: 'Signatures',
    signedOf: (signed: string, all: string) => `${signed} of ${all} edge servers`,
    quorum: (needed: string) => `${needed} are needed; each computed the price by itself`,
    yes: 'signed',
    no: 'signature not needed',
    wrote: 'posted it',
    turnFirst: 'The first in line posted it.',
    turnLater: (place: string) =>
      `Number ${place} in line posted it, because those before it were late.`,
    turnNone: 'Somebody outside the line posted it; anyone may bring what enough servers signed.',
    block: 'Block',
    gas: 'Gas',
    transaction: 'Transaction',
    age: 'Posted',
    proofWord: 'Proof',
    inline: (count: string) =>
      `Checked on the spot: when the price was posted the contract went through all ${count} declarations itself and refused any other price.`,
    constant: (count: string) =>
      `Checked on the spot from totals: the contract had kept the sums of all ${count} declarations, and they leave room for one price only.`,
    optimistic: (count: string) =>
      `On stakes: ${count} declarations are too many to check at once. The signers stand behind the price with their money; whoever finds it wrong shows so and gets a reward.`,
    consent: 'By consent: those whom it binds signed the price and their amounts themselves.',
    open: (at: string) => `Anyone may refute it until ${at}; nobody reads it before.`,
    closed: (at: string) => `Nobody refuted it by ${at}.`,
    demanded:
      'Somebody demanded a part of its proof, which is not shown yet: nobody reads this price until it is.',
    voided: 'Void: it was refuted. Nobody reads this price, and its signers lose their stakes.',
    priceExact: 'It is exactly where supply and demand meet.',
    priceBelow: (parts: string) =>
      `The exact meeting point is less than one ${parts}th of an ELE below it.`,
    priceWithin: (bound: string) => `The exact meeting point is at most ${bound} ELE below it.`,
    gainExact: 'No other price would give those who sell elecoins more.',
    gainBelow: (parts: string, currency: string) =>
      `By another price nobody could gain even one ${parts}th of a ${currency}.`,
    gainWithin: (bound: string, currency: string) =>
      `By another price nobody could gain more than ${bound} ${currency}.`,
    billion: 'billion',
    million: 'million',
    thousand: 'thousand',
    truth:
      'This proves that the price fits what was declared, not that everybody declared the truth.',
  },
  {
    de: {
      title: 'Angebote und Wünsche einer Periode',
      explain:
        'Vor jeder Periode melden die Mitglieder, was sie übrig haben oder brauchen werden, und zu welchem Preis. Der Preis ist dort, wo Angebot und Nachfrage sich treffen.',
      choose: 'Periode',
      earlier: 'Früher',
      later: 'Später',
      newest: 'Neueste',
      at: (period: string, from: string) => `Periode ${period}, ab ${from}`,
      figure: 'Angebot und Nachfrage',
      supply: 'Angebot',
      demand: 'Nachfrage',
      meeting: 'Treffpunkt',
      energy: 'kWh',
      price: 'ELE/kWh',
      bids: 'Was jedes Konto gemeldet hat',
      account: 'Konto',
      side: 'Seite',
      sell: 'verkauft',
      buy: 'kauft',
      declared: 'Gemeldet',
      limit: 'Grenze, ELE/kWh',
      serves: 'Bedient',
      kept: 'nicht verkäuflich',
      nobody: 'Niemand hat etwas gemeldet.',
      nothing: 'Für diese Periode hat niemand etwas gemeldet.',
      waits:
        'Für diese Periode wartet ein Preis auf Pfand. Er kann widerlegt werden und ist noch keiner.',
      unpriced: (offered: string, wanted: string) =>
        `Es gilt kein Preis. Angeboten waren ${offered} kWh, gewünscht ${wanted} kWh; alle versorgt das Netz.`,
      unoffered: (wanted: string, price: string) =>
        `Niemand hat etwas zu verkaufen; gewünscht sind ${wanted} kWh. Der Preis, ${price} ELE, sagt nur, was die erste kWh wert wäre.`,
      surplus: (ready: string, cleared: string, price: string, ten: number) =>
        `Selbst zum kleinsten Preis, ${price} ELE, ist mehr angeboten (${ready} kWh) als gefragt (${cleared} kWh): Von 10 kWh finden etwa ${ten} einen Nachbarn, den Rest nimmt das Netz.`,
      met: (offered: string, wanted: string, cleared: string, price: string) =>
        `${offered} kWh sind angeboten, bis zu ${wanted} kWh gewünscht. Sie treffen sich bei ${price} ELE: Dort sind ${cleared} kWh gefragt, und alle sind da.`,
      proof: 'Wer für diesen Preis einsteht',
      proofElecoin: 'Wer für den Preis des Elecoins einsteht',
      noProof: 'Dafür wurde nichts veröffentlicht.',
      leads: 'Führung der Runde',
      leadsWhy: 'der Betreiber mit den besten Vorhersagen',
      signed: 'Unterschriften',
      signedOf: (signed: string, all: string) => `${signed} von ${all} Edge-Servern`,
      quorum: (needed: string) => `nötig sind ${needed}; jeder hat den Preis selbst berechnet`,
      yes: 'unterschrieben',
      no: 'Unterschrift nicht nötig',
      wrote: 'hat veröffentlicht',
      turnFirst: 'Der Erste in der Reihe hat ihn veröffentlicht.',
      turnLater: (place: string) =>
        `Nummer ${place} in der Reihe hat ihn veröffentlicht, weil die davor zu spät waren.`,
      turnNone:
        'Jemand außerhalb der Reihe hat ihn veröffentlicht; das darf jeder, wenn genug Server unterschrieben haben.',
      block: 'Block',
      gas: 'Gas',
      transaction: 'Transaktion',
      age: 'Veröffentlicht',
      proofWord: 'Beweis',
      inline: (count: string) =>
        `Sofort geprüft: Bei der Veröffentlichung ging der Vertrag selbst alle ${count} Meldungen durch und hätte jeden anderen Preis abgelehnt.`,
      constant: (count: string) =>
        `Sofort aus Summen geprüft: Der Vertrag kennt die Summen aller ${count} Meldungen, und sie lassen nur einen Preis zu.`,
      optimistic: (count: string) =>
        `Auf Pfand: ${count} Meldungen sind zu viele, um sie auf einmal zu prüfen. Die Unterzeichner stehen mit ihrem Geld dafür ein; wer einen Fehler findet, zeigt ihn und bekommt eine Belohnung.`,
      consent:
        'Im Einvernehmen: Wen der Preis bindet, hat ihn und seine Menge selbst unterschrieben.',
      open: (at: string) => `Jeder kann ihn bis ${at} widerlegen; vorher liest ihn niemand.`,
      closed: (at: string) => `Bis ${at} hat ihn niemand widerlegt.`,
      demanded:
        'Jemand hat einen Teil des Beweises verlangt, der noch nicht gezeigt ist: Bis dahin liest diesen Preis niemand.',
      voided:
        'Ungültig: Er wurde widerlegt. Niemand liest diesen Preis, und seine Unterzeichner verlieren ihr Pfand.',
      priceExact: 'Genau dort treffen sich Angebot und Nachfrage.',
      priceBelow: (parts: string) =>
        `Der genaue Treffpunkt liegt weniger als ein ${parts}stel ELE darunter.`,
      priceWithin: (bound: string) =>
        `Der genaue Treffpunkt liegt höchstens ${bound} ELE darunter.`,
      gainExact: 'Kein anderer Preis brächte denen, die Elecoins verkaufen, mehr.',
      gainBelow: (parts: string, currency: string) =>
        `Durch einen anderen Preis könnte niemand auch nur ein ${parts}stel ${currency} gewinnen.`,
      gainWithin: (bound: string, currency: string) =>
        `Durch einen anderen Preis könnte niemand mehr als ${bound} ${currency} gewinnen.`,
      billion: 'Milliard',
      million: 'Million',
      thousand: 'Tausend',
      truth:
        'Das beweist, dass der Preis zu den Meldungen passt, nicht dass alle die Wahrheit gemeldet haben.',
    },
  },
)
