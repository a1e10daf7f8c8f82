"""What the papers publish, computed again: one module a subject, a pure function a section."""
