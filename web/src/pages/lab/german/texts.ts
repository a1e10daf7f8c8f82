import type { LabText } from '../../../generated/lab'

/** Titles and summaries of games and of their examples. */
export const TEXTS: Readonly<Record<LabText, string>> = {
  'A calm and a troubled market of two coins; losses of a third of wealth can be insured.':
    'Ein ruhiger und ein unruhiger Markt für zwei Coins; Verluste eines Drittels des Vermögens lassen sich versichern.',
  'A day of three stations, two of which keep energy: a dam that is filled, and a tank that is not.':
    'Ein Tag dreier Kraftwerke, von denen zwei Energie aufheben: ein Stausee, der gefüllt wird, und ein Speicher, der es nicht wird.',
  'A fork in three branches; the second pays a little more, the first has more miners.':
    'Eine Gabelung in drei Zweige; der zweite zahlt etwas mehr, auf dem ersten sind mehr Schürfende.',
  'A token between 0.98 and 1.02, the mean price under pressure: six ways to supply tokens.':
    'Ein Token zwischen 0,98 und 1,02, dessen mittlerer Preis unter Druck steht: sechs Arten, Token auszugeben.',
  'Consumers and prosumers against a price': 'Verbraucher und Prosumer bei gegebenem Preis',
  'Consumers and prosumers against a price: how much each uses, generates, buys and sells.':
    'Verbraucher und Prosumer bei gegebenem Preis: wie viel sie verbrauchen, erzeugen, kaufen und verkaufen.',
  Consumption: 'Konsum',
  'Consumption, investment and insurance of a log-utility investor under switching regimes.':
    'Konsum, Anlage und Versicherung bei logarithmischem Nutzen und wechselnden Regimes.',
  'Cournot with incomplete information': 'Cournot mit unvollständiger Information',
  "Cournot with incomplete information: producers know their own costs, not the others'.":
    'Cournot mit unvollständiger Information: Erzeuger kennen ihre eigenen Kosten, nicht die der anderen.',
  Dispatch: 'Kraftwerkseinsatz',
  'Dispatch: which stations supply how much, so that cost and mismatch together cost least.':
    'Kraftwerkseinsatz: welches Kraftwerk wie viel liefert, damit Kosten und Abweichung zusammen am wenigsten kosten.',
  "Eight prosumers and their edge server; the seed paper's constants, with bounds on demand.":
    'Acht Prosumer und ihr Edge-Server; die Konstanten der ersten Veröffentlichung, mit Grenzen der Nachfrage.',
  'Four players with valuations 100, 80, 60 and 20 in a lottery; the last stays out.':
    'Vier Spieler, denen der Gewinn 100, 80, 60 und 20 wert ist, in einer Lotterie; der letzte bleibt fern.',
  "Four prosumers and their edge server learn the elecoin price; the seed paper's constants.":
    'Vier Prosumer und ihr Edge-Server lernen den Elecoin-Preis; die Konstanten der ersten Veröffentlichung.',
  'Four prosumers offer to cover a shortfall; their costs lie between 0.04 and 0.20 per kWh.':
    'Vier Prosumer bieten an, einen Mangel zu decken; ihre Kosten liegen zwischen 0,04 und 0,20 je kWh.',
  'Learning the elecoin price': 'Den Elecoin-Preis lernen',
  "Learning the elecoin price: nobody knows the others' utilities, everybody tries and remembers.":
    'Den Elecoin-Preis lernen: Niemand kennt den Nutzen der anderen, alle probieren und merken sich, was war.',
  'Miners who seek the crowd': 'Schürfende, die die Menge suchen',
  'Miners who seek the crowd: on which branch of a fork do they mine, and when is it over?':
    'Schürfende, die die Menge suchen: Auf welchem Zweig einer Gabelung schürfen sie, und wann ist es vorbei?',
  'Producers who move the price': 'Erzeuger, die den Preis bewegen',
  "Producers who move the price: a Cournot game under Roos's price dynamics, with common noise.":
    'Erzeuger, die den Preis bewegen: ein Cournot-Spiel mit Roos’ Preisdynamik und gemeinsamem Rauschen.',
  'Reputation and leadership over rounds': 'Ruf und Führung über Runden',
  "Reputation and leadership over rounds (the repeated game of Le Cadre et al.'s poster).":
    'Ruf und Führung über Runden (das wiederholte Spiel des Posters von Le Cadre und anderen).',
  'The Tullock contest for a prize': 'Der Tullock-Wettbewerb um einen Gewinn',
  'The Tullock contest for a prize (mean-field-type games in power networks, 3.2).':
    'Der Tullock-Wettbewerb um einen Gewinn (Mean-Field-Spiele in Stromnetzen, 3.2).',
  'The elecoin price': 'Der Elecoin-Preis',
  'The elecoin price: one edge server leads, N prosumers follow.':
    'Der Elecoin-Preis: Ein Edge-Server führt, N Prosumer folgen.',
  'The general scalar linear-quadratic game of mean-field type':
    'Das allgemeine skalare linear-quadratische Mean-Field-Spiel',
  'The general scalar linear-quadratic game of mean-field type, with jumps, common noise, regimes.':
    'Das allgemeine skalare linear-quadratische Mean-Field-Spiel, mit Sprüngen, gemeinsamem Rauschen und Regimes.',
  "The grid's frequency": 'Die Frequenz des Netzes',
  "The grid's frequency, steered by a population game of controllable power.":
    'Die Frequenz des Netzes, gesteuert durch ein Populationsspiel regelbarer Leistung.',
  'The price field': 'Das Preisfeld',
  "The price field: what a producer's kWh costs at every place of a network.":
    'Das Preisfeld: was die kWh eines Erzeugers an jedem Ort eines Netzes kostet.',
  'The prosumer-consumer market of a period':
    'Der Markt einer Periode zwischen Prosumern und Verbrauchern',
  'The prosumer-consumer market of a period: one price that clears it.':
    'Der Markt einer Periode zwischen Prosumern und Verbrauchern: ein Preis, der ihn räumt.',
  "The prosumers' auction": 'Die Auktion der Prosumer',
  "The prosumers' auction: who covers the mismatch of demand and supply, and at what bid?":
    'Die Auktion der Prosumer: Wer deckt die Lücke zwischen Nachfrage und Angebot, und zu welchem Gebot?',
  'Three consumers, two prosumers, one quarter-hour.':
    'Drei Verbraucher, zwei Prosumer, eine Viertelstunde.',
  'Three members against 41 prices: a household, a careful one, and one with a roof of 4 kWh.':
    'Drei Mitglieder bei 41 Preisen: ein Haushalt, ein vorsichtiges und eines mit einem Dach von 4 kWh.',
  'Three producers and a price far above rest: scenario 3 of the slides, with two jumps expected.':
    'Drei Erzeuger und ein Preis weit über der Ruhelage: Szenario 3 der Folien, mit zwei erwarteten Sprüngen.',
  'Token supply that keeps a price in its band':
    'Token ausgeben, damit ein Preis in seinem Band bleibt',
  'Token supply that keeps a price in its band: six strategies on one noise.':
    'Token ausgeben, damit ein Preis in seinem Band bleibt: sechs Strategien bei einem Rauschen.',
  'Two generators, a battery with frequency response and a town. At 1 s the town takes 0.6 more.':
    'Zwei Generatoren, eine Batterie mit Frequenzregelung und eine Stadt. Nach 1 s verbraucht die Stadt 0,6 mehr.',
  'Two producers in a small grid: the cheap one is far, behind lines that lose energy.':
    'Zwei Erzeuger in einem kleinen Netz: Der billige ist weit weg, hinter Leitungen, die Energie verlieren.',
  'Two producers: the first is cheap or dear, nobody else knows which; the second is as she is.':
    'Zwei Erzeuger: Der erste ist billig oder teuer, niemand sonst weiß es; der zweite ist, wie er ist.',
  'Two rounds of two periods for three nodes.': 'Zwei Runden zu zwei Perioden für drei Knoten.',
  'Two storage operators steer one price in calm and nervous hours; jumps, and a shock that all see.':
    'Zwei Speicherbetreiber bewegen einen Preis in ruhigen und unruhigen Stunden; Sprünge, und ein Stoß, den alle sehen.',
}
