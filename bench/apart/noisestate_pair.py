"""noisestate: two players who see one state through noise of a given precision."""

from measure import answer

MODEL = """
name: pair
params: {{p: {precision}, r1: {r[0]}, r2: {r[1]}, q1: {q[0]}, q2: {q[1]}, a: {a}, sigma: {sigma}}}
shocks: [w0, w1, w2]
states:
  X: (a X + D1 + D2) dt + sigma dw0
agents:
  one: {{controls: D1, observes: {{y1: sqrt(p) X dt + dw1}}, loss: q1 X^2 + r1 D1^2}}
  two: {{controls: D2, observes: {{y2: sqrt(p) X dt + dw2}}, loss: q2 X^2 + r2 D2^2}}
horizon: {{T: {horizon}}}
numerics: {{nodes: {nodes}}}
"""


def solve(question):
    import tempfile
    from pathlib import Path

    import noisestate

    text = MODEL.format(**question)

    def run():
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "pair.yaml"
            file.write_text(text)
            found = noisestate.solve(noisestate.load(str(file)))
        return [found.costs["one"], found.costs["two"]]

    return run


answer(solve)
