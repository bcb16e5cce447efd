//! The repository's own address in the README's badge, taken from git, so that nobody writes it by hand.

use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::crew::{Crew, CrewError};
use crate::tree::Tree;

/// What the badge names until the address is known.
pub const PLACEHOLDER: &str = "OWNER/REPO";

/// What comes before the address in a badge's link.
const LINK: &str = "https://codespaces.new/";

/// Why the address could not be written.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// Git does not answer.
    #[error("failed to ask git for the remote")]
    Git(#[from] CrewError),
    /// The README.
    #[error("failed to rewrite {}", path.display())]
    Readme {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
}

/// What [`write()`] found.
#[derive(Debug, PartialEq, Eq)]
pub enum Address {
    /// The README now names this `owner/repository`.
    Written(String),
    /// The README named it before.
    Same(String),
    /// There is no remote `origin`; the README is unchanged.
    NoRemote,
    /// The remote is not on GitHub, and Codespaces opens nothing else; the README is unchanged.
    Elsewhere(String),
}

/// Writes the address of the remote `origin` into the README's badge.
///
/// # Errors
///
/// [`AddressError`] when git or the README can't be read, or the README can't be written.
pub fn write(crew: &Crew, tree: &Tree) -> Result<Address, AddressError> {
    let mut git = Command::new("git");
    git.args(["remote", "get-url", "origin"]).current_dir(&tree.root);
    let output = crew.capture(&mut git, Duration::from_secs(10))?;
    if !output.status.success() {
        return Ok(Address::NoRemote);
    }
    let url = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let Some(address) = on_github(&url) else { return Ok(Address::Elsewhere(url)) };
    let path = tree.root.join("README.md");
    let failed = |source| AddressError::Readme { path: path.clone(), source };
    let text = std::fs::read_to_string(&path).map_err(failed)?;
    let new = with_address(&text, &address);
    if new == text {
        return Ok(Address::Same(address));
    }
    std::fs::write(&path, new).map_err(failed)?;
    Ok(Address::Written(address))
}

/// The addresses that the badges of a text name.
#[must_use]
pub fn addresses(text: &str) -> Vec<&str> {
    text.split(LINK)
        .skip(1)
        .map(|rest| rest.split(['?', ')', '"', ' ', '\n']).next().unwrap_or(rest))
        .collect()
}

/// `owner/repository` of a GitHub URL, by HTTPS or SSH. A token in the URL is dropped.
fn on_github(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://").unwrap_or(("ssh", url));
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    let path = rest.strip_prefix("github.com").or_else(|| rest.strip_prefix("ssh.github.com:443"))?;
    let path = path.strip_prefix([':', '/'])?.trim_end_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let (owner, repository) = path.split_once('/')?;
    let plain =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    (plain(owner) && plain(repository)).then(|| path.to_owned())
}

fn with_address(text: &str, address: &str) -> String {
    let mut parts = text.split(LINK);
    let mut new = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(['?', ')', '"', ' ', '\n']).unwrap_or(part.len());
        let rest = part.get(end..).unwrap_or_default();
        new.extend([LINK, address, rest]);
    }
    new
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process::Command;

    use super::{Address, PLACEHOLDER, addresses, on_github, write};
    use crate::crew::Crew;
    use crate::tree::Tree;

    #[track_caller]
    fn check(url: &str, address: Option<&str>) {
        assert_eq!(on_github(url).as_deref(), address, "{url}");
    }

    #[test]
    fn reads_the_address_from_every_form_of_a_github_url() {
        check("https://github.com/ada/pairing", Some("ada/pairing"));
        check("https://github.com/ada/pairing.git/", Some("ada/pairing"));
        check("https://x-access-token:secret@github.com/ada/pairing.git", Some("ada/pairing"));
        check("git@github.com:ada/pairing.git", Some("ada/pairing"));
        check("ssh://git@github.com/ada/pai.ring", Some("ada/pai.ring"));
        check("ssh://git@ssh.github.com:443/ada/pairing", Some("ada/pairing"));
        check("https://gitlab.com/ada/pairing", None);
        check("https://github.community/ada/pairing", None);
        check("https://github.com/ada", None);
        check("https://github.com/ada/pairing/extra", None);
        check("/srv/git/pairing", None);
    }

    #[test]
    fn writes_the_remote_into_every_badge_and_keeps_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let tree = Tree { root: folder.path().to_path_buf(), target: folder.path().join("target") };
        let git = |words: &[&str]| {
            assert!(Command::new("git").args(words).current_dir(&tree.root).status().unwrap().success());
        };
        let badge = |address: &str| {
            format!(
                "[a](https://codespaces.new/{address}?quickstart=1) b [c](https://codespaces.new/{address})\n"
            )
        };
        let readme = tree.root.join("README.md");
        fs::write(&readme, badge(PLACEHOLDER)).unwrap();
        git(&["init", "--quiet"]);
        let crew = Crew::deaf();
        assert_eq!(write(&crew, &tree).unwrap(), Address::NoRemote);
        assert_eq!(fs::read_to_string(&readme).unwrap(), badge(PLACEHOLDER));

        git(&["remote", "add", "origin", "git@github.com:ada/pairing.git"]);
        assert_eq!(write(&crew, &tree).unwrap(), Address::Written("ada/pairing".to_owned()));
        assert_eq!(fs::read_to_string(&readme).unwrap(), badge("ada/pairing"));
        assert_eq!(write(&crew, &tree).unwrap(), Address::Same("ada/pairing".to_owned()));

        git(&["remote", "set-url", "origin", "https://example.org/ada/pairing"]);
        let elsewhere = Address::Elsewhere("https://example.org/ada/pairing".to_owned());
        assert_eq!(write(&crew, &tree).unwrap(), elsewhere);
    }

    #[test]
    fn finds_the_address_of_each_badge() {
        let text = "[x](https://codespaces.new/a/b?quickstart=1) and https://codespaces.new/c/d";
        assert_eq!(addresses(text), ["a/b", "c/d"]);
    }
}
