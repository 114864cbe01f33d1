"""As for Depth."""

from tests.oracles.Depth import quantities

__all__ = ["quantities"]
