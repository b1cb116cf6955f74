"""Contestants that answer in different forms: what differs between them may be the form alone."""

from collections.abc import Mapping

from prompts import Form

_WORDS: Mapping[Form, str] = {"json": "JSON", "text": "lines"}
_SHOWN = 5
"""Contestants that are named per form, at the most."""


def unlike_forms(forms: Mapping[str, Form]) -> str | None:
    """A warning in one line; None if all answer in the same form.

    Args:
        forms: by contestant that is asked.
    """
    by_form = {form: [name for name in forms if forms[name] == form] for form in _WORDS}
    if not all(by_form.values()):
        return None
    said = "; ".join(f"{_WORDS[form]}: {_listed(names)}" for form, names in by_form.items())
    return (
        f"contestants answer in different forms, which may be what differs between them ({said}); "
        'form = "text" has all of them answer in lines'
    )


def _listed(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
