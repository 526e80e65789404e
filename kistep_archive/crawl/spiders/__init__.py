"""The spider of the boards, and what it alone uses."""
