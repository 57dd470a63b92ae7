"""What a paper prints: claims, its rule for choosing a model, its bibliography."""
