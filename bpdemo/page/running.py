"""The Python half of a page: cells in, plain data out."""

import ast
import contextlib
import io
import json
import linecache
import os
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bpdemo import record, showing, validation
from bpdemo.page.needed import needed, statements

__all__ = ["KEPT", "Page"]

KEPT = (record.FILE, record.LIBRARY)
"""The files of a learner's that a page keeps: her progress, and her library."""

_ON_DEMAND = ("contourpy", "sympy")
"""What a page loads when a cell turns out to need it."""


class Page:
    """The code cells of a notebook, and the pictures that are alive on its page.

    Parameters
    ----------
    cells : the text of each code cell, by its place in the notebook.
    notebook : the notebook's name, under which a browser keeps the settings of its pictures.
    """

    @validation.checked(
        cells=validation.mapping(validation.string, "texts by place", keys=validation.whole(0)),
        notebook=validation.string,
    )
    def __init__(self, cells: Mapping[int, str], notebook: str = ""):
        self._cells = dict(sorted(cells.items()))
        self._notebook = notebook
        self._shown: dict[str, Any] = {}
        self._moved: list[str] = []
        self._known: list[tuple[int, int] | None] = [None] * len(KEPT)

    @validation.checked(place=validation.whole(0), code=validation.optional(validation.string))
    def run(self, place: int, code: str | None = None) -> dict[str, Any]:
        """Run one cell, after what it needs of the cells above.

        Parameters
        ----------
        place : which cell; `code`, its text as the learner has it now, kept for the cells below.

        Returns
        -------
        ``{"outputs": […]}``. Each output has a "kind": "text" or "error" (with "text"), "html"
        (with "html"), "explorer" (with "id", "spec" and "state") or "practice" ("id", "state").
        Or ``{"needs": name}``, where a module isn't loaded that the page could load: then run it
        again.

        Raises
        ------
        ValueError : no code cell has this place.
        """
        if place not in self._cells:
            known = ", ".join(map(str, self._cells))
            raise ValueError(f"place: expected a code cell, one of {known}; received {place}")
        if code is not None:
            self._cells[place] = code
        code = self._cells[place]
        above = statements(*[text for n, text in self._cells.items() if n < place])
        names: dict[str, Any] = {"__name__": "__main__"}
        outputs: list[dict[str, Any]] = []
        said = _Said(outputs)
        try:
            with contextlib.redirect_stdout(io.StringIO()), showing.shown_by(lambda _: None):
                for statement in needed(above, code):
                    exec(_compiled(statement.code, "above"), names)
            with contextlib.redirect_stdout(said), showing.shown_by(said.html):
                self._evaluate(code, place, names, outputs)
        except ModuleNotFoundError as missing:
            if missing.name in _ON_DEMAND:
                return {"needs": missing.name}
            outputs.append(_trouble(missing))
        except (Exception, KeyboardInterrupt) as error:
            outputs.append(_trouble(error))
        return {"outputs": outputs}

    def _evaluate(self, code, place, names, outputs) -> None:
        """Run the cell's statements; the value of the last is shown, as a notebook does it."""
        body = ast.parse(code).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        file = f"cell-{place}"
        exec(_compiled(code, file, ast.Module(body, [])), names)
        if last is None:
            return
        value = eval(_compiled(code, file, ast.Expression(last.value)), names)
        if value is not None:
            outputs.append(self._output(value, f"{place}"))

    def _output(self, value: Any, name: str) -> dict[str, Any]:
        """How a page shows a value."""
        # What is alive says which front end shows it, so that nothing is imported to find out.
        if kind := getattr(type(value), "front", ""):
            self._shown[name] = value
            value.front_end = _View(self, name)
            alive = {"kind": kind, "id": name, "state": value.state()}
            return alive | ({"spec": value.page_spec(self._notebook)} if kind == "explorer" else {})
        bundle: dict[str, str] = getattr(value, "_repr_mimebundle_", dict)()
        html = bundle.get("text/html") or getattr(value, "_repr_html_", str)()
        if html:
            return {"kind": "html", "html": html}
        return {"kind": "text", "text": repr(value)}

    @validation.checked(
        name=validation.string, message=validation.instance(Mapping, "a message of a page, a dict")
    )
    def answer(self, name: str, message: Mapping[str, Any]) -> dict[str, Any]:
        """What the picture `name` shows after a hand's `message`; see its `respond`.

        Raises ValueError where there is no such picture.
        """
        validation.one_of(self._shown)("name", name)
        return self._shown[name].respond(message)

    def take(self) -> list[dict[str, Any]]:
        """The pictures that Python itself moved since it was last asked: "id" and "state"."""
        moved, self._moved = dict.fromkeys(self._moved), []
        return [{"id": name, "state": self._shown[name].state()} for name in moved]

    @validation.checked(text=validation.string)
    def exchange(self, text: str) -> str:
        """Do what a message in JSON says, and answer in JSON: one call for a page's frame.

        The message has "do", the name of a method of this class, and "with", its arguments. The
        answer has "result"; "moved", where Python itself moved pictures (`take`); and "files",
        where the learner's files have changed since the last answer (`files`).
        """
        message = _message(text)
        answer = {"result": getattr(self, message["do"])(*message["with"])}
        if moved := self.take():
            answer["moved"] = moved
        stamps = self._stamps()
        if stamps != self._known:
            self._known = stamps
            answer["files"] = self.files()
        return json.dumps(answer)

    @staticmethod
    def _stamps() -> list[tuple[int, int] | None]:
        """When the learner's files were written, and how large they are."""
        found = [Path(name) for name in KEPT]
        return [(s.st_mtime_ns, s.st_size) if (s := _stat(p)) else None for p in found]

    @staticmethod
    def files() -> dict[str, str]:
        """The learner's files, by name, with what is in them."""
        return {name: Path(name).read_text("utf-8") for name in KEPT if Path(name).is_file()}

    @staticmethod
    @validation.checked(files=validation.mapping(validation.string, "texts by the names of files"))
    def restore(files: Mapping[str, str]) -> None:
        """Write the learner's files as the browser kept them; one that it doesn't have goes."""
        for name in KEPT:
            if name in files:
                Path(name).write_text(files[name], "utf-8")
            else:
                Path(name).unlink(missing_ok=True)


def _message(text: str) -> dict[str, Any]:
    """What a page says: "do", and the arguments "with" it."""
    try:
        message = json.loads(text)
    except ValueError:
        raise ValueError(f"text: expected JSON, received {validation.briefly(text)}") from None
    validation.instance(dict, "an object of JSON")("text", message)
    can = {"run": (1, 2), "answer": (2, 2), "restore": (1, 1)}
    do = validation.one_of(can)("do", message.get("do"))
    least, most = can[do]
    what = f"{least} to {most} arguments, in a list"
    validation.instance(list, what)("with", message.get("with"))
    if not least <= len(message["with"]) <= most:
        raise ValueError(f"with: expected {what}, received {len(message['with'])}")
    return message


def _stat(path: Path) -> os.stat_result | None:
    return path.stat() if path.is_file() else None


class _View:
    """Stands where a notebook's widget would: notes that Python moved the picture."""

    def __init__(self, page: Page, name: str):
        self._page, self._name = page, name

    def refresh(self) -> None:
        self._page._moved.append(self._name)


class _Said(io.TextIOBase):
    """What a cell prints and shows, in order."""

    def __init__(self, outputs: list[dict[str, Any]]):
        self._outputs = outputs

    def html(self, html: str) -> None:
        """What isn't printed, but shown."""
        self._outputs.append({"kind": "html", "html": html})

    def write(self, text: str) -> int:
        if self._outputs and self._outputs[-1]["kind"] == "text":
            self._outputs[-1]["text"] += text
        elif text:
            self._outputs.append({"kind": "text", "text": text})
        return len(text)


def _compiled(code: str, file: str, tree: ast.Module | ast.Expression | None = None):
    """Code whose lines a traceback and `inspect` can show."""
    name = f"<{file}>"
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    if tree is None:
        return compile(code, name, "exec")
    return compile(tree, name, "eval" if isinstance(tree, ast.Expression) else "exec")


def _trouble(error: BaseException) -> dict[str, str]:
    """An error as a learner reads it: her own lines, and what went wrong."""
    frames = traceback.extract_tb(error.__traceback__)
    own: Sequence = [frame for frame in frames if frame.filename.startswith("<")]
    told = traceback.format_exception_only(error)
    return {"kind": "error", "text": "".join([*traceback.format_list(list(own)), *told])}
