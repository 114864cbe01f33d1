"""The website: static pages of the notebooks, and the series in JupyterLite."""
