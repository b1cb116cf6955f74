"""Human sample: draws its decisions from named studies of people, a control for alignment.

With an induced emotion and a shift, it moves as people do by the table of directions: its arrows
are right by construction. What it plays is as good as the studies it names.
"""

from agents.core.strategies.human_sample import Sampled


class HumanSample(Sampled):
    """People, as far as the named studies know them."""


AGENT = HumanSample
