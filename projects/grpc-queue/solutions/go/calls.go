package main

import (
	"net/http"
	"sync"

	"connectrpc.com/connect"
)

// calls counts Eliza's calls, so that a stop waits for these and not for a client that looks at the reflection.
type calls struct {
	mu      sync.Mutex
	refused bool
	open    sync.WaitGroup
}

// counted lets a handler's calls count, and refuses them once refuse was called.
func (c *calls) counted(handler http.Handler) http.Handler {
	refusal := connect.NewErrorWriter()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c.begin() {
			defer c.open.Done()
			handler.ServeHTTP(w, r)
			return
		}
		if !refusal.IsSupported(r) {
			http.Error(w, errStopping.Message(), http.StatusServiceUnavailable)
			return
		}
		_ = refusal.Write(w, r, errStopping) // whoever can't read it has gone
	})
}

func (c *calls) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.refused {
		c.open.Add(1)
	}
	return !c.refused
}

// refuse lets no further call begin.
func (c *calls) refuse() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refused = true
}
