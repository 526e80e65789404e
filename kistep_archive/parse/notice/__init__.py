"""Pages that are no post and no listing: notices, walls, other pages of the site."""
