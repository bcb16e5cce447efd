package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
)

func TestQueueSaysWhenItIsFullAndStaysOpen(t *testing.T) {
	_, url := start(t, environ{})
	for name, options := range map[string][]connect.ClientOption{
		"connect": nil, "grpc": {connect.WithGRPC()}, "grpc-web": {connect.WithGRPCWeb()},
	} {
		t.Run(name, func(t *testing.T) {
			talk := converse(t, url, options...)
			for _, expected := range []string{enqueued, enqueued, enqueued, full, full} {
				talk.say("I feel happy.")
				talk.expect(expected, 0)
			}
			talk.end()
			talk.expectEnd(0)
		})
	}
}

func TestAllStreamsShareTheCapacity(t *testing.T) {
	_, url := start(t, environ{"QUEUE_CAPACITY": "2"})
	first, second := converse(t, url), converse(t, url)
	for _, talk := range []*talk{first, second} {
		talk.say("one")
		talk.expect(enqueued, 0)
	}
	first.say("two")
	first.expect(full, 0)
	second.end()
	second.expectEnd(0)
	first.say("three")
	first.expect(enqueued, 0)
}

func TestClientThatVanishesFreesItsPlaces(t *testing.T) {
	_, url := start(t, environ{"QUEUE_CAPACITY": "1"})
	gone := converse(t, url)
	gone.say("one")
	gone.expect(enqueued, 0)
	gone.vanish()

	stays := converse(t, url)
	for end := time.Now().Add(patience); ; {
		stays.say("two")
		if stays.hear().GetSentence() == enqueued {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the place is still taken")
		}
	}
}

func TestEmptyAndLongSentencesAreRefused(t *testing.T) {
	_, url := start(t, environ{"QUEUE_CAPACITY": "1", "MAX_SENTENCE_BYTES": "6"})
	talk := converse(t, url)
	for i, sentence := range []string{"", " \t\u00a0", "1234567", "ééé!"} {
		talk.say(sentence)
		talk.expectFailed(uint32(i + 1))
	}
	talk.say("ééé")
	talk.expect(enqueued, 0)
}

func TestForgetKeepsTheOrderOfOthers(t *testing.T) {
	queue := newQueue(5)
	stays, goes := context.WithValue(context.Background(), "is", "a"), context.WithValue(context.Background(), "is", "b")
	for i, stream := range []context.Context{stays, goes, stays, goes, stays} {
		if !queue.offer(newJob(stream, uint32(i), "")) {
			t.Fatal("no room")
		}
	}
	queue.forget(goes)
	for _, expected := range []uint32{0, 2, 4} {
		if job := <-queue.waiting; job.number != expected {
			t.Errorf("expected %d, found %d", expected, job.number)
		}
	}
}

func TestWrongEnvironmentIsNamed(t *testing.T) {
	for name, values := range map[string][]string{
		"LISTEN_ADDR":         {"", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536"},
		"QUEUE_CAPACITY":      {"", "0", "-1", "three", "1.5", "99999999999999999999"},
		"MAX_SENTENCE_BYTES":  {"0", "x"},
		"WORKERS":             {"-1", "many"},
		"UPSTREAM_TIMEOUT_MS": {"0", "1s"},
		"DRAIN_MS":            {"-1", "soon"},
		"OPENAI_BASE_URL":     {"", "localhost", "ftp://localhost/v1", "http://", "http://a b", "localhost:80/v1"},
	} {
		for _, value := range values {
			_, err := readConfig(environ{name: value}.lookup)
			if err == nil || !strings.HasPrefix(err.Error(), name+": ") || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s=%q: %v", name, value, err)
			}
		}
	}
	if _, err := readConfig(environ{}.lookup); err != nil {
		t.Error(err)
	}
}
