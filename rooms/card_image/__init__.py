"""The picture of a Space that other sites show beside its link (Open Graph): what it says, how it is drawn, where it is kept.

- `content`: a Space as the words of its card
- `text`: fonts, wrapping, the direction of writing
- `drawing`: the card as PNG
- `store`: each card is drawn once
"""
