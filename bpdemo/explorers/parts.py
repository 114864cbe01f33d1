"""The shared parts of every explorer: controls that have names, and the explorer itself.

An explorer is a set of named controls and a pure function from their values to a picture. The
values are its whole state: `settings` reads it off as a plain dict and writes it back.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, ClassVar

import ipywidgets as widgets

from bpdemo import diagrams
from bpdemo.diagrams.base import STYLE

__all__ = [
    "Control",
    "Explorer",
    "Runner",
    "button",
    "choice",
    "count",
    "slider",
    "switch",
    "weight",
]

_CSS = (
    "<style>.bp-explorer{max-width:960px;overflow:hidden}"
    ".bp-explorer .bp-controls{flex-flow:row wrap;align-items:center}"
    # The number box shows no second label, but keeps it for a screen reader.
    ".bp-explorer .bp-number>.widget-label{position:absolute;width:1px;height:1px;"
    "min-width:0;padding:0;overflow:hidden;clip-path:inset(50%)}"
    ".bp-explorer .widget-label{color:var(--jp-ui-font-color1,#1a1a1a)}"
    ".bp-ask{font-size:15px;line-height:1.45;color:var(--jp-content-font-color1,#1a1a1a)}"
    ".bp-ask summary{cursor:pointer}.bp-ask p{margin:2px 0}"
    f"{STYLE}</style>"
)


class Control:
    """A named control: `value` is its value, `box` is what is shown.

    Most are one widget; a slider is a slider and a number box that follow each other.

    Attributes
    ----------
    source : the widget that holds the value.
    tidy : rounds what the widget holds. In the browser a slider counts its steps from its low
        end, so it says 0.7999999999999998 where 0.8 was set.
    default : the value that Reset goes back to.
    """

    def __init__(
        self,
        source: widgets.Widget,
        box: widgets.Widget | None = None,
        tidy: Callable[[Any], Any] = lambda value: value,
    ):
        self.source = source
        self.box = source if box is None else box
        self.tidy = tidy
        self.default = self.value

    @property
    def value(self) -> Any:
        """The present value, rounded to what the control can show."""
        return self.tidy(self.source.value)

    @value.setter
    def value(self, value: Any) -> None:
        self.source.value = value


def _with_number_box(bar, box, width: str, tidy: Callable) -> Control:
    """A slider and its number box side by side, each following the other."""
    box.add_class("bp-number")

    def follow(change):
        # Not for dust: the browser would get the handle's place back while a hand still moves it.
        if tidy(bar.value) != tidy(change.new):
            bar.value = change.new

    bar.observe(lambda change: setattr(box, "value", tidy(change.new)), "value")
    box.observe(follow, "value")
    row = widgets.HBox([bar, box], layout=widgets.Layout(width=width, flex="0 1 auto"))
    return Control(bar, row, tidy)


def _ten_decimals(value: float) -> float:
    return round(value, 10) + 0.0  # + 0.0: no −0


def _three_figures(value: float) -> float:
    return float(f"{value:.3g}")


def slider(
    label: str,
    value: float,
    low: float = -4.0,
    high: float = 4.0,
    step: float = 0.05,
    log: bool = False,
    width: str = "284px",
) -> Control:
    """A slider with a number box beside it: one for the hand, one for the keyboard.

    The handle of an ipywidgets slider has no accessible name; the number box has one.
    With `log`, low and high are powers of ten and the box shows the number itself.
    """
    make = widgets.FloatLogSlider if log else widgets.FloatSlider
    bar = make(
        value=value,
        min=low,
        max=high,
        step=step,
        description=label,
        readout=False,
        layout=widgets.Layout(flex="1 1 auto", width="auto", min_width="120px"),
        style={"description_width": "34px" if len(label) < 4 else "initial"},
    )
    number = widgets.BoundedFloatText(
        value=value,
        min=10**low if log else low,
        max=10**high if log else high,
        step=step if not log else 10**low,
        description=f"{label}, as a number",
        layout=widgets.Layout(width="76px"),
    )
    return _with_number_box(bar, number, width, _three_figures if log else _ten_decimals)


def weight(k: int, value: float, entry: str = "", reach: float = 4.0) -> Control:
    """A slider for w^k, or for one entry of it: ``weight(2, 0.5, "₁₂")``."""
    return slider(f"w{diagrams.superscript(k)}{entry}", value, -reach, reach)


def choice(label: str, options: Sequence | Mapping, value: Any, width: str = "230px") -> Control:
    """A drop-down list."""
    return Control(
        widgets.Dropdown(
            options=options,
            value=value,
            description=label,
            layout=widgets.Layout(width=width),
            style={"description_width": "initial"},
        )
    )


def switch(label: str, value: bool = False, width: str = "auto") -> Control:
    """A check box."""
    return Control(
        widgets.Checkbox(
            value=value, description=label, indent=False, layout=widgets.Layout(width=width)
        )
    )


def count(label: str, value: int, low: int, high: int, width: str = "300px") -> Control:
    """A slider over whole numbers, with its number box."""
    bar = widgets.IntSlider(
        value=value,
        min=low,
        max=high,
        description=label,
        readout=False,
        layout=widgets.Layout(flex="1 1 auto", width="auto", min_width="120px"),
        style={"description_width": "initial"},
    )
    number = widgets.BoundedIntText(
        value=value,
        min=low,
        max=high,
        description=f"{label}, as a number",
        layout=widgets.Layout(width="70px"),
    )
    return _with_number_box(bar, number, width, int)


def button(label: str, action: Callable[[], None], width: str = "auto") -> widgets.Button:
    """A button with a word on it."""
    made = widgets.Button(description=label, layout=widgets.Layout(width=width))
    made.on_click(lambda _: action())
    return made


class Runner:
    """Run and Stop: calls `step` every `interval` seconds on the kernel's own event loop.

    `step` returns False when there is nothing left to do. No thread is used, so it runs in a
    browser kernel too, and a slider moved meanwhile is served between two steps.
    """

    def __init__(self, step: Callable[[], bool], interval: float = 0.1, limit: int = 1000):
        self.step, self.interval, self.limit = step, interval, limit
        self.task: asyncio.Task | None = None

    def start(self) -> None:
        """Begin; a second start while it runs does nothing."""
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self._run())

    def stop(self) -> None:
        """Stop after the step that is under way."""
        if self.task is not None:
            self.task.cancel()
            self.task = None

    async def _run(self) -> None:
        for _ in range(self.limit):
            if not self.step():
                break
            await asyncio.sleep(self.interval)


class Explorer(widgets.VBox):
    """The base of all explorers.

    A subclass says what its controls are (`controls`, a dict of name → `Control`) and what they
    look like together (`panels`, rows of `Panel` from their values); it may add buttons
    (`buttons`). Everything else is here: drawing on every change, Reset, the question with its
    folded answer, `settings`, and the still picture for a reader without a kernel.

    Keyword arguments of an explorer set the controls' first values by name; Reset returns to
    these. An unknown name raises TypeError.
    """

    title = ""
    question = ""
    answer = ""

    still: ClassVar[dict[str, Any]] = {}
    """What is set otherwise in the still picture: where the start is empty, it says more later."""

    def __init__(self, **start):
        self._controls = self.controls()
        unknown = sorted(set(start) - set(self._controls))
        if unknown:
            raise TypeError(
                f"{type(self).__name__}: no control named {', '.join(unknown)}; "
                f"expected {', '.join(self._controls)}"
            )
        for name, value in start.items():
            self._controls[name].value = value
            self._controls[name].default = self._controls[name].value
        self._touched: tuple[str, ...] = ()
        self._seen = self.settings
        self._quiet = False
        self._picture = widgets.HTML(layout=widgets.Layout(width="100%", margin="0"))
        self._reset = button("Reset", self.reset)
        for name, control in self._controls.items():
            control.source.observe(lambda change, name=name: self._changed(name), "value")
        controls = widgets.HBox(
            [*(c.box for c in self._controls.values()), *self.buttons(), self._reset]
        ).add_class("bp-controls")
        super().__init__([widgets.HTML(_CSS + self._ask()), controls, self._picture])
        self.add_class("bp-explorer")
        self.draw()

    # What a subclass says.

    def controls(self) -> dict[str, Control]:
        """The controls by name, in the order in which they stand."""
        raise NotImplementedError

    def panels(self, s: SimpleNamespace) -> list:
        """Rows of panels; `s` has the controls' values by name, and `s.touched`."""
        raise NotImplementedError

    def buttons(self) -> list[widgets.Widget]:
        """More widgets after the controls; none by default."""
        return []

    def moved(self, name: str) -> None:
        """Called when a hand moved this control, before the picture is drawn."""

    # What every explorer has.

    @property
    def settings(self) -> dict[str, Any]:
        """The whole state, as a plain dict; assign one, or a part of one, to restore it."""
        return {name: control.value for name, control in self._controls.items()}

    @settings.setter
    def settings(self, values: Mapping[str, Any]) -> None:
        unknown = sorted(set(values) - set(self._controls))
        if unknown:
            raise ValueError(f"settings: no control named {', '.join(unknown)}")
        self._quiet = True
        try:
            for name, value in values.items():
                self._controls[name].value = value
        finally:
            self._quiet = False
        self._touched = ()
        self.draw()

    def reset(self) -> None:
        """Back to the values the explorer was made with."""
        self.settings = {name: control.default for name, control in self._controls.items()}

    def svg(self, styled: bool = True, **changed) -> str:
        """The picture of the present settings, computed afresh; complete if `styled`.

        With `changed`, the picture as it would be if these settings were changed.
        """
        s = SimpleNamespace(**{**self.settings, **changed}, touched=self._touched)
        return diagrams.picture(self.panels(s), self.title, styled)

    def draw(self) -> None:
        """Bring the picture up to date."""
        self._seen = self.settings
        # Its style is on the page already, with the question.
        self._picture.value = self.svg(styled=False)

    def _changed(self, name: str) -> None:
        # A slider that only said its value again, more or less exactly, was not moved.
        if not self._quiet and self._controls[name].value != self._seen[name]:
            self._touched = (name,)
            self._quiet = True
            try:
                self.moved(name)
            finally:
                self._quiet = False
            self.draw()

    def _ask(self) -> str:
        answer = (
            f"<details><summary>Show the answer</summary><p>{self.answer}</p></details>"
            if self.answer
            else ""
        )
        if not self.question:
            return ""
        return f'<div class="bp-ask"><p><b>Before you move:</b> {self.question}</p>{answer}</div>'

    def _repr_mimebundle_(self, **kwargs):
        # The widget where there is a kernel, and a picture that stands still where not.
        bundle = super()._repr_mimebundle_(**kwargs)
        return {**bundle, **diagrams.Drawing(self.svg(**self.still))._repr_mimebundle_()}
