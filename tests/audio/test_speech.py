"""The demo's voices: sound that is made here, and the measure that tells what was heard."""

import wave

import numpy as np
import pytest

from rooms.demo import script
from rooms.demo.speech import (
    MAYA,
    PEAK,
    SAM,
    SAMPLE_RATE,
    SpeechUnavailable,
    Voice,
    conversation,
    resampled,
    silence,
    speak,
    write_wav,
)
from tests.audio.likeness import likeness

TEXT = "Hello everyone, and welcome to Spaces."


def test_a_sentence_is_some_seconds_of_loud_sound():
    sound = speak(TEXT)

    assert sound.dtype == np.int16
    assert 1.5 < len(sound) / SAMPLE_RATE < 4
    assert np.max(np.abs(sound.astype(int))) == PEAK
    # Speech lies below 8 kHz, and a wrong sample rate would move or mirror it.
    spectrum = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
    assert spectrum[hertz < 8_000].sum() > 0.95 * spectrum.sum()


def test_the_same_text_sounds_the_same_and_another_voice_another():
    # Not to the sample: a voice trembles a little, each time anew.
    assert likeness(speak(TEXT), speak(TEXT)) > 0.95
    assert likeness(speak(TEXT, MAYA), speak(TEXT, SAM)) < 0.85


def test_a_faster_voice_takes_less_time():
    assert len(speak(TEXT, Voice("en-us", 260))) < 0.8 * len(speak(TEXT, Voice("en-us", 130)))


def test_text_beyond_ascii_is_spoken():
    assert len(speak("Grüße aus Köln, naïve café.")) > SAMPLE_RATE


def test_no_words_are_no_sound():
    assert not speak("").any()


def test_a_voice_that_does_not_exist_is_refused_by_its_name():
    with pytest.raises(SpeechUnavailable, match="nobody-speaks-so"):
        speak(TEXT, Voice("nobody-speaks-so"))


def test_resampling_keeps_pitch_and_loudness():
    rate = 22_050
    tone = 10_000 * np.sin(2 * np.pi * 440 * np.arange(rate) / rate)

    sound = resampled(tone, rate, SAMPLE_RATE)

    assert len(sound) == SAMPLE_RATE
    assert np.argmax(np.abs(np.fft.rfft(sound))) == 440
    assert np.max(np.abs(sound)) == pytest.approx(10_000, rel=0.01)


def test_a_wav_file_holds_what_was_spoken(tmp_path):
    sound = speak(TEXT)
    write_wav(tmp_path / "speech.wav", sound)

    with wave.open(str(tmp_path / "speech.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, SAMPLE_RATE)
        assert np.array_equal(np.frombuffer(file.readframes(len(sound)), "<i2"), sound)


def test_the_recording_is_about_a_minute_of_two_people_talking():
    assert {voice for voice, _ in script.LINES} == {MAYA, SAM}
    sound = script.recording()
    assert 45 < len(sound) / SAMPLE_RATE < 90
    assert conversation(script.LINES[:2])[: SAMPLE_RATE // 2].any()


def test_likeness_tells_the_same_speech_late_and_rough_from_silence_noise_and_other_speech():
    """The measure the audio tests rest on fails on what is not the speech that was sent."""
    sent = speak("One moment please, the room opens in a few seconds from now.")
    noise = np.random.default_rng(1).normal(0, 300, len(sent) + SAMPLE_RATE)
    rough = 0.4 * np.concatenate([silence(0.7), sent, silence(0.3)]) + noise
    other = speak("A quite different sentence is spoken here, about bread and butter.", SAM)

    assert likeness(sent, rough) > 0.8
    assert likeness(sent, sent[SAMPLE_RATE:]) > 0.99
    assert likeness(sent, other) < 0.4
    assert likeness(sent, (20 * noise).astype(np.int16)) < 0.4
    assert likeness(sent, silence(4)) == 0
    assert likeness(sent, silence(0)) == 0
