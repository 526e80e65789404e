"""WARC and WACZ files: records read strictly, written once."""
