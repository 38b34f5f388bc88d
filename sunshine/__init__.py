"""The front door: command line, start and stop of the whole house, embedded database and broker, doctor."""
