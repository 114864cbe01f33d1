"""Tests in a real browser: JupyterLab in Chromium, every notebook, every explorer."""
