"""What a site puts beside a post's text or into its box, and what readers write there."""
