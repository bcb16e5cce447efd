package main

import (
	"slices"
	"strings"
	"testing"
)

func TestGoodbyeIsTheWholeSentence(t *testing.T) {
	for sentence, expected := range map[string]bool{
		"bye": true, " Goodbye! ": true, `"QUIT"`: true, "exit...": true,
		"bye bye": false, "I said goodbye": false, "bye !": false, "": false,
	} {
		if _, goodbye := reply(sentence); goodbye != expected {
			t.Errorf("%q: goodbye is %v", sentence, goodbye)
		}
	}
}

func TestSomethingIsSaidToAnything(t *testing.T) {
	for _, sentence := range []string{"", "?!", "I feel", "I feel 100% sure", "空は青い", strings.Repeat("i feel ", 10_000)} {
		if answer, _ := reply(sentence); answer == "" || strings.Contains(answer, "%!") {
			t.Errorf("%.40q: %.80q", sentence, answer)
		}
	}
}

func TestPersonsAreTurnedRound(t *testing.T) {
	if got := turnRound("my  fear of you and me"); got != "your fear of me and you" {
		t.Error(got)
	}
	answers := []string{"When did you begin to feel lost without me?", "What is it like to feel lost without me?"}
	if answer, _ := reply("I feel lost without you."); !slices.Contains(answers, answer) {
		t.Error(answer)
	}
}

func TestIntroductionNamesTheGuestFirst(t *testing.T) {
	for name, expected := range map[string]string{"Ada": "Ada", "": "Anonymous User"} {
		said := introduction(name)
		if !strings.Contains(said[0], expected) || said[len(said)-1] != "How are you feeling today?" {
			t.Errorf("%q: %q", name, said)
		}
	}
}
