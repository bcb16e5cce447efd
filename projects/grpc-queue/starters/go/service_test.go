package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"

	elizav1 "example.com/eliza/gen/connectrpc/eliza/v1"
	"example.com/eliza/gen/connectrpc/eliza/v1/elizav1connect"
)

// start serves on a free port until the test ends, and gives the address.
func start(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := newServer()
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return "http://" + listener.Addr().String()
}

// client speaks HTTP/2 without TLS; options choose gRPC or gRPC-Web over Connect.
func client(t *testing.T, url string, options ...connect.ClientOption) elizav1connect.ElizaServiceClient {
	t.Helper()
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{Protocols: &protocols}
	t.Cleanup(transport.CloseIdleConnections)
	return elizav1connect.NewElizaServiceClient(&http.Client{Transport: transport}, url, options...)
}

// deadline bounds all that a test waits for.
func deadline(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestSayAnswersOnEachProtocol(t *testing.T) {
	url := start(t)
	for name, options := range map[string][]connect.ClientOption{
		"connect":  nil,
		"json":     {connect.WithProtoJSON()},
		"get":      {connect.WithHTTPGet()},
		"gzip":     {connect.WithSendGzip()},
		"grpc":     {connect.WithGRPC()},
		"grpc-web": {connect.WithGRPCWeb()},
	} {
		t.Run(name, func(t *testing.T) {
			request := connect.NewRequest(&elizav1.SayRequest{Sentence: "I feel happy."})
			response, err := client(t, url, options...).Say(deadline(t), request)
			if err != nil {
				t.Fatal(err)
			}
			if response.Msg.GetSentence() == "" {
				t.Error("the answer is empty")
			}
		})
	}
}

func TestConverseEndsAfterTheFirstGoodbye(t *testing.T) {
	stream := client(t, start(t), connect.WithGRPC()).Converse(deadline(t))
	for _, sentence := range []string{"Hello.", "I feel happy.", "Bye!"} {
		if err := stream.Send(&elizav1.ConverseRequest{Sentence: sentence}); err != nil {
			t.Fatal(err)
		}
		if answer, err := stream.Receive(); err != nil || answer.GetSentence() == "" {
			t.Fatalf("%q: %v, %v", sentence, answer, err)
		}
	}
	if _, err := stream.Receive(); !errors.Is(err, io.EOF) {
		t.Errorf("the stream goes on after a goodbye: %v", err)
	}
}

func TestIntroduceStreamsTheIntroduction(t *testing.T) {
	request := connect.NewRequest(&elizav1.IntroduceRequest{Name: "Ada"})
	stream, err := client(t, start(t)).Introduce(deadline(t), request)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for stream.Receive() {
		said = append(said, stream.Msg().GetSentence())
	}
	if err := stream.Err(); err != nil || len(said) < 2 || !strings.Contains(said[0], "Ada") {
		t.Errorf("%q, %v", said, err)
	}
}

func TestPageOfAnyOriginMayCall(t *testing.T) {
	preflight, err := http.NewRequestWithContext(
		deadline(t), http.MethodOptions, start(t)+elizav1connect.ElizaServiceSayProcedure, nil)
	if err != nil {
		t.Fatal(err)
	}
	preflight.Header.Set("Origin", "https://example.org")
	preflight.Header.Set("Access-Control-Request-Method", http.MethodPost)
	preflight.Header.Set("Access-Control-Request-Headers", "connect-protocol-version,content-type,x-of-my-own")
	response, err := http.DefaultClient.Do(preflight)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if granted := response.Header.Get("Access-Control-Allow-Origin"); granted != "*" {
		t.Errorf("%q may call, %s", granted, response.Status)
	}
}

func TestListenAddressIsChecked(t *testing.T) {
	for address, valid := range map[string]bool{
		"127.0.0.1:8080": true, "[::1]:0": true, "localhost:80": true, ":8080": true,
		"": false, "127.0.0.1": false, "8080": false, "127.0.0.1:": false, "127.0.0.1:http": false, "127.0.0.1:65536": false,
	} {
		_, err := listenAddress(func(string) (string, bool) { return address, true })
		if (err == nil) != valid {
			t.Errorf("%q: %v", address, err)
		}
		if err != nil && (!strings.HasPrefix(err.Error(), "LISTEN_ADDR: ") || strings.Contains(err.Error(), "\n")) {
			t.Error(err)
		}
	}
}
