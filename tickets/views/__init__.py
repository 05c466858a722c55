"""The pages of buyers and givers, and what pages of apps below show of tickets."""
