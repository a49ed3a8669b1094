"""How a shell command is read, and what follows from what it says."""
