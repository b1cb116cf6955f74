"""Student's t distribution of one number at a time.

`scipy.stats.t` calls these functions too, behind checks of arrays that take much longer, and
loads a hundred other distributions first.
"""

from scipy import special


def quantile(p: float, df: float) -> float:
    """The value below which a share p of the distribution lies.

    Args:
        p: from 0 to 1.
        df: degrees of freedom; infinite for the normal distribution.
    """
    return float(special.stdtrit(df, p))


def below(t: float, df: float) -> float:
    """The probability of a value below t.

    Args:
        t: any number, or an infinite one.
        df: as above.
    """
    return float(special.stdtr(df, t))
