"""Games of OpenSpiel as games of Affect Arena."""
