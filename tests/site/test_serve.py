"""The server: files under a sub-path, with the types that a browser insists on."""

import urllib.error
import urllib.request

import pytest

from tools.site import serve


@pytest.fixture
def site(tmp_path):
    (tmp_path / "index.html").write_text("home")
    (tmp_path / "a.mjs").write_text("export {}")
    (tmp_path / "b.wasm").write_bytes(b"\0asm")
    with serve.serving(tmp_path, "/some/where/") as address:
        yield address


def get(address):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address, timeout=10) as answer:
        return answer.read(), answer.headers.get_content_type()


def test_files_have_the_types_that_modules_need(site):
    assert site.startswith("http://127.0.0.1:")
    assert get(site) == (b"home", "text/html")
    assert get(f"{site}a.mjs?v=1")[1] == "text/javascript"
    assert get(f"{site}b.wasm")[1] == "application/wasm"


@pytest.mark.parametrize("path", ["/", "/some/", "/index.html"])
def test_nothing_else_is_served(site, path):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        get(site.removesuffix("/some/where/") + path)
