"""The benchmark: dehusk and its peers on labelled, planted, honest and public pages."""
