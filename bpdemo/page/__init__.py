"""A notebook on a web page: its cells run one by one, in Python in the reader's browser.

A page has no kernel that ran the notebook from the top. When a picture is touched or an answer is
checked, the cell runs in a namespace of its own, after the statements above it that it needs
(`bpdemo.page.needed`), with what the learner wrote in the cells above.

Nothing here needs a browser: `Page` takes plain text and returns plain data.
"""

from bpdemo.page.needed import Statement, needed, statements
from bpdemo.page.running import Page

__all__ = ["Page", "Statement", "needed", "statements"]
