"""Which tool calls may run, and who is asked."""
