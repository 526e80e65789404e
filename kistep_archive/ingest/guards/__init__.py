"""The guards of a run: what holds back the pages of a changed layout."""
