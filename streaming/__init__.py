"""The pipes: events, log, ingest, sources, database, time series and live frames."""
