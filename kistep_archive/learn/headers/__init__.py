"""Writer and hits that no row tells: where the header of a post shows them."""
