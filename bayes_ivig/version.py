"""The package's version: what every saved file, document and stored answer says made it;
``pyproject.toml`` states the same.
"""

__version__ = "0.1.0"
