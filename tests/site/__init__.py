"""Tests of the site: what it is built from, and what it does in a browser."""
