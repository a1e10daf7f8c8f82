import { texts } from '../../i18n/catalogue'
import type { Contest } from './draws'

export const useTexts = texts(
  {
    draws: 'Draws for elecoins',
    how: 'Whoever makes renewable power takes part: each Wh that the meter showed in a round is a ticket. In each zone one ticket wins. The prize is the levy that buyers paid.',
    none: 'There has been no round yet.',
    fund: 'Gathered for the next draws',
    fundSaid: 'levies that buyers paid; shared by the zones with enough tickets',
    ownOdds: 'Your chance now',
    ownNone: 'no ticket in the newest round',
    ownSaid: (wh: string, zone: string) => `${wh} of tickets in ${zone}`,
    waiting: 'Your prizes to collect',
    paid: (amount: string) => `collected so far: ${amount} ELE`,
    wallet: 'In your wallet',
    walletSaid: 'prizes are paid there',
    round: 'Round',
    roundAt: (round: string, from: string, until: string) => `Round ${round}: ${from} to ${until}`,
    earlier: 'Earlier',
    later: 'Later',
    zone: (zone: string) => `Zone ${zone}`,
    prize: (amount: string) => `Prize: ${amount} ELE`,
    prizeOpen: 'The prize is known when entries close.',
    tickets: (total: string, least: string) =>
      `${total} tickets; a zone needs more than ${least} for a draw.`,
    bars: 'Chances',
    barsSaid: (account: string, odds: string) => `The best chance: ${account} with ${odds}.`,
    barsNone: 'Nobody has a ticket here.',
    account: 'Account',
    held: 'Tickets (Wh)',
    numbers: 'Numbers',
    odds: 'Chance',
    span: (first: string, last: string) => `${first} to ${last}`,
    you: 'you',
    won: 'won',
    often: (n: string) => `wins about 1 draw in ${n}`,
    winner: 'The winner:',
    proofSaid: (seed: string, number: string, total: string) =>
      `When entries had closed, the edge servers revealed their secrets; with the hash of a block that nobody knew before they make the seed ${seed}. It draws number ${number} of ${total} (0 is the first).`,
    proofEntry: (index: string, first: string, last: string) =>
      `Entry ${index} holds the numbers ${first} to ${last}, so it wins.`,
    proofHolds: '✓ Your browser has drawn the number again from the seed: it is the same.',
    proofFails: '✗ Your browser draws another number from this seed. Do not trust this answer.',
    steps: 'Transactions: closing, seed, draw, payment',
    collect: (amount: string) => `Collect ${amount} ELE`,
    collectSaid: (round: string) => `Collect the prize of round ${round}`,
    collected: (amount: string) => `${amount} ELE have been paid to your wallet.`,
    reputation: 'Reputation',
    reputationHow:
      'Who declares well earns reputation: up to 1 a round, less the more the meter differs from what was declared. It tells which edge server may post first.',
    standings: 'Who stands where',
    accounts: 'Every account’s reputation and age',
    line: 'The edge servers in their order',
    chart: 'Reputation after each round',
    chartSaid: (account: string, value: string) => `Highest now: ${account} with ${value}.`,
    chartNone: 'No round has settled yet.',
    rank: 'Rank',
    value: 'Reputation',
    change: 'Last round',
    since: 'Since round',
    age: 'Age: rounds since joining or leading',
    leader: 'Leader',
    lead: 'Who leads now',
    leadWhy: (round: string) => `The edge servers may post in this order in round ${round}.`,
    leadBy: (settled: string) =>
      `It follows their operators’ reputation after round ${settled}, the last one that was settled in time.`,
    leadFirstRound: 'No round had been settled in time, so the first order stands.',
    valueAfter: (round: string) => `Reputation after round ${round}`,
    valueNow: 'Now',
    leadFirst: (value: string) =>
      `The first leads. After its round its operator’s reputation is cut to ${value} at most, so that leading goes round.`,
    server: 'Edge server',
    operator: 'Operator',
    place: 'Place',
    unknown: 'The chain has not told yet.',
  },
  {
    de: {
      draws: 'Verlosungen von Elecoins',
      how: 'Wer erneuerbaren Strom erzeugt, nimmt teil: Jede Wh, die der Zähler in einer Runde zeigte, ist ein Los. In jeder Zone gewinnt ein Los. Der Preis ist die Abgabe, die Käufer zahlten.',
      none: 'Es gab noch keine Runde.',
      fund: 'Für die nächsten Verlosungen gesammelt',
      fundSaid: 'Abgaben, die Käufer zahlten; geteilt unter den Zonen mit genug Losen',
      ownOdds: 'Ihre Aussicht jetzt',
      ownNone: 'kein Los in der neuesten Runde',
      ownSaid: (wh: string, zone: string) => `${wh} an Losen in ${zone}`,
      waiting: 'Ihre Preise zum Abholen',
      paid: (amount: string) => `bisher abgeholt: ${amount} ELE`,
      wallet: 'In Ihrer Wallet',
      walletSaid: 'dorthin werden Preise gezahlt',
      round: 'Runde',
      roundAt: (round: string, from: string, until: string) =>
        `Runde ${round}: ${from} bis ${until}`,
      earlier: 'Früher',
      later: 'Später',
      zone: (zone: string) => `Zone ${zone}`,
      prize: (amount: string) => `Preis: ${amount} ELE`,
      prizeOpen: 'Der Preis steht fest, wenn die Teilnahme schließt.',
      tickets: (total: string, least: string) =>
        `${total} Lose; für eine Verlosung braucht eine Zone mehr als ${least}.`,
      bars: 'Aussichten',
      barsSaid: (account: string, odds: string) => `Die beste Aussicht: ${account} mit ${odds}.`,
      barsNone: 'Hier hat niemand ein Los.',
      account: 'Konto',
      held: 'Lose (Wh)',
      numbers: 'Nummern',
      odds: 'Aussicht',
      span: (first: string, last: string) => `${first} bis ${last}`,
      you: 'Sie',
      won: 'gewonnen',
      often: (n: string) => `gewinnt etwa 1 von ${n} Verlosungen`,
      winner: 'Gewonnen hat:',
      proofSaid: (seed: string, number: string, total: string) =>
        `Nach Schluss der Teilnahme legten die Edge-Server ihre Geheimnisse offen; mit dem Hash eines Blocks, den vorher niemand kannte, ergeben sie den Startwert ${seed}. Er zieht Nummer ${number} von ${total} (die erste ist 0).`,
      proofEntry: (index: string, first: string, last: string) =>
        `Eintrag ${index} hält die Nummern ${first} bis ${last} und gewinnt also.`,
      proofHolds:
        '✓ Ihr Browser hat die Nummer noch einmal aus dem Startwert gezogen: Es ist dieselbe.',
      proofFails:
        '✗ Ihr Browser zieht aus diesem Startwert eine andere Nummer. Trauen Sie dieser Antwort nicht.',
      steps: 'Transaktionen: Schluss, Startwert, Ziehung, Auszahlung',
      collect: (amount: string) => `${amount} ELE abholen`,
      collectSaid: (round: string) => `Preis der Runde ${round} abholen`,
      collected: (amount: string) => `${amount} ELE sind in Ihre Wallet gezahlt.`,
      reputation: 'Ansehen',
      reputationHow:
        'Wer gut vorhersagt, gewinnt Ansehen: bis zu 1 je Runde, umso weniger, je mehr der Zähler von der Meldung abweicht. Danach richtet sich, welcher Edge-Server zuerst veröffentlichen darf.',
      standings: 'Wer wo steht',
      accounts: 'Ansehen und Alter jedes Kontos',
      line: 'Die Edge-Server in ihrer Reihe',
      chart: 'Ansehen nach jeder Runde',
      chartSaid: (account: string, value: string) => `Am höchsten jetzt: ${account} mit ${value}.`,
      chartNone: 'Noch ist keine Runde abgerechnet.',
      rank: 'Rang',
      value: 'Ansehen',
      change: 'Letzte Runde',
      since: 'Seit Runde',
      age: 'Alter: Runden seit Beitritt oder Führung',
      leader: 'Führung',
      lead: 'Wer jetzt führt',
      leadWhy: (round: string) =>
        `In dieser Reihe dürfen die Edge-Server in Runde ${round} veröffentlichen.`,
      leadBy: (settled: string) =>
        `Sie folgt dem Ansehen ihrer Betreiber nach Runde ${settled}, der letzten, die rechtzeitig abgerechnet war.`,
      leadFirstRound: 'Noch war keine Runde rechtzeitig abgerechnet, deshalb gilt die erste Reihe.',
      valueAfter: (round: string) => `Ansehen nach Runde ${round}`,
      valueNow: 'Jetzt',
      leadFirst: (value: string) =>
        `Der Erste führt. Nach seiner Runde wird das Ansehen seines Betreibers auf höchstens ${value} gekürzt, damit die Führung reihum geht.`,
      server: 'Edge-Server',
      operator: 'Betreiber',
      place: 'Platz',
      unknown: 'Die Kette hat noch nicht geantwortet.',
    },
  },
)

type State = Contest['state']

/** What each state of a contest means. */
export const useStates = texts(
  {
    open: 'Open: tickets are being collected.',
    revealing: 'Closed: the edge servers are revealing their secrets.',
    drawn: 'Drawn: the prize waits to be collected.',
    paid: 'Drawn and paid.',
    empty:
      'No draw in this round: no zone had enough tickets, or there was no prize, or too few servers took part.',
    rolled_over:
      'No draw: a server withheld its secret. The prize and its stake wait for the next round.',
    below_minimum: 'No draw in this zone: too few tickets. Its share went to the others.',
  } satisfies Record<State, string>,
  {
    de: {
      open: 'Offen: Lose werden gesammelt.',
      revealing: 'Geschlossen: Die Edge-Server legen ihre Geheimnisse offen.',
      drawn: 'Gezogen: Der Preis wartet darauf, abgeholt zu werden.',
      paid: 'Gezogen und ausgezahlt.',
      empty:
        'Keine Verlosung in dieser Runde: Keine Zone hatte genug Lose, oder es gab keinen Preis, oder zu wenige Server waren dabei.',
      rolled_over:
        'Keine Verlosung: Ein Server hielt sein Geheimnis zurück. Der Preis und sein Pfand warten auf die nächste Runde.',
      below_minimum:
        'Keine Verlosung in dieser Zone: zu wenige Lose. Ihr Anteil ging an die anderen.',
    },
  },
)
