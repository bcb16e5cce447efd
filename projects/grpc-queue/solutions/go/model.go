package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
)

// A longer reply of the model isn't read.
const maxReplyBytes = 1 << 20

// What a client receives when the call has failed. The cause is logged: it may hold what a client must not see.
var (
	errTimeout     = errors.New("the model did not answer in time")
	errUnreachable = errors.New("the model can't be reached")
	errUnreadable  = errors.New("the model's reply can't be read")
)

// model asks an OpenAI-compatible API for chat completions.
type model struct {
	config modelConfig
	client *http.Client
}

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

type question struct {
	Model    string    `json:"model"`
	Messages []message `json:"messages"`
}

type completion struct {
	Choices []struct {
		Message struct {
			Content *string `json:"content"`
		} `json:"message"`
	} `json:"choices"`
}

func newModel(config modelConfig) *model {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns = 0 // as many as there are workers
	transport.MaxIdleConnsPerHost = config.connections
	return &model{config: config, client: &http.Client{
		Transport: transport,
		// The key is for this address and no other.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// ask makes one call. It ends with the context, or after the timeout; its error may be shown to a client.
func (m *model) ask(ctx context.Context, sentence string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, m.config.timeout)
	defer cancel()
	reply, err := m.call(ctx, sentence)
	switch {
	case err == nil:
		return reply, nil
	case errors.Is(ctx.Err(), context.Canceled): // nobody hears the answer
	default:
		log.Printf("model: %v", err)
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return "", errTimeout
	}
	for _, public := range []error{errUnreadable, errUnreachable} {
		if errors.Is(err, public) {
			return "", public
		}
	}
	return "", err
}

func (m *model) call(ctx context.Context, sentence string) (string, error) {
	request, err := m.request(ctx, sentence)
	if err != nil {
		return "", fmt.Errorf("%w: %w", errUnreachable, err)
	}
	response, err := m.client.Do(request)
	if err != nil {
		return "", fmt.Errorf("%w: %w", errUnreachable, err)
	}
	defer response.Body.Close()
	switch status := response.StatusCode; {
	case status >= 200 && status < 300:
		return content(io.LimitReader(response.Body, maxReplyBytes))
	case status >= 400 && status < 500:
		return "", fmt.Errorf("the model refused the sentence: %d %s", status, http.StatusText(status))
	default:
		return "", fmt.Errorf("the model failed: %d %s", status, http.StatusText(status))
	}
}

func (m *model) request(ctx context.Context, sentence string) (*http.Request, error) {
	var messages []message
	if m.config.systemPrompt != "" {
		messages = append(messages, message{Role: "system", Content: m.config.systemPrompt})
	}
	messages = append(messages, message{Role: "user", Content: sentence})
	body, err := json.Marshal(question{Model: m.config.name, Messages: messages})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, m.config.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if m.config.key != "" {
		request.Header.Set("Authorization", "Bearer "+m.config.key)
	}
	return request, nil
}

// content reads the whole reply, so that one which was cut off isn't taken for an answer.
func content(body io.Reader) (string, error) {
	text, err := io.ReadAll(body)
	if err != nil {
		return "", fmt.Errorf("%w: %w", errUnreadable, err)
	}
	var completion completion
	if err := json.Unmarshal(text, &completion); err != nil {
		return "", fmt.Errorf("%w: %w", errUnreadable, err)
	}
	if len(completion.Choices) == 0 || completion.Choices[0].Message.Content == nil {
		return "", fmt.Errorf("%w: no choice with a content", errUnreadable)
	}
	return *completion.Choices[0].Message.Content, nil
}
