"""The business objects, one module each; `registry` is where calls find them."""
