"""What is remembered beyond a conversation: kept in the home, found by its words or by a memory service."""
