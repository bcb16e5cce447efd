package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"

	elizav1 "example.com/eliza/gen/connectrpc/eliza/v1"
	"example.com/eliza/gen/connectrpc/eliza/v1/elizav1connect"
)

// patience bounds all that a test waits for.
const patience = 10 * time.Second

// environ is the environment of a server.
type environ map[string]string

func (e environ) lookup(name string) (string, bool) {
	value, set := e[name]
	return value, set
}

// start serves on a free port until the test ends.
func start(t *testing.T, environ environ) (*server, string) {
	t.Helper()
	config, err := readConfig(environ.lookup)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := newServer(config)
	go func() { _ = server.http.Serve(listener) }()
	t.Cleanup(func() {
		server.service.cut()
		_ = server.http.Close()
	})
	return server, "http://" + listener.Addr().String()
}

// client speaks HTTP/2 without TLS; options choose gRPC or gRPC-Web over Connect.
func client(t *testing.T, url string, options ...connect.ClientOption) elizav1connect.ElizaServiceClient {
	t.Helper()
	return clientOver(t, (&net.Dialer{}).DialContext, url, options...)
}

func clientOver(
	t *testing.T,
	dial func(context.Context, string, string) (net.Conn, error),
	url string,
	options ...connect.ClientOption,
) elizav1connect.ElizaServiceClient {
	t.Helper()
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{Protocols: &protocols, DialContext: dial}
	t.Cleanup(transport.CloseIdleConnections)
	return elizav1connect.NewElizaServiceClient(&http.Client{Transport: transport}, url, options...)
}

func deadline(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// talk is a client's side of QueueConversation.
type talk struct {
	t      *testing.T
	stream *connect.BidiStreamForClient[elizav1.QueueConversationRequest, elizav1.QueueConversationResponse]
	// Cuts the connection. Go's HTTP/2 client tells nobody that its context was cancelled while it still sends.
	vanish func()
}

func converse(t *testing.T, url string, options ...connect.ClientOption) *talk {
	t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	vanish := func() { _ = connection.Close() }
	t.Cleanup(vanish)
	dial := func(context.Context, string, string) (net.Conn, error) { return connection, nil }
	return &talk{t: t, stream: clientOver(t, dial, url, options...).QueueConversation(deadline(t)), vanish: vanish}
}

func (talk *talk) say(sentence string) {
	talk.t.Helper()
	if err := talk.stream.Send(&elizav1.QueueConversationRequest{Sentence: sentence}); err != nil {
		talk.t.Fatalf("sending %q: %v", sentence, err)
	}
}

func (talk *talk) end() {
	talk.t.Helper()
	if err := talk.stream.CloseRequest(); err != nil {
		talk.t.Fatal(err)
	}
}

func (talk *talk) hear() *elizav1.QueueConversationResponse {
	talk.t.Helper()
	heard, err := talk.stream.Receive()
	if err != nil {
		talk.t.Fatalf("instead of a message: %v", err)
	}
	return heard
}

// expect receives a message: an acknowledgement where the number is 0, otherwise an answer.
func (talk *talk) expect(sentence string, number uint32) {
	talk.t.Helper()
	if heard := talk.hear(); heard.GetSentence() != sentence || heard.GetInReplyTo() != number || heard.GetFailed() {
		talk.t.Fatalf("expected %q to %d, heard %v", sentence, number, heard)
	}
}

func (talk *talk) expectFailed(number uint32) {
	talk.t.Helper()
	heard := talk.hear()
	if !heard.GetFailed() || heard.GetInReplyTo() != number || heard.GetSentence() == "" {
		talk.t.Fatalf("expected that %d has failed, heard %v", number, heard)
	}
}

// expectEnd expects the code 0 for OK.
func (talk *talk) expectEnd(code connect.Code) {
	talk.t.Helper()
	heard, err := talk.stream.Receive()
	switch {
	case err == nil:
		talk.t.Fatalf("heard %v, and not the end", heard)
	case code == 0 && !errors.Is(err, io.EOF), code != 0 && connect.CodeOf(err) != code:
		talk.t.Fatalf("ended with %v", err)
	}
}

// call is one call of the model. The test answers it, so that nothing depends on who is faster.
type call struct {
	question question
	header   http.Header
	gone     <-chan struct{}
	reply    chan<- func(http.ResponseWriter)
}

func (call call) sentence() string {
	return call.question.Messages[len(call.question.Messages)-1].Content
}

func (call call) answer(text string) {
	body, _ := json.Marshal(map[string]any{
		"choices": []any{map[string]any{"message": message{Role: "assistant", Content: text}}},
	})
	call.respond(http.StatusOK, string(body))
}

func (call call) respond(status int, body string) {
	call.reply <- func(w http.ResponseWriter) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// fakeModel gives the address of a model, and its calls as they come.
func fakeModel(t *testing.T) (string, <-chan call) {
	t.Helper()
	calls := make(chan call, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.URL.Path != "/v1/chat/completions" {
			http.NotFound(w, r)
			return
		}
		replies := make(chan func(http.ResponseWriter), 1)
		call := call{header: r.Header, gone: r.Context().Done(), reply: replies}
		if err := json.NewDecoder(r.Body).Decode(&call.question); err != nil {
			http.Error(w, err.Error(), http.StatusTeapot)
			return
		}
		calls <- call
		select {
		case reply := <-replies:
			reply(w)
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL + "/v1", calls
}

// next waits for a value.
func next[T any](t *testing.T, values <-chan T) T {
	t.Helper()
	select {
	case value := <-values:
		return value
	case <-time.After(patience):
		t.Fatal("waited in vain")
		panic("unreachable")
	}
}
