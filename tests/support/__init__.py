"""What the tests share: servers, processes, homes."""
