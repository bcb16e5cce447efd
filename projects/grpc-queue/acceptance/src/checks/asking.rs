//! What the model is asked, with which key and prompt, and that its answer comes back unchanged.

use fake_openai::{Call, Reply};
use proctor_harness::{Trial, Verdict};
use serde_json::json;

use crate::fixture::Fixture;

/// GQ-3.1
pub(crate) fn the_sentence(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that_answers()?;
    let name = format!("model-{}", fixture.words().token());
    let setup = fixture.server().with(&model).set("WORKERS", 1).set("OPENAI_MODEL", &name);
    let server = setup.start()?;
    let mut chat = server.chat()?;
    let plain = fixture.words().sentences(4);
    let [plain, padded, quoted, wide] = plain.as_slice() else { unreachable!("four were asked for") };
    let wide = format!("{wide}, ¿no? 🐙\u{301}");
    let sentences = [plain.clone(), format!("  {padded}\t "), format!("\"{quoted}\"\\n\r\n{{}}\u{1}"), wide];
    for (number, sentence) in (1..).zip(&sentences) {
        chat.enqueue(sentence)?;
        let calls = model
            .expect(&server, "one call of the model for each sentence", |calls| calls.len() >= number)?;
        let call = calls.last().expect("there is one for each");
        let json = call.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
        if !json
            || call.model() != Some(&name)
            || call.messages().last() != Some(&("user", sentence.as_str()))
        {
            let expected = format!(
                "a call in JSON with the model {name:?} and as the last message the user's {sentence:?}"
            );
            return Err(server.failure(expected, in_words(call, &["content-type"])));
        }
        chat.reply()?;
    }
    Ok(())
}

/// GQ-3.2
pub(crate) fn the_key(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that_answers()?;
    let key = format!("sk-{}", fixture.words().token());
    let server = fixture.server().with(&model).set("WORKERS", 1).set("OPENAI_API_KEY", &key).start()?;
    let mut chat = server.chat()?;
    let sentence = fixture.words().sentence();
    chat.enqueue(&sentence)?;
    let call = model.asked(&server, &sentence)?;
    let token = call.header("authorization").and_then(|value| value.split_once(' '));
    if token.is_none_or(|(scheme, token)| !scheme.eq_ignore_ascii_case("bearer") || token != key) {
        let expected = format!("a call with the header \"authorization: Bearer {key}\"");
        return Err(server.failure(expected, in_words(&call, &["authorization"])));
    }
    Ok(())
}

/// GQ-3.3
pub(crate) fn the_prompt(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that_answers()?;
    let prompt = format!("You are {}.\nBe \"kind\".", fixture.words().name());
    for prompt in [Some(&prompt), None] {
        let setup = fixture.server().with(&model).set("WORKERS", 1);
        let setup = prompt.into_iter().fold(setup, |setup, prompt| setup.set("OPENAI_SYSTEM_PROMPT", prompt));
        let server = setup.start()?;
        let mut chat = server.chat()?;
        let sentence = fixture.words().sentence();
        chat.enqueue(&sentence)?;
        let call = model.asked(&server, &sentence)?;
        let messages = call.messages();
        let first = messages.first() == prompt.map(|prompt| ("system", prompt.as_str())).as_ref();
        let others = messages.iter().skip(usize::from(prompt.is_some())).any(|(role, _)| *role == "system");
        if others || prompt.is_some() && !first {
            let expected = match prompt {
                Some(prompt) => {
                    format!("the system's {prompt:?} as the first message, and no other of its role")
                }
                None => "no message with the role system where OPENAI_SYSTEM_PROMPT isn't set".to_owned(),
            };
            return Err(server.failure(expected, in_words(&call, &[])));
        }
    }
    Ok(())
}

/// GQ-3.4
pub(crate) fn the_answer(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let answers = {
        let mut words = fixture.words();
        let padded = format!("  {}\n\tWhy?\r\n ", words.sentence());
        [words.sentence(), padded, format!("\"{}\" \\n 🐙", words.name()), words.sentence_of(20_000)]
    };
    let mut replies = answers.clone().into_iter();
    let model = fixture.model(move |_| Reply::raw(with_two_choices(&replies.next().unwrap_or_default())))?;
    let server = fixture.server().with(&model).set("WORKERS", 1).start()?;
    let mut chat = server.chat()?;
    for (number, answer) in (1..).zip(&answers) {
        chat.enqueue(&fixture.words().sentence())?;
        chat.expect_answer(number, answer)?;
    }
    Ok(())
}

/// A reply of the API whose first choice has this content.
fn with_two_choices(content: &str) -> String {
    let choice = |index: u32, content: &str| {
        let message = json!({ "role": "assistant", "content": content, "refusal": null });
        json!({ "index": index, "message": message, "logprobs": null, "finish_reason": "stop" })
    };
    let choices = [choice(0, content), choice(1, "This is the second choice.")];
    json!({
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": "the-suites-own",
        "choices": choices,
        "usage": { "prompt_tokens": 9, "completion_tokens": 12, "total_tokens": 21 },
    })
    .to_string()
}

/// A call as a failure shows it.
fn in_words(call: &Call, headers: &[&str]) -> String {
    let head = headers.iter().map(|name| match call.header(name) {
        Some(value) => format!("{name}: {value}\n"),
        None => format!("no {name}\n"),
    });
    head.chain([call.body.to_string()]).collect()
}
