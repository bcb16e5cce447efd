// Eliza over gRPC, gRPC-Web and Connect, and a bounded queue in front of a language model.
//
// The environment says everything; config.go has the variables. SIGTERM or an interrupt drains and stops it, a second
// one ends it at once.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const (
	// The exit code for a wrong environment.
	wrongEnvironment = 2
	// Timeout for the last messages to their clients.
	farewell = time.Second
)

func main() {
	config, err := readConfig(os.LookupEnv)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(wrongEnvironment)
	}
	if err := run(config); err != nil {
		log.Fatal(err)
	}
}

// run serves until a signal comes, and drains.
func run(config config) error {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)

	listener, err := net.Listen("tcp", config.address)
	if err != nil {
		return err
	}
	log.Printf("listening at %s", listener.Addr())

	server := newServer(config)
	served := make(chan error, 1)
	go func() { served <- server.http.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-signals:
	}
	go func() {
		<-signals
		log.Fatal("a second signal: ending at once")
	}()
	server.drain(config.drain)
	return nil
}

// drain takes no new work, waits until pending answers have been delivered, and cuts what is left then.
func (s *server) drain(within time.Duration) {
	s.stop()
	draining, done := context.WithTimeout(context.Background(), within)
	defer done()
	go func() {
		s.calls.open.Wait()
		done()
	}()
	// It lets nobody in from now on, and returns early where every connection is quiet.
	if err := s.http.Shutdown(draining); err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			log.Printf("cutting what is still open after %s", within)
		}
		s.service.cut()
		last, cancel := context.WithTimeout(context.Background(), farewell)
		defer cancel()
		_ = s.http.Shutdown(last) // who still holds on to a connection loses it now
	}
	_ = s.http.Close()
}
