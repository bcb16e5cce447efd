package main

import (
	"fmt"
	"math"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const defaultAddress = "127.0.0.1:8080"

// config is what the environment says.
type config struct {
	address          string
	capacity         int
	maxSentenceBytes int
	workers          int
	drain            time.Duration
	model            modelConfig
}

// modelConfig says how the model is asked.
type modelConfig struct {
	url          string
	key          string
	name         string
	systemPrompt string
	timeout      time.Duration
	connections  int
}

// readConfig reads the environment with a function like os.LookupEnv. Its error names the variable, in one line.
func readConfig(lookup func(string) (string, bool)) (config, error) {
	env := environment{lookup: lookup}
	read := config{
		address:          env.address("LISTEN_ADDR", defaultAddress),
		capacity:         env.number("QUEUE_CAPACITY", 3, 1, 1_000_000),
		maxSentenceBytes: env.number("MAX_SENTENCE_BYTES", 4096, 1, 1<<24),
		workers:          env.number("WORKERS", 0, 0, 10_000),
		drain:            env.milliseconds("DRAIN_MS", 10_000, 0),
		model: modelConfig{
			url:          env.url("OPENAI_BASE_URL", "https://api.openai.com/v1") + "/chat/completions",
			key:          env.text("OPENAI_API_KEY", ""),
			name:         env.text("OPENAI_MODEL", "gpt-4o-mini"),
			systemPrompt: env.text("OPENAI_SYSTEM_PROMPT", ""),
			timeout:      env.milliseconds("UPSTREAM_TIMEOUT_MS", 30_000, 1),
		},
	}
	read.model.connections = read.workers
	return read, env.err
}

// environment reads variables, and keeps what was wrong first.
type environment struct {
	lookup func(string) (string, bool)
	err    error
}

func (e *environment) wrong(name, expected, found string) {
	if e.err == nil {
		e.err = fmt.Errorf("%s: expected %s, found %q", name, expected, found)
	}
}

func (e *environment) text(name, otherwise string) string {
	if value, set := e.lookup(name); set {
		return value
	}
	return otherwise
}

func (e *environment) number(name string, otherwise, least, most int) int {
	text, set := e.lookup(name)
	if !set {
		return otherwise
	}
	value, err := strconv.Atoi(text)
	if err != nil || value < least || value > most {
		e.wrong(name, fmt.Sprintf("a number from %d to %d", least, most), text)
	}
	return value
}

func (e *environment) milliseconds(name string, otherwise, least int) time.Duration {
	return time.Duration(e.number(name, otherwise, least, math.MaxInt32)) * time.Millisecond
}

func (e *environment) address(name, otherwise string) string {
	address := e.text(name, otherwise)
	_, port, err := net.SplitHostPort(address)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err == nil {
		_, err = net.ResolveTCPAddr("tcp", address)
	}
	if err != nil {
		e.wrong(name, "an address and a port such as "+otherwise, address)
	}
	return address
}

func (e *environment) url(name, otherwise string) string {
	text := e.text(name, otherwise)
	parsed, err := url.Parse(text)
	if err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Hostname() == "" {
		e.wrong(name, "an address such as "+otherwise, text)
	}
	return strings.TrimRight(text, "/")
}
