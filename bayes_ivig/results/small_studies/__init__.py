"""What effects are left under a publication rule, and where they depend on the size of trials."""
