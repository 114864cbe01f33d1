"""The site: the series as pages and in JupyterLite; `python -m tools.site build` makes it."""
