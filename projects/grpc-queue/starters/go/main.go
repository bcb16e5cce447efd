// Eliza, a therapist of 1966, over gRPC, gRPC-Web and Connect.
//
// LISTEN_ADDR says where it listens. SIGTERM or an interrupt stops it.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

const (
	defaultAddress = "127.0.0.1:8080"
	// How long a stop waits for calls that are under way.
	drain = 5 * time.Second
	// The exit code for a wrong environment.
	wrongEnvironment = 2
)

func main() {
	address, err := listenAddress(os.LookupEnv)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(wrongEnvironment)
	}
	if err := run(address); err != nil {
		log.Fatal(err)
	}
}

// listenAddress reads LISTEN_ADDR with a function like os.LookupEnv.
func listenAddress(lookup func(string) (string, bool)) (string, error) {
	address, set := lookup("LISTEN_ADDR")
	if !set {
		return defaultAddress, nil
	}
	_, port, err := net.SplitHostPort(address)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err == nil {
		_, err = net.ResolveTCPAddr("tcp", address)
	}
	if err != nil {
		return "", fmt.Errorf("LISTEN_ADDR: expected an address and a port such as %s, found %q", defaultAddress, address)
	}
	return address, nil
}

// run serves until a signal comes.
func run(address string) error {
	stopping, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	log.Printf("listening at %s", listener.Addr())

	server := newServer()
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-stopping.Done():
	}
	stop() // from now on a second signal ends the program at once

	deadline, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	if err := server.Shutdown(deadline); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if err := server.Close(); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
