"""Independent hands of Kuhn poker for +-0.05 chips: their exact variance, noisy v equilibrium."""

import json

import numpy as np

import games
from games.core.batch_trees import expect
from games.core.solve import cfr_plus, quantal_response
from games.core.tree import build
from tests.benchmarks.control_variates import HALF, LAMBDAS

tree = build(games.load("kuhn_poker"))
equal, found = cfr_plus(tree, 1000), []
for rationality in LAMBDAS:
    own = quantal_response(tree, rationality)
    moments = np.zeros(2)
    for seat in (0, 1):
        profile = tree.table(np.where(tree.spread(tree.owner) == seat, own, equal))
        chances = expect(tree, [profile, profile]).ends
        points = tree.payoffs[:, seat]
        moments += np.array([chances @ points, chances @ points**2]) / 2
    found.append((1.96 / HALF) ** 2 * (moments[1] - moments[0] ** 2))
print(json.dumps({"figure": float(np.mean(found))}))
