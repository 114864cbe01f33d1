"""The compiled modules of a running Python: a later start needn't compile them again."""

import io
import sys
import zipfile
from pathlib import Path

__all__ = ["packed"]

_UNCHECKED = (1).to_bytes(4, "little") + bytes(8)
"""The header, after the magic number, of a module that counts whatever its source's date is."""


def packed() -> bytes:
    """A zip of the compiled modules under site-packages, by their paths there.

    They were compiled for these very sources, and are kept together with the version of them, so
    they count unchecked (PEP 552): an unpacked source has a new date every time.
    """
    made = io.BytesIO()
    files = {getattr(module, "__cached__", None) for module in list(sys.modules.values())}
    with zipfile.ZipFile(made, "w") as archive:
        for compiled in sorted(Path(file) for file in files if file):
            root = next((p for p in compiled.parents if p.name == "site-packages"), None)
            if root is None or not compiled.is_file():
                continue
            code = compiled.read_bytes()
            name = zipfile.ZipInfo(compiled.relative_to(root).as_posix())
            archive.writestr(name, code[:4] + _UNCHECKED + code[16:])
    return made.getvalue()
