package main

import (
	"context"
	"errors"
	"io"

	"connectrpc.com/connect"

	elizav1 "example.com/eliza/gen/connectrpc/eliza/v1"
	"example.com/eliza/gen/connectrpc/eliza/v1/elizav1connect"
)

var errStopping = connect.NewError(connect.CodeUnavailable, errors.New("the service is shutting down"))

// service implements the procedures.
type service struct {
	queue            *queue
	workers          int
	maxSentenceBytes int

	// Nothing new is taken on once stopping is done, and all streams end once ended is.
	stopping, ended context.Context
	stop, cut       context.CancelFunc
}

var _ elizav1connect.ElizaServiceHandler = (*service)(nil)

// newService starts the workers, which live as long as the program.
func newService(config config) *service {
	s := &service{
		queue:            newQueue(config.capacity),
		workers:          config.workers,
		maxSentenceBytes: config.maxSentenceBytes,
	}
	s.stopping, s.stop = context.WithCancel(context.Background())
	s.ended, s.cut = context.WithCancel(context.Background())
	model := newModel(config.model)
	for range config.workers {
		go s.queue.work(model)
	}
	return s
}

// Say answers one sentence, a goodbye like any other.
func (s *service) Say(
	_ context.Context,
	request *connect.Request[elizav1.SayRequest],
) (*connect.Response[elizav1.SayResponse], error) {
	answer, _ := reply(request.Msg.GetSentence())
	return connect.NewResponse(&elizav1.SayResponse{Sentence: answer}), nil
}

// Converse answers each sentence, and ends after a goodbye or when the client has ended.
func (s *service) Converse(
	ctx context.Context,
	stream *connect.BidiStream[elizav1.ConverseRequest, elizav1.ConverseResponse],
) error {
	// There are clients that wait for the headers before they speak.
	if err := stream.Send(nil); err != nil {
		return err
	}
	sentences := receive(ctx, stream)
	for {
		select {
		case <-s.stopping.Done():
			return errStopping
		case next := <-sentences:
			if next.err != nil {
				return unlessEnd(next.err)
			}
			answer, goodbye := reply(next.message.GetSentence())
			if err := stream.Send(&elizav1.ConverseResponse{Sentence: answer}); err != nil || goodbye {
				return err
			}
		}
	}
}

// Introduce says who is speaking.
func (s *service) Introduce(
	_ context.Context,
	request *connect.Request[elizav1.IntroduceRequest],
	stream *connect.ServerStream[elizav1.IntroduceResponse],
) error {
	for _, sentence := range introduction(request.Msg.GetName()) {
		if err := stream.Send(&elizav1.IntroduceResponse{Sentence: sentence}); err != nil {
			return err
		}
	}
	return nil
}

// received is the client's next message, or why there is none: io.EOF when the client has ended.
type received[T any] struct {
	message *T
	err     error
}

// receive makes a stream's messages something that can be waited for beside other things. The context is the
// handler's: it is done when the handler has returned, and so is the goroutine.
func receive[In, Out any](ctx context.Context, stream *connect.BidiStream[In, Out]) <-chan received[In] {
	messages := make(chan received[In])
	go func() {
		for {
			message, err := stream.Receive()
			select {
			case messages <- received[In]{message, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return messages
}

// unlessEnd is the error that a stream ends with: none when the client has ended.
func unlessEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
