"""The static site: readable pages, live explorers, and the whole series in JupyterLite.

python -m tools.site build      # → build/site/
python -m tools.site serve      # on 127.0.0.1
"""
