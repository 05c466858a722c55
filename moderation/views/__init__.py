"""The pages of reports and appeals."""
