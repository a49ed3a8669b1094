"""Roku Desktop: a desktop AI agent that can prove how well it is doing."""

__version__ = "0.1.0"
