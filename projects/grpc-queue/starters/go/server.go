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
	// The largest message that is read.
	maxMessageBytes = 1 << 20
	// Smaller replies gain nothing from compression.
	compressFromBytes = 1 << 10
	// How long a client may take to send its headers. Nothing else has a time limit: a conversation may last.
	headerTimeout = 10 * time.Second
)

// newServer has all that answers on the port: Eliza, health and reflection, over HTTP/1.1 and HTTP/2 without TLS.
func newServer() *http.Server {
	mux := http.NewServeMux()
	mux.Handle(elizav1connect.NewElizaServiceHandler(
		eliza{},
		connect.WithReadMaxBytes(maxMessageBytes),
		connect.WithCompressMinBytes(compressFromBytes),
	))
	mux.Handle(grpchealth.NewHandler(grpchealth.NewStaticChecker(elizav1connect.ElizaServiceName)))
	reflector := grpcreflect.NewStaticReflector(elizav1connect.ElizaServiceName, grpchealth.HealthV1ServiceName)
	mux.Handle(grpcreflect.NewHandlerV1(reflector))
	mux.Handle(grpcreflect.NewHandlerV1Alpha(reflector))

	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Server{
		Handler:           anyOrigin(mux),
		Protocols:         &protocols,
		ReadHeaderTimeout: headerTimeout,
	}
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
