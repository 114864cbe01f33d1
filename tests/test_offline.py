"""Nothing reaches the network at run time: all runs in a Python that can open no connection."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Put in before anything is imported. What a kernel needs inside of this machine, a pair of sockets,
# is no connection and stays.
CUT = """
import socket, sys

def cut(what):
    def refuse(*args, **kwargs):
        raise AssertionError(f"it reaches the network: {what} {args[1:]}")
    return refuse

class Socket(socket.socket):
    connect, connect_ex = cut("connect"), cut("connect_ex")
    sendto, bind, listen = cut("sendto"), cut("bind"), cut("listen")

socket.socket = Socket
for name in ("create_connection", "create_server", "getaddrinfo", "gethostbyname", "getnameinfo"):
    setattr(socket, name, cut(name))

def watch(event, args):
    # Whatever else opens one tells Python's own auditing; and so does a program that could.
    heard = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo",
             "urllib.Request", "http.client.connect", "ftplib.connect", "smtplib.connect",
             "webbrowser.open", "subprocess.Popen", "os.system", "os.posix_spawn")
    if event == "subprocess.Popen" and args[1][0] in ("fc-list", "system_profiler"):
        return  # Matplotlib asks for this machine's fonts
    if event in heard:
        raise AssertionError(f"it reaches the network: {event} {args}")

sys.addaudithook(watch)
"""

ROOMS = """
import importlib, pkgutil
import bpdemo
names = [module.name for module in pkgutil.walk_packages(bpdemo.__path__, "bpdemo.")]
for name in names:
    if "__main__" not in name:
        importlib.import_module(name)
assert len(names) > 80, len(names)
"""

CORE = """
import numpy as np
import bpdemo as bp
from bpdemo import data, training
for activation in bp.activations.TABLE:
    x, y = np.full((3, 4), 0.3), np.full((3, 2), 0.5)
    w = training.initial_weights([4, 3, 2])
    trace = bp.forward(x, w, activation=activation)
    bp.backward(trace, y)
    assert bp.check_gradients(x, w, y, activation=activation).ok
assert bp.diagnose(x, w, y, backward=bp.backward).ok
assert bp.gradcheck(lambda p: float((p["x"] ** 2).sum()), {"x": x}, {"x": 2 * x}).ok
for kind in (data.xor, data.circles, data.moons):
    assert len(kind().x)
split = data.digits_split()
start = training.initial_weights([64, 8, 10])
settings = {**training.SIGMOID_SETTINGS, "epochs": 1}
*_, last = training.descend(split.train.pixels, start, split.train.y, **settings)
said = bp.forward(split.held_out.pixels, last.w).a[2]
assert training.accuracy(said, split.held_out.labels) > 0.1
"""

PICTURES = """
from bpdemo import exercises, explorers, figures, symbolic
from bpdemo.explorers import view
for name in explorers.__all__:
    explorer = getattr(explorers, name)
    if isinstance(explorer, type) and issubclass(explorer, explorers.explorer.Explorer):
        made = explorer()
        made.state(), made.still_svg(390), view.still(made)
        view.View(made)
assert figures.sigma_and_derivative("tanh").png()
assert symbolic.claim("N10").holds and symbolic.derivation("N10").holds
for name in exercises.TABLE:
    exercises.examine(name, lambda *args: 0.0)
exercises.quiz("03").bundle(), exercises.BugHunt("03").check(), exercises.summary()._repr_html_()
"""


def offline(code, folder, cut=CUT):
    """Run code in a fresh Python with the network cut off, in this folder; return the process."""
    (folder / "sitecustomize.py").write_text(cut, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
    environment |= {"BPDEMO_PROGRESS": str(folder / "progress.json"), "MPLCONFIGDIR": str(folder)}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True,
        timeout=300,
    )  # fmt: skip


@pytest.mark.parametrize("code", [ROOMS, CORE, PICTURES], ids=["rooms", "core", "pictures"])
def test_nothing_reaches_the_network(code, tmp_path):
    done = offline(code, tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "code",
    [
        "import urllib.request as u; u.urlopen('http://127.0.0.1:9')",
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import socket; socket.socket().connect(('127.0.0.1', 9))",
        "import _socket; _socket.socket().connect(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "import socket as s; s.socket(type=s.SOCK_DGRAM).sendto(b'', ('127.0.0.1', 9))",
    ],
)
def test_what_reaches_the_network_is_seen(code, tmp_path):
    done = offline(code, tmp_path)
    assert done.returncode and "it reaches the network" in done.stderr
