//! A scripted stand-in for an OpenAI-compatible chat completion API.
