//! A setting as compose sees it: from the environment, else from `.env` beside `docker-compose.yml`.

use std::env;
use std::fs;

pub(super) fn setting(name: &str) -> Option<String> {
    let own = env::var(name).ok().filter(|value| !value.is_empty());
    own.or_else(|| in_file(&fs::read_to_string(".env").ok()?, name))
}

fn in_file(text: &str, name: &str) -> Option<String> {
    let mut found = None;
    for line in text.lines() {
        if let Some((key, value)) = line.split_once('=')
            && key.trim() == name
        {
            found = Some(value.trim().trim_matches(['"', '\'']).to_owned());
        }
    }
    found.filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_last_line_of_a_name_holds_and_quotes_go() {
        let text = "# PORT=1\nPORT=2\nPORT = \"3\"\nOTHER=\n";
        assert_eq!(super::in_file(text, "PORT").as_deref(), Some("3"));
        assert_eq!(super::in_file(text, "OTHER"), None);
    }
}
