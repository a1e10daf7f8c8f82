"""A month's statements: from what a run left to a page, a sheet and a PDF."""
