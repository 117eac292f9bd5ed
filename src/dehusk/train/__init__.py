"""Making labelled pages and weights, and scoring what comes of them."""
