"""The stand-in's pages: posts and listings in every skin of both layouts."""
