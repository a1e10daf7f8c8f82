import { texts } from '../../i18n/catalogue'

export const useJoinTexts = texts(
  {
    title: 'Join this market',
    why: (community: string) =>
      `Neighbours in ${community} sell each other what their roofs have left over. As a member you can buy, sell and take part in the draws.`,
    play: 'This is a development chain: coins are play money, and your meter is simulated. You are given test coins and a household that uses and makes power.',
    asks: 'The operator decides who joins. You can look at everything meanwhile.',
    closed: 'Nobody can join through this page.',
    connect: 'Connect a wallet first, at the top of the page.',
    name: 'What may we call you? (optional)',
    nameHint:
      'Letters, digits, spaces, dots and hyphens. The name stays with the operator; on chain there is only a salted hash. You can have it erased.',
    nameWrong:
      'Only letters, digits, spaces, dots and hyphens, at most 63, and none of these but a letter or digit first.',
    join: 'Join',
    ask: 'Ask to join',
    sign: 'Confirm in your wallet …',
    joining: 'You are being let in …',
    requested:
      'You have asked to join; the operator has yet to decide. This page notices by itself.',
    refused: 'The operator does not let this account in. Ask in person if that is a mistake.',
    welcome: 'Welcome! You are a member now.',
    joined: 'You are a member of this market.',
    meter: 'Your meter:',
    sent: 'What was done for you on chain:',
    next: 'To my account',
  },
  {
    de: {
      title: 'Bei diesem Markt mitmachen',
      why: (community: string) =>
        `In ${community} verkaufen sich Nachbarn, was ihre Dächer übrig haben. Als Mitglied können Sie kaufen, verkaufen und an den Verlosungen teilnehmen.`,
      play: 'Dies ist eine Entwicklungskette: Münzen sind Spielgeld, und Ihr Zähler wird simuliert. Sie bekommen Testmünzen und einen Haushalt, der Strom verbraucht und erzeugt.',
      asks: 'Der Betreiber entscheidet, wer mitmacht. Ansehen können Sie unterdessen alles.',
      closed: 'Über diese Seite kann niemand Mitglied werden.',
      connect: 'Verbinden Sie zuerst eine Wallet, oben auf der Seite.',
      name: 'Wie dürfen wir Sie nennen? (freiwillig)',
      nameHint:
        'Buchstaben, Ziffern, Leerzeichen, Punkte und Bindestriche. Der Name bleibt beim Betreiber; auf der Kette steht nur ein gesalzener Hash. Sie können ihn löschen lassen.',
      nameWrong:
        'Nur Buchstaben, Ziffern, Leerzeichen, Punkte und Bindestriche, höchstens 63, und am Anfang ein Buchstabe oder eine Ziffer.',
      join: 'Mitmachen',
      ask: 'Um Aufnahme bitten',
      sign: 'Bitte in der Wallet bestätigen …',
      joining: 'Sie werden aufgenommen …',
      requested:
        'Sie haben um Aufnahme gebeten; der Betreiber hat noch nicht entschieden. Diese Seite merkt es von selbst.',
      refused:
        'Der Betreiber nimmt dieses Konto nicht auf. Fragen Sie ihn, falls das ein Irrtum ist.',
      welcome: 'Willkommen! Sie sind jetzt Mitglied.',
      joined: 'Sie sind Mitglied dieses Marktes.',
      meter: 'Ihr Zähler:',
      sent: 'Was auf der Kette für Sie getan wurde:',
      next: 'Zu meinem Konto',
    },
  },
)
