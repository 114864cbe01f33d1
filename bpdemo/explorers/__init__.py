"""The explorers: one class each, made of shared parts.

Show one by ending a cell with it: ``explorers.ThreeTerms()``. Its controls are its state:
``explorer.settings`` reads them off as a plain dict and can be assigned.
"""

from bpdemo.explorers.forward import ForwardChain, ForwardNetwork

__all__ = ["ForwardChain", "ForwardNetwork"]
