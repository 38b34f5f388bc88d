"""People who sign in: accounts, roles, sessions, and what each may do and see."""
