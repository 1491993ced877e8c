"""The ground floor: products, adoptions, projects, and the rules over them."""
