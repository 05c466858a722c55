"""Pages and files of replays, clips and podcasts."""
