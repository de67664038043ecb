"""
Made-up charts, each with the answers that it promises; no real person is in them.

`catalogue.json` describes every chart and its promises. `make examples` writes them all anew.
"""
