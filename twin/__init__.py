"""State of city, area, street, unit, room and device: live, replayed or imagined."""
