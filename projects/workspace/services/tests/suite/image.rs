//! Names of images.

use services::{Image, ImageError};

#[track_caller]
fn check(image: &str, expected: Option<(&str, &str)>) {
    let expected = expected
        .map(|(name, tag)| Image { name: name.to_owned(), tag: tag.to_owned() })
        .ok_or_else(|| ImageError { image: image.to_owned() });
    assert_eq!(Image::parse(image), expected);
}

#[test]
fn splits_name_and_tag() {
    check("postgres:17", Some(("postgres", "17")));
    check("localhost:5000/a/postgres:17", Some(("localhost:5000/a/postgres", "17")));
}

#[test]
fn rejects_a_name_without_tag() {
    check("postgres", None);
    check("localhost:5000/postgres", None);
    check("postgres:", None);
    check(":17", None);
}
