package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"connectrpc.com/connect"

	elizav1 "example.com/eliza/gen/connectrpc/eliza/v1"
)

// The words of an acknowledgement.
const (
	enqueued = "enqueued"
	full     = "queue is full!"
)

// conversation is one stream of QueueConversation. The handler's goroutine alone touches it: it sends the
// acknowledgement of a sentence before it looks for the answer, and looks for that of the oldest sentence alone.
type conversation struct {
	service *service
	stream  *connect.BidiStream[elizav1.QueueConversationRequest, elizav1.QueueConversationResponse]
	// Done when the client has disconnected or the handler has returned; all work for the stream ends with it.
	ctx context.Context
	// How many sentences came.
	number uint32
	// Acknowledged and not answered yet, the oldest first.
	owed []*job
}

// QueueConversation queues each sentence, says at once whether there was room, and answers in order.
func (s *service) QueueConversation(
	ctx context.Context,
	stream *connect.BidiStream[elizav1.QueueConversationRequest, elizav1.QueueConversationResponse],
) error {
	defer s.queue.forget(ctx)
	// There are clients that wait for the headers before they speak.
	if err := stream.Send(nil); err != nil {
		return err
	}
	return (&conversation{service: s, stream: stream, ctx: ctx}).run()
}

// run ends when no answer is pending and the client or the service has ended, or when either is cut.
func (c *conversation) run() error {
	sentences := receive(c.ctx, c.stream)
	stopping := c.service.stopping.Done()
	for {
		if len(c.owed) == 0 {
			if sentences == nil {
				return nil
			}
			if c.service.stopping.Err() != nil {
				return errStopping
			}
		}
		var err error
		select {
		case next := <-sentences:
			switch {
			case errors.Is(next.err, io.EOF):
				sentences = nil
			case next.err != nil:
				return next.err
			default:
				err = c.hear(next.message.GetSentence())
			}
		case answer := <-c.oldest():
			err = c.deliver(answer)
		case <-stopping:
			stopping = nil // once is enough to look up
		case <-c.ctx.Done():
			return c.ctx.Err()
		case <-c.service.ended.Done():
			return errStopping
		}
		if err != nil {
			return err
		}
	}
}

// hear queues a sentence, or sends the reason why not.
func (c *conversation) hear(sentence string) error {
	c.number++
	if reason := c.refusal(sentence); reason != "" {
		return c.stream.Send(&elizav1.QueueConversationResponse{Sentence: reason, InReplyTo: c.number, Failed: true})
	}
	job := newJob(c.ctx, c.number, sentence)
	if !c.service.queue.offer(job) {
		return c.stream.Send(&elizav1.QueueConversationResponse{Sentence: full})
	}
	if c.service.workers > 0 { // nothing is owed where nothing is ever taken
		c.owed = append(c.owed, job)
	}
	return c.stream.Send(&elizav1.QueueConversationResponse{Sentence: enqueued})
}

// refusal is why a sentence isn't even offered to the queue, or empty.
func (c *conversation) refusal(sentence string) string {
	switch {
	case c.service.stopping.Err() != nil:
		return "the service is shutting down"
	case strings.TrimSpace(sentence) == "":
		return "the sentence is empty"
	case len(sentence) > c.service.maxSentenceBytes:
		return fmt.Sprintf("the sentence is longer than %d bytes", c.service.maxSentenceBytes)
	default:
		return ""
	}
}

// oldest receives the answer that has to be sent next; nil, which never receives, when none is pending.
func (c *conversation) oldest() <-chan answer {
	if len(c.owed) == 0 {
		return nil
	}
	return c.owed[0].answer
}

// deliver sends the answer to the oldest sentence.
func (c *conversation) deliver(answer answer) error {
	number := c.owed[0].number
	c.owed = c.owed[1:]
	return c.stream.Send(&elizav1.QueueConversationResponse{
		Sentence:  answer.text,
		InReplyTo: number,
		Failed:    answer.failed,
	})
}
