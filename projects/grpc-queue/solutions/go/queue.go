package main

import (
	"context"
	"sync"
)

// job is a sentence that waits, or that a worker has taken.
type job struct {
	// That of the stream: done when nobody wants the answer any more.
	ctx      context.Context
	number   uint32
	sentence string
	// Has room for the answer, so that a worker never waits for a slow reader.
	answer chan answer
}

// answer is what the model said, or why it said nothing.
type answer struct {
	text   string
	failed bool
}

func newJob(ctx context.Context, number uint32, sentence string) *job {
	return &job{ctx: ctx, number: number, sentence: sentence, answer: make(chan answer, 1)}
}

// queue holds the sentences of all streams that wait, first come, first served.
type queue struct {
	// Held by whoever puts something in. Workers take without it, which only makes room.
	putting sync.Mutex
	waiting chan *job
}

func newQueue(capacity int) *queue {
	return &queue{waiting: make(chan *job, capacity)}
}

// offer queues a job where there is room, or hands it to a worker that has nothing to do.
func (q *queue) offer(job *job) bool {
	q.putting.Lock()
	defer q.putting.Unlock()
	select {
	case q.waiting <- job:
		return true
	default:
		return false
	}
}

// forget frees the places of a stream. A channel gives nothing back from its middle, so that all of it is taken out,
// and what others wait for is put back in its order; there is room, as nobody else puts anything in meanwhile.
func (q *queue) forget(stream context.Context) {
	q.putting.Lock()
	defer q.putting.Unlock()
	var others []*job
	for len(q.waiting) > 0 {
		select {
		case job := <-q.waiting:
			if job.ctx != stream {
				others = append(others, job)
			}
		default: // a worker was faster
		}
	}
	for _, job := range others {
		q.waiting <- job
	}
}

// work answers one sentence after the other. One whose client vanished on its way here is not asked: the context of
// the call is done before it is made.
func (q *queue) work(model *model) {
	for job := range q.waiting {
		text, err := model.ask(job.ctx, job.sentence)
		if err != nil {
			text = err.Error()
		}
		job.answer <- answer{text: text, failed: err != nil}
	}
}
