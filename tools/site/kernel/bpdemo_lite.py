"""In the browser, beside the kernel: packages that are fetched when they are first imported."""

import importlib
import importlib.machinery
import io
import site
import sys
import zipfile


def lazily(wheels):
    """Fetch a wheel, name → address, when somebody imports that name."""
    sys.meta_path.append(_Fetch(wheels))


def settle(shell):
    """Complete names from what is there: Jedi, which the kernel takes for granted, isn't."""
    shell.Completer.use_jedi = False


class _Fetch:
    """A finder: it is asked last, when nobody else found the module."""

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
