package main

import (
	"context"
	"errors"
	"io"

	"connectrpc.com/connect"

	elizav1 "example.com/eliza/gen/connectrpc/eliza/v1"
	"example.com/eliza/gen/connectrpc/eliza/v1/elizav1connect"
)

// eliza implements the procedures. It remembers nothing, so that any number of calls may share it.
type eliza struct{}

var _ elizav1connect.ElizaServiceHandler = eliza{}

// Say answers one sentence, a goodbye like any other.
func (eliza) Say(
	_ context.Context,
	request *connect.Request[elizav1.SayRequest],
) (*connect.Response[elizav1.SayResponse], error) {
	answer, _ := reply(request.Msg.GetSentence())
	return connect.NewResponse(&elizav1.SayResponse{Sentence: answer}), nil
}

// Converse answers each sentence, and ends after a goodbye or when the client has ended.
func (eliza) Converse(
	_ context.Context,
	stream *connect.BidiStream[elizav1.ConverseRequest, elizav1.ConverseResponse],
) error {
	// There are clients that wait for the headers before they speak.
	if err := stream.Send(nil); err != nil {
		return err
	}
	for {
		request, err := stream.Receive()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		answer, goodbye := reply(request.GetSentence())
		if err := stream.Send(&elizav1.ConverseResponse{Sentence: answer}); err != nil {
			return err
		}
		if goodbye {
			return nil
		}
	}
}

// Introduce says who is speaking.
func (eliza) Introduce(
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

// QueueConversation is where level 2 begins.
func (eliza) QueueConversation(
	context.Context,
	*connect.BidiStream[elizav1.QueueConversationRequest, elizav1.QueueConversationResponse],
) error {
	return connect.NewError(connect.CodeUnimplemented, errors.New("QueueConversation is not implemented yet"))
}
