"""Telemetry leaves for a collector (OTLP). Imported only where a collector is named; see decision 0022."""
