"""What the demo voices say: about a minute on what Spaces is."""

import numpy as np

from rooms.demo.speech import MAYA, SAM, Samples, Voice, conversation, silence

TITLE = "Welcome to Spaces: a first listen"

LINES: tuple[tuple[Voice, str], ...] = (
    (MAYA, "Hello everyone, and welcome to Spaces. If you can hear me, your sound works."),
    (SAM, "Hello. So, what is this place?"),
    (MAYA, "It is a home for live conversations. Somebody opens a room, and people come in to listen."),
    (SAM, "And how do they find the room?"),
    (MAYA, "When a person you follow goes live, a purple bubble shows up at the top of your home page."),
    (MAYA, "Tap it, and a moment later you are listening. Just as you do now."),
    (SAM, "Does the sound stop when I look at another page?"),
    (MAYA, "No. Walk about as you like. The player comes with you, until you leave."),
    (SAM, "And who may start a room of their own?"),
    (MAYA, "Anybody with six hundred followers, or somebody whom the staff of this server trust."),
    (SAM, "What happens when the host loses their connection?"),
    (MAYA, "The room waits two minutes for them. If they do not come back, it ends by itself."),
    (SAM, "All of this runs on one computer?"),
    (MAYA, "Yes. On yours, if you like. That is what self hosted means."),
    (MAYA, "We start again from the beginning now. Stay as long as you like."),
)


def recording() -> Samples:
    """Return the whole conversation, with a breath at its end so that it can go round."""
    return np.concatenate([conversation(LINES), silence(1.5)])
