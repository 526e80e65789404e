"""What a post's page says: its labels, its title, its body, its files."""
