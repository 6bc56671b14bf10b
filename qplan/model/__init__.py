"""The hall: frozen nouns that every room speaks. Facts are stored, figures derived; no verbs."""
