"""What contributors run: `python -m tools.notebooks`, `python -m tools.browser`."""
