"""Who is who and what was done: one room per matter."""
