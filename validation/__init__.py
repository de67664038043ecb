"""Numbers from other software, each held against ours, with the script that makes them."""
