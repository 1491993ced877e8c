"""The score of products: it ranks and explains, and it never admits or refuses."""
