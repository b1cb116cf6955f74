"""Numbers as pages write them, the same on every page."""

import pytest

from dashboard.draw.figures import number, share


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (-0.12, 2, "−0.12"),
        (1234567, 0, "1,234,567"),
        (0.125, 2, "0.12"),
        (-0.0001, 1, "0.0"),
        (float("nan"), 2, "–"),
        (None, 1, "–"),
    ],
)
def test_numbers_have_a_minus_sign_and_separated_thousands(
    value: float | None, decimals: int, text: str
) -> None:
    assert number(value, decimals) == text


def test_shares_are_in_per_cent_with_a_space() -> None:
    assert [share(0.65), share(-0.5, 0), share(None)] == ["65.0 %", "−50 %", "–"]
