"""The elements of the page: every word is set as text, none as HTML."""

from collections.abc import Callable

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

LEAF = (
    '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" '
    'stroke-linejoin="round" aria-hidden="true"><path d="M5 19c0-8 5-13 15-14 0 10-5 15-12 14"/><path d="M4 20c3-6 6-8 10-10"/></svg>'
)
NEW = '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true"><path d="M12 5v14M5 12h14"/></svg>'
CLIP = (
    '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
    '<path d="M20 11.5l-8.2 8.2a5 5 0 0 1-7-7l8.5-8.6a3.4 3.4 0 0 1 4.8 4.8l-8.6 8.5a1.7 1.7 0 0 1-2.4-2.4l7.8-7.8"/></svg>'
)
PERSON = '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true"><circle cx="12" cy="8" r="4"/><path d="M4 20c1-4 4-6 8-6s7 2 8 6"/></svg>'

# The keyboard's place is kept by the page's own script before the server hears of the press.
_PRESSED = "() => window.guanghe.pressed(emit)"


def words(tag: str, text: str, classes: str = "") -> TextElement:
    """Add an HTML element whose content is this text, whatever characters it has."""
    return TextElement(tag=tag, text=text).classes(classes)


def box(tag: str, classes: str = "") -> Element:
    """Add an HTML element for others to stand in."""
    return ui.element(tag).classes(classes)


def describe(element: Element, **attributes: object) -> Element:
    """Set HTML attributes to these values as they are; `_` in a name stands for `-`."""
    for name, value in attributes.items():
        element.props[name.replace("_", "-")] = value
    return element


def drawing(svg: str, classes: str) -> None:
    """Add one of this module's own drawings; screen readers skip it."""
    describe(ui.html(svg, sanitize=False).classes(classes), aria_hidden="true")


def pressable(label: str, classes: str, press: Callable[[], object]) -> Element:
    """Add a button with these words."""
    button = describe(words("button", label, classes), type="button")
    return button.on("click", press, js_handler=_PRESSED)
