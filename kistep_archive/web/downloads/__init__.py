"""What the site gives besides pages: files and pictures, evidence, feeds and exports."""
