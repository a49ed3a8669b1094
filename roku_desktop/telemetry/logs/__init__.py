"""The log: what this program says about itself, one JSON object per line, without anybody's words.

`handler` takes what is logged, `record_line` and `event_line` make lines, `files` writes them.
"""
