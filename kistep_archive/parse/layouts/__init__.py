"""The layouts of the site: a module for each, which reads its posts and listings."""
