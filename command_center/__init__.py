"""Pages for people who sign in: video wall, drill-down, workbench."""
