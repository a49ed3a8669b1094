"""The schema as numbered steps, applied in order by `playhouse.migrations.Runner` (see `opening.py`).

The files are read from this folder, not imported as modules: a frozen program carries them as data.
The number of the last one is `layout.SCHEMA.version` and SQLite's `user_version`. A file that was
released never changes; the next change is the next number.
"""
