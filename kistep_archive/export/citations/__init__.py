"""A post as a citation: CSL JSON is the model, the other styles are made of it."""
