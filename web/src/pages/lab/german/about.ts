import type { LabAbout } from '../../../generated/lab'

/** What is said about fields. */
export const ABOUT: Readonly<Record<LabAbout, string>> = {
  B: 'B',
  D: 'D',
  'D; not for passive nodes': 'D; nicht bei passiven Knoten',
  'M; generators only': 'M; nur bei Generatoren',
  'P, fed in; below 0 for a load': 'P, Einspeisung; unter 0 ist eine Last',
  Q: 'Q',
  'R, what the winner gets': 'R, was bekommt, wer gewinnt',
  'R_f, paid for each block': 'R_f, je Block gezahlt',
  S: 'S',
  T: 'T',
  'T, the time over which payoffs are compared':
    'T, die Zeit, über die Auszahlungen verglichen werden',
  a: 'a',
  'a of the cost a g + ½ b g² of generating g': 'a der Kosten a g + ½ b g² für die Erzeugung von g',
  'a of the cost ½ a u² + b u of a control u': 'a der Kosten ½ a u² + b u einer Regelung u',
  "a prosumer's own generator": 'der eigene Generator eines Prosumers',
  'a, the log-price without supply': 'a, der Log-Preis ohne Angebot',
  'aggregate impact above which the prize is paid; always paid if left out':
    'gemeinsame Wirkung, über der der Gewinn gezahlt wird; ohne Angabe immer',
  'at how many costs bids are tabulated': 'bei wie vielen Kosten die Gebote tabelliert werden',
  'at least one generator': 'mindestens ein Generator',
  'at time 0; the middle of the band if left out':
    'zum Zeitpunkt 0; ohne Angabe die Mitte des Bandes',
  'b of that cost': 'b dieser Kosten',
  'b0, the constant drift': 'b0, die feste Drift',
  'b1, on the state': 'b1, am Zustand',
  'b2, on each control': 'b2, an jeder Regelgröße',
  'beta: Beta(alpha, beta), scaled to the support':
    'beta: Beta(alpha, beta), auf die Spanne gestreckt',
  'beta: its second number': 'beta: die zweite Zahl',
  "bottom and top of everybody's cost": 'kleinste und größte Kosten, für alle gleich',
  'by which controls move towards better payoffs':
    'wonach sich Regelungen besseren Auszahlungen nähern',
  "b̄1, on the state's mean": 'b̄1, am Mittel des Zustands',
  "b̄2, on each control's mean": 'b̄2, am Mittel jeder Regelgröße',
  c: 'c',
  'c, what a unit of effort costs each player': 'c, was eine Einheit Einsatz jeden kostet',
  'c0, the constant part; of a jump: of its size': 'c0, der feste Teil; bei Sprüngen: ihrer Größe',
  'c1 of the cost c1 g + ½ c2 g² of generating g':
    'c1 der Kosten c1 g + ½ c2 g² für die Erzeugung von g',
  'c1, on the state': 'c1, am Zustand',
  'c2 of that cost': 'c2 dieser Kosten',
  'c2, on each control': 'c2, an jeder Regelgröße',
  'cara: a': 'cara: a',
  'chance of a random choice at first; falls to 0 at nine tenths of the steps':
    'Wahrscheinlichkeit einer zufälligen Wahl am Anfang; fällt bis zu neun Zehnteln der Schritte auf 0',
  'corrected, or as printed: the expected loss flows back as drift':
    'berichtigt oder wie gedruckt: Der erwartete Verlust fließt als Drift zurück',
  'c̄, of time outside the band': 'c̄, der Zeit außerhalb des Bandes',
  "c̄1, on the state's mean": 'c̄1, am Mittel des Zustands',
  "c̄2, on each control's mean": 'c̄2, am Mittel jeder Regelgröße',
  'e(0)': 'e(0)',
  'e*': 'e*',
  'e, of d assets': 'e, von d Anlagen',
  'e_c, what the server itself consumes': 'e_c, was der Server selbst verbraucht',
  "each consumer's bonus for each prosumer's energy; each prosumer then has her own price":
    'was jedem Verbraucher die Energie jedes Prosumers zusätzlich wert ist; dann hat jeder Prosumer einen eigenen Preis',
  'energy kept from period to period': 'Energie, die von Periode zu Periode aufgehoben wird',
  "even over a prosumer's bounds, both ends included":
    'gleichmäßig über die Grenzen eines Prosumers, beide Enden eingeschlossen',
  'even over price_bounds, both ends included':
    'gleichmäßig über die Preisgrenzen, beide Enden eingeschlossen',
  "exact, or by messages that keep agents' data private":
    'genau oder durch Nachrichten, die die Daten der Teilnehmer für sich behalten',
  'floor and cap of the one price; absent with preferences':
    'Unter- und Obergrenze des einen Preises; entfällt bei Vorlieben',
  'for each kWh sent in': 'für jede eingespeiste kWh',
  'fraction of the miners at which the fork is resolved':
    'Anteil der Schürfenden, bei dem die Gabelung entschieden ist',
  'fraction of the miners on each branch, in sum 1':
    'Anteil der Schürfenden auf jedem Zweig, zusammen 1',
  'from streams of random numbers of their own': 'aus je eigenen Folgen von Zufallszahlen',
  'h, how fast utility falls away from the target':
    'h, wie schnell der Nutzen neben dem Ziel abnimmt',
  'how far back prices are averaged': 'wie weit zurück Preise gemittelt werden',
  'how long it is followed': 'wie lange gerechnet wird',
  'how long supply stays as it is': 'wie lange das Angebot bleibt, wie es ist',
  'how long the dynamics are followed': 'wie lange der Dynamik gefolgt wird',
  'how much earlier the reputation that chooses the leader was known':
    'wie viel früher der Ruf bekannt war, der bestimmt, wer führt',
  'how the state moves by itself': 'wie sich der Zustand von selbst bewegt',
  'how γ ends: corrected, or as the slides print it':
    'wie γ endet: berichtigt oder wie auf den Folien gedruckt',
  'idiosyncratic jumps': 'eigene Sprünge',
  'jumps that all see': 'Sprünge, die alle sehen',
  'k; k/Q is what one elecoin costs the server': 'k; k/Q kostet ein Elecoin den Server',
  l: 'l',
  'l, the share of wealth that is lost': 'l, der Anteil des Vermögens, der verloren geht',
  'largest demand of each prosumer': 'größte Nachfrage jedes Prosumers',
  'least and largest control': 'kleinste und größte Regelung',
  'least and largest demand, for all prosumers alike':
    'kleinste und größte Nachfrage, für alle Prosumer gleich',
  'least demand of each prosumer, with demand_max instead of demand_bounds':
    'kleinste Nachfrage jedes Prosumers, mit demand_max anstelle von demand_bounds',
  'lines between places; several between the same two are allowed':
    'Leitungen zwischen Orten; mehrere zwischen denselben sind erlaubt',
  'logarithmic: b of b log(1 + d/s); cara: b of (b/a)(1 − e^{−a d})':
    'logarithmisch: b von b log(1 + d/s); cara: b von (b/a)(1 − e^{−a d})',
  'logarithmic: s': 'logarithmisch: s',
  'lowest and highest price': 'kleinster und größter Preis',
  'mean deviation that costs the point of a round':
    'mittlere Abweichung, die den Punkt einer Runde kostet',
  'names of the places': 'Namen der Orte',
  'net positions as declared': 'Nettomengen, wie gemeldet',
  'net positions as metered, T_C periods a round':
    'Nettomengen, wie gemessen, T_C Perioden je Runde',
  "of Euler's scheme": 'des Euler-Verfahrens',
  'of a kWh bought; above 0 unless all utilities are quadratic':
    'einer gekauften kWh; über 0, wenn nicht jeder Nutzen quadratisch ist',
  'of a kWh sold, at most price; equal to it if left out':
    'einer verkauften kWh, höchstens der Preis; ohne Angabe ihm gleich',
  'of a policy that loses against it': 'einer Strategie, die dagegen verliert',
  'of a policy that wins against its past mean':
    'einer Strategie, die gegen ihr bisheriges Mittel gewinnt',
  'of all assets together': 'aller Anlagen zusammen',
  'of each of T periods; with risk one number, per unit of time':
    'in jeder von T Perioden; mit Risiko eine Zahl, je Zeiteinheit',
  'of each of n producers, at most 1024 profiles in all':
    'von jedem der n Erzeuger, zusammen höchstens 1024 Profile',
  'of each run': 'jedes Laufs',
  'of energy from each station': 'der Energie aus jedem Kraftwerk',
  'of her cost over the support': 'ihrer Kosten über die Spanne',
  'of idiosyncratic Brownian motion': 'der eigenen Brownschen Bewegung',
  'of jumps; they are compensated': 'von Sprüngen; sie sind ausgeglichen',
  'of one asset': 'einer Anlage',
  'of the Brownian motion that all see': 'der Brownschen Bewegung, die alle sehen',
  'of the grid': 'des Netzes',
  'of the others, whose insurance lowers the loading; 0: it is θ':
    'der anderen, deren Versicherung den Aufschlag senkt; 0: er ist θ',
  'of the output grid and of the Euler sums': 'des Ausgabegitters und der Euler-Summen',
  'of the reported mean path': 'des gezeigten Mittelwertpfads',
  'of the reported path': 'des gezeigten Pfads',
  'of the simulation': 'der Simulation',
  'of the state around it': 'des Zustands um ihn',
  'of this type; those of a producer in sum 1': 'dieses Typs; die eines Erzeugers zusammen 1',
  'of what is left at the end': 'dessen, was am Ende übrig ist',
  'of ½ q x²': 'von ½ q x²',
  'of ½ q_T x² at the end': 'von ½ q_T x² am Ende',
  'of ½ q̄ x̂²': 'von ½ q̄ x̂²',
  'of ½ q̄_T x̂² at the end': 'von ½ q̄_T x̂² am Ende',
  'of ½ r u²': 'von ½ r u²',
  'of ½ r̄ û²; r + r̄ at least 0': 'von ½ r̄ û²; r + r̄ mindestens 0',
  'of ε1 x u': 'von ε1 x u',
  'of ε2 u': 'von ε2 u',
  'of ε3 x': 'von ε3 x',
  'of ε3_T x at the end': 'von ε3_T x am Ende',
  'of ε̄1 x̂ û': 'von ε̄1 x̂ û',
  'of ε̄2 û': 'von ε̄2 û',
  'of ε̄3 x̂': 'von ε̄3 x̂',
  'of ε̄3_T x̂ at the end': 'von ε̄3_T x̂ am Ende',
  'on the squared error of the log-price; only ratios of weights matter':
    'am quadrierten Fehler des Log-Preises; nur Verhältnisse der Gewichte zählen',
  'one price for all, or one for each prosumer': 'ein Preis für alle oder einer für jeden Prosumer',
  'one station in continuous time with an uncertain stock; instead of stock':
    'ein Kraftwerk in stetiger Zeit mit unsicherem Bestand; anstelle des Vorrats',
  'p at time 0': 'p zum Zeitpunkt 0',
  'power: survival G = ((top − c)/(top − bottom))^exponent; high is cheap':
    'power: Überlebensfunktion G = ((oben − c)/(oben − unten))^Exponent; groß heißt billig',
  'p̂ at time 0': 'p̂ zum Zeitpunkt 0',
  'p̄, of a coin': 'p̄, eines Coins',
  'q, on the squared distance from target_stock at the end':
    'q, am quadrierten Abstand vom Zielbestand am Ende',
  'q, on the squared log-price at the end': 'q, am quadrierten Log-Preis am Ende',
  'quadratic: a': 'quadratisch: a',
  'quadratic: b of b d − ½ a d²': 'quadratisch: b von b d − ½ a d²',
  'q̄, besides on that of its mean': 'q̄, außerdem an dem seines Mittels',
  r: 'r',
  'r, how effort becomes impact': 'r, wie aus Einsatz Wirkung wird',
  'r, paid for each transaction in the block': 'r, für jede Transaktion im Block gezahlt',
  'r, what a block pays on each of B branches, at most 12':
    'r, was ein Block auf jedem von B Zweigen einbringt, höchstens 12',
  'rates between S regimes, rows in sum 0; one regime if left out':
    'Raten zwischen S Regimes, Zeilen zusammen 0; ohne Angabe ein Regime',
  'rates between regimes, rows in sum 0': 'Raten zwischen Regimes, Zeilen zusammen 0',
  'reputation before the first round': 'Ruf vor der ersten Runde',
  'r̄, on the expected output': 'r̄, an der erwarteten Menge',
  s: 's',
  'so much more is fed in from then on': 'um so viel mehr wird von da an eingespeist',
  t1: 't1',
  'the C consumers, column by column': 'die C Verbraucher, Spalte für Spalte',
  'the K bidders, at least 2': 'die K Bietenden, mindestens 2',
  'the K stations, column by column; may be left out with risk':
    'die K Kraftwerke, Spalte für Spalte; dürfen mit Risiko fehlen',
  'the N consumers and prosumers': 'die N Verbraucher und Prosumer',
  'the P prosumers, column by column': 'die P Prosumer, Spalte für Spalte',
  'the S states of the market': 'die S Zustände des Marktes',
  'the asset that jumps': 'die Anlage, die springt',
  'the cap on reputation at age 0': 'die Obergrenze des Rufs im Alter 0',
  'the first regime': 'das erste Regime',
  'the form of the utility of d kWh': 'die Form des Nutzens von d kWh',
  "the leader's mining reward": 'die Belohnung dessen, der beim Schürfen führt',
  'the most a station supplies in a period':
    'das meiste, was ein Kraftwerk in einer Periode liefert',
  'the most that a station can hold': 'das meiste, was ein Kraftwerk speichern kann',
  'the most that can be generated': 'das meiste, was erzeugt werden kann',
  'the most that supply moves from one block to the next':
    'um so viel ändert sich das Angebot von einem Schritt zum nächsten höchstens',
  'the node at one end': 'der Knoten am einen Ende',
  'the node at the other end': 'der Knoten am anderen Ende',
  'the share of it that does not arrive': 'der Anteil davon, der nicht ankommt',
  'the strategy of that name': 'die Strategie dieses Namens',
  'the values that supply can take': 'die Werte, die das Angebot annehmen kann',
  'true where a period counts; all if left out': 'true, wo eine Periode zählt; ohne Angabe alle',
  'w of ½ w z² where demand exceeds supply by z':
    'w von ½ w z², wo die Nachfrage das Angebot um z übersteigt',
  'w where supply exceeds demand': 'w, wo das Angebot die Nachfrage übersteigt',
  'w, how much each prosumer values energy': 'w, wie viel jedem Prosumer Energie wert ist',
  "w, the weight of each player's effort; 1 for all if left out":
    'w, das Gewicht des Einsatzes jedes Spielers; ohne Angabe 1 für alle',
  'what a mismatch costs; with risk both factors are equal':
    'was eine Abweichung kostet; mit Risiko sind beide Faktoren gleich',
  'what arrives in a period': 'was in einer Periode ankommt',
  'what each of n players minimises': 'was jeder der n Spieler klein halten will',
  'what each station has in stock at first': 'was jedes Kraftwerk am Anfang im Vorrat hat',
  'what happens to the grid': 'was im Netz geschieht',
  'what she asks there': 'was dort verlangt wird',
  'what stands at the node': 'was am Knoten steht',
  'what the optimal strategies minimise': 'was die optimalen Strategien klein halten',
  'when it begins': 'wann es beginnt',
  where: 'wo',
  'where she is': 'wo die Anlage steht',
  'where the state starts': 'wo der Zustand beginnt',
  'whether energy can go only from `from` to `to`':
    'ob Energie nur von „von“ nach „nach“ fließen kann',
  'whether the station runs; all if left out': 'ob das Kraftwerk läuft; ohne Angabe alle',
  'which connect all nodes': 'die alle Knoten verbinden',
  'which to compare': 'welche verglichen werden',
  'who decides: learners, a genetic search for one side alone, or chance':
    'wer entscheidet: Lernende, eine genetische Suche für eine Seite allein oder der Zufall',
  'who offers energy': 'wer Energie anbietet',
  'x0 at time 0': 'x0 zum Zeitpunkt 0',
  'x̂ at time 0': 'x̂ zum Zeitpunkt 0',
  'y#, what one would use at a price of 0': 'y#, was man bei einem Preis von 0 verbrauchen würde',
  'α0, the rate of rewards where nobody is': 'α0, die Rate der Belohnungen, wo niemand ist',
  "β, the leader's share of the hashing power":
    'β, der Anteil an der Rechenleistung dessen, der führt',
  'γ, how fast controls move': 'γ, wie schnell sich Regelungen ändern',
  "γ, the weight of the next step's gain": 'γ, das Gewicht des Gewinns im nächsten Schritt',
  'ε, how much the rate rises where everybody is; at least −α0':
    'ε, um wie viel die Rate steigt, wo alle sind; mindestens −α0',
  'η, above 0 for miners who seek risk; η r p̄ within ±60':
    'η, über 0 für Schürfende, die das Risiko suchen; η r p̄ innerhalb von ±60',
  'η, of the log-price': 'η, des Log-Preises',
  'η, weight of the payment': 'η, Gewicht der Zahlung',
  θ: 'θ',
  'θ, by which the premium exceeds the expected loss':
    'θ, um den die Prämie den erwarteten Verlust übersteigt',
  'κ, how strongly a lasting deviation of frequency is corrected':
    'κ, wie stark eine dauernde Abweichung der Frequenz ausgeglichen wird',
  'κ, the most that one can use, or for prosumers generate':
    'κ, das meiste, was man verbrauchen oder als Prosumer erzeugen kann',
  λ: 'λ',
  "λ, how fast a block's chance falls with its size":
    'λ, wie schnell die Aussicht eines Blocks mit seiner Größe sinkt',
  'λ̄, of losses of wealth': 'λ̄, der Verluste an Vermögen',
  'μ, what a jump adds to the log-price; compensated':
    'μ, was ein Sprung zum Log-Preis hinzufügt; ausgeglichen',
  'ν, of jumps': 'ν, von Sprüngen',
  'ρ, above 0 for aversion to risk': 'ρ, über 0 bei Risikoscheu',
  'ρ, on the squared supply': 'ρ, am quadrierten Angebot',
  'σ of the log-price': 'σ des Log-Preises',
  'σ of the stock': 'σ des Bestands',
  'σ, idiosyncratic': 'σ, eigene',
  'σ, of each asset alone': 'σ, jeder Anlage für sich',
  'σ, the weight of what is new in Q': 'σ, das Gewicht des Neuen in Q',
  'σ_o, of the noise that all see': 'σ_o, des Rauschens, das alle sehen',
  'σ_o, of the noise that moves all assets': 'σ_o, des Rauschens, das alle Anlagen bewegt',
  'τ: how far payoffs must differ to matter':
    'τ: wie sehr sich Auszahlungen unterscheiden müssen, um zu zählen',
}
