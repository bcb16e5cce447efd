package main

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
)

// A rule answers sentences that match; %s in a reply is what the pattern captured, turned round.
type rule struct {
	pattern *regexp.Regexp
	replies []string
}

// The first rule that matches answers. Go's expressions take linear time on any sentence.
var rules = []rule{
	{regexp.MustCompile(`\b(?:mother|father|mum|mom|dad|sister|brother)\b`), []string{
		"Tell me about your family.",
		"Who else is at home?",
	}},
	{regexp.MustCompile(`\bi (?:need|want) (.+)`), []string{
		"What would it change if you got %s?",
		"Since when have you wanted %s?",
	}},
	{regexp.MustCompile(`\bi feel (.+)`), []string{
		"When did you begin to feel %s?",
		"What is it like to feel %s?",
	}},
	{regexp.MustCompile(`\b(?:i am|i'm) (.+)`), []string{
		"How does it come that you are %s?",
		"Are you glad to be %s?",
	}},
	{regexp.MustCompile(`\bi can(?:'t|not) (.+)`), []string{
		"What would happen if you did %s?",
		"What keeps you from it?",
	}},
	{regexp.MustCompile(`\bi remember (.+)`), []string{
		"Why does %s come to your mind today?",
	}},
	{regexp.MustCompile(`\b(?:you are|you're) (.+)`), []string{
		"Why do you believe that I am %s?",
		"Would it matter if I were %s?",
	}},
	{regexp.MustCompile(`\bmy (.+)`), []string{
		"Your %s?",
		"What else can you say of your %s?",
	}},
	{regexp.MustCompile(`\bbecause\b`), []string{
		"Is there another reason?",
	}},
	{regexp.MustCompile(`^(?:why|what|how|who|when|where)\b`), []string{
		"What would you say yourself?",
		"Why is that a question for you?",
	}},
	{regexp.MustCompile(`^(?:hello|hi|hey)\b`), []string{
		"Hello. What brings you here?",
	}},
	{regexp.MustCompile(`^(?:yes|no)\b`), []string{
		"You sound certain. Are you?",
	}},
}

var (
	fallbacks = []string{"Please go on.", "I see.", "Can you tell me more?", "And how does that make you feel?"}
	goodbyes  = []string{"Goodbye. It was good to talk.", "Goodbye. Come back whenever you like."}
	facts     = []string{
		"I was born in 1966, on a machine that filled a room.",
		"I understand nothing, and people talk to me all the same.",
	}
)

// How the words that name a person come back.
var turned = map[string]string{
	"i": "you", "me": "you", "my": "your", "mine": "yours", "myself": "yourself", "am": "are",
	"i'm": "you are", "i've": "you have", "i'll": "you will", "i'd": "you would",
	"you": "me", "your": "my", "yours": "mine", "yourself": "myself", "you're": "I am",
}

// reply answers a sentence, and says whether it was a goodbye.
func reply(sentence string) (answer string, goodbye bool) {
	sentence = normalize(sentence)
	if slices.Contains([]string{"bye", "exit", "goodbye", "quit"}, sentence) {
		return pick(goodbyes), true
	}
	for _, rule := range rules {
		match := rule.pattern.FindStringSubmatch(sentence)
		if match == nil {
			continue
		}
		answer := pick(rule.replies)
		if strings.Contains(answer, "%s") {
			answer = fmt.Sprintf(answer, turnRound(match[1]))
		}
		return answer, false
	}
	return pick(fallbacks), false
}

// introduction greets somebody; the last sentence asks how they are.
func introduction(name string) []string {
	if name == "" {
		name = "Anonymous User"
	}
	return []string{
		fmt.Sprintf("Hello, %s. My name is Eliza.", name),
		pick(facts),
		"How are you feeling today?",
	}
}

// normalize takes blanks and then marks from both ends; blanks between those stay.
func normalize(sentence string) string {
	return strings.Trim(strings.ToLower(strings.TrimSpace(sentence)), `.!?'"`)
}

// turnRound swaps the persons of a phrase, word by word.
func turnRound(phrase string) string {
	words := strings.Fields(phrase)
	for i, word := range words {
		if other, found := turned[word]; found {
			words[i] = other
		}
	}
	return strings.Join(words, " ")
}

func pick(sentences []string) string {
	return sentences[rand.IntN(len(sentences))]
}
