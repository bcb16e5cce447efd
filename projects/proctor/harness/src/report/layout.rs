//! Text laid out for a width, so that no terminal wraps it: words between words, commands where a shell goes on.

/// Lines of at most `width` characters. What is longer than a line and has no space is cut behind a slash, else at the
/// width.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    text.split('\n').flat_map(|line| wrapped_line(line, width)).collect()
}

fn wrapped_line(line: &str, width: usize) -> Vec<String> {
    let mut rest: Vec<char> = line.chars().collect();
    let mut lines = Vec::new();
    while rest.len() > width {
        // A space right behind the last column ends the line as well. Leading ones are an indent.
        let indent = rest.iter().take_while(|&&c| c == ' ').count();
        let last = |wanted: char, within: usize| rest.iter().take(within).rposition(|&c| c == wanted);
        let space = last(' ', width + 1).filter(|&at| at > indent).map(|at| (at, 1));
        // A path goes on behind a slash.
        let (at, gap) = space.or_else(|| last('/', width).map(|at| (at + 1, 0))).unwrap_or((width, 0));
        let next = rest.split_off(at);
        lines.push(rest.into_iter().collect());
        rest = next.into_iter().skip(gap).collect();
    }
    lines.push(rest.into_iter().collect());
    lines
}

/// A command line over several lines, each but the last ended by a backslash. A word is never broken.
pub(crate) fn command(line: &str, width: usize) -> Vec<String> {
    const GOES_ON: &str = " \\";
    let room = width.saturating_sub(GOES_ON.len());
    let mut lines: Vec<String> = Vec::new();
    for word in words(line) {
        match lines.last_mut() {
            Some(last) if last.chars().count() + 1 + word.chars().count() <= room => {
                last.push(' ');
                last.push_str(word);
            }
            last => {
                if let Some(last) = last {
                    last.push_str(GOES_ON);
                }
                lines.push(word.to_owned());
            }
        }
    }
    lines
}

/// The words of a command line, quoted ones whole.
fn words(line: &str) -> Vec<&str> {
    let mut quoted = false;
    line.split(move |c| {
        quoted ^= c == '\'';
        c == ' ' && !quoted
    })
    .collect()
}

/// Text cut to `width` characters, with a sign that it was cut.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_between_words_and_lose_nothing_else() {
        let lines = wrapped(&"word ".repeat(40), 59);
        assert_eq!(lines.iter().map(|line| line.len()).collect::<Vec<_>>(), [59, 59, 59, 20]);
        assert_eq!(wrapped("a  b\nc", 80), ["a  b", "c"]);
        assert_eq!(wrapped("  indented words", 10), ["  indented", "words"]);
        assert_eq!(wrapped("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrapped("", 3), [""]);
        assert_eq!(wrapped("projects/one/two", 12), ["projects/", "one/two"]);
    }

    #[test]
    fn a_command_goes_on_where_a_shell_does_and_no_word_is_broken() {
        assert_eq!(command("proctor verify here --check sum", 80), ["proctor verify here --check sum"]);
        assert_eq!(command("proctor verify here --check sum", 20), ["proctor verify \\", "here --check sum"]);
        assert_eq!(command("a 'b c d' e", 7), ["a \\", "'b c d' \\", "e"]);
    }

    #[test]
    fn what_is_cut_says_so() {
        assert_eq!((cut("abc", 3).as_str(), cut("abcd", 3).as_str()), ("abc", "ab…"));
    }
}
