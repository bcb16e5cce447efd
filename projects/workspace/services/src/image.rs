//! The images that containers are started from: pinned here, overridden by the variables that the compose file reads.

/// An image's name and tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// All before the tag, a registry included.
    pub name: String,
    /// The tag, never `latest`.
    pub tag: String,
}

/// An image's name that says too little.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("failed to find a tag in the image '{image}': write name:tag")]
pub struct ImageError {
    /// What was given.
    pub image: String,
}

impl Image {
    /// Postgres: `POSTGRES_IMAGE`, else the official one, pinned as in the compose file.
    ///
    /// # Errors
    ///
    /// [`ImageError`] when the variable names no tag.
    pub fn postgres() -> Result<Self, ImageError> {
        Self::from_environment("POSTGRES_IMAGE", "postgres:17.6-trixie")
    }

    /// LocalStack: `LOCALSTACK_IMAGE`, else 4.14.0, the last release that needs no token.
    ///
    /// # Errors
    ///
    /// [`ImageError`] when the variable names no tag.
    pub fn localstack() -> Result<Self, ImageError> {
        Self::from_environment("LOCALSTACK_IMAGE", "localstack/localstack:4.14.0")
    }

    fn from_environment(variable: &str, pinned: &str) -> Result<Self, ImageError> {
        let given = std::env::var(variable).ok().filter(|value| !value.is_empty());
        Self::parse(given.as_deref().unwrap_or(pinned))
    }

    /// Splits `name:tag`; the colon of a registry's port is not the tag's.
    ///
    /// # Errors
    ///
    /// [`ImageError`] when there is no tag.
    pub fn parse(image: &str) -> Result<Self, ImageError> {
        match image.rsplit_once(':') {
            Some((name, tag)) if !name.is_empty() && !tag.is_empty() && !tag.contains('/') => {
                Ok(Self { name: name.to_owned(), tag: tag.to_owned() })
            }
            _ => Err(ImageError { image: image.to_owned() }),
        }
    }
}

impl std::fmt::Display for Image {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.name, self.tag)
    }
}
