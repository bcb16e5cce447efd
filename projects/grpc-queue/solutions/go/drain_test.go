package main

import (
	"net"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"

	elizav1 "example.com/eliza/gen/connectrpc/eliza/v1"
)

// drainInBackground gives what is closed when the server has stopped.
func drainInBackground(server *server, within time.Duration) <-chan struct{} {
	stopped := make(chan struct{})
	go func() {
		server.drain(within)
		close(stopped)
	}()
	return stopped
}

func TestStopAnswersWhatIsOwedAndTakesNothingNew(t *testing.T) {
	model, calls := fakeModel(t)
	server, url := start(t, environ{"WORKERS": "1", "OPENAI_BASE_URL": model})
	owed, idle := converse(t, url), converse(t, url)
	idle.say("")
	idle.expectFailed(1)
	owed.say("one")
	owed.expect(enqueued, 0)
	owed.say("two")
	owed.expect(enqueued, 0)
	first := next(t, calls)

	stopped := drainInBackground(server, patience)
	idle.expectEnd(connect.CodeUnavailable)
	owed.say("three")
	owed.expectFailed(3)
	first.answer("to one")
	owed.expect("to one", 1)
	next(t, calls).answer("to two")
	owed.expect("to two", 2)
	owed.expectEnd(connect.CodeUnavailable)
	next(t, stopped)
	request := connect.NewRequest(&elizav1.SayRequest{Sentence: "hello"})
	if _, err := client(t, url).Say(deadline(t), request); err == nil {
		t.Error("a new connection gets an answer")
	}
}

func TestStopCutsWhatTakesTooLong(t *testing.T) {
	model, calls := fakeModel(t)
	server, url := start(t, environ{"WORKERS": "1", "OPENAI_BASE_URL": model})
	talk := converse(t, url)
	talk.say("one")
	talk.expect(enqueued, 0)
	hangs := next(t, calls)

	begin := time.Now()
	stopped := drainInBackground(server, 100*time.Millisecond)
	talk.expectEnd(connect.CodeUnavailable)
	next(t, hangs.gone)
	next(t, stopped)
	if took := time.Since(begin); took > 100*time.Millisecond+2*farewell {
		t.Errorf("it took %s", took)
	}
}

func TestStopDoesNotWaitForAConnectionThatOwesNothing(t *testing.T) {
	server, url := start(t, environ{})
	connection, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	talk := converse(t, url)
	talk.say("one") // the server has accepted both by now
	talk.expect(enqueued, 0)

	begin := time.Now()
	next(t, drainInBackground(server, patience))
	if took := time.Since(begin); took > 2*farewell {
		t.Errorf("it took %s", took)
	}
}
