import { texts } from '../../i18n/catalogue'

/** The lab's texts. What a game's fields are is said by its schema, in English. */
export const useLabTexts = texts(
  {
    intro:
      'The games behind the prices, and those of the papers: choose one, change its numbers, solve it. Nothing here touches the market.',
    games: 'Games',
    papers: 'The papers’ figures',
    papersIntro:
      'Computed again by this program. Press “open” to have the scenario before you and change it.',
    open: 'Open in the lab',
    noScenario: 'No single scenario: many are solved for it.',
    back: 'All games',
    example: 'Start from',
    own: 'my own numbers',
    seed: 'Seed',
    seedHint: 'Random numbers follow from it: the same seed, the same answer.',
    form: 'Form',
    asText: (name: string) => `as ${name}`,
    view: 'How to edit',
    line: (line: number) => `Line ${line}: `,
    notRead: 'The text cannot be read; what was read last stands.',
    solve: 'Solve',
    solving: (seconds: number) => `Solving … ${seconds} s`,
    stop: 'Stop',
    wrongFields: (count: number) =>
      count === 1 ? 'One field needs another value.' : `${count} fields need other values.`,
    scenarioFile: 'Scenario file',
    scenarioHint: 'The file is what “wattmarket solve FILE” takes.',
    answerFile: 'Answer (JSON)',
    copyLink: 'Copy link',
    copied: 'Copied.',
    tooLong: 'This scenario is too long for a link: pass on its file.',
    leftOut: (preset: string) => `left out: ${preset}`,
    optional: 'may be left out',
    add: (name: string) => `Add ${name}`,
    remove: 'Remove',
    removeOne: (name: string, place: number) => `Remove ${name} ${place}`,
    asDefault: (preset: string) => `as usual (${preset})`,
    none: 'none',
    yes: 'yes',
    no: 'no',
    listHint:
      'Lists are numbers with commas between; tables have one row a line, and an empty line before the next table.',
    namesHint: 'one a line',
    inText: 'This field can be edited as TOML or JSON.',
    strangers: (names: string) => `The form does not know ${names}: see the text.`,
    missing: 'This is needed.',
    unreadable: 'This cannot be read: numbers have a point, as in 0.25.',
    whole: 'A whole number is needed.',
    outside: (least: string, most: string) => `Allowed: ${least} to ${most}.`,
    atLeast: (least: string) => `Allowed: ${least} or more.`,
    atMost: (most: string) => `Allowed: at most ${most}.`,
    count: (least: string, most: string) => `So many are allowed: ${least} to ${most}.`,
    answer: 'Answer',
    converged: (gain: string) =>
      `Solved: nobody would gain more than ${gain} by choosing otherwise alone.`,
    computed: 'Computed exactly: nobody has a choice to regret.',
    notConverged:
      'Not solved: the solver stopped without an equilibrium. What is shown is where it was. Try other numbers, or more steps.',
    gain: 'Most that anybody would gain by choosing otherwise alone',
    nobody: 'nobody has a choice here',
    residual: 'How far the equations are from holding',
    residualHint: '0 is exact; the last digits of a computer are near 0.0000000000000001.',
    effort: 'Work',
    iterations: (count: string) => `${count} iterations`,
    evaluations: (count: string) => `${count} evaluations`,
    seconds: 'Time',
    changed: 'The numbers were changed since: solve again.',
    figures: 'Figures',
    tables: 'Tables',
    thinned: (shown: string, all: string) =>
      `${shown} of ${all} rows, evenly; all of them are in the answer file.`,
    place: 'no.',
    figureSays: (what: string, along: string, points: string) =>
      `${what} over ${along}, ${points} points.`,
  },
  {
    de: {
      intro:
        'Die Spiele hinter den Preisen und die der Veröffentlichungen: wählen Sie eines, ändern Sie seine Zahlen, lösen Sie es. Nichts davon berührt den Markt.',
      games: 'Spiele',
      papers: 'Abbildungen der Veröffentlichungen',
      papersIntro:
        'Von diesem Programm neu gerechnet. „Öffnen“ legt Ihnen das Szenario zum Ändern vor.',
      open: 'Im Labor öffnen',
      noScenario: 'Kein einzelnes Szenario: dafür werden viele gelöst.',
      back: 'Alle Spiele',
      example: 'Beginnen mit',
      own: 'meinen eigenen Zahlen',
      seed: 'Startzahl',
      seedHint: 'Aus ihr folgen die Zufallszahlen: dieselbe Startzahl, dieselbe Antwort.',
      form: 'Formular',
      asText: (name: string) => `als ${name}`,
      view: 'Bearbeiten',
      line: (line: number) => `Zeile ${line}: `,
      notRead: 'Der Text ist nicht lesbar; es gilt, was zuletzt lesbar war.',
      solve: 'Lösen',
      solving: (seconds: number) => `Wird gelöst … ${seconds} s`,
      stop: 'Abbrechen',
      wrongFields: (count: number) =>
        count === 1
          ? 'Ein Feld braucht einen anderen Wert.'
          : `${count} Felder brauchen andere Werte.`,
      scenarioFile: 'Szenariodatei',
      scenarioHint: 'Die Datei ist, was „wattmarket solve DATEI“ nimmt.',
      answerFile: 'Antwort (JSON)',
      copyLink: 'Link kopieren',
      copied: 'Kopiert.',
      tooLong: 'Dieses Szenario ist zu lang für einen Link: geben Sie die Datei weiter.',
      leftOut: (preset: string) => `ohne Angabe: ${preset}`,
      optional: 'darf fehlen',
      add: (name: string) => `${name} hinzufügen`,
      remove: 'Entfernen',
      removeOne: (name: string, place: number) => `${name} ${place} entfernen`,
      asDefault: (preset: string) => `wie üblich (${preset})`,
      none: 'keine Angabe',
      yes: 'ja',
      no: 'nein',
      listHint:
        'Listen sind Zahlen mit Kommas dazwischen; Tafeln haben je Zeile eine Reihe, und vor der nächsten Tafel eine leere Zeile. Dezimalstellen stehen nach einem Punkt.',
      namesHint: 'einer je Zeile',
      inText: 'Dieses Feld lässt sich als TOML oder JSON bearbeiten.',
      strangers: (names: string) => `Das Formular kennt ${names} nicht: siehe den Text.`,
      missing: 'Das ist nötig.',
      unreadable: 'Das ist nicht lesbar: Zahlen haben einen Punkt, wie in 0.25.',
      whole: 'Eine ganze Zahl ist nötig.',
      outside: (least: string, most: string) => `Erlaubt: ${least} bis ${most}.`,
      atLeast: (least: string) => `Erlaubt: ${least} oder mehr.`,
      atMost: (most: string) => `Erlaubt: höchstens ${most}.`,
      count: (least: string, most: string) => `So viele sind erlaubt: ${least} bis ${most}.`,
      answer: 'Antwort',
      converged: (gain: string) =>
        `Gelöst: niemand gewänne mehr als ${gain}, wenn er allein anders wählte.`,
      computed: 'Genau gerechnet: niemand hat hier eine Wahl zu bereuen.',
      notConverged:
        'Nicht gelöst: das Verfahren endete ohne Gleichgewicht. Gezeigt ist, wo es stand. Versuchen Sie andere Zahlen oder mehr Schritte.',
      gain: 'Was jemand höchstens gewänne, wenn er allein anders wählte',
      nobody: 'niemand hat hier eine Wahl',
      residual: 'Wie weit die Gleichungen verfehlt sind',
      residualHint:
        '0 ist genau; die letzten Stellen eines Rechners liegen bei 0,0000000000000001.',
      effort: 'Aufwand',
      iterations: (count: string) => `${count} Schritte`,
      evaluations: (count: string) => `${count} Auswertungen`,
      seconds: 'Zeit',
      changed: 'Die Zahlen wurden seither geändert: lösen Sie neu.',
      figures: 'Abbildungen',
      tables: 'Tabellen',
      thinned: (shown: string, all: string) =>
        `${shown} von ${all} Zeilen, gleichmäßig; alle stehen in der Antwortdatei.`,
      place: 'Nr.',
      figureSays: (what: string, along: string, points: string) =>
        `${what} über ${along}, ${points} Punkte.`,
    },
  },
)

/** A field's name as words. */
export function wordsOf(name: string): string {
  return name.replaceAll('_', ' ')
}
