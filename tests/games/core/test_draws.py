"""Random numbers by key: the published sequence, and independence of what is drawn beside."""

import numpy as np

from games.core.draws import uniform


def test_the_numbers_are_those_of_splitmix64() -> None:
    # First outputs for seed 1234567, of the reference implementation (Vigna, prng.di.unimi.it).
    published = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    drawn = [float(uniform(np.array([1234567], np.uint64), n)[0]) for n in range(3)]
    assert drawn == [(value >> 11) * 2.0**-53 for value in published]


def test_a_number_depends_on_its_key_alone() -> None:
    keys = np.random.default_rng(1).integers(0, 2**63, 1000, np.uint64)
    together = uniform(keys, 5)
    assert np.array_equal(uniform(keys[::-7], 5), together[::-7])
    assert ((together >= 0) & (together < 1)).all()


def test_numbers_are_uniform_across_keys_and_along_a_sequence() -> None:
    keys = np.arange(20_000, dtype=np.uint64)
    for number in range(3):
        cells = np.bincount((uniform(keys, number) * 20).astype(int), minlength=20)
        assert ((cells - 1000) ** 2 / 1000).sum() < 65, "has a probability of one in a million"
    assert abs(np.corrcoef(uniform(keys, 0), uniform(keys, 1))[0, 1]) < 0.04
