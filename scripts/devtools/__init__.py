"""The commands of `scripts/dev.py`. Standard library only: they run before anything is installed."""
