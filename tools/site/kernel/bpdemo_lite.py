"""In the browser, beside JupyterLite's kernel: what isn't needed at the start is left for later."""

import contextlib
import importlib
import importlib.machinery
import importlib.util
import io
import json
import site
import sys
import types
import zipfile


def prepare(wheels):
    """Before the kernel is imported.

    wheels : name → address of a wheel to fetch when somebody imports that name.
    """
    # IPython's own terminal, of which nothing can be used here, is what wants prompt_toolkit.
    embed = types.ModuleType("IPython.terminal.embed")
    embed.embed = None
    sys.modules[embed.__name__] = embed
    sys.meta_path.insert(0, _Later("bpdemo.figures"))
    sys.meta_path.append(_Fetch(wheels))


def settle(kernel):
    """When the kernel is there.

    kernel : the package `pyodide_kernel`.
    """
    # Names are completed from the objects that are there. The kernel takes Jedi for granted.
    kernel.ipython_shell.Completer.use_jedi = False
    _send_json(importlib.import_module("comm"))


def _send_json(comm):
    """Let a widget's messages reach the page as a Jupyter server would bring them.

    Pyodide makes None an undefined, where JSON has a null, and front ends tell the two apart.
    """
    from js import JSON

    class Comm(comm.create_comm):
        def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
            with contextlib.suppress(TypeError, ValueError):  # no JSON: then as it was
                data = JSON.parse(json.dumps(data, allow_nan=False))
            super().publish_msg(msg_type, data, metadata, buffers, **keys)

    comm.create_comm = Comm


class _Later:
    """A finder whose module is run when it is first used: it takes Matplotlib with it."""

    def __init__(self, name):
        self.name = name

    def find_spec(self, name, path=None, target=None):
        if name != self.name:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec


class _Fetch:
    """A finder that is asked last, when nobody else has found the module."""

    def __init__(self, wheels):
        self.wheels = wheels

    def find_spec(self, name, path=None, target=None):
        address = self.wheels.pop(name, None)
        if address is None:
            return None
        with zipfile.ZipFile(io.BytesIO(_fetch(address))) as wheel:
            wheel.extractall(site.getsitepackages()[0])
        importlib.invalidate_caches()
        return importlib.machinery.PathFinder.find_spec(name)


def _fetch(address):
    """The bytes at an address of this site, at once: an import can't wait."""
    from js import XMLHttpRequest

    request = XMLHttpRequest.new()
    request.open("GET", address, False)
    request.responseType = "arraybuffer"
    request.send()
    if request.status != 200:
        raise ImportError(f"{address} could not be fetched (status {request.status})")
    return request.response.to_bytes()
