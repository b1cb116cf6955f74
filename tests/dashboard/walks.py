"""Walks through a page: with axe-core, with the keyboard alone, and with a ruler."""

from collections.abc import Iterator

from axe_playwright_python.sync_playwright import Axe

from tests.dashboard.browser import Visitor

_SERIOUS = ("serious", "critical")
_ROUNDS = 4
"""Tabs for each element: a table takes one for each of its columns."""


def faults(visitor: Visitor) -> list[tuple[str, str, str]]:
    """Rules that the page breaks seriously, each with the element and the reason."""
    # Streamlit fades what it is about to draw anew.
    visitor.page.wait_for_function("() => !document.querySelector('[data-stale=true]')")
    found = Axe().run(visitor.page, options={"resultTypes": ["violations"]}).response
    assert "color-contrast" in {each["id"] for each in found["passes"]}
    return [
        (each["id"], node["html"], node["failureSummary"])
        for each in found["violations"]
        if each["impact"] in _SERIOUS
        for node in each["nodes"]
    ]


def out_of_reach(visitor: Visitor) -> list[str]:
    """Elements that a mouse can use, and that the key Tab does not lead to."""
    page = visitor.page
    count = page.evaluate(_WATCH)
    for _ in range(_ROUNDS * count):
        page.keyboard.press("Tab")
        if page.evaluate("() => window.left().length === 0"):
            break
    return list(page.evaluate("() => window.left().map((each) => each.outerHTML.slice(0, 200))"))


def misprints(visitor: Visitor) -> Iterator[str]:
    """Words of charts that overlap each other, leave their chart, or are cut short."""
    visitor.page.wait_for_timeout(500)  # charts follow the width of the window a moment later
    yield from visitor.page.evaluate(_MISPRINTS)


_WATCH = """() => {
    const USED = 'a[href], button, input, textarea, select, summary, canvas[data-testid]'
    const SPARED = [
        '[tabindex="-1"]',  // of the field beside it, which has keys for the same
        '[disabled]', '[aria-hidden=true] *', '[role=radiogroup] input:not(:checked)',
        '[aria-label="Collapse sidebar"]',  // hides what is never in the way
    ]
    const seen = new Set()
    document.addEventListener('focusin', ({target}) => {
        seen.add(target)
        seen.add(target.closest('canvas'))
    })
    const all = [...document.querySelectorAll(USED)].filter((each) =>
        each.checkVisibility() && each.getBoundingClientRect().width
        && !SPARED.some((spared) => each.matches(spared)))
    window.left = () => all.filter((each) => each.isConnected && !seen.has(each))
    document.activeElement.blur()
    return all.length
}"""

TOO_WIDE = """() => {
    const beyond = (box) => box.width && box.right > innerWidth + 1
    const cut = (part) => part && (
        (getComputedStyle(part).overflowX !== 'visible' && !beyond(part.getBoundingClientRect()))
        || cut(part.parentElement))
    return [...document.querySelectorAll('[data-testid=stMain] *')]
        .filter((part) => beyond(part.getBoundingClientRect()) && !cut(part.parentElement))
        .map((part) => part.outerHTML.slice(0, 200))
}"""
"""What stands out of the window to the right, and cannot be scrolled within its own frame."""

_MISPRINTS = """() => {
    const SLACK = 4, said = []
    for (const chart of document.querySelectorAll('svg.marks')) {
        const frame = chart.getBoundingClientRect()
        const words = [...chart.querySelectorAll('text')]
            .filter((text) => /[\\p{L}\\d]/u.test(text.textContent))
            .filter((text) => text.checkVisibility({opacityProperty: true}))
            .map((text) => [text, text.getBoundingClientRect()])
        for (const [text, box] of words) {
            if (text.textContent.endsWith('…')) said.push(`cut: ${text.textContent}`)
            if (box.left < frame.left - SLACK || box.right > frame.right + SLACK)
                said.push(`outside: ${text.textContent}`)
        }
        const slanted = /rotate\\((?!0\\))/
        const level = words.filter(([text]) => !slanted.test(text.getAttribute('transform')))
        level.forEach(([text, one], at) => level.slice(at + 1).forEach(([other, two]) => {
            const across = Math.min(one.right, two.right) - Math.max(one.left, two.left)
            const down = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top)
            if (across > SLACK && down > SLACK)
                said.push(`overlap: ${text.textContent} | ${other.textContent}`)
        }))
    }
    return said
}"""
