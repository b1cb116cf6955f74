"""A study file that is as studies must be, for tests to break."""

STUDY = """# A study.
citation = "Somebody (2000), A study of dictators, A Journal 1, 1 to 2"
doi = "10.1/1"
licence = "free"
confidence = "data"
population = "students"
stakes = "5 dollars"
elicitation = "direct"
units = "percent of the pie"
game = "dictator"
measure = "share_given"
people = 10
decisions = 10

[samples.main]
called = "students"
cells = [[0, 0, 4], [1, 50, 6]]
"""
