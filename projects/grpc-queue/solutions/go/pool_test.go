package main

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"connectrpc.com/connect"
)

func TestSentenceIsAskedOfTheModelAndAnswered(t *testing.T) {
	model, calls := fakeModel(t)
	_, url := start(t, environ{
		"WORKERS": "1", "OPENAI_BASE_URL": model + "/", "OPENAI_API_KEY": "secret", "OPENAI_MODEL": "m",
		"OPENAI_SYSTEM_PROMPT": "Be kind.",
	})
	talk := converse(t, url, connect.WithGRPC())
	talk.say(" <ä> & \"b\" ")
	talk.expect(enqueued, 0)
	call := next(t, calls)
	if found := fmt.Sprintf("%q", call.question); found != `{"m" [{"system" "Be kind."} {"user" " <ä> & \"b\" "}]}` {
		t.Error(found)
	}
	if key := call.header.Get("Authorization"); key != "Bearer secret" {
		t.Error(key)
	}
	call.answer(" Why\n?")
	talk.expect(" Why\n?", 1)
	talk.end()
	talk.expectEnd(0)
}

func TestNoPromptAndNoKeyAreSentWhereThereIsNone(t *testing.T) {
	model, calls := fakeModel(t)
	_, url := start(t, environ{"WORKERS": "1", "OPENAI_BASE_URL": model})
	talk := converse(t, url)
	talk.say("hello")
	call := next(t, calls)
	if len(call.question.Messages) != 1 || call.header.Values("Authorization") != nil {
		t.Error(call.question, call.header)
	}
}

func TestAnswersComeInOrderAfterTheClientHasEnded(t *testing.T) {
	model, calls := fakeModel(t)
	_, url := start(t, environ{"WORKERS": "2", "QUEUE_CAPACITY": "1", "OPENAI_BASE_URL": model})
	talk := converse(t, url)
	held := map[string]call{}
	for _, sentence := range []string{"one", "two"} {
		talk.say(sentence)
		talk.expect(enqueued, 0)
		call := next(t, calls)
		held[call.sentence()] = call
	}
	for _, expected := range []string{enqueued, full} { // 3 waits, 4 finds no room
		talk.say("three")
		talk.expect(expected, 0)
	}
	talk.say("") // 5 is refused
	talk.expectFailed(5)
	talk.end()

	held["two"].answer("to two")
	third := next(t, calls) // the pool goes on while the first answer is missing
	third.answer("to three")
	held["one"].answer("to one")
	for number, answer := range []string{"to one", "to two", "to three"} {
		talk.expect(answer, uint32(number+1))
	}
	talk.expectEnd(0)
}

func TestSlowAnswerHoldsUpNoOtherStream(t *testing.T) {
	model, calls := fakeModel(t)
	_, url := start(t, environ{"WORKERS": "2", "OPENAI_BASE_URL": model})
	slow, quick := converse(t, url), converse(t, url)
	slow.say("slow")
	slow.expect(enqueued, 0)
	next(t, calls)
	quick.say("quick")
	quick.expect(enqueued, 0)
	next(t, calls).answer("at once")
	quick.expect("at once", 1)
}

func TestClientThatVanishesIsForgottenByThePool(t *testing.T) {
	model, calls := fakeModel(t)
	_, url := start(t, environ{"WORKERS": "1", "OPENAI_BASE_URL": model})
	gone, stays := converse(t, url), converse(t, url)
	gone.say("asked")
	gone.expect(enqueued, 0)
	asked := next(t, calls)
	gone.say("never asked")
	gone.expect(enqueued, 0)
	stays.say("asked next")
	stays.expect(enqueued, 0)
	gone.vanish()
	next(t, asked.gone)
	call := next(t, calls)
	if call.sentence() != "asked next" {
		t.Errorf("%q is asked", call.sentence())
	}
	call.answer("fine")
	stays.expect("fine", 1)
}

func TestFailedCallIsSaidAndTheStreamGoesOn(t *testing.T) {
	model, calls := fakeModel(t)
	_, url := start(t, environ{"WORKERS": "1", "OPENAI_BASE_URL": model, "UPSTREAM_TIMEOUT_MS": "300"})
	talk := converse(t, url)
	for i, fail := range []func(call){
		func(call call) { call.respond(http.StatusBadRequest, `{"error": {}}`) },
		func(call call) { call.respond(http.StatusInternalServerError, "") },
		func(call call) { call.respond(http.StatusFound, "") },
		func(call call) { call.respond(http.StatusOK, "no JSON") },
		func(call call) { call.respond(http.StatusOK, `{"choices": []}`) },
		func(call call) { call.respond(http.StatusOK, `{"choices": [{"message": {"content": null}}]}`) },
		func(call call) { call.reply <- func(http.ResponseWriter) { panic(http.ErrAbortHandler) } },
		func(call call) {
			call.reply <- func(w http.ResponseWriter) {
				w.Header().Set("Content-Length", "1000")
				_, _ = w.Write([]byte(`{"choices": [{"message": {"content": "all"}}]}`))
			}
		},
		func(call call) { <-call.gone }, // never answers
	} {
		talk.say("hello")
		talk.expect(enqueued, 0)
		fail(next(t, calls))
		talk.expectFailed(uint32(i + 1))
	}
	talk.say("hello")
	talk.expect(enqueued, 0)
	next(t, calls).answer("well")
	talk.expect("well", 10)
}

func TestPoolMakesAsManyCallsAsItHasWorkers(t *testing.T) {
	model, calls := fakeModel(t)
	_, url := start(t, environ{"WORKERS": "3", "QUEUE_CAPACITY": "10", "OPENAI_BASE_URL": model})
	talk := converse(t, url)
	for range 8 {
		talk.say("hello")
		talk.expect(enqueued, 0)
	}
	var held []call
	for range 3 {
		held = append(held, next(t, calls))
	}
	for range 5 {
		select {
		case <-calls:
			t.Fatal("a fourth call is made")
		case <-time.After(20 * time.Millisecond):
		}
		held[0].answer("next")
		held = append(held[1:], next(t, calls))
	}
}
