//! A model behind an OpenAI-compatible API: retries, rate limit, circuit breaker.
