"""The command line: one module for each command, imported when that command runs.

`main.run` is the way in, `parser` knows every word, `exits` the exit codes. The commands speak to
the engine's facade through `app` and write through `output`; none of them imports Qt.
"""
