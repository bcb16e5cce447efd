package main

import (
	"net/http"
	"time"

	"connectrpc.com/connect"
	connectcors "connectrpc.com/cors"
	"connectrpc.com/grpchealth"
	"connectrpc.com/grpcreflect"
	"github.com/rs/cors"

	"example.com/eliza/gen/connectrpc/eliza/v1/elizav1connect"
)

const (
	// The largest message that is read, where MAX_SENTENCE_BYTES doesn't ask for more.
	maxMessageBytes = 1 << 20
	// Smaller replies gain nothing from compression.
	compressFromBytes = 1 << 10
	// How long a client may take to send its headers. Nothing else has a time limit: a conversation may last.
	headerTimeout = 10 * time.Second
	// A client that vanished without a word is found out by pings.
	pingAfter = 15 * time.Second
)

// server is all that answers on the port.
type server struct {
	http    *http.Server
	health  *grpchealth.StaticChecker
	calls   *calls
	service *service
}

// newServer has Eliza with her workers, health and reflection, over HTTP/1.1 and HTTP/2 without TLS.
func newServer(config config) *server {
	service := newService(config)
	health := grpchealth.NewStaticChecker(elizav1connect.ElizaServiceName)
	reflector := grpcreflect.NewStaticReflector(elizav1connect.ElizaServiceName, grpchealth.HealthV1ServiceName)

	mux := http.NewServeMux()
	path, eliza := elizav1connect.NewElizaServiceHandler(
		service,
		connect.WithReadMaxBytes(max(maxMessageBytes, 2*config.maxSentenceBytes)),
		connect.WithCompressMinBytes(compressFromBytes),
	)
	calls := &calls{}
	mux.Handle(path, calls.counted(eliza))
	mux.Handle(grpchealth.NewHandler(health))
	mux.Handle(grpcreflect.NewHandlerV1(reflector))
	mux.Handle(grpcreflect.NewHandlerV1Alpha(reflector))

	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	return &server{
		http: &http.Server{
			Handler:           anyOrigin(mux),
			Protocols:         &protocols,
			HTTP2:             &http.HTTP2Config{SendPingTimeout: pingAfter},
			ReadHeaderTimeout: headerTimeout,
		},
		health:  health,
		calls:   calls,
		service: service,
	}
}

// stop lets nothing new in.
func (s *server) stop() {
	s.health.SetStatus("", grpchealth.StatusNotServing)
	s.health.SetStatus(elizav1connect.ElizaServiceName, grpchealth.StatusNotServing)
	s.calls.refuse()
	s.service.stop()
}

// anyOrigin lets the page of any site call.
func anyOrigin(handler http.Handler) http.Handler {
	return cors.New(cors.Options{
		AllowedOrigins: []string{"*"},
		AllowedMethods: connectcors.AllowedMethods(),
		AllowedHeaders: []string{"*"}, // metadata may have any name
		ExposedHeaders: connectcors.ExposedHeaders(),
	}).Handler(handler)
}
